//! `configure`: a profile of the config file added or changed, once the change was shown and agreed to.

mod diff;

use super::{Outcome, World, selecting};
use crate::aws_config::edit::{Bytes, Edit};
use crate::aws_config::{Profiles, parse};
use crate::chain::{self, BaseKind, Selection};
use crate::cli::ConfigureArgs;
use crate::display_safe::{display_safe, is_unsafe};
use crate::env_diff::Env;
use crate::error::{Error, Exit, Result};
use crate::place::{Notice, Place, SourceFile};
use crate::plan;
use crate::rewrite::AwsFile;
use crate::terminal::{ANSWER_LIMIT, Terminal, no_terminal};

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
    let files = (
        AwsFile::find(env, SourceFile::Config)?,
        AwsFile::find(env, SourceFile::Credentials)?,
    );
    let (file, credentials) = (&files.0, files.1.read()?);
    let old = file.read()?;
    let new = wanted.edit(profile).apply(&old, SourceFile::Config)?;
    let (name, shown) = (display_safe(profile), file.shown().to_owned());
    let settings = world.settings()?;
    let judge = Judge {
        env,
        settings: &selecting::plan_settings(&settings, env, profile),
        credentials: &credentials,
    };
    world.notice(judge.accepts(profile, &wanted, &old, &new)?);
    if *new == *old {
        return Ok(Outcome::done(format!(
            "profile {name} of {shown} has these settings already\n"
        )));
    }
    let change = diff::lines(&old, &new);
    if !args.yes {
        agree(world, &shown, &change)?;
    }
    let done = file.rewrite(|bytes| {
        if *bytes != **old {
            return Err(changed_meanwhile(&shown));
        }
        Ok(Bytes::from(new.to_vec()))
    })?;
    world.notice(done.notices);
    let change = if args.yes {
        change.concat()
    } else {
        String::new()
    };
    Ok(Outcome::done(format!(
        "{change}wrote profile {name} to {shown}\n"
    )))
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

/// Would the profile work?
struct Judge<'a> {
    env: &'a Env,
    settings: &'a plan::PlanSettings,
    credentials: &'a [u8],
}

impl Judge<'_> {
    /// Refuses what `use` would refuse, unless the profile had the same fault before: one thing can be mended at a time.
    fn accepts(
        &self,
        profile: &str,
        wanted: &Wanted,
        old: &[u8],
        new: &[u8],
    ) -> Result<Option<Notice>> {
        let profiles = self.profiles(new)?;
        refuse_hidden(&profiles, profile, wanted)?;
        let plain = Selection::of(profile);
        let Err(error) = self
            .plan(&profiles, &wanted.options)
            .and_then(|()| self.plan(&profiles, &plain))
        else {
            return Ok(None);
        };
        let before = self.profiles(old)?;
        let had = before.get(profile).map(|_| self.plan(&before, &plain));
        match had {
            Some(Err(fault)) if fault.class == error.class => {
                let text = format!(
                    "profile \"{}\" still cannot be used: {}",
                    display_safe(profile),
                    error.message
                );
                Ok(Some(Notice::new(None, text)))
            }
            // Its lines are those of a file that is not written.
            _ => Err(Error {
                at: Vec::new(),
                ..error
            }),
        }
    }

    fn profiles(&self, config: &[u8]) -> Result<Profiles> {
        Ok(Profiles::merge(
            parse(config, SourceFile::Config)?,
            parse(self.credentials, SourceFile::Credentials)?,
        ))
    }

    fn plan(&self, profiles: &Profiles, selection: &Selection) -> Result<()> {
        let chain = chain::resolve(profiles, selection, self.env)?;
        plan::plan(chain, profiles, self.settings, self.env, BaseKind::LongTerm).map(drop)
    }
}

/// A setting of the credentials file counts before the config file's.
fn refuse_hidden(profiles: &Profiles, profile: &str, wanted: &Wanted) -> Result<()> {
    let found = profiles.get(profile);
    let hidden = wanted.settings.iter().find_map(|(key, value)| {
        let setting = found?.get(key)?;
        (setting.value != value.as_str()).then_some((key, setting.at))
    });
    match hidden {
        None => Ok(()),
        Some((key, at)) => Err(hidden_by(key, at)),
    }
}

fn hidden_by(key: &str, at: Place) -> Error {
    let message = format!("{key} stands there too, and counts before the config file's");
    Error::new(
        "setting-hidden",
        message,
        "change or remove that line first",
    )
    .at(at)
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
