//! The prompt segment as text, for tmux and prompts of one's own. The hooks draw the same one without a process.

use super::grammar::is_count;
use crate::clock::Timestamp;
use crate::display_safe::is_unsafe;
use crate::shell::{Env, display_name, names_other_profile};

/// The colour where the settings name none.
pub const CYAN: u8 = 6;
const RED: u8 = 1;
const YELLOW: u8 = 3;

/// `[prod 42m]` from the environment and the clock alone; empty where no session is active. `color` is the
/// profile's, 0 to 7. What it shows when is in `docs/rules/shells.md#prompt-hook`.
#[must_use]
pub fn segment(env: &Env, now: Timestamp, color: u8) -> String {
    let Some(selector) = env.nonempty("XROLE_PROFILE") else {
        return String::new();
    };
    let name = display_name(selector).replace(is_unsafe, "?");
    let key = |name| env.get(name).unwrap_or_default();
    let foreign = key("AWS_ACCESS_KEY_ID") != key("XROLE_KEY_ID") || names_other_profile(env);
    let left = env
        .get("XROLE_EXPIRES")
        .filter(|text| is_count(text))
        .and_then(|text| text.parse::<i64>().ok())
        .map(|end| end.saturating_sub(now.0));
    let (tail, color) = match left {
        _ if foreign => ("?".to_owned(), RED),
        Some(seconds) => (format!(" {}", time_left(seconds)), shade(seconds, color)),
        None => (String::new(), color),
    };
    let text = format!("[{name}{tail}]");
    let plain = env.nonempty("NO_COLOR").is_some() || env.get("TERM").unwrap_or("dumb") == "dumb";
    if plain {
        text
    } else {
        format!("\x1b[3{}m{text}\x1b[39m", color.min(7))
    }
}

/// Rounded down: `9h05m`, `42m`, `59s`, `expired`.
#[must_use]
pub fn time_left(seconds: i64) -> String {
    match seconds {
        ..=0 => "expired".to_owned(),
        1..60 => format!("{seconds}s"),
        60..3600 => format!("{}m", seconds / 60),
        _ => format!("{}h{:02}m", seconds / 3600, seconds % 3600 / 60),
    }
}

/// Yellow from 15 minutes, red from 5; what is red already stays red.
fn shade(seconds: i64, color: u8) -> u8 {
    match seconds {
        ..=300 => RED,
        301..=900 if color != RED => YELLOW,
        _ => color,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_769_848_200);

    fn drawn(profile: &str, key: &str, expires: &str, color: u8) -> String {
        let env = Env::from([
            ("TERM", "xterm"),
            ("XROLE_PROFILE", profile),
            ("XROLE_EXPIRES", expires),
            ("XROLE_KEY_ID", "A"),
            ("AWS_ACCESS_KEY_ID", key),
        ]);
        segment(&env, NOW, color)
    }

    #[test]
    fn time_is_rounded_down_and_coloured() {
        for (left, color, shown) in [
            (32_799, 6, "\x1b[36m[prod 9h06m]\x1b[39m"),
            (3600, 6, "\x1b[36m[prod 1h00m]\x1b[39m"),
            (3599, 6, "\x1b[36m[prod 59m]\x1b[39m"),
            (901, 2, "\x1b[32m[prod 15m]\x1b[39m"),
            (900, 2, "\x1b[33m[prod 15m]\x1b[39m"),
            (900, 1, "\x1b[31m[prod 15m]\x1b[39m"),
            (301, 6, "\x1b[33m[prod 5m]\x1b[39m"),
            (300, 6, "\x1b[31m[prod 5m]\x1b[39m"),
            (59, 6, "\x1b[31m[prod 59s]\x1b[39m"),
            (0, 6, "\x1b[31m[prod expired]\x1b[39m"),
            (-9, 6, "\x1b[31m[prod expired]\x1b[39m"),
        ] {
            assert_eq!(
                drawn("prod", "A", &(NOW.0 + left).to_string(), color),
                shown
            );
        }
    }

    #[test]
    fn names_are_shown_as_text() {
        for (profile, key, expires, shown) in [
            ("", "A", "", ""),
            ("prod", "B", "1769851800", "\x1b[31m[prod?]\x1b[39m"),
            ("prod", "A", "", "\x1b[36m[prod]\x1b[39m"),
            ("prod", "A", "a[$(id)]", "\x1b[36m[prod]\x1b[39m"),
            ("prod", "A", "0999999", "\x1b[36m[prod]\x1b[39m"),
            ("prod", "A", "9999999999999999", "\x1b[36m[prod]\x1b[39m"),
            (
                "arn:aws:iam::222222222222:role/team/x",
                "A",
                "1769851800",
                "\x1b[36m[x 1h00m]\x1b[39m",
            ),
            (
                "a/b$(id)\u{1b}[2J\u{202e}",
                "A",
                "",
                "\x1b[36m[a/b$(id)?[2J?]\x1b[39m",
            ),
        ] {
            assert_eq!(drawn(profile, key, expires, 6), shown, "{profile:?}");
        }
    }

    #[test]
    fn colour_can_be_refused() {
        let prod = ("XROLE_PROFILE", "prod");
        for (vars, shown) in [
            ([prod, ("TERM", "dumb"), ("NO_COLOR", "")], "[prod]"),
            ([prod, ("TERM", "xterm"), ("NO_COLOR", "1")], "[prod]"),
            (
                [prod, ("TERM", "xterm"), ("NO_COLOR", "")],
                "\x1b[36m[prod]\x1b[39m",
            ),
        ] {
            assert_eq!(segment(&Env::from(vars), NOW, 6), shown);
        }
        assert_eq!(segment(&Env::from([prod]), NOW, 6), "[prod]");
    }
}
