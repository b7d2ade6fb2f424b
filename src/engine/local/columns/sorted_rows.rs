//! Rows in the order of 128-bit numbers, on disk: a part's keys, and the hashes of its texts.

use std::ops::{Range, RangeInclusive};

use crate::engine::error::EngineError;

use super::bits::Bits;
use crate::engine::local::files::manifest::Span;
use crate::engine::local::files::segment_files::SegmentFiles;

/// Numbers in their order, each with a row.
pub enum SortedRows<'a> {
    /// In memory.
    Memory(&'a [(u128, u32)]),
    /// On disk.
    File(SortedFile<'a>),
}

/// A list on disk: numbers of 16 bytes, the most significant byte first, and the row of each.
pub struct SortedFile<'a> {
    /// The segment's files.
    pub files: &'a SegmentFiles,
    /// The numbers.
    pub numbers: Span,
    /// Their rows.
    pub rows: Span,
    /// How many there are.
    pub count: usize,
    /// Every so many'th number, the first one first.
    pub fences: &'a [u128],
    /// How many numbers from one fence to the next.
    pub step: usize,
    /// Which bits of the numbers the fences have.
    pub mask: u128,
}

/// Numbers read at once.
const CHUNK: usize = 8 * 1024;

/// Numbers read on each side of the place where one alone is looked for first.
const AROUND: usize = 64;

impl SortedRows<'_> {
    /// Numbers at even distances, and how many there are from one to the next; of lists on disk.
    pub fn fences(&self) -> Option<(&[u128], usize)> {
        match self {
            Self::Memory(_) => None,
            Self::File(file) => Some((file.fences, file.step)),
        }
    }

    /// Visits the numbers of a range in their order, with their rows, until a `false`.
    pub fn for_each(
        &self,
        range: &RangeInclusive<u128>,
        mut visit: impl FnMut(u128, u32) -> bool,
    ) -> Result<(), EngineError> {
        match self {
            Self::Memory(list) => {
                let first = list.partition_point(|(number, _)| number < range.start());
                let in_range = list[first..].iter().take_while(|(number, _)| number <= range.end());
                let _ = in_range.copied().all(|(number, row)| visit(number, row));
                Ok(())
            }
            Self::File(file) => file.for_each(range, visit),
        }
    }

    /// The same, of some rows alone. On disk the rows of a run are read first: where it has none of them, its numbers,
    /// which are four times as long, are not read.
    pub fn for_each_among(
        &self,
        wanted: &Bits,
        range: &RangeInclusive<u128>,
        mut visit: impl FnMut(u128, u32),
    ) -> Result<(), EngineError> {
        match self {
            Self::Memory(_) => self.for_each(range, |number, row| {
                if wanted.has(row as usize) {
                    visit(number, row);
                }
                true
            }),
            Self::File(file) => file.for_each_among(wanted, range, visit),
        }
    }

    /// Visits those of some numbers, which are in their order and each there once, that are in the list, with their rows.
    pub fn for_each_of(&self, sought: &[u128], mut visit: impl FnMut(u128, u32)) -> Result<(), EngineError> {
        let (Some(first), Some(last)) = (sought.first(), sought.last()) else { return Ok(()) };
        match self {
            Self::File(file) if sought.len() * file.step >= file.places(&(*first..=*last)).len() => {
                file.merge(sought, file.places(&(*first..=*last)), visit)
            }
            _ => sought.iter().try_for_each(|number| {
                self.for_each(&(*number..=*number), |number, row| {
                    visit(number, row);
                    true
                })
            }),
        }
    }
}

