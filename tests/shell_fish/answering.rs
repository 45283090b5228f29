//! An `xrole` that asks the test: each call hands over its words and environment, and prints what the test answers.
//!
//! So the real shell, the real hook and the library's snippets are tried together, in any order of calls.

use std::ffi::OsString;
use std::fs::{self, OpenOptions, Permissions};
use std::io::Write as _;
use std::os::unix::ffi::OsStringExt as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::Command;
use std::sync::{Arc, Mutex};

use tempfile::TempDir;
use xrole::shell::Env;

/// What one call prints on stdout, and its exit status.
pub type Answer = (String, u8);

/// A status that lets the call wait, as for a code, until it is interrupted.
pub const WAITS: u8 = 255;

/// One call, as the stand-in saw it.
#[derive(Debug, Clone)]
pub struct Call {
    pub words: Vec<String>,
    pub env: Env,
}

impl Call {
    /// The words in one line, then the variables that are set for one call.
    fn line(&self) -> String {
        format!(
            "{} [{} {}]",
            self.words.join(" "),
            self.env.get("XROLE_SHELL").unwrap_or("-"),
            self.env.get("XROLE_PREV").unwrap_or("-"),
        )
    }
}

pub struct AnsweringXrole {
    folder: TempDir,
    calls: Arc<Mutex<Vec<Call>>>,
}

const SCRIPT: &str = "#!/bin/sh
# The words are counted first, since one may be empty.
{ printf '%s\\0' \"$#\" \"$@\"; env -0; } >'FOLDER/question'
exec 3<'FOLDER/answer'
read -r status <&3
cat <&3
exec 3<&-
[ \"$status\" -ne 255 ] || exec sleep 600
exit \"$status\"
";

impl AnsweringXrole {
    /// Serves calls until dropped, one after the other.
    ///
    /// # Panics
    /// If its files cannot be made.
    #[must_use]
    pub fn new(mut answer: impl FnMut(&Call) -> Answer + Send + 'static) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path().to_path_buf();
        fs::write(
            at.join("xrole"),
            SCRIPT.replace("FOLDER", at.to_str().unwrap()),
        )
        .unwrap();
        fs::set_permissions(at.join("xrole"), Permissions::from_mode(0o755)).unwrap();
        let made = Command::new("mkfifo")
            .arg(at.join("question"))
            .arg(at.join("answer"))
            .status()
            .unwrap();
        assert!(made.success());
        let calls = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&calls);
        std::thread::spawn(move || {
            while let Ok(question) = fs::read(at.join("question"))
                && let Some(call) = parse(&question)
            {
                let (text, status) = answer(&call);
                log.lock().unwrap().push(call);
                if let Ok(mut out) = OpenOptions::new().write(true).open(at.join("answer")) {
                    let _ = write!(out, "{status}\n{text}");
                }
            }
        });
        Self { folder, calls }
    }

    #[must_use]
    pub fn path(&self) -> PathBuf {
        self.folder.path().join("xrole")
    }

    /// Every call so far: its words, then in brackets `XROLE_SHELL` and `XROLE_PREV`.
    #[must_use]
    pub fn calls(&self) -> Vec<String> {
        self.calls.lock().unwrap().iter().map(Call::line).collect()
    }
}

fn parse(question: &[u8]) -> Option<Call> {
    let mut parts = question.split(|byte| *byte == 0);
    let count: usize = std::str::from_utf8(parts.next()?).ok()?.parse().ok()?;
    let words = parts
        .by_ref()
        .take(count)
        .map(|word| String::from_utf8_lossy(word).into_owned())
        .collect();
    let env = Env::new(parts.filter_map(|pair| {
        let equals = pair.iter().position(|byte| *byte == b'=')?;
        let text = |bytes: &[u8]| OsString::from_vec(bytes.to_vec());
        Some((text(&pair[..equals]), text(&pair[equals + 1..])))
    }));
    Some(Call { words, env })
}

impl Drop for AnsweringXrole {
    fn drop(&mut self) {
        // A question without a number ends the thread. Opened for both ways, since a FIFO's writer waits for a reader.
        if let Ok(mut question) = OpenOptions::new()
            .read(true)
            .write(true)
            .open(self.folder.path().join("question"))
        {
            let _ = question.write_all(b"end");
        }
    }
}
