//! What a store knows of its sources: settings, checkpoints, coverage, gaps, bad rows; and who
//! polls them.

use rusqlite::{OptionalExtension, params};

use crate::base::time::Timestamp;
use crate::engine::error::EngineError;
use crate::model::gaps::joined;
use crate::model::intake::{BadRow, Coverage, Gap};

use super::append::{ensure_source, read_gaps};
use super::locks::FolderLock;
use super::missing::Missing;
use super::schema::meta;
use super::store::Store;

/// A source as a store knows it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SourceRecord {
    /// Its name.
    pub name: String,
    /// What it is: a backend, a file.
    pub kind: String,
    /// What it shows and how it is reached, in its own form.
    pub settings: Option<String>,
    /// Its state to go on from.
    pub checkpoint: Option<String>,
    /// What is complete here: nothing before what old requests were deleted from.
    pub coverage: Option<Coverage>,
    /// What was brought completely, also where it was deleted since: it is not fetched again.
    pub fetched: Option<Coverage>,
    /// Spans that are missing.
    pub gaps: Vec<Gap>,
    /// Secrets that were redacted.
    pub redacted: u64,
    /// Rows that could not be read.
    pub bad: u64,
    /// When it last brought something.
    pub last_intake: Option<Timestamp>,
}

/// Who polls a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeaseHolder {
    /// The process.
    pub pid: u32,
    /// Its machine.
    pub host: String,
    /// Since when.
    pub since: Timestamp,
}

/// The right to poll a source; given back when dropped, or when the process dies.
#[derive(Debug)]
pub struct Lease {
    _lock: FolderLock,
}

/// Figures about a store.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct StoreInfo {
    /// Records that count.
    pub records: u64,
    /// Those of them in the head.
    pub head_records: u64,
    /// Segments.
    pub segments: usize,
    /// Bytes of raw files, columns files and the database.
    pub bytes: [u64; 3],
    /// The earliest and the latest time.
    pub span: Option<(Timestamp, Timestamp)>,
    /// The newest place in the order of arrival.
    pub as_of: u64,
    /// The oldest point that records are kept from.
    pub retained_from: Option<Timestamp>,
    /// What should be there and cannot be read.
    pub missing: Vec<Missing>,
}

impl Store {
    /// Makes a source known, with what it is and how it is reached.
    pub fn put_source(&self, name: &str, kind: &str, settings: Option<&str>) -> Result<(), EngineError> {
        let writer = self.writer()?;
        let write = || -> rusqlite::Result<()> {
            ensure_source(&writer, name)?;
            writer
                .prepare_cached("UPDATE sources SET kind = ?2, settings = coalesce(?3, settings) WHERE name = ?1")?
                .execute(params![name, kind, settings])?;
            Ok(())
        };
        write().map_err(|e| self.error(&e))?;
        drop(writer);
        self.refresh()?;
        Ok(())
    }

    /// All sources.
    pub fn source_records(&self) -> Result<Vec<SourceRecord>, EngineError> {
        let reader = self.reader();
        let read = || -> rusqlite::Result<Vec<SourceRecord>> {
            let retained_from = Timestamp(meta(&reader, "retained_from")?);
            let mut statement = reader.prepare_cached(
                "SELECT name, kind, settings, checkpoint, coverage, redacted, bad, last_intake FROM sources ORDER BY name",
            )?;
            let rows = statement.query_map([], |row| {
                let fetched: Option<String> = row.get(4)?;
                let fetched: Option<Coverage> = fetched.and_then(|json| serde_json::from_str(&json).ok());
                Ok(SourceRecord {
                    name: row.get(0)?,
                    kind: row.get(1)?,
                    settings: row.get(2)?,
                    checkpoint: row.get(3)?,
                    coverage: fetched.as_ref().map(|fetched| fetched.since(retained_from)),
                    fetched,
                    gaps: Vec::new(),
                    redacted: row.get::<_, i64>(5)? as u64,
                    bad: row.get::<_, i64>(6)? as u64,
                    last_intake: row.get::<_, Option<i64>>(7)?.map(Timestamp),
                })
            })?;
            let mut sources: Vec<SourceRecord> = rows.collect::<Result<_, _>>()?;
            for source in &mut sources {
                source.gaps = joined(read_gaps(&reader, &source.name)?);
            }
            Ok(sources)
        };
        read().map_err(|e| self.error(&e))
    }