impl SortedFile<'_> {
    fn for_each(&self, range: &RangeInclusive<u128>, visit: impl FnMut(u128, u32) -> bool) -> Result<(), EngineError> {
        self.files.check(&self.numbers)?;
        self.files.check(&self.rows)?;
        self.for_each_unchecked(range, visit)
    }

    /// Visits the numbers of a range as they are on disk: what comes of it is confirmed elsewhere.
    pub fn for_each_unchecked(
        &self,
        range: &RangeInclusive<u128>,
        mut visit: impl FnMut(u128, u32) -> bool,
    ) -> Result<(), EngineError> {
        let (low, high) = (*range.start(), *range.end());
        let places = self.places(range);
        let mut bytes = Vec::new();
        if low == high {
            let near = self.near(low, places.start / self.step, &places);
            let numbers = self.read(near.clone(), &mut bytes)?;
            let begins = near.start == places.start || numbers.first().is_some_and(|first| number_of(first) < low);
            let ends = near.end == places.end || numbers.last().is_some_and(|last| number_of(last) > high);
            if begins && ends {
                self.visit(numbers, near.start, range, &mut visit)?;
                return Ok(());
            }
        }
        let mut at = places.start;
        while at < places.end {
            let some = CHUNK.min(places.end - at);
            let numbers = self.read(at..at + some, &mut bytes)?;
            if !self.visit(numbers, at, range, &mut visit)? {
                return Ok(());
            }
            at += some;
        }
        Ok(())
    }

    fn for_each_among(
        &self,
        wanted: &Bits,
        range: &RangeInclusive<u128>,
        mut visit: impl FnMut(u128, u32),
    ) -> Result<(), EngineError> {
        self.files.check(&self.numbers)?;
        self.files.check(&self.rows)?;
        let places = self.places(range);
        let (mut row_bytes, mut bytes) = (Vec::new(), Vec::new());
        let mut found = vec![0_u32; CHUNK.min(places.len())];
        for at in places.clone().step_by(CHUNK) {
            let end = places.end.min(at + CHUNK);
            row_bytes.resize((end - at) * 4, 0);
            self.files.read_into(&self.rows, at * 4, &mut row_bytes)?;
            let rows = row_bytes.as_chunks::<4>().0;
            // Whether a row is wanted is not foreseen by the machine: its place is written in any case.
            let mut count = 0;
            for (place, row) in (0_u32..).zip(rows) {
                found[count] = place;
                count += usize::from(wanted.has(u32::from_le_bytes(*row) as usize));
            }
            let found = &found[..count];
            let (Some(first), Some(last)) = (found.first(), found.last()) else { continue };
            let (first, last) = (*first as usize, *last as usize);
            let numbers = self.read(at + first..at + last + 1, &mut bytes)?;
            for place in found {
                let number = number_of(&numbers[*place as usize - first]);
                if range.contains(&number) {
                    visit(number, u32::from_le_bytes(rows[*place as usize]));
                }
            }
        }
        Ok(())
    }

    /// Goes through the places where they can be once, and through the numbers that are sought.
    fn merge(
        &self,
        mut sought: &[u128],
        places: Range<usize>,
        mut visit: impl FnMut(u128, u32),
    ) -> Result<(), EngineError> {
        self.files.check(&self.numbers)?;
        self.files.check(&self.rows)?;
        let (mut bytes, mut rows) = (Vec::new(), vec![[0; 4]; CHUNK]);
        for at in places.clone().step_by(CHUNK) {
            let end = places.end.min(at + CHUNK);
            let numbers = self.read(at..end, &mut bytes)?;
            let Some(last) = numbers.last().map(number_of) else { return Ok(()) };
            let here = &sought[..sought.partition_point(|number| *number <= last)];
            let mut found = Vec::new();
            meet(numbers, here, |place| found.push(place));
            if !found.is_empty() {
                let rows = &mut rows[..end - at];
                self.files.read_into(&self.rows, at * 4, rows.as_flattened_mut())?;
                for place in found {
                    visit(number_of(&numbers[place]), u32::from_le_bytes(rows[place]));
                }
            }
            // The last may go on with the next chunk.
            sought = &sought[sought.partition_point(|number| *number < last)..];
        }
        Ok(())
    }

    /// The places from the last fence below a range to the first above it.
    fn places(&self, range: &RangeInclusive<u128>) -> Range<usize> {
        let before = self.fences.partition_point(|fence| *fence < *range.start() & self.mask).saturating_sub(1);
        let behind = self.fences.partition_point(|fence| fence <= range.end());
        before * self.step..(behind * self.step).min(self.count)
    }

    /// Where a number nearly always is that lies behind a fence: numbers are spread evenly, so it is as far on the way
    /// to the next fence as it is larger than this one.
    fn near(&self, number: u128, before: usize, places: &Range<usize>) -> Range<usize> {
        let (Some(from), Some(until)) = (self.fences.get(before), self.fences.get(before + 1)) else {
            return places.clone();
        };
        let share = number.saturating_sub(*from) as f64 / until.saturating_sub(*from).max(1) as f64;
        let place = places.start + (share * self.step as f64) as usize;
        let within = |place: usize| place.clamp(places.start, places.end);
        within(place.saturating_sub(AROUND))..within(place.saturating_add(AROUND))
    }

    fn read<'b>(&self, places: Range<usize>, bytes: &'b mut Vec<u8>) -> Result<&'b [[u8; 16]], EngineError> {
        bytes.resize(places.len() * 16, 0);
        self.files.read_into(&self.numbers, places.start * 16, bytes)?;
        Ok(bytes.as_chunks::<16>().0)
    }

    /// Visits those of some numbers that are in a range, and says whether there can be more behind them.
    fn visit(
        &self,
        numbers: &[[u8; 16]],
        at: usize,
        range: &RangeInclusive<u128>,
        visit: &mut impl FnMut(u128, u32) -> bool,
    ) -> Result<bool, EngineError> {
        let first = numbers.partition_point(|number| number_of(number) < *range.start());
        let end = first + numbers[first..].partition_point(|number| number_of(number) <= *range.end());
        // A number that is looked for is in few lists: rows are read where there is one.
        if first < end {
            let mut rows = vec![0; (end - first) * 4];
            self.files.read_into(&self.rows, (at + first) * 4, &mut rows)?;
            for (number, row) in numbers[first..end].iter().zip(rows.as_chunks::<4>().0) {
                if !visit(number_of(number), u32::from_le_bytes(*row)) {
                    return Ok(false);
                }
            }
        }
        Ok(end == numbers.len())
    }
}

