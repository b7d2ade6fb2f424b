//! What was counted in one part, and in several: values with how many rows have them.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::sums::Sum;

/// Counts by value; `None` counts rows without one.
pub type Counts = HashMap<Option<Vec<u8>>, u64>;

/// The numbers of a dictionary's names, which hold in all parts.
#[derive(Debug)]
pub struct Numbering {
    /// The number of each name.
    pub numbers: Vec<u32>,
    /// The number behind the highest.
    pub end: usize,
}

/// What was counted in one part.
#[derive(Debug)]
pub enum PartCounts {
    /// By the codes of a dictionary; "no value" is behind the last.
    Codes {
        /// What the codes mean in all parts.
        numbering: Arc<Numbering>,
        /// How many rows have each.
        counts: Vec<u32>,
    },
    /// By number, with rows that have none.
    Numbers(Vec<(i64, u32)>, u64),
    /// By value.
    Values(Counts),
    /// There are too many values to keep them.
    TooMany,
}

impl PartCounts {
    /// How much memory it takes.
    pub fn size(&self) -> usize {
        64 + match self {
            Self::Codes { counts, .. } => counts.len() * 4,
            Self::Numbers(counts, _) => counts.len() * 16,
            Self::Values(values) => size_of_counts(values),
            Self::TooMany => 0,
        }
    }
}

fn size_of_counts(values: &Counts) -> usize {
    values.keys().map(|value| 64 + value.as_ref().map_or(0, Vec::len)).sum()
}

/// What was counted in several parts.
#[derive(Debug, Clone, Default)]
pub struct CountSum {
    /// By the names' numbers.
    pub names: Vec<u64>,
    /// By number.
    pub numbers: BTreeMap<i64, u64>,
    /// Rows without a value, where the others are counted by name or number.
    pub missing: u64,
    /// By value, where parts have none of both.
    pub values: Counts,
    /// Whether a part has too many values to keep them: nothing is counted then.
    pub has_too_many: bool,
}

impl CountSum {
    /// A place for each name of a part.
    pub fn make_room(&mut self, numbering: &Numbering) {
        if self.names.len() < numbering.end {
            self.names.resize(numbering.end, 0);
        }
    }
}

impl CountSum {
    /// Adds what was counted in a part.
    pub fn add(&mut self, part: &PartCounts) {
        match part {
            PartCounts::Codes { numbering, counts } => {
                self.make_room(numbering);
                for (number, count) in numbering.numbers.iter().zip(counts) {
                    self.names[*number as usize] += u64::from(*count);
                }
                self.missing += u64::from(counts[numbering.numbers.len()]);
            }
            PartCounts::Numbers(counts, missing) => {
                for (number, count) in counts {
                    *self.numbers.entry(*number).or_default() += u64::from(*count);
                }
                self.missing += missing;
            }
            PartCounts::Values(values) => self.add_values(values),
            PartCounts::TooMany => self.give_up(),
        }
    }

    fn add_values(&mut self, values: &Counts) {
        if self.has_too_many {
            return;
        }
        for (value, count) in values {
            match self.values.get_mut(value) {
                Some(sum) => *sum += count,
                None => {
                    self.values.insert(value.clone(), *count);
                }
            }
        }
    }

    fn give_up(&mut self) {
        self.has_too_many = true;
        self.values = Counts::new();
    }
}

impl Sum for CountSum {
    fn merge(&mut self, other: &Self) {
        if self.names.len() < other.names.len() {
            self.names.resize(other.names.len(), 0);
        }
        self.names.iter_mut().zip(&other.names).for_each(|(mine, theirs)| *mine += theirs);
        for (number, count) in &other.numbers {
            *self.numbers.entry(*number).or_default() += count;
        }
        self.missing += other.missing;
        if other.has_too_many {
            self.give_up();
        }
        self.add_values(&other.values);
    }

    fn size(&self) -> usize {
        64 + self.names.len() * 8 + self.numbers.len() * 24 + size_of_counts(&self.values)
    }

    fn is_settled(&self) -> bool {
        self.has_too_many
    }
}
