//! A folder in which PowerShell is tried: home, hook and an xrole that answers.

use std::fs;
use std::path::Path;

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
    Shell::PowerShell
        .hook(&HookOptions {
            path: path.to_str().unwrap().to_owned(),
            prompt: "auto",
            clear_expired: false,
            color: 6,
            completion: "",
        })
        .unwrap()
}

pub struct Lab {
    pub folder: tempfile::TempDir,
    pub xrole: AnsweringXrole,
    pub pwsh: TestShell,
}

impl Lab {
    pub fn new() -> Option<Self> {
        let pwsh = shells(&["pwsh"]).pop()?;
        let folder = tempfile::tempdir().unwrap();
        let little = LittleXrole {
            expires: now() + IN_AN_HOUR,
            stamp: Some(folder.path().join("stamp")),
            renewed: 2,
        };
        let xrole = AnsweringXrole::new(move |call| little.answer(call));
        let lab = Self {
            folder,
            xrole,
            pwsh,
        };
        lab.write("hook.ps1", &hook_for(&lab.xrole.path()));
        Some(lab)
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn write(&self, name: &str, text: &str) {
        fs::write(self.path().join(name), text).unwrap();
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path().join(name)).unwrap()
    }

    /// Runs lines as a script, strictly, and without the hook.
    pub fn bare(&self, env: &[(&str, &str)], lines: &str) -> Ran {
        let script = format!("Set-StrictMode -Version Latest\n{lines}\n");
        let env = [&[("TERM", "xterm-256color")], env].concat();
        self.pwsh.script(self.path(), &[], &script, &env)
    }

    /// Runs lines as a script after the hook, which is loaded as the start file's line does it.
    pub fn script(&self, env: &[(&str, &str)], lines: &str) -> Ran {
        self.bare(
            env,
            &format!("Invoke-Expression (Get-Content -Raw hook.ps1)\n{lines}"),
        )
    }
}

/// stdout and stderr, to compare both at once.
pub fn printed(ran: &Ran) -> (String, String) {
    (ran.text(), ran.errors())
}

pub fn both(stdout: &str, stderr: &str) -> (String, String) {
    (stdout.to_owned(), stderr.to_owned())
}
