//! A store in this process: its folder, its connections, and its state as parts.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock};
use std::time::Duration;

use rusqlite::Connection;

use crate::base::time::Timestamp;
use crate::engine::error::EngineError;
use crate::model::envelope::Formats;
use crate::model::handle::{Seq, StoreTag};

use super::cache::{Caches, PartId};
use super::files::sum_file::SumFiles;
use super::head::{Batch, Head, PartMaker};
use super::interner::Interners;
use super::missing::Missing;
use super::part::Part;
use super::readers::Readers;
use super::schema::{self, Access, DATABASE, SEGMENTS, database_error, meta};
use super::segments::{Segments, read_segment_rows};
use super::view::View;

/// How a store is opened.
#[derive(Debug, Clone, Copy)]
pub struct StoreOptions {
    /// Whether it is made when there is none.
    pub create: bool,
    /// How many bytes of columns and rows are kept at hand.
    pub memory: usize,
    /// After how long an answer is given of what was looked at so far.
    pub patience: Duration,
    /// How many rows are looked at before the first such answer.
    pub first_rows: usize,
    /// How many values of a field are kept with their counts for each part.
    pub few_values: usize,
    /// How many values are held in memory while more than these are counted.
    pub most_values: usize,
    /// For how many rows of a part it pays to find out which combinations of values there are.
    pub many_rows: u64,
    /// How many bytes of names are held for the fields that have few.
    pub names: usize,
    /// Whether it is opened for a single question, as commands do: what pays off with further ones
    /// is not made.
    pub is_once: bool,
}

impl Default for StoreOptions {
    fn default() -> Self {
        Self {
            create: true,
            memory: DEFAULT_MEMORY,
            patience: PATIENCE,
            first_rows: FIRST_ROWS,
            few_values: FEW_VALUES,
            most_values: MOST_VALUES,
            many_rows: MANY_ROWS,
            names: NAMES,
            is_once: false,
        }
    }
}

/// How often the files of a segment are looked for again before it counts as missing.
const MOST_TRIES: usize = 5;

/// Bytes of names that are held.
const NAMES: usize = 64 * 1024 * 1024;

/// Bytes of columns and rows that are kept at hand unless told otherwise.
pub const DEFAULT_MEMORY: usize = 256 * 1024 * 1024;

/// Making combinations of a part takes as long as counting so many rows of it some hundred times.
const MANY_ROWS: u64 = 2048;

/// Few enough to be counted in some milliseconds.
const FIRST_ROWS: usize = 500_000;

/// Less than a megabyte.
const FEW_VALUES: usize = 8_192;

/// Tables that are as full as they get, of about 70 MB.
const MOST_VALUES: usize = 7 << 18;

/// What a person takes for at once. An answer that takes longer begins with the newest, and takes three times as long.
const PATIENCE: Duration = Duration::from_millis(100);

/// An open store. All methods may be called from any thread.
pub struct Store {
    folder: PathBuf,
    access: Access,
    pub(super) options: StoreOptions,
    tag: StoreTag,
    reader: Mutex<Connection>,
    writer: Mutex<Option<Connection>>,
    loader: Mutex<Loader>,
    view: RwLock<Arc<View>>,
    pub(super) caches: Caches,
    pub(super) sum_files: SumFiles,
    pub(super) interners: Interners,
    pub(super) readers: Readers,
    pub(super) formats: Arc<dyn Formats>,
    pub(super) pool: rayon::ThreadPool,
    second_pool: OnceLock<Option<rayon::ThreadPool>>,
    pub(super) next_part: AtomicU64,
}

/// What was read of the database so far.
#[derive(Default)]
struct Loader {
    data_version: Option<i64>,
    head: Head,
    segments: Segments,
}

