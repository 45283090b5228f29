//! Bases that are asked over HTTP or as a process, and those that are not asked.

use crate::calls::{NOW, clock, line, services};
use crate::server::{Server, Step, header_in};
use xrole::aws::chain::{Base, BaseSource};
use xrole::aws::config::{Document, Profile, Profiles, parse};
use xrole::clock::Timestamp;
use xrole::error::{Error, Result};
use xrole::output::Output;
use xrole::person::ProcessGuard;
use xrole::place::SourceFile;
use xrole::session::{Credentials, Secret};
use xrole::shell::Env;
use xrole::source::{self, BaseCredentials, Surroundings};

fn the_base(source: BaseSource) -> Base {
    Base {
        source,
        profile: "central".to_owned(),
        at: Some(line(3)),
    }
}

fn guard() -> ProcessGuard {
    ProcessGuard::new(Output::plain())
}

fn obtain(source: BaseSource, env: &Env, profile: Option<&Profile>) -> Result<BaseCredentials> {
    let services = services();
    source::obtain(
        &the_base(source),
        &Surroundings {
            env,
            clock: &clock(),
            http: services.http(),
            guard: &guard(),
            profile,
            trust: &|_| Ok(()),
        },
    )
}

fn document(expiration: &str) -> String {
    format!(
        r#"{{"Code":"Success","AccessKeyId":"ASIAI","SecretAccessKey":"s","Token":"t","Expiration":"{expiration}"}}"#
    )
}

fn ok(body: &str) -> Step {
    Step::Answer(200, vec![], body.to_owned())
}

fn temporary() -> BaseCredentials {
    BaseCredentials {
        credentials: Credentials {
            access_key_id: "ASIAI".to_owned(),
            secret_access_key: Secret::new("s"),
            session_token: Some(Secret::new("t")),
        },
        expiration: Some(Timestamp(NOW + 3600)),
    }
}

#[test]
fn instance_metadata_by_its_second_version() {
    let server = Server::start(vec![
        ok("tok-1"),
        ok("my-role\n"),
        ok(&document("2026-01-31T09:30:00Z")),
    ]);
    let env = Env::from([("AWS_EC2_METADATA_SERVICE_ENDPOINT", server.url().as_str())]);
    assert_eq!(obtain(BaseSource::Ec2, &env, None), Ok(temporary()));
    let requests = server.requests();
    let lines: Vec<_> = requests.iter().filter_map(|r| r.lines().next()).collect();
    assert_eq!(
        lines,
        [
            "PUT /latest/api/token HTTP/1.1",
            "GET /latest/meta-data/iam/security-credentials/ HTTP/1.1",
            "GET /latest/meta-data/iam/security-credentials/my-role HTTP/1.1",
        ]
    );
    assert_eq!(
        header_in(&requests[0], "x-aws-ec2-metadata-token-ttl-seconds"),
        Some("21600")
    );
    assert_eq!(
        header_in(&requests[2], "x-aws-ec2-metadata-token"),
        Some("tok-1")
    );
}

#[test]
fn instance_metadata_from_the_profile_or_not_at_all() {
    let server = Server::start(vec![
        ok("tok-1"),
        ok("my-role"),
        ok(&document("2026-01-31T09:30:00Z")),
    ]);
    let config = format!(
        "[profile central]\nec2_metadata_service_endpoint = {}\n",
        server.url()
    );
    let config = parse(config.as_bytes(), SourceFile::Config).expect("a config file");
    let profiles = Profiles::merge(config, Document::empty(SourceFile::Credentials));
    let profile = profiles.get("central").expect("the profile").clone();
    assert_eq!(
        obtain(BaseSource::Ec2, &Env::default(), Some(&profile)),
        Ok(temporary())
    );
    let disabled = Env::from([("AWS_EC2_METADATA_DISABLED", "true")]);
    let error = obtain(BaseSource::Ec2, &disabled, Some(&profile)).expect_err("disabled");
    assert_eq!((error.class, server.count()), ("metadata-disabled", 3));
}

#[test]
fn instance_metadata_faults() {
    let token = ok("tok-1");
    for (steps, class, says, sent) in [
        (
            vec![Step::Answer(500, vec![], String::new())],
            "metadata",
            "answered HTTP status 500",
            4,
        ),
        (
            vec![Step::Answer(403, vec![], String::new())],
            "metadata",
            "access to it is switched off",
            1,
        ),
        (
            vec![token.clone(), Step::Answer(404, vec![], String::new())],
            "metadata",
            "this instance has no role",
            2,
        ),
        (
            vec![token.clone(), ok("../../x")],
            "metadata",
            "\"../../x\" is no role name",
            2,
        ),
        (
            vec![token.clone(), ok("r"), ok("<html>")],
            "metadata",
            "it is not the expected JSON",
            3,
        ),
        (
            vec![
                token.clone(),
                ok("r"),
                ok(&document("2026-01-31T08:30:59Z")),
            ],
            "base-expired",
            "expire in less than a minute, at 2026-01-31T08:30:59Z",
            3,
        ),
        (
            vec![Step::Answer(
                302,
                vec![("Location", "http://127.0.0.1:1/".to_owned())],
                String::new(),
            )],
            "metadata",
            "answered HTTP status 302",
            1,
        ),
    ] {
        let server = Server::start(steps);
        let env = Env::from([("AWS_EC2_METADATA_SERVICE_ENDPOINT", server.url().as_str())]);
        let error = obtain(BaseSource::Ec2, &env, None).expect_err(says);
        assert_eq!(error.class, class, "{error}");
        assert!(error.message.contains(says), "{error}");
        assert_eq!((error.at, server.count()), (vec![line(3)], sent), "{says}");
    }
}

