//! By what a row is known again, within its source.
//!
//! | a row … | is known by |
//! |---|---|
//! | of a file whose Request-IDs are the client's (`ids = "client"`) | the file's identity and the byte where the row begins |
//! | with a Request-ID | the id, without case and dashes |
//! | without one, of a log that only grows (`without_id = "position"`), from a file | the file's identity and the byte where the row begins |
//! | without one, of a download (`without_id = "content"`) or from a stream | its bytes, and how many rows with the same bytes came before it in the same input |
//!
//! A client may send one id again and again. Where the position is known, such rows are all kept,
//! and all of them are found by the id.
//!
//! Identical rows of one input are all kept, and the same input read again adds none: the nth of
//! them is known as the same each time. It does not matter which of them is counted first, so that
//! several threads can share one input.

use std::sync::{Mutex, PoisonError};

use hashbrown::HashMap;

use crate::base::hash::hash128;
use crate::model::field::Field;
use crate::model::intake::RowIdentity;
use crate::model::record::Record;
use crate::model::request_id;

use super::description::{Ids, WithoutId};

/// Parts of the count that threads lock apart from each other.
const SHARDS: usize = 16;

/// Says by what the rows of one input are known.
#[derive(Debug)]
pub struct Identify {
    /// Whether rows without an id are known by their position.
    by_position: bool,
    /// Whether those with one are, too.
    over_ids: bool,
    /// How many rows of the same bytes there were, by their hash.
    seen: [Mutex<HashMap<u64, u32>>; SHARDS],
}

impl Identify {
    /// For one input: a file that has an identity, or a stream, which has none.
    pub fn new(without_id: WithoutId, ids: Ids, is_file: bool) -> Self {
        let by_position = is_file && without_id == WithoutId::Position;
        Self { by_position, over_ids: by_position && ids == Ids::Client, seen: Default::default() }
    }

    /// By what a row is known: its record, its bytes as they are stored, whether it has a position.
    pub fn identity(&self, record: &Record<'_>, raw: &[u8], position: Option<u64>) -> RowIdentity {
        if self.over_ids && position.is_some() {
            RowIdentity::Position
        } else if record.text(Field::RequestId).is_some_and(|id| request_id::is_id(id)) {
            RowIdentity::Id
        } else if self.by_position && position.is_some() {
            RowIdentity::Position
        } else {
            RowIdentity::Content(self.count(raw))
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
    fn identities() {
        let plain = Record::default();
        let mut with_id = Record::default();
        with_id.set(Field::RequestId, Value::text(b"7594794D-8E4B-29C8-5182-89E7CEDFCDAB"));
        let of_client = Identify::new(WithoutId::Position, Ids::Client, true);
        assert_eq!(of_client.identity(&with_id, b"a", Some(1)), RowIdentity::Position);
        assert_eq!(of_client.identity(&with_id, b"a", None), RowIdentity::Id);
        assert_eq!(of_client.identity(&plain, b"a", Some(1)), RowIdentity::Position);
        let of_backend = Identify::new(WithoutId::Position, Ids::Backend, true);
        assert_eq!(of_backend.identity(&with_id, b"a", Some(1)), RowIdentity::Id);
        assert_eq!(of_backend.identity(&plain, b"a", Some(1)), RowIdentity::Position);
        for by_content in [
            Identify::new(WithoutId::Content, Ids::Backend, true),
            Identify::new(WithoutId::Position, Ids::Client, false),
        ] {
            assert_eq!(by_content.identity(&with_id, b"a", Some(1)), RowIdentity::Id);
            assert_eq!(by_content.identity(&plain, b"a", Some(1)), RowIdentity::Content(0));
            assert_eq!(by_content.identity(&plain, b"b", Some(2)), RowIdentity::Content(0));
            assert_eq!(by_content.identity(&plain, b"a", Some(3)), RowIdentity::Content(1));
        }
    }

    #[test]
    fn threads_share_the_count() {
        let identify = Identify::new(WithoutId::Content, Ids::Backend, false);
        let counts = Mutex::new(Vec::new());
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for row in 0..100_u32 {
                        let raw = (row % 10).to_le_bytes();
                        let RowIdentity::Content(nth) = identify.identity(&Record::default(), &raw, None) else {
                            panic!("rows without id from a stream are known by their content")
                        };
                        counts.lock().expect("no thread panics").push((row % 10, nth));
                    }
                });
            }
        });
        let mut counts = counts.into_inner().expect("no thread panics");
        counts.sort_unstable();
        counts.dedup();
        assert_eq!(counts.len(), 400);
    }
}
