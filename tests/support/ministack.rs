//! ministack, an independent STS and IAM on loopback, with signatures and policies enforced (`AUTH=true`).
//!
//! It enforces signatures, session tokens, identity policies, trust policies and external ids. It takes
//! any MFA code and never sets `aws:MultiFactorAuthPresent`, so a role that demands MFA stays closed.

use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::home::Home;
use super::run::Run;
use super::tools;

pub const ACCOUNT: &str = "111111111111";
const ROOT_KEY: &str = "ROOTKEYOFMINISTACK01";
const ROOT_SECRET: &str = "root-secret-of-ministack";
const PATIENCE: Duration = Duration::from_mins(3);

/// A running ministack. Dropped, it is ended.
#[derive(Debug)]
pub struct Ministack {
    child: Child,
    port: u16,
    home: Home,
    aws: std::path::PathBuf,
}

/// An access key that ministack made.
#[derive(Debug, Clone)]
pub struct AccessKey {
    pub id: String,
    pub secret: String,
}

impl Ministack {
    /// Starts it; `None` (said on stderr; a failure under CI) where it is not installed.
    #[must_use]
    pub fn start() -> Option<Self> {
        let (program, aws) = (tools::ministack()?, tools::aws_1()?);
        let port = free_port();
        let url = format!("http://127.0.0.1:{port}");
        let home = Home::new()
            .variable("AWS_ENDPOINT_URL", &url)
            // Version 1 of the CLI does not know AWS_REGION.
            .variable("AWS_DEFAULT_REGION", "eu-central-1")
            .variable("AWS_ACCESS_KEY_ID", ROOT_KEY)
            .variable("AWS_SECRET_ACCESS_KEY", ROOT_SECRET);
        let child = Command::new(program)
            .env_clear()
            .envs(home.env())
            .env("AUTH", "true")
            .env("BIND_HOST", "127.0.0.1")
            .env("GATEWAY_PORT", port.to_string())
            .env("MINISTACK_ACCOUNT_ID", ACCOUNT)
            .env_remove("AWS_ENDPOINT_URL")
            .current_dir(home.path("tmp"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("ministack starts");
        let mut started = Self {
            child,
            port,
            home,
            aws,
        };
        started.wait_until_it_listens();
        Some(started)
    }

    fn wait_until_it_listens(&mut self) {
        let start = Instant::now();
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            let ended = self.child.try_wait().expect("a child of ours");
            assert!(ended.is_none(), "ministack ended at once: {ended:?}");
            assert!(start.elapsed() < PATIENCE, "ministack does not listen");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// For `AWS_ENDPOINT_URL_STS`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The AWS CLI as the account's root user; what it prints as text.
    pub fn as_root(&self, arguments: &[&str]) -> String {
        let mut all = arguments.to_vec();
        all.extend(["--output", "text"]);
        Run::program(&self.home, &self.aws, &all).check().stdout
    }

    /// A user with an access key, allowed to assume any role.
    #[must_use]
    pub fn user(&self, name: &str) -> AccessKey {
        self.as_root(&["iam", "create-user", "--user-name", name]);
        let policy = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:*","Resource":"*"}]}"#;
        self.as_root(&[
            "iam",
            "put-user-policy",
            "--user-name",
            name,
            "--policy-name",
            "assume",
            "--policy-document",
            policy,
        ]);
        let query = "[AccessKey.AccessKeyId,AccessKey.SecretAccessKey]";
        let made = self.as_root(&[
            "iam",
            "create-access-key",
            "--user-name",
            name,
            "--query",
            query,
        ]);
        let (id, secret) = made.trim().split_once('\t').expect("an id and a secret");
        AccessKey {
            id: id.into(),
            secret: secret.into(),
        }
    }

    /// A role that trusts a principal's ARN, on a condition if one is given (JSON); the role's ARN.
    #[must_use]
    pub fn role(&self, name: &str, principal: &str, condition: Option<&str>) -> String {
        let condition =
            condition.map_or_else(String::new, |json| format!(r#","Condition":{json}"#));
        let trust = format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"AWS":"{principal}"}},"Action":"sts:AssumeRole"{condition}}}]}}"#
        );
        self.as_root(&[
            "iam",
            "create-role",
            "--role-name",
            name,
            "--assume-role-policy-document",
            &trust,
        ]);
        format!("arn:aws:iam::{ACCOUNT}:role/{name}")
    }
}

impl Drop for Ministack {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .expect("a free loopback port")
        .port()
}
