//! From what was typed to a session: what the commands that hand one on have in common.

use super::device_offer::{self, Chosen};
use super::use_session::CYAN;
use super::{World, selecting};
use crate::aws::chain::Selection;
use crate::aws::config::Profiles;
use crate::cli::{CodeArgs, SelectArgs};
use crate::deliver::written_profile::{self, By};
use crate::display_safe::display_safe;
use crate::error::{Error, Result};
use crate::obtain::codes::Codes;
use crate::obtain::{Freshness, Obtain, Obtained, Plans};
use crate::person::confirm_by_typing;
use crate::place::{Notice, Origin, Sourced};
use crate::settings::Settings;
use crate::shell::Exports;
use crate::source;
use crate::store::Cache;

/// The files, read once.
#[derive(Debug)]
pub struct Obtaining<'a> {
    pub world: &'a World<'a>,
    pub profiles: Profiles,
    pub settings: Settings,
    pub cache: Cache,
}

/// A profile, and what is to be done for its session.
#[derive(Debug)]
pub struct Selected {
    pub selection: Selection,
    pub plans: Plans,
}

impl Selected {
    /// The region that the session is used in.
    #[must_use]
    pub fn region(&self) -> Option<&str> {
        let region = self.plans.first.region.as_ref();
        region.map(|region| region.value.as_str())
    }
}

/// No session; perhaps a device to try it with.
struct Failed {
    error: Error,
    chosen: Option<Box<Chosen>>,
}

impl<'a> Obtaining<'a> {
    pub fn new(world: &'a World<'a>) -> Result<Self> {
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

    /// The profile with the options that were given; `None` selects by `AWS_PROFILE`, else `default`.
    pub fn select(&self, profile: Option<&str>, args: &SelectArgs) -> Result<Selected> {
        let env = &self.world.context.env;
        let remembered =
            profile.and_then(|name| selecting::remembered(&self.profiles, &self.cache, name, args));
        let selection = match remembered {
            Some(selection) => {
                let role = display_safe(&selection.profile);
                let text = format!("{role}: taken as last time, with{}", selection.options());
                self.world.notice([Notice::new(None, text)]);
                selection
            }
            None => selecting::selection(&self.profiles, env, profile, args)?,
        };
        self.planned(selection)
    }

    /// A profile that was named before (`use -`).
    pub fn again(&self, profile: &str, args: &SelectArgs) -> Result<Selected> {
        let env = &self.world.context.env;
        self.planned(selecting::again(
            &self.profiles,
            &self.cache,
            env,
            profile,
            args,
        )?)
    }

    /// The profile whose session this shell holds (`renew`).
    pub fn active(&self, profile: &str, args: &SelectArgs) -> Result<Selected> {
        let env = &self.world.context.env;
        self.planned(selecting::active(
            &self.profiles,
            &self.cache,
            env,
            profile,
            args,
        )?)
    }

    fn planned(&self, selection: Selection) -> Result<Selected> {
        let env = &self.world.context.env;
        let plans = selecting::plans(&self.profiles, &self.settings, env, &selection)?;
        source::refuse_loop(&plans.first.base, env)?;
        Ok(Selected { selection, plans })
    }

    /// Asks before a protected profile is used, unless `--yes` was given.
    pub fn confirm(&self, selected: &Selected, yes: bool) -> Result<()> {
        let profile = &selected.selection.profile;
        if self.settings.for_profile(profile).protected && !yes {
            confirm_by_typing(self.world.guard, profile)?;
        }
        Ok(())
    }

    /// The session. `again` is the command that a person runs to be asked for a code.
    pub fn session(
        &self,
        selected: &Selected,
        code: &CodeArgs,
        freshness: Freshness,
        again: &str,
    ) -> Result<Obtained> {
        let (error, chosen) = match self.attempt(selected, code, freshness, again) {
            Ok(obtained) => return Ok(obtained),
            Err(Failed { error, chosen }) => (error, chosen),
        };
        let Some(chosen) = chosen else {
            return Err(error);
        };
        let with_device = self.planned(chosen.selection(&selected.selection))?;
        let obtained = self.attempt(&with_device, code, freshness, again);
        let obtained = obtained.map_err(|failed| failed.error)?;
        chosen.keep(self, &with_device);
        Ok(obtained)
    }

    fn attempt(
        &self,
        selected: &Selected,
        code: &CodeArgs,
        freshness: Freshness,
        again: &str,
    ) -> std::result::Result<Obtained, Failed> {
        let world = self.world;
        let (env, clock) = (&world.context.env, &world.context.clock);
        let trust = |line: &Sourced<String>| match line.origin {
            Origin::File(place) => self.profiles.command_trust(place),
            _ => Ok(()),
        };
        let plans = &selected.plans;
        let mfa_process = plans.all().find_map(|plan| plan.mfa_process.clone());
        let codes = Codes::new(world.guard, *clock, &trust, again)
            .options(code.mfa_code.as_deref(), code.mfa_process.as_deref())
            .profile(mfa_process);
        let settled = selecting::settled(&self.profiles, env, &selected.selection);
        let mut obtain = Obtain::new(
            env,
            clock,
            &self.profiles,
            &self.cache,
            world.guard,
            codes,
            &settled,
        );
        obtain.freshness = freshness;
        let obtained = obtain.session(plans);
        world.notice(self.cache.notices());
        match obtained {
            Ok(obtained) => {
                world.notice(obtained.notices.iter().cloned());
                self.refresh_written(&obtained, freshness);
                Ok(obtained)
            }
            Err(error) => {
                // Behind `credential-process` an SDK waits, and not for long.
                let chosen = match freshness {
                    Freshness::Process => None,
                    // Where nobody answers, it is the refusal that matters.
                    _ => device_offer::choose(world, &mut obtain, selected)
                        .unwrap_or(None)
                        .map(Box::new),
                };
                Err(Failed { error, chosen })
            }
        }
    }

    /// A session that was minted is written to the profiles that follow it.
    fn refresh_written(&self, obtained: &Obtained, freshness: Freshness) {
        if let Some(key) = obtained.key.filter(|_| obtained.minted) {
            // Behind `credential-process` an SDK waits.
            let by = match freshness {
                Freshness::Process => By::Prompt,
                _ => By::Command,
            };
            let env = &self.world.context.env;
            let refreshed = written_profile::refresh(&self.cache, &key, by, env);
            self.world.notice(refreshed);
        }
    }

    /// What an environment is given of the session.
    #[must_use]
    pub fn exports<'b>(&self, selected: &'b Selected, obtained: &'b Obtained) -> Exports<'b> {
        let selector = &selected.selection.profile;
        // A region that the user's own environment gives is in force already, and stays the user's.
        let region = selected.plans.first.region.as_ref();
        let region = region.filter(|region| !matches!(region.origin, Origin::Variable(_)));
        Exports {
            selector,
            session: &obtained.session,
            region: region.map(|region| region.value.as_str()),
            stamp: obtained.stamp.as_deref(),
            color: self.settings.for_profile(selector).color.unwrap_or(CYAN),
            profile_env: None,
        }
    }
}
