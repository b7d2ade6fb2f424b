//! What an engine answers: plain data.

use std::cmp::Ordering;

use crate::base::histogram::Histogram;
use crate::base::time::{Moment, Timestamp};
use crate::base::units;

use super::field::{Field, FieldRef, Kind};
use super::handle::Seq;
use super::period::TimeRange;
use super::record::StoredRecord;
use super::request_id::NormalId;
use super::span_range::SpanRange;
use super::value::Value;

/// The place of a row in a sorted list: it stays right while rows arrive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// The value that the list is sorted by; `None` when that is the time, or missing.
    pub value: Option<Value<'static>>,
    /// The row's time.
    pub time: Timestamp,
    /// The row's place in the order of arrival.
    pub seq: Seq,
}

impl Cursor {
    /// The place of a record in a list that is sorted by a field.
    pub fn of(record: &StoredRecord, field: &FieldRef) -> Self {
        let value = match field {
            FieldRef::Known(Field::Time | Field::Key) => None,
            FieldRef::Known(Field::Source) => Some(Value::owned_text(record.origin.source.clone())),
            // Ids are in the order of what they are compared by.
            FieldRef::Known(Field::RequestId) => {
                record.record.text(Field::RequestId).map(|id| Value::owned_text(counted_id(id)))
            }
            FieldRef::Known(field) => record.record.get(*field).cloned(),
            attribute @ FieldRef::Attribute(_) => {
                record.record.bytes(attribute).map(|bytes| Value::owned_text(bytes.into_owned()))
            }
        };
        Self { value, time: record.time(), seq: record.seq() }
    }

    /// Which of two places comes first in a list that is sorted by a field.
    pub fn compare(&self, other: &Self, field: &FieldRef, descending: bool) -> Ordering {
        let turn = |order: Ordering| if descending { order.reverse() } else { order };
        if *field == FieldRef::Known(Field::Key) {
            return turn(self.seq.cmp(&other.seq));
        }
        let by_value = match (&self.value, &other.value) {
            (None, None) => Ordering::Equal,
            // What is missing comes last either way.
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(Value::Integer(own)), Some(Value::Integer(other))) => turn(own.cmp(other)),
            (Some(Value::Duration(own)), Some(Value::Duration(other))) => turn(own.cmp(other)),
            (Some(own), Some(other)) => turn(own.bytes().cmp(&other.bytes())),
        };
        by_value.then_with(|| turn((self.time, self.seq).cmp(&(other.time, other.seq))))
    }
}

/// A window on a sorted list.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Page {
    /// The rows, in the list's order.
    pub rows: Vec<StoredRecord>,
    /// The number of the first of them in the list, from 0.
    pub first_row: u64,
    /// How many rows the list has.
    pub total: u64,
}

/// How many records have one value of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FacetValue {
    /// The value as bytes; `None` counts the records without one.
    pub value: Option<Vec<u8>>,
    /// Records in the view that have it, the field's own filter left out.
    pub count: u64,
    /// Records of the whole period that have it, no filter applied.
    pub total: u64,
}

/// An id as it is counted: however it is written, it is the same.
pub fn counted_id(id: &[u8]) -> Vec<u8> {
    NormalId::new(id).map_or_else(|| id.to_vec(), |id| id.as_str().into())
}

/// A time as it is counted: in full, so that it names only records of that very time.
pub fn counted_time(at: Timestamp) -> String {
    Moment { at, digits: 6 }.to_string()
}

/// What a counted value is ordered by before its bytes, where counts are equal: numbers by what they
/// are.
pub fn counted_number(field: &FieldRef, value: &[u8]) -> Option<i64> {
    match field.kind() {
        Kind::Integer | Kind::Status => std::str::from_utf8(value).ok()?.parse().ok(),
        _ => None,
    }
}

/// Which of two counted values comes first where their counts are equal; what has none is first.
pub fn compare_counted(field: &FieldRef, a: Option<&[u8]>, b: Option<&[u8]>) -> Ordering {
    let number = |value: Option<&[u8]>| value.and_then(|value| counted_number(field, value));
    number(a).cmp(&number(b)).then_with(|| a.cmp(&b))
}

