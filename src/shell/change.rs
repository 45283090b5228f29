//! What a snippet does to the environment, as a value.

use std::fmt;

/// One variable to save before `use` touches it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    pub name: &'static str,
    /// It is in the environment (saved as `__xrole_e_NAME`); otherwise at most a plain shell variable (`__xrole_p_NAME`).
    pub exported: bool,
}

/// What a snippet does, in this order: save, restore, unset, set. Names are constants `[A-Z_][A-Z0-9_]*`.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Change {
    /// Saved unless the shell holds saved values already (`__xrole_on`).
    pub save: Vec<Saved>,
    /// Saved anew even then, since something else changed them.
    pub resave: Vec<Saved>,
    /// Taken back from the saved values; unset where there is none.
    pub restore: Vec<&'static str>,
    pub unset: Vec<&'static str>,
    pub set: Vec<(&'static str, String)>,
    /// The new `__xrole_prev`; `None` leaves it.
    pub previous: Option<String>,
    /// The new `__xrole_color` (an ANSI colour, 0 to 7); `None` leaves it.
    pub color: Option<u8>,
    /// The saved values are dropped and `__xrole_on` goes: `unset` is over.
    pub forget: bool,
}

/// Names only: the values hold secrets.
impl fmt::Debug for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let set: Vec<_> = self.set.iter().map(|(name, _)| name).collect();
        f.debug_struct("Change")
            .field("save", &self.save)
            .field("resave", &self.resave)
            .field("restore", &self.restore)
            .field("unset", &self.unset)
            .field("set", &set)
            .field("previous", &self.previous)
            .field("color", &self.color)
            .field("forget", &self.forget)
            .finish()
    }
}
