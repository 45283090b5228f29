//! The shared AWS files: found, read literally with their lines, then given meaning.

pub mod aws_file;
mod document;
mod doubt;
pub mod edit;
mod header;
mod include;
pub mod key;
pub mod keys;
mod line;
pub mod location;
mod merge;
mod notices;
pub mod parse;
pub mod profile;
mod profile_map;
pub mod select;
pub mod session_section;
pub mod setting;
mod source;
mod syntax;
mod value;

use std::path::{Path, PathBuf};

pub use aws_file::{AwsFile, Rewritten};
pub use document::{Document, Section};
pub use include::Included;
pub use key::Key;
pub use keys::StaticKeys;
pub use location::{Locations, Platform, locate};
pub use notices::{FileNotice, told};
pub use parse::parse;
pub use profile::{Profile, Profiles};
pub use profile_map::ProfileMap;
pub use select::Selected;
pub use setting::{Setting, SettingMap};
pub use value::Value;

pub(crate) use line::{trim, without_comment, without_comment_of_command};
pub(crate) use select::most_alike;
use source::{Source, Sources};
pub(crate) use source::{is_null, read as read_regular_file};

use crate::display_safe::display_safe;
use crate::error::Result;
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
    let of_files = notices.into_iter().map(FileNotice::of_files);
    profiles.notices.splice(..0, of_files);
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
    let (bytes, fault) = source::read(&path, variable)?;
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
