//! A store in this process: its folder, its connections, and its state as parts.

use std::collections::HashMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use rusqlite::Connection;

use crate::base::time::Timestamp;
use crate::engine::error::EngineError;
use crate::model::envelope::Formats;
use crate::model::handle::{Seq, StoreTag};

use super::bits::Bits;
use super::cache::{Caches, PartId};
use super::head::{Batch, Head, PartMaker};
use super::interner::Interners;
use super::manifest::{SegmentManifest, pack};
use super::part::{Part, SeqRange};
use super::readers::Readers;
use super::schema::{self, Access, DATABASE, SEGMENTS, database_error, meta};
use super::segment_files::SegmentFiles;
use super::view::View;

/// How a store is opened.
#[derive(Debug, Clone, Copy)]
pub struct StoreOptions {
    /// Whether it is made when there is none.
    pub create: bool,
    /// How many bytes of columns and rows are kept at hand.
    pub memory: usize,
}

impl Default for StoreOptions {
    fn default() -> Self {
        Self { create: true, memory: DEFAULT_MEMORY }
    }
}

/// Bytes of columns and rows that are kept at hand unless told otherwise.
pub const DEFAULT_MEMORY: usize = 192 * 1024 * 1024;

/// An open store. All methods may be called from any thread.
pub struct Store {
    folder: PathBuf,
    access: Access,
    tag: StoreTag,
    reader: Mutex<Connection>,
    writer: Mutex<Option<Connection>>,
    loader: Mutex<Loader>,
    view: RwLock<Arc<View>>,
    pub(super) caches: Caches,
    pub(super) interners: Interners,
    pub(super) readers: Readers,
    pub(super) formats: Arc<dyn Formats>,
    pub(super) pool: rayon::ThreadPool,
    next_part: AtomicU64,
}

/// What was read of the database so far.
#[derive(Default)]
struct Loader {
    data_version: Option<i64>,
    head: Head,
    segments: HashMap<i64, LoadedSegment>,
}

struct LoadedSegment {
    columns_name: String,
    dropped: Option<Vec<u8>>,
    part: Arc<Part>,
    max_seen: i64,
}

impl Store {
    /// Opens a store.
    pub fn open(folder: &Path, options: StoreOptions, formats: Arc<dyn Formats>) -> Result<Self, EngineError> {
        if cfg!(target_endian = "big") {
            return Err(EngineError::Question("stores can only be used on little-endian machines".into()));
        }
        if options.create {
            schema::create(folder)?;
        }
        let now = Timestamp::now();
        let (mut reader, access) = schema::open(folder)?;
        schema::migrate(&mut reader, folder, access, now)?;
        let path = folder.join(DATABASE);
        let tag = meta(&reader, "tag").map_err(|e| database_error(&path, &e))?;
        let writer = match access {
            Access::ReadWrite => Some(schema::connect(&path, access)?),
            _ => None,
        };
        let tag = StoreTag::new(tag as u64);
        let view = View { parts: Vec::new(), as_of: Seq(0), at: now, tag, sources: Vec::new() };
        let store = Self {
            folder: folder.to_owned(),
            access,
            tag,
            reader: Mutex::new(reader),
            writer: Mutex::new(writer),
            loader: Mutex::default(),
            view: RwLock::new(Arc::new(view)),
            caches: Caches::new(options.memory),
            interners: Interners::default(),
            readers: Readers::default(),
            formats,
            pool: rayon::ThreadPoolBuilder::new()
                .thread_name(|number| format!("query-{number}"))
                .build()
                .map_err(|error| EngineError::Question(format!("threads cannot be started: {error}")))?,
            next_part: AtomicU64::new(1),
        };
        store.refresh()?;
        Ok(store)
    }

    /// The store's folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// How it was opened.
    pub fn access(&self) -> Access {
        self.access
    }

    /// The tag in the handles of its records.
    pub fn tag(&self) -> StoreTag {
        self.tag
    }

