//! `credential_process`: a command of the user's, run without a shell, bounded in time and output.

use std::ffi::OsStr;
use std::time::Duration;

use super::{BaseCredentials, Surroundings, document};
use crate::aws::chain::Base;
use crate::display_safe::display_safe;
use crate::error::{Error, Result};
use crate::shell::Env;
use crate::source::helper_command::{HelperCommand, Input, split_words};

const DEADLINE: Duration = Duration::from_mins(1);
const STDOUT_LIMIT: usize = 64 * 1024;
/// The profiles whose processes are running around this one, one a line.
const CHAIN: &str = "_XROLE_PROFILE_CHAIN";
const LONGEST_CHAIN: usize = 4;

pub(super) fn obtain(
    base: &Base,
    command: &str,
    around: &Surroundings<'_>,
) -> Result<BaseCredentials> {
    if let Some(at) = base.at {
        (around.trust)(at)?;
    }
    let chain = chain(around.env, &base.profile).map_err(|error| error.at(base.at))?;
    let name = display_safe(&base.profile);
    let failed = |what: String, remedy: String| {
        Error::new(
            "process",
            format!("credential_process of profile \"{name}\" {what}"),
            remedy,
        )
        .at(base.at)
    };
    let words = split_words(command).map_err(|problem| {
        let remedy = "write a program and its arguments; a backslash quotes one character";
        failed(
            format!("{problem}: {}", display_safe(command)),
            remedy.to_owned(),
        )
    })?;
    // It reads the user's own files, whatever programs are given in their place.
    let hidden = around.env.hidden();
    let mut environment: Vec<_> = hidden
        .map(|(name, value)| (name.to_owned(), value.map(OsStr::to_owned)))
        .collect();
    environment.push((CHAIN.to_owned(), Some(chain.into())));
    let helper = HelperCommand {
        words,
        input: Input::Inherited,
        keeps_last_words: true,
        environment,
        output_limit: STDOUT_LIMIT,
        deadline: DEADLINE,
        waiting_for: "waiting for credential_process, Ctrl-C to stop".to_owned(),
    };
    let by_hand = || {
        format!(
            "run it by hand; it must print {{\"Version\": 1, \"AccessKeyId\": …, \"SecretAccessKey\": …}}: {}",
            display_safe(command)
        )
    };
    let output = helper.run(around.guard).map_err(|failure| {
        let remedy = failure.remedy().unwrap_or_else(by_hand);
        failed(failure.to_string(), remedy).exit(failure.exit())
    })?;
    document::of_process(&output).map_err(|problem| {
        let problem = display_safe(&problem).into_owned();
        failed(format!("ended well, but {problem}"), by_hand())
    })
}

/// This profile added to those around it, unless that would not end.
pub(super) fn chain(env: &Env, profile: &str) -> Result<String> {
    let around: Vec<&str> = env
        .nonempty(CHAIN)
        .map(|chain| chain.lines().collect())
        .unwrap_or_default();
    if around.contains(&profile) || around.len() >= LONGEST_CHAIN {
        let mut path: Vec<_> = around.iter().map(|name| display_safe(name)).collect();
        path.push(display_safe(profile));
        return Err(Error::new(
            "process-loop",
            format!(
                "the credential_process of one profile asks for the next: {}",
                path.join(" → ")
            ),
            "one of them must get its credentials without xrole",
        ));
    }
    Ok(around
        .into_iter()
        .chain([profile])
        .collect::<Vec<_>>()
        .join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_of_processes_ends() {
        for (around, expected) in [
            ("", Ok("p")),
            ("a\nb", Ok("a\nb\np")),
            ("a\nb\nc", Ok("a\nb\nc\np")),
            (
                "a\np",
                Err("the credential_process of one profile asks for the next: a → p → p"),
            ),
            (
                "a\nb\nc\nd",
                Err("the credential_process of one profile asks for the next: a → b → c → d → p"),
            ),
        ] {
            let result = chain(&Env::from([(CHAIN, around)]), "p");
            let expected = expected.map(str::to_owned).map_err(str::to_owned);
            assert_eq!(result.map_err(|error| error.message), expected);
        }
    }
}
