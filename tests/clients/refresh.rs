//! Which programs go on over the end of a session: each is asked, sees a session of seconds end, and is asked again.
//!
//! What is found is README's table, word for word.

use std::sync::Mutex;
use std::thread::ScopedJoinHandle;
use std::time::{Duration, Instant};

use crate::client::Client;
use crate::conversation::Conversation;
use crate::path::{self, Path};
use crate::support::home::Home;
use crate::support::run::{Run, xrole};
use crate::support::sts::{Codes, FakeSts, Recorded, World};

/// The life of a session, in seconds: long enough for any program to start and ask once. Longer where that failed,
/// on a machine that has too much to do.
const LIVES: [i64; 4] = [10, 25, 60, 180];

/// Programs are started one at a time, the slow AWS CLI beside the others, so that the first question comes soon
/// after the session.
static STARTING: [Mutex<()>; 2] = [Mutex::new(()), Mutex::new(())];

/// What a program did when its session had ended.
#[derive(Debug, Clone, PartialEq, Eq)]
enum After {
    /// It asked with another session.
    WentOn,
    /// It did not get an answer, and said so.
    Failed(String),
}

/// README's columns, each of paths that behave alike. `use` and `export` set the variables that `exec` does.
const COLUMNS: [(&str, &[Path]); 2] = [
    (
        "`use`, `exec`, `export`, `write`",
        &[path::EXEC, path::WRITE],
    ),
    (
        "`credential-process`, `--profile-env`, `--as`, `--server`",
        &[
            path::CREDENTIAL_PROCESS,
            path::EXEC_PROFILE_ENV,
            path::EXEC_AS,
            path::SERVER,
        ],
    ),
];

/// What programs say of a session that has ended: README's last column.
const SAID: [&str; 2] = [
    "the refreshed credentials are still expired",
    "ExpiredToken",
];

#[test]
fn programs_refresh_as_readme_says() {
    let readme = include_str!("../../README.md");
    let names: Vec<&str> = COLUMNS.iter().map(|(name, _)| *name).collect();
    let head = format!("| program | {} | says at the end |\n", names.join(" | "));
    assert!(readme.contains(&head), "README has no table:\n{head}");
    let rows: Vec<String> = std::thread::scope(|scope| {
        let threads: Vec<_> = Client::installed()
            .into_iter()
            .map(|client| scope.spawn(move || row(client)))
            .collect();
        threads.into_iter().map(joined).collect()
    });
    for row in rows {
        assert!(readme.contains(&row), "README says otherwise than\n{row}");
    }
}

/// One program on all paths at once, as README says it.
fn row(client: Client) -> String {
    let found: Vec<Vec<After>> = std::thread::scope(|scope| {
        let start = |path| scope.spawn(move || scene(client, path));
        let threads: Vec<Vec<_>> = COLUMNS
            .iter()
            .map(|(_, paths)| paths.iter().map(start).collect())
            .collect();
        let columns = threads.into_iter();
        columns
            .map(|column| column.into_iter().map(joined).collect())
            .collect()
    });
    let mut cells = vec![client.name()];
    cells.extend(found.iter().map(|column| cell(client, column)));
    let mut said: Vec<&str> = found.iter().flatten().filter_map(After::said).collect();
    said.sort_unstable();
    said.dedup();
    let said = said.join(", ");
    cells.push(&said);
    format!("| {} |\n", cells.join(" | "))
}

fn joined<T>(thread: ScopedJoinHandle<'_, T>) -> T {
    thread.join().expect("a thread without a failure")
}

fn cell(client: Client, column: &[After]) -> &'static str {
    let went_on = column
        .iter()
        .filter(|after| **after == After::WentOn)
        .count();
    match went_on {
        0 => "no",
        _ if went_on == column.len() => "yes",
        _ => panic!(
            "{}: a column of its own for one of {column:?}",
            client.name()
        ),
    }
}

impl After {
    /// The known part of what was said, or else all of it.
    fn said(&self) -> Option<&str> {
        match self {
            Self::WentOn => None,
            Self::Failed(text) => {
                let known = SAID.into_iter().find(|known| text.contains(known));
                Some(known.unwrap_or(text))
            }
        }
    }
}

