//! The operations themselves: who may do what, in the order in which AWS refuses.

use super::answer::{Node, Refusal};
use super::parameters::{Parameters, tags};
use super::state::{Caller, Issued, State};
use super::trust::{Admission, Asker, Evidence, Policy, Principal};
use super::world::Role;

/// A role session signed with temporary credentials lasts at most an hour.
const CHAINED: i64 = 3600;

type Outcome = Result<Vec<Node>, Refusal>;

/// Carries out an operation whose signature and parameters are in order.
pub fn perform(
    state: &mut State,
    operation: &str,
    parameters: &Parameters,
    caller: Option<&Caller>,
) -> Outcome {
    match (operation, caller) {
        ("AssumeRoleWithWebIdentity", _) => with_web_identity(state, parameters),
        (_, None) => Err(Refusal::new(
            403,
            "MissingAuthenticationToken",
            "Request is missing Authentication Token",
        )),
        ("GetCallerIdentity", Some(caller)) => Ok(identity(state, caller)),
        ("GetSessionToken", Some(caller)) => session_token(state, parameters, caller),
        ("AssumeRole", Some(caller)) => assume_role(state, parameters, caller),
        ("ListMFADevices", Some(caller)) => list_devices(state, parameters, caller),
        ("GetInstanceProfile", Some(caller)) => instance_profile(state, parameters, caller),
        (other, Some(_)) => Err(Refusal::new(
            400,
            "InvalidAction",
            format!("Could not find operation {other}"),
        )),
    }
}

fn identity(state: &State, caller: &Caller) -> Vec<Node> {
    let world = &state.world;
    let id = match caller {
        Caller::User(user) | Caller::UserSession { user, .. } => {
            format!("AIDA{:0>17}", user + 1)
        }
        Caller::Role {
            role, session_name, ..
        } => format!("{}:{session_name}", role_id(*role)),
    };
    vec![
        Node::text("Arn", caller.arn(world)),
        Node::text("UserId", id),
        Node::text("Account", caller.account(world)),
    ]
}

fn role_id(role: usize) -> String {
    format!("AROA{:0>17}", role + 1)
}

fn credentials(id: String, issued: &Issued) -> Node {
    Node::Tree(
        "Credentials",
        vec![
            Node::text("AccessKeyId", id),
            Node::text("SecretAccessKey", &issued.secret),
            Node::text("SessionToken", &issued.token),
            Node::text(
                "Expiration",
                xrole::clock::Timestamp(issued.expires).rfc3339(),
            ),
        ],
    )
}

fn asked_seconds(parameters: &Parameters) -> Option<i64> {
    parameters.get("DurationSeconds")?.parse().ok()
}

fn session_token(state: &mut State, parameters: &Parameters, caller: &Caller) -> Outcome {
    let Caller::User(user) = *caller else {
        return Err(Refusal::denied(
            "Cannot call GetSessionToken with session credentials",
        ));
    };
    let mfa = present_code(state, parameters, caller)?;
    let longest = if state.world.users[user].root {
        3600
    } else {
        129_600
    };
    let seconds = asked_seconds(parameters).unwrap_or(43_200).min(longest);
    let (id, issued) = state.issue(Caller::UserSession { user, mfa }, seconds);
    Ok(vec![credentials(id, &issued)])
}

/// Checks serial and code; the time of the presentation, if one was made.
fn present_code(
    state: &mut State,
    parameters: &Parameters,
    caller: &Caller,
) -> Result<Option<i64>, Refusal> {
    let (serial, code) = match (parameters.get("SerialNumber"), parameters.get("TokenCode")) {
        (None, None) => return Ok(None),
        (Some(serial), Some(code)) => (serial, code),
        _ => {
            return Err(Refusal::denied(
                "MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.",
            ));
        }
    };
    let now = state.now().0;
    let device = match caller {
        Caller::User(user) => state.world.users[*user]
            .devices
            .iter_mut()
            .find(|device| device.serial == *serial),
        Caller::UserSession { .. } | Caller::Role { .. } => None,
    };
    let Some(device) = device else {
        return Err(Refusal::denied(
            "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial \
             number is valid and associated with this user.",
        ));
    };
    if device.accept(code, now) {
        Ok(Some(now))
    } else {
        Err(Refusal::denied(
            "MultiFactorAuthentication failed with invalid MFA one time pass code. ",
        ))
    }
}

