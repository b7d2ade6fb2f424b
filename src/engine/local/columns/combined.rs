//! Several columns of few values as one: a code for each combination of values that a row has, so that one pass
//! counts all of them.

use std::sync::Arc;

use super::bits::Bits;
use super::buffer::Buffer;
use super::column::{Width, with_width};

/// More combinations than these are not told apart: their counts would no longer be at hand to the processor.
const MOST_COMBINATIONS: usize = 4096;

/// Small numbers of a column, one for each row.
pub struct SmallNumbers {
    /// How they are stored.
    pub width: Width,
    /// A number for each row.
    pub values: Arc<Buffer>,
    /// Rows that have a value; the others count as `size - 1`.
    pub valid: Option<Bits>,
    /// All of them are below this.
    pub size: usize,
}

/// The combinations of values that the rows of a part have.
#[derive(Debug)]
pub struct Combined {
    /// How codes are stored.
    pub width: Width,
    /// A code for each row.
    pub codes: Buffer,
    /// How many rows have each combination.
    pub counts: Vec<u32>,
    /// For each column that was given, the number in each combination; `None` where there was no room for it.
    pub numbers: Vec<Option<Vec<u16>>>,
}

impl Combined {
    /// The combinations of some columns of so many rows. What makes too many of them is left out.
    pub fn of(columns: &[SmallNumbers], rows: usize) -> Self {
        let mut codes = vec![0_u16; rows];
        // For each combination, its number in each column that is in.
        let mut combinations: Vec<Vec<u16>> = vec![Vec::new()];
        // For each column, its place among these numbers.
        let (mut places, mut taken) = (Vec::with_capacity(columns.len()), 0..);
        for column in columns {
            let joined = join(&codes, combinations.len(), column);
            places.push(joined.as_ref().and_then(|_| taken.next()));
            if let Some((joined, pairs)) = joined {
                let with = |(before, number): (u16, u16)| {
                    let mut numbers = combinations[usize::from(before)].clone();
                    numbers.push(number);
                    numbers
                };
                combinations = pairs.into_iter().map(with).collect();
                codes = joined;
            }
        }
        let mut counts = vec![0; combinations.len()];
        for code in &codes {
            counts[usize::from(*code)] += 1;
        }
        let of_place = |place: usize| combinations.iter().map(|numbers| numbers[place]).collect();
        let numbers = places.into_iter().map(|place| place.map(of_place)).collect();
        let (width, codes) = if combinations.len() > 256 {
            (Width::U16, Buffer::from_slice(&codes))
        } else {
            (Width::U8, Buffer::from_numbers(codes.iter().map(|code| *code as u8)))
        };
        Self { width, codes, counts, numbers }
    }

    /// How much memory it takes.
    pub fn size(&self) -> usize {
        let numbers = self.numbers.iter().flatten().count();
        self.codes.size() + self.counts.len() * (4 + numbers * 2) + 128
    }
}

/// A new code for each row, and for each new code the old one and the number that it stands for.
type Joined = (Vec<u16>, Vec<(u16, u16)>);

/// New codes for what rows have of a code and of a number, in the order in which they are met, with the pair that each
/// stands for; `None` when there are too many.
fn join(codes: &[u16], known: usize, column: &SmallNumbers) -> Option<Joined> {
    const UNMET: u16 = u16::MAX;
    let mut met = vec![UNMET; known * column.size];
    let mut pairs = Vec::new();
    let mut joined = Vec::with_capacity(codes.len());
    for (at, codes) in codes.chunks(STEP).enumerate() {
        let first = at * STEP;
        let mut see = |code: u16, number: usize| {
            let place = usize::from(code) * column.size + number;
            if met[place] == UNMET {
                met[place] = pairs.len() as u16;
                pairs.push((code, number as u16));
            }
            met[place]
        };
        with_width!(column.width, column.values, values => {
            let values = &values[first..first + codes.len()];
            match &column.valid {
                None => joined.extend(codes.iter().zip(values).map(|(code, number)| see(*code, *number as usize))),
                Some(valid) => joined.extend(codes.iter().zip(values).enumerate().map(|(row, (code, number))| {
                    let is_there = valid.get(first + row);
                    see(*code, if is_there { *number as usize } else { column.size - 1 })
                })),
            }
        });
        if pairs.len() > MOST_COMBINATIONS {
            return None;
        }
    }
    Some((joined, pairs))
}

/// Rows between two looks at how many combinations there are: no more can come of one than codes can tell apart.
const STEP: usize = 16 * 1024;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn numbers(values: &[u8]) -> Arc<Buffer> {
        Arc::new(Buffer::from_slice(values))
    }

    proptest! {
        #[test]
        fn a_code_stands_for_the_numbers_of_its_row(
            rows in proptest::collection::vec((0_u8..7, 0_u8..3, 0_u8..40, any::<bool>()), 0..400),
        ) {
            let first: Vec<u8> = rows.iter().map(|row| row.0).collect();
            let second: Vec<u8> = rows.iter().map(|row| if row.3 { row.1 } else { 0 }).collect();
            let third: Vec<u8> = rows.iter().map(|row| row.2).collect();
            let mut valid = Bits::none(rows.len());
            rows.iter().enumerate().filter(|(_, row)| row.3).for_each(|(place, _)| valid.set(place));
            let (first, second, third) = (numbers(&first), numbers(&second), numbers(&third));
            let columns = [
                SmallNumbers { width: Width::U8, values: first, valid: None, size: 7 },
                SmallNumbers { width: Width::U8, values: second, valid: Some(valid), size: 4 },
                SmallNumbers { width: Width::U8, values: third, valid: None, size: 40 },
            ];
            let combined = Combined::of(&columns, rows.len());
            prop_assert_eq!(combined.counts.iter().sum::<u32>() as usize, rows.len());
            for (place, row) in rows.iter().enumerate() {
                let code = combined.width.number(&combined.codes, place) as usize;
                let of = |column: usize| combined.numbers[column].as_ref().map(|numbers| numbers[code]);
                prop_assert_eq!(of(0), Some(u16::from(row.0)));
                prop_assert_eq!(of(1), Some(if row.3 { u16::from(row.1) } else { 3 }));
                prop_assert_eq!(of(2), Some(u16::from(row.2)));
            }
        }
    }

    #[test]
    fn a_column_that_makes_too_many_is_left_out() {
        let rows = 60_000;
        let by =
            |step: usize, size: usize| Arc::new(Buffer::from_numbers((0..rows).map(|row| (row / step % size) as u16)));
        let (wide, narrow, other) = (by(1, 200), by(200, 200), by(7, 5));
        let column = |values, size| SmallNumbers { width: Width::U16, values, valid: None, size };
        let combined = Combined::of(&[column(wide, 200), column(narrow, 200), column(other, 5)], rows);
        assert!(combined.numbers[0].is_some() && combined.numbers[1].is_none() && combined.numbers[2].is_some());
        assert_eq!(combined.counts.len(), 1000);
        assert_eq!(combined.counts.iter().sum::<u32>() as usize, rows);
        assert_eq!(combined.width, Width::U16);
    }
}
