//! The shared AWS files: found, read literally with their lines, then given meaning.

mod about;
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
pub use include::Included;
pub use key::Key;
pub use keys::StaticKeys;
pub use location::{Locations, Platform, locate};
pub use notices::{FileNotice, told};
pub use parse::parse;
pub use profile::Profile;
pub use profile_map::ProfileMap;
pub use profiles::Profiles;
pub use select::Selected;
pub use setting::{Setting, SettingMap};
pub use value::Value;

pub(crate) use line::{trim, without_comment, without_comment_of_command};
pub(crate) use select::most_alike;
use source::{Source, Sources};

use crate::display_safe::display_safe;
use crate::error::Result;
use crate::files::named_file;
use crate::place::{Notice, SourceFile};
use crate::shell::Env;

/// The bytes of the two files as they were read, for a command that will write them.
#[derive(Debug, Default)]
pub struct Originals {
    pub config: edit::Bytes,
    pub credentials: edit::Bytes,
}

/// Finds, reads and merges the two files.
pub fn load(env: &Env) -> Result<Profiles> {
    load_into(env, None)
}

/// The same, with the bytes that were read.
pub fn load_with_originals(env: &Env) -> Result<(Profiles, Originals)> {
    let mut originals = Originals::default();
    let profiles = load_into(env, Some(&mut originals))?;
    Ok((profiles, originals))
}

fn load_into(env: &Env, originals: Option<&mut Originals>) -> Result<Profiles> {
    let locations = locate(env, Platform::current())?;
    let mut notices = locations.notices;
    let mut sources = Sources::default();
    let (of_config, of_credentials) = match originals {
        Some(originals) => (
            Some(&mut originals.config),
            Some(&mut originals.credentials),
        ),
        None => (None, None),
    };
    let mut read = |path, file, original| read(path, file, env, &mut sources, original);
    let config = read(locations.config, SourceFile::Config, of_config)?;
    let credentials = read(
        locations.credentials,
        SourceFile::Credentials,
        of_credentials,
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
    sources: &mut Sources,
    original: Option<&mut edit::Bytes>,
) -> Result<Document> {
    let Some(path) = path else {
        return Ok(Document::empty(file));
    };
    let (variable, source) = match file {
        SourceFile::Config => (location::CONFIG_VARIABLE, &mut sources.config),
        SourceFile::Credentials => (location::CREDENTIALS_VARIABLE, &mut sources.credentials),
    };
    let (bytes, fault) = named_file::read(&path, variable)?;
    *source = Some(Source {
        shown: with_tilde(&path, env),
        fault,
    });
    if let Some(original) = original {
        original.extend_from_slice(&bytes);
    }
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
