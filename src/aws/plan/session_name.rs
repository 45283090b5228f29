//! The default name of a role session: the user's, so that CloudTrail reads like a list of people.

use crate::shell::Env;

const LONGEST: usize = 64;

/// `LOGNAME`, else `USER`, else `uid-<n>`, made fit for RoleSessionName (2 to 64 of `[\w+=,.@-]`).
#[must_use]
pub fn default_session_name(env: &Env, uid: u32) -> String {
    let user = ["LOGNAME", "USER"]
        .into_iter()
        .find_map(|name| env.nonempty(name));
    match user {
        Some(user) => fit(user),
        None => format!("uid-{uid}"),
    }
}

fn fit(user: &str) -> String {
    let mut name = String::new();
    for c in user.chars() {
        if c.is_ascii_alphanumeric() || "_+=,.@-".contains(c) {
            name.push(c);
        } else if !name.ends_with(REPLACED) {
            name.push(REPLACED);
        }
    }
    let mut name = name.replace(REPLACED, "-");
    name.truncate(LONGEST);
    if name.len() < 2 {
        name.insert_str(0, "xrole-");
    }
    name
}

/// Stands for a run of characters that the name may not hold, so that a real `-` beside it stays.
const REPLACED: char = '\0';

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_users() {
        let long = "u".repeat(80);
        for (vars, expected) in [
            (vec![("LOGNAME", "alice"), ("USER", "bob")], "alice"),
            (vec![("LOGNAME", ""), ("USER", "bob")], "bob"),
            (vec![], "uid-501"),
            (vec![("USER", "Jana Nováková")], "Jana-Nov-kov-"),
            (vec![("USER", "a  \t b")], "a-b"),
            (vec![("USER", "a- b")], "a--b"),
            (
                vec![("USER", "DOMAIN\\eve@example.com")],
                "DOMAIN-eve@example.com",
            ),
            (vec![("USER", "x")], "xrole-x"),
            (vec![("USER", "生産")], "xrole--"),
            (vec![("USER", &long)], &long[..64]),
        ] {
            let env = Env::new(vars.iter().map(|(name, value)| (name.into(), value.into())));
            assert_eq!(default_session_name(&env, 501), expected, "{vars:?}");
        }
    }
}
