//! A person at a shell with xrole's hook in its start file.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use crate::shells::{TestShell, shells};
use crate::support::home::Home;
use crate::support::pty::Terminal;
use crate::support::run::xrole;
use crate::support::sts::{Codes, FakeSts, World};

const PROMPT: &str = "ready#$";

/// The shells that people live in.
pub fn persons_shells() -> Vec<TestShell> {
    shells(&["bash", "zsh", "fish", "pwsh"])
}

/// The STS, the home and the terminal of one person.
pub struct Person {
    pub name: &'static str,
    pub sts: FakeSts,
    pub home: Home,
    pub terminal: Terminal,
}

impl Person {
    pub fn at(shell: &TestShell) -> Self {
        Self::with(shell, |home| home)
    }

    /// `prepare` adds what is special to the home before the shell starts.
    pub fn with(shell: &TestShell, prepare: impl FnOnce(Home) -> Home) -> Self {
        let codes = Codes::list(&["111111", "222222", "333333"]);
        let sts = FakeSts::start(World::central(codes));
        let home = prepare(Home::central(&sts)).program("xrole", &xrole());
        let (file, text, arguments) = start(shell.name);
        home.write(file, text);
        let profile = home.path(file).to_string_lossy().into_owned();
        let arguments: Vec<&str> = arguments
            .iter()
            .map(|word| {
                if *word == "PROFILE" {
                    profile.as_str()
                } else {
                    word
                }
            })
            .collect();
        let program = shell.program.to_string_lossy();
        let terminal = Terminal::start(&program, &arguments, home.env(), &home.path(""));
        let person = Self {
            name: shell.name,
            sts,
            home,
            terminal,
        };
        person.waits_for_prompt();
        person
    }

    pub fn waits_for_prompt(&self) {
        self.terminal.wait_for_cursor_after(PROMPT);
    }

    /// Types a line and waits for the next prompt.
    pub fn does(&self, line: &str) {
        if line.is_empty() {
            return self.terminal.next_prompt(PROMPT);
        }
        self.terminal.command(line);
        self.waits_for_prompt();
    }

    /// Types a line and waits for a question instead, and for the shell to wait for the answer.
    pub fn is_asked(&self, line: &str, question: &str) {
        self.terminal.command(line);
        self.terminal.wait_for_cursor_after(question);
        self.terminal.wait_until_asleep();
    }

    /// The AWS and xrole variables that a child of the shell sees.
    pub fn environment(&self) -> BTreeMap<String, String> {
        let file = self.home.path("environment");
        let _ = std::fs::remove_file(&file);
        self.does("env >environment");
        std::fs::read_to_string(&file)
            .expect("env has run")
            .lines()
            .filter_map(|line| line.trim_start_matches('\u{feff}').split_once('='))
            .filter(|(name, _)| name.starts_with("AWS") || name.starts_with("XROLE"))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect()
    }

    pub fn profile(&self) -> Option<String> {
        self.environment().remove("XROLE_PROFILE")
    }

    /// Presses Enter, as people do, until a prompt shows one of the texts.
    pub fn sees(&self, texts: &[&str]) {
        let start = Instant::now();
        while !texts
            .iter()
            .any(|text| self.terminal.screen().contains(text))
        {
            assert!(
                start.elapsed() < Duration::from_mins(2),
                "{}: {texts:?} was not seen\n{}",
                self.name,
                self.terminal.picture()
            );
            std::thread::sleep(Duration::from_millis(100));
            self.terminal.next_prompt(PROMPT);
        }
    }

    /// A command that holds only if the one before it did.
    pub fn and(&self, first: &str, then: &str) -> String {
        match self.name {
            "fish" => format!("{first}; and {then}"),
            _ => format!("{first} && {then}"),
        }
    }
}

/// The start file, what it holds, and how the shell is started.
fn start(shell: &str) -> (&'static str, &'static str, &'static [&'static str]) {
    match shell {
        "bash" => (
            ".bashrc",
            "PS1='ready#$ '\neval \"$(xrole init bash)\"\neval \"$(xrole init bash)\"\n",
            &["--rcfile", "PROFILE", "-i"],
        ),
        "zsh" => (
            ".zshrc",
            "PROMPT='ready#$ '\nautoload -Uz compinit && compinit -D -u\n\
             eval \"$(xrole init zsh)\"\neval \"$(xrole init zsh)\"\n",
            &["-d", "-i"],
        ),
        "fish" => (
            ".config/fish/config.fish",
            "set -g fish_greeting\nset -g fish_autosuggestion_enabled 0\n\
             function fish_prompt; printf 'ready#$ '; end\n\
             xrole init fish --prompt=left | source\nxrole init fish --prompt=left | source\n",
            &["-i"],
        ),
        _ => (
            "profile.ps1",
            "function prompt { 'ready#$ ' }\n\
             Invoke-Expression (& { (xrole init powershell | Out-String) })\n\
             Invoke-Expression (& { (xrole init powershell | Out-String) })\n",
            &["-NoLogo", "-NoProfile", "-NoExit", "-File", "PROFILE"],
        ),
    }
}
