//! The bounds of every parameter.

use super::{Given, role};
use crate::aws::chain::Selection;

fn long(n: usize) -> String {
    "x".repeat(n)
}

fn refused(given: &Given, config: &str) -> Option<String> {
    let error = given.plan(config).err()?;
    assert_eq!(error.class, "param", "{error}");
    Some(error.headline())
}

#[test]
fn parameters_out_of_bounds_name_their_line() {
    for (line, refusal) in [
        (
            "external_id = x".to_owned(),
            Some("external_id has 1 character, at least 2 are needed"),
        ),
        ("external_id = xy".to_owned(), None),
        (format!("external_id = {}", long(1224)), None),
        (
            format!("external_id = {}", long(1225)),
            Some("external_id has 1225 characters, at most 1224 are taken"),
        ),
        (
            "external_id = a b".to_owned(),
            Some("external_id has the character \" \", which AWS does not take"),
        ),
        ("external_id = a:/-=+,.@_".to_owned(), None),
        (
            "external_id = ab\u{1b}".to_owned(),
            Some("external_id has the character \"\\u{1b}\", which AWS does not take"),
        ),
        (
            "role_session_name = é1".to_owned(),
            Some("role_session_name has the character \"é\", which AWS does not take"),
        ),
        (
            "role_session_name = a/b".to_owned(),
            Some("role_session_name has the character \"/\", which AWS does not take"),
        ),
        (format!("role_session_name = {}", long(64)), None),
        (
            format!("role_session_name = {}", long(65)),
            Some("role_session_name has 65 characters, at most 64 are taken"),
        ),
        ("role_session_name =".to_owned(), None),
        (
            "duration_seconds = 899".to_owned(),
            Some("duration_seconds is 899 seconds"),
        ),
        ("duration_seconds = 900".to_owned(), None),
        ("duration_seconds = 43200".to_owned(), None),
        (
            "duration_seconds = 43201".to_owned(),
            Some("duration_seconds is 43201 seconds"),
        ),
        (
            "mfa_serial = 12345678".to_owned(),
            Some("mfa_serial has 8 characters, at least 9 are needed"),
        ),
        ("mfa_serial = GAHT12345678".to_owned(), None),
        (
            "mfa_serial = arn:aws:iam::111111111111:user/alice".to_owned(),
            Some("mfa_serial is a user's ARN, not a device's"),
        ),
        (
            "mfa_serial = arn:aws:iam::111111111111:u2f/user/alice/k".to_owned(),
            Some("mfa_serial is a security key, which STS cannot take a code from"),
        ),
        (
            "source_identity = x".to_owned(),
            Some("source_identity has 1 character, at least 2 are needed"),
        ),
        ("source_identity = aws.alice".to_owned(), None),
        (
            "source_identity = aws:alice".to_owned(),
            Some("source_identity has the character \":\", which AWS does not take"),
        ),
    ] {
        let expected = refusal.map(|text| format!("config:5: {text}"));
        assert_eq!(refused(&Given::default(), &role(&line)), expected, "{line}");
    }
}

#[test]
fn tags_out_of_bounds_name_their_line() {
    let tags = |n: usize| {
        (0..n)
            .map(|n| format!("k{n}=v"))
            .collect::<Vec<_>>()
            .join(",")
    };
    let keys = |n: usize| {
        (0..n)
            .map(|n| format!("k{n}"))
            .collect::<Vec<_>>()
            .join(",")
    };
    for (line, refusal) in [
        (format!("session_tags = {}", tags(50)), None),
        (
            format!("session_tags = {}", tags(51)),
            Some("session_tags has 51 tags"),
        ),
        (
            "session_tags = =v".to_owned(),
            Some("session_tags has a key that is empty"),
        ),
        ("session_tags = k=".to_owned(), None),
        ("session_tags = Tým 1=a b_.:/=+-@".to_owned(), None),
        (format!("session_tags = {}=v", long(128)), None),
        (
            format!("session_tags = {}=v", long(129)),
            Some("session_tags has a key that has 129 characters"),
        ),
        (format!("session_tags = k={}", long(256)), None),
        (
            format!("session_tags = k={}", long(257)),
            Some("session_tags gives \"k\" a value that has 257 characters"),
        ),
        (
            "session_tags = k=a*b".to_owned(),
            Some("session_tags gives \"k\" a value that has the character \"*\""),
        ),
        (format!("transitive_session_tags = {}", keys(50)), None),
        (
            format!("transitive_session_tags = {}", keys(51)),
            Some("transitive_session_tags has 51 keys"),
        ),
        (
            "transitive_session_tags = a,,b".to_owned(),
            Some("transitive_session_tags has a key that is empty"),
        ),
    ] {
        let expected = refusal.map(|text| format!("config:5: {text}"));
        assert_eq!(refused(&Given::default(), &role(&line)), expected, "{line}");
    }
}

#[test]
fn arns_of_roles() {
    for (arn, good) in [
        ("arn:aws:iam::222222222222:role/a", true),
        ("arn:aws:iam::222222222222:role/path/to/a+=,.@-_", true),
        ("arn:foo", false),
        ("arn:aws:iam::22222222222:role/a", false),
        ("arn:aws:iam::22222222222x:role/a", false),
        ("arn:aws:iam:eu-west-1:222222222222:role/a", false),
        ("arn:aws:iam::222222222222:role/", false),
        ("arn:aws:iam::222222222222:role/a b", false),
        ("arn:aws:iam::222222222222:user/a", false),
        ("arn:aws:sts::222222222222:assumed-role/a/s", false),
    ] {
        let config = role("").replace("arn:aws:iam::222222222222:role/P", arn);
        let expected = (!good).then(|| format!("config:2: role_arn \"{arn}\" is not a role's ARN"));
        assert_eq!(refused(&Given::default(), &config), expected, "{arn}");
    }
}

#[test]
fn options_are_named_where_they_gave_the_value() {
    let arn = "arn:aws:iam::222222222222:role/x";
    let mut given = Given {
        selection: Selection {
            source: Some("Q".to_owned()),
            ..Selection::of(arn)
        },
        ..Given::default()
    };
    given.selection.external_id = Some("x".to_owned());
    assert_eq!(
        refused(&given, "").as_deref(),
        Some("--external-id has 1 character, at least 2 are needed")
    );
    given.selection = Selection {
        source: Some("Q".to_owned()),
        ..Selection::of("arn:aws:x")
    };
    assert_eq!(
        refused(&given, "").as_deref(),
        Some("\"arn:aws:x\" is not a role's ARN")
    );
}

#[test]
fn the_mfa_session_has_its_own_bounds() {
    let serial = role("mfa_serial = GAHT12345678");
    for (seconds, expected) in [
        (899, Some("mfa_session_duration in config.ini is 899 s")),
        (900, None),
        (129_600, None),
        (
            129_601,
            Some("mfa_session_duration in config.ini is 129601 s"),
        ),
    ] {
        let mut given = Given::default();
        given.settings.mfa_session_duration = seconds;
        assert_eq!(refused(&given, &serial).as_deref(), expected);
    }
}
