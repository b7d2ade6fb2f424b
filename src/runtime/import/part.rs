//! What one of several threads made of its ranges.

use crate::engine::EngineError;
use crate::engine::local::files::segment_write::WrittenSegment;
use crate::engine::local::import::{Import, ImportSegment};
use crate::model::intake::{BadRow, IntakeResult};

use super::{ImportError, KEPT_BAD_ROWS, SEGMENT_ROWS, SHARED_FROM};

/// Bytes of a file that one thread takes at a time, at most.
const RANGE: u64 = 128 << 20;

/// A place in an input, between rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Bytes before it.
    pub byte: u64,
    /// Its line, from 1; unknown when reading began somewhere inside.
    pub line: Option<u64>,
}

/// What one thread made.
#[derive(Default)]
pub(super) struct Part {
    pub(super) segments: Vec<(u64, Option<WrittenSegment>, IntakeResult)>,
    pub(super) bad_rows: Vec<BadRow>,
    pub(super) bad: u64,
    /// Behind all rows.
    behind: Place,
    /// Before what could not be read and has no end, as when somebody is still writing it.
    before_open: Option<Place>,
}

impl Part {
    pub(super) fn add_bad(&mut self, bad: BadRow) {
        self.bad += 1;
        if self.bad_rows.len() < KEPT_BAD_ROWS {
            self.bad_rows.push(bad);
        }
    }

    /// What begins at a place could not be read. Without an end it may still become a row.
    pub(super) fn end_before(&mut self, place: Place, has_no_end: bool) {
        if has_no_end && self.before_open.is_none() {
            self.before_open = Some(place);
        }
    }

    pub(super) fn end_at(&mut self, place: Place) {
        self.behind = self.behind.max(place);
    }

    /// How far the input was read: what may still become a row is read again.
    pub(super) fn end(&self) -> Place {
        self.before_open.unwrap_or(self.behind)
    }

    pub(super) fn finish(&mut self, import: &Import<'_>, segment: ImportSegment) -> Result<(), EngineError> {
        let (segment, result) = import.finish_segment(segment)?;
        self.segments.push((self.segments.len() as u64, segment, result));
        Ok(())
    }

    /// Takes in what was made of the range with a number.
    pub(super) fn join(&mut self, number: u64, other: Self) {
        for (place, segment, result) in other.segments {
            self.segments.push((number << 32 | place, segment, result));
        }
        self.behind = self.behind.max(other.behind);
        self.before_open = self.before_open.or(other.before_open);
        self.bad += other.bad;
        let room = KEPT_BAD_ROWS - self.bad_rows.len().min(KEPT_BAD_ROWS);
        self.bad_rows.extend(other.bad_rows.into_iter().take(room));
    }
}

/// How much of a file one of several threads takes at a time. All have equally much to do, so that
/// none ends long before the others.
pub(super) fn range_len(len: u64, threads: u64) -> u64 {
    let rounds = len.div_ceil(RANGE * threads).max(1);
    len.div_ceil(rounds * threads).max(SHARED_FROM)
}

/// How many rows so many bytes have, as far as a segment has room for them, where others had so many.
/// A few more than that: when there are more, all of them are moved.
pub(super) fn rows_in(bytes: u64, other_rows: u64, other_bytes: u64) -> usize {
    let rows = bytes as f64 * other_rows as f64 / other_bytes.max(1) as f64 * 1.02;
    (rows as usize).min(SEGMENT_ROWS)
}

/// What ended an import of several threads: one's error stops the others, and theirs is only that
/// they were stopped.
pub(super) fn cause(outcomes: Vec<Result<(), ImportError>>) -> Option<ImportError> {
    outcomes.into_iter().filter_map(Result::err).min_by_key(ImportError::is_cancelled)
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    #[test]
    fn room_is_for_what_is_left() {
        assert_eq!(rows_in(0, 5, 500), 0);
        assert_eq!(rows_in(100_000, 5, 500), 1_020);
        assert_eq!(rows_in(u64::MAX - 1, 5, 500), SEGMENT_ROWS);
        assert_eq!(rows_in(1, 5, 0), 5);
    }

    #[test]
    fn threads_share_a_file_evenly() {
        for (len, threads, ranges) in [(524_915_048, 2, 4), (RANGE * 2, 2, 2), (RANGE * 2 + 1, 2, 4), (1, 8, 1)] {
            assert_eq!(len.div_ceil(range_len(len, threads)), ranges, "{len}");
        }
        assert_eq!(range_len(10 << 20, 8), SHARED_FROM);
    }

    #[test]
    fn the_error_that_stopped_the_others_is_told() {
        let stopped = || Err(ImportError::Store(EngineError::Cancelled));
        let full = || {
            let source = io::Error::from(io::ErrorKind::StorageFull);
            Err(ImportError::Store(EngineError::File { path: "segment".into(), source }))
        };
        let told = cause(vec![stopped(), Ok(()), full(), stopped()]).map(|error| error.to_string());
        assert!(told.is_some_and(|told| told.starts_with("segment: ")));
        assert!(cause(vec![stopped(), Ok(())]).is_some_and(|error| error.is_cancelled()));
        assert!(cause(vec![Ok(()), Ok(())]).is_none());
    }
}
