//! Who exists: users with their keys and MFA devices, roles with their trust, web identity tokens.

use super::mfa::{Codes, Device};
use super::trust::{Policy, Principal, Trust};

/// An access key of a user.
#[derive(Debug, Clone)]
pub struct AccessKey {
    pub id: String,
    pub secret: String,
    pub active: bool,
}

#[derive(Debug, Clone)]
pub struct User {
    pub account: String,
    pub name: String,
    /// The account's root user, which can assume no role.
    pub root: bool,
    pub keys: Vec<AccessKey>,
    pub devices: Vec<Device>,
    /// What the user's own policies say about assuming roles.
    pub policy: Policy,
}

impl User {
    /// A user with one active key and a policy that allows everything.
    #[must_use]
    pub fn new(account: &str, name: &str, key_id: &str, secret: &str) -> Self {
        Self {
            account: account.into(),
            name: name.into(),
            root: false,
            keys: vec![AccessKey {
                id: key_id.into(),
                secret: secret.into(),
                active: true,
            }],
            devices: Vec::new(),
            policy: Policy::Allow,
        }
    }

    #[must_use]
    pub fn device(mut self, device: Device) -> Self {
        self.devices.push(device);
        self
    }

    #[must_use]
    pub fn policy(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }

    #[must_use]
    pub fn root(mut self) -> Self {
        self.root = true;
        self
    }

    #[must_use]
    pub fn arn(&self) -> String {
        if self.root {
            format!("arn:aws:iam::{}:root", self.account)
        } else {
            format!("arn:aws:iam::{}:user/{}", self.account, self.name)
        }
    }
}

#[derive(Debug, Clone)]
pub struct Role {
    pub account: String,
    /// Path and name: `Operator`, `team/Operator`.
    pub name: String,
    pub trust: Trust,
    /// The role's MaxSessionDuration in seconds, 3600 to 43200.
    pub max_duration: u32,
    /// What the role's own policies say about assuming further roles.
    pub policy: Policy,
}

impl Role {
    /// A role with AWS's default maximum of one hour.
    #[must_use]
    pub fn new(account: &str, name: &str, trust: Trust) -> Self {
        Self {
            account: account.into(),
            name: name.into(),
            trust,
            max_duration: 3600,
            policy: Policy::Allow,
        }
    }

    #[must_use]
    pub fn max_duration(mut self, seconds: u32) -> Self {
        self.max_duration = seconds;
        self
    }

    #[must_use]
    pub fn policy(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }

    #[must_use]
    pub fn arn(&self) -> String {
        format!("arn:aws:iam::{}:role/{}", self.account, self.name)
    }

    /// As it stands in the ARN of a session: without its path.
    #[must_use]
    pub fn session_arn(&self, session_name: &str) -> String {
        let name = self.name.rsplit('/').next().unwrap_or_default();
        format!(
            "arn:aws:sts::{}:assumed-role/{name}/{session_name}",
            self.account
        )
    }
}

/// An identity provider's token, known to the STS as it stands.
#[derive(Debug, Clone)]
pub struct WebToken {
    pub token: String,
    pub issuer: String,
    pub subject: String,
    pub audience: String,
    pub expired: bool,
}

#[derive(Debug, Clone, Default)]
pub struct World {
    pub users: Vec<User>,
    pub roles: Vec<Role>,
    pub web_tokens: Vec<WebToken>,
    /// Account and name.
    pub instance_profiles: Vec<(String, String)>,
}

pub const CENTRAL: &str = "111111111111";
pub const ALICE_KEY: &str = "AKIAIOSFODNN7ALICE01";
pub const ALICE_SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYALICEKEY01";
pub const ALICE_SERIAL: &str = "arn:aws:iam::111111111111:mfa/alice";
/// What an authenticator would hold for alice.
pub const ALICE_SEED: &[u8] = b"alice of the central account";

impl World {
    #[must_use]
    pub fn user(mut self, user: User) -> Self {
        self.users.push(user);
        self
    }

    #[must_use]
    pub fn role(mut self, role: Role) -> Self {
        self.roles.push(role);
        self
    }

    #[must_use]
    pub fn web_token(mut self, token: WebToken) -> Self {
        self.web_tokens.push(token);
        self
    }

    /// The central account's user alice, and roles in other accounts: `prod` and `staging` demand MFA,
    /// `audit` MFA and an external id, `deploy` is reached through `prod`, `open` demands nothing.
    #[must_use]
    pub fn central(codes: Codes) -> Self {
        let central = || Trust::of(Principal::Account(CENTRAL.into()));
        let operator = "arn:aws:iam::222222222222:role/Operator";
        Self::default()
            .user(
                User::new(CENTRAL, "alice", ALICE_KEY, ALICE_SECRET)
                    .device(Device::new(ALICE_SERIAL, codes)),
            )
            .role(Role::new("222222222222", "Operator", central().mfa()).max_duration(14_400))
            .role(Role::new("333333333333", "Operator", central().mfa()))
            .role(Role::new(
                "444444444444",
                "Audit",
                central().mfa().external_id("audit-2718"),
            ))
            .role(Role::new(
                "555555555555",
                "Deploy",
                Trust::of(Principal::Role(operator.into())),
            ))
            .role(Role::new("666666666666", "ReadOnly", central()))
    }
}
