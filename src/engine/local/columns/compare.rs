//! Many numbers compared at once.

use std::ops::Range;

use super::bits::Bits;
use super::column::{Numbers, with_width};

/// The rows, among some, whose number lies between two, in the column's own unit and width; they count from the first.
pub fn range_rows(numbers: &Numbers, rows: Range<usize>, low: i64, high: i64) -> Bits {
    // Stored numbers are whole multiples of the scale: bounds shrink to multiples.
    let scale = numbers.scale;
    let low = low.div_euclid(scale) + i64::from(low.rem_euclid(scale) != 0);
    let high = high.div_euclid(scale);
    let (least, greatest) = numbers.bounds;
    if low > greatest || high < least || low > high {
        return Bits::none(rows.len());
    }
    if low <= least && high >= greatest {
        return Bits::all(rows.len());
    }
    let (low, high) = (low.max(least), high.min(greatest));
    with_width!(numbers.width, numbers.values, values => between(&values[rows], low, high))
}

/// Rows whose number lies between two of the same width, both included.
pub fn between<T: Copy + PartialOrd + TryFrom<i64>>(values: &[T], low: i64, high: i64) -> Bits {
    match (T::try_from(low), T::try_from(high)) {
        // Both comparisons are always made: without a branch many rows are compared at once.
        (Ok(low), Ok(high)) => compare_rows(values, move |value| u8::from(low <= value) & u8::from(value <= high)),
        _ => Bits::none(values.len()),
    }
}

/// 64 rows at a time: first a byte for each, 0 or 1, which the machine does for many at once, then a bit.
#[inline]
pub fn compare_rows<T: Copy>(values: &[T], passes: impl Fn(T) -> u8) -> Bits {
    Bits::from_words(values.len(), |first| match values[first..].first_chunk::<64>() {
        Some(chunk) => {
            let mut flags = [0; 64];
            for (flag, value) in flags.iter_mut().zip(chunk) {
                *flag = passes(*value);
            }
            let (eights, _) = flags.as_chunks::<8>();
            eights.iter().rev().fold(0, |word, eight| {
                // Gathers the lowest bit of each byte in the highest byte.
                word << 8 | u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56
            })
        }
        None => (values[first..].iter().enumerate())
            .fold(0, |word, (place, value)| word | u64::from(passes(*value)) << place),
    })
}
