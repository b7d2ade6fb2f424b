//! Where a page begins, and the cursor that says so to the outside.
//!
//! A cursor holds the order of the row next to the page, so that the page is found without
//! counting, and the moment of the first page, so that all pages of a list show the log as it
//! stood then: rows that become visible meanwhile move nothing.

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use crate::base::hash::hash128_parts;
use crate::base::time::Timestamp;

use super::traffic::BUCKET;

/// Which way a list goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Towards older rows.
    Next,
    /// Towards newer rows.
    Prev,
}

/// The place of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageAt {
    /// Which way it goes on from the edge.
    pub direction: Direction,
    /// Rows beyond this, in the direction, belong to it; in terms of the order of rows.
    pub edge: u128,
    /// The moment at which the log is looked at.
    pub as_of: Timestamp,
}

/// The order of rows takes 112 bits: a second and a place.
const ORDER_BITS: u32 = 112;
const SECOND_SHIFT: u32 = 80;

impl PageAt {
    /// The newest page.
    pub fn start(now: Timestamp) -> Self {
        Self { direction: Direction::Next, edge: 1 << ORDER_BITS, as_of: now }
    }

    /// Whether it is the newest page.
    pub fn is_start(self) -> bool {
        self.edge == 1 << ORDER_BITS
    }

    /// Whether a row lies beyond the edge.
    #[inline]
    pub fn takes(self, order: u128) -> bool {
        match self.direction {
            Direction::Next => order < self.edge,
            Direction::Prev => order > self.edge,
        }
    }

    /// What of a span of seconds lies beyond the edge.
    pub fn within(self, from: i64, until: i64) -> (i64, i64) {
        // The edge itself is outside, so one that ends a second leaves nothing of it.
        match self.direction {
            Direction::Next => (from, until.min((self.edge.saturating_sub(1) >> SECOND_SHIFT) as i64 + 1)),
            Direction::Prev => (from.max(((self.edge + 1) >> SECOND_SHIFT) as i64), until),
        }
    }

    /// On from a whole bucket.
    #[must_use]
    pub fn beyond_bucket(self, bucket: u32) -> Self {
        let start = u128::from(bucket) * BUCKET as u128;
        let edge = match self.direction {
            Direction::Next => start << SECOND_SHIFT,
            Direction::Prev => ((start + BUCKET as u128) << SECOND_SHIFT) - 1,
        };
        Self { edge, ..self }
    }

    /// The other way from the same edge, the edge itself included.
    #[must_use]
    pub fn turned(self) -> Self {
        match self.direction {
            Direction::Next => self.towards_newer(self.edge.saturating_sub(1)),
            Direction::Prev => self.towards_older(self.edge.saturating_add(1)),
        }
    }

    /// The rows that are newer than one.
    #[must_use]
    pub fn towards_newer(self, edge: u128) -> Self {
        Self { direction: Direction::Prev, edge, ..self }
    }

    /// The rows that are older than one.
    #[must_use]
    pub fn towards_older(self, edge: u128) -> Self {
        Self { direction: Direction::Next, edge, ..self }
    }

    /// As the vendor's clients see it: `c2:next:` or `c2:prev:`, then unpadded base 64 (recorded
    /// answers in Files.com's Go SDK).
    pub fn cursor(self) -> String {
        let mut bytes = Vec::with_capacity(28);
        bytes.extend_from_slice(&self.as_of.0.to_be_bytes());
        bytes.extend_from_slice(&self.edge.to_be_bytes());
        let check = self.check(&bytes);
        bytes.extend_from_slice(&check);
        let text = STANDARD_NO_PAD.encode(bytes);
        format!("c2:{}:{text}", self.direction.word())
    }

    /// Reads a cursor; `None` when it is none of ours.
    pub fn read(cursor: &str) -> Option<Self> {
        let (word, text) = cursor.strip_prefix("c2:")?.split_once(':')?;
        let direction = [Direction::Next, Direction::Prev].into_iter().find(|direction| direction.word() == word)?;
        let bytes = STANDARD_NO_PAD.decode(text).ok()?;
        let (as_of, rest) = bytes.split_first_chunk::<8>()?;
        let (edge, check) = rest.split_first_chunk::<16>()?;
        let place = Self { direction, edge: u128::from_be_bytes(*edge), as_of: Timestamp(i64::from_be_bytes(*as_of)) };
        let is_ours = check == place.check(&bytes[..24]) && place.edge <= 1 << ORDER_BITS;
        is_ours.then_some(place)
    }

    fn check(self, bytes: &[u8]) -> [u8; 4] {
        (hash128_parts(&[b"demo cursor", self.direction.word().as_bytes(), bytes]) as u32).to_be_bytes()
    }
}

impl Direction {
    fn word(self) -> &'static str {
        match self {
            Self::Next => "next",
            Self::Prev => "prev",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn cursors_are_read_back(edge in 0_u128..1 << ORDER_BITS, as_of in any::<i64>(), is_next in any::<bool>()) {
            let direction = if is_next { Direction::Next } else { Direction::Prev };
            let place = PageAt { direction, edge, as_of: Timestamp(as_of) };
            prop_assert_eq!(PageAt::read(&place.cursor()), Some(place));
        }

        #[test]
        fn others_are_refused(text in ".{0,60}", at in 0_usize..46, byte in any::<u8>()) {
            prop_assert_eq!(PageAt::read(&text), None);
            let mut forged = PageAt::start(Timestamp(1)).cursor().into_bytes();
            let at = at % forged.len();
            if forged[at] != byte && byte.is_ascii() {
                forged[at] = byte;
                let forged = String::from_utf8(forged).unwrap();
                prop_assert_eq!(PageAt::read(&forged), None, "{}", forged);
            }
        }
    }

    #[test]
    fn a_whole_bucket_is_left_behind() {
        let place = PageAt::start(Timestamp(0)).beyond_bucket(10);
        assert_eq!(place.within(0, 1_000), (0, 160), "older than its start");
        let place = place.turned().beyond_bucket(10);
        assert_eq!(place.within(0, 1_000), (176, 1_000), "newer than its end");
    }

    #[test]
    fn both_ways_from_an_edge_are_everything() {
        let place = PageAt { direction: Direction::Next, edge: 1_000 << 80 | 7, as_of: Timestamp(0) };
        for edge in [place, place.turned().turned(), place.beyond_bucket(3), place.turned().beyond_bucket(3)] {
            for order in [0, 47 << 80, 48 << 80, 64 << 80, 1_000 << 80 | 6, 1_000 << 80 | 7, 1_000 << 80 | 8, 1 << 111]
            {
                assert_ne!(edge.takes(order), edge.turned().takes(order), "{edge:?} {order}");
            }
        }
        assert_eq!(place.turned().turned(), place);
    }
}
