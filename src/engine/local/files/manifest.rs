//! What the database knows of a segment, so that its files are read only where they must be.

use serde::{Deserialize, Serialize};

use crate::engine::local::columns::column::{ColumnId, Width};
use crate::engine::local::columns::value_sum::ValueSum;

/// Rows between two fence times.
pub const TIME_FENCE: usize = 1024;

/// Keys between two fence keys: one read of 4 KB.
pub const KEY_FENCE: usize = 256;

/// Hashes of texts between two fences.
pub const HASH_FENCE: usize = 512;

/// The bits of a hash that a fence has.
pub const HASH_FENCE_BITS: u128 = (u32::MAX as u128) << 96;

/// Some bytes of a file and their checksum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// Where they begin.
    pub at: u64,
    /// How many there are.
    pub len: u64,
    /// Their crc32c.
    pub crc: u32,
}

/// How a column lies in its file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Layout {
    /// Plain numbers.
    Numbers {
        /// Bytes of each.
        width: Width,
        /// What one counts.
        scale: i64,
        /// Which rows have one; none when all do.
        valid: Option<Span>,
        /// The numbers.
        values: Span,
    },
    /// Codes into a dictionary.
    Names {
        /// Bytes of each code.
        width: Width,
        /// The codes.
        codes: Span,
        /// How many names.
        names: usize,
        /// Where each name begins.
        offsets: Span,
        /// The names.
        bytes: Span,
    },
    /// Texts.
    Text {
        /// Which rows have one; none when all do.
        valid: Option<Span>,
        /// Where each begins.
        offsets: Span,
        /// The texts.
        bytes: Span,
    },
}

/// A column of a segment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnEntry {
    /// Its name in the file.
    pub name: String,
    /// How many rows have no value; segments written before this was taken down do not say.
    #[serde(default)]
    pub missing: Option<u64>,
    /// What stands for its values; not known of numbers, nor in segments written before this was taken down.
    #[serde(default)]
    pub sum: Option<ValueSum>,
    /// How it lies there.
    #[serde(flatten)]
    pub layout: Layout,
}

/// The columns file of a segment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnsManifest {
    /// The version of the layout. A segment of another one is missing until it is rebuilt from the
    /// raw rows.
    pub version: u32,
    /// The columns.
    pub columns: Vec<ColumnEntry>,
    /// Keys in order, the lowest first: 16 bytes each, the most significant byte first.
    pub keys: Span,
    /// The row of each key.
    pub key_rows: Span,
    /// What stands for all keys; segments written before this was taken down do not say.
    #[serde(default)]
    pub key_sum: Option<ValueSum>,
    /// Whether attributes were left out.
    pub has_more_attributes: bool,
    /// Hashes of the texts of columns that have many different ones; segments written before there
    /// were any have none, and theirs are made when they are wanted.
    #[serde(default)]
    pub hashes: Vec<HashesEntry>,
}

/// The hashes of a column's texts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HashesEntry {
    /// The column's name in the file.
    pub column: String,
    /// The hashes in their order, like the keys; places behind the last are filled up.
    pub hashes: Span,
    /// The row of each.
    pub rows: Span,
    /// How many there are: one for each row that has a text.
    pub count: usize,
    /// The upper bits of every 512th.
    #[serde(with = "fences")]
    pub fences: Vec<u128>,
}

/// Fences as one text, eight hex digits each.
mod fences {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(fences: &[u128], to: S) -> Result<S::Ok, S::Error> {
        let mut digits = String::with_capacity(fences.len() * 8);
        for fence in fences {
            digits += &format!("{:08x}", fence >> 96);
        }
        to.serialize_str(&digits)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u128>, D::Error> {
        let text = String::deserialize(from)?;
        let fence = |digits: &[u8]| {
            let digits = std::str::from_utf8(digits).ok()?;
            Some(u128::from(u32::from_str_radix(digits, 16).ok()?) << 96)
        };
        text.as_bytes().chunks(8).map(fence).collect::<Option<_>>().ok_or_else(|| D::Error::custom("no hex digits"))
    }
}

/// The layout that this program writes.
pub const COLUMNS_VERSION: u32 = 1;

impl ColumnsManifest {
    /// In the place of one that cannot be read.
    pub fn unknown() -> Self {
        let nothing = Span { at: 0, len: 0, crc: 0 };
        Self {
            version: 0,
            columns: Vec::new(),
            keys: nothing,
            key_rows: nothing,
            key_sum: None,
            has_more_attributes: false,
            hashes: Vec::new(),
        }
    }