/// Tries with a longer session where the first one ended before the program had asked.
fn scene(client: Client, path: &Path) -> After {
    let mut lives = LIVES.into_iter();
    lives
        .find_map(|life| over_the_end(client, path, life))
        .unwrap_or_else(|| panic!("{} did not start in time", client.name()))
}

/// `None`: the session ended before the program had asked for the first time.
fn over_the_end(client: Client, path: &Path, life: i64) -> Option<After> {
    let sts = FakeSts::start(World::central(Codes::list(&["123456"])));
    let home = Home::central(&sts)
        .program("xrole", &xrole())
        .variable("AWS_ENDPOINT_URL_IAM", &sts.url());
    // The MFA session is there, and lasts: nobody is asked for a code again.
    let code = ["use", "staging", "--mfa-code", "123456", "--shell", "sh"];
    Run::xrole(&home, &code).check();
    sts.change(|state| state.lifetime = Some(life + path.kept_back));
    let program = Program {
        client,
        kept_back: path.kept_back,
        sts: &sts,
    };
    let starting = STARTING[usize::from(client.is_cli())].lock();
    (path.prepare)(&home, "prod");
    let mut conversation = Conversation::start(path, "prod", &program.words(), &home);
    let first = program.first(&mut conversation)?;
    drop(starting);
    program.wait_for_end(&first);
    // Sessions from now on are as long as any.
    sts.change(|state| state.lifetime = None);
    (path.renew)(&home, "prod");
    Some(program.second(conversation, &first))
}

/// A program at the STS.
struct Program<'a> {
    client: Client,
    kept_back: i64,
    sts: &'a FakeSts,
}

/// What the AWS CLI waits for, once a second, in one process.
const AWAITED: &str = "worker";

impl Program<'_> {
    fn words(&self) -> crate::client::Words {
        let wait = [
            "iam",
            "wait",
            "instance-profile-exists",
            "--instance-profile-name",
            AWAITED,
        ];
        let words = self.client.cli(&wait).or_else(|| self.client.identity());
        words.expect("installed")
    }

    fn asked(&self) -> Vec<Recorded> {
        let requests = self.sts.requests().into_iter();
        let by_program = |it: &Recorded| {
            ["GetInstanceProfile", "GetCallerIdentity"].contains(&it.operation.as_str())
        };
        requests.filter(by_program).collect()
    }

    /// The key that signed the first question, if that was answered.
    fn first(&self, conversation: &mut Conversation) -> Option<String> {
        if self.client.is_cli() {
            let end = Instant::now() + Duration::from_mins(5);
            while self.asked().is_empty() {
                if conversation.is_over() {
                    return None;
                }
                assert!(Instant::now() < end, "{} asks nothing", self.client.name());
                std::thread::sleep(Duration::from_millis(20));
            }
        } else if conversation.asks(0).starts_with("error ") {
            return None;
        }
        let asked = self.asked();
        let first = asked.first()?;
        let answered = first
            .error
            .as_deref()
            .is_none_or(|code| code == "NoSuchEntity");
        first.signer.clone().filter(|_| answered)
    }

    /// Until the session ends at the STS. The time in which it is handed out no more is passed over there.
    fn wait_for_end(&self, key: &str) {
        let ends = self.sts.change(|state| state.issued[key].expires);
        while self.sts.now() <= ends - self.kept_back {
            std::thread::sleep(Duration::from_millis(50));
        }
        self.sts.advance(self.kept_back);
    }

    fn second(&self, mut conversation: Conversation, first: &str) -> After {
        let failed = if self.client.is_cli() {
            // It is there as soon as someone asks with a living session.
            let worker = ("222222222222".to_owned(), AWAITED.to_owned());
            self.sts
                .change(|state| state.world.instance_profiles.push(worker));
            let (status, lines) = conversation.ends();
            (!status.success()).then(|| lines.join(" "))
        } else {
            let answer = conversation.asks(self.kept_back);
            answer.strip_prefix("error ").map(str::to_owned)
        };
        let last = self.asked().last().cloned().unwrap_or_default();
        if let Some(text) = failed {
            return After::Failed(text);
        }
        assert_ne!(
            last.signer.as_deref(),
            Some(first),
            "an ended session was served"
        );
        After::WentOn
    }
}
