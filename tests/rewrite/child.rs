//! What this test binary does when a test runs it again as a process of its own.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::env;
use xrole::aws::config::AwsFile;
use xrole::aws::config::edit::Edit;
use xrole::context::Context;
use xrole::place::SourceFile;

const TASK: &str = "XROLE_TEST_TASK";
const FOLDER: &str = "XROLE_TEST_FOLDER";

/// How many keys a writer adds, one by one.
pub const KEYS: usize = 20;

/// The binary and its arguments that make it a child; the environment says what it does.
pub fn words() -> Vec<PathBuf> {
    let binary = std::env::current_exe().unwrap();
    let arguments = ["--exact", "child::entry", "--nocapture", "--test-threads=1"];
    let mut words = vec![binary];
    words.extend(arguments.map(PathBuf::from));
    words
}

pub fn environment(command: &mut Command, task: &str, folder: &Path) {
    command
        .env(TASK, task)
        .env(FOLDER, folder)
        .env("AWS_EC2_METADATA_DISABLED", "true")
        // Cargo's folders of libraries: nothing in them is needed, and each costs a dozen calls at the start.
        .env_remove("LD_LIBRARY_PATH")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
}

pub fn command(task: &str, folder: &Path) -> Command {
    let words = words();
    let mut command = Command::new(&words[0]);
    command.args(&words[1..]);
    environment(&mut command, task, folder);
    command
}

/// The child's own line of its output.
pub fn answer(stdout: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(stdout);
    let (_, rest) = text.split_once("ANSWER ")?;
    Some(rest.split("\nEND").next().unwrap_or_default().to_owned())
}

/// The one change of the task `write`.
pub fn change() -> Edit {
    Edit::of("session")
        .set("aws_access_key_id", "ASIANEW")
        .set("aws_secret_access_key", &"s".repeat(5000))
}

#[test]
fn entry() {
    let around = Context::read().env;
    let (Some(task), Some(folder)) = (around.get(TASK), around.raw(FOLDER)) else {
        return;
    };
    let env = env(Path::new(folder));
    match task.split_once(' ') {
        None if task == "write" => {
            let found = AwsFile::find(&env, SourceFile::Credentials);
            let done = found.and_then(|file| file.edit(&change()));
            let said = match done {
                Ok(done) => {
                    let notices = done.notices.iter().map(|notice| format!(" {notice}"));
                    format!("changed {}{}", done.changed, notices.collect::<String>())
                }
                Err(error) => error.to_string(),
            };
            println!("ANSWER {said}\nEND");
        }
        Some(("race", profile)) => {
            let file = AwsFile::find(&env, SourceFile::Config).unwrap();
            for n in 0..KEYS {
                let edit = Edit::of(profile).set(&format!("key{n}"), profile);
                file.edit(&edit).unwrap();
            }
            println!("ANSWER done\nEND");
        }
        _ => panic!("no task {task}"),
    }
}
