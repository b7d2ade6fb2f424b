//! Memory of columns that are gone, kept for the next ones. Where a store is larger than what is kept
//! of it, each column that is read pushes out another of about its length. The allocator would keep
//! the old one's memory in holes that the new one does not fit in; fresh memory from the system costs
//! as much as reading the column.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use memmap2::{MmapMut, MmapOptions};

/// Shorter memory is left to the allocator.
pub const SHORTEST: usize = 64 * 1024;

/// So many bytes are kept at most.
const MOST: usize = 12 << 20;

/// So many lengths there are between one power of two and the next.
const STEPS: usize = 8;

static SPARE: Mutex<Spare> = Mutex::new(Spare { maps: VecDeque::new(), bytes: 0 });

/// What is kept, the longest unused first.
struct Spare {
    maps: VecDeque<MmapMut>,
    bytes: usize,
}

impl Spare {
    fn take(&mut self, length: usize) -> Option<MmapMut> {
        let place = self.maps.iter().rposition(|map| map.len() == length)?;
        self.bytes -= length;
        self.maps.remove(place)
    }

    /// Keeps memory; what there is no room for comes back.
    fn keep(&mut self, map: MmapMut) -> Vec<MmapMut> {
        let mut gone = Vec::new();
        self.bytes += map.len();
        self.maps.push_back(map);
        while self.bytes > MOST
            && let Some(oldest) = self.maps.pop_front()
        {
            self.bytes -= oldest.len();
            gone.push(oldest);
        }
        gone
    }
}

/// Memory of at least so many bytes, with anything in it; `None` where the system has none.
pub fn take(bytes: usize) -> Option<MmapMut> {
    let length = length_for(bytes);
    let spare = SPARE.lock().unwrap_or_else(PoisonError::into_inner).take(length);
    spare.or_else(|| MmapOptions::new().len(length).populate().map_anon().ok())
}

/// Keeps memory for the next column.
pub fn give_back(map: MmapMut) {
    // What goes back to the system does so when nobody waits for the rest.
    let gone = SPARE.lock().unwrap_or_else(PoisonError::into_inner).keep(map);
    drop(gone);
}

/// Few different lengths, so that what is left of one column fits the next: at most an eighth is unused.
fn length_for(bytes: usize) -> usize {
    bytes.next_multiple_of((bytes.next_power_of_two() / 2 / STEPS).max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_few_and_little_longer() {
        let lengths: std::collections::BTreeSet<usize> = (SHORTEST..SHORTEST * 4).map(length_for).collect();
        assert!(lengths.len() <= STEPS * 2 + 1, "{lengths:?}");
        for bytes in [SHORTEST, 250_000, 262_144, 262_145, 1_000_003] {
            let length = length_for(bytes);
            assert!(length >= bytes && length <= bytes + bytes / STEPS, "{bytes} became {length}");
        }
    }

    #[test]
    fn what_is_given_back_is_used_again_and_never_grows_beyond_its_bound() {
        let mut spare = Spare { maps: VecDeque::new(), bytes: 0 };
        let map = |length| MmapMut::map_anon(length).expect("memory");
        assert!(spare.keep(map(MOST / 2)).is_empty() && spare.take(MOST / 4).is_none());
        assert_eq!(spare.take(MOST / 2).map(|map| map.len()), Some(MOST / 2));
        assert_eq!(spare.bytes, 0);
        let gone: usize =
            [MOST / 4, MOST / 2, MOST / 2].into_iter().flat_map(|len| spare.keep(map(len))).map(|m| m.len()).sum();
        assert_eq!((gone, spare.bytes), (MOST / 4, MOST));
    }
}
