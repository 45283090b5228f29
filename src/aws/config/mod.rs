//! The shared AWS files: found, read literally with their lines, then given meaning.

pub mod aws_file;
mod document;
pub mod edit;
mod header;
mod include;
pub mod key;
pub mod keys;
mod line;
pub mod location;
mod merge;
pub mod parse;
pub mod profile;
mod profile_map;
mod profiles;
pub mod select;
pub mod session_section;
pub mod setting;
mod source;
mod syntax;
mod text;
mod value;

use std::path::{Path, PathBuf};

pub use aws_file::{AwsFile, Rewritten};
pub use document::{Document, Section};
pub use key::Key;
pub use keys::StaticKeys;
pub use location::{Locations, Platform, locate};
pub use parse::parse;
pub use profile::Profile;
pub use profile_map::ProfileMap;
pub use profiles::Profiles;
pub use select::Selected;
pub use setting::{Setting, SettingMap};
pub use value::Value;

pub(crate) use select::most_alike;
use source::{Source, Sources};

use crate::display_safe::display_safe;
use crate::error::Result;
use crate::files::named_file;
use crate::place::{Notice, SourceFile};
use crate::shell::Env;

/// Finds, reads and merges the two files.
pub fn load(env: &Env) -> Result<Profiles> {
    let locations = locate(env, Platform::current())?;
    let mut notices = locations.notices;
    let mut sources = Sources::default();
    let config = read(
        locations.config,
        SourceFile::Config,
        env,
        &mut sources.config,
    )?;
    let credentials = read(
        locations.credentials,
        SourceFile::Credentials,
        env,
        &mut sources.credentials,
    )?;
    for source in [&sources.config, &sources.credentials]
        .into_iter()
        .flatten()
    {
        if let Some(fault) = &source.fault {
            let text = format!(
                "{}: commands of {} are not run",
                fault.describe(),
                source.shown
            );
            notices.push(Notice::new(None, text));
        }
    }
    let mut profiles = Profiles::merge(config, credentials);
    notices.append(&mut profiles.notices);
    profiles.notices = notices;
    profiles.sources = sources;
    Ok(profiles)
}

fn read(
    path: Option<PathBuf>,
    file: SourceFile,
    env: &Env,
    source: &mut Option<Source>,
) -> Result<Document> {
    let Some(path) = path else {
        return Ok(Document::empty(file));
    };
    let variable = match file {
        SourceFile::Config => location::CONFIG_VARIABLE,
        SourceFile::Credentials => location::CREDENTIALS_VARIABLE,
    };
    let (bytes, fault) = named_file::read(&path, variable)?;
    *source = Some(Source {
        shown: with_tilde(&path, env),
        fault,
    });
    parse::parse_owned(bytes, file)
}

/// The path for people: below the home directory it starts with `~`.
pub(crate) fn with_tilde(path: &Path, env: &Env) -> String {
    let home = env.raw("HOME").filter(|home| !home.is_empty());
    match home.and_then(|home| path.strip_prefix(home).ok()) {
        Some(rest) => display_safe(&format!("~/{}", rest.display())).into_owned(),
        None => display_safe(&path.display().to_string()).into_owned(),
    }
}