    /// A column's entry.
    pub fn column(&self, id: &ColumnId) -> Option<&ColumnEntry> {
        let name = id.name();
        self.columns.iter().find(|entry| entry.name == name)
    }

    /// The hashes of a column's texts, where they were written down.
    pub fn hashes_of(&self, id: &ColumnId) -> Option<&HashesEntry> {
        if self.hashes.is_empty() {
            return None;
        }
        let name = id.name();
        self.hashes.iter().find(|entry| entry.column == name)
    }

    /// Bytes of text in all columns.
    pub fn text_bytes(&self) -> usize {
        let bytes = |entry: &ColumnEntry| match &entry.layout {
            Layout::Numbers { .. } => 0,
            Layout::Names { bytes, .. } | Layout::Text { bytes, .. } => bytes.len as usize,
        };
        self.columns.iter().map(bytes).sum()
    }
}

/// A block of a raw file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BlockEntry {
    /// The first of its raw rows.
    pub first_row: u32,
    /// Where it begins in the file.
    pub at: u64,
    /// How long it is.
    pub len: u32,
}

/// What the database knows of a segment.
#[derive(Debug, Clone, PartialEq)]
pub struct SegmentManifest {
    /// Rows in the columns.
    pub rows: usize,
    /// Rows in the raw file, dropped ones included.
    pub raw_rows: u32,
    /// The time of every 1,024th row, and of the last.
    pub time_fences: Vec<i64>,
    /// Every 256th key.
    pub key_fences: Vec<u128>,
    /// The blocks of the raw file.
    pub blocks: Vec<BlockEntry>,
    /// The columns file.
    pub columns: ColumnsManifest,
}

/// Numbers as bytes, for the database.
pub mod pack {
    use super::BlockEntry;

    /// Times.
    pub fn times(times: &[i64]) -> Vec<u8> {
        times.iter().flat_map(|time| time.to_le_bytes()).collect()
    }

    /// Times again.
    pub fn read_times(bytes: &[u8]) -> Vec<i64> {
        bytes.as_chunks::<8>().0.iter().map(|b| i64::from_le_bytes(*b)).collect()
    }

    /// Keys.
    pub fn keys(keys: &[u128]) -> Vec<u8> {
        keys.iter().flat_map(|key| key.to_be_bytes()).collect()
    }

    /// Keys again.
    pub fn read_keys(bytes: &[u8]) -> Vec<u128> {
        bytes.as_chunks::<16>().0.iter().map(|b| u128::from_be_bytes(*b)).collect()
    }

    /// Blocks.
    pub fn blocks(blocks: &[BlockEntry]) -> Vec<u8> {
        let mut out = Vec::with_capacity(blocks.len() * 16);
        for block in blocks {
            out.extend_from_slice(&block.first_row.to_le_bytes());
            out.extend_from_slice(&block.at.to_le_bytes());
            out.extend_from_slice(&block.len.to_le_bytes());
        }
        out
    }

    /// Blocks again.
    pub fn read_blocks(bytes: &[u8]) -> Vec<BlockEntry> {
        let number = |b: &[u8]| b.iter().rev().fold(0_u64, |n, byte| n << 8 | u64::from(*byte));
        bytes
            .as_chunks::<16>()
            .0
            .iter()
            .map(|b| BlockEntry {
                first_row: number(&b[..4]) as u32,
                at: number(&b[4..12]),
                len: number(&b[12..]) as u32,
            })
            .collect()
    }
}
