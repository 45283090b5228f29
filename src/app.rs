//! One run of xrole: the world that it was started in, what it reads of the disk, each once, and what it will tell.

use std::cell::{OnceCell, RefCell};
use std::collections::HashSet;
use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::sync::Arc;

use crate::aws::chain::{Selection, touched};
use crate::aws::config::{self, Originals, Profiles, told};
use crate::clock::Clock;
use crate::context::Context;
use crate::error::Result;
use crate::person::ProcessGuard;
use crate::place::Notice;
use crate::settings::Settings;
use crate::shell::{self, Env, Shell};
use crate::store::{Cache, CacheOptions};

#[derive(Debug)]
pub struct App<'a> {
    pub context: &'a Context,
    pub guard: &'a ProcessGuard,
    /// The dialect of a captured command.
    pub shell: Shell,
    profiles: OnceCell<Arc<Profiles>>,
    settings: OnceCell<Arc<Settings>>,
    cache: OnceCell<Cache>,
    notices: RefCell<Vec<Notice>>,
    known: RefCell<HashSet<Notice>>,
}

impl<'a> App<'a> {
    #[must_use]
    pub fn new(context: &'a Context, guard: &'a ProcessGuard, shell: Shell) -> Self {
        Self {
            context,
            guard,
            shell,
            profiles: OnceCell::new(),
            settings: OnceCell::new(),
            cache: OnceCell::new(),
            notices: RefCell::default(),
            known: RefCell::default(),
        }
    }

    /// A later run with what an earlier one has read, for an endpoint that keeps the identity it was given.
    #[must_use]
    pub fn with_files(self, profiles: Arc<Profiles>, settings: Arc<Settings>) -> Self {
        Self {
            profiles: profiles.into(),
            settings: settings.into(),
            ..self
        }
    }

    #[must_use]
    pub fn env(&self) -> &'a Env {
        &self.context.env
    }

    #[must_use]
    pub fn clock(&self) -> &'a Clock {
        &self.context.clock
    }

    /// The two shared files; what is odd with them as a whole is kept for stderr.
    pub fn profiles(&self) -> Result<&Arc<Profiles>> {
        if let Some(profiles) = self.profiles.get() {
            return Ok(profiles);
        }
        Ok(self.keep(config::load(self.env())?))
    }

    /// Reads the two files, which must not have been read before, with their bytes: for a command that writes them.
    pub fn originals(&self) -> Result<Originals> {
        let (profiles, originals) = config::load_with_originals(self.env())?;
        self.keep(profiles);
        Ok(originals)
    }

    fn keep(&self, profiles: Profiles) -> &Arc<Profiles> {
        self.notice(profiles.notices_of_files().cloned());
        self.profiles.get_or_init(|| Arc::new(profiles))
    }

    /// xrole's own settings.
    pub fn settings(&self) -> Result<&Arc<Settings>> {
        if let Some(settings) = self.settings.get() {
            return Ok(settings);
        }
        let settings = Settings::load(self.env())?;
        Ok(self.settings.get_or_init(|| Arc::new(settings)))
    }

    /// The session cache, as the settings will have it.
    pub fn cache(&self) -> Result<&Cache> {
        let session_key = self.settings()?.session_key;
        let clock = *self.clock();
        Ok(self
            .cache
            .get_or_init(|| match CacheOptions::from_env(self.env(), session_key) {
                Some(options) => Cache::open(&options, clock),
                None => Cache::off(clock),
            }))
    }

    /// This program's own path, for others to call it by.
    pub fn binary(&self) -> Result<String> {
        let arguments = &self.context.arguments;
        let path = self.env().raw("PATH");
        shell::hook_path(
            arguments
                .first()
                .map_or(OsStr::new(""), OsString::as_os_str),
            path.map(std::env::split_paths).into_iter().flatten(),
            &self.context.working_directory,
            Path::is_file,
        )
    }

    /// Keeps notices for stderr, each once.
    pub fn notice(&self, notices: impl IntoIterator<Item = Notice>) {
        let (mut kept, mut known) = (self.notices.borrow_mut(), self.known.borrow_mut());
        for notice in notices {
            if known.insert(notice.clone()) {
                kept.push(notice);
            }
        }
    }

    /// Keeps what is odd in the AWS files about the profiles that a selection has to do with.
    pub fn notice_about(&self, selection: &Selection) -> Result<()> {
        let profiles = self.profiles()?;
        let touched = touched(profiles, selection, self.env());
        self.notice(told(profiles.notices_about(&touched)));
        Ok(())
    }

    /// Keeps what the cache has to tell.
    pub fn notice_of_cache(&self) {
        if let Some(cache) = self.cache.get() {
            self.notice(cache.notices());
        }
    }

    /// The end of the run, with what is to be said on stderr.
    #[must_use]
    pub fn end(mut self) -> Vec<Notice> {
        if let Some(profiles) = self.profiles.take().and_then(Arc::into_inner) {
            profiles.abandon();
        }
        self.notices.take()
    }
}
