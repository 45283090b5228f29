//! The strict STS is itself tested: with the SDK, with the AWS CLI, and for what it must refuse.

mod support;

use std::time::Duration;

use aws_sdk_sts::Client;
use aws_sdk_sts::config::{BehaviorVersion, Credentials, Region, retry::RetryConfig};
use aws_sdk_sts::error::ProvideErrorMetadata;
use support::home::Home;
use support::run::Run;
use support::sts::world::{ALICE_KEY, ALICE_SECRET, ALICE_SEED, ALICE_SERIAL, CENTRAL};
use support::sts::{
    Codes, Device, FakeSts, Fault, Policy, Principal, Role, Trust, User, WebToken, World, mfa,
};
use support::tools;

const OPERATOR: &str = "arn:aws:iam::222222222222:role/Operator";
const AUDIT: &str = "arn:aws:iam::444444444444:role/Audit";
const DEPLOY: &str = "arn:aws:iam::555555555555:role/Deploy";
const READ_ONLY: &str = "arn:aws:iam::666666666666:role/ReadOnly";

fn central() -> FakeSts {
    FakeSts::start(World::central(Codes::list(&["111111", "222222", "333333"])))
}

/// One question at a time, so that a test reads from top to bottom.
struct Asker {
    client: Client,
    runtime: tokio::runtime::Runtime,
}

type Answer = Result<Credentials, String>;

/// `CODE: message`, or `lost` where there was no AWS error.
fn said(error: &impl ProvideErrorMetadata) -> String {
    match error.code() {
        Some(code) => format!("{code}: {}", error.message().unwrap_or_default()),
        None => "lost".to_owned(),
    }
}

fn taken(credentials: Option<&aws_sdk_sts::types::Credentials>) -> Answer {
    let credentials = credentials.ok_or("no credentials")?;
    Ok(Credentials::new(
        &credentials.access_key_id,
        &credentials.secret_access_key,
        Some(credentials.session_token.clone()),
        None,
        "test",
    ))
}

impl Asker {
    fn new(sts: &FakeSts, credentials: Credentials) -> Self {
        let config = aws_sdk_sts::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("eu-central-1"))
            .endpoint_url(sts.url())
            .retry_config(RetryConfig::disabled())
            .credentials_provider(credentials)
            .build();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        Self {
            client: Client::from_conf(config),
            runtime,
        }
    }

    fn alice(sts: &FakeSts) -> Self {
        Self::keys(sts, ALICE_KEY, ALICE_SECRET)
    }

    fn keys(sts: &FakeSts, id: &str, secret: &str) -> Self {
        Self::new(sts, Credentials::new(id, secret, None, None, "test"))
    }

    fn session_token(&self, code: Option<(&str, &str)>) -> Answer {
        let call = self
            .client
            .get_session_token()
            .set_serial_number(code.map(|(serial, _)| serial.to_owned()))
            .set_token_code(code.map(|(_, code)| code.to_owned()));
        let answer = self.runtime.block_on(call.send());
        taken(answer.map_err(|error| said(&error))?.credentials())
    }

    fn assume(&self, role: &str) -> Answer {
        self.assume_with(role, |call| call)
    }

    fn assume_with(&self, role: &str, with: impl FnOnce(AssumeRole) -> AssumeRole) -> Answer {
        let call = self
            .client
            .assume_role()
            .role_arn(role)
            .role_session_name("alice");
        let answer = self.runtime.block_on(with(call).send());
        taken(answer.map_err(|error| said(&error))?.credentials())
    }

    fn identity(&self) -> Result<String, String> {
        let answer = self
            .runtime
            .block_on(self.client.get_caller_identity().send());
        let answer = answer.map_err(|error| said(&error))?;
        Ok(answer.arn().unwrap_or_default().to_owned())
    }
}

type AssumeRole = aws_sdk_sts::operation::assume_role::builders::AssumeRoleFluentBuilder;

fn refused(answer: Answer) -> String {
    answer.expect_err("this had to be refused")
}

