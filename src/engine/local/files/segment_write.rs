//! Segments on disk: their files, and their line in the database.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use rusqlite::{Connection, params};

use crate::engine::error::EngineError;
use crate::model::envelope::{Envelope, RowMeta};
use crate::model::handle::Seq;
use crate::model::record::Record;

use super::columns_file::write_columns;
use super::manifest::{BlockEntry, KEY_FENCE, SegmentManifest, TIME_FENCE, pack};
use super::raw_file::RawWriter;
use super::segment_files::SegmentFiles;
use super::syncer::{Syncer, sync};
use crate::engine::local::cache::PartId;
use crate::engine::local::columns::bits::Bits;
use crate::engine::local::columns::builder::{PartBuilder, PartColumns};
use crate::engine::local::columns::keys;
use crate::engine::local::part::{Part, SeqRange};

/// A segment has at most about so many bytes of text in its columns.
pub const SEGMENT_TEXT: usize = 256 << 20;

/// A segment in the making.
pub struct SegmentBuilder {
    name: String,
    unnamed: Unnamed,
    raw_path: PathBuf,
    columns_path: PathBuf,
    raw: RawWriter,
    /// The columns so far.
    pub columns: PartBuilder,
    max_seen: i64,
    max_seq: u64,
    sources: Vec<String>,
}

/// A segment whose files are written and synced, but which the database does not name yet.
#[derive(Debug)]
pub struct WrittenSegment {
    /// Its name.
    pub name: String,
    /// Its files.
    pub raw_path: PathBuf,
    /// The columns file.
    pub columns_path: PathBuf,
    /// The highest sequence number above its first.
    pub max_seq: u64,
    /// The lowest.
    pub min_seq: u64,
    /// When its newest row was first seen.
    pub max_seen: i64,
    /// Rows in the columns and what lies where.
    pub manifest: SegmentManifest,
    /// Raw rows that are in no column.
    pub dropped: Option<Bits>,
    /// The sources that it has rows of.
    pub sources: Vec<String>,
    unnamed: Unnamed,
}

impl WrittenSegment {
    /// The segment as a part, to look into before the database names it.
    pub fn open(&self, id: PartId) -> Result<Part, EngineError> {
        let open = |path: &Path| File::open(path).map_err(|source| EngineError::File { path: path.to_owned(), source });
        let files = SegmentFiles {
            raw: open(&self.raw_path)?,
            columns: open(&self.columns_path)?,
            raw_path: self.raw_path.clone(),
            columns_path: self.columns_path.clone(),
            manifest: self.manifest.clone(),
            checked: Mutex::default(),
        };
        let seqs = SeqRange { base: 0, min: Seq(self.min_seq), max: Seq(self.max_seq) };
        Part::on_disk(id, seqs, files, None)
    }

    /// Marks a raw row as gone; says whether it was there.
    pub fn drop_raw_row(&mut self, raw_row: u32) -> bool {
        let dropped = self.dropped.get_or_insert_with(|| Bits::none(self.manifest.raw_rows as usize));
        let was_there = !dropped.get(raw_row as usize);
        dropped.set(raw_row as usize);
        was_there
    }

    /// Rows that are not dropped.
    pub fn live_rows(&self) -> u64 {
        let raw_rows = self.manifest.raw_rows as usize;
        (raw_rows - self.dropped.as_ref().map_or(0, |dropped| dropped.count(0, raw_rows))) as u64
    }

    /// The files stay from now on: the database is about to name them. When it says that this went
    /// wrong, it may find later that it did not; then they are swept if it names them nowhere.
    pub fn leave_files(&mut self) {
        self.unnamed.0.clear();
    }
}

impl SegmentBuilder {
    /// Starts a segment.
    pub fn create(folder: &Path, name: String) -> Result<Self, EngineError> {
        let raw_path = folder.join(format!("{name}.raw"));
        let columns_path = folder.join(format!("{name}.arrow"));
        let raw =
            RawWriter::create(&raw_path).map_err(|source| EngineError::File { path: raw_path.clone(), source })?;
        Ok(Self {
            name,
            unnamed: Unnamed(vec![raw_path.clone(), columns_path.clone()]),
            raw_path,
            columns_path,
            raw,
            columns: PartBuilder::default(),
            max_seen: i64::MIN,
            max_seq: 0,
            sources: Vec::new(),
        })
    }

