//! The most frequent of many values, while they are still being counted: those that are surely
//! among them, and those that are tied for the last places.
//!
//! Ties can be nearly all values there are (ids, most paths): of each only a bit is kept, and their
//! values are read when it is known which of them are shown.

use crate::engine::local::columns::bits::Bits;

/// A value with its count, and where it is found again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Counted {
    /// Its hash.
    pub hash: u128,
    /// How many rows have it.
    pub count: u64,
    /// Which source has it.
    pub source: u32,
    /// Where.
    pub place: u32,
}

/// The values that can be among the `top` most frequent.
pub struct Frontier {
    top: usize,
    /// Values that are more frequent than those that are tied.
    above: Vec<Counted>,
    /// The count of those that are tied; nothing below it is of interest.
    least: u64,
    /// By source, the places of values with just that count.
    ties: Vec<Option<Bits>>,
    places: Vec<usize>,
}

impl Frontier {
    /// Of no values yet. `places` says how many each source has.
    pub fn new(top: usize, places: Vec<usize>) -> Self {
        Self { top, above: Vec::new(), least: 0, ties: vec![None; places.len()], places }
    }

    /// Values with a lower count are of no interest.
    pub fn least(&self) -> u64 {
        self.least
    }

    /// Takes values in, each once.
    pub fn offer(&mut self, values: &[Counted]) {
        if self.top == 0 {
            return;
        }
        for value in values {
            if value.count > self.least {
                self.above.push(*value);
            } else if value.count == self.least {
                self.tie(*value);
            }
        }
        self.settle();
    }

    /// The values above, in any order; how many places are left for ties; their count, and by source where they are.
    pub fn finish(mut self) -> (Vec<Counted>, usize, u64, Vec<Option<Bits>>) {
        self.raise();
        let left = self.top.saturating_sub(self.above.len());
        (self.above, left, self.least, self.ties)
    }

    fn tie(&mut self, value: Counted) {
        let source = value.source as usize;
        let places = self.places[source];
        self.ties[source].get_or_insert_with(|| Bits::none(places)).set(value.place as usize);
    }

    fn settle(&mut self) {
        if self.above.len() >= self.top.saturating_mul(2).max(1024) {
            self.raise();
        }
    }

    /// What the last of the `top` has is the least that counts: fewer than `top` values are above it.
    fn raise(&mut self) {
        if self.above.len() < self.top.max(1) {
            return;
        }
        let (_, last, _) = self.above.select_nth_unstable_by(self.top - 1, |a, b| b.count.cmp(&a.count));
        self.least = last.count;
        self.ties.fill(None);
        let least = self.least;
        for tied in self.above.extract_if(.., |value| value.count <= least).collect::<Vec<_>>() {
            if tied.count == least {
                self.tie(tied);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(count: u64, source: u32, place: u32) -> Counted {
        Counted { count, hash: u128::from(place), source, place }
    }

    #[test]
    fn ties_are_kept_as_places() {
        let mut frontier = Frontier::new(3, vec![5_000, 10]);
        let ones: Vec<Counted> = (0..5_000).map(|place| counted(1, 0, place)).collect();
        frontier.offer(&ones[..2_500]);
        assert_eq!(frontier.least(), 1);
        frontier.offer(&[counted(7, 1, 3), counted(1, 1, 4)]);
        frontier.offer(&ones[2_500..]);
        let (above, left, _, ties) = frontier.finish();
        assert_eq!((above, left), (vec![counted(7, 1, 3)], 2));
        let tied = |source: usize| ties[source].as_ref().map_or(0, |bits| bits.count(0, bits.len()));
        assert_eq!((tied(0), tied(1)), (5_000, 1));
    }

    #[test]
    fn what_is_overtaken_is_forgotten() {
        let mut frontier = Frontier::new(2, vec![10]);
        frontier.offer(&[counted(1, 0, 0), counted(5, 0, 1), counted(5, 0, 2), counted(9, 0, 3)]);
        let (above, left, count, ties) = frontier.finish();
        assert_eq!(count, 5);
        assert_eq!((above, left), (vec![counted(9, 0, 3)], 1));
        let ties = ties[0].as_ref().expect("two are tied");
        assert!(ties.get(1) && ties.get(2) && !ties.get(0));
    }

    #[test]
    fn few_are_all_above() {
        let mut frontier = Frontier::new(5, vec![10]);
        frontier.offer(&[counted(1, 0, 0), counted(2, 0, 1)]);
        let (above, left, _, ties) = frontier.finish();
        assert_eq!((above.len(), left, ties), (2, 3, vec![None]));
    }
}
