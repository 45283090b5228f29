//! Lengths of time as people write and read them.

use std::time::Duration;

use crate::display_safe::display_safe;
use crate::error::{Error, Exit, Result};

/// An option's time: whole seconds, or `45m`, `4h`, `1h30m`.
pub fn seconds(option: &str, text: &str) -> Result<u32> {
    let parsed = match text.parse::<u64>() {
        Ok(seconds) => Some(Duration::from_secs(seconds)),
        Err(_) => humantime::parse_duration(text).ok(),
    };
    parsed
        .filter(|time| time.subsec_nanos() == 0)
        .and_then(|time| u32::try_from(time.as_secs()).ok())
        .ok_or_else(|| {
            Error::new(
                "usage",
                format!("{option} \"{}\" is not a time", display_safe(text)),
                "write seconds or hours and minutes: 3600, 45m, 4h, 1h30m",
            )
            .exit(Exit::Usage)
        })
}

/// The same of an option that may not be given.
pub fn seconds_if_given(option: &str, text: Option<&str>) -> Result<Option<u32>> {
    text.map(|text| seconds(option, text)).transpose()
}

/// `4 h`, `1 h 30 min`, `90 s`.
#[must_use]
pub fn in_words(seconds: u32) -> String {
    match (seconds / 3600, seconds % 3600 / 60, seconds % 60) {
        (0, minutes, 0) => format!("{minutes} min"),
        (hours, 0, 0) => format!("{hours} h"),
        (hours, minutes, 0) => format!("{hours} h {minutes} min"),
        _ => format!("{seconds} s"),
    }
}

/// `1h 30m`.
#[must_use]
pub fn shown(seconds: i64) -> String {
    let seconds = u64::try_from(seconds).unwrap_or_default();
    humantime::format_duration(Duration::from_secs(seconds)).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        for (text, expected) in [
            ("3600", Some(3600)),
            ("45m", Some(2700)),
            ("1h30m", Some(5400)),
            ("4h", Some(14_400)),
            ("", None),
            ("-5", None),
            ("500ms", None),
            ("4 lightyears", None),
            ("99999999999", None),
        ] {
            assert_eq!(seconds("--duration", text).ok(), expected, "{text}");
        }
    }
}
