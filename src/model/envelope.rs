//! What makes the source's own words readable again, long after they were stored.

use serde::{Deserialize, Serialize};

use crate::base::time::Timestamp;

use super::intake::RowIdentity;
use super::record::Record;

/// Everything beside the bytes of a row that reading it again needs. Shared by many rows.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Envelope {
    /// Which configured source brought the rows.
    pub source: String,
    /// The name of their format's description.
    pub format: String,
    /// The version of that description.
    pub format_version: u32,
    /// What was decided where the rows leave a choice.
    #[serde(default)]
    pub decisions: Decisions,
    /// The heading line of a CSV file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heading: Option<Vec<u8>>,
    /// The file or address that they came from, without secrets.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub place: String,
    /// What identifies the file that they came from, wherever it lies and however it has grown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<u128>,
    /// How they came.
    pub arrival: Arrival,
}

/// Readings that the rows themselves do not settle.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Decisions {
    /// The zone of times that name none, by its IANA name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// The unit of spans that name none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<SpanUnit>,
    /// Types of collections by their names, where the rows do not carry them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub collection_types: Vec<(String, String)>,
}

/// The unit of a span of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum SpanUnit {
    /// Seconds.
    #[serde(rename = "s")]
    Seconds,
    /// Milliseconds.
    #[serde(rename = "ms")]
    Millis,
    /// Microseconds.
    #[serde(rename = "us")]
    Micros,
    /// Nanoseconds.
    #[serde(rename = "ns")]
    Nanos,
}

impl SpanUnit {
    /// Nanoseconds in one.
    pub fn nanos(self) -> u64 {
        match self {
            Self::Seconds => 1_000_000_000,
            Self::Millis => 1_000_000,
            Self::Micros => 1_000,
            Self::Nanos => 1,
        }
    }

    /// The unit as written behind a number.
    pub fn word(self) -> &'static str {
        match self {
            Self::Seconds => "s",
            Self::Millis => "ms",
            Self::Micros => "us",
            Self::Nanos => "ns",
        }
    }
}

/// How a record came into the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Arrival {
    /// Polled from a backend.
    Polled,
    /// Asked of a backend by its id.
    Fetched,
    /// Imported from a file.
    Imported,
    /// Read from a file or a stream that is followed.
    Followed,
}

/// How one record came, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The source.
    pub source: String,
    /// The format that it was read with.
    pub format: String,
    /// The file or address.
    pub place: String,
    /// The byte in the file where the record begins.
    pub position: Option<u64>,
    /// How.
    pub arrival: Arrival,
}

/// What a store knows of a row beside the row itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RowMeta {
    /// When the store first had it.
    pub first_seen: Timestamp,
    /// The byte in its file where it begins.
    pub position: Option<u64>,
    /// What makes it the same row when it is seen again.
    pub identity: RowIdentity,
}

/// Why a row could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct ReadError {
    /// In words, naming field or column and what would be right.
    pub reason: String,
}

impl ReadError {
    /// A reason in words.
    pub fn new(reason: impl Into<String>) -> Self {
        Self { reason: reason.into() }
    }
}

/// Reads the rows of one envelope.
pub trait RowReader: Send + Sync {
    /// Fills an empty record from a row's bytes. Derived fields are filled in too.
    fn read<'a>(&self, raw: &'a [u8], record: &mut Record<'a>) -> Result<(), ReadError>;
}

/// Knows formats; given to a store so that it can read its rows without knowing any.
pub trait Formats: Send + Sync {
    /// The reader for rows of an envelope. `definition` is the description that the store kept.
    fn reader(&self, envelope: &Envelope, definition: Option<&str>) -> Result<Box<dyn RowReader>, ReadError>;

    /// The description to keep beside rows of this envelope, so that they stay readable.
    fn definition(&self, envelope: &Envelope) -> Option<String>;
}