    /// The state that was last read.
    pub fn view(&self) -> Arc<View> {
        Arc::clone(&self.view.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn database(&self) -> PathBuf {
        self.folder.join(DATABASE)
    }

    pub(super) fn segments_folder(&self) -> PathBuf {
        self.folder.join(SEGMENTS)
    }

    pub(super) fn error(&self, error: &rusqlite::Error) -> EngineError {
        database_error(&self.database(), error)
    }

    pub(super) fn file_error(path: &Path, source: std::io::Error) -> EngineError {
        EngineError::File { path: path.to_owned(), source }
    }

    pub(super) fn new_part_id(&self) -> PartId {
        PartId(self.next_part.fetch_add(1, Ordering::Relaxed))
    }

    pub(super) fn reader(&self) -> MutexGuard<'_, Connection> {
        self.reader.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The connection that writes, for one writer at a time.
    pub(super) fn writer(&self) -> Result<WriterGuard<'_>, EngineError> {
        let guard = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        if guard.is_none() {
            let reason = match self.access {
                Access::Immutable => "its folder is on a read-only medium or belongs to somebody else",
                _ => "its folder belongs to somebody else",
            };
            return Err(EngineError::ReadOnly { path: self.folder.clone(), reason: reason.into() });
        }
        Ok(WriterGuard(guard))
    }

    /// Reads what was written since, by this or any other process. Says whether there was anything.
    pub fn refresh(&self) -> Result<bool, EngineError> {
        let mut tries = 0;
        loop {
            match self.refresh_once() {
                // A segment was replaced between the look into the database and the opening of its
                // files: the next look sees its successor.
                Err(EngineError::File { source, .. }) if source.kind() == std::io::ErrorKind::NotFound && tries < 5 => {
                    tries += 1;
                }
                other => return other,
            }
        }
    }

    fn refresh_once(&self) -> Result<bool, EngineError> {
        let mut loader = self.loader.lock().unwrap_or_else(PoisonError::into_inner);
        let connection = self.reader();
        let error = |e: rusqlite::Error| self.error(&e);
        let version: i64 = connection.pragma_query_value(None, "data_version", |row| row.get(0)).map_err(error)?;
        if loader.data_version == Some(version) {
            return Ok(false);
        }
        let transaction = connection.unchecked_transaction().map_err(error)?;
        self.read_definitions(&transaction).map_err(error)?;
        let sources = read_sources(&transaction).map_err(error)?;
        let next_seq = meta(&transaction, "next_seq").map_err(error)? as u64;
        let oldest: Option<i64> =
            transaction.query_row("SELECT min(id) FROM batches", [], |row| row.get(0)).map_err(error)?;
        let batches = read_batches(&transaction, loader.head.newest_batch()).map_err(error)?;
        let rows = read_segment_rows(&transaction, &loader.segments).map_err(error)?;
        drop(transaction);
        drop(connection);

        let next_id = || self.new_part_id();
        let maker = PartMaker { next_id: &next_id, readers: &self.readers, formats: self.formats.as_ref() };
        loader.head.remove_up_to(oldest.map_or(i64::MAX, |oldest| oldest - 1), &maker)?;
        loader.head.add(batches, &maker)?;
        self.update_segments(&mut loader.segments, rows)?;

        let mut parts: Vec<Arc<Part>> = loader.segments.values().map(|segment| Arc::clone(&segment.part)).collect();
        let newest_segment = loader.segments.values().max_by_key(|segment| segment.part.max_seq);
        let at = loader.head.newest_seen().or(newest_segment.map(|segment| segment.max_seen));
        parts.extend(loader.head.parts().cloned());
        parts.retain(|part| part.rows > 0);
        parts.sort_by_key(|part| std::cmp::Reverse((part.max_time, part.max_seq)));
        let view = View {
            parts,
            as_of: Seq(next_seq - 1),
            at: at.map_or_else(Timestamp::now, Timestamp),
            tag: self.tag,
            sources,
        };
        *self.view.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(view);
        loader.data_version = Some(version);
        Ok(true)
    }

    fn read_definitions(&self, connection: &Connection) -> rusqlite::Result<()> {
        let mut statement = connection.prepare_cached("SELECT name, version, definition FROM formats")?;
        let rows = statement.query_map([], |row| Ok(((row.get(0)?, row.get(1)?), row.get(2)?)))?;
        self.readers.set_definitions(rows.collect::<Result<_, _>>()?);
        Ok(())
    }

    fn update_segments(
        &self,
        known: &mut HashMap<i64, LoadedSegment>,
        rows: Vec<SegmentRow>,
    ) -> Result<(), EngineError> {
        let live: Vec<i64> = rows.iter().map(|row| row.id).collect();
        let before = known.len();
        known.retain(|id, _| live.contains(id));
        let mut changed = known.len() < before;
        for row in rows {
            let Some(details) = row.details else { continue };
            changed = true;
            let raw_path = self.segments_folder().join(format!("{}.raw", details.name));
            let columns_path = self.segments_folder().join(&row.columns_name);
            let open = |path: &Path| File::open(path).map_err(|source| Self::file_error(path, source));
            let files = SegmentFiles {
                raw: open(&raw_path)?,
                columns: open(&columns_path)?,
                raw_path,
                columns_path,
                manifest: details.manifest,
            };
            let raw_rows = files.manifest.raw_rows as usize;
            let dropped = row.dropped.as_ref().map(|bytes| Bits::from_bytes(bytes, raw_rows));
            let part = Part::on_disk(self.new_part_id(), details.seqs, files, dropped.as_ref())?;
            known.insert(
                row.id,
                LoadedSegment {
                    columns_name: row.columns_name,
                    dropped: row.dropped,
                    part: Arc::new(part),
                    max_seen: details.max_seen,
                },
            );
        }
        if changed {
            let live: Vec<PartId> = known.values().map(|segment| segment.part.id).collect();
            let newest = self.next_part.load(Ordering::Relaxed);
            // Parts of the head come and go; theirs are few and small.
            self.caches.keep_parts(|part| live.contains(&part) || part.0 + 64 > newest);
        }
        Ok(())
    }

    /// The segments of the state that was last read, by their numbers in the database.
    pub(super) fn segment_parts(&self) -> HashMap<i64, Arc<Part>> {
        let loader = self.loader.lock().unwrap_or_else(PoisonError::into_inner);
        loader.segments.iter().map(|(id, segment)| (*id, Arc::clone(&segment.part))).collect()
    }

    /// Rows in the head.
    pub(super) fn head_rows(&self) -> usize {
        self.loader.lock().unwrap_or_else(PoisonError::into_inner).head.rows()
    }
}

/// The writing connection, while it is held.
pub struct WriterGuard<'a>(MutexGuard<'a, Option<Connection>>);

