//! How a row's id is kept, and how one that is kept as 128 bits was written.

use crate::model::request_id::{hex_key_of, hex_of};

/// The form of an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdForm {
    /// It is the row's key, written as 32 digits, or as a dashed UUID.
    Key {
        /// Whether there are dashes.
        is_dashed: bool,
        /// Whether letters are large.
        is_upper: bool,
    },
    /// It is the row's key, written otherwise, or it was not noted how.
    AnyKey,
    /// It is kept as text.
    Text,
}

/// Where a UUID has dashes.
const DASHES: [usize; 4] = [8, 13, 18, 23];

impl IdForm {
    /// Ways of writing from which the text comes back.
    pub const WRITTEN: [Self; 4] = [
        Self::Key { is_dashed: false, is_upper: false },
        Self::Key { is_dashed: true, is_upper: false },
        Self::Key { is_dashed: false, is_upper: true },
        Self::Key { is_dashed: true, is_upper: true },
    ];

    /// Of an id in a row with a key.
    pub fn of(id: &[u8], key: u128) -> Self {
        if hex_key_of(id) != Some(key) {
            return Self::Text;
        }
        let is_dashed = id.len() == 36 && DASHES.iter().all(|place| id[*place] == b'-');
        if id.len() != 32 && !is_dashed {
            return Self::AnyKey;
        }
        let is_upper = id.iter().any(u8::is_ascii_uppercase);
        if is_upper && id.iter().any(u8::is_ascii_lowercase) {
            return Self::AnyKey;
        }
        Self::Key { is_dashed, is_upper }
    }

    /// Its name in the column of forms. Stable: it is written to disk. All of keys begin alike.
    pub fn name(self) -> &'static [u8] {
        match self {
            Self::Key { is_dashed: false, is_upper: false } => b"key-plain",
            Self::Key { is_dashed: true, is_upper: false } => b"key-dashed",
            Self::Key { is_dashed: false, is_upper: true } => b"key-plain-upper",
            Self::Key { is_dashed: true, is_upper: true } => b"key-dashed-upper",
            Self::AnyKey => b"key",
            Self::Text => b"text",
        }
    }

    /// Whether a name in the column of forms is that of a key.
    pub fn is_key(name: &[u8]) -> bool {
        name.starts_with(b"key")
    }

    /// An id as it was written; without dashes and small where that is not known.
    pub fn write(self, key: u128) -> ([u8; 36], usize) {
        let digits = hex_of(key);
        let mut text = [b'-'; 36];
        let (is_dashed, is_upper) = match self {
            Self::Key { is_dashed, is_upper } => (is_dashed, is_upper),
            Self::AnyKey | Self::Text => (false, false),
        };
        let len = if is_dashed {
            for (from, until, at) in [(0, 8, 0), (8, 12, 9), (12, 16, 14), (16, 20, 19), (20, 32, 24)] {
                text[at..at + until - from].copy_from_slice(&digits[from..until]);
            }
            36
        } else {
            text[..32].copy_from_slice(&digits);
            32
        };
        if is_upper {
            text.make_ascii_uppercase();
        }
        (text, len)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: u128 = 0x01ab_0000_ffff_4000_8000_0000_0000_00cd;

    #[test]
    fn what_is_a_key_comes_back_as_it_was_written() {
        for (id, name) in [
            ("01ab0000ffff400080000000000000cd", "key-plain"),
            ("01AB0000FFFF400080000000000000CD", "key-plain-upper"),
            ("01ab0000-ffff-4000-8000-0000000000cd", "key-dashed"),
            ("01AB0000-FFFF-4000-8000-0000000000CD", "key-dashed-upper"),
        ] {
            let form = IdForm::of(id.as_bytes(), KEY);
            assert_eq!(std::str::from_utf8(form.name()), Ok(name));
            assert!(IdForm::WRITTEN.contains(&form) && IdForm::is_key(form.name()));
            let (text, len) = form.write(KEY);
            assert_eq!(std::str::from_utf8(&text[..len]), Ok(id));
        }
    }

    #[test]
    fn other_ways_of_writing_are_known_as_such() {
        for id in [
            "01aB0000ffff400080000000000000cd",
            "01ab0000ffff4000-8000-0000000000-cd",
            "01ab0000ffff40008000-0000000000cd",
            "-01ab0000ffff400080000000000000cd",
        ] {
            assert_eq!(IdForm::of(id.as_bytes(), KEY), IdForm::AnyKey, "{id}");
        }
        for id in ["01ab", "", "order-7", "01ab0000ffff400080000000000000ce"] {
            assert_eq!(IdForm::of(id.as_bytes(), KEY), IdForm::Text, "{id}");
        }
        assert!(IdForm::is_key(IdForm::AnyKey.name()) && !IdForm::is_key(IdForm::Text.name()));
    }
}
