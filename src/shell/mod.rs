//! The shells: what each needs quoted, how a change of environment is written for it, and its hook.

mod captured;
mod change;
pub mod completion;
mod dialect;
mod environment;
pub mod fish;
pub mod grammar;
mod hook_path;
pub mod json;
pub mod posix;
pub mod powershell;
mod segment;
mod session_change;
mod variables;

pub use captured::{Captured, captured, refusal as captured_refusal};
pub use change::{Change, Saved};
pub use dialect::{Process, ancestors, dialect};
pub use environment::Env;
pub use grammar::is_count;
pub use hook_path::hook_path;
pub use segment::{CYAN, segment, time_left};
pub use session_change::{Exports, ProfileEnv, UseChange, sync_change, unset_change, use_change};
pub use variables::{
    AS_PROFILE, EXPIRED_PROFILE, Holding, Kind, SAVED, XROLE, active_profile, display_name,
    holds_profile, is_own, names_other_profile,
};

use crate::error::Result;

/// A dialect that xrole writes. (`match` without `_`: a new shell does not compile until every rule is written.)
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shell {
    Bash,
    Zsh,
    Fish,
    PowerShell,
    /// Any other POSIX shell: dash, ash, ksh, mksh.
    Posix,
    /// The data that the PowerShell hook reads instead of code.
    Json,
}

/// What `init` bakes into a hook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HookOptions {
    /// The absolute path that led to the binary, unresolved.
    pub path: String,
    /// `auto`, `left`, `right` or `none`.
    pub prompt: &'static str,
    /// `on_expire = clear`: expired keys are taken out of the shell.
    pub clear_expired: bool,
    /// The colour of the session that the shell inherits, 0 to 7.
    pub color: u8,
    /// The completion of that shell, which ends the hook; may be empty.
    pub completion: &'static str,
}

impl HookOptions {
    /// A hook with everything baked in: `quote` stands around what the values take the place of, `baked` for the
    /// path, and `path` is the path, quoted.
    fn fill(&self, hook: &str, quote: &str, baked: &str, path: &str) -> String {
        let on_expire = if self.clear_expired { "clear" } else { "keep" };
        let color = self.color.min(7).to_string();
        hook.replace(&format!("{quote}@XROLE_PROMPT@{quote}"), self.prompt)
            .replace(&format!("{quote}@XROLE_ON_EXPIRE@{quote}"), on_expire)
            .replace(&format!("{quote}@XROLE_COLOR@{quote}"), &color)
            .replace("# @XROLE_COMPLETION@\n", self.completion)
            .replace(baked, path)
    }
}

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