impl std::ops::Deref for WriterGuard<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        self.0.as_ref().expect("a guard is only made of a connection")
    }
}

impl std::ops::DerefMut for WriterGuard<'_> {
    fn deref_mut(&mut self) -> &mut Connection {
        self.0.as_mut().expect("a guard is only made of a connection")
    }
}

fn read_sources(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut statement = connection.prepare_cached("SELECT name FROM sources ORDER BY name")?;
    statement.query_map([], |row| row.get(0))?.collect()
}

pub(super) fn read_batches(connection: &Connection, after: i64) -> rusqlite::Result<Vec<Batch>> {
    let mut statement = connection
        .prepare_cached("SELECT id, first_seq, rows, first_seen, block FROM batches WHERE id > ?1 ORDER BY id")?;
    let rows = statement.query_map([after], |row| {
        let block: Vec<u8> = row.get(4)?;
        Ok(Batch {
            id: row.get(0)?,
            first_seq: row.get::<_, i64>(1)? as u64,
            rows: row.get::<_, i64>(2)? as usize,
            first_seen: row.get(3)?,
            block: block.into(),
        })
    })?;
    rows.collect()
}

/// A segment as the database has it; details only where they are new.
struct SegmentRow {
    id: i64,
    columns_name: String,
    dropped: Option<Vec<u8>>,
    details: Option<SegmentDetails>,
}

struct SegmentDetails {
    name: String,
    seqs: SeqRange,
    max_seen: i64,
    manifest: SegmentManifest,
}

fn read_segment_rows(
    connection: &Connection,
    known: &HashMap<i64, LoadedSegment>,
) -> rusqlite::Result<Vec<SegmentRow>> {
    let mut list = connection.prepare_cached("SELECT id, columns_name, dropped FROM segments")?;
    let rows = list.query_map([], |row| {
        Ok(SegmentRow { id: row.get(0)?, columns_name: row.get(1)?, dropped: row.get(2)?, details: None })
    })?;
    let mut rows: Vec<SegmentRow> = rows.collect::<Result<_, _>>()?;
    for row in &mut rows {
        let unchanged = known
            .get(&row.id)
            .is_some_and(|segment| segment.columns_name == row.columns_name && segment.dropped == row.dropped);
        if !unchanged {
            row.details = Some(read_segment_details(connection, row.id)?);
        }
    }
    Ok(rows)
}

fn read_segment_details(connection: &Connection, id: i64) -> rusqlite::Result<SegmentDetails> {
    let mut statement = connection.prepare_cached(
        "SELECT name, seq_base, min_seq, max_seq, rows, raw_rows, max_seen, columns, time_fences, key_fences, blocks
         FROM segments WHERE id = ?1",
    )?;
    statement.query_row([id], |row| {
        let number = |at: usize| row.get::<_, i64>(at).map(|n| n as u64);
        let columns: String = row.get(7)?;
        let columns = serde_json::from_str(&columns)
            .map_err(|e| rusqlite::Error::FromSqlConversionFailure(7, rusqlite::types::Type::Text, Box::new(e)))?;
        Ok(SegmentDetails {
            name: row.get(0)?,
            seqs: SeqRange { base: number(1)?, min: Seq(number(2)?), max: Seq(number(3)?) },
            max_seen: row.get(6)?,
            manifest: SegmentManifest {
                rows: number(4)? as usize,
                raw_rows: number(5)? as u32,
                time_fences: pack::read_times(&row.get::<_, Vec<u8>>(8)?),
                key_fences: pack::read_keys(&row.get::<_, Vec<u8>>(9)?),
                blocks: pack::read_blocks(&row.get::<_, Vec<u8>>(10)?),
                columns,
            },
        })
    })
}
