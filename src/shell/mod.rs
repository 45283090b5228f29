//! The shells: what each needs quoted, how a change of environment is written for it, and its hook.

mod captured;
mod change;
pub mod completion;
mod dialect;
mod environment;
pub mod fish;
pub mod grammar;
mod hook_options;
mod hook_path;
pub mod json;
pub mod posix;
pub mod powershell;
mod segment;
mod session_change;
mod variables;

pub use captured::refusal as captured_refusal;
pub use change::{Change, Saved};
pub use dialect::{Shell, dialect};
pub use environment::Env;
pub use grammar::is_count;
pub use hook_options::HookOptions;
pub use hook_path::hook_path;
pub use segment::{CYAN, segment, time_left};
pub use session_change::{Exports, ProfileEnv, UseChange, sync_change, unset_change, use_change};
pub use variables::{
    AS_PROFILE, EXPIRED_PROFILE, Holding, Kind, SAVED, XROLE, active_profile, display_name,
    holds_profile, is_own, names_other_profile, own_region,
};

use crate::error::Result;

impl Shell {
    /// The value as one word of this dialect, whatever it holds; only NUL is refused.
    pub fn quote(self, value: &str) -> Result<String> {
        match self {
            Self::Bash | Self::Zsh | Self::Posix => posix::quote(value),
            Self::Fish => fish::quote(value),
            Self::PowerShell => powershell::quote(value),
            Self::Json => json::quote(value),
        }
    }

    /// The change as one compound command (or one object), with its newline. Values are checked by grammar first.
    pub fn render(self, change: &Change) -> Result<String> {
        grammar::check(change)?;
        match self {
            Self::Bash | Self::Zsh | Self::Posix => posix::render(self, change),
            Self::Fish => fish::render(change),
            Self::PowerShell => powershell::render(change),
            Self::Json => json::render(change),
        }
    }

    /// What a failed call prints in place of a snippet, with its newline, so that `eval "$(…)" && next` stops.
    #[must_use]
    pub fn failure(self) -> &'static str {
        match self {
            Self::Bash | Self::Zsh | Self::Posix => posix::failure(),
            Self::Fish => fish::failure(),
            Self::PowerShell => powershell::failure(),
            Self::Json => json::failure(),
        }
    }

    /// What `init` prints.
    pub fn hook(self, options: &HookOptions) -> Result<String> {
        match self {
            Self::Bash | Self::Zsh | Self::Posix => posix::hook(self, options),
            Self::Fish => fish::hook(options),
            Self::PowerShell => powershell::hook(options),
            Self::Json => json::hook(options),
        }
    }

    /// What `deinit` prints: the exact undo of the hook.
    #[must_use]
    pub fn deinit(self) -> &'static str {
        match self {
            Self::Bash | Self::Zsh | Self::Posix => posix::deinit(self),
            Self::Fish => fish::deinit(),
            Self::PowerShell => powershell::deinit(),
            Self::Json => json::deinit(),
        }
    }
}
