//! Chains and includes of any length: as far as fifty, then an error, on whatever stack.

use std::fmt::Write as _;

use super::{KEYS, files};
use crate::aws::chain::{Selection, resolve};
use crate::aws::config::Profiles;
use crate::error::Result;
use crate::shell::Env;

/// p0 → p1 → … → Q, so many roles.
fn roles(number: usize) -> String {
    let mut config = String::new();
    for n in 0..number {
        let source = if n + 1 == number {
            "Q".to_owned()
        } else {
            format!("p{}", n + 1)
        };
        let _ = write!(
            config,
            "[profile p{n}]\nrole_arn = r\nsource_profile = {source}\n"
        );
    }
    config
}

/// p0 includes p1, which includes p2, and so on; the last one is a role.
fn includes(number: usize) -> String {
    let mut config = String::new();
    for n in 0..number {
        let _ = write!(config, "[profile p{n}]\ninclude_profile = p{}\n", n + 1);
    }
    let _ = write!(
        config,
        "[profile p{number}]\nrole_arn = r\nsource_profile = Q\n"
    );
    config
}

/// How many roles come of p0.
fn hops(profiles: &Profiles) -> Result<usize> {
    resolve(profiles, &Selection::of("p0"), &Env::default()).map(|chain| chain.hops.len())
}

fn small_stack<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(128 << 10);
        let thread = thread.spawn_scoped(scope, work).expect("a thread");
        thread.join().expect("no panic")
    })
}

#[test]
fn fifty_roles_are_assumed_and_no_more() {
    assert_eq!(hops(&files(&roles(50), KEYS)), Ok(50));
    for number in [51, 3450, 100_000] {
        let profiles = files(&roles(number), KEYS);
        let error = small_stack(|| hops(&profiles)).expect_err("too long");
        assert_eq!(error.class, "chain-too-long");
        assert_eq!(
            error.to_string(),
            "more than 50 roles in a row: p0 (config:3) → p1 (config:6) → p2 (config:9) → … → p50 (config:151)\n\
             let a source_profile on the way name a profile with credentials"
        );
    }
}

#[test]
fn fifty_profiles_are_included_and_no_more() {
    assert_eq!(hops(&files(&includes(50), KEYS)), Ok(1));
    for number in [51, 100_000] {
        let profiles = files(&includes(number), KEYS);
        let error = small_stack(|| hops(&profiles)).expect_err("too long");
        assert_eq!(error.class, "chain-too-long");
        assert_eq!(
            error.to_string(),
            "config:2: profile \"p0\" includes more than 50 others, one through the other: \
             p0 (config:2) → p1 (config:4) → p2 (config:6) → … → p51 (config:103)\n\
             include what is needed with fewer include_profile lines"
        );
    }
}

#[test]
fn what_a_profile_includes_is_looked_at_once_for_all() {
    let keys = ["role_arn", "region", "source_profile", "credential_source"];
    for number in [1, 49, 50, 51, 60] {
        let mut config = includes(number);
        config.push_str(
            "[profile x]\ninclude_profile = gone\nregion = x\n[profile y]\ninclude_profile = z\nregion = y\n\
             [profile z]\ninclude_profile = y\n[profile w]\ninclude_profile = y\ncredential_source = c\n",
        );
        let profiles = files(&config, KEYS);
        let all = profiles.with_includes(&keys);
        for (profile, found) in profiles.profiles.iter().zip(all) {
            let whole = profiles.expand(&profile.name);
            let whole = whole.as_ref().unwrap_or(profile);
            let each = keys.map(|key| whole.get(key));
            match found {
                Some(found) => assert_eq!(found.settings, each, "{} of {number}", profile.name),
                None => assert_eq!(profile.get("include_profile"), None),
            }
        }
    }
}
