//! The segments that the database names, opened.

use std::collections::HashMap;
use std::fs::File;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};

use rusqlite::Connection;

use crate::engine::error::EngineError;
use crate::model::handle::Seq;

use super::cache::PartId;
use super::missing::{Missing, Repair, is_lasting};
use super::part::{Part, SeqRange};
use super::store::Store;
use crate::engine::local::columns::bits::Bits;
use crate::engine::local::files::manifest::{COLUMNS_VERSION, ColumnsManifest, SegmentManifest, pack};
use crate::engine::local::files::segment_files::SegmentFiles;

/// The segments of the state that was last read, by their numbers in the database.
#[derive(Default)]
pub struct Segments {
    /// Those that are open.
    pub open: HashMap<i64, LoadedSegment>,
    /// Those that cannot be opened.
    pub missing: HashMap<i64, MissingSegment>,
}

/// A segment that is open.
pub struct LoadedSegment {
    columns_name: String,
    dropped: Option<Vec<u8>>,
    /// Its rows.
    pub part: Arc<Part>,
    /// When its newest row was first seen.
    pub max_seen: i64,
}

/// A segment that cannot be opened.
pub struct MissingSegment {
    columns_name: String,
    /// What is said of it.
    pub missing: Missing,
}

/// A segment as the database has it; details only where they are new.
pub struct SegmentRow {
    id: i64,
    columns_name: String,
    dropped: Option<Vec<u8>>,
    details: Option<SegmentDetails>,
}

/// All that the database knows of a segment.
pub struct SegmentDetails {
    /// Its name.
    pub name: String,
    /// Its columns file.
    pub columns_name: String,
    /// Bytes of the columns file; 0 where that is not known.
    pub columns_bytes: u64,
    /// Its sequence numbers.
    pub seqs: SeqRange,
    /// When its newest row was first seen.
    pub max_seen: i64,
    /// What lies where. Without a layout that this program knows, only the raw rows can be read.
    pub manifest: SegmentManifest,
    /// Raw rows that were deleted.
    pub dropped: Option<Bits>,
    /// The sources of its rows, where they were noted.
    pub sources: Option<Vec<String>>,
}

impl SegmentDetails {
    fn live_rows(&self) -> u64 {
        let raw_rows = self.manifest.raw_rows as usize;
        (raw_rows - self.dropped.as_ref().map_or(0, |dropped| dropped.count(0, raw_rows))) as u64
    }
}

impl Store {
    /// Brings the open segments to what the database names. A segment whose files are gone may have
    /// been replaced since the database was read: that is an error until it `is_final`.
    pub(super) fn update_segments(
        &self,
        known: &mut Segments,
        rows: Vec<SegmentRow>,
        is_final: bool,
    ) -> Result<(), EngineError> {
        let live: Vec<i64> = rows.iter().map(|row| row.id).collect();
        let before = known.open.len();
        known.open.retain(|id, _| live.contains(id));
        known.missing.retain(|id, _| live.contains(id));
        let mut changed = known.open.len() < before;
        for row in rows {
            let Some(details) = row.details else { continue };
            changed = true;
            let max_seen = details.max_seen;
            let was_missing =
                known.missing.remove(&row.id).is_some_and(|missing| missing.columns_name == row.columns_name);
            match self.open_segment(&details) {
                Ok(part) => {
                    let part = Arc::new(part);
                    let (columns_name, dropped) = (row.columns_name, row.dropped);
                    known.open.insert(row.id, LoadedSegment { columns_name, dropped, part, max_seen });
                }
                Err(error) if is_gone(&error) && !is_final && !was_missing => return Err(error),
                Err(error) if is_lasting(&error) => {
                    known.open.remove(&row.id);
                    let has_raw = self.open_raw(&details).is_ok();
                    let repair = if has_raw { Repair::Rebuild } else { Repair::Restore };
                    let missing = Missing { records: details.live_rows(), reason: error.to_string(), repair };
                    known.missing.insert(row.id, MissingSegment { columns_name: row.columns_name, missing });
                }
                Err(error) => return Err(error),
            }
        }
        if changed {
            let live: Vec<PartId> = known.open.values().map(|segment| segment.part.id).collect();
            let newest = self.next_part.load(Ordering::Relaxed);
            // Parts of the head come and go; theirs are few and small.
            self.caches.keep_parts(|part| live.contains(&part) || part.0 + 64 > newest);
            self.caches.fit(known.open.values().map(|segment| segment.part.rows).sum());
        }
        Ok(())
    }