#[test]
fn a_persons_day() {
    let sts = central();
    let alice = Asker::alice(&sts);
    assert_eq!(
        alice.identity().as_deref(),
        Ok("arn:aws:iam::111111111111:user/alice")
    );
    let mfa = alice
        .session_token(Some((ALICE_SERIAL, "111111")))
        .expect("a right code");
    let mfa = Asker::new(&sts, mfa);
    let prod = mfa.assume(OPERATOR).expect("MFA is there");
    let prod = Asker::new(&sts, prod);
    assert_eq!(
        prod.identity().as_deref(),
        Ok("arn:aws:sts::222222222222:assumed-role/Operator/alice")
    );
    let deploy = prod.assume(DEPLOY).expect("Deploy trusts Operator");
    assert_eq!(
        Asker::new(&sts, deploy).identity().as_deref(),
        Ok("arn:aws:sts::555555555555:assumed-role/Deploy/alice")
    );
    let requests = sts.requests();
    assert_eq!(
        sts.operations(),
        [
            "GetCallerIdentity",
            "GetSessionToken",
            "AssumeRole",
            "GetCallerIdentity",
            "AssumeRole",
            "GetCallerIdentity"
        ]
    );
    assert_eq!(requests[1].signer.as_deref(), Some(ALICE_KEY));
    assert!(requests[1].code && !requests[2].code);
    assert_eq!(requests[2].parameter("RoleArn"), Some(OPERATOR));
    assert_eq!(requests[2].region.as_deref(), Some("eu-central-1"));
    assert_eq!(
        requests[4].caller.as_deref(),
        Some("arn:aws:sts::222222222222:assumed-role/Operator/alice")
    );
}

#[test]
fn signatures_are_verified() {
    let sts = central();
    let wrong_secret = Asker::keys(&sts, ALICE_KEY, "wJalrXUtnFEMI/K7MDENG/bPxRfiCYALICEKEY02");
    assert!(
        wrong_secret
            .identity()
            .expect_err("a wrong secret")
            .starts_with("SignatureDoesNotMatch: The request signature we calculated")
    );
    let unknown = Asker::keys(&sts, "AKIAIOSFODNN7NOBODY1", ALICE_SECRET);
    let invalid = "InvalidClientTokenId: The security token included in the request is invalid.";
    assert_eq!(unknown.identity(), Err(invalid.to_owned()));
    // A token that was not issued with this key.
    let session = Asker::alice(&sts)
        .session_token(None)
        .expect("no code needed");
    let swapped = Credentials::new(
        session.access_key_id(),
        session.secret_access_key(),
        Some("IQoJb3JpZ2luX2Vjstolen==".to_owned()),
        None,
        "test",
    );
    assert_eq!(
        Asker::new(&sts, swapped).identity(),
        Err(invalid.to_owned())
    );
    let bare = Asker::keys(&sts, session.access_key_id(), session.secret_access_key());
    assert_eq!(bare.identity(), Err(invalid.to_owned()));
    // An inactive key.
    sts.change(|state| state.world.users[0].keys[0].active = false);
    assert_eq!(Asker::alice(&sts).identity(), Err(invalid.to_owned()));
}

#[test]
fn clocks_more_than_five_minutes_apart_are_refused() {
    for (ahead, wording) in [
        (400, "SignatureDoesNotMatch: Signature expired: "),
        (-400, "SignatureDoesNotMatch: Signature not yet current: "),
    ] {
        let sts = central();
        sts.advance(ahead);
        let error = Asker::alice(&sts).identity().expect_err("a skewed clock");
        assert!(error.starts_with(wording), "{error}");
        sts.advance(-ahead / 2);
        assert!(Asker::alice(&sts).identity().is_ok());
    }
}