fn assume_role(state: &mut State, parameters: &Parameters, caller: &Caller) -> Outcome {
    if let Caller::User(user) | Caller::UserSession { user, .. } = caller
        && state.world.users[*user].root
    {
        return Err(Refusal::denied(
            "Roles may not be assumed by root accounts.",
        ));
    }
    let seconds = asked_seconds(parameters);
    if caller.is_temporary() && seconds.is_some_and(|seconds| seconds > CHAINED) {
        return Err(Refusal::invalid(
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining",
        ));
    }
    let now = state.now().0;
    let presented = present_code(state, parameters, caller)?;
    // The mark of an MFA sign-in is on the user's session; a role's session does not carry it on.
    let mfa = match caller {
        Caller::UserSession { mfa, .. } => presented.or(*mfa),
        Caller::User(_) | Caller::Role { .. } => presented,
    };
    let arn = parameters.get("RoleArn").map_or("", String::as_str);
    let role = state.world.roles.iter().position(|role| role.arn() == arn);
    let Some(role) = role else {
        return Err(not_authorized(state, caller, "AssumeRole", arn, ""));
    };
    let evidence = Evidence {
        mfa_age: mfa.map(|then| now - then),
        external_id: parameters.get("ExternalId").map(String::as_str),
    };
    authorize(state, caller, role, &evidence)?;
    let source_identity = authorize_extras(state, caller, role, parameters)?;
    let longest = i64::from(state.world.roles[role].max_duration);
    if seconds.is_some_and(|seconds| seconds > longest) {
        return Err(Refusal::invalid(
            "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
        ));
    }
    Ok(role_session(
        state,
        role,
        parameters,
        source_identity,
        seconds,
    ))
}

fn role_session(
    state: &mut State,
    role: usize,
    parameters: &Parameters,
    source_identity: Option<String>,
    seconds: Option<i64>,
) -> Vec<Node> {
    let session_name = parameters
        .get("RoleSessionName")
        .cloned()
        .unwrap_or_default();
    let caller = Caller::Role {
        role,
        session_name: session_name.clone(),
        source_identity: source_identity.clone(),
    };
    let arn = caller.arn(&state.world);
    let (id, issued) = state.issue(caller, seconds.unwrap_or(3600));
    let mut nodes = vec![
        Node::Tree(
            "AssumedRoleUser",
            vec![
                Node::text("AssumedRoleId", format!("{}:{session_name}", role_id(role))),
                Node::text("Arn", arn),
            ],
        ),
        credentials(id, &issued),
    ];
    nodes.extend(source_identity.map(|name| Node::text("SourceIdentity", name)));
    nodes
}

fn not_authorized(
    state: &State,
    caller: &Caller,
    action: &str,
    resource: &str,
    because: &str,
) -> Refusal {
    Refusal::denied(format!(
        "User: {} is not authorized to perform: sts:{action} on resource: {resource}{because}",
        caller.arn(&state.world)
    ))
}

/// Explicit denials first, then the role's trust, then the caller's own policy where that is needed.
fn authorize(
    state: &State,
    caller: &Caller,
    role: usize,
    evidence: &Evidence<'_>,
) -> Result<(), Refusal> {
    let world = &state.world;
    let Role {
        account: role_account,
        trust,
        ..
    } = &world.roles[role];
    let resource = world.roles[role].arn();
    let (own_policy, identity) = match caller {
        Caller::User(user) | Caller::UserSession { user, .. } => {
            (&world.users[*user].policy, world.users[*user].arn())
        }
        Caller::Role { role, .. } => (&world.roles[*role].policy, world.roles[*role].arn()),
    };
    let refused = |because: &str| not_authorized(state, caller, "AssumeRole", &resource, because);
    if let Policy::Deny(kind) = own_policy {
        return Err(refused(&format!(" with an explicit deny in {kind}")));
    }
    let account = caller.account(world);
    let asker = Asker {
        account,
        arn: &identity,
    };
    match (trust.admits(&asker, evidence), own_policy) {
        (Admission::Refused, _) => Err(refused("")),
        (Admission::ByName, _) if account == role_account => Ok(()),
        (_, Policy::Allow) => Ok(()),
        _ => Err(refused(
            " because no identity-based policy allows the sts:AssumeRole action",
        )),
    }
}

