//! The subcommands, one file each: they decide nothing that a pure module could, and write nothing themselves.

mod clear;
mod complete;
mod configure;
mod credential_process;
mod device_offer;
mod exec;
mod exec_server;
pub mod explain;
mod export;
mod init;
pub mod list;
mod obtaining;
mod profile_env;
mod prompt;
mod selecting;
mod serve;
mod status;
mod sync;
mod unset;
mod use_session;
mod welcome;
mod write;

use std::cell::RefCell;
use std::ffi::{OsStr, OsString};
use std::path::Path;

use crate::aws::config::{self, Profiles};
use crate::cli::{Cli, Command};
use crate::context::Context;
use crate::deliver::program::Program;
use crate::error::{Exit, Result};
use crate::person::ProcessGuard;
use crate::place::Notice;
use crate::settings::Settings;
use crate::shell::{self, Shell};
use crate::store::{Cache, CacheOptions};

/// What a command gives back: the text for stdout, and the exit status.
#[derive(Debug)]
pub struct Outcome {
    pub stdout: String,
    pub exit: Exit,
    /// What takes this process's place afterwards.
    pub program: Option<Program>,
}

impl Outcome {
    #[must_use]
    pub fn done(stdout: impl Into<String>) -> Self {
        Self {
            stdout: stdout.into(),
            exit: Exit::Done,
            program: None,
        }
    }

    #[must_use]
    pub fn program(program: Program) -> Self {
        Self {
            program: Some(program),
            ..Self::done("")
        }
    }
}

/// The world of one command.
#[derive(Debug)]
pub struct World<'a> {
    pub context: &'a Context,
    pub guard: &'a ProcessGuard,
    /// The dialect of a captured command.
    pub shell: Shell,
    notices: RefCell<Vec<Notice>>,
}

impl<'a> World<'a> {
    #[must_use]
    pub fn new(context: &'a Context, guard: &'a ProcessGuard, shell: Shell) -> Self {
        Self {
            context,
            guard,
            shell,
            notices: RefCell::default(),
        }
    }

    /// The two shared files; what they make one notice is kept for stderr.
    pub fn profiles(&self) -> Result<Profiles> {
        let profiles = config::load(&self.context.env)?;
        self.notice(profiles.notices.iter().cloned());
        Ok(profiles)
    }

    /// This program's own path, for others to call it by.
    pub fn binary(&self) -> Result<String> {
        let arguments = &self.context.arguments;
        let path = self.context.env.raw("PATH");
        shell::hook_path(
            arguments
                .first()
                .map_or(OsStr::new(""), OsString::as_os_str),
            path.map(std::env::split_paths).into_iter().flatten(),
            &self.context.working_directory,
            Path::is_file,
        )
    }

    pub fn settings(&self) -> Result<Settings> {
        Settings::load(&self.context.env)
    }

    #[must_use]
    pub fn cache(&self, settings: &Settings) -> Cache {
        let clock = self.context.clock;
        match CacheOptions::from_env(&self.context.env, settings.session_key) {
            Some(options) => Cache::open(&options, clock),
            None => Cache::off(clock),
        }
    }

    /// Keeps notices for stderr, each once.
    pub fn notice(&self, notices: impl IntoIterator<Item = Notice>) {
        let mut kept = self.notices.borrow_mut();
        for notice in notices {
            if !kept.contains(&notice) {
                kept.push(notice);
            }
        }
    }

    /// What is to be said on stderr.
    #[must_use]
    pub fn take_notices(&self) -> Vec<Notice> {
        self.notices.take()
    }
}

/// Does the command print code that the shell evaluates?
#[must_use]
pub fn is_captured(name: &str) -> bool {
    matches!(name, "use" | "unset" | "renew" | "_sync")
}

/// Does the command answer with a JSON object, also when it fails?
#[must_use]
pub fn answers_json(cli: &Cli) -> bool {
    match &cli.command {
        Some(Command::Status(args)) => args.json,
        Some(Command::List(args)) => args.json,
        Some(Command::Explain(args)) => args.json,
        _ => false,
    }
}

/// Runs what was typed.
pub fn run(cli: Cli, world: &World<'_>) -> Result<Outcome> {
    match cli.command {
        None => welcome::run(world),
        Some(Command::Use(args)) => use_session::run(world, &args),
        Some(Command::Unset(_)) => unset::run(world),
        Some(Command::Renew(args)) => use_session::renew(world, &args),
        Some(Command::Exec(args)) => exec::run(world, &args),
        Some(Command::CredentialProcess(args)) => credential_process::run(world, &args),
        Some(Command::Export(args)) => export::run(world, &args),
        Some(Command::Write(args)) => write::run(world, &args),
        Some(Command::Configure(args)) => configure::run(world, &args),
        Some(Command::Status(args)) => status::run(world, &args),
        Some(Command::List(args)) => list::run(world, &args),
        Some(Command::Explain(args)) => explain::run(world, &args),
        Some(Command::Clear(args)) => clear::run(world, &args),
        Some(Command::Init(args)) => init::run(world, &args),
        Some(Command::Deinit(args)) => Ok(init::deinit(&args)),
        Some(Command::Completions(args)) => Ok(init::completions(&args)),
        Some(Command::Prompt(_)) => prompt::run(world),
        Some(Command::Sync(_)) => sync::run(world),
        Some(Command::Complete(args)) => Ok(complete::run(world, &args)),
        Some(Command::Serve(args)) => serve::run(world, &args),
        Some(Command::Captured(args)) => init::captured(&args),
    }
}