#[test]
fn trust_is_enforced() {
    let sts = central();
    let alice = Asker::alice(&sts);
    let plain = |role: &str, arn: &str| {
        format!(
            "AccessDenied: User: {arn} is not authorized to perform: sts:AssumeRole on resource: {role}"
        )
    };
    let user = "arn:aws:iam::111111111111:user/alice";
    // No MFA; no such role; a role that trusts someone else.
    let missing = "arn:aws:iam::222222222222:role/Missing";
    for role in [OPERATOR, missing, DEPLOY] {
        assert_eq!(refused(alice.assume(role)), plain(role, user));
    }
    let mfa = alice
        .session_token(Some((ALICE_SERIAL, "111111")))
        .expect("a right code");
    let mfa = Asker::new(&sts, mfa);
    assert_eq!(refused(mfa.assume(AUDIT)), plain(AUDIT, user));
    assert_eq!(
        refused(mfa.assume_with(AUDIT, |call| call.external_id("audit-0000"))),
        plain(AUDIT, user)
    );
    assert!(
        mfa.assume_with(AUDIT, |call| call.external_id("audit-2718"))
            .is_ok()
    );
    // A code with the call itself counts as well.
    assert!(
        alice
            .assume_with(OPERATOR, |call| call
                .serial_number(ALICE_SERIAL)
                .token_code("222222"))
            .is_ok()
    );
}

#[test]
fn mfa_does_not_pass_through_a_role_and_ages() {
    let sts = central();
    let operator = Principal::Role(OPERATOR.into());
    let role = |name: &str, trust: Trust| Role::new("777777777777", name, trust);
    sts.change(|state| {
        let trust = Trust::of(operator).mfa();
        state.world.roles.push(role("Behind", trust));
        let trust = Trust::of(Principal::Account(CENTRAL.into())).max_mfa_age(600);
        state.world.roles.push(role("Young", trust));
    });
    let alice = Asker::alice(&sts);
    let mfa = alice
        .session_token(Some((ALICE_SERIAL, "111111")))
        .expect("a right code");
    let mfa = Asker::new(&sts, mfa);
    let prod = Asker::new(&sts, mfa.assume(OPERATOR).expect("MFA is there"));
    assert!(
        refused(prod.assume("arn:aws:iam::777777777777:role/Behind")).starts_with("AccessDenied")
    );
    let young = "arn:aws:iam::777777777777:role/Young";
    assert!(mfa.assume(young).is_ok());
    sts.change(|state| {
        // The sign-in grows old while this machine's clock, which signs, stands still.
        for issued in state.issued.values_mut() {
            if let support::sts::state::Caller::UserSession { mfa: Some(at), .. } =
                &mut issued.caller
            {
                *at -= 601;
            }
        }
    });
    assert!(refused(mfa.assume(young)).starts_with("AccessDenied"));
}

#[test]
fn codes_are_good_for_one_use() {
    let sts = central();
    let alice = Asker::alice(&sts);
    let ask = |serial: &str, code: &str| alice.session_token(Some((serial, code)));
    let wrong =
        "AccessDenied: MultiFactorAuthentication failed with invalid MFA one time pass code. ";
    assert_eq!(refused(ask(ALICE_SERIAL, "000000")), wrong);
    assert!(ask(ALICE_SERIAL, "111111").is_ok());
    assert!(sts.take_violations().is_empty());
    assert_eq!(refused(ask(ALICE_SERIAL, "111111")), wrong);
    assert_eq!(
        sts.take_violations(),
        [format!(
            "code 111111 for {ALICE_SERIAL} was sent a second time"
        )]
    );
    let unknown = "arn:aws:iam::111111111111:mfa/bob";
    assert!(refused(ask(unknown, "222222")).contains("unable to validate MFA code"));
    let half = alice.assume_with(OPERATOR, |call| call.serial_number(ALICE_SERIAL));
    assert!(refused(half).contains("must provide both MFA serial number and one time pass code"));
    // A temporary base owns no device.
    let session = Asker::new(&sts, alice.session_token(None).expect("no code needed"));
    let through = session.assume_with(OPERATOR, |call| {
        call.serial_number(ALICE_SERIAL).token_code("333333")
    });
    assert!(refused(through).contains("unable to validate MFA code"));
}

