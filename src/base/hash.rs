//! 128-bit hashing for keys that must not collide in practice.

use xxhash_rust::xxh3::{Xxh3, xxh3_128};

/// Hash of some bytes. Stable: it is written to disk.
pub fn hash128(bytes: &[u8]) -> u128 {
    xxh3_128(bytes)
}

/// Hash of some bytes of which nobody can make others with the same hash. Stable: it is written to
/// disk.
pub fn safe_hash128(bytes: &[u8]) -> u128 {
    let hash = blake3::hash(bytes);
    let (first, _) = hash.as_bytes().split_first_chunk::<16>().expect("a hash has 32 bytes");
    u128::from_be_bytes(*first)
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

/// 128 bits as hex digits, for files of text.
pub mod hex128 {
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    /// Writes them.
    pub fn serialize<S: Serializer>(number: &u128, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&format!("{number:032x}"))
    }

    /// Reads them.
    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<u128, D::Error> {
        let digits = String::deserialize(from)?;
        u128::from_str_radix(&digits, 16).map_err(|_| D::Error::custom("no hex digits"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_do_not_run_together() {
        assert_ne!(hash128_parts(&[b"ab", b"c"]), hash128_parts(&[b"a", b"bc"]));
    }
}
