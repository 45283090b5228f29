//! What the command line selects: a profile or a role that is in no file, and what options change of it.

use std::borrow::Cow;
use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use crate::aws::config::Profiles;
use crate::error::{Error, Exit, Result};
use crate::place::{Origin, Sourced};
use crate::words::quoted;

/// A profile's name or a role's ARN, and the options that add to it.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Selection {
    /// A profile's name, or the ARN of a role that is no profile.
    pub profile: String,
    /// `--source`: whose credentials assume the role.
    pub source: Option<String>,
    /// `--region`.
    pub region: Option<String>,
    /// `--duration`, in seconds; for the selected role alone.
    pub duration: Option<u32>,
    /// `--external-id`, for the selected role alone.
    pub external_id: Option<String>,
    /// `--mfa-serial`: the device in force, whatever the files say.
    pub mfa_serial: Option<String>,
    /// `--session-name`, for the selected role alone.
    pub session_name: Option<String>,
}

impl Selection {
    #[must_use]
    pub fn of(profile: impl Into<String>) -> Self {
        Self {
            profile: profile.into(),
            ..Self::default()
        }
    }

    /// The options that were given, without their dashes, and their values.
    pub fn given(&self) -> impl Iterator<Item = (&'static str, Cow<'_, str>)> {
        fn text(value: Option<&String>) -> Option<Cow<'_, str>> {
            value.map(|value| Cow::Borrowed(value.as_str()))
        }
        let duration = self.duration.map(|seconds| seconds.to_string().into());
        [
            ("source", text(self.source.as_ref())),
            ("region", text(self.region.as_ref())),
            ("duration", duration),
            ("external-id", text(self.external_id.as_ref())),
            ("session-name", text(self.session_name.as_ref())),
            ("mfa-serial", text(self.mfa_serial.as_ref())),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
    }

    /// The options as they are typed, each after a space; fit for a POSIX shell.
    #[must_use]
    pub fn options(&self) -> String {
        let mut options = String::new();
        for (name, value) in self.given() {
            let _ = write!(options, " --{name} {}", quoted(&value));
        }
        options
    }

    /// Refuses options that describe a role where the profile assumes none: nothing is skipped in silence.
    pub(super) fn refuse_role_options(&self, web_identity: bool) -> Result<()> {
        let session_name = self.session_name.is_some() && !web_identity;
        for (given, option) in [
            (self.source.is_some(), "--source"),
            (self.duration.is_some(), "--duration"),
            (self.external_id.is_some(), "--external-id"),
            (session_name, "--session-name"),
        ] {
            if given {
                return Err(Error::new(
                    "option-unused",
                    format!(
                        "{option} has no effect: profile \"{}\" assumes no role with other credentials",
                        crate::display_safe::display_safe(&self.profile)
                    ),
                    format!("leave {option} out, or name a role: xrole use ARN --source PROFILE"),
                )
                .exit(Exit::Usage));
            }
        }
        Ok(())
    }
}

/// Is this the ARN of a role that is in no file? (A section may be called `arn:…`; the section wins.)
#[must_use]
pub fn is_role(profiles: &Profiles, name: &str) -> bool {
    name.starts_with("arn:") && profiles.get(name).is_none()
}

/// An option's value, where it was given.
pub(super) fn option<T: Clone>(value: Option<&T>, name: &'static str) -> Option<Sourced<T>> {
    value.map(|value| Sourced::new(value.clone(), Origin::Option(name)))
}
