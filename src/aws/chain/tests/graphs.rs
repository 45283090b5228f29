//! Random graphs of profiles: the walk always ends, and never takes a profile twice.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::chain;

#[test]
fn any_graph_of_profiles_ends_in_a_chain_or_an_error() {
    let mut random = fastrand::Rng::with_seed(7);
    let mut outcomes = BTreeSet::new();
    for _ in 0..2000 {
        let mut config = String::new();
        for name in ["A", "B", "C", "D", "E"] {
            let _ = writeln!(config, "[profile {name}]");
            let lines = [
                "role_arn = r",
                &format!("source_profile = {}", random.char('A'..='F')),
                "credential_source = Ec2InstanceMetadata",
                "aws_access_key_id = AKIAX",
                "aws_secret_access_key = s",
                &format!("include_profile = {}", random.char('A'..='F')),
                "mfa_serial = arn:one",
                &format!("mfa_serial = arn:{name}"),
            ];
            for (line, of_ten) in lines.into_iter().zip([9, 9, 1, 2, 2, 1, 2, 1]) {
                if random.u8(..10) < of_ten {
                    let _ = writeln!(config, "{line}");
                }
            }
        }
        match chain(&config, "", "A") {
            Ok(chain) => {
                let mut names: Vec<_> = chain.hops.iter().map(|hop| &hop.profile).collect();
                assert!(names.last().is_none_or(|last| *last == "A"), "{config}");
                let length = names.len();
                names.sort_unstable();
                names.dedup();
                assert_eq!(names.len(), length, "a profile twice\n{config}");
                outcomes.insert(format!("{length} hops"));
            }
            Err(error) => {
                outcomes.insert(error.class.to_owned());
            }
        }
    }
    let expected = [
        "0 hops",
        "1 hops",
        "2 hops",
        "3 hops",
        "chain-loop",
        "include-loop",
        "include-not-found",
        "keys-partial",
        "mfa-serial-conflict",
        "no-credentials",
        "self-source",
        "source-both",
        "source-missing",
        "source-not-found",
    ];
    let missing: Vec<_> = expected
        .iter()
        .filter(|outcome| !outcomes.contains(**outcome))
        .collect();
    assert!(missing.is_empty(), "never met: {missing:?} in {outcomes:?}");
}
