//! Comparing and searching short runs of bytes, where calling a function of the system costs more
//! than the work.

/// Whether two runs are equal. Most names are short: their first and last bytes are all of them.
#[inline]
pub fn is_same(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    match a.len() {
        8..=16 => a.first_chunk::<8>() == b.first_chunk() && a.last_chunk::<8>() == b.last_chunk(),
        17..=32 => a.first_chunk::<16>() == b.first_chunk() && a.last_chunk::<16>() == b.last_chunk(),
        4..=7 => a.first_chunk::<4>() == b.first_chunk() && a.last_chunk::<4>() == b.last_chunk(),
        0..=3 => a.iter().zip(b).all(|(a, b)| a == b),
        _ => a == b,
    }
}

/// Whether a text begins with a run of bytes.
#[inline]
pub fn begins_with(text: &[u8], start: &[u8]) -> bool {
    text.get(..start.len()).is_some_and(|begin| is_same(begin, start))
}

/// Where the first double quote or backslash is.
#[inline]
pub fn quote_or_backslash(text: &[u8]) -> Option<usize> {
    // Most strings are short. All of these bytes are looked at, because where a loop ends cannot be
    // foreseen, and a wrong guess of the processor costs more.
    let Some(short) = text.first_chunk::<32>() else { return memchr::memchr2(b'"', b'\\', text) };
    let (words, _) = short.as_chunks::<8>();
    let found = words.iter().rev().fold(0, |found: u64, word| found << 8 | quotes_in(u64::from_le_bytes(*word)));
    if found != 0 {
        return Some(found.trailing_zeros() as usize);
    }
    memchr::memchr2(b'"', b'\\', &text[short.len()..]).map(|found| short.len() + found)
}

/// A bit for each byte that is a double quote or a backslash; those behind the first may be wrong.
#[inline]
fn quotes_in(word: u64) -> u64 {
    let equal_to = |byte: u8| zero_bytes(word ^ (EACH * u64::from(byte)));
    let found = equal_to(b'"') | equal_to(b'\\');
    // The highest bit of each byte, side by side.
    found.wrapping_mul(0x0002_0408_1020_4081) >> 56
}

/// One in each byte.
const EACH: u64 = 0x0101_0101_0101_0101;

/// The highest bit of each byte that is zero; bytes behind the first may be wrong.
const fn zero_bytes(word: u64) -> u64 {
    word.wrapping_sub(EACH) & !word & (EACH << 7)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_same_as_the_plain_way(
            a in proptest::collection::vec(b'a'..=b'c', 0..40),
            b in proptest::collection::vec(b'a'..=b'c', 0..40),
            at in any::<prop::sample::Index>(),
            byte in any::<u8>(),
        ) {
            prop_assert_eq!(is_same(&a, &b), a == b);
            prop_assert!(is_same(&a, &a.clone()));
            prop_assert_eq!(begins_with(&a, &b), a.starts_with(&b));
            prop_assert!(begins_with(&a, &a[..at.index(a.len() + 1)]));
            if !a.is_empty() {
                let mut other = a.clone();
                other[at.index(a.len())] = byte;
                prop_assert_eq!(is_same(&a, &other), a == other);
            }
        }

        #[test]
        fn the_first_of_two(text in proptest::collection::vec(prop_oneof![
            8 => any::<u8>(), 1 => Just(b'"'), 1 => Just(b'\\'), 1 => Just(b'#'), 1 => Just(b'!'),
        ], 0..80)) {
            let plain = text.iter().position(|byte| matches!(byte, b'"' | b'\\'));
            prop_assert_eq!(quote_or_backslash(&text), plain);
        }
    }
}
