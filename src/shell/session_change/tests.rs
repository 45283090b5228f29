//! Tables of environments and what each command changes in them.

use super::*;
use crate::clock::Timestamp;
use crate::session::{Credentials, Secret};

const PROD: &str = "ASIAPRODPRODPRODPROD";

fn session(expiration: Option<i64>) -> Session {
    Session {
        credentials: Credentials {
            access_key_id: "ASIANEWNEWNEWNEWNEWN".to_owned(),
            secret_access_key: Secret::new("s"),
            session_token: Some(Secret::new("t")),
        },
        expiration: expiration.map(Timestamp),
        clock_offset: 60,
        minted: Timestamp(1_769_844_600),
        requested: 3600,
        identity: None,
        generation: 7,
    }
}

fn used<const N: usize>(env: [(&str, &str); N], selector: &str, region: Option<&str>) -> Change {
    let session = session(Some(1_769_848_140));
    let exports = Exports {
        selector,
        session: &session,
        region,
        region_variable: None,
        stamp: Some(Path::new("/run/s")),
        color: 6,
        profile_env: None,
    };
    use_change(&Env::from(env), &exports).change
}

fn names(saved: &[Saved]) -> Vec<String> {
    let shown = |s: &Saved| format!("{}{}", if s.exported { "+" } else { "" }, s.name);
    saved.iter().map(shown).collect()
}

/// A shell in which `use prod` has run, and whatever happened since.
fn after_use(change: &[(&'static str, Option<&'static str>)]) -> Env {
    let mut vars = std::collections::BTreeMap::from([
        ("AWS_ACCESS_KEY_ID", PROD),
        ("AWS_SECRET_ACCESS_KEY", "s"),
        ("AWS_SESSION_TOKEN", "t"),
        ("AWS_CREDENTIAL_EXPIRATION", "2026-01-31T08:30:00Z"),
        ("AWS_SESSION_EXPIRATION", "2026-01-31T08:30:00Z"),
        ("AWS_REGION", "us-east-1"),
        ("AWS_DEFAULT_REGION", "us-east-1"),
        ("AWSUME_PROFILE", "prod"),
        ("XROLE_PROFILE", "prod"),
        ("XROLE_EXPIRES", "1769848200"),
        ("XROLE_GEN", "3"),
        ("XROLE_KEY_ID", PROD),
        ("XROLE_REGION", "us-east-1"),
    ]);
    for (name, value) in change {
        match value {
            Some(value) => vars.insert(name, value),
            None => vars.remove(name),
        };
    }
    Env::new(
        vars.into_iter()
            .map(|(name, value)| (name.into(), value.into())),
    )
}

#[test]
fn the_first_use_saves_everything_and_sets_the_session() {
    let change = used(
        [("AWS_PROFILE", ""), ("AWS_REGION", "eu-west-1")],
        "prod",
        Some("us-east-1"),
    );
    assert_eq!(change.save.len(), SAVED.len() - 2, "all but the files");
    let exported: Vec<_> = change
        .save
        .iter()
        .filter(|s| s.exported)
        .map(|s| s.name)
        .collect();
    assert_eq!(exported, ["AWS_PROFILE", "AWS_REGION"]);
    assert_eq!((change.resave.len(), change.restore.len()), (0, 0));
    assert_eq!(
        (change.previous, change.color, change.forget),
        (None, Some(6), false)
    );
    let set: Vec<_> = change
        .set
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    assert_eq!(
        set,
        [
            "AWS_ACCESS_KEY_ID=ASIANEWNEWNEWNEWNEWN",
            "AWS_SECRET_ACCESS_KEY=s",
            "AWS_SESSION_TOKEN=t",
            "AWS_CREDENTIAL_EXPIRATION=2026-01-31T08:30:00Z",
            "AWS_SESSION_EXPIRATION=2026-01-31T08:30:00Z",
            "AWS_REGION=us-east-1",
            "AWS_DEFAULT_REGION=us-east-1",
            "AWSUME_PROFILE=prod",
            "XROLE_PROFILE=prod",
            "XROLE_EXPIRES=1769848200",
            "XROLE_GEN=7",
            "XROLE_KEY_ID=ASIANEWNEWNEWNEWNEWN",
            "XROLE_STAMP=/run/s",
            "XROLE_REGION=us-east-1",
        ]
    );
    assert_eq!(change.unset.len(), SAVED.len() - 2 - 8);
    assert!(!change.unset.contains(&"AWS_REGION"));
}

