//! The AWS SDK for Rust as a program has it: this test program, started again by its other tests.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use crate::client::Words;
use aws_config::BehaviorVersion;
use aws_sdk_sts::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use aws_sdk_sts::operation::get_caller_identity::GetCallerIdentityError;
use aws_smithy_async::time::{SystemTimeSource, TimeSource};
use xrole::context::Context;

const CHILD: &str = "XROLE_TEST_RUST_SDK";

/// The test that a child is started as. It begins with [`play_if_child`].
const ENTRY: &str = "accounts::every_program_sees_the_roles_account_on_every_path";

pub fn words() -> Words {
    let binary = std::env::current_exe().expect("this binary");
    let binary = binary.to_str().expect("a path in UTF-8");
    Words {
        words: [binary, "--exact", ENTRY, "--nocapture", "--quiet"]
            .map(str::to_owned)
            .to_vec(),
        env: vec![(CHILD, "1".to_owned())],
    }
}

/// In a child: answers each line of the input, and ends the process.
pub fn play_if_child() {
    if Context::read().env.contains(CHILD) {
        play();
        signal_hook::low_level::exit(0);
    }
}

/// The SDK's clock: it renews from ten seconds before the end of a session, where others do minutes before.
#[derive(Debug, Clone, Default)]
struct Ahead(Arc<AtomicU64>);

impl TimeSource for Ahead {
    fn now(&self) -> SystemTime {
        SystemTimeSource::new().now() + Duration::from_secs(self.0.load(Ordering::SeqCst))
    }
}

fn play() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let clock = Ahead::default();
        let config = aws_config::defaults(BehaviorVersion::latest()).time_source(clock.clone());
        let client = aws_sdk_sts::Client::new(&config.load().await);
        for line in std::io::stdin().lines().map_while(Result::ok) {
            let seconds = line.parse().unwrap_or_default();
            clock.0.store(seconds, Ordering::SeqCst);
            match client.get_caller_identity().send().await {
                Ok(answer) => println!("account {}", answer.account().unwrap_or_default()),
                Err(error) => println!("error {}", in_one_line(&error)),
            }
        }
    });
}

/// The service's code and message; of any other error, all that it holds, as the SDK recommends to print it.
fn in_one_line(error: &SdkError<GetCallerIdentityError>) -> String {
    let text = match error.as_service_error() {
        Some(service) => format!(
            "{} {}",
            service.code().unwrap_or_default(),
            service.message().unwrap_or_default()
        ),
        None => DisplayErrorContext(error).to_string(),
    };
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