#[test]
#[should_panic(expected = "the STS was misused")]
fn a_repeated_code_fails_the_test_that_lets_it_happen() {
    let sts = central();
    let alice = Asker::alice(&sts);
    for _ in 0..2 {
        let _ = alice.session_token(Some((ALICE_SERIAL, "111111")));
    }
}

/// RFC 6238, appendix B, SHA-256, the last six of eight digits.
#[test]
fn totp_is_rfc_6238() {
    let seed = b"12345678901234567890123456789012";
    for (time, code) in [
        (59, "119246"),
        (1_111_111_109, "084774"),
        (1_234_567_890, "819424"),
        (20_000_000_000, "737706"),
    ] {
        assert_eq!(mfa::code_at(seed, time), code, "{time}");
    }
    let mut device = Device::new("serial", Codes::Totp(ALICE_SEED.to_vec()));
    let now = 1_800_000_000;
    let code = mfa::code_at(ALICE_SEED, now);
    assert!(!device.accept(&code, now + 60), "two steps late");
    assert!(device.accept(&code, now + 29), "one step late");
    assert!(!device.accept(&code, now), "used");
    let earlier = mfa::code_at(ALICE_SEED, now - 30);
    assert!(!device.accept(&earlier, now), "older than the last used");
    assert!(device.accept(&mfa::code_at(ALICE_SEED, now + 30), now));
}

#[test]
fn policies_of_the_caller_count() {
    let sts = central();
    let named = "arn:aws:iam::111111111111:role/Named";
    sts.change(|state| {
        state.world.users[0].policy = Policy::Silent;
        let trust = Trust::of(Principal::User(
            "arn:aws:iam::111111111111:user/alice".into(),
        ));
        state.world.roles.push(Role::new(CENTRAL, "Named", trust));
    });
    let alice = Asker::alice(&sts);
    let silent = refused(alice.assume(READ_ONLY));
    let because = "because no identity-based policy allows the sts:AssumeRole action";
    assert!(silent.ends_with(because), "{silent}");
    assert!(alice.assume(named).is_ok(), "named, in the same account");
    let denied = Policy::Deny("a service control policy".into());
    sts.change(|state| state.world.users[0].policy = denied);
    let denied = refused(alice.assume(named));
    assert!(
        denied.ends_with(" with an explicit deny in a service control policy"),
        "{denied}"
    );
}

#[test]
fn bounds_are_those_of_aws() {
    let sts = central();
    let alice = Asker::alice(&sts);
    let assume = |with: fn(AssumeRole) -> AssumeRole| refused(alice.assume_with(READ_ONLY, with));
    let prefix = "ValidationError: 1 validation error detected: Value ";
    for (answer, rest) in [
        (
            assume(|call| call.duration_seconds(899)),
            "'899' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900",
        ),
        (
            assume(|call| call.role_session_name("a b")),
            r"'a b' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w+=,.@-]*",
        ),
        (
            assume(|call| call.external_id("x")),
            "'x' at 'externalId' failed to satisfy constraint: Member must have length greater than or equal to 2",
        ),
        (
            refused(alice.session_token(Some((ALICE_SERIAL, "12345")))),
            "'12345' at 'tokenCode' failed to satisfy constraint: Member must have length greater than or equal to 6",
        ),
    ] {
        assert_eq!(answer, format!("{prefix}{rest}"));
    }
    assert_eq!(
        assume(|call| call.duration_seconds(3601)),
        "ValidationError: The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
    );
    assert_eq!(
        refused(alice.assume("arn:aws:iam::12345:role/Short")),
        "ValidationError: arn:aws:iam::12345:role/Short is invalid"
    );
}

#[test]
fn temporary_credentials_are_limited() {
    let sts = central();
    let alice = Asker::alice(&sts);
    let code = Some((ALICE_SERIAL, "111111"));
    let mfa = Asker::new(&sts, alice.session_token(code).expect("a right code"));
    assert_eq!(
        refused(mfa.session_token(None)),
        "AccessDenied: Cannot call GetSessionToken with session credentials"
    );
    assert_eq!(
        refused(mfa.assume_with(OPERATOR, |call| call.duration_seconds(3601))),
        "ValidationError: The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining"
    );
    let direct = alice.assume_with(OPERATOR, |call| {
        call.duration_seconds(14_400)
            .serial_number(ALICE_SERIAL)
            .token_code("222222")
    });
    assert!(direct.is_ok());
}