#[test]
fn a_role_without_region_gives_the_users_region_back() {
    let change = used([("AWS_REGION", "eu-west-1")], "dev", None);
    assert_eq!(change.restore, ["AWS_REGION", "AWS_DEFAULT_REGION"]);
    assert!(change.unset.contains(&"XROLE_REGION"));
    assert!(!change.set.iter().any(|(name, _)| name.contains("REGION")));
}

#[test]
fn only_what_xrole_did_not_set_is_saved_again() {
    let session = session(None);
    let exports = Exports {
        selector: "staging",
        session: &session,
        region: None,
        region_variable: None,
        stamp: None,
        color: 6,
        profile_env: None,
    };
    let foreign_keys = [
        "+AWS_ACCESS_KEY_ID",
        "+AWS_SECRET_ACCESS_KEY",
        "+AWS_SESSION_TOKEN",
        "AWS_SECURITY_TOKEN",
        "+AWS_CREDENTIAL_EXPIRATION",
        "+AWS_SESSION_EXPIRATION",
        "AWSUME_EXPIRATION",
        "AWS_PROFILE",
        "AWS_DEFAULT_PROFILE",
        "AWS_ACCOUNT_ID",
        "AWS_ROLE_ARN",
        "AWS_ROLE_SESSION_NAME",
        "AWS_WEB_IDENTITY_TOKEN_FILE",
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    ];
    for (since, resaved, told) in [
        (&[][..], &[][..], 0),
        (
            &[
                ("AWS_PROFILE", Some("x")),
                ("AWS_REGION", Some("ap-east-1")),
            ],
            &["+AWS_PROFILE", "+AWS_REGION"],
            0,
        ),
        (
            &[("AWS_ACCESS_KEY_ID", Some("AKIAOTHEROTHEROTHER1"))],
            &foreign_keys,
            1,
        ),
        (
            &[
                ("XROLE_KEY_ID", None),
                ("AWS_ACCESS_KEY_ID", None),
                ("AWS_PROFILE", Some("xrole-expired")),
            ],
            &[],
            0,
        ),
    ] {
        let done = use_change(&after_use(since), &exports);
        assert_eq!(names(&done.change.resave), resaved, "{since:?}");
        assert_eq!(done.messages.len(), told, "{since:?}");
        assert_eq!(done.change.previous.as_deref(), Some("prod"));
        let saved = names(&done.change.save);
        assert!(!saved.iter().any(|name| name.starts_with('+')), "{saved:?}");
    }
    let again = Exports {
        selector: "prod",
        ..exports
    };
    assert_eq!(use_change(&after_use(&[]), &again).change.previous, None);
}

#[test]
fn unset_leaves_what_others_set() {
    let kept = SAVED.iter().filter(|(_, kind)| *kind != Kind::File);
    let all: Vec<_> = kept.map(|(name, _)| *name).collect();
    let without = |left: &[&str]| -> Vec<&str> {
        all.iter()
            .copied()
            .filter(|name| !left.contains(name))
            .collect()
    };
    for (since, restored, removed) in [
        (&[][..], all.clone(), &[][..]),
        (
            &[
                ("AWS_PROFILE", Some("x")),
                ("AWS_REGION", Some("ap-east-1")),
                ("AWS_DEFAULT_REGION", None),
            ],
            without(&["AWS_PROFILE", "AWS_REGION"]),
            &[],
        ),
        (
            &[
                ("AWS_ACCESS_KEY_ID", Some("AKIAOTHEROTHEROTHER1")),
                ("AWS_SESSION_EXPIRATION", Some("2026-02-01T00:00:00Z")),
                ("AWS_VAULT", Some("x")),
            ],
            vec![
                "AWS_REGION",
                "AWS_DEFAULT_REGION",
                "AWSUME_PROFILE",
                "AWSU_PROFILE",
                "AWS_SSO_PROFILE",
            ],
            &["AWS_CREDENTIAL_EXPIRATION"],
        ),
    ] {
        let change = unset_change(&after_use(since)).change;
        assert_eq!(change.restore, restored, "{since:?}");
        assert_eq!(change.unset, [removed, &XROLE].concat(), "{since:?}");
        assert_eq!(
            (change.previous.as_deref(), change.forget),
            (Some("prod"), true)
        );
    }
    let nothing = unset_change(&Env::from([("AWS_PROFILE", "x")]));
    let forgets = Change {
        forget: true,
        ..Change::default()
    };
    assert_eq!((nothing.change, nothing.messages.len()), (forgets, 1));
}

