//! The plans and answers of the cases.

use xrole::aws::chain::{Base, BaseSource};
use xrole::aws::config::{Profile, Profiles, Setting, SettingMap};
use xrole::aws::plan::RequestKey;
use xrole::aws::plan::{Call, MfaPlan, Operation, Plan};
use xrole::http::FaultKind;
use xrole::person::explain;
use xrole::place::{Origin, Place, SourceFile, Sourced};
use xrole::service::sts::{Kind, Refusal, Route, Via};
use xrole::session::Secret;

const DEVICE: &str = "arn:aws:iam::111111111111:mfa/alice";

fn line(line: u32) -> Place {
    Place {
        file: SourceFile::Config,
        line,
    }
}

fn at<T>(number: u32, value: T) -> Sourced<T> {
    Sourced::new(value, Origin::File(line(number)))
}

fn call(operation: Operation, profile: &str, n: u8) -> Call {
    Call {
        operation,
        profile: profile.to_owned(),
        at: None,
        region: "eu-west-1".to_owned(),
        endpoint: "https://sts.eu-west-1.amazonaws.com".to_owned(),
        role_arn: None,
        role_session_name: None,
        external_id: None,
        duration_seconds: None,
        serial_number: None,
        tags: Vec::new(),
        transitive_tag_keys: Vec::new(),
        source_identity: None,
        web_identity_token_file: None,
        key: RequestKey([n; 32]),
    }
}

fn role(profile: &str, number: u32, arn: &str, n: u8) -> Call {
    Call {
        at: Some(line(number)),
        role_arn: Some(at(number, arn.to_owned())),
        ..call(Operation::AssumeRole, profile, n)
    }
}

/// A plan, and which of its calls is refused.
pub struct World {
    plan: Plan,
    refused: usize,
    profiles: Profiles,
}

impl World {
    fn new(profile: &str, calls: Vec<Call>) -> Self {
        let section = |name: &str, number| Profile::new(name, line(number), SettingMap::default());
        let mut profiles = Profiles::default();
        profiles.profiles.extend([
            section("central", 2),
            section("prod", 12),
            section("deep", 30),
        ]);
        Self {
            refused: calls.len() - 1,
            plan: Plan {
                mfa_process: None,
                profile: profile.to_owned(),
                region: None,
                base: Base {
                    source: BaseSource::Static {
                        access_key_id: "AKIAX".to_owned(),
                        secret_access_key: Secret::new("s"),
                        session_token: None,
                    },
                    profile: "central".to_owned(),
                    at: Some(line(3)),
                },
                mfa: MfaPlan::None,
                calls,
                notices: Vec::new(),
            },
            profiles,
        }
    }

    pub fn prod() -> Self {
        let arn = "arn:aws:iam::222222222222:role/team/Admin";
        Self::new("prod", vec![role("prod", 14, arn, 1)])
    }

    /// Two hops; the second is refused.
    pub fn deep() -> Self {
        let mut world = Self::prod();
        let deep = role("deep", 32, "arn:aws:iam::333333333333:role/Deep", 2);
        world.plan.calls.push(deep);
        "deep".clone_into(&mut world.plan.profile);
        world.refused = 1;
        world
    }

    /// `prod` has a `web_identity_token_file` instead of a source.
    pub fn web() -> Self {
        let mut call = role("prod", 14, "arn:aws:iam::222222222222:role/team/Admin", 1);
        call.operation = Operation::AssumeRoleWithWebIdentity;
        call.web_identity_token_file = Some("/var/run/token".to_owned());
        let source = BaseSource::WebIdentity {
            role_arn: at(14, "arn:aws:iam::222222222222:role/team/Admin".to_owned()),
            role_session_name: None,
            token_file: "/var/run/token".to_owned(),
        };
        Self::new("prod", vec![call]).base(source)
    }

    pub fn base(mut self, source: BaseSource) -> Self {
        self.plan.base.source = source;
        self
    }

    /// Line 5.
    pub fn unused_serial(mut self) -> Self {
        let serial = Setting {
            value: DEVICE.into(),
            at: line(5),
            sub: None,
        };
        let central = self.profiles.profiles.get_mut("central").expect("central");
        central.settings.insert("mfa_serial".to_owned(), serial);
        self
    }

    /// Line 17.
    pub fn external_id(mut self) -> Self {
        self.plan.calls[self.refused].external_id = Some(at(17, "ext-1".to_owned()));
        self
    }

    /// Line 18.
    pub fn duration(mut self) -> Self {
        self.plan.calls[self.refused].duration_seconds = Some(at(18, 7200));
        self
    }

    /// Line 24, and the code goes to GetSessionToken.
    pub fn shared(mut self) -> Self {
        let session = Call {
            serial_number: Some(at(24, DEVICE.to_owned())),
            ..call(Operation::GetSessionToken, "prod", 9)
        };
        self.plan.calls.insert(0, session);
        self.plan.mfa = MfaPlan::Shared;
        self.refused += 1;
        self
    }

    /// Line 24, and the code goes with the first role.
    pub fn direct(mut self) -> Self {
        self.plan.calls[0].serial_number = Some(at(24, DEVICE.to_owned()));
        self.plan.mfa = MfaPlan::Direct;
        self
    }

    /// The endpoint of a server on this machine.
    pub fn local(mut self) -> Self {
        "http://localhost:4566".clone_into(&mut self.plan.calls[0].endpoint);
        self
    }

    /// The first call is the one that is refused.
    pub fn first(mut self) -> Self {
        self.refused = 0;
        self
    }

    pub fn says(&self, answer: Answer, text: &str) {
        let call = &self.plan.calls[self.refused];
        let refusal = Refusal {
            operation: call.operation,
            ..answer.0
        };
        let error = explain::refusal(&refusal, call, &self.plan, &self.profiles);
        let shown = format!("{}\n{error}\n", error.class);
        assert_eq!(shown, text.trim_start_matches('\n'));
    }
}

/// What came back.
pub struct Answer(Refusal);

pub fn answer(status: u16, code: &str, message: &str) -> Answer {
    let Answer(refusal) = faulty(Kind::Answered, message);
    Answer(Refusal {
        http_status: Some(status),
        code: Some(code.to_owned()),
        request_id: Some("c6104cbe-af31".to_owned()),
        clock_difference: Some(0),
        ..refusal
    })
}

pub fn network(kind: FaultKind, message: &str) -> Answer {
    faulty(Kind::Network(kind), message)
}

pub fn faulty(kind: Kind, message: &str) -> Answer {
    Answer(Refusal {
        operation: Operation::AssumeRole,
        kind,
        http_status: None,
        code: None,
        message: message.to_owned(),
        request_id: None,
        clock_difference: None,
        code_sent: false,
        attempts: 1,
        route: Box::new(Route {
            host: "sts.eu-west-1.amazonaws.com:443".to_owned(),
            via: None,
        }),
    })
}

impl Answer {
    pub fn clock(mut self, difference: i64) -> Self {
        self.0.clock_difference = Some(difference);
        self
    }

    pub fn attempts(mut self, attempts: u32) -> Self {
        self.0.attempts = attempts;
        self
    }

    pub fn code_sent(mut self) -> Self {
        self.0.code_sent = true;
        self
    }

    pub fn host(mut self, host: &str) -> Self {
        host.clone_into(&mut self.0.route.host);
        self
    }

    pub fn via(mut self, via: Via) -> Self {
        self.0.route.via = Some(via);
        self
    }
}
