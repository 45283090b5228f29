use super::*;
use crate::aws_config::parse;
use crate::clock::Timestamp;
use crate::session::{Credentials, Session};

fn set(config: &str, credentials: &str, env: &Env) -> Vec<String> {
    let parsed = |text: &str, file| parse(text.as_bytes(), file).expect("a file");
    let profiles = Profiles::merge(
        parsed(config, SourceFile::Config),
        parsed(credentials, SourceFile::Credentials),
    );
    let files = hidden_files(env, profiles.get("default"));
    let files = files.into_iter();
    files
        .filter(|(name, _)| !name.starts_with("XROLE_"))
        .map(|(name, value)| format!("{name}={value}"))
        .collect()
}

#[test]
fn a_file_is_hidden_where_its_default_would_win() {
    let none = Env::default();
    let keys = "[default]\naws_access_key_id = AKIA\naws_secret_access_key = s\n";
    for (config, credentials, expected) in [
        ("", "", &[][..]),
        ("[default]\nregion = eu-west-1\noutput = text\n", "", &[]),
        (
            "[profile prod]\nrole_arn = x\n",
            "[central]\naws_access_key_id = AKIA\n",
            &[],
        ),
        (
            "[default]\noutput = text\n",
            keys,
            &["AWS_SHARED_CREDENTIALS_FILE=/dev/null"],
        ),
        (
            "[default]\noutput = text\ncli_pager =\nrole_arn = x\ns3 =\n  max_queue_size = 9\n",
            "",
            &[
                "AWS_CONFIG_FILE=/dev/null",
                "AWS_PAGER=",
                "AWS_DEFAULT_OUTPUT=text",
            ],
        ),
        (
            &format!("{keys}output = yaml\n"),
            keys,
            &[
                "AWS_CONFIG_FILE=/dev/null",
                "AWS_DEFAULT_OUTPUT=yaml",
                "AWS_SHARED_CREDENTIALS_FILE=/dev/null",
            ],
        ),
        (
            "[default]\nsso_session = x\n",
            "",
            &["AWS_CONFIG_FILE=/dev/null"],
        ),
        (
            "[default]\ncredential_process = x\n",
            "",
            &["AWS_CONFIG_FILE=/dev/null"],
        ),
    ] {
        assert_eq!(
            set(config, credentials, &none),
            expected,
            "{config}{credentials}"
        );
    }
    let own = Env::from([("AWS_DEFAULT_OUTPUT", "json")]);
    let config = "[default]\noutput = text\nrole_arn = x\n";
    assert_eq!(set(config, "", &own), ["AWS_CONFIG_FILE=/dev/null"]);
}

#[test]
fn where_a_hidden_file_was_is_kept_for_xrole() {
    let parsed = |text: &str, file| parse(text.as_bytes(), file).expect("a file");
    let config = "[default]\nrole_arn = x\n";
    let profiles = Profiles::merge(
        parsed(config, SourceFile::Config),
        parsed("", SourceFile::Credentials),
    );
    let file = "AWS_CONFIG_FILE";
    for (env, before) in [(Env::default(), ""), (Env::from([(file, "/own")]), "/own")] {
        let set = hidden_files(&env, profiles.get("default"));
        assert_eq!(
            set,
            [(HIDDEN_CONFIG, before.into()), (file, NOTHING.into())]
        );
    }
}

#[test]
fn the_endpoint_alone_is_left() {
    let env = Env::from([
        ("AWS_PROFILE", "central"),
        ("AWS_ACCESS_KEY_ID", "AKIA"),
        ("AWS_WEB_IDENTITY_TOKEN_FILE", "/token"),
        ("AWS_VAULT", "x"),
        // The user's own files stay in force.
        ("AWS_CONFIG_FILE", "/own"),
        ("XROLE_SHELL", "bash"),
    ]);
    let session = Session {
        credentials: Credentials {
            access_key_id: "ASIA".into(),
            secret_access_key: Secret::new("s"),
            session_token: Some(Secret::new("t")),
        },
        expiration: Some(Timestamp(3600)),
        clock_offset: 0,
        minted: Timestamp(0),
        requested: 3600,
        identity: None,
        generation: 1,
    };
    let exports = Exports {
        selector: "prod",
        session: &session,
        region: Some("eu-west-1"),
        stamp: None,
        color: 6,
        profile_env: None,
    };
    let token = Secret::new("0123");
    let url = "http://127.0.0.1:1/credentials";
    let change = change(
        &env,
        &Profiles::default(),
        &exports,
        url,
        &Proof::Token(&token),
    );
    let mut set: Vec<_> = change
        .set
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    set.sort();
    assert_eq!(
        set,
        [
            "AWSUME_PROFILE=prod",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN=0123",
            "AWS_CONTAINER_CREDENTIALS_FULL_URI=http://127.0.0.1:1/credentials",
            "AWS_DEFAULT_REGION=eu-west-1",
            "AWS_EC2_METADATA_DISABLED=true",
            "AWS_REGION=eu-west-1",
            "XROLE_REGION=eu-west-1",
        ]
    );
    let mut unset = change.unset.clone();
    unset.sort_unstable();
    assert_eq!(
        unset,
        [
            "AWSUME_EXPIRATION",
            "AWSU_PROFILE",
            "AWS_ACCESS_KEY",
            "AWS_ACCESS_KEY_ID",
            "AWS_ACCOUNT_ID",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
            "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
            "AWS_CREDENTIAL_EXPIRATION",
            "AWS_CREDENTIAL_FILE",
            "AWS_DEFAULT_PROFILE",
            "AWS_PROFILE",
            "AWS_ROLE_ARN",
            "AWS_ROLE_SESSION_NAME",
            "AWS_SECRET_ACCESS_KEY",
            "AWS_SECRET_KEY",
            "AWS_SECURITY_TOKEN",
            "AWS_SESSION_EXPIRATION",
            "AWS_SESSION_TOKEN",
            "AWS_SSO_PROFILE",
            "AWS_VAULT",
            "AWS_WEB_IDENTITY_TOKEN_FILE",
            "XROLE_EXPIRES",
            "XROLE_GEN",
            "XROLE_KEY_ID",
            "XROLE_PROFILE",
            "XROLE_STAMP",
        ]
    );
}

#[test]
fn keys_in_botos_own_file_are_told_from_comments() {
    for (text, gives) in [
        ("", false),
        ("[Credentials]\n#aws_access_key_id = <your key>\n", false),
        ("[Credentials]\n  aws_access_key_id = AKIA\n", true),
    ] {
        assert_eq!(gives_boto_keys(text), gives, "{text}");
    }
    let files = |variables: &[(&str, &str)]| {
        let variables = variables
            .iter()
            .map(|(name, value)| (name.into(), value.into()));
        boto_files(&Env::new(variables))
    };
    let home = ("HOME", "/h");
    assert_eq!(
        files(&[home]),
        [Path::new("/etc/boto.cfg"), Path::new("/h/.boto")]
    );
    assert_eq!(files(&[home, ("BOTO_CONFIG", "/own")]), [Path::new("/own")]);
}
