//! What `configure` was asked to write.

use crate::app::App;
use crate::aws::chain::Selection;
use crate::aws::config::edit::Edit;
use crate::cli::ConfigureArgs;
use crate::duration::seconds_if_given;
use crate::error::{Error, Exit, Result};
use crate::person::{ANSWER_LIMIT, Terminal, no_terminal};

/// The settings that were asked for.
pub(super) struct Wanted {
    /// Key and value as they stand in the file.
    pub settings: Vec<(&'static str, String)>,
    /// The same as options of `use` would have it, whose refusals name the option.
    pub options: Selection,
}

impl Wanted {
    pub fn of(app: &App<'_>, args: &ConfigureArgs) -> Result<Self> {
        let duration = seconds_if_given("--duration", args.duration.as_deref())?;
        let external_id = match args.external_id.as_deref() {
            Some("-") => Some(asked_external_id(app)?),
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

    pub fn edit(&self, profile: &str) -> Edit {
        let settings = self.settings.iter();
        settings.fold(Edit::of(profile), |edit, (key, value)| edit.set(key, value))
    }
}

fn asked_external_id(app: &App<'_>) -> Result<String> {
    let terminal = Terminal::open(app.guard).ok_or_else(|| {
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
