//! The least of many values, while they are offered by several threads.

use std::collections::BinaryHeap;
use std::sync::{Mutex, PoisonError};

use crate::model::answer::counted_number;
use crate::model::field::FieldRef;

/// A value by what it is ordered by, with its source and place there.
type Kept = (Option<i64>, Vec<u8>, usize, u32);

/// The least values so far.
pub struct Least<'f> {
    field: &'f FieldRef,
    most: usize,
    kept: Mutex<BinaryHeap<Kept>>,
}

impl<'f> Least<'f> {
    /// Of a field, at most so many.
    pub fn new(field: &'f FieldRef, most: usize) -> Self {
        Self { field, most, kept: Mutex::default() }
    }

    /// Takes a value in, if it is among the least so far.
    pub fn offer(&self, value: &[u8], source: usize, place: u32) {
        let number = counted_number(self.field, value);
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let is_less = |(other, worst, ..): &Kept| (number, value) < (*other, worst.as_slice());
        if kept.len() < self.most || kept.peek().is_some_and(is_less) {
            kept.push((number, value.to_vec(), source, place));
            if kept.len() > self.most {
                kept.pop();
            }
        }
    }

    /// Whether it would take a value in.
    pub fn can_take(&self, value: &[u8]) -> bool {
        let number = counted_number(self.field, value);
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.len() < self.most || kept.peek().is_some_and(|(other, worst, ..)| (number, value) <= (*other, worst))
    }

    /// The least values in their order, each with its source and place.
    pub fn finish(self) -> Vec<(Vec<u8>, usize, u32)> {
        let kept = self.kept.into_inner().unwrap_or_else(PoisonError::into_inner);
        kept.into_sorted_vec().into_iter().map(|(_, value, source, place)| (value, source, place)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::field::Field;

    #[test]
    fn the_least_are_kept_and_numbers_are_ordered_as_such() {
        let of = |field: Field, most| {
            let field = FieldRef::from(field);
            let least = Least::new(&field, most);
            for (place, value) in (0..).zip([&b"9"[..], b"20", b"100", b"3"]) {
                least.offer(value, 1, place);
            }
            let takes = [&b"2"[..], b"200"].map(|value| least.can_take(value));
            (
                least
                    .finish()
                    .into_iter()
                    .map(|(value, ..)| String::from_utf8_lossy(&value).into_owned())
                    .collect::<Vec<_>>(),
                takes,
            )
        };
        assert_eq!(of(Field::Path, 2), (vec!["100".to_owned(), "20".to_owned()], [true, false]));
        assert_eq!(of(Field::Status, 2), (vec!["3".to_owned(), "9".to_owned()], [true, false]));
        assert_eq!(of(Field::Path, 9).0.len(), 4);
    }
}
