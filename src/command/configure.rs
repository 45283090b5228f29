//! `configure`: a profile of the config file added or changed, once the change was shown and agreed to.

mod diff;
mod judge;
mod wanted;

use super::outcome::Outcome;
use crate::app::App;
use crate::aws::config::AwsFile;
use crate::aws::config::edit::Bytes;
use crate::aws::config::{Platform, locate};
use crate::cli::ConfigureArgs;
use crate::display_safe::{display_safe, is_unsafe};
use crate::error::{Error, Exit, Result};
use crate::files::named_file;
use crate::obtain::target;
use crate::person::{ANSWER_LIMIT, Terminal, no_terminal};
use crate::place::{Notice, SourceFile};
use crate::shell::Env;
use judge::Judge;
use wanted::Wanted;

pub fn run(app: &App<'_>, args: &ConfigureArgs) -> Result<Outcome> {
    let profile = args.profile.as_str();
    if profile.contains(is_unsafe) {
        let shown = display_safe(profile);
        let message = format!("the name \"{shown}\" holds control or invisible characters");
        return Err(Error::new(
            "profile-name",
            message,
            "give the profile a plain name",
        ));
    }
    let wanted = Wanted::of(app, args)?;
    let env = app.env();
    let settings = app.settings()?;
    let judge = Judge {
        env,
        settings: &target::plan_settings(settings, env, profile),
        credentials: &credentials(env)?,
    };
    let file = AwsFile::find(env, SourceFile::Config)?;
    let mut change = Change::of(file.read()?, profile, &wanted, &judge)?;
    let (name, shown) = (display_safe(profile), file.shown());
    if *change.new == *change.old {
        return Ok(Outcome::done(format!(
            "profile {name} of {shown} has these settings already\n"
        )));
    }
    if !args.yes {
        agree(app, shown, &change.lines())?;
    }
    let done = file.rewrite(|bytes| {
        if *bytes != **change.old {
            if !args.yes {
                return Err(changed_meanwhile(shown));
            }
            change = Change::of(bytes.to_vec().into(), profile, &wanted, &judge)?;
        }
        Ok(change.new.clone())
    })?;
    app.notice(done.notices);
    app.notice(judge.new_notices(&change.old, &change.new)?);
    let lines = if args.yes { change.lines() } else { Vec::new() };
    app.notice(change.fault);
    let lines = lines.concat();
    Ok(Outcome::done(format!(
        "{lines}wrote profile {name} to {shown}\n"
    )))
}

/// The file before and after.
struct Change {
    old: Bytes,
    new: Bytes,
    /// Of the profile, and there before.
    fault: Option<Notice>,
}

impl Change {
    fn of(old: Bytes, profile: &str, wanted: &Wanted, judge: &Judge<'_>) -> Result<Self> {
        let new = wanted.edit(profile).apply(&old, SourceFile::Config)?;
        let fault = judge.accepts(profile, wanted, &old, &new)?;
        Ok(Self { old, new, fault })
    }

    fn lines(&self) -> Vec<String> {
        diff::lines(&self.old, &self.new)
    }
}

/// The bytes of the credentials file as every command reads it: a device such as `/dev/null` counts as no file.
fn credentials(env: &Env) -> Result<Bytes> {
    let located = locate(env, Platform::current())?;
    let bytes = located
        .credentials
        .map(|path| named_file::read(&path, "AWS_SHARED_CREDENTIALS_FILE"));
    Ok(bytes
        .transpose()?
        .map(|(bytes, _)| bytes.into())
        .unwrap_or_default())
}

/// Shows the change and asks.
fn agree(app: &App<'_>, shown: &str, change: &[String]) -> Result<()> {
    let terminal = Terminal::open(app.guard)
        .ok_or_else(|| no_terminal("a yes to the change", "run it in a terminal, or pass --yes"))?;
    for line in change {
        terminal.say(line.trim_end_matches('\n'));
    }
    let answer = terminal.ask_line(&format!("Write this to {shown}? [y/N] "), ANSWER_LIMIT)?;
    let answer = answer.map(|answer| answer.trim().to_lowercase());
    match answer.as_deref() {
        Some("y" | "yes") => Ok(()),
        Some(_) => Err(not_agreed(shown)),
        None => Err(not_agreed(shown).exit(Exit::NoTerminal)),
    }
}

fn not_agreed(shown: &str) -> Error {
    Error::new(
        "declined",
        format!("{shown} was not written"),
        "run it again and answer y, or pass --yes",
    )
}

fn changed_meanwhile(shown: &str) -> Error {
    Error::new(
        "aws-file",
        format!("{shown} has changed since the lines were shown"),
        "run the command again",
    )
}