    /// Adds a row. `seq` counts from the segment's first.
    pub fn push(
        &mut self,
        envelope: &Arc<Envelope>,
        seq: u64,
        meta: RowMeta,
        raw: &[u8],
        record: &Record<'_>,
    ) -> Result<(), EngineError> {
        let key = meta.identity.key(envelope, meta.position, raw, record);
        let raw_row = self.raw.push(envelope, seq, meta, raw).map_err(|source| self.raw_error(source))?;
        let seq32 = u32::try_from(seq).map_err(|_| EngineError::Question("a segment spans too many records".into()))?;
        self.columns.push(record, envelope.source.as_bytes(), key, seq32, raw_row);
        self.max_seen = self.max_seen.max(meta.first_seen.0);
        self.max_seq = self.max_seq.max(seq);
        if self.sources.last() != Some(&envelope.source) && !self.sources.contains(&envelope.source) {
            self.sources.push(envelope.source.clone());
        }
        Ok(())
    }

    /// Adds a row that its reader refuses: to the raw rows only.
    pub fn push_refused(
        &mut self,
        envelope: &Arc<Envelope>,
        seq: u64,
        meta: RowMeta,
        raw: &[u8],
    ) -> Result<(), EngineError> {
        self.raw.push(envelope, seq, meta, raw).map_err(|source| self.raw_error(source))?;
        self.max_seen = self.max_seen.max(meta.first_seen.0);
        Ok(())
    }

    fn raw_error(&self, source: std::io::Error) -> EngineError {
        EngineError::File { path: self.raw_path.clone(), source }
    }

    /// How many rows were added.
    pub fn rows(&self) -> usize {
        self.columns.len()
    }

    /// Makes room for so many rows, if they are like those that were added, as far as they fit.
    pub fn reserve(&mut self, rows: usize) {
        let fit = SEGMENT_TEXT * self.columns.len() / self.columns.text_bytes().max(1);
        self.columns.reserve(rows.min(fit));
    }

    /// Whether it is better closed: offsets of text are 32 bits wide.
    pub fn is_full(&self, max_rows: usize) -> bool {
        self.columns.len() >= max_rows || self.columns.text_bytes() >= SEGMENT_TEXT
    }

    /// Writes and syncs the files. Rows in `drop` stay in the raw file only.
    pub fn finish(self, drop: Option<Bits>) -> Result<WrittenSegment, EngineError> {
        let keys = keys::sorted(self.columns.keys());
        self.finish_sorted(drop, keys, None)
    }

    /// The same where the keys are sorted already, as [`keys::sorted`] gives them, and the files are
    /// synced `later`.
    pub fn finish_sorted(
        self,
        drop: Option<Bits>,
        keys: Vec<(u128, u32)>,
        later: Option<&Syncer>,
    ) -> Result<WrittenSegment, EngineError> {
        let mut unnamed = self.unnamed;
        let raw_rows = self.raw.rows();
        let raw_path = self.raw_path.clone();
        let (blocks, file) =
            self.raw.finish().map_err(|source| EngineError::File { path: raw_path.clone(), source })?;
        sync(&raw_path, file, later)?;
        let columns = self.columns.finish_sorted(drop.as_ref(), keys)?.for_disk();
        let mut segment = write_segment(
            SegmentNames { name: self.name, raw_path: self.raw_path, columns_path: self.columns_path },
            &columns,
            RawPart { raw_rows, blocks, dropped: drop, max_seen: self.max_seen, sources: self.sources },
            later,
        )?;
        segment.unnamed.0.append(&mut unnamed.0);
        Ok(segment)
    }
}

/// Files that the database does not name yet; they go when the segment is given up.
#[derive(Debug)]
pub struct Unnamed(Vec<PathBuf>);

impl Drop for Unnamed {
    fn drop(&mut self) {
        for path in &self.0 {
            // What cannot be removed now is swept later.
            let _ = crate::engine::local::schema::remove_file(path);
        }
    }
}

