//! Rows into the head: what a source hands over becomes durable with its checkpoint in one
//! transaction, each row once.

use std::collections::HashSet;
use std::sync::Arc;

use rusqlite::{Connection, TransactionBehavior, params};

use crate::base::time::Timestamp;
use crate::engine::error::EngineError;
use crate::model::envelope::{Envelope, RowMeta};
use crate::model::intake::{BadRow, Coverage, Gap, Intake, IntakeResult, IntakeRow};
use crate::model::period::TimeRange;
use crate::model::record::Record;

use super::part::Part;
use super::schema::meta;
use super::store::Store;
use crate::engine::local::columns::column::{Column, ColumnId};
use crate::engine::local::files::block::{BlockBuilder, compressor};

/// Rows of one batch at most: a batch is read as a whole.
const MAX_BATCH: usize = 20_000;

/// A batch is closed at about so many bytes, for the same reason.
const BATCH_BYTES: usize = 4 << 20;

/// Bad rows that are kept of a source; all are counted.
const KEPT_BAD_ROWS: usize = 10_000;

impl Store {
    /// Stores what a source handed over: all of it, durably, or nothing.
    pub fn append(&self, source: &str, intake: &Intake, now: Timestamp) -> Result<IntakeResult, EngineError> {
        let mut writer = self.writer()?;
        let transaction =
            writer.transaction_with_behavior(TransactionBehavior::Immediate).map_err(|e| self.error(&e))?;
        // Nobody else can commit now: what is read here is everything there is.
        self.refresh()?;
        let mut result = IntakeResult { bad: intake.bad_rows.len() as u64, ..IntakeResult::default() };
        let mut bad = Vec::new();
        let fresh = self.fresh_rows(intake, &mut result, &mut bad)?;
        let write = || -> rusqlite::Result<()> {
            ensure_source(&transaction, source)?;
            self.write_definitions(&transaction, intake.rows.iter().map(|(envelope, _)| envelope))?;
            write_batches(&transaction, &fresh, now)?;
            write_state(&transaction, source, intake, now)?;
            write_bad_rows(&transaction, source, intake.bad_rows.iter().chain(&bad), result.bad, now)
        };
        write().map_err(|e| self.error(&e))?;
        transaction.commit().map_err(|e| self.error(&e))?;
        drop(writer);
        self.refresh_later();
        Ok(result)
    }

    /// The rows that the store does not have. Rows that cannot be read are bad.
    fn fresh_rows<'a>(
        &self,
        intake: &'a Intake,
        result: &mut IntakeResult,
        bad: &mut Vec<BadRow>,
    ) -> Result<Vec<(&'a Arc<Envelope>, &'a IntakeRow)>, EngineError> {
        let view = self.view();
        let mut seen = HashSet::new();
        let mut fresh = Vec::new();
        for (envelope, rows) in &intake.rows {
            let reader = self.readers.get(envelope, self.formats.as_ref()).map_err(EngineError::Question)?;
            let mut record = Record::default();
            for row in rows {
                record = reused(record);
                if let Err(error) = reader.read(&row.raw, &mut record) {
                    result.bad += 1;
                    bad.push(BadRow::new(place_of(envelope, row.position), error.reason, &row.raw));
                    continue;
                }
                if record.time().is_none() {
                    result.bad += 1;
                    bad.push(BadRow::new(place_of(envelope, row.position), "the row has no time", &row.raw));
                    continue;
                }
                let key = row.identity.key(envelope, row.position, &row.raw, &record);
                if !seen.insert((key, envelope.source.as_str())) || self.has_key(&view.parts, key, &envelope.source)? {
                    result.already += 1;
                    continue;
                }
                result.stored += 1;
                fresh.push((envelope, row));
            }
        }
        Ok(fresh)
    }

    /// Whether a source's row with a key is in some parts.
    pub(super) fn has_key(&self, parts: &[Arc<Part>], key: u128, source: &str) -> Result<bool, EngineError> {
        for part in parts {
            for row in part.rows_of_key(key)? {
                if self.row_is_from(part, row as usize, source)? {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// Whether a row counts and is a source's. What was deleted may come again.
    pub(super) fn row_is_from(&self, part: &Part, row: usize, source: &str) -> Result<bool, EngineError> {
        if part.dead.as_ref().is_some_and(|dead| dead.get(row)) {
            return Ok(false);
        }
        let column = part.column(&ColumnId::Field(crate::model::field::Field::Source), &self.caches)?;
        Ok(matches!(column.as_ref(), Column::Names(names) if names.get(row) == Some(source.as_bytes())))
    }

    /// Keeps the descriptions of formats beside the rows, so that they stay readable.
    pub(super) fn write_definitions<'a>(
        &self,
        connection: &Connection,
        envelopes: impl Iterator<Item = &'a Arc<Envelope>>,
    ) -> rusqlite::Result<()> {
        let mut statement = connection
            .prepare_cached("INSERT OR IGNORE INTO formats (name, version, definition) VALUES (?1, ?2, ?3)")?;
        for envelope in envelopes {
            if let Some(definition) = self.formats.definition(envelope) {
                statement.execute(params![envelope.format, envelope.format_version, definition])?;
            }
        }
        Ok(())
    }
}

/// An empty record with another lifetime; the memory of its attributes is given up.
fn reused<'a>(_: Record<'_>) -> Record<'a> {
    Record::default()
}