#[test]
fn sync_takes_up_keys_and_nothing_else() {
    let (timed, endless) = (session(Some(1_769_848_140)), session(None));
    let exports = |session| Exports {
        selector: "prod",
        session,
        region: Some("ap-east-1"),
        region_variable: None,
        stamp: None,
        color: 1,
        profile_env: None,
    };
    let cleared = [
        ("XROLE_KEY_ID", None),
        ("AWS_ACCESS_KEY_ID", None),
        ("AWS_PROFILE", Some("xrole-expired")),
    ];
    let foreign = [("AWS_ACCESS_KEY_ID", Some("AKIAOTHEROTHEROTHER1"))];
    for (since, session, unset, set) in [
        (&[][..], &timed, &["XROLE_STAMP"][..], 8),
        (&cleared, &timed, &["AWS_PROFILE", "XROLE_STAMP"], 8),
        (
            &[],
            &endless,
            &[
                "AWS_CREDENTIAL_EXPIRATION",
                "AWS_SESSION_EXPIRATION",
                "XROLE_EXPIRES",
                "XROLE_STAMP",
            ],
            5,
        ),
        (&foreign, &timed, &[], 0),
    ] {
        let change = sync_change(&after_use(since), &exports(session));
        assert_eq!(change.unset, unset, "{since:?}");
        assert_eq!(change.set.len(), set, "{since:?}");
        assert!(change.set.iter().all(|(name, _)| RENEWED.contains(name)));
        assert_eq!((change.color, change.previous), (None, None));
    }
}

/// A shell in which `use prod --profile-env` has run; the user had a config file of their own, or not.
fn after_profile_env(config: Option<&str>, change: &[(&'static str, &'static str)]) -> Env {
    let mut vars = vec![
        ("XROLE_PROFILE", "prod"),
        ("XROLE_EXPIRES", "1769848200"),
        ("XROLE_GEN", "3"),
        ("AWSUME_PROFILE", "prod"),
    ];
    vars.extend(change);
    let vars = vars.into_iter();
    let mut env = Env::new(vars.map(|(name, value)| (name.into(), value.into())));
    env.hide("AWS_CONFIG_FILE", config.map(Into::into));
    env.hide("AWS_SHARED_CREDENTIALS_FILE", None);
    if change.iter().all(|(name, _)| *name != "AWS_PROFILE") {
        env.hide("AWS_PROFILE", None);
    }
    env
}

fn as_profile(env: &Env, counted: bool) -> Change {
    let (session, bought) = (session(Some(1_769_848_140)), session(Some(1_769_880_000)));
    let exports = Exports {
        selector: "prod",
        session: &session,
        region: None,
        region_variable: None,
        stamp: Some(Path::new("/run/s")),
        color: 6,
        profile_env: Some(ProfileEnv {
            name: "prod",
            config: "/cache/profiles/a",
            counted: counted.then_some(&bought),
        }),
    };
    use_change(env, &exports).change
}

#[test]
fn a_profile_in_place_of_keys() {
    let own = Env::from([("AWS_CONFIG_FILE", "/mine"), ("AWS_ACCESS_KEY_ID", "AKIA")]);
    let change = as_profile(&own, true);
    assert_eq!(
        names(&change.resave),
        ["+AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"]
    );
    let set: Vec<String> = change.set.iter().map(|(n, v)| format!("{n}={v}")).collect();
    assert_eq!(
        set,
        [
            "AWS_PROFILE=prod",
            "AWS_CONFIG_FILE=/cache/profiles/a",
            "AWS_SHARED_CREDENTIALS_FILE=/dev/null",
            "AWS_CREDENTIAL_EXPIRATION=2026-01-31T17:21:00Z",
            "AWS_SESSION_EXPIRATION=2026-01-31T17:21:00Z",
            "AWSUME_PROFILE=prod",
            "XROLE_PROFILE=prod",
            "XROLE_EXPIRES=1769880060",
            "XROLE_GEN=7",
            "XROLE_STAMP=/run/s",
        ]
    );
    for name in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "XROLE_KEY_ID"] {
        assert!(change.unset.contains(&name), "{name}");
    }
    let uncounted = as_profile(&own, false);
    assert!(uncounted.unset.contains(&"XROLE_EXPIRES"));
    // Again: what was saved the first time stays.
    let again = as_profile(&after_profile_env(Some("/mine"), &[]), true);
    assert_eq!(names(&again.resave), [""; 0]);
}

