//! Plans and refusals in the words of a person at a terminal.

mod plan;

pub(crate) use plan::NoticeJson;
pub use plan::{Cached, calls_text, plan_json, plan_text};

/// Time left as every part of xrole shows it, rounded down: `9h05m`, `42m`, `59s`, `expired`.
#[must_use]
pub fn time_left(seconds: i64) -> String {
    match (seconds / 3600, seconds / 60 % 60) {
        _ if seconds <= 0 => "expired".to_owned(),
        (0, 0) => format!("{seconds}s"),
        (0, minutes) => format!("{minutes}m"),
        (hours, minutes) => format!("{hours}h{minutes:02}m"),
    }
}

#[cfg(test)]
mod tests {
    use super::time_left;

    #[test]
    fn time_is_rounded_down() {
        for (seconds, shown) in [
            (-1, "expired"),
            (0, "expired"),
            (59, "59s"),
            (60, "1m"),
            (2579, "42m"),
            (3600, "1h00m"),
            (32_759, "9h05m"),
        ] {
            assert_eq!(time_left(seconds), shown);
        }
    }
}