/// Where a row came from, for people.
pub fn place_of(envelope: &Envelope, position: Option<u64>) -> String {
    match position {
        Some(position) => format!("{} byte {position}", envelope.place),
        None => envelope.place.clone(),
    }
}

/// Makes a source known.
pub fn ensure_source(connection: &Connection, source: &str) -> rusqlite::Result<()> {
    connection.prepare_cached("INSERT OR IGNORE INTO sources (name) VALUES (?1)")?.execute([source])?;
    Ok(())
}

fn write_batches(
    connection: &Connection,
    rows: &[(&Arc<Envelope>, &IntakeRow)],
    now: Timestamp,
) -> rusqlite::Result<()> {
    let mut next_seq = meta(connection, "next_seq")?;
    let mut compressor = compressor();
    let mut rows = rows.iter().peekable();
    while rows.peek().is_some() {
        let mut block = BlockBuilder::default();
        let mut count = 0;
        while count < MAX_BATCH
            && block.bytes() < BATCH_BYTES
            && let Some((envelope, row)) = rows.next()
        {
            let meta = RowMeta { first_seen: now, position: row.position, identity: row.identity };
            block.push(envelope, count as u64, meta, &row.raw);
            count += 1;
        }
        let bytes = block.finish(&mut compressor).map_err(|e| rusqlite::Error::ToSqlConversionFailure(Box::new(e)))?;
        connection
            .prepare_cached("INSERT INTO batches (first_seq, rows, first_seen, block) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![next_seq, count as i64, now.0, bytes])?;
        next_seq += count as i64;
    }
    set_next_seq(connection, next_seq)
}

/// Moves the order of arrival on.
pub fn set_next_seq(connection: &Connection, next_seq: i64) -> rusqlite::Result<()> {
    connection.prepare_cached("UPDATE meta SET value = ?1 WHERE name = 'next_seq'")?.execute([next_seq])?;
    Ok(())
}

/// Checkpoint, coverage, gaps and counters of a source.
pub fn write_state(connection: &Connection, source: &str, intake: &Intake, now: Timestamp) -> rusqlite::Result<()> {
    let coverage = intake.coverage.as_ref().map(serde_json::to_string).transpose();
    let coverage = coverage.map_err(|e| rusqlite::Error::ToSqlConversionFailure(Box::new(e)))?;
    connection
        .prepare_cached(
            "UPDATE sources SET checkpoint = coalesce(?2, checkpoint), coverage = coalesce(?3, coverage),
             redacted = redacted + ?4, last_intake = ?5 WHERE name = ?1",
        )?
        .execute(params![source, intake.checkpoint, coverage, intake.redacted as i64, now.0])?;
    for gap in &intake.gaps {
        write_gap(connection, source, gap, now)?;
    }
    if let Some(coverage) = &intake.coverage {
        close_gaps(connection, source, coverage, now)?;
    }
    Ok(())
}

/// What is complete by now is no gap any more; of a gap that is complete in part, the rest is one.
fn close_gaps(connection: &Connection, source: &str, coverage: &Coverage, now: Timestamp) -> rusqlite::Result<()> {
    for gap in read_gaps(connection, source)? {
        let holes = coverage.holes(TimeRange::new(gap.from, gap.until));
        if holes == [TimeRange::new(gap.from, gap.until)] {
            continue;
        }
        connection
            .prepare_cached("DELETE FROM gaps WHERE source = ?1 AND from_time = ?2 AND until_time = ?3")?
            .execute(params![source, gap.from.0, gap.until.0])?;
        for hole in holes {
            write_gap(connection, source, &Gap { from: hole.from, until: hole.until, ..gap.clone() }, now)?;
        }
    }
    Ok(())
}

/// The gaps of a source, the earliest first.
pub fn read_gaps(connection: &Connection, source: &str) -> rusqlite::Result<Vec<Gap>> {
    let mut statement = connection
        .prepare_cached("SELECT from_time, until_time, reason FROM gaps WHERE source = ?1 ORDER BY from_time")?;
    let gaps = statement.query_map([source], |row| {
        Ok(Gap { from: Timestamp(row.get(0)?), until: Timestamp(row.get(1)?), reason: row.get(2)? })
    })?;
    gaps.collect()
}

fn write_gap(connection: &Connection, source: &str, gap: &Gap, now: Timestamp) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO gaps (source, from_time, until_time, reason, noted_at) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![source, gap.from.0, gap.until.0, gap.reason, now.0])?;
    Ok(())
}

/// Keeps bad rows, the newest of them; `count` says how many there were in all.
pub fn write_bad_rows<'a>(
    connection: &Connection,
    source: &str,
    rows: impl Iterator<Item = &'a BadRow>,
    count: u64,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let mut statement = connection
        .prepare_cached("INSERT INTO bad_rows (source, place, reason, sample, noted_at) VALUES (?1, ?2, ?3, ?4, ?5)")?;
    let rows: Vec<&BadRow> = rows.collect();
    for row in &rows[rows.len().saturating_sub(KEPT_BAD_ROWS)..] {
        statement.execute(params![source, row.place, row.reason, row.sample, now.0])?;
    }
    if count > 0 {
        connection
            .prepare_cached(
                "DELETE FROM bad_rows WHERE source = ?1 AND id <=
                 (SELECT id FROM bad_rows WHERE source = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)",
            )?
            .execute(params![source, KEPT_BAD_ROWS as i64])?;
        connection
            .prepare_cached("UPDATE sources SET bad = bad + ?2 WHERE name = ?1")?
            .execute(params![source, count as i64])?;
    }
    Ok(())
}
