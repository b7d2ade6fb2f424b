//! 128-bit hashing for keys that must not collide in practice.

use xxhash_rust::xxh3::{Xxh3, xxh3_128};

/// Hash of some bytes. Stable: it is written to disk.
pub fn hash128(bytes: &[u8]) -> u128 {
    xxh3_128(bytes)
}

/// Hash of several parts, each kept apart from the next by its length.
pub fn hash128_parts(parts: &[&[u8]]) -> u128 {
    let mut hasher = Xxh3::new();
    for part in parts {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    hasher.digest128()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_do_not_run_together() {
        assert_ne!(hash128_parts(&[b"ab", b"c"]), hash128_parts(&[b"a", b"bc"]));
    }
}