/// As many threads as there are processors.
fn pool(name: &'static str) -> Result<rayon::ThreadPool, rayon::ThreadPoolBuildError> {
    rayon::ThreadPoolBuilder::new().thread_name(move |number| format!("{name}-{number}")).build()
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
        Self::over(folder, schema::open(folder)?, options, formats)
    }

    /// A store whose database was opened.
    pub(in crate::engine) fn over(
        folder: &Path,
        (mut reader, access): (Connection, Access),
        options: StoreOptions,
        formats: Arc<dyn Formats>,
    ) -> Result<Self, EngineError> {
        let now = Timestamp::now();
        schema::migrate(&mut reader, folder, access, now)?;
        let path = folder.join(DATABASE);
        let tag = meta(&reader, "tag").map_err(|e| database_error(&path, &e))?;
        let writer = match access {
            Access::ReadWrite => Some(schema::connect(&path, access)?),
            _ => None,
        };
        let tag = StoreTag::new(tag as u64);
        let view = View { parts: Vec::new(), as_of: Seq(0), at: now, tag, sources: Vec::new(), missing: Vec::new() };
        let store = Self {
            folder: folder.to_owned(),
            access,
            options,
            tag,
            reader: Mutex::new(reader),
            writer: Mutex::new(writer),
            loader: Mutex::default(),
            view: RwLock::new(Arc::new(view)),
            caches: Caches::new(options.memory),
            sum_files: SumFiles::new(folder, matches!(access, Access::ReadWrite)),
            interners: Interners::new(options.names),
            readers: Readers::default(),
            formats,
            pool: pool("query")
                .map_err(|error| EngineError::Question(format!("threads cannot be started: {error}")))?,
            second_pool: OnceLock::new(),
            next_part: AtomicU64::new(1),
        };
        store.refresh()?;
        Ok(store)
    }

    /// Threads for what is answered beside other work, where they can be had.
    pub(super) fn second_pool(&self) -> Option<&rayon::ThreadPool> {
        self.second_pool.get_or_init(|| pool("so-far").ok()).as_ref()
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
        self.check_writable()?;
        Ok(WriterGuard(self.writer.lock().unwrap_or_else(PoisonError::into_inner)))
    }

    /// Refuses to write where the store can only be read.
    pub(super) fn check_writable(&self) -> Result<(), EngineError> {
        let reason = match self.access {
            Access::ReadWrite => return Ok(()),
            Access::ReadOnly => "its folder belongs to somebody else",
            Access::Immutable => "its folder is on a read-only medium or belongs to somebody else",
        };
        Err(EngineError::ReadOnly { path: self.folder.clone(), reason: reason.into() })
    }

    /// Reads what was written since, by this or any other process. Says whether there was anything.
    pub fn refresh(&self) -> Result<bool, EngineError> {
        let mut tries = 0;
        loop {
            match self.refresh_once(tries == MOST_TRIES) {
                // A segment was replaced between the look into the database and the opening of its
                // files: the next look sees its successor. One that stays gone is missing.
                Err(EngineError::File { source, .. })
                    if source.kind() == std::io::ErrorKind::NotFound && tries < MOST_TRIES =>
                {
                    tries += 1;
                }
                other => return other,
            }
        }
    }

    /// Reads what this process has just written. It is written whether or not it can be read now; the
    /// next look reads it and says what is wrong.
    pub(super) fn refresh_later(&self) {
        let _ = self.refresh();
    }

    fn refresh_once(&self, is_final: bool) -> Result<bool, EngineError> {
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
        loader.head.remove_up_to(oldest.map_or(i64::MAX, |oldest| oldest - 1), &maker);
        loader.head.add(batches, &maker);
        self.update_segments(&mut loader.segments, rows, is_final)?;

        let missing = loader.segments.missing.values().map(|segment| &segment.missing);
        let mut missing: Vec<Missing> = missing.chain(loader.head.missing()).cloned().collect();
        missing.sort_by(|a, b| a.reason.cmp(&b.reason));
        let mut parts: Vec<Arc<Part>> =
            loader.segments.open.values().map(|segment| Arc::clone(&segment.part)).collect();
        let newest_segment = loader.segments.open.values().max_by_key(|segment| segment.part.max_seq);
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
            missing,
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

    /// The segments of the state that was last read, by their numbers in the database.
    pub(super) fn segment_parts(&self) -> HashMap<i64, Arc<Part>> {
        let loader = self.loader.lock().unwrap_or_else(PoisonError::into_inner);
        loader.segments.open.iter().map(|(id, segment)| (*id, Arc::clone(&segment.part))).collect()
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
