//! The programs: what each is called, and the words that start it.
//!
//! All but the AWS CLI answer each line of their input with one line, `account …` or `error …`, within one process.
//! The AWS CLI is asked for the same line, once a process.

use std::path::Path;

use crate::rust_sdk;
use crate::support::tools;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Client {
    Aws1,
    Aws2,
    Boto3,
    JavaScript,
    Rust,
}

/// A command line, and the variables that it needs besides.
#[derive(Debug, Clone)]
pub struct Words {
    pub words: Vec<String>,
    pub env: Vec<(&'static str, String)>,
}

impl Client {
    pub const ALL: [Self; 5] = [
        Self::Aws1,
        Self::Aws2,
        Self::Boto3,
        Self::JavaScript,
        Self::Rust,
    ];

    /// As README names it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Aws1 => "AWS CLI 1",
            Self::Aws2 => "AWS CLI 2",
            Self::Boto3 => "boto3",
            Self::JavaScript => "AWS SDK for JavaScript v3",
            Self::Rust => "AWS SDK for Rust",
        }
    }

    /// The ones that are installed; under CI, all.
    pub fn installed() -> Vec<Self> {
        let all = Self::ALL.into_iter();
        all.filter(|client| client.identity().is_some()).collect()
    }

    /// Asks STS who it is.
    pub fn identity(self) -> Option<Words> {
        let script = |name: &str| text(&Path::new(env!("CARGO_MANIFEST_DIR")).join(name));
        Some(match self {
            Self::Aws1 | Self::Aws2 => self.cli(&[
                "sts",
                "get-caller-identity",
                "--output",
                "text",
                "--query",
                "join(' ', ['account', Account])",
            ])?,
            Self::Boto3 => Words {
                words: vec![text(&tools::python()?), script("tests/clients/identity.py")],
                env: vec![],
            },
            Self::JavaScript => {
                let (node, modules) = tools::node_with_sdk()?;
                Words {
                    words: vec![text(&node), script("tests/clients/javascript/identity.cjs")],
                    env: vec![("NODE_PATH", text(&modules))],
                }
            }
            Self::Rust => rust_sdk::words(),
        })
    }

    pub fn is_cli(self) -> bool {
        matches!(self, Self::Aws1 | Self::Aws2)
    }

    /// The AWS CLI with arguments; `None` for others.
    pub fn cli(self, arguments: &[&str]) -> Option<Words> {
        let program = match self {
            Self::Aws1 => tools::aws_1()?,
            Self::Aws2 => tools::aws_2()?,
            Self::Boto3 | Self::JavaScript | Self::Rust => return None,
        };
        let arguments = arguments.iter().map(|word| (*word).to_owned());
        Some(Words {
            words: std::iter::once(text(&program)).chain(arguments).collect(),
            env: vec![],
        })
    }
}

fn text(path: &Path) -> String {
    path.to_str().expect("a path in UTF-8").to_owned()
}
