//! The shells: what each needs quoted, how a change of environment is written for it, and its hook.

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
}
