//! Request-IDs that look random and can be read back, so that an id of any age is found without
//! a search, and an id that was never given is known as unknown.
//!
//! The place of a row in the traffic takes 80 bits; with 48 zero bits for checking they are one
//! block of 128, which a keyed permutation (a balanced Feistel network of eight rounds, the
//! rounds' keys from the seed) turns into the id. Run backwards, an id that nobody gave has zero
//! check bits once in 2⁴⁸ times. It hides nothing from an attacker and need not: it is a demo.

use super::draw::seed_of;

const ROUNDS: usize = 8;
const STORY_BITS: u32 = 24;

/// Where a row stands in the traffic: the smallest thing from which it can be made again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Which stream of traffic.
    pub stream: u16,
    /// The 16 seconds in which its story begins, counted from 1970.
    pub bucket: u32,
    /// Which story of these; below 2²⁴.
    pub story: u32,
    /// Which request of the story.
    pub step: u8,
}

impl Place {
    /// The place as a number of 80 bits, in the same order.
    #[inline]
    pub fn number(self) -> u128 {
        u128::from(self.stream) << 64
            | u128::from(self.bucket) << 32
            | u128::from(self.story) << 8
            | u128::from(self.step)
    }

    /// The place of a number, if it is one.
    pub fn of_number(number: u128) -> Option<Self> {
        (number >> 80 == 0).then_some(Self {
            stream: (number >> 64) as u16,
            bucket: (number >> 32) as u32,
            story: (number >> 8) as u32 & ((1 << STORY_BITS) - 1),
            step: number as u8,
        })
    }
}

/// The permutation between places and ids.
#[derive(Debug, Clone)]
pub struct Permutation {
    keys: [u64; ROUNDS],
}

impl Permutation {
    /// The permutation of a seed.
    pub fn new(seed: u64) -> Self {
        Self { keys: std::array::from_fn(|round| seed_of(&[seed, 0x1d, round as u64])) }
    }

    /// The id of a place.
    #[inline]
    pub fn id(&self, place: Place) -> u128 {
        let block = place.number();
        let (mut left, mut right) = ((block >> 64) as u64, block as u64);
        for key in self.keys {
            (left, right) = (right, left ^ round(right, key));
        }
        u128::from(left) << 64 | u128::from(right)
    }

    /// The place of an id; `None` for ids that were never given.
    pub fn place(&self, id: u128) -> Option<Place> {
        let (mut left, mut right) = ((id >> 64) as u64, id as u64);
        for key in self.keys.iter().rev() {
            (left, right) = (right ^ round(left, *key), left);
        }
        Place::of_number(u128::from(left) << 64 | u128::from(right))
    }
}

#[inline]
fn round(half: u64, key: u64) -> u64 {
    let product = u128::from(half ^ key) * u128::from(0x9e37_79b9_7f4a_7c15 ^ key.rotate_left(32) | 1);
    ((product >> 64) as u64 ^ product as u64).wrapping_add(half.rotate_left(23))
}

/// An id as 32 lower-case hex digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HexId([u8; 32]);

impl HexId {
    /// The digits of an id.
    pub fn new(id: u128) -> Self {
        let mut digits = [0; 32];
        for (pair, byte) in digits.chunks_exact_mut(2).zip(id.to_be_bytes()) {
            pair[0] = b"0123456789abcdef"[usize::from(byte >> 4)];
            pair[1] = b"0123456789abcdef"[usize::from(byte & 15)];
        }
        Self(digits)
    }

    /// The digits as text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("hex digits are ASCII")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn ids_are_read_back(seed in any::<u64>(), stream in any::<u16>(), bucket in any::<u32>(),
                             story in 0_u32..1 << STORY_BITS, step in any::<u8>()) {
            let place = Place { stream, bucket, story, step };
            let permutation = Permutation::new(seed);
            prop_assert_eq!(permutation.place(permutation.id(place)), Some(place));
            prop_assert_eq!(Place::of_number(place.number()), Some(place));
        }

        #[test]
        fn other_ids_are_unknown(seed in any::<u64>(), id in any::<u128>()) {
            prop_assert_eq!(Permutation::new(seed).place(id), None);
        }
    }

    #[test]
    fn neighbours_look_unlike() {
        let permutation = Permutation::new(1);
        let id = |step| permutation.id(Place { stream: 0, bucket: 1_000, story: 5, step });
        let mut changed = 0;
        for step in 0..200 {
            let differing = (id(step) ^ id(step + 1)).count_ones();
            assert!((30..98).contains(&differing), "{differing} bits differ");
            changed += differing;
        }
        // Half of 128 on average.
        assert!((60 * 200..68 * 200).contains(&changed), "{changed}");
        assert_eq!(HexId::new(0x0a).as_str(), "0000000000000000000000000000000a");
    }
}
