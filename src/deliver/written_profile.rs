//! Sessions as profiles in AWS's files: temporary keys in the credentials file, the region in the config file.
//!
//! A mark tells these sections from a person's own, over which xrole writes only when told to.

use crate::aws::config::AwsFile;
use crate::aws::config::edit::{self, Edit};
use crate::aws::config::keys::{EXPIRES, MARK};
use crate::aws::config::session_section::{ID, OLD_TOKEN, SECRET, TOKEN, keys};
use crate::aws::config::{Document, Originals, parse};
use crate::display_safe::display_safe;
use crate::error::{Error, Result};
use crate::place::{Notice, SourceFile};
use crate::session::Session;
use crate::shell::Env;

/// The two files, and what may be done in them.
#[derive(Debug)]
pub struct Files {
    pub credentials: AwsFile,
    /// `None` where the environment says that there is none.
    pub config: Option<AwsFile>,
}

impl Files {
    pub fn find(env: &Env) -> Result<Self> {
        Ok(Self {
            credentials: AwsFile::find(env, SourceFile::Credentials)?,
            config: AwsFile::find_if_any(env, SourceFile::Config)?,
        })
    }

    /// Could a session be written as this profile? Asked before anybody is asked for a code, of the bytes that the
    /// files were read with.
    pub fn check<'a>(
        &'a self,
        originals: &Originals,
        name: &'a str,
        of: &'a str,
        force: bool,
    ) -> Result<Writable<'a>> {
        let edit = Edit::of(name).set(MARK, of);
        let source = SourceFile::Credentials;
        let credentials = parse(&originals.credentials, source)?;
        check_ours(&credentials, name, force)?;
        edit.apply(&originals.credentials, source)?;
        self.credentials.check_writable()?;
        let writable = Writable {
            files: self,
            name,
            of,
            force,
            known: force || is_marked(&credentials, name),
            config_is_empty: originals.config.is_empty(),
        };
        if self.config.is_some() {
            let source = SourceFile::Config;
            check_ours(&parse(&originals.config, source)?, name, writable.known)?;
            edit.apply(&originals.config, source)?;
        }
        Ok(writable)
    }

    fn each(&self) -> impl Iterator<Item = (&AwsFile, SourceFile)> {
        let credentials = (&self.credentials, SourceFile::Credentials);
        let config = self.config.iter().map(|file| (file, SourceFile::Config));
        std::iter::once(credentials).chain(config)
    }

    /// The profiles that xrole wrote under this name, or for the profile or role of this name.
    pub fn written(&self, name: &str) -> Result<Vec<String>> {
        let mut found = Vec::new();
        let mut foreign = None;
        for (file, source) in self.each() {
            let document = parse(&file.read()?, source)?;
            let marked = edit::profiles_with(&document, MARK);
            foreign = foreign.or(edit::place(&document, name));
            found.extend(marked.into_iter().map(|(to, of)| (to, of.to_owned())));
        }
        if found.iter().any(|(to, _)| to == name) {
            return Ok(vec![name.to_owned()]);
        }
        found.retain(|(_, of)| of == name);
        if !found.is_empty() {
            let mut names: Vec<String> = found.into_iter().map(|(to, _)| to).collect();
            names.sort_unstable();
            names.dedup();
            return Ok(names);
        }
        let shown = display_safe(name);
        let message = match foreign {
            Some(_) => format!("xrole did not write profile \"{shown}\", nor another one for it"),
            None => format!("xrole wrote no profile \"{shown}\", nor another one for it"),
        };
        let remedy = "xrole list shows the profiles; what xrole wrote has the key x_xrole";
        Err(Error::new("not-written", message, remedy).at(foreign))
    }

    /// Takes what xrole wrote out of both files: its keys, and a section that holds nothing else.
    pub fn remove(&self, name: &str) -> Result<()> {
        let credentials = [ID, SECRET, TOKEN, OLD_TOKEN, EXPIRES];
        for (file, source) in self.each() {
            let own = match source {
                SourceFile::Credentials => &credentials[..],
                SourceFile::Config => &["region"],
            };
            if !is_marked(&parse(&file.read()?, source)?, name) {
                continue;
            }
            file.rewrite(|bytes| {
                let mut edit = Edit::of(name).remove(MARK).drop_when_empty();
                if !is_marked(&parse(bytes, source)?, name) {
                    return Edit::of(name).apply(bytes, source);
                }
                for key in own {
                    edit = edit.remove(key);
                }
                edit.apply(bytes, source)
            })?;
        }
        Ok(())
    }
}

