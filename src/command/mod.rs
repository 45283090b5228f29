//! The subcommands, one file each: they decide nothing that a pure module could, and write nothing themselves.

mod clear;
mod complete;
mod configure;
mod credential_process;
mod exec;
pub mod explain;
mod export;
mod init;
pub mod list;
mod outcome;
mod prompt;
mod renew;
mod serve;
mod status;
mod sync;
mod unset;
mod use_session;
mod welcome;
mod write;

use crate::app::App;
use crate::cli::{Cli, Command};
use crate::error::Result;
pub use outcome::Outcome;

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
pub fn run(cli: Cli, app: &App<'_>) -> Result<Outcome> {
    match cli.command {
        None => welcome::run(app),
        Some(Command::Use(args)) => use_session::run(app, &args),
        Some(Command::Unset(_)) => unset::run(app),
        Some(Command::Renew(args)) => renew::run(app, &args),
        Some(Command::Exec(args)) => exec::run(app, &args),
        Some(Command::CredentialProcess(args)) => credential_process::run(app, &args),
        Some(Command::Export(args)) => export::run(app, &args),
        Some(Command::Write(args)) => write::run(app, &args),
        Some(Command::Configure(args)) => configure::run(app, &args),
        Some(Command::Status(args)) => status::run(app, &args),
        Some(Command::List(args)) => list::run(app, &args),
        Some(Command::Explain(args)) => explain::run(app, &args),
        Some(Command::Clear(args)) => clear::run(app, &args),
        Some(Command::Init(args)) => init::run(app, &args),
        Some(Command::Deinit(args)) => Ok(init::deinit(&args)),
        Some(Command::Completions(args)) => Ok(init::completions(&args)),
        Some(Command::Prompt(_)) => prompt::run(app),
        Some(Command::Sync(_)) => sync::run(app),
        Some(Command::Complete(args)) => Ok(complete::run(app, &args)),
        Some(Command::Serve(args)) => serve::run(app, &args),
        Some(Command::Captured(args)) => init::captured(&args),
    }
}