/// The values of one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facet {
    /// Which field.
    pub field: FieldRef,
    /// The most frequent values first; equal counts in the order of the values: see [`compare_counted`].
    pub values: Vec<FacetValue>,
    /// Values beyond these: how many there are.
    pub other_values: u64,
    /// And how many records have them.
    pub other_count: u64,
}

/// The attributes of a period's records.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Attributes {
    /// Their dotted paths, each with how many records have it: the most frequent first, equal
    /// counts in the order of the paths.
    pub names: Vec<(String, u64)>,
    /// Whether there are others, too many or too long to be kept in columns.
    pub has_more: bool,
}

impl Attributes {
    /// Of counts by path; those of no record are left out.
    pub fn of_counts(counts: impl IntoIterator<Item = (String, u64)>, has_more: bool) -> Self {
        let mut names: Vec<_> = counts.into_iter().filter(|(_, count)| *count > 0).collect();
        names.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        Self { names, has_more }
    }

    /// Where not all are listed, says so: `256 attributes are listed, and there are more`.
    pub fn more_words(&self) -> Option<String> {
        let listed = units::counted(self.names.len() as u64, "attribute is", "attributes are");
        self.has_more.then(|| format!("{listed} listed, and there are more"))
    }
}

impl Facet {
    /// The values, the most frequent first; ranges in their own order.
    pub fn in_order(&self) -> Vec<&FacetValue> {
        let mut values: Vec<&FacetValue> = self.values.iter().collect();
        if self.field.kind() == Kind::Duration {
            let place = |value: &FacetValue| value.value.as_deref().and_then(SpanRange::read).map(SpanRange::place);
            values.sort_by_key(|value| place(value).unwrap_or(usize::MAX));
        }
        values
    }
}

/// One bar of a timeline.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bucket {
    /// Requests that succeeded.
    pub success: u64,
    /// Requests that failed.
    pub failure: u64,
    /// The 95th percentile of the duration in nanoseconds, when asked for and known.
    pub p95: Option<u64>,
}

/// Counts over time, in buckets of equal width.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timeline {
    /// Where the first bucket begins.
    pub start: Timestamp,
    /// The width of each in microseconds.
    pub width: i64,
    /// The buckets.
    pub buckets: Vec<Bucket>,
    /// For each series that was asked for, how many records of each bucket are in it.
    pub series: Vec<Vec<u64>>,
}

impl Timeline {
    /// The span of one bucket.
    pub fn range(&self, bucket: usize) -> TimeRange {
        let from = self.start.plus(self.width * bucket as i64);
        TimeRange::new(from, from.plus(self.width))
    }
}

/// Percentiles of a span of time, in nanoseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Percentiles {
    /// How many records have a value.
    pub known: u64,
    /// Half are at most this.
    pub p50: Option<u64>,
    /// Nine of ten are at most this.
    pub p90: Option<u64>,
    /// 19 of 20.
    pub p95: Option<u64>,
    /// 99 of 100.
    pub p99: Option<u64>,
}

/// Of so many records percentiles are values that one of them has; of more, those of the histogram's buckets.
pub const MOST_EXACT: u64 = 256;

impl Percentiles {
    /// Of a few values, each as it is, in nanoseconds, by the nearest-rank rule.
    pub fn of_values(mut values: Vec<u64>) -> Self {
        values.sort_unstable();
        let at = |quantile: f64| {
            let rank = (quantile * values.len() as f64).ceil() as usize;
            values.get(rank.max(1) - 1).copied()
        };
        Self { known: values.len() as u64, p50: at(0.50), p90: at(0.90), p95: at(0.95), p99: at(0.99) }
    }
}

impl From<&Histogram> for Percentiles {
    fn from(histogram: &Histogram) -> Self {
        Self {
            known: histogram.total(),
            p50: histogram.quantile(0.50),
            p90: histogram.quantile(0.90),
            p95: histogram.quantile(0.95),
            p99: histogram.quantile(0.99),
        }
    }
}

/// The figures of a view.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// Records in the view.
    pub count: u64,
    /// Those that failed.
    pub failed: u64,
    /// Time spent working.
    pub duration: Percentiles,
    /// Time spent waiting.
    pub delay: Percentiles,
    /// The earliest record's time.
    pub first: Option<Timestamp>,
    /// The latest record's time.
    pub last: Option<Timestamp>,
    /// Records of the whole period, no filter applied: the "of".
    pub of: u64,
}
