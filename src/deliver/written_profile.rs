//! Sessions as profiles in AWS's files: temporary keys in the credentials file, the region in the config file.
//!
//! A mark tells these sections from a person's own, over which xrole writes only when told to.

use crate::aws::config::AwsFile;
use crate::aws::config::edit::{self, Edit};
use crate::aws::config::keys::{EXPIRES, MARK};
use crate::aws::config::session_section::{ID, OLD_TOKEN, SECRET, TOKEN, keys};
use crate::aws::config::{Document, parse};
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

/// What a written profile holds.
#[derive(Debug)]
pub struct Content<'a> {
    /// The profile or role whose session it is.
    pub of: &'a str,
    pub session: &'a Session,
    pub region: Option<&'a str>,
}

impl Files {
    pub fn find(env: &Env) -> Result<Self> {
        Ok(Self {
            credentials: AwsFile::find(env, SourceFile::Credentials)?,
            config: AwsFile::find_if_any(env, SourceFile::Config)?,
        })
    }

    /// Could a session be written as this profile? Asked before anybody is asked for a code.
    pub fn check(&self, name: &str, of: &str, force: bool) -> Result<()> {
        let bytes = self.credentials.read()?;
        check_ours(&parse(&bytes, SourceFile::Credentials)?, name, force)?;
        let edit = Edit::of(name).set(MARK, of);
        edit.apply(&bytes, SourceFile::Credentials)?;
        self.credentials.check_writable()?;
        let Some(config) = &self.config else {
            return Ok(());
        };
        let known = force || self.holds_ours(name)?;
        let bytes = config.read()?;
        check_ours(&parse(&bytes, SourceFile::Config)?, name, known)?;
        edit.apply(&bytes, SourceFile::Config).map(drop)
    }

    fn each(&self) -> impl Iterator<Item = (&AwsFile, SourceFile)> {
        let credentials = (&self.credentials, SourceFile::Credentials);
        let config = self.config.iter().map(|file| (file, SourceFile::Config));
        std::iter::once(credentials).chain(config)
    }

    /// Does the credentials file hold a profile of this name that xrole wrote?
    fn holds_ours(&self, name: &str) -> Result<bool> {
        let document = parse(&self.credentials.read()?, SourceFile::Credentials)?;
        Ok(is_marked(&document, name))
    }

    /// Writes a session as this profile. The region goes first: without keys it does no harm. A config file that
    /// cannot be written, as people have it who generate theirs, costs the region alone.
    pub fn write(&self, name: &str, content: &Content<'_>, force: bool) -> Result<Vec<Notice>> {
        let mut notices = match self.write_region(name, content, force) {
            Err(error) if error.class == "aws-file" => {
                without_region(name, content, &error.message)
            }
            done => done?,
        };
        let source = SourceFile::Credentials;
        let done = self.credentials.rewrite(|bytes| {
            check_ours(&parse(bytes, source)?, name, force)?;
            keys(name, content.of, content.session)?.apply(bytes, source)
        })?;
        notices.extend(done.notices);
        Ok(notices)
    }

    fn write_region(&self, name: &str, content: &Content<'_>, force: bool) -> Result<Vec<Notice>> {
        let Some(config) = &self.config else {
            let why = "AWS_CONFIG_FILE names no file";
            return Ok(without_region(name, content, why));
        };
        if content.region.is_none() && config.read()?.is_empty() {
            return Ok(Vec::new());
        }
        let known = force || self.holds_ours(name)?;
        let done = config.rewrite(|bytes| {
            let document = parse(bytes, SourceFile::Config)?;
            check_ours(&document, name, known)?;
            let edit = region(name, content, &document, force);
            edit.apply(bytes, SourceFile::Config)
        })?;
        Ok(done.notices)
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

/// What programs need instead.
fn without_region(name: &str, content: &Content<'_>, why: &str) -> Vec<Notice> {
    let text = content.region.map(|region| {
        format!(
            "profile \"{}\" is written without its region, so programs need AWS_REGION={region}: {why}",
            display_safe(name)
        )
    });
    text.map(|text| Notice::new(None, text))
        .into_iter()
        .collect()
}

/// What the config file says of a written profile. A region that a person gave to it stays.
fn region(name: &str, content: &Content<'_>, config: &Document, force: bool) -> Edit {
    let edit = Edit::of(name);
    let ours = is_marked(config, name);
    let theirs = !ours && matches!(edit::value(config, name, "region"), Some(Some(_)));
    match content.region {
        Some(region) if force || !theirs => edit.set("region", region).set(MARK, content.of),
        None if ours => edit.remove("region").remove(MARK).drop_when_empty(),
        _ => edit,
    }
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