    fn open_segment(&self, details: &SegmentDetails) -> Result<Part, EngineError> {
        let columns_path = self.segments_folder().join(&details.columns_name);
        let files = SegmentFiles {
            raw: self.open_raw(details)?,
            raw_path: self.raw_path(details),
            columns: open_whole(&columns_path, details.columns_bytes)?,
            columns_path,
            manifest: details.manifest.clone(),
            checked: Mutex::default(),
        };
        if files.manifest.columns.version != COLUMNS_VERSION {
            let what = "its layout is not of this program's version".into();
            return Err(EngineError::Damaged { path: files.columns_path, what });
        }
        let mut part = Part::on_disk(self.new_part_id(), details.seqs, files, details.dropped.as_ref())?;
        part.sources.clone_from(&details.sources);
        Ok(part)
    }

    /// The raw file of a segment, if it is as long as its blocks need.
    pub(super) fn open_raw(&self, details: &SegmentDetails) -> Result<File, EngineError> {
        let end = details.manifest.blocks.last().map_or(0, |block| block.at + u64::from(block.len));
        open_whole(&self.raw_path(details), end)
    }

    /// Where the raw rows of a segment are.
    pub(super) fn raw_path(&self, details: &SegmentDetails) -> std::path::PathBuf {
        self.segments_folder().join(format!("{}.raw", details.name))
    }
}

/// Whether a file is not there.
fn is_gone(error: &EngineError) -> bool {
    matches!(error, EngineError::File { source, .. } if source.kind() == ErrorKind::NotFound)
}

/// Opens a file that has at least so many bytes.
fn open_whole(path: &Path, bytes: u64) -> Result<File, EngineError> {
    let opened = File::open(path).and_then(|file| Ok((file.metadata()?.len(), file)));
    let (len, file) = opened.map_err(|source| Store::file_error(path, source))?;
    if len < bytes {
        let what = format!("it has {len} bytes instead of {bytes}");
        return Err(EngineError::Damaged { path: path.to_owned(), what });
    }
    Ok(file)
}

/// All segments; details only of those that are not open as the database names them.
pub fn read_segment_rows(connection: &Connection, known: &Segments) -> rusqlite::Result<Vec<SegmentRow>> {
    let mut list = connection.prepare_cached("SELECT id, columns_name, dropped FROM segments")?;
    let rows = list.query_map([], |row| {
        Ok(SegmentRow { id: row.get(0)?, columns_name: row.get(1)?, dropped: row.get(2)?, details: None })
    })?;
    let mut rows: Vec<SegmentRow> = rows.collect::<Result<_, _>>()?;
    for row in &mut rows {
        let unchanged = known
            .open
            .get(&row.id)
            .is_some_and(|segment| segment.columns_name == row.columns_name && segment.dropped == row.dropped);
        if !unchanged {
            row.details = Some(read_segment_details(connection, row.id)?);
        }
    }
    Ok(rows)
}

/// What the database knows of one segment.
pub fn read_segment_details(connection: &Connection, id: i64) -> rusqlite::Result<SegmentDetails> {
    let mut statement = connection.prepare_cached(
        "SELECT name, seq_base, min_seq, max_seq, rows, raw_rows, max_seen, columns, time_fences, key_fences, blocks,
         columns_name, columns_bytes, dropped, sources FROM segments WHERE id = ?1",
    )?;
    statement.query_row([id], |row| {
        let number = |at: usize| row.get::<_, i64>(at).map(|n| n as u64);
        let columns: String = row.get(7)?;
        let raw_rows = number(5)? as u32;
        let dropped: Option<Vec<u8>> = row.get(13)?;
        let sources: Option<Vec<String>> = serde_json::from_str(&row.get::<_, String>(14)?).ok();
        Ok(SegmentDetails {
            name: row.get(0)?,
            columns_name: row.get(11)?,
            columns_bytes: number(12)?,
            seqs: SeqRange { base: number(1)?, min: Seq(number(2)?), max: Seq(number(3)?) },
            max_seen: row.get(6)?,
            manifest: SegmentManifest {
                rows: number(4)? as usize,
                raw_rows,
                time_fences: pack::read_times(&row.get::<_, Vec<u8>>(8)?),
                key_fences: pack::read_keys(&row.get::<_, Vec<u8>>(9)?),
                blocks: pack::read_blocks(&row.get::<_, Vec<u8>>(10)?),
                columns: serde_json::from_str(&columns).unwrap_or_else(|_| ColumnsManifest::unknown()),
            },
            dropped: dropped.map(|bytes| Bits::from_bytes(&bytes, raw_rows as usize)),
            sources: sources.filter(|sources| !sources.is_empty()),
        })
    })
}
