//! The bounds of STS's parameters, checked as AWS checks them (AWS STS API reference).

use std::collections::BTreeMap;

use super::answer::Refusal;

/// One parameter's bounds.
struct Rule {
    name: &'static str,
    required: bool,
    least: usize,
    most: usize,
    /// Characters besides ASCII letters and digits; `None` for any text.
    also: Option<&'static str>,
    /// The pattern as AWS prints it.
    pattern: &'static str,
}

const fn rule(name: &'static str, least: usize, most: usize) -> Rule {
    Rule {
        name,
        required: false,
        least,
        most,
        also: None,
        pattern: "",
    }
}

impl Rule {
    const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    const fn of(mut self, also: &'static str, pattern: &'static str) -> Self {
        self.also = Some(also);
        self.pattern = pattern;
        self
    }

    fn problems(&self, value: Option<&str>) -> Vec<String> {
        let member = lower_first(self.name);
        let Some(value) = value else {
            return self
                .required
                .then(|| constraint("null", &member, "must not be null"))
                .into_iter()
                .collect();
        };
        let shown = format!("'{value}'");
        let length = value.chars().count();
        let mut problems = Vec::new();
        if length < self.least {
            let bound = format!("must have length greater than or equal to {}", self.least);
            problems.push(constraint(&shown, &member, &bound));
        }
        if length > self.most {
            let bound = format!("must have length less than or equal to {}", self.most);
            problems.push(constraint(&shown, &member, &bound));
        }
        let allowed = |c: char| {
            self.also
                .is_none_or(|also| c.is_ascii_alphanumeric() || also.contains(c))
        };
        let digits_only = self.pattern == r"[\d]*";
        if !value.chars().all(allowed) || digits_only && !value.chars().all(|c| c.is_ascii_digit())
        {
            let bound = format!("must satisfy regular expression pattern: {}", self.pattern);
            problems.push(constraint(&shown, &member, &bound));
        }
        problems
    }
}

fn constraint(value: &str, member: &str, bound: &str) -> String {
    format!("Value {value} at '{member}' failed to satisfy constraint: Member {bound}")
}

fn lower_first(name: &str) -> String {
    let (first, rest) = name.split_at(1);
    first.to_ascii_lowercase() + rest
}

const SERIAL: Rule = rule("SerialNumber", 9, 256).of("_+=/:,.@-", r"[\w+=/:,.@-]*");
const CODE: Rule = rule("TokenCode", 6, 6).of("", r"[\d]*");
const ROLE: Rule = rule("RoleArn", 20, 2048).required();
const SESSION_NAME: Rule = rule("RoleSessionName", 2, 64)
    .required()
    .of("_+=,.@-", r"[\w+=,.@-]*");
const POLICY: Rule = rule("Policy", 1, 2048);

/// The parameters that an operation has; `None` for an operation that does not exist here.
fn rules(operation: &str) -> Option<Vec<Rule>> {
    Some(match operation {
        "GetSessionToken" => vec![SERIAL, CODE],
        "AssumeRole" => vec![
            ROLE,
            SESSION_NAME,
            SERIAL,
            CODE,
            POLICY,
            rule("ExternalId", 2, 1224).of("_+=,.@:/-", r"[\w+=,.@:\/-]*"),
            rule("SourceIdentity", 2, 64).of("_+=,.@-", r"[\w+=,.@-]*"),
        ],
        "AssumeRoleWithWebIdentity" => vec![
            ROLE,
            SESSION_NAME,
            POLICY,
            rule("WebIdentityToken", 4, 20_000).required(),
            rule("ProviderId", 4, 2048),
        ],
        "GetCallerIdentity" => Vec::new(),
        "ListMFADevices" => vec![
            rule("UserName", 1, 64).of("_+=,.@-", r"[\w+=,.@-]+"),
            rule("Marker", 1, 320),
        ],
        "GetInstanceProfile" => vec![
            rule("InstanceProfileName", 1, 128)
                .required()
                .of("_+=,.@-", r"[\w+=,.@-]+"),
        ],
        _ => return None,
    })
}

/// The bounds of `DurationSeconds`, for operations that take it.
fn durations(operation: &str) -> Option<std::ops::RangeInclusive<u32>> {
    match operation {
        "GetSessionToken" => Some(900..=129_600),
        "AssumeRole" | "AssumeRoleWithWebIdentity" => Some(900..=43_200),
        _ => None,
    }
}

