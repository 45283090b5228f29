//! `exec`: a program with the session in its environment, in xrole's place.

use std::ffi::{OsStr, OsString};

use super::outcome::Outcome;
use crate::app::App;
use crate::cli::{ExecArgs, SelectArgs};
use crate::deliver::program::{self, Additions, Program};
use crate::deliver::program_config::{self, Others};
use crate::deliver::{endpoint, exports};
use crate::duration::seconds_if_given;
use crate::error::{Error, Exit, Result};
use crate::obtain::{self, Freshness, Request, Target};
use crate::shell::{Change, grammar, use_change};

pub fn run(app: &App<'_>, args: &ExecArgs) -> Result<Outcome> {
    let context = app.context;
    let typed = Typed::of(args, &context.arguments)?;
    let named = typed.profile.or(args.also.first().map(String::as_str));
    let least = seconds_if_given("--min-ttl", args.min_ttl.as_deref())?;
    let target = Target::typed_or_active(app, named, &args.select)?;
    let path = context.env.raw("PATH");
    program::refuse_missing(typed.name, path)?;
    target.confirm(app, args.yes)?;
    let request = Request {
        code: &args.code,
        freshness: Freshness::with_least(least),
    };
    let obtained = obtain::session(app, &target, &request)?;
    obtained.check_left(app, &target, least)?;
    let exports = exports(app, &target, &obtained)?;
    let change = if args.server {
        checked(use_change(&context.env, &exports).change)?;
        let token_file = args.token_file.as_deref();
        endpoint::provision(app, &target, &obtained, token_file)?
    } else if args.profile_env || !args.also.is_empty() {
        let also = also(app, args, typed.profile.is_none())?;
        let written = program_config::write(app, (&target, &obtained), &also, Others::Hidden)?;
        let mut exports = written.instead_of(exports);
        if !also.is_empty() {
            // In a variable, one profile's region would be every profile's.
            exports.region = None;
        }
        checked(use_change(&context.env, &exports).change)?
    } else {
        checked(use_change(&context.env, &exports).change)?
    };
    Ok(Outcome::program(Program {
        name: typed.name.to_owned(),
        arguments: typed.arguments.to_vec(),
        environment: Additions::of(&change, &context.env),
        path: path.map(OsStr::to_owned),
    }))
}

fn checked(change: Change) -> Result<Change> {
    grammar::check(&change).map(|()| change)
}

/// The further profiles of `--as`, each with a session, so that nobody is asked once the program runs. Where no
/// profile stands before the command, the first of them is the program's own already.
fn also(app: &App<'_>, args: &ExecArgs, first_is_taken: bool) -> Result<Vec<Target>> {
    let further = args.also.iter().skip(usize::from(first_is_taken));
    further
        .map(|profile| {
            let target = Target::typed(app, Some(profile), &SelectArgs::default())?;
            target.confirm(app, args.yes)?;
            let request = Request {
                code: &args.code,
                freshness: Freshness::Use,
            };
            obtain::session(app, &target, &request)?;
            Ok(target)
        })
        .collect()
}

/// The command line's words. The first is the profile, unless `--` stands before it.
#[derive(Debug, PartialEq, Eq)]
struct Typed<'a> {
    profile: Option<&'a str>,
    name: &'a OsStr,
    arguments: &'a [OsString],
}

impl<'a> Typed<'a> {
    /// `line` is the whole command line, which alone tells where its `--` stood.
    fn of(args: &'a ExecArgs, line: &[OsString]) -> Result<Self> {
        let first = args.profile.as_deref().ok_or_else(no_command)?;
        let before_first = line.len().checked_sub(args.command.len() + 2);
        if before_first
            .and_then(|at| line.get(at))
            .is_some_and(|word| word == "--")
        {
            return Ok(Self {
                profile: None,
                name: first,
                arguments: &args.command,
            });
        }
        let (name, arguments) = args.command.split_first().ok_or_else(no_command)?;
        let profile = first.to_str().ok_or_else(|| {
            Error::new(
                "usage",
                "the profile's name is no UTF-8 text",
                "name the profile first, then the command: xrole exec PROFILE -- COMMAND",
            )
            .exit(Exit::Usage)
        })?;
        Ok(Self {
            profile: Some(profile),
            name,
            arguments,
        })
    }
}

fn no_command() -> Error {
    Error::new(
        "usage",
        "no command is given to run",
        "name the profile, then the command: xrole exec PROFILE -- COMMAND",
    )
    .exit(Exit::Usage)
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::cli::{Cli, Command};

    #[test]
    fn profile_and_command_are_told_apart() {
        for (line, expected) in [
            ("exec prod ls", Ok(Some("prod ls"))),
            ("exec prod -- ls -l", Ok(Some("prod ls -l"))),
            ("exec prod ls -l -- x", Ok(Some("prod ls -l -- x"))),
            ("exec prod --min-ttl 45m -- ls", Ok(Some("prod ls"))),
            (
                "exec --min-ttl 45m prod ls --yes",
                Ok(Some("prod ls --yes")),
            ),
            ("exec -- ls", Ok(Some("* ls"))),
            ("exec --yes -- ls -l", Ok(Some("* ls -l"))),
            ("exec -- prod -- ls", Ok(Some("* prod -- ls"))),
            ("exec prod", Err(2)),
            ("exec --", Err(2)),
            ("exec", Err(2)),
        ] {
            let line: Vec<OsString> = format!("xrole {line}").split(' ').map(Into::into).collect();
            let Some(Command::Exec(args)) = Cli::parse_from(&line).command else {
                panic!("{line:?}");
            };
            let typed = Typed::of(&args, &line);
            let shown = typed.map(|typed| {
                let mut words = vec![typed.profile.unwrap_or("*"), typed.name.to_str().unwrap()];
                words.extend(typed.arguments.iter().map(|word| word.to_str().unwrap()));
                words.join(" ")
            });
            assert_eq!(
                shown
                    .as_deref()
                    .map(Some)
                    .map_err(|error| error.exit.code()),
                expected,
                "{line:?}"
            );
        }
    }
}