#[test]
fn sessions_expire() {
    let sts = central();
    sts.change(|state| state.lifetime = Some(200));
    let session = Asker::alice(&sts).assume(READ_ONLY).expect("an open role");
    let session = Asker::new(&sts, session);
    assert!(session.identity().is_ok());
    sts.advance(201);
    assert_eq!(
        session.identity(),
        Err("ExpiredToken: The security token included in the request is expired".to_owned())
    );
}

#[test]
fn root_tags_and_source_identity() {
    let trust = Trust::of(Principal::Account(CENTRAL.into()))
        .no_tags()
        .no_source_identity();
    let world = World::default()
        .user(User::new(CENTRAL, "root", ALICE_KEY, ALICE_SECRET).root())
        .user(User::new(
            CENTRAL,
            "bob",
            "AKIAIOSFODNN7BOB0001",
            ALICE_SECRET,
        ))
        .role(Role::new("222222222222", "Plain", trust));
    let sts = FakeSts::start(world);
    let plain = "arn:aws:iam::222222222222:role/Plain";
    assert_eq!(
        refused(Asker::alice(&sts).assume(plain)),
        "AccessDenied: Roles may not be assumed by root accounts."
    );
    let bob = Asker::keys(&sts, "AKIAIOSFODNN7BOB0001", ALICE_SECRET);
    let tag = aws_sdk_sts::types::Tag::builder()
        .key("team")
        .value("x")
        .build();
    let tagged = bob.assume_with(plain, |call| call.tags(tag.expect("a whole tag")));
    assert!(refused(tagged).contains("perform: sts:TagSession on resource"));
    let named = bob.assume_with(plain, |call| call.source_identity("bob"));
    assert!(refused(named).contains("perform: sts:SetSourceIdentity on resource"));
    assert!(bob.assume(plain).is_ok());
}

#[test]
fn regions_are_checked() {
    let sts = central();
    sts.change(|state| state.disabled_regions.push("eu-central-1".into()));
    let off = Asker::alice(&sts).identity().expect_err("switched off");
    assert!(off.starts_with("RegionDisabledException: STS is not activated in this region"));
    sts.change(|state| {
        state.disabled_regions.clear();
        state.region = Some("us-east-1".into());
    });
    let wrong = Asker::alice(&sts).identity().expect_err("another region");
    assert!(
        wrong.starts_with("SignatureDoesNotMatch: Credential should be scoped"),
        "{wrong}"
    );
}

#[test]
fn web_identity_is_unsigned() {
    let trust = Trust::of(Principal::Federated("https://issuer.example".into()));
    let token = |text: &str, expired| WebToken {
        token: text.into(),
        issuer: "https://issuer.example".into(),
        subject: "repo:shop".into(),
        audience: "sts.amazonaws.com".into(),
        expired,
    };
    let world = World::default()
        .role(Role::new("222222222222", "Build", trust))
        .web_token(token("eyJhbGciOiJ.good", false))
        .web_token(token("eyJhbGciOiJ.old", true));
    let sts = FakeSts::start(world);
    let asker = Asker::alice(&sts);
    let assume = |role: &str, token: &str| {
        let call = asker
            .client
            .assume_role_with_web_identity()
            .role_arn(format!("arn:aws:iam::222222222222:role/{role}"))
            .role_session_name("build")
            .web_identity_token(token);
        let answer = asker.runtime.block_on(call.send());
        answer.map(|_| ()).map_err(|error| said(&error))
    };
    assert_eq!(assume("Build", "eyJhbGciOiJ.good"), Ok(()));
    assert_eq!(sts.requests()[0].signer, None);
    for (role, token, code) in [
        ("Build", "eyJhbGciOiJ.old", "ExpiredTokenException"),
        ("Build", "eyJhbGciOiJ.forged", "InvalidIdentityToken"),
        ("Other", "eyJhbGciOiJ.good", "AccessDenied"),
    ] {
        let error = assume(role, token).expect_err(token);
        assert!(error.starts_with(code), "{error}");
    }
}

