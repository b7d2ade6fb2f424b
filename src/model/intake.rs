//! What a source hands to a store: one batch, one transaction.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::base::hash::hash128_parts;
use crate::base::time::Timestamp;

use super::envelope::Envelope;
use super::field::Field;
use super::period::TimeRange;
use super::record::Record;
use super::request_id;

/// A row on its way into a store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IntakeRow {
    /// The source's own words; secrets are already redacted.
    pub raw: Vec<u8>,
    /// What makes it the same row when it is seen again, within its source.
    pub identity: RowIdentity,
    /// The byte in its file where it begins.
    pub position: Option<u64>,
}

/// What makes a row the same row when it is seen again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RowIdentity {
    /// Its Request-ID, which its source gives once.
    Id,
    /// Where it begins in its file. It may have a Request-ID that others have, too.
    Position,
    /// Its content, and which of several alike it is within one tick of the source's clock; the
    /// content holds the time, and so the tick.
    Content(u32),
}

/// The upper bits of a key by which rows are found that share an id; the rest is each row's own.
const SHARED_ID: u128 = u128::MAX << 80;

impl RowIdentity {
    /// The 128 bits by which a store knows the row, within its source. Rows with an id can be found
    /// by it, whatever they are known by: see [`keys_of_id`].
    pub fn key(self, envelope: &Envelope, position: Option<u64>, raw: &[u8], record: &Record<'_>) -> u128 {
        let id = record.text(Field::RequestId).and_then(|id| request_id::key_of(id));
        let own = match (self, id, position) {
            (Self::Id, Some(key), _) => return key,
            // In one file, no two rows of an id can have the same key: nothing is hashed together.
            (Self::Position, Some(_), Some(position)) => {
                let file = envelope.file.unwrap_or_default();
                hash128_parts(&[b"file", &file.to_le_bytes()]).wrapping_add(u128::from(position))
            }
            (Self::Position, None, Some(position)) => {
                let file = envelope.file.unwrap_or_default();
                hash128_parts(&[b"position", &file.to_le_bytes(), &position.to_le_bytes()])
            }
            (Self::Content(nth), ..) => hash128_parts(&[b"content", raw, &nth.to_le_bytes()]),
            (Self::Id | Self::Position, ..) => hash128_parts(&[b"content", raw, &0_u32.to_le_bytes()]),
        };
        id.map_or(own, |id| shared_id(id) | own & !SHARED_ID)
    }
}

/// Between which keys the rows of an id lie, given the id's own key: the row that is known by the
/// id, and rows that have it beside what they are known by.
pub fn keys_of_id(id: u128) -> [(u128, u128); 2] {
    [(id, id), (shared_id(id), shared_id(id) | !SHARED_ID)]
}

fn shared_id(id: u128) -> u128 {
    hash128_parts(&[b"shared id", &id.to_le_bytes()]) & SHARED_ID
}

/// Rows, and what is true once they are stored. All of it becomes durable, or none.
#[derive(Debug, Clone, Default)]
pub struct Intake {
    /// The rows by their envelopes, in the order of arrival.
    pub rows: Vec<(Arc<Envelope>, Vec<IntakeRow>)>,
    /// The source's state to go on from, in its own form.
    pub checkpoint: Option<String>,
    /// What is complete.
    pub coverage: Option<Coverage>,
    /// Spans that are known to be missing.
    pub gaps: Vec<Gap>,
    /// Rows that could not be read.
    pub bad_rows: Vec<BadRow>,
    /// Secrets that were redacted.
    pub redacted: u64,
}

/// What came of an intake.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct IntakeResult {
    /// Rows that are new.
    pub stored: u64,
    /// Rows that the store had.
    pub already: u64,
    /// Rows that could not be read.
    pub bad: u64,
}

impl IntakeResult {
    /// Adds another's figures.
    pub fn add(&mut self, other: Self) {
        self.stored += other.stored;
        self.already += other.already;
        self.bad += other.bad;
    }
}

/// A row that could not be read: kept and shown, never dropped in silence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BadRow {
    /// File and line, or address and window.
    pub place: String,
    /// Why, and what would be right.
    pub reason: String,
    /// The row's first bytes.
    pub sample: Vec<u8>,
}

impl BadRow {
    /// A bad row; of its bytes the first 2,000 are kept.
    pub fn new(place: impl Into<String>, reason: impl Into<String>, raw: &[u8]) -> Self {
        Self { place: place.into(), reason: reason.into(), sample: raw[..raw.len().min(2_000)].to_vec() }
    }
}

/// A span in which records are missing, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// From here.
    pub from: Timestamp,
    /// Up to here.
    pub until: Timestamp,
    /// In words.
    pub reason: String,
}

impl Gap {
    /// The span.
    pub fn range(&self) -> TimeRange {
        TimeRange::new(self.from, self.until)
    }
}

/// What a source has brought completely.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// Complete spans, newest last, none touching another.
    pub spans: Vec<TimeRange>,
    /// How far back the source is to be filled.
    pub wanted_from: Option<Timestamp>,
}

