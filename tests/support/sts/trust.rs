//! Who may assume a role: trust policies and callers' own policies, as data.

/// What an identity's own policies say about an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Policy {
    Allow,
    /// No statement allows it.
    Silent,
    /// Denied in a policy of this kind: `an identity-based policy`, `a service control policy`.
    Deny(String),
}

/// A principal of a trust policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Principal {
    /// `arn:aws:iam::ACCOUNT:root`: whoever of that account is allowed by their own policies.
    Account(String),
    /// The ARN of a user.
    User(String),
    /// The ARN of a role: every session of it.
    Role(String),
    /// The issuer of web identity tokens.
    Federated(String),
}

/// A role's trust policy.
#[derive(Debug, Clone)]
pub struct Trust {
    pub principals: Vec<Principal>,
    /// `aws:MultiFactorAuthPresent`.
    pub mfa: bool,
    /// `aws:MultiFactorAuthAge` in seconds; counts only with `mfa`.
    pub max_mfa_age: Option<i64>,
    /// `sts:ExternalId`.
    pub external_id: Option<String>,
    /// Whether `sts:TagSession` is allowed too.
    pub tags: bool,
    /// Whether `sts:SetSourceIdentity` is allowed too.
    pub source_identity: bool,
}

/// What a request brings along for the conditions of a trust policy.
#[derive(Debug)]
pub struct Evidence<'a> {
    /// Seconds since a code was presented, by this request or by the MFA session that signs it.
    pub mfa_age: Option<i64>,
    pub external_id: Option<&'a str>,
}

/// The identity that asks, as trust policies see it.
#[derive(Debug)]
pub struct Asker<'a> {
    pub account: &'a str,
    /// The user's or role's ARN (not the session's).
    pub arn: &'a str,
}

/// How a trust policy admits someone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    Refused,
    /// Through the account: the asker's own policies must allow it too.
    ByAccount,
    /// By name. Within one account that is enough.
    ByName,
}

impl Trust {
    #[must_use]
    pub fn of(principal: Principal) -> Self {
        Self {
            principals: vec![principal],
            mfa: false,
            max_mfa_age: None,
            external_id: None,
            tags: true,
            source_identity: true,
        }
    }

    #[must_use]
    pub fn and(mut self, principal: Principal) -> Self {
        self.principals.push(principal);
        self
    }

    #[must_use]
    pub fn mfa(mut self) -> Self {
        self.mfa = true;
        self
    }

    #[must_use]
    pub fn max_mfa_age(mut self, seconds: i64) -> Self {
        self.mfa = true;
        self.max_mfa_age = Some(seconds);
        self
    }

    #[must_use]
    pub fn external_id(mut self, id: &str) -> Self {
        self.external_id = Some(id.into());
        self
    }

    #[must_use]
    pub fn no_tags(mut self) -> Self {
        self.tags = false;
        self
    }

    #[must_use]
    pub fn no_source_identity(mut self) -> Self {
        self.source_identity = false;
        self
    }

    #[must_use]
    pub fn admits(&self, asker: &Asker<'_>, evidence: &Evidence<'_>) -> Admission {
        if !self.conditions_hold(evidence) {
            return Admission::Refused;
        }
        let named = |principal: &Principal| match principal {
            Principal::User(arn) | Principal::Role(arn) => arn == asker.arn,
            Principal::Account(_) | Principal::Federated(_) => false,
        };
        let of_account = |principal: &Principal| matches!(principal, Principal::Account(id) if id == asker.account);
        if self.principals.iter().any(named) {
            Admission::ByName
        } else if self.principals.iter().any(of_account) {
            Admission::ByAccount
        } else {
            Admission::Refused
        }
    }

    fn conditions_hold(&self, evidence: &Evidence<'_>) -> bool {
        let mfa = match (self.mfa, evidence.mfa_age) {
            (false, _) => true,
            (true, None) => false,
            (true, Some(age)) => self.max_mfa_age.is_none_or(|max| age < max),
        };
        let external_id = self
            .external_id
            .as_deref()
            .is_none_or(|id| evidence.external_id == Some(id));
        mfa && external_id
    }
}