    /// One source.
    pub fn source_record(&self, name: &str) -> Result<Option<SourceRecord>, EngineError> {
        Ok(self.source_records()?.into_iter().find(|source| source.name == name))
    }

    /// The newest bad rows of a source.
    pub fn bad_rows(&self, source: &str, limit: usize) -> Result<Vec<BadRow>, EngineError> {
        let reader = self.reader();
        let read = || -> rusqlite::Result<Vec<BadRow>> {
            let mut statement = reader.prepare_cached(
                "SELECT place, reason, sample FROM bad_rows WHERE source = ?1 ORDER BY id DESC LIMIT ?2",
            )?;
            let rows = statement.query_map(params![source, limit as i64], |row| {
                Ok(BadRow { place: row.get(0)?, reason: row.get(1)?, sample: row.get(2)? })
            })?;
            rows.collect()
        };
        read().map_err(|e| self.error(&e))
    }

    /// Takes the right to poll a source. When another process has it, says which.
    pub fn lease(&self, source: &str, now: Timestamp) -> Result<Result<Lease, LeaseHolder>, EngineError> {
        if let Some(lock) = self.try_lock(&lease_name(source))? {
            let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
            let writer = self.writer()?;
            writer
                .execute(
                    "INSERT OR REPLACE INTO leases (source, pid, host, since) VALUES (?1, ?2, ?3, ?4)",
                    params![source, std::process::id(), host, now.0],
                )
                .map_err(|e| self.error(&e))?;
            Ok(Ok(Lease { _lock: lock }))
        } else {
            let holder = self.lease_holder(source)?;
            Ok(Err(holder.unwrap_or(LeaseHolder { pid: 0, host: String::new(), since: now })))
        }
    }

    /// Who has the right to poll a source now.
    pub fn kept_by(&self, source: &str) -> Result<Option<LeaseHolder>, EngineError> {
        let Some(holder) = self.lease_holder(source)? else { return Ok(None) };
        Ok(self.try_lock(&lease_name(source))?.is_none().then_some(holder))
    }

    /// Who last took the right to poll a source.
    pub fn lease_holder(&self, source: &str) -> Result<Option<LeaseHolder>, EngineError> {
        let reader = self.reader();
        reader
            .query_row("SELECT pid, host, since FROM leases WHERE source = ?1", [source], |row| {
                Ok(LeaseHolder { pid: row.get(0)?, host: row.get(1)?, since: Timestamp(row.get(2)?) })
            })
            .optional()
            .map_err(|e| self.error(&e))
    }

    /// Figures about the store.
    pub fn info(&self) -> Result<StoreInfo, EngineError> {
        self.refresh()?;
        let view = self.view();
        let reader = self.reader();
        let read = || -> rusqlite::Result<([i64; 2], i64)> {
            let bytes = reader.query_row(
                "SELECT coalesce(sum(raw_bytes), 0), coalesce(sum(columns_bytes), 0) FROM segments",
                [],
                |row| Ok([row.get(0)?, row.get(1)?]),
            )?;
            Ok((bytes, meta(&reader, "retained_from")?))
        };
        let ([raw, columns], retained_from) = read().map_err(|e| self.error(&e))?;
        let database: u64 = ["db", "db-wal"]
            .iter()
            .filter_map(|extension| std::fs::metadata(self.database().with_extension(extension)).ok())
            .map(|meta| meta.len())
            .sum();
        let live = |part: &super::part::Part| part.rows - part.dead.as_ref().map_or(0, |dead| dead.count(0, part.rows));
        let first = view.parts.iter().map(|part| part.min_time).min();
        let last = view.parts.iter().map(|part| part.max_time).max();
        Ok(StoreInfo {
            records: view.parts.iter().map(|part| live(part) as u64).sum(),
            head_records: view.parts.iter().filter(|part| part.files().is_none()).map(|part| part.rows as u64).sum(),
            segments: view.parts.iter().filter(|part| part.files().is_some()).count(),
            bytes: [raw as u64, columns as u64, database],
            span: first.zip(last).map(|(first, last)| (Timestamp(first), Timestamp(last))),
            as_of: view.as_of.0,
            retained_from: (retained_from > i64::MIN).then_some(Timestamp(retained_from)),
            missing: view.missing.clone(),
        })
    }
}

/// The file whose lock is the right to poll a source.
fn lease_name(source: &str) -> String {
    format!("source-{:016x}", crate::base::hash::hash128(source.as_bytes()) as u64)
}
