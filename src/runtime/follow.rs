//! Files of a source that are read and followed: who reads them, which they are, how far they
//! were read.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::base::cancel::Cancel;
use crate::engine::EngineError;
use crate::engine::local::Store;
use crate::source::format::registry::Registry;

use super::file_book::FileBook;
use super::follow_file::FollowFile;
use super::import::{ImportError, ImportOptions};
use super::keeper_event::{KeeperEvent, TellKeeper};
use super::source_settings::{FOLLOWED, SourceSettings};
use super::turn::take_turns;

/// How often new files are looked for.
const LOOK: Duration = Duration::from_millis(700);

/// How long files are waited for.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// How often a file is looked at for more.
    pub look: Duration,
    /// A last line of JSON that is whole but for its line break is a row after this time without
    /// another byte.
    pub quiet: Duration,
    /// Any other last line without its end, if it can be read: nothing tells whether it is whole.
    pub settled: Duration,
    /// Two files that begin alike are one that was copied, unless one is longer for this time.
    pub alike: Duration,
    /// A file that another has taken the place of is read until nothing was added for this time.
    pub farewell: Duration,
    /// A file that a pattern found is let go when it has been gone for this time.
    pub gone: Duration,
}

impl Pace {
    /// Waiting for people and programs.
    pub const USUAL: Self = Self {
        look: Duration::from_millis(50),
        quiet: Duration::from_secs(2),
        settled: Duration::from_mins(1),
        alike: Duration::from_secs(1),
        farewell: Duration::from_secs(10),
        gone: Duration::from_secs(30),
    };
}

/// Which files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Files {
    /// These.
    Named(Vec<PathBuf>),
    /// All that a pattern matches, whenever they come.
    Pattern(String),
}

impl Files {
    /// Reads a path that may be a pattern; one that names a file is none.
    pub fn read(text: &str) -> Self {
        let is_pattern = text.contains(['*', '?', '[']) && !Path::new(text).exists();
        if is_pattern { Self::Pattern(text.to_owned()) } else { Self::Named(vec![text.into()]) }
    }

    /// The files as they are now.
    pub fn list(&self) -> Vec<PathBuf> {
        match self {
            Self::Named(paths) => paths.clone(),
            Self::Pattern(pattern) => glob::glob(pattern)
                .map(|paths| paths.flatten().filter(|path| path.is_file()).collect())
                .unwrap_or_default(),
        }
    }
}

/// What is followed.
pub struct Follow {
    /// The files.
    pub files: Files,
    /// The source their rows belong to.
    pub source: String,
    /// How they are read.
    pub options: ImportOptions,
    /// Where their rows go.
    pub store: Arc<Store>,
    /// The formats.
    pub registry: Arc<Registry>,
    /// Told what happens.
    pub tell: TellKeeper,
}

impl Follow {
    /// Follows in threads of its own.
    pub fn start(self, cancel: Cancel) -> std::io::Result<JoinHandle<()>> {
        self.start_at(Pace::USUAL, cancel)
    }

    fn start_at(self, pace: Pace, cancel: Cancel) -> std::io::Result<JoinHandle<()>> {
        thread::Builder::new().name(format!("follow-{}", self.source)).spawn(move || self.run(pace, &cancel))
    }

    fn run(&self, pace: Pace, cancel: &Cancel) {
        take_turns(&self.store, &self.source, "read", &self.tell, cancel, || {
            if let Err(error) = self.keep(pace, cancel) {
                (self.tell)(KeeperEvent::error(error.to_string()));
                cancel.wait(LOOK * 5);
            }
        });
    }

    /// Follows all files, and those that come to match.
    fn keep(&self, pace: Pace, cancel: &Cancel) -> Result<(), ImportError> {
        let known = self.store.source_record(&self.source)?;
        let checkpoint = known.as_ref().and_then(|known| known.checkpoint.as_deref());
        let shared = Shared {
            source: &self.source,
            options: &self.options,
            store: &self.store,
            registry: &self.registry,
            tell: &self.tell,
            pace,
            is_pattern: matches!(self.files, Files::Pattern(_)),
            followed: Mutex::default(),
            book: Mutex::new(FileBook::read(checkpoint)),
            bulk: Mutex::new(()),
            behind: AtomicUsize::new(0),
            has_format: AtomicBool::new(false),
        };
        thread::scope(|scope| {
            let mut is_first = true;
            while !cancel.is_cancelled() {
                let mut new = self.files.list();
                new.retain(|path| shared.begin(path));
                shared.behind.fetch_add(new.len(), Ordering::SeqCst);
                if is_first && new.is_empty() {
                    (self.tell)(KeeperEvent::note(format!("{} has no file yet", self.source)));
                    (self.tell)(KeeperEvent::CaughtUp(self.source.clone()));
                }
                is_first = false;
                for path in new {
                    let shared = &shared;
                    scope.spawn(move || FollowFile::new(shared, path).run(scope, cancel));
                }
                cancel.wait(LOOK);
            }
        });
        Ok(())
    }
}

/// What the files of a source share.
pub struct Shared<'a> {
    /// Their source.
    pub source: &'a str,
    /// How they are read.
    pub options: &'a ImportOptions,
    /// Where their rows go.
    pub store: &'a Arc<Store>,
    /// The formats.
    pub registry: &'a Registry,
    /// Told what happens.
    pub tell: &'a TellKeeper,
    /// How long files are waited for.
    pub pace: Pace,
    /// Whether files are found again when they come back.
    pub is_pattern: bool,
    followed: Mutex<HashSet<PathBuf>>,
    book: Mutex<FileBook>,
    bulk: Mutex<()>,
    behind: AtomicUsize,
    has_format: AtomicBool,
}

impl Shared<'_> {
    /// Says whether nobody follows a path yet; now somebody does.
    fn begin(&self, path: &Path) -> bool {
        self.followed.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned())
    }

    /// A path is not followed any more; it is again when there is a file.
    pub fn end(&self, path: &Path) {
        self.followed.lock().unwrap_or_else(PoisonError::into_inner).remove(path);
    }

    /// The book of files; held until what was changed in it is stored.
    pub fn book(&self) -> MutexGuard<'_, FileBook> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Held while one file is read in large pieces, by all processors.
    pub fn bulk(&self) -> MutexGuard<'_, ()> {
        self.bulk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A file was read up to its end, or cannot be read.
    pub fn is_read(&self) {
        if self.behind.fetch_sub(1, Ordering::SeqCst) == 1 {
            (self.tell)(KeeperEvent::CaughtUp(self.source.to_owned()));
        }
    }

    /// The format of one of the files is known: the source shows what it shows.
    pub fn put_format(&self, format: &str) -> Result<(), EngineError> {
        if self.has_format.swap(true, Ordering::SeqCst) {
            return Ok(());
        }
        let settings = SourceSettings::of_format(self.registry, format);
        self.store.put_source(self.source, FOLLOWED, Some(&settings.to_json()))
    }
}

#[cfg(test)]
mod tests;
