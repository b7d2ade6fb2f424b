//! Sequence numbers and the handles made from them.

use std::fmt;

/// The place of a record in the order of arrival at its store; the first is 1. The tie-break of
/// every sort, the cursor of `tail`, and the unit of `as_of`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Seq(pub u64);

impl fmt::Display for Seq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Ten bits that tell one store's handles from another's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct StoreTag(u16);

impl StoreTag {
    /// A tag from any number.
    pub fn new(number: u64) -> Self {
        Self((number % 1024) as u16)
    }
}

/// A short name for a record, with or without a Request-ID: `rq` and a number of base 32 that
/// holds the record's sequence number and its store's tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Handle {
    /// Which record.
    pub seq: Seq,
    /// Of which store.
    pub tag: StoreTag,
}

/// Douglas Crockford's alphabet: no letters that look like digits.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

impl Handle {
    /// Reads a handle; without case.
    pub fn read(text: &str) -> Option<Self> {
        let lower = text.to_ascii_lowercase();
        let digits = lower.strip_prefix("rq")?;
        if !(3..=13).contains(&digits.len()) {
            return None;
        }
        let mut number = 0_u64;
        for byte in digits.bytes() {
            let digit = ALPHABET.iter().position(|b| *b == byte)? as u64;
            number = number.checked_mul(32)?.checked_add(digit)?;
        }
        let handle = Self { seq: Seq(number >> 10), tag: StoreTag::new(number) };
        // One spelling each: no leading zeros.
        (handle.seq.0 > 0 && handle.to_string() == lower).then_some(handle)
    }
}

impl fmt::Display for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut number = self.seq.0 << 10 | u64::from(self.tag.0);
        let mut digits = Vec::with_capacity(13);
        while number > 0 {
            digits.push(char::from(ALPHABET[(number % 32) as usize]));
            number /= 32;
        }
        write!(f, "rq{}", digits.iter().rev().collect::<String>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn round_trip(seq in 1_u64..1 << 50, tag in any::<u64>()) {
            let handle = Handle { seq: Seq(seq), tag: StoreTag::new(tag) };
            prop_assert_eq!(Handle::read(&handle.to_string()), Some(handle));
            prop_assert_eq!(Handle::read(&handle.to_string().to_uppercase()), Some(handle));
        }
    }

    #[test]
    fn words_are_no_handles() {
        for word in ["rq", "request", "rqueue", "rq00001", "7594794d"] {
            assert_eq!(Handle::read(word), None, "{word}");
        }
    }
}
