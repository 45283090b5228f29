//! `configure`: a profile of the config file added or changed, once the change was shown and agreed to.

mod diff;
mod judge;

use super::{Outcome, World, selecting};
use crate::aws::chain::Selection;
use crate::aws::config::AwsFile;
use crate::aws::config::edit::{Bytes, Edit};
use crate::aws::config::{Platform, locate};
use crate::cli::ConfigureArgs;
use crate::display_safe::{display_safe, is_unsafe};
use crate::error::{Error, Exit, Result};
use crate::files::named_file;
use crate::person::{ANSWER_LIMIT, Terminal, no_terminal};
use crate::place::{Notice, SourceFile};
use crate::shell::Env;
use judge::Judge;

pub fn run(world: &World<'_>, args: &ConfigureArgs) -> Result<Outcome> {
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
    let wanted = Wanted::of(world, args)?;
    let env = &world.context.env;
    let settings = world.settings()?;
    let judge = Judge {
        env,
        settings: &selecting::plan_settings(&settings, env, profile),
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
        agree(world, shown, &change.lines())?;
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
    world.notice(done.notices);
    world.notice(judge.new_notices(&change.old, &change.new)?);
    let lines = if args.yes { change.lines() } else { Vec::new() };
    world.notice(change.fault);
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

/// The settings that were asked for.
struct Wanted {
    /// Key and value as they stand in the file.
    settings: Vec<(&'static str, String)>,
    /// The same as options of `use` would have it, whose refusals name the option.
    options: Selection,
}

impl Wanted {
    fn of(world: &World<'_>, args: &ConfigureArgs) -> Result<Self> {
        let duration = args.duration.as_deref();
        let duration = duration.map(|text| selecting::seconds("--duration", text));
        let duration = duration.transpose()?;
        let external_id = match args.external_id.as_deref() {
            Some("-") => Some(asked_external_id(world)?),
            other => other.map(str::to_owned),
        };
        let settings: Vec<_> = [
            ("role_arn", args.role_arn.clone()),
            ("source_profile", args.source.clone()),
            ("mfa_serial", args.mfa_serial.clone()),
            ("external_id", external_id.clone()),
            ("role_session_name", args.session_name.clone()),
            (
                "duration_seconds",
                duration.map(|seconds| seconds.to_string()),
            ),
            ("region", args.region.clone()),
        ]
        .into_iter()
        .filter_map(|(key, value)| Some((key, value?)))
        .collect();
        if settings.is_empty() {
            return Err(Error::new(
                "usage",
                "nothing is given to configure",
                "name the role and whose credentials assume it: xrole configure PROFILE --role-arn ARN --source PROFILE",
            )
            .exit(Exit::Usage));
        }
        Ok(Self {
            settings,
            options: Selection {
                profile: args.profile.clone(),
                source: None,
                region: args.region.clone(),
                duration,
                external_id,
                mfa_serial: args.mfa_serial.clone(),
                session_name: args.session_name.clone(),
            },
        })
    }

    fn edit(&self, profile: &str) -> Edit {
        let settings = self.settings.iter();
        settings.fold(Edit::of(profile), |edit, (key, value)| edit.set(key, value))
    }
}

fn asked_external_id(world: &World<'_>) -> Result<String> {
    let terminal = Terminal::open(world.guard).ok_or_else(|| {
        no_terminal(
            "the external id",
            "run it in a terminal, or give the id itself",
        )
    })?;
    let answer = terminal.ask_line("External id: ", ANSWER_LIMIT)?;
    answer.map(|id| id.trim().to_owned()).ok_or_else(|| {
        Error::new(
            "no-answer",
            "no external id was typed",
            "run it again and type it",
        )
        .exit(Exit::NoTerminal)
    })
}

/// Shows the change and asks.
fn agree(world: &World<'_>, shown: &str, change: &[String]) -> Result<()> {
    let terminal = Terminal::open(world.guard)
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
