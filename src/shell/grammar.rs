//! The second wall: what may stand in a snippet, checked whole before anything is quoted.

use crate::clock::Timestamp;
use crate::display_safe::is_unsafe;
use crate::error::{Error, Result};
use crate::shell::{AS_PROFILE, Change, SAVED, XROLE};

const REGIONS: [&str; 2] = ["AWS_REGION", "AWS_DEFAULT_REGION"];

/// A region, which becomes part of a host name: `[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?`.
#[must_use]
pub fn is_region(text: &str) -> bool {
    let inner = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-';
    (1..=63).contains(&text.len())
        && text.bytes().all(inner)
        && !text.starts_with('-')
        && !text.ends_with('-')
}

/// An access key id: `[A-Z0-9]{16,128}`.
#[must_use]
pub fn is_key_id(text: &str) -> bool {
    (16..=128).contains(&text.len())
        && text
            .bytes()
            .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
}

/// A count that shells may calculate with: 1 to 15 decimal digits, no leading zero.
#[must_use]
pub fn is_count(text: &str) -> bool {
    (1..=15).contains(&text.len())
        && !text.starts_with('0')
        && text.bytes().all(|c| c.is_ascii_digit())
}

/// A name that may be shown: not empty, no control, bidirectional or invisible characters.
#[must_use]
pub fn is_selector(text: &str) -> bool {
    !text.is_empty() && !text.contains(is_unsafe)
}

fn is_secret(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|c| c.is_ascii_graphic())
}

fn is_time(text: &str) -> bool {
    Timestamp::parse_rfc3339(text).is_some_and(|time| time.rfc3339() == text)
}

fn is_path(text: &str) -> bool {
    text.starts_with('/') && !text.contains(char::is_control)
}

fn check_value(name: &str, value: &str) -> Result<()> {
    let fits = match name {
        "AWS_ACCESS_KEY_ID" | "XROLE_KEY_ID" => is_key_id(value),
        "AWS_SECRET_ACCESS_KEY" | "AWS_SESSION_TOKEN" => is_secret(value),
        "AWS_CREDENTIAL_EXPIRATION" | "AWS_SESSION_EXPIRATION" => is_time(value),
        "AWS_REGION" | "AWS_DEFAULT_REGION" => is_region(value),
        "XROLE_REGION" => match value.split_once(':') {
            Some((name, region)) => REGIONS.contains(&name) && is_region(region),
            None => is_region(value),
        },
        "XROLE_EXPIRES" | "XROLE_GEN" => is_count(value),
        "AWS_PROFILE" | "AWSUME_PROFILE" | "XROLE_PROFILE" => is_selector(value),
        "previous profile" => is_selector(value.strip_suffix(AS_PROFILE).unwrap_or(value)),
        "AWS_CONFIG_FILE" | "AWS_SHARED_CREDENTIALS_FILE" | "XROLE_STAMP" => is_path(value),
        _ => false,
    };
    if fits {
        return Ok(());
    }
    Err(Error::new(
        "unsafe-value",
        format!("the value for {name} has a form that xrole does not put into a shell"),
        "the shell was left as it is; check that value in the AWS files and in the answer of STS",
    ))
}

/// Are all names ours, and do all values have the form that their names ask for? Values are never shown.
pub fn check(change: &Change) -> Result<()> {
    let saved = change.save.iter().chain(&change.resave).map(|s| s.name);
    let touched = change.restore.iter().chain(&change.unset).copied();
    for name in saved.chain(touched) {
        if !XROLE.contains(&name) && !SAVED.iter().any(|(known, _)| *known == name) {
            return Err(Error::new(
                "unsafe-value",
                format!("{name} is not a variable of xrole's"),
                "the shell was left as it is",
            ));
        }
    }
    for (name, value) in &change.set {
        check_value(name, value)?;
    }
    if let Some(previous) = &change.previous {
        check_value("previous profile", previous)?;
    }
    if change.color.is_some_and(|color| color > 7) {
        return Err(Error::new(
            "unsafe-value",
            "a colour is a digit from 0 to 7",
            "the shell was left as it is; check `color` in config.ini",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_have_a_form() {
        let long = "a".repeat(64);
        for (name, good, bad) in [
            (
                "AWS_REGION",
                &["eu-west-1", "a", "us-iso-east-1"][..],
                &[
                    "",
                    "-a",
                    "a-",
                    "EU",
                    "a.b",
                    "eu-west-1\n",
                    "evil.com/",
                    "a b",
                    &long,
                ][..],
            ),
            (
                "XROLE_KEY_ID",
                &["ASIAQQQQQQQQQQQQQQQQ"][..],
                &[
                    "ASIA",
                    "asiaqqqqqqqqqqqqqqqq",
                    "ASIAQQQQQQQQQQQQQQQQ\n",
                    "'",
                ][..],
            ),
            (
                "AWS_SESSION_TOKEN",
                &["a'b$(x)/+="][..],
                &["", "a b", "a\n", "é", "\0"][..],
            ),
            (
                "XROLE_GEN",
                &["1", "999999999999999"][..],
                &["", "0", "09", "1000000000000000", "-1", "²", "a[$(id)]"][..],
            ),
            (
                "AWS_SESSION_EXPIRATION",
                &["2026-01-31T08:30:00Z"][..],
                &["2026-01-31T08:30:00+00:00", "2026-01-31", "x"][..],
            ),
            (
                "XROLE_PROFILE",
                &["prod", "a b;$(x)", "生産", "arn:aws:iam::1:role/x"][..],
                &["", "a\nb", "\u{202e}x", "a\u{1b}[2J"][..],
            ),
            (
                "XROLE_STAMP",
                &["/run/user/1/x y"][..],
                &["x", "/a\0", "/a\nb"][..],
            ),
            ("PATH", &[][..], &["/bin"][..]),
        ] {
            for value in good {
                assert_eq!(check_value(name, value), Ok(()), "{name}={value:?}");
            }
            for value in bad {
                assert!(check_value(name, value).is_err(), "{name}={value:?}");
            }
        }
    }

    #[test]
    fn a_change_touches_only_known_names() {
        let secret = "s3cr3t with space";
        let set = |name, value: &str| Change {
            set: vec![(name, value.to_owned())],
            ..Change::default()
        };
        assert_eq!(check(&set("AWS_REGION", "eu-west-1")), Ok(()));
        let refused = check(&set("AWS_SECRET_ACCESS_KEY", secret)).unwrap_err();
        assert_eq!(
            refused.message,
            "the value for AWS_SECRET_ACCESS_KEY has a form that xrole does not put into a shell"
        );
        for change in [
            set("PATH", "/bin"),
            Change {
                unset: vec!["PATH"],
                ..Change::default()
            },
            Change {
                restore: vec!["A;id"],
                ..Change::default()
            },
            Change {
                color: Some(8),
                ..Change::default()
            },
            Change {
                previous: Some("a\nb".to_owned()),
                ..Change::default()
            },
        ] {
            assert!(check(&change).is_err(), "{change:?}");
        }
    }
}
