//! Rows in the order of 128-bit numbers, on disk: a part's keys, and the hashes of its texts.

use std::ops::RangeInclusive;

use crate::engine::error::EngineError;

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
}

impl SortedFile<'_> {
    fn for_each(
        &self,
        range: &RangeInclusive<u128>,
        mut visit: impl FnMut(u128, u32) -> bool,
    ) -> Result<(), EngineError> {
        self.files.check(&self.numbers)?;
        self.files.check(&self.rows)?;
        let (low, high) = (*range.start(), *range.end());
        // From the last fence below the range to the first above it.
        let before = self.fences.partition_point(|fence| *fence < low & self.mask).saturating_sub(1);
        let behind = self.fences.partition_point(|fence| *fence <= high);
        let (mut at, end) = (before * self.step, (behind * self.step).min(self.count));
        let (mut numbers, mut rows) = (Vec::new(), Vec::new());
        while at < end {
            let some = CHUNK.min(end - at);
            numbers.resize(some * 16, 0);
            self.files.read_into(&self.numbers, at * 16, &mut numbers)?;
            let numbers = numbers.as_chunks::<16>().0;
            // A number that is looked for is in few lists: rows are read where there is one.
            let first = numbers.partition_point(|number| u128::from_be_bytes(*number) < low);
            let end = first + numbers[first..].partition_point(|number| u128::from_be_bytes(*number) <= high);
            if first < end {
                rows.resize((end - first) * 4, 0);
                self.files.read_into(&self.rows, (at + first) * 4, &mut rows)?;
                for (number, row) in numbers[first..end].iter().zip(rows.as_chunks::<4>().0) {
                    if !visit(u128::from_be_bytes(*number), u32::from_le_bytes(*row)) {
                        return Ok(());
                    }
                }
            }
            if end < some {
                return Ok(());
            }
            at += some;
        }
        Ok(())
    }
}
