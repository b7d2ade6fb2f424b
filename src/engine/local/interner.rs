//! One number for each name of a field, the same in all parts, so that counts of many parts are
//! added up without looking at names.

use std::collections::HashMap;
use std::hash::BuildHasher;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use hashbrown::{DefaultHashBuilder, HashTable};

use crate::engine::local::columns::column::{ColumnId, Dictionary};

/// What a name takes beside its bytes.
const BESIDE: usize = 16;

/// The names of one field.
#[derive(Default)]
pub struct Interner {
    offsets: Vec<u32>,
    bytes: Vec<u8>,
    table: HashTable<u32>,
    hasher: DefaultHashBuilder,
}

impl Interner {
    /// How many names there are.
    pub fn len(&self) -> usize {
        self.offsets.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.offsets.is_empty()
    }

    /// A name by its number.
    pub fn name(&self, number: usize) -> &[u8] {
        name_at(&self.offsets, &self.bytes, number)
    }

    /// The number of a name that was met before.
    pub fn find(&self, name: &[u8]) -> Option<usize> {
        let hash = self.hasher.hash_one(name);
        self.table.find(hash, |n| self.name(*n as usize) == name).map(|number| *number as usize)
    }

    /// The number of a name; a new one when it was not met before and there is room for it.
    pub fn number(&mut self, name: &[u8], has_room: impl FnOnce() -> bool) -> Option<u32> {
        let hash = self.hasher.hash_one(name);
        if let Some(number) = self.table.find(hash, |n| name_at(&self.offsets, &self.bytes, *n as usize) == name) {
            return Some(*number);
        }
        if !has_room() {
            return None;
        }
        let number = self.offsets.len() as u32;
        self.offsets.push(self.bytes.len() as u32);
        self.bytes.extend_from_slice(name);
        let (offsets, bytes, hasher) = (&self.offsets, &self.bytes, &self.hasher);
        self.table.insert_unique(hash, number, |n| hasher.hash_one(name_at(offsets, bytes, *n as usize)));
        Some(number)
    }
}

fn name_at<'a>(offsets: &[u32], bytes: &'a [u8], number: usize) -> &'a [u8] {
    let end = offsets.get(number + 1).map_or(bytes.len(), |end| *end as usize);
    &bytes[offsets[number] as usize..end]
}

/// The names of all fields that were counted, as long as there is room for them.
pub struct Interners {
    fields: RwLock<HashMap<ColumnId, Arc<RwLock<Interner>>>>,
    room: AtomicUsize,
}

impl Interners {
    /// With room for so many bytes.
    pub fn new(room: usize) -> Self {
        Self { fields: RwLock::default(), room: AtomicUsize::new(room) }
    }

    /// The names of a field.
    pub fn field(&self, id: &ColumnId) -> Arc<RwLock<Interner>> {
        if let Some(interner) = self.fields.read().unwrap_or_else(PoisonError::into_inner).get(id) {
            return Arc::clone(interner);
        }
        let mut fields = self.fields.write().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(fields.entry(id.clone()).or_default())
    }

    /// The numbers of a dictionary's names, in the dictionary's order; `None` when there is no room
    /// for those that are new.
    pub fn numbers(&self, id: &ColumnId, dictionary: &Dictionary) -> Option<Vec<u32>> {
        let interner = self.field(id);
        // Most names were met in other parts: they are found by several threads at once.
        let known: Vec<Option<u32>> = {
            let interner = interner.read().unwrap_or_else(PoisonError::into_inner);
            dictionary.iter().map(|name| interner.find(name).map(|number| number as u32)).collect()
        };
        if known.iter().all(Option::is_some) {
            return known.into_iter().collect();
        }
        let mut interner = interner.write().unwrap_or_else(PoisonError::into_inner);
        let take = |room: usize, name: &[u8]| room.checked_sub(name.len() + BESIDE);
        let has_room =
            |name: &[u8]| self.room.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |room| take(room, name)).is_ok();
        let mut number = |name: &[u8]| interner.number(name, || has_room(name));
        dictionary.iter().zip(known).map(|(name, known)| known.or_else(|| number(name))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_held_as_long_as_there_is_room() {
        let dictionary =
            |names: &[&str]| Dictionary::from_texts(names.iter().map(|name| name.as_bytes())).expect("short");
        let (client, ip) = (ColumnId::Attribute("client".into()), ColumnId::Attribute("ip".into()));
        let interners = Interners::new(3 * (BESIDE + 1));
        assert_eq!(interners.numbers(&client, &dictionary(&["a", "b"])), Some(vec![0, 1]));
        assert_eq!(interners.numbers(&ip, &dictionary(&["a", "b"])), None);
        // What is held already takes no more room.
        assert_eq!(interners.numbers(&client, &dictionary(&["b", "a"])), Some(vec![1, 0]));
        assert_eq!(interners.numbers(&client, &dictionary(&["b", "c"])), None);
    }
}