/// A profile that may be written, as far as both files said when they were read. Each is looked at once more under its
/// lock, right before it is written.
#[derive(Debug)]
pub struct Writable<'a> {
    files: &'a Files,
    name: &'a str,
    /// The profile or role whose session it is.
    of: &'a str,
    force: bool,
    /// It is xrole's own, or to be written over whosever it is.
    known: bool,
    config_is_empty: bool,
}

impl Writable<'_> {
    /// Writes a session as this profile. The region goes first: without keys it does no harm. A config file that
    /// cannot be written, as people have it who generate theirs, costs the region alone.
    pub fn write(&self, session: &Session, region: Option<&str>) -> Result<Vec<Notice>> {
        let name = self.name;
        let mut notices = match self.write_region(region) {
            Err(error) if error.class == "aws-file" => without_region(name, region, &error.message),
            done => done?,
        };
        let source = SourceFile::Credentials;
        let done = self.files.credentials.rewrite(|bytes| {
            check_ours(&parse(bytes, source)?, name, self.force)?;
            keys(name, self.of, session)?.apply(bytes, source)
        })?;
        notices.extend(done.notices);
        Ok(notices)
    }

    fn write_region(&self, wanted: Option<&str>) -> Result<Vec<Notice>> {
        let Some(config) = &self.files.config else {
            let why = "AWS_CONFIG_FILE names no file";
            return Ok(without_region(self.name, wanted, why));
        };
        if wanted.is_none() && self.config_is_empty {
            return Ok(Vec::new());
        }
        let done = config.rewrite(|bytes| {
            let document = parse(bytes, SourceFile::Config)?;
            check_ours(&document, self.name, self.known)?;
            let edit = self.region(wanted, &document);
            edit.apply(bytes, SourceFile::Config)
        })?;
        Ok(done.notices)
    }

    /// What the config file says of a written profile. A region that a person gave to it stays.
    fn region(&self, wanted: Option<&str>, config: &Document) -> Edit {
        let edit = Edit::of(self.name);
        let ours = is_marked(config, self.name);
        let theirs = !ours && matches!(edit::value(config, self.name, "region"), Some(Some(_)));
        match wanted {
            Some(region) if self.force || !theirs => edit.set("region", region).set(MARK, self.of),
            None if ours => edit.remove("region").remove(MARK).drop_when_empty(),
            _ => edit,
        }
    }
}

/// What programs need instead.
fn without_region(name: &str, region: Option<&str>, why: &str) -> Vec<Notice> {
    let text = region.map(|region| {
        format!(
            "profile \"{}\" is written without its region, so programs need AWS_REGION={region}: {why}",
            display_safe(name)
        )
    });
    text.map(|text| Notice::new(None, text))
        .into_iter()
        .collect()
}

fn is_marked(document: &Document, name: &str) -> bool {
    matches!(edit::value(document, name, MARK), Some(Some(_)))
}

fn check_ours(document: &Document, name: &str, force: bool) -> Result<()> {
    if force || is_marked(document, name) {
        return Ok(());
    }
    match edit::place(document, name) {
        None => Ok(()),
        Some(at) => Err(Error::new(
            "not-written",
            format!(
                "profile \"{}\" is not one that xrole wrote",
                display_safe(name)
            ),
            "name another with --to NAME, or write over it with --force",
        )
        .at(at)),
    }
}
