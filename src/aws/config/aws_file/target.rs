//! One of AWS's two files, as people are told of it: what goes wrong, what helps, what is odd about it.

use std::io::{self, ErrorKind};
use std::path::Path;
use std::time::Duration;

use super::location::variable;
use crate::aws::config::edit::Bytes;
use crate::error::{Error, Result};
use crate::files::reading::Unreadable;
use crate::files::replace::Replaced;
use crate::files::status::Other;
use crate::files::users_file::{self, Found, Problem, Step, UsersFile};
use crate::place::{Notice, SourceFile};

#[derive(Debug)]
pub struct Target {
    users: UsersFile,
    names: Names,
}

/// How people know the file.
#[derive(Debug)]
struct Names {
    /// The path for people, with `~`.
    shown: String,
    /// The one that can name another file.
    variable: &'static str,
}

/// The file while nobody else rewrites it.
pub struct Locked<'target> {
    users: users_file::Locked<'target>,
    names: &'target Names,
}

impl Target {
    pub fn of(path: &Path, shown: String, file: SourceFile) -> Result<Self> {
        let variable = variable(file);
        let names = Names { shown, variable };
        match UsersFile::at(path) {
            Ok(users) => Ok(Self { users, names }),
            Err(problem) => Err(names.error(problem)),
        }
    }

    /// The path for people, with `~`.
    pub fn shown(&self) -> &str {
        &self.names.shown
    }

    pub fn read(&self) -> Result<Bytes> {
        let found = self.users.read();
        Ok(found.map_err(|problem| self.names.error(problem))?.bytes)
    }

    /// May it be written, as far as can be seen without writing?
    pub fn check_writable(&self) -> Result<()> {
        let checked = self.users.check_writable();
        checked.map_err(|problem| self.names.error(problem))
    }

    /// Makes the folder where it is missing.
    pub fn lock(&self, longest: Duration) -> Result<Locked<'_>> {
        match self.users.lock(longest) {
            Ok(users) => Ok(Locked {
                users,
                names: &self.names,
            }),
            Err(problem) => Err(self.names.error(problem)),
        }
    }
}

impl Locked<'_> {
    pub fn read(&self) -> Result<Found> {
        let found = self.users.read();
        found.map_err(|problem| self.names.error(problem))
    }

    pub fn replace(&self, found: &Found, new: &[u8]) -> Result<Replaced> {
        let replaced = self.users.replace(found, new);
        replaced.map_err(|problem| self.names.error(problem))
    }

    pub fn notices(&self, found: &Found, file: SourceFile) -> Vec<Notice> {
        let shown = &self.names.shown;
        let mut notices = Vec::new();
        let Some(status) = &found.status else {
            return notices;
        };
        let mode = status.permissions() & 0o777;
        if file == SourceFile::Credentials && mode & 0o044 != 0 {
            let text =
                format!("{shown} can be read by others (mode {mode:04o}): chmod 600 {shown}");
            notices.push(Notice::new(None, text));
        }
        if status.has_hard_links() {
            let text = format!(
                "{shown} had a second name (a hard link), under which the old content stays"
            );
            notices.push(Notice::new(None, text));
        }
        notices
    }

    pub fn unflushed(&self, error: &io::Error) -> Notice {
        let text = format!(
            "{} is written, but a loss of power could bring the old content back: {error}",
            self.names.shown
        );
        Notice::new(None, text)
    }

    pub fn keeps_changing(&self) -> Error {
        self.names.failed(
            "another program keeps changing it",
            "end that program, then run the command again",
        )
    }
}

impl Names {
    fn error(&self, problem: Problem) -> Error {
        let Self { shown, variable } = self;
        match problem {
            Problem::Failed(step, error) => self.io(step, &error),
            Problem::NoName => self.failed(
                "it is not a regular file",
                &format!("let {variable} name a file"),
            ),
            Problem::NoFolder => self.failed(
                "neither its folder nor the one above exists",
                &format!("make the folder, or let {variable} name another file"),
            ),
            Problem::Folder(refusal) => self.failed(
                &refusal.to_string(),
                &format!("let {variable} name a file in a folder of yours"),
            ),
            Problem::Locked => self.failed(
                "another program holds the lock of its folder",
                "wait until it has finished, then run the command again",
            ),
            Problem::Untrusted(fault) => fault.error(&format!("{shown} is not written")),
            Problem::Unreadable(problem) => self.unreadable(&problem),
            Problem::AnotherUsers => self.failed(
                "it belongs to another user",
                &format!("sudo chown \"$(id -u)\" {shown}"),
            ),
            Problem::ReadOnly => self.failed("it is read-only", &format!("chmod u+w {shown}")),
        }
    }

    fn unreadable(&self, problem: &Unreadable) -> Error {
        let another = format!("let {} name another file", self.variable);
        let remedy = match problem {
            // Nobody shall move /dev/null.
            Unreadable::NotRegular(Other::Null | Other::Device) => another,
            Unreadable::NotRegular(_) => format!("move it away, or {another}"),
            Unreadable::Longer(_) => "make it shorter".to_owned(),
            Unreadable::Failed(error) => return self.io(Step::Read, error),
        };
        self.failed(&problem.to_string(), &remedy)
    }

    fn io(&self, step: Step, error: &io::Error) -> Error {
        let remedy = match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
                "make room, then run the command again; the file is as it was".to_owned()
            }
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => format!(
                "make it and its folder writable for you, or let {} name another file",
                self.variable
            ),
            _ => "the file is as it was".to_owned(),
        };
        let message = format!("could not {} {}: {error}", step.describe(), self.shown);
        Error::new("aws-file", message, remedy)
    }

    fn failed(&self, why: &str, remedy: &str) -> Error {
        let message = format!("could not write {}: {why}", self.shown);
        Error::new("aws-file", message, remedy)
    }
}
