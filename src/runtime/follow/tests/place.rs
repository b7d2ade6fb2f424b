//! Files that are followed into a store, for tests.

use std::fs::File;
use std::io::Write as _;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use tempfile::TempDir;

use super::super::*;
use crate::engine::Engine as _;
use crate::engine::local::StoreOptions;
use crate::model::envelope::{Envelope, Formats, ReadError, RowReader};
use crate::model::handle::Seq;
use crate::query::Filter;
use crate::runtime::import::{Input, Progress, import};

/// Formats that are refused for a while: a store that cannot take rows, for whatever reason.
struct Refusing {
    registry: Registry,
    refuses: Arc<AtomicBool>,
}

impl Formats for Refusing {
    fn reader(&self, envelope: &Envelope, definition: Option<&str>) -> Result<Box<dyn RowReader>, ReadError> {
        if self.refuses.load(Ordering::SeqCst) {
            return Err(ReadError::new("refused for a test"));
        }
        Formats::reader(&self.registry, envelope, definition)
    }

    fn definition(&self, envelope: &Envelope) -> Option<String> {
        Formats::definition(&self.registry, envelope)
    }
}

/// No waiting for people.
pub(super) const QUICK: Pace = Pace {
    look: Duration::from_millis(5),
    quiet: Duration::from_millis(60),
    settled: Duration::from_millis(400),
    alike: Duration::from_millis(200),
    farewell: Duration::from_millis(400),
    gone: Duration::from_millis(200),
};

/// Never.
pub(super) const NEVER: Duration = Duration::from_hours(1);

/// A store with files that can be followed.
pub(super) struct Place {
    pub(super) folder: TempDir,
    pub(super) store: Arc<Store>,
    pub(super) refuses: Arc<AtomicBool>,
    pub(super) said: Arc<Mutex<Vec<String>>>,
    pub(super) following: Option<(Cancel, JoinHandle<()>)>,
}

impl Place {
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let refuses = Arc::new(AtomicBool::new(false));
        let formats = Refusing { registry: Registry::new(), refuses: Arc::clone(&refuses) };
        let options = StoreOptions { create: true, ..StoreOptions::default() };
        let store = Store::open(&folder.path().join("store"), options, Arc::new(formats)).expect("a store");
        Self { folder, store: Arc::new(store), refuses, said: Arc::default(), following: None }
    }

    /// A file `app.log` with a row `/1`, which is followed and has been read.
    pub(super) fn following(pace: Pace, pattern: &str) -> Self {
        let mut place = Self::new();
        place.append("app.log", &row("/1"));
        place.follow_at(pace, pattern);
        place.wait_for_rows(&["/1"]);
        place
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(super) fn append(&self, name: &str, text: &str) {
        let mut file =
            std::fs::OpenOptions::new().create(true).append(true).open(self.path(name)).expect("opens to append");
        file.write_all(text.as_bytes()).expect("writes");
    }

    /// Imports a file as a whole; gives how many rows were stored, and how many were bad.
    pub(super) fn import(&self, name: &str) -> (u64, u64) {
        let (registry, options) = (Registry::new(), ImportOptions::default());
        let input = Input::open(&registry, &self.path(name), &options).expect("a format");
        let report = import(&self.store, &registry, "logs", input, &options, &Progress::default(), &Cancel::new());
        let result = report.expect("imports").result;
        (result.stored, result.bad)
    }

    /// What logrotate does with `copytruncate`.
    pub(super) fn copy_and_cut(&self, name: &str, copy: &str) {
        std::fs::copy(self.path(name), self.path(copy)).expect("copies");
        let file = std::fs::OpenOptions::new().write(true).open(self.path(name)).expect("opens");
        file.set_len(0).expect("cuts");
    }

    /// What logrotate does with `create`.
    pub(super) fn rename(&self, name: &str, other: &str) -> File {
        let file = File::options().append(true).open(self.path(name)).expect("opens");
        std::fs::rename(self.path(name), self.path(other)).expect("renames");
        file
    }

    /// Follows what a pattern matches, at a pace for tests.
    pub(super) fn follow(&mut self, pattern: &str) {
        self.follow_at(QUICK, pattern);
    }

    pub(super) fn follow_at(&mut self, pace: Pace, pattern: &str) {
        let hear = Arc::clone(&self.said);
        let follow = Follow {
            files: Files::read(&self.path(pattern).display().to_string()),
            source: "logs".into(),
            options: ImportOptions::default(),
            store: Arc::clone(&self.store),
            registry: Arc::new(Registry::new()),
            tell: Arc::new(move |event| hear.lock().expect("not poisoned").push(format!("{event:?}"))),
        };
        let cancel = Cancel::new();
        self.following = Some((cancel.clone(), follow.start_at(pace, cancel).expect("starts")));
    }

    pub(super) fn stop(&mut self) {
        if let Some((cancel, thread)) = self.following.take() {
            cancel.cancel();
            thread.join().expect("ends");
        }
    }

    /// The paths of all rows, in order.
    pub(super) fn rows(&self) -> Vec<String> {
        self.rows_after(Seq(0))
    }

    pub(super) fn rows_after(&self, seq: Seq) -> Vec<String> {
        self.store.refresh().expect("refreshes");
        let snapshot = self.store.snapshot().expect("a snapshot");
        let rows = self.store.follow(&snapshot, seq, &Filter::default(), 100_000).expect("follows");
        let path = |record: &crate::model::record::Record<'_>| {
            record.text(crate::model::field::Field::Path).map(ToString::to_string).unwrap_or_default()
        };
        let mut paths: Vec<String> = rows.iter().map(|row| path(&row.record)).collect();
        paths.sort();
        paths
    }

    pub(super) fn bad(&self) -> u64 {
        self.store.source_record("logs").expect("reads").map_or(0, |source| source.bad)
    }

    pub(super) fn wait_for_rows(&self, expected: &[&str]) {
        self.wait_until(&format!("{expected:?}"), |place| place.rows() == expected);
    }

    pub(super) fn wait_until(&self, what: &str, is_true: impl Fn(&Self) -> bool) {
        let until = Instant::now() + Duration::from_secs(20);
        while !is_true(self) {
            let said = self.said.lock().expect("not poisoned");
            assert!(Instant::now() < until, "{what} within 20 s, not {:?}, {} bad: {said:?}", self.rows(), self.bad());
            drop(said);
            thread::sleep(Duration::from_millis(10));
        }
    }

    pub(super) fn wait_for_word(&self, word: &str) {
        self.wait_until(word, |place| place.said.lock().expect("not poisoned").iter().any(|said| said.contains(word)));
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some((cancel, _)) = &self.following {
            cancel.cancel();
        }
    }
}

/// A row without an id: it is known by its place in its file.
pub(super) fn row(path: &str) -> String {
    format!("{{\"time\":\"2026-11-01T12:00:00Z\",\"path\":\"{path}\"}}\n")
}
