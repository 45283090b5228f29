//! What `init` bakes into a hook.

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
    pub(super) fn fill(&self, hook: &str, quote: &str, baked: &str, path: &str) -> String {
        let on_expire = if self.clear_expired { "clear" } else { "keep" };
        let color = self.color.min(7).to_string();
        hook.replace(&format!("{quote}@XROLE_PROMPT@{quote}"), self.prompt)
            .replace(&format!("{quote}@XROLE_ON_EXPIRE@{quote}"), on_expire)
            .replace(&format!("{quote}@XROLE_COLOR@{quote}"), &color)
            .replace("# @XROLE_COMPLETION@\n", self.completion)
            .replace(baked, path)
    }
}