#[test]
fn the_users_files_come_back_with_keys_and_with_unset() {
    let files = ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"];
    for config in [None, Some("/mine")] {
        let env = after_profile_env(config, &[]);
        assert_eq!(Holding::of(&env), Holding::Own);
        let session = session(None);
        let exports = Exports {
            selector: "audit",
            session: &session,
            region: None,
            region_variable: None,
            stamp: None,
            color: 6,
            profile_env: None,
        };
        let used = use_change(&env, &exports).change;
        assert_eq!(used.previous.as_deref(), Some("prod\t--profile-env"));
        assert!(used.unset.contains(&"AWS_PROFILE"));
        let unset = unset_change(&env).change;
        assert!(unset.restore.contains(&"AWS_PROFILE"));
        for change in [used, unset] {
            assert!(files.iter().all(|name| change.restore.contains(name)));
            let set = change.set.iter().find(|(name, _)| *name == files[0]);
            assert_eq!(set.map(|(_, value)| value.as_str()), config);
        }
    }
    // A profile that the user has named since is the user's.
    let renamed = after_profile_env(None, &[("AWS_PROFILE", "audit")]);
    assert!(
        !unset_change(&renamed)
            .change
            .restore
            .contains(&"AWS_PROFILE")
    );
    // Keys that something else has set.
    let foreign = after_profile_env(None, &[("AWS_ACCESS_KEY_ID", "AKIA")]);
    assert_eq!(Holding::of(&foreign), Holding::Foreign);
    assert!(
        unset_change(&foreign)
            .change
            .restore
            .contains(&"AWS_CONFIG_FILE")
    );
}

/// boto3 and the first AWS CLI read `AWS_DEFAULT_REGION` alone, other SDKs `AWS_REGION` alone: with only one of them set,
/// half of all programs found no region, or another one, after `use`.
#[test]
fn both_variables_of_the_region_are_set_and_the_users_own_stays_theirs() {
    let session = session(Some(1_769_848_140));
    for (before, variable, recorded) in [
        (&[][..], None, Some("eu-west-1")),
        (
            &[("AWS_REGION", "eu-west-1")],
            Some("AWS_REGION"),
            Some("AWS_DEFAULT_REGION:eu-west-1"),
        ),
        (
            &[("AWS_DEFAULT_REGION", "eu-west-1")],
            Some("AWS_DEFAULT_REGION"),
            Some("AWS_REGION:eu-west-1"),
        ),
        (
            &[
                ("AWS_REGION", "eu-west-1"),
                ("AWS_DEFAULT_REGION", "us-east-1"),
            ],
            Some("AWS_REGION"),
            Some("AWS_DEFAULT_REGION:eu-west-1"),
        ),
        (
            &[
                ("AWS_REGION", "eu-west-1"),
                ("AWS_DEFAULT_REGION", "eu-west-1"),
            ],
            Some("AWS_REGION"),
            None,
        ),
    ] {
        let exports = Exports {
            selector: "prod",
            session: &session,
            region: Some("eu-west-1"),
            region_variable: variable,
            stamp: None,
            color: 6,
            profile_env: None,
        };
        let env = |more: &[(&str, &str)]| {
            let vars = before.iter().chain(more);
            Env::new(vars.map(|(name, value)| (name.into(), value.into())))
        };
        let set = |change: &Change, name: &str| value_of(&change.set, name).map(str::to_owned);
        let first = use_change(&env(&[]), &exports).change;
        assert_eq!(
            set(&first, "AWS_REGION").as_deref(),
            Some("eu-west-1"),
            "{before:?}"
        );
        assert_eq!(
            set(&first, "AWS_DEFAULT_REGION").as_deref(),
            Some("eu-west-1")
        );
        assert_eq!(
            set(&first, "XROLE_REGION").as_deref(),
            recorded,
            "{before:?}"
        );
        // Used once more, and taken out again.
        let values: Vec<_> = first.set.iter().map(|(n, v)| (*n, v.as_str())).collect();
        let second = use_change(&env(&values), &exports).change;
        assert_eq!(
            set(&second, "XROLE_REGION").as_deref(),
            recorded,
            "{before:?}"
        );
        let taken = unset_change(&env(&values)).change;
        for name in ["AWS_REGION", "AWS_DEFAULT_REGION"] {
            let of_user = before.iter().find(|(n, _)| *n == name);
            let stays = of_user.is_some_and(|(_, value)| *value == "eu-west-1");
            assert_eq!(taken.restore.contains(&name), !stays, "{before:?} {name}");
        }
    }
}