#[test]
fn container_credentials_with_the_token_of_the_moment() {
    let server = Server::start(vec![ok(&document("2026-01-31T09:30:00Z"))]);
    let folder = tempfile::tempdir().expect("folder");
    let file = folder.path().join("token");
    let (url, path) = (
        format!("{}/creds?a=1", server.url()),
        file.to_string_lossy().into_owned(),
    );
    // A proxy that would answer nothing: container addresses never go through one.
    let env = Env::from([
        ("AWS_CONTAINER_CREDENTIALS_FULL_URI", url.as_str()),
        ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", path.as_str()),
        ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "unused"),
        ("HTTP_PROXY", "http://127.0.0.1:1"),
    ]);
    for token in ["one", "two"] {
        std::fs::write(&file, token).expect("token");
        assert_eq!(obtain(BaseSource::Ecs, &env, None), Ok(temporary()));
        let request = server.requests().pop().expect("a request");
        assert_eq!(request.lines().next(), Some("GET /creds?a=1 HTTP/1.1"));
        assert_eq!(header_in(&request, "authorization"), Some(token));
    }
    std::fs::write(&file, "a\r\nX-Evil: 1").expect("token");
    let error = obtain(BaseSource::Ecs, &env, None).expect_err("a line break");
    assert_eq!(
        error.message,
        "the token of AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE holds a line break"
    );
    assert_eq!(server.count(), 2);
}

#[test]
fn container_faults() {
    for (step, says, sent) in [
        (
            Step::Answer(500, vec![], "no".to_owned()),
            "answered HTTP status 500: no",
            3,
        ),
        (
            Step::Answer(404, vec![], "none\x1b[2J".to_owned()),
            "answered HTTP status 404: none\\u{1b}[2J",
            1,
        ),
        (
            Step::Answer(
                307,
                vec![("Location", "http://127.0.0.1:1/".to_owned())],
                String::new(),
            ),
            "answered HTTP status 307",
            1,
        ),
        (ok("{}"), "its JSON has no Token", 1),
        (ok(&"x".repeat(300 * 1024)), "more than 256 KiB", 3),
    ] {
        let server = Server::start(vec![step]);
        let env = Env::from([("AWS_CONTAINER_CREDENTIALS_FULL_URI", server.url().as_str())]);
        let error = obtain(BaseSource::Ecs, &env, None).expect_err(says);
        assert!(error.message.contains(says), "{error}");
        assert_eq!(server.count(), sent, "{says}");
    }
}

#[test]
fn a_process_gives_the_base_if_its_file_is_trusted() {
    let source = || BaseSource::Process {
        command: r##"printf '{"Version":1,"AccessKeyId":"%s","SecretAccessKey":"#s"}' AKIAP"##
            .to_owned(),
    };
    let given = obtain(source(), &Env::default(), None).expect("credentials");
    assert_eq!(given.credentials.access_key_id, "AKIAP");
    assert_eq!(given.credentials.secret_access_key.expose(), "#s");
    let services = services();
    let refused = source::obtain(
        &the_base(source()),
        &Surroundings {
            env: &Env::default(),
            clock: &clock(),
            http: services.http(),
            guard: &guard(),
            profile: None,
            trust: &|place| Err(Error::new("untrusted", "others can write", "chmod").at(place)),
        },
    );
    assert_eq!(
        refused.expect_err("untrusted").headline(),
        "config:3: others can write"
    );
    let broken = BaseSource::Process {
        command: "sh -c 'echo no luck >&2; exit 7'".to_owned(),
    };
    assert_eq!(
        obtain(broken, &Env::default(), None)
            .expect_err("broken")
            .to_string(),
        "config:3: credential_process of profile \"central\" ended with status 7: no luck\n\
         run it by hand; it must print {\"Version\": 1, \"AccessKeyId\": …, \"SecretAccessKey\": …}: sh -c 'echo no luck >&2; exit 7'"
    );
}

#[test]
fn a_process_that_gives_expired_credentials_is_refused_with_the_remedy() {
    let source = BaseSource::Process {
        command: r#"printf '{"Version":1,"AccessKeyId":"A","SecretAccessKey":"s","SessionToken":"t","Expiration":"2026-01-31T08:00:00Z"}'"#.to_owned(),
    };
    let error = obtain(source, &Env::default(), None).expect_err("expired");
    assert_eq!(
        error.headline(),
        "config:3: the credentials of profile \"central\" (credential_process) expired at 2026-01-31T08:00:00Z"
    );
}

#[test]
fn sources_of_other_tools_are_named() {
    let sso = BaseSource::Sso {
        session: Some("corp".to_owned()),
        start_url: "https://x".to_owned(),
        region: "eu-west-1".to_owned(),
        account_id: "1".to_owned(),
        role_name: "r".to_owned(),
    };
    let login = BaseSource::Login {
        session: "s".to_owned(),
    };
    for (source, how, command) in [
        (
            sso,
            "signs in with Identity Center",
            "aws sso login --sso-session corp",
        ),
        (
            login,
            "signs in with aws login",
            "aws login --profile central",
        ),
    ] {
        let error = obtain(source, &Env::default(), None).expect_err(how);
        assert_eq!(error.class, "source-unsupported");
        assert_eq!(
            error.to_string(),
            format!(
                "config:3: profile \"central\" {how}, which this version of xrole does not do itself\n\
                 sign in: {command}\n\
                 then in a new profile that takes this one's place as source_profile:\n  \
                 credential_process = aws configure export-credentials --profile central\n\
                 or for this shell alone: eval \"$(aws configure export-credentials --profile central --format env)\""
            )
        );
    }
}