/// What a segment and its files are called.
pub struct SegmentNames {
    /// The segment's name.
    pub name: String,
    /// Its raw file.
    pub raw_path: PathBuf,
    /// Its columns file.
    pub columns_path: PathBuf,
}

/// What is known of a segment's raw file.
pub struct RawPart {
    /// Rows in it.
    pub raw_rows: u32,
    /// Its blocks.
    pub blocks: Vec<BlockEntry>,
    /// Rows that are in no column.
    pub dropped: Option<Bits>,
    /// When its newest row was first seen.
    pub max_seen: i64,
    /// Whose rows it has.
    pub sources: Vec<String>,
}

/// Writes the columns file beside a finished raw file, and syncs it unless somebody does so later.
/// When the segment is given up, the columns go.
pub fn write_segment(
    names: SegmentNames,
    columns: &PartColumns,
    raw: RawPart,
    later: Option<&Syncer>,
) -> Result<WrittenSegment, EngineError> {
    let unnamed = Unnamed(vec![names.columns_path.clone()]);
    let (manifest, file) = write_columns(&names.columns_path, columns)
        .map_err(|source| EngineError::File { path: names.columns_path.clone(), source })?;
    sync(&names.columns_path, file, later)?;
    if later.is_none() {
        sync_folder(&names.columns_path)?;
    }
    let mut time_fences: Vec<i64> = columns.times.iter().step_by(TIME_FENCE).copied().collect();
    time_fences.extend(columns.times.last());
    let key_fences = columns.keys.iter().step_by(KEY_FENCE).map(|(key, _)| *key).collect();
    let seqs = columns.seqs.iter().copied().map(u64::from);
    Ok(WrittenSegment {
        max_seq: seqs.clone().max().unwrap_or(0),
        min_seq: seqs.min().unwrap_or(0),
        name: names.name,
        raw_path: names.raw_path,
        columns_path: names.columns_path,
        max_seen: raw.max_seen,
        manifest: SegmentManifest {
            rows: columns.rows,
            raw_rows: raw.raw_rows,
            time_fences,
            key_fences,
            blocks: raw.blocks,
            columns: manifest,
        },
        dropped: raw.dropped,
        sources: raw.sources,
        unnamed,
    })
}

/// New names in a folder survive a power cut only when the folder is synced.
pub fn sync_folder(file: &Path) -> Result<(), EngineError> {
    let folder = file.parent().unwrap_or(Path::new("."));
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(|source| EngineError::File { path: folder.to_owned(), source })
}

/// Names a written segment in the database.
pub fn insert_segment(connection: &Connection, segment: &WrittenSegment, seq_base: u64) -> rusqlite::Result<()> {
    let json = |error: serde_json::Error| rusqlite::Error::ToSqlConversionFailure(Box::new(error));
    let size = |path: &Path| std::fs::metadata(path).map_or(0, |meta| meta.len() as i64);
    let manifest = &segment.manifest;
    let columns_name = segment.columns_path.file_name().map(|name| name.to_string_lossy().into_owned());
    connection
        .prepare_cached(
            "INSERT INTO segments (name, seq_base, min_seq, max_seq, rows, raw_rows, min_time, max_time, max_seen,
             raw_bytes, columns_name, columns_bytes, columns, time_fences, key_fences, blocks, dropped, sources)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)",
        )?
        .execute(params![
            segment.name,
            seq_base as i64,
            (seq_base + segment.min_seq) as i64,
            (seq_base + segment.max_seq) as i64,
            manifest.rows as i64,
            manifest.raw_rows,
            manifest.time_fences.first().copied().unwrap_or(0),
            manifest.time_fences.last().copied().unwrap_or(0),
            segment.max_seen,
            size(&segment.raw_path),
            columns_name,
            size(&segment.columns_path),
            serde_json::to_string(&manifest.columns).map_err(json)?,
            pack::times(&manifest.time_fences),
            pack::keys(&manifest.key_fences),
            pack::blocks(&manifest.blocks),
            segment.dropped.as_ref().map(Bits::to_bytes),
            serde_json::to_string(&segment.sources).map_err(json)?,
        ])?;
    Ok(())
}