/// Where so many numbers or more are passed over for each that is sought, steps that double pay off.
const PASSED_OVER: usize = 16;

/// Visits the places of those of some numbers that are sought; both are in their order.
fn meet(numbers: &[[u8; 16]], sought: &[u128], mut visit: impl FnMut(usize)) {
    let (mut place, mut next) = (0, 0);
    if numbers.len() >= sought.len() * PASSED_OVER {
        for number in sought {
            place += gallop(&numbers[place..], |there| number_of(there) < *number);
            while numbers.get(place).is_some_and(|there| number_of(there) == *number) {
                visit(place);
                place += 1;
            }
        }
        return;
    }
    // Which of both is behind is not foreseen by the machine, but that they seldom meet is.
    while let (Some(there), Some(number)) = (numbers.get(place), sought.get(next)) {
        let there = number_of(there);
        if there == *number {
            visit(place);
            place += 1;
        } else {
            next += usize::from(*number < there);
            place += usize::from(there < *number);
        }
    }
}

/// How many of a list in order are below what is sought. The steps to it double: who looks for many, in their order,
/// goes through the list once.
pub fn gallop<T>(list: &[T], is_below: impl Fn(&T) -> bool) -> usize {
    let (mut start, mut step) = (0, 1);
    while list.get(start + step - 1).is_some_and(&is_below) {
        start += step;
        step *= 2;
    }
    let end = list.len().min(start + step);
    start + list[start..end].partition_point(is_below)
}

fn number_of(bytes: &[u8; 16]) -> u128 {
    u128::from_be_bytes(*bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn numbers_that_are_sought_are_met(
            mut numbers in proptest::collection::vec(0..60_u128, 0..200),
            mut sought in proptest::collection::vec(0..60_u128, 0..60),
            shift in 0..120_u32,
        ) {
            numbers.sort_unstable();
            sought.sort_unstable();
            sought.dedup();
            let expected: Vec<usize> = (0..numbers.len()).filter(|place| sought.contains(&numbers[*place])).collect();
            let bytes: Vec<[u8; 16]> = numbers.iter().map(|number| (number << shift).to_be_bytes()).collect();
            let sought: Vec<u128> = sought.iter().map(|number| number << shift).collect();
            let mut found = Vec::new();
            meet(&bytes, &sought, |place| found.push(place));
            prop_assert_eq!(found, expected);
        }
    }

    #[test]
    fn a_list_is_gone_through_from_number_to_number() {
        let list = [1, 3, 5, 7, 9, 11, 13, 20];
        for number in 0..25 {
            assert_eq!(gallop(&list, |there| *there < number), list.iter().filter(|there| **there < number).count());
        }
    }
}
