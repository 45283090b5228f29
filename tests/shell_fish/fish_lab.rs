//! A folder in which fish is tried: home, hook and an xrole that answers.
#![allow(dead_code, reason = "each test program uses its part")]

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::answering::AnsweringXrole;
use crate::little_xrole::LittleXrole;
use crate::shells::{Ran, TestShell, shells};
use xrole::shell::{HookOptions, Shell};

/// A session that shows `59m`, on a slow machine too: a minute less two seconds, since clocks are not read at once.
pub const IN_AN_HOUR: i64 = 3598;

pub fn now() -> i64 {
    xrole::context::Context::read().clock.now().0
}

pub fn hook_for(path: &Path) -> String {
    Shell::Fish
        .hook(&HookOptions {
            path: path.to_str().unwrap().to_owned(),
            prompt: "auto",
            clear_expired: false,
            color: 6,
            completion: "",
        })
        .unwrap()
}

/// A folder that is home and working directory, with the hook in `hook.fish`, and an xrole that answers.
pub struct Lab {
    pub folder: tempfile::TempDir,
    pub xrole: AnsweringXrole,
    pub fish: TestShell,
}

impl Lab {
    pub fn new() -> Option<Self> {
        let fish = shells(&["fish"]).pop()?;
        let folder = tempfile::tempdir().unwrap();
        // Where these are missing, an interactive fish leaves a process behind that reads all manual pages.
        for place in [".local/share", ".cache"] {
            let place = folder.path().join(place);
            fs::create_dir_all(place.join("fish/generated_completions")).unwrap();
        }
        let little = LittleXrole {
            expires: now() + IN_AN_HOUR,
            stamp: Some(folder.path().join("stamp")),
            renewed: 2,
        };
        let xrole = AnsweringXrole::new(move |call| little.answer(call));
        let lab = Self {
            folder,
            xrole,
            fish,
        };
        lab.write("hook.fish", &hook_for(&lab.xrole.path()));
        Some(lab)
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn write(&self, name: &str, text: &str) {
        fs::write(self.path().join(name), text).unwrap();
    }

    /// Runs a program in the folder. Not with `--no-config`, which switches universal variables off.
    pub fn run(&self, program: &Path, arguments: &[&str], env: &[(&str, &str)]) -> Ran {
        let mut command = Command::new(program);
        command.args(arguments);
        let env = [&[("TERM", "xterm-256color"), ("fish_greeting", "")], env].concat();
        self.fish.run(command, self.path(), None, &env)
    }

    pub fn fish(&self, arguments: &[&str], env: &[(&str, &str)]) -> Ran {
        self.run(&self.fish.program, arguments, env)
    }

    /// Runs lines after the hook, as a script.
    pub fn script(&self, lines: &str) -> Ran {
        self.write("script.fish", &format!("source hook.fish\n{lines}\n"));
        self.fish(&["script.fish"], &[])
    }

    /// The same in an interactive shell, which has the prompt part. What fish tells the terminal is left out.
    pub fn interactive(&self, env: &[(&str, &str)], lines: &str) -> Ran {
        self.write("lines.fish", &format!("source hook.fish\n{lines}\n"));
        let mut ran = self.fish(&["-i", "-c", "source lines.fish"], env);
        let text = ran
            .text()
            .replace("\x1b[?2004h", "")
            .replace("\x1b[?2004l", "");
        ran.stdout = text.into_bytes();
        ran
    }
}

/// stdout and stderr, to compare both at once.
pub fn printed(ran: &Ran) -> (String, String) {
    (ran.text(), ran.errors())
}

pub fn both(stdout: &str, stderr: &str) -> (String, String) {
    (stdout.to_owned(), stderr.to_owned())
}
