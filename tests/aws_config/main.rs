//! What the two shared files mean, beyond the SDK's vectors: each case shows the text and the exact result.

mod doubt;
mod files;
mod fuzz;
mod grammar;
mod keys;
#[path = "../support/left_out.rs"]
mod left_out;
mod lookup;
mod merge;
#[path = "../support/tools.rs"]
#[allow(dead_code, reason = "one program of it is needed here")]
mod tools;
mod white_space;

use std::fmt::Write as _;

use xrole::aws::config::{Profile, Profiles, parse};
use xrole::error::Result;
use xrole::place::SourceFile;

fn try_read(config: &[u8], credentials: &[u8]) -> Result<Profiles> {
    let config = parse(config, SourceFile::Config)?;
    Ok(Profiles::merge(
        config,
        parse(credentials, SourceFile::Credentials)?,
    ))
}

fn read(config: &str, credentials: &str) -> Profiles {
    try_read(config.as_bytes(), credentials.as_bytes()).expect("text that can be read")
}

fn settings(profile: &Profile) -> String {
    let mut text = String::new();
    for (key, setting) in &profile.settings {
        let _ = writeln!(
            text,
            "  {key} = {:?} ({})",
            setting.value.as_str(),
            setting.at
        );
    }
    text
}

/// Every section with its line, every setting with its value and line, then the notices; or the error.
fn meaning(config: &[u8], credentials: &[u8]) -> String {
    let profiles = match try_read(config, credentials) {
        Ok(profiles) => profiles,
        Err(error) => return format!("{}: {error}\n", error.class),
    };
    let mut text = String::new();
    for (kind, sections) in [
        ("profile", &profiles.profiles),
        ("sso-session", &profiles.sso_sessions),
        ("services", &profiles.services),
    ] {
        for section in sections {
            let _ = writeln!(text, "{kind} {:?} ({})", section.name, section.at);
            text.push_str(&settings(section));
        }
    }
    for notice in &profiles.notices {
        let _ = writeln!(text, "! {notice}");
    }
    text
}

#[track_caller]
fn check(config: &str, credentials: &str, expected: &str) {
    let found = meaning(config.as_bytes(), credentials.as_bytes());
    assert_eq!(found, expected, "\n{config}\n---\n{credentials}");
}
