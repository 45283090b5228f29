//! The text of a value: where it can be, a part of the file's text, which is then kept once for all values.

use std::fmt;
use std::ops::{Deref, Range};
use std::sync::Arc;

use zeroize::Zeroize as _;

/// Dereferences to its text. Never shown by `Debug`.
#[derive(Clone)]
pub struct Value(Form);

#[derive(Clone)]
enum Form {
    Own(String),
    /// Start and end in the file's text.
    Part(Arc<String>, u32, u32),
}

impl Value {
    /// That part of the text, if it is one; else a copy of `value`.
    pub(super) fn part(text: &Arc<String>, place: Option<Range<usize>>, value: &str) -> Self {
        let part = place.and_then(|place| {
            let (start, end) = (place.start.try_into().ok()?, place.end.try_into().ok()?);
            let part = Self(Form::Part(Arc::clone(text), start, end));
            (part.as_str() == value).then_some(part)
        });
        part.unwrap_or_else(|| Self::from(value))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Form::Own(text) => text,
            Form::Part(text, start, end) => {
                let range = *start as usize..*end as usize;
                text.get(range).unwrap_or_default()
            }
        }
    }

    /// The text as one's own, to be added to.
    pub(super) fn to_mut(&mut self) -> &mut String {
        if let Form::Part(..) = self.0 {
            self.0 = Form::Own(self.as_str().to_owned());
        }
        match &mut self.0 {
            Form::Own(text) => text,
            Form::Part(..) => unreachable!("it has just become its own"),
        }
    }

    #[cfg(test)]
    pub(super) fn is_part(&self) -> bool {
        matches!(self.0, Form::Part(..))
    }

    /// Wipes it; a part of a file's text is not this value's to wipe.
    pub(super) fn wipe(&mut self) {
        if let Form::Own(text) = &mut self.0 {
            text.zeroize();
        }
    }
}

impl Deref for Value {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl AsRef<str> for Value {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self(Form::Own(text))
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::from(text.to_owned())
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Value {}

impl PartialEq<str> for Value {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for Value {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self)
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Value(..)")
    }
}
