//! `use`: a session into the shell.

use super::outcome::Outcome;
use super::welcome;
use crate::app::App;
use crate::cli::UseArgs;
use crate::deliver::snippet::{self, Form};
use crate::display_safe::{display_safe, is_unsafe};
use crate::error::{Error, Exit, Result};
use crate::obtain::{Freshness, Request, Target};
use crate::person::Terminal;
use crate::person::picker::{self, PickItem};
use crate::shell::AS_PROFILE;

pub fn run(app: &App<'_>, args: &UseArgs) -> Result<Outcome> {
    let mut as_profile = args.profile_env;
    let target = match args.profile.as_deref() {
        Some("-") => {
            app.profiles()?;
            let previous = previous(app.env().nonempty("XROLE_PREV"))?;
            let name = previous.strip_suffix(AS_PROFILE);
            as_profile |= name.is_some();
            Target::again(app, name.unwrap_or(previous), &args.select)?
        }
        Some(name) => Target::typed(app, Some(name), &args.select)?,
        None => Target::typed(app, pick(app)?.as_deref(), &args.select)?,
    };
    target.confirm(app, args.yes)?;
    let request = Request {
        code: &args.code,
        freshness: Freshness::Use,
    };
    let form = if as_profile {
        Form::Profile
    } else {
        Form::Keys
    };
    snippet::of(app, &target, &request, form).map(Outcome::done)
}

fn previous(previous: Option<&str>) -> Result<&str> {
    previous.ok_or_else(|| {
        Error::new(
            "no-previous",
            "there is no previous profile in this shell",
            "name one: xrole use PROFILE (the hook of `xrole init` remembers the previous one)",
        )
        .exit(Exit::Usage)
    })
}

/// The profile picked from a list; without a terminal `None`, which selects by `AWS_PROFILE`.
fn pick(app: &App<'_>) -> Result<Option<String>> {
    let profiles = app.profiles()?;
    app.settings()?;
    let selectable = |name: &String| !name.contains(is_unsafe);
    let mut names: Vec<&String> = profiles
        .profiles
        .names()
        .filter(|n| selectable(n))
        .collect();
    if names.is_empty() {
        return Err(welcome::no_profiles(app.env()));
    }
    let Some(terminal) = Terminal::open(app.guard) else {
        return Ok(None);
    };
    let role = |name: &str| profiles.get(name).and_then(|p| p.get("role_arn"));
    names.sort_by_key(|name| role(name).is_none());
    let items: Vec<PickItem> = names
        .into_iter()
        .map(|name| PickItem {
            name: name.clone(),
            description: role(name)
                .map(|arn| display_safe(&arn.value).into_owned())
                .unwrap_or_default(),
        })
        .collect();
    match picker::pick(&terminal, &items, "")? {
        Some(name) => Ok(Some(name)),
        None => Err(Error::new(
            "nothing-picked",
            "no profile was picked",
            "name one: xrole use PROFILE",
        )
        .exit(Exit::interrupted())),
    }
}
