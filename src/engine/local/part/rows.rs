//! A part's rows by time, and single numbers of theirs.

use std::sync::Arc;

use crate::engine::error::EngineError;
use crate::model::handle::Seq;

use super::super::cache::Caches;
use super::{Body, Part};
use crate::engine::local::columns::column::{Column, ColumnId};
use crate::engine::local::files::manifest::{Layout, TIME_FENCE};

/// Rows whose numbers are read at once where only some are looked at.
const PAGE: usize = TIME_FENCE;

impl Part {
    /// The rows of a span of time: from, up to. Rows are in the order of time.
    pub fn rows_between(&self, from: i64, until: i64, caches: &Caches) -> Result<(usize, usize), EngineError> {
        let first = if from <= self.min_time { 0 } else { self.first_at_or_after(from, caches)? };
        let end = if until > self.max_time { self.rows } else { self.first_at_or_after(until, caches)? };
        Ok((first, end.max(first)))
    }

    /// The first row whose time is not before a point.
    pub fn first_at_or_after(&self, time: i64, caches: &Caches) -> Result<usize, EngineError> {
        if time <= self.min_time {
            return Ok(0);
        }
        if time > self.max_time {
            return Ok(self.rows);
        }
        let (mut low, mut high) = (0, self.rows);
        if let Body::Segment(files) = &self.body {
            // The fences are at hand; only the rows between two of them are touched.
            let fence = files.manifest.time_fences.partition_point(|fence| *fence < time);
            low = fence.saturating_sub(1) * TIME_FENCE;
            high = (fence * TIME_FENCE + 1).min(self.rows);
            low = low.min(high);
        }
        while low < high {
            let middle = usize::midpoint(low, high);
            if self.time(middle, caches)? < time {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        Ok(low)
    }

    /// A row's time.
    pub fn time(&self, row: usize, caches: &Caches) -> Result<i64, EngineError> {
        self.number(&ColumnId::Time, row, caches)?.ok_or_else(|| self.damaged("there are no times"))
    }

    /// A row's number of a column in which no row is without one, read with its neighbours alone.
    fn number(&self, id: &ColumnId, row: usize, caches: &Caches) -> Result<Option<i64>, EngineError> {
        let files = match &self.body {
            Body::Memory(_) => {
                return Ok(match self.column(id, caches)?.as_ref() {
                    Column::Numbers(numbers) => numbers.get(row),
                    _ => None,
                });
            }
            Body::Segment(files) => files,
        };
        let Some(entry) = files.manifest.columns.column(id) else { return Ok(None) };
        let Layout::Numbers { width, scale, values, .. } = &entry.layout else { return Ok(None) };
        let page = row / PAGE;
        let key = (self.id, id.clone(), page as u32);
        let buffer = if let Some(buffer) = caches.pages.get(&key) {
            buffer
        } else {
            let rows = PAGE.min(self.rows - page * PAGE);
            let buffer = files.read_some(values, page * PAGE * width.bytes(), rows * width.bytes())?;
            let buffer = Arc::new(buffer);
            caches.pages.put(key, Arc::clone(&buffer), buffer.size() + 64);
            buffer
        };
        Ok(Some(width.number(&buffer, row % PAGE) * scale))
    }

    /// The place of a row's raw bytes among the raw rows.
    pub fn raw_row(&self, row: usize, caches: &Caches) -> Result<u32, EngineError> {
        Ok(self.number(&ColumnId::RawRow, row, caches)?.map_or(row as u32, |raw_row| raw_row as u32))
    }

    /// A row's sequence number.
    pub fn seq(&self, row: usize, caches: &Caches) -> Result<Seq, EngineError> {
        match self.number(&ColumnId::Seq, row, caches)? {
            Some(seq) => Ok(Seq(self.seq_base + seq as u64)),
            None => Err(self.damaged("there are no sequence numbers")),
        }
    }
}
