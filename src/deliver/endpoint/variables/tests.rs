use super::*;
use crate::aws::config::{Profiles, parse};
use crate::clock::Timestamp;
use crate::place::SourceFile;
use crate::session::{Credentials, Session};

#[test]
fn default_is_hidden_where_it_would_win() {
    let keys = "[default]\naws_access_key_id = AKIA\naws_secret_access_key = s\n";
    for (config, credentials, gives) in [
        ("[default]\nregion = eu-west-1\noutput = text\n", "", false),
        ("[default]\noutput = text\n", keys, true),
        (keys, "", true),
        ("[default]\nrole_arn = x\n", "", true),
        ("[default]\nsso_session = x\n", "", true),
        ("[default]\ncredential_process = x\n", "", true),
    ] {
        let parsed = |text: &str, file| parse(text.as_bytes(), file).expect("a file");
        let profiles = Profiles::merge(
            parsed(config, SourceFile::Config),
            parsed(credentials, SourceFile::Credentials),
        );
        let default = profiles.get("default").expect("a default profile");
        assert_eq!(gives_credentials(default), gives, "{config}{credentials}");
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
        region_variable: None,
        stamp: None,
        color: 6,
        profile_env: None,
    };
    let token = Secret::new("0123");
    let url = "http://127.0.0.1:1/credentials";
    let change = change(&env, None, &exports, url, &Proof::Token(&token));
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
