//! The key by which a row is known again, within its source.
//!
//! | a row … | its key is made of |
//! |---|---|
//! | with a Request-ID | the id, without case and dashes |
//! | of a log that only grows (`without_id = "position"`), from a file | the file's identity and the byte where the row begins |
//! | of a download (`without_id = "content"`), or from a stream | its bytes, and how many rows with the same bytes came before it in the same input |
//!
//! Identical rows of one input are all kept, and the same input read again adds none: the nth of
//! them gets the same key each time. It does not matter which of them is counted first, so that
//! several threads can share one input.

use std::sync::{Mutex, PoisonError};

use hashbrown::HashMap;

use crate::base::hash::hash128;
use crate::model::field::Field;
use crate::model::intake::row_key;
use crate::model::record::Record;
use crate::model::request_id;

use super::description::WithoutId;

/// Parts of the count that threads lock apart from each other.
const SHARDS: usize = 16;

/// Gives the rows of one input their keys.
#[derive(Debug)]
pub struct Identify {
    /// The file's identity, when rows are known by their position.
    file: Option<u128>,
    /// How many rows of the same bytes there were, by their hash.
    seen: [Mutex<HashMap<u64, u32>>; SHARDS],
}

impl Identify {
    /// For one input. `file` is its identity when it is a file; a stream has none.
    pub fn new(without_id: WithoutId, file: Option<u128>) -> Self {
        let file = file.filter(|_| without_id == WithoutId::Position);
        Self { file, seen: Default::default() }
    }

    /// The key of a row: its record, its bytes as they are stored, the byte where it begins.
    pub fn key(&self, record: &Record<'_>, raw: &[u8], position: Option<u64>) -> u128 {
        if let Some(key) = record.text(Field::RequestId).and_then(|id| request_id::key_of(id)) {
            return key;
        }
        match (self.file, position) {
            (Some(file), Some(byte)) => row_key::position(file, byte),
            _ => row_key::content(raw, self.count(raw)),
        }
    }

    /// How many rows of these bytes came before.
    fn count(&self, raw: &[u8]) -> u32 {
        // 64 bits are enough to count by: a collision makes a number larger, never two keys equal.
        let hash = hash128(raw) as u64;
        let shard = &self.seen[(hash >> 60) as usize % SHARDS];
        let mut seen = shard.lock().unwrap_or_else(PoisonError::into_inner);
        let count = seen.entry(hash).or_insert(0);
        let nth = *count;
        *count = count.saturating_add(1);
        nth
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::value::Value;

    #[test]
    fn keys() {
        let plain = Record::default();
        let mut with_id = Record::default();
        with_id.set(Field::RequestId, Value::text(b"7594794D-8E4B-29C8-5182-89E7CEDFCDAB"));
        let by_position = Identify::new(WithoutId::Position, Some(7));
        assert_eq!(by_position.key(&with_id, b"a", Some(1)), 0x7594_794D_8E4B_29C8_5182_89E7_CEDF_CDAB);
        assert_eq!(by_position.key(&plain, b"a", Some(1)), row_key::position(7, 1));
        for by_content in [Identify::new(WithoutId::Content, Some(7)), Identify::new(WithoutId::Position, None)] {
            assert_eq!(by_content.key(&with_id, b"a", Some(1)), by_position.key(&with_id, b"b", None));
            assert_eq!(by_content.key(&plain, b"a", Some(1)), row_key::content(b"a", 0));
            assert_eq!(by_content.key(&plain, b"b", Some(2)), row_key::content(b"b", 0));
            assert_eq!(by_content.key(&plain, b"a", Some(3)), row_key::content(b"a", 1));
        }
    }

    #[test]
    fn threads_share_the_count() {
        let identify = Identify::new(WithoutId::Content, None);
        let keys = Mutex::new(Vec::new());
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for row in 0..100_u32 {
                        let key = identify.key(&Record::default(), &(row % 10).to_le_bytes(), None);
                        keys.lock().expect("no thread panics").push(key);
                    }
                });
            }
        });
        let mut keys = keys.into_inner().expect("no thread panics");
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), 400);
    }
}
