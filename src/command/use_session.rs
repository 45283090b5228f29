//! `use` and `renew`: a session into the shell.

use super::{Outcome, World, selecting, welcome};
use crate::aws_config::Profiles;
use crate::cache::Cache;
use crate::chain::Selection;
use crate::cli::{CodeArgs, RenewArgs, SelectArgs, UseArgs};
use crate::display_safe::{display_safe, is_unsafe};
use crate::env_diff::{Exports, Holding, use_change};
use crate::error::{Error, Exit, Result};
use crate::mfa::Codes;
use crate::obtain::{Obtain, Obtained, Plans};
use crate::picker::{self, PickItem};
use crate::place::{Origin, Sourced};
use crate::plan::Plan;
use crate::settings::Settings;
use crate::terminal::{Terminal, confirm_by_typing};

/// The segment's colour where the settings name none.
pub const CYAN: u8 = 6;

/// What `use` and `renew` have in common once they know which profile is meant.
struct Using<'a> {
    world: &'a World<'a>,
    profiles: Profiles,
    settings: Settings,
    cache: Cache,
}

impl<'a> Using<'a> {
    fn new(world: &'a World<'a>) -> Result<Self> {
        let profiles = world.profiles()?;
        let settings = world.settings()?;
        let cache = world.cache(&settings);
        Ok(Self {
            world,
            profiles,
            settings,
            cache,
        })
    }

    fn selection(&self, profile: Option<&str>, args: &SelectArgs) -> Result<Selection> {
        if let Some(name) = profile
            && let Some(selection) = selecting::remembered(&self.profiles, &self.cache, name, args)
        {
            return Ok(selection);
        }
        selecting::selection(&self.profiles, &self.world.context.env, profile, args)
    }

    /// Obtains the session and writes the snippet that puts it into the shell.
    fn snippet(
        &self,
        selection: &Selection,
        plans: &Plans,
        code: &CodeArgs,
        renew: bool,
    ) -> Result<Outcome> {
        let world = self.world;
        let (env, clock) = (&world.context.env, &world.context.clock);
        let trust = |line: &Sourced<String>| match line.origin {
            Origin::File(place) => self.profiles.command_trust(place),
            _ => Ok(()),
        };
        let again = format!("xrole use {}", selection.profile);
        let mfa_process = plans.all().find_map(|plan| plan.mfa_process.clone());
        let codes = Codes::new(world.guard, *clock, &trust, again)
            .options(code.mfa_code.as_deref(), code.mfa_process.as_deref())
            .profile(mfa_process);
        let settled = selecting::settled(&self.profiles, env, selection);
        let mut obtain = Obtain::new(
            env,
            clock,
            &self.profiles,
            &self.cache,
            world.guard,
            codes,
            &settled,
        );
        obtain.not_before = renew.then(|| clock.millis());
        let obtained = obtain.session(plans);
        world.notice(self.cache.notices());
        let obtained = obtained?;
        world.notice(obtained.notices.iter().cloned());
        self.render(selection, &plans.first, &obtained)
    }

    fn render(&self, selection: &Selection, plan: &Plan, obtained: &Obtained) -> Result<Outcome> {
        let world = self.world;
        let of_profile = self.settings.for_profile(&selection.profile);
        let exports = Exports {
            selector: &selection.profile,
            session: &obtained.session,
            region: plan.region.as_ref().map(|region| region.value.as_str()),
            stamp: obtained.stamp.as_deref(),
            color: of_profile.color.unwrap_or(CYAN),
        };
        let done = use_change(&world.context.env, &exports);
        world.notice(done.messages);
        Ok(Outcome::done(world.shell.render(&done.change)?))
    }
}

/// `xrole use`.
pub fn run(world: &World<'_>, args: &UseArgs) -> Result<Outcome> {
    let using = Using::new(world)?;
    let env = &world.context.env;
    let selection = match args.profile.as_deref() {
        Some("-") => {
            let name = previous(env.nonempty("XROLE_PREV"))?;
            selecting::again(&using.profiles, &using.cache, env, name, &args.select)?
        }
        Some(name) => using.selection(Some(name), &args.select)?,
        None => using.selection(pick(&using)?.as_deref(), &args.select)?,
    };
    let plans = selecting::plans(&using.profiles, &using.settings, env, &selection)?;
    if using.settings.for_profile(&selection.profile).protected && !args.yes {
        confirm_by_typing(world.guard, &selection.profile)?;
    }
    using.snippet(&selection, &plans, &args.code, false)
}

/// `xrole renew`: the same session, minted anew.
pub fn renew(world: &World<'_>, args: &RenewArgs) -> Result<Outcome> {
    let using = Using::new(world)?;
    let env = &world.context.env;
    let active = env
        .nonempty("XROLE_PROFILE")
        .filter(|_| Holding::of(env) == Holding::Own);
    let profile = args.profile.as_deref().or(active).ok_or_else(|| {
        Error::new(
            "no-session",
            "this shell holds no session of xrole's to renew",
            "name the profile: xrole renew PROFILE",
        )
    })?;
    let selection = if active == Some(profile) {
        selecting::active(&using.profiles, &using.cache, env, profile, &args.select)?
    } else {
        using.selection(Some(profile), &args.select)?
    };
    if active != Some(profile) && using.settings.for_profile(profile).protected {
        let name = display_safe(profile);
        return Err(Error::new(
            "protected",
            format!("this shell does not hold \"{name}\", which is protected"),
            format!("xrole use {name} asks before it is taken"),
        ));
    }
    let plans = selecting::plans(&using.profiles, &using.settings, env, &selection)?;
    using.snippet(&selection, &plans, &args.code, true)
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
fn pick(using: &Using<'_>) -> Result<Option<String>> {
    let selectable = |name: &String| !name.contains(is_unsafe);
    let mut names: Vec<&String> = using
        .profiles
        .profiles
        .keys()
        .filter(|n| selectable(n))
        .collect();
    if names.is_empty() {
        return Err(welcome::no_profiles(&using.world.context.env));
    }
    let Some(terminal) = Terminal::open(using.world.guard) else {
        return Ok(None);
    };
    let role = |name: &str| using.profiles.get(name).and_then(|p| p.get("role_arn"));
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
        .exit(Exit::Signal(signal_hook::consts::SIGINT))),
    }
}