/// Names of lists, as they stand before the first dot.
fn lists(operation: &str) -> &'static [&'static str] {
    match operation {
        "AssumeRole" => &["Tags", "TransitiveTagKeys", "PolicyArns"],
        "AssumeRoleWithWebIdentity" => &["PolicyArns"],
        "ListMFADevices" => &["MaxItems"],
        _ => &[],
    }
}

pub type Parameters = BTreeMap<String, String>;

/// Checks every parameter of an operation. Names that AWS does not know are told apart: AWS ignores them,
/// a strict test does not.
pub fn check(operation: &str, parameters: &Parameters) -> Result<Vec<String>, Refusal> {
    let Some(rules) = rules(operation) else {
        let message = format!("Could not find operation {operation} for version 2011-06-15");
        return Err(Refusal::new(400, "InvalidAction", message));
    };
    let mut problems: Vec<String> = rules
        .iter()
        .flat_map(|rule| rule.problems(parameters.get(rule.name).map(String::as_str)))
        .collect();
    if let (Some(range), Some(value)) = (durations(operation), parameters.get("DurationSeconds")) {
        problems.extend(duration_problem(&range, value)?);
    }
    problems.extend(tag_problems(parameters));
    if !problems.is_empty() {
        let noun = if problems.len() == 1 {
            "error"
        } else {
            "errors"
        };
        return Err(Refusal::invalid(format!(
            "{} validation {noun} detected: {}",
            problems.len(),
            problems.join("; ")
        )));
    }
    if let Some(arn) = parameters.get("RoleArn")
        && !is_role_arn(arn)
    {
        return Err(Refusal::invalid(format!("{arn} is invalid")));
    }
    let known = |name: &str| {
        let list = name.split('.').next().unwrap_or_default();
        rules.iter().any(|rule| rule.name == name)
            || lists(operation).contains(&list)
            || durations(operation).is_some() && name == "DurationSeconds"
    };
    Ok(parameters
        .keys()
        .filter(|name| !known(name))
        .cloned()
        .collect())
}

fn duration_problem(
    range: &std::ops::RangeInclusive<u32>,
    value: &str,
) -> Result<Option<String>, Refusal> {
    let Ok(seconds) = value.parse::<u32>() else {
        return Err(Refusal::new(
            400,
            "MalformedInput",
            "DurationSeconds is no whole number",
        ));
    };
    let shown = format!("'{value}'");
    Ok(if seconds < *range.start() {
        let bound = format!("must have value greater than or equal to {}", range.start());
        Some(constraint(&shown, "durationSeconds", &bound))
    } else if seconds > *range.end() {
        let bound = format!("must have value less than or equal to {}", range.end());
        Some(constraint(&shown, "durationSeconds", &bound))
    } else {
        None
    })
}

/// `Tags.member.n.Key` and `.Value`, and how many there are.
fn tag_problems(parameters: &Parameters) -> Vec<String> {
    let mut problems = Vec::new();
    let tags = tags(parameters);
    if tags.len() > 50 {
        let bound = "must have length less than or equal to 50";
        problems.push(constraint("'[tags]'", "tags", bound));
    }
    for (number, (key, value)) in (1..).zip(&tags) {
        let key_rule = rule("Key", 1, 128);
        let value_rule = rule("Value", 0, 256);
        for (rule, text) in [(key_rule, key), (value_rule, value)] {
            let member = format!("tags.{number}.member.{}", lower_first(rule.name));
            problems.extend(rule.problems(Some(text)).into_iter().map(|problem| {
                problem.replace(
                    &format!("'{}'", lower_first(rule.name)),
                    &format!("'{member}'"),
                )
            }));
        }
    }
    problems
}

/// The session tags in the order of their numbers.
#[must_use]
pub fn tags(parameters: &Parameters) -> Vec<(String, String)> {
    (1..)
        .map_while(|number| {
            let key = parameters.get(&format!("Tags.member.{number}.Key"))?;
            let value = parameters
                .get(&format!("Tags.member.{number}.Value"))
                .cloned();
            Some((key.clone(), value.unwrap_or_default()))
        })
        .collect()
}

fn is_role_arn(arn: &str) -> bool {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let ["arn", _, "iam", "", account, resource] = parts[..] else {
        return false;
    };
    account.len() == 12
        && account.bytes().all(|byte| byte.is_ascii_digit())
        && resource
            .strip_prefix("role/")
            .is_some_and(|name| !name.is_empty())
}
