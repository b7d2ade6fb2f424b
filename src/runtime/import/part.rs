//! What one of several threads made of its ranges.

use crate::engine::EngineError;
use crate::engine::local::import::{Import, ImportSegment};
use crate::engine::local::segment_write::WrittenSegment;
use crate::model::intake::{BadRow, IntakeResult};

use super::KEPT_BAD_ROWS;

/// What one thread made.
#[derive(Default)]
pub(super) struct Part {
    pub(super) segments: Vec<(u64, Option<WrittenSegment>, IntakeResult)>,
    pub(super) bad_rows: Vec<BadRow>,
    pub(super) bad: u64,
}

impl Part {
    pub(super) fn add_bad(&mut self, bad: BadRow) {
        self.bad += 1;
        if self.bad_rows.len() < KEPT_BAD_ROWS {
            self.bad_rows.push(bad);
        }
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
        self.bad += other.bad;
        let room = KEPT_BAD_ROWS - self.bad_rows.len().min(KEPT_BAD_ROWS);
        self.bad_rows.extend(other.bad_rows.into_iter().take(room));
    }
}