#[test]
fn faults_happen_once_and_in_order() {
    let sts = central();
    let alice = Asker::alice(&sts);
    sts.next(Fault::ServerError);
    sts.plan(Some("AssumeRole"), Fault::Throttling, 2);
    sts.next(Fault::EmptyOk);
    let internal = alice.identity().expect_err("500");
    assert!(internal.starts_with("InternalFailure"), "{internal}");
    assert_eq!(alice.identity(), Err("lost".to_owned()), "an empty 200");
    for _ in 0..2 {
        assert_eq!(
            refused(alice.assume(READ_ONLY)),
            "Throttling: Rate exceeded"
        );
    }
    assert!(alice.assume(READ_ONLY).is_ok());
    for fault in [
        Fault::DropBeforeReading,
        Fault::DropUnprocessed,
        Fault::DropAnswer,
        Fault::Cut(40),
    ] {
        sts.next(fault.clone());
        assert_eq!(alice.identity(), Err("lost".to_owned()), "{fault:?}");
    }
    sts.next(Fault::Expiration("2999-01-01T00:00:00Z".into()));
    sts.next(Fault::NoDate);
    sts.next(Fault::Huge(1 << 20));
    sts.next(Fault::Delay(Duration::from_millis(20)));
    for _ in 0..4 {
        assert!(alice.assume(READ_ONLY).is_ok());
    }
    assert!(alice.identity().is_ok());
    // The SDK believes the header and signs its next request by it.
    sts.next(Fault::DateOff(7200));
    assert!(alice.identity().is_ok());
    let skewed = alice.identity().expect_err("signed two hours ahead");
    assert!(skewed.contains("Signature not yet current"), "{skewed}");
}

#[test]
fn a_black_hole_never_answers() {
    let sts = central();
    sts.next(Fault::BlackHole);
    let alice = Asker::alice(&sts);
    let call = alice.client.get_caller_identity().send();
    let waited = alice
        .runtime
        .block_on(async { tokio::time::timeout(Duration::from_millis(300), call).await });
    assert!(waited.is_err(), "it answered");
}

#[test]
fn a_connection_is_kept_and_counted() {
    let sts = central();
    let alice = Asker::alice(&sts);
    for _ in 0..3 {
        alice.identity().expect("alice");
    }
    let other = Asker::alice(&sts);
    other.identity().expect("alice");
    let connections: Vec<u64> = sts.requests().iter().map(|it| it.connection).collect();
    assert_eq!(connections, [1, 1, 1, 2]);
}

#[test]
fn the_aws_cli_is_answered() {
    let sts = central();
    let home = Home::central(&sts);
    for cli in [tools::aws_1(), tools::aws_2()].into_iter().flatten() {
        let arguments = [
            "sts",
            "get-caller-identity",
            "--profile",
            "readonly",
            "--query",
            "Arn",
            "--output",
            "text",
        ];
        let done = Run::program(&home, &cli, &arguments).check();
        let prefix = "arn:aws:sts::666666666666:assumed-role/ReadOnly/botocore-session-";
        assert!(done.stdout.starts_with(prefix), "{}", done.stdout);
        let iam = Run::program(
            &home,
            &cli,
            &[
                "iam",
                "list-mfa-devices",
                "--profile",
                "central",
                "--query",
                "MFADevices[].SerialNumber",
                "--output",
                "text",
            ],
        )
        .variable("AWS_ENDPOINT_URL_IAM", &sts.url());
        iam.stdout(&format!("{ALICE_SERIAL}\n")).check();
        // The CLI keeps what it got in a cache of its own.
        let _ = std::fs::remove_dir_all(home.path(".aws/cli"));
    }
}