/// `sts:TagSession` and `sts:SetSourceIdentity`; the source identity in force.
fn authorize_extras(
    state: &State,
    caller: &Caller,
    role: usize,
    parameters: &Parameters,
) -> Result<Option<String>, Refusal> {
    let Role { trust, .. } = &state.world.roles[role];
    let resource = state.world.roles[role].arn();
    if !tags(parameters).is_empty() && !trust.tags {
        return Err(not_authorized(state, caller, "TagSession", &resource, ""));
    }
    let inherited = match caller {
        Caller::Role {
            source_identity, ..
        } => source_identity.clone(),
        Caller::User(_) | Caller::UserSession { .. } => None,
    };
    let asked = parameters.get("SourceIdentity").cloned();
    let changed = inherited.is_some() && asked.is_some() && asked != inherited;
    let in_force = asked.or(inherited);
    if changed || in_force.is_some() && !trust.source_identity {
        return Err(not_authorized(
            state,
            caller,
            "SetSourceIdentity",
            &resource,
            "",
        ));
    }
    Ok(in_force)
}

fn with_web_identity(state: &mut State, parameters: &Parameters) -> Outcome {
    let text = parameters
        .get("WebIdentityToken")
        .map_or("", String::as_str);
    let known = state.world.web_tokens.iter().find(|web| web.token == text);
    let Some(web) = known.cloned() else {
        return Err(Refusal::new(
            400,
            "InvalidIdentityToken",
            "Couldn't retrieve verification key from your identity provider, please reference \
             AssumeRoleWithWebIdentity documentation for requirements",
        ));
    };
    if web.expired {
        return Err(Refusal::new(
            400,
            "ExpiredTokenException",
            "Token expired: current date/time must be before the expiration date/time",
        ));
    }
    let arn = parameters.get("RoleArn").map_or("", String::as_str);
    let trusted = Principal::Federated(web.issuer.clone());
    let role = state
        .world
        .roles
        .iter()
        .position(|role| role.arn() == arn && role.trust.principals.contains(&trusted));
    let Some(role) = role else {
        return Err(Refusal::denied(
            "Not authorized to perform sts:AssumeRoleWithWebIdentity",
        ));
    };
    let seconds = asked_seconds(parameters);
    if seconds.is_some_and(|seconds| seconds > i64::from(state.world.roles[role].max_duration)) {
        return Err(Refusal::invalid(
            "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
        ));
    }
    let mut nodes = role_session(state, role, parameters, None, seconds);
    nodes.extend([
        Node::text("SubjectFromWebIdentityToken", web.subject),
        Node::text("Audience", web.audience),
        Node::text("Provider", web.issuer),
    ]);
    Ok(nodes)
}

/// The service that a program waits for: there is one in each account, or none yet.
fn instance_profile(state: &State, parameters: &Parameters, caller: &Caller) -> Outcome {
    let name = parameters
        .get("InstanceProfileName")
        .map_or("", String::as_str);
    let account = caller.account(&state.world);
    let known =
        |(its_account, its_name): &(String, String)| its_account == account && its_name == name;
    if !state.world.instance_profiles.iter().any(known) {
        return Err(Refusal::new(
            404,
            "NoSuchEntity",
            format!("Instance Profile {name} cannot be found."),
        ));
    }
    let arn = format!("arn:aws:iam::{account}:instance-profile/{name}");
    let profile = vec![
        Node::text("Path", "/"),
        Node::text("InstanceProfileName", name),
        Node::text("InstanceProfileId", "AIPA00000000000000001"),
        Node::text("Arn", arn),
        Node::text("CreateDate", "2026-01-01T00:00:00Z"),
        Node::Tree("Roles", Vec::new()),
    ];
    Ok(vec![Node::Tree("InstanceProfile", profile)])
}

fn list_devices(state: &State, parameters: &Parameters, caller: &Caller) -> Outcome {
    let user = match caller {
        Caller::User(user) | Caller::UserSession { user, mfa: Some(_) } => *user,
        // IAM takes GetSessionToken's credentials only with MFA, and roles here have no IAM policy.
        Caller::UserSession { mfa: None, .. } | Caller::Role { .. } => {
            return Err(Refusal::denied(format!(
                "User: {} is not authorized to perform: iam:ListMFADevices",
                caller.arn(&state.world)
            )));
        }
    };
    let user = &state.world.users[user];
    if let Some(name) = parameters.get("UserName")
        && *name != user.name
    {
        return Err(Refusal::new(
            404,
            "NoSuchEntity",
            format!("The user with name {name} cannot be found."),
        ));
    }
    let members = user
        .devices
        .iter()
        .map(|device| {
            Node::Tree(
                "member",
                vec![
                    Node::text("UserName", &user.name),
                    Node::text("SerialNumber", &device.serial),
                    Node::text("EnableDate", "2026-01-01T00:00:00Z"),
                ],
            )
        })
        .collect();
    Ok(vec![
        Node::Tree("MFADevices", members),
        Node::text("IsTruncated", "false"),
    ])
}
