//! The poller against a faulty backend over real sockets.

mod backend;
mod faults;
mod plain;
mod refused;
mod secrets;

use std::collections::HashMap;
use std::os::unix::fs::PermissionsExt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tempfile::TempDir;
use tokio::sync::{Notify, mpsc};
use tokio_util::sync::CancellationToken;

use super::{FilesCom, FilesComSettings};
use crate::config::{Address, FilesComConfig, KeySource, Placed};
use crate::model::envelope::Formats;
use crate::model::intake::{BadRow, Coverage, Gap, Intake, IntakeResult};
use crate::model::record::Record;
use crate::model::source_status::SourceStatus;
use crate::source::event::SourceEvent;
use crate::source::files_com::retry::Backoff;
use crate::source::format::registry::Registry;

/// The key; wherever it is seen, something leaks.
const KEY: &str = "skCANARY13370123456789abcdef0123456789abcdef";

/// How long a test waits for what must come.
const PATIENCE: Duration = Duration::from_secs(20);

/// What a store would have.
#[derive(Debug, Default)]
struct Stored {
    rows: HashMap<u128, Vec<u8>>,
    batches: usize,
    bad: Vec<BadRow>,
    gaps: Vec<Gap>,
    redacted: u64,
    coverage: Option<Coverage>,
    checkpoint: Option<String>,
    statuses: Vec<SourceStatus>,
    /// So many batches are not stored.
    refuse: usize,
}

impl Stored {
    fn take(&mut self, intake: Intake) -> Option<IntakeResult> {
        self.batches += 1;
        if self.refuse > 0 {
            self.refuse -= 1;
            return None;
        }
        let mut result = IntakeResult::default();
        for (envelope, rows) in intake.rows {
            let reader = Registry::new().reader(&envelope, None).expect("a format of ours");
            for row in rows {
                let mut record = Record::default();
                // Rows without a time are the store's bad rows; here they only count.
                let _ = reader.read(&row.raw, &mut record);
                let key = row.identity.key(&envelope, row.position, &row.raw, &record);
                drop(record);
                match self.rows.insert(key, row.raw) {
                    None => result.stored += 1,
                    Some(_) => result.already += 1,
                }
            }
        }
        self.bad.extend(intake.bad_rows);
        self.gaps.extend(intake.gaps);
        self.redacted += intake.redacted;
        self.coverage = intake.coverage.or(self.coverage.take());
        self.checkpoint = intake.checkpoint.or(self.checkpoint.take());
        Some(result)
    }

    fn status(&self) -> Option<&SourceStatus> {
        self.statuses.last()
    }

    fn is_filled(&self) -> bool {
        self.status().is_some_and(|status| status.last_success.is_some() && status.fill.is_none())
    }

    /// All that could be shown or stored, as one text.
    fn everything(&self) -> String {
        let rows: Vec<_> = self.rows.values().map(|raw| String::from_utf8_lossy(raw)).collect();
        let bad: Vec<_> = self.bad.iter().map(|bad| String::from_utf8_lossy(&bad.sample)).collect();
        format!(
            "{rows:?} {bad:?} {:?} {:?} {:?} {:?} {:?}",
            self.bad, self.gaps, self.coverage, self.checkpoint, self.statuses
        )
    }
}

/// A poller with its store.
struct Run {
    source: FilesCom,
    stored: Arc<Mutex<Stored>>,
    changed: Arc<Notify>,
    cancel: CancellationToken,
    folder: TempDir,
}

impl Run {
    fn start(url: &str, tweak: impl FnOnce(&mut FilesComSettings)) -> Self {
        Self::go_on(url, tweak, Stored::default())
    }

    /// Starts with what a store has.
    fn go_on(url: &str, tweak: impl FnOnce(&mut FilesComSettings), stored: Stored) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut settings = settings(url, &folder);
        tweak(&mut settings);
        let (sender, mut events) = mpsc::channel(4);
        let cancel = CancellationToken::new();
        let (checkpoint, coverage) = (stored.checkpoint.clone(), stored.coverage.clone());
        let source = FilesCom::start(&settings, checkpoint.as_deref(), coverage, sender, cancel.clone());
        let stored = Arc::new(Mutex::new(stored));
        let changed = Arc::new(Notify::new());
        let (store, change) = (Arc::clone(&stored), Arc::clone(&changed));
        tokio::spawn(async move {
            while let Some(event) = events.recv().await {
                match event {
                    SourceEvent::Batch(intake, ack) => {
                        let result = store.lock().expect("held for a moment").take(*intake);
                        if let Some(result) = result {
                            ack.send(result).expect("the poller waits");
                        }
                    }
                    SourceEvent::Status(status) => store.lock().expect("held for a moment").statuses.push(*status),
                }
                change.notify_one();
            }
        });
        Self { source: source.expect("set up"), stored, changed, cancel, folder }
    }

    /// Waits for something to be true of the store.
    async fn until(&self, what: &str, is_true: impl Fn(&Stored) -> bool) {
        let wait = async {
            while !is_true(&self.stored.lock().expect("held for a moment")) {
                self.changed.notified().await;
            }
        };
        let came = tokio::time::timeout(PATIENCE, wait).await.is_ok();
        assert!(came, "waited in vain for {what}: {:#?}", self.look(|stored| stored.status().cloned()));
    }

    fn look<T>(&self, look: impl FnOnce(&Stored) -> T) -> T {
        look(&self.stored.lock().expect("held for a moment"))
    }

    /// Ends the poller and gives back what the store has.
    async fn stop(self) -> Stored {
        self.cancel.cancel();
        let ended = tokio::time::timeout(PATIENCE, self.source.ended()).await;
        assert!(ended.is_ok(), "it does not end");
        std::mem::take(&mut self.stored.lock().expect("held for a moment"))
    }

    /// The key's file.
    fn write_key(&self, key: &str) {
        write_key(&self.folder, key);
    }
}

fn write_key(folder: &TempDir, key: &str) {
    let file = folder.path().join("key");
    std::fs::write(&file, key).expect("written");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).expect("mode set");
}

/// Settings for tests: the last hour, and everything a hundred times faster.
fn settings(url: &str, folder: &TempDir) -> FilesComSettings {
    write_key(folder, KEY);
    let mut config = FilesComConfig::new(Address::read(url).expect("an address that is spoken with"));
    config.key = Placed::unwritten(KeySource::File(folder.path().join("key")));
    config.fill = Placed::unwritten(3_600_000_000);
    let mut settings = FilesComSettings::new("acme", true, config);
    settings.limits.idle = Duration::from_millis(400);
    settings.limits.total = Duration::from_millis(1_500);
    settings.pace.poll = Duration::from_millis(50);
    settings.pace.backoff = Backoff { base: Duration::from_millis(10), cap: Duration::from_millis(300) };
    settings.pace.probe = Duration::from_millis(500);
    settings.pace.again_short = Duration::from_millis(600);
    settings.pace.again_long = Duration::from_secs(36);
    settings.pace.later = Duration::from_secs(6);
    settings
}