impl Coverage {
    /// The same without what lies before a point.
    #[must_use]
    pub fn since(&self, from: Timestamp) -> Self {
        let spans = self.spans.iter().map(|span| TimeRange::new(span.from.max(from), span.until));
        Self { spans: spans.filter(|span| !span.is_empty()).collect(), wanted_from: self.wanted_from }
    }

    /// The newest complete span.
    pub fn newest(&self) -> Option<TimeRange> {
        self.spans.last().copied()
    }

    /// Adds a span that is now complete.
    pub fn add(&mut self, span: TimeRange) {
        if span.is_empty() {
            return;
        }
        self.spans.push(span);
        self.spans.sort_by_key(|s| s.from);
        let mut merged: Vec<TimeRange> = Vec::with_capacity(self.spans.len());
        for span in self.spans.drain(..) {
            match merged.last_mut() {
                Some(last) if span.from <= last.until => last.until = last.until.max(span.until),
                _ => merged.push(span),
            }
        }
        self.spans = merged;
    }

    /// The newest hole in a span, if there is one.
    pub fn newest_hole(&self, within: TimeRange) -> Option<TimeRange> {
        let mut until = within.until;
        for span in self.spans.iter().rev() {
            if span.from >= until {
                continue;
            }
            if span.until < until {
                let hole = TimeRange::new(span.until.max(within.from), until);
                return (!hole.is_empty()).then_some(hole);
            }
            until = span.from;
            if until <= within.from {
                return None;
            }
        }
        let hole = TimeRange::new(within.from, until);
        (!hole.is_empty()).then_some(hole)
    }

    /// The holes in a span, the earliest first.
    pub fn holes(&self, within: TimeRange) -> Vec<TimeRange> {
        let mut from = within.from;
        let mut holes = Vec::new();
        for span in &self.spans {
            holes.push(TimeRange::new(from, span.from.min(within.until)));
            from = from.max(span.until);
        }
        holes.push(TimeRange::new(from, within.until));
        holes.retain(|hole| !hole.is_empty());
        holes
    }

    /// How far back everything up to a point is complete.
    pub fn complete_back_to(&self, now: Timestamp) -> Option<Timestamp> {
        self.spans.last().filter(|span| span.until <= now || span.contains(now)).map(|span| span.from)
    }

    /// How much of a span is complete, 0 to 1.
    pub fn share(&self, within: TimeRange) -> f64 {
        if within.is_empty() {
            return 1.0;
        }
        let have: i64 = self.spans.iter().map(|span| span.intersect(within).micros()).sum();
        have as f64 / within.micros() as f64
    }
}

mod serde_impls {
    //! Times in stored JSON are microseconds.

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::{TimeRange, Timestamp};

    impl Serialize for Timestamp {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            self.0.serialize(serializer)
        }
    }

    impl<'de> Deserialize<'de> for Timestamp {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            i64::deserialize(deserializer).map(Self)
        }
    }

    impl Serialize for TimeRange {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            (self.from, self.until).serialize(serializer)
        }
    }

    impl<'de> Deserialize<'de> for TimeRange {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            <(Timestamp, Timestamp)>::deserialize(deserializer).map(|(from, until)| Self { from, until })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(from: i64, until: i64) -> TimeRange {
        TimeRange::new(Timestamp(from), Timestamp(until))
    }

    #[test]
    fn spans_merge() {
        let mut coverage = Coverage::default();
        coverage.add(span(50, 60));
        coverage.add(span(10, 20));
        coverage.add(span(20, 30));
        coverage.add(span(5, 5));
        assert_eq!(coverage.spans, [span(10, 30), span(50, 60)]);
        coverage.add(span(25, 55));
        assert_eq!(coverage.spans, [span(10, 60)]);
    }

    #[test]
    fn the_newest_hole_comes_first() {
        let mut coverage = Coverage::default();
        assert_eq!(coverage.newest_hole(span(0, 100)), Some(span(0, 100)));
        coverage.add(span(90, 100));
        assert_eq!(coverage.newest_hole(span(0, 100)), Some(span(0, 90)));
        coverage.add(span(10, 40));
        assert_eq!(coverage.newest_hole(span(0, 100)), Some(span(40, 90)));
        assert_eq!(coverage.newest_hole(span(0, 120)), Some(span(100, 120)));
        coverage.add(span(40, 90));
        assert_eq!(coverage.newest_hole(span(0, 100)), Some(span(0, 10)));
        assert_eq!(coverage.newest_hole(span(10, 100)), None);
        assert!((coverage.share(span(0, 100)) - 0.9).abs() < 1e-9);
    }

    #[test]
    fn all_holes_are_found() {
        let mut coverage = Coverage::default();
        assert_eq!(coverage.holes(span(0, 100)), [span(0, 100)]);
        coverage.add(span(20, 30));
        coverage.add(span(60, 200));
        assert_eq!(coverage.holes(span(0, 300)), [span(0, 20), span(30, 60), span(200, 300)]);
        assert_eq!(coverage.holes(span(25, 40)), [span(30, 40)]);
        assert_eq!(coverage.holes(span(70, 90)), []);
    }
}
