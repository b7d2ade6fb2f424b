//! One line of text to one record, by a regular expression.

use std::borrow::Cow;

use regex::bytes::Regex;

use crate::model::envelope::ReadError;

use super::convert::Scalar;
use super::description::Lines;
use super::gather::Gather;
use super::json_escapes::hex;
use super::key_tree::{Key, KeyTree};

/// A pattern with what its groups are for.
#[derive(Debug, Clone)]
pub struct LinePattern {
    pattern: Regex,
    has_escapes: bool,
    groups: Vec<(usize, String, Key)>,
}

impl LinePattern {
    /// From a description.
    pub fn new(tree: &KeyTree, lines: &Lines) -> Self {
        let groups = lines.pattern.0.capture_names().enumerate().filter_map(|(number, name)| {
            let name = name?;
            let key = tree.child(tree.root(), name.as_bytes()).map(|found| found.key.clone()).unwrap_or_default();
            Some((number, name.to_owned(), key))
        });
        Self { pattern: lines.pattern.0.clone(), has_escapes: lines.escapes, groups: groups.collect() }
    }

    /// Reads one line.
    pub fn read<'k, 'a>(&'k self, raw: &'a [u8], gather: &mut Gather<'k, '_, 'a>) -> Result<(), ReadError> {
        let mut places = self.pattern.capture_locations();
        let whole = self.pattern.captures_read(&mut places, raw);
        if whole.is_none_or(|found| found.len() != raw.len()) {
            return Err(ReadError::new("the line does not have the form of this format"));
        }
        for (number, name, key) in &self.groups {
            let Some((start, end)) = places.get(*number) else { continue };
            let words = &raw[start..end];
            let value = if self.has_escapes { decode_escapes(words) } else { Cow::Borrowed(words) };
            gather.put(key, Scalar::Text(value), words, || Cow::Owned(name.clone()));
        }
        Ok(())
    }
}

/// The bytes that escapes stand for: nginx writes `\x22`, Apache also `\"`, `\\` and `\n`.
pub fn decode_escapes(text: &[u8]) -> Cow<'_, [u8]> {
    let Some(first) = memchr::memchr(b'\\', text) else { return Cow::Borrowed(text) };
    let mut out = text[..first].to_vec();
    let mut rest = &text[first..];
    while let [b'\\', behind @ ..] = rest {
        let (byte, length) = match behind.first() {
            Some(b'x') => match hex(&behind[1..], 2) {
                Some(byte) => (byte as u8, 3),
                None => (b'\\', 0),
            },
            Some(letter @ (b'"' | b'\\' | b'\'')) => (*letter, 1),
            Some(b'n') => (b'\n', 1),
            Some(b'r') => (b'\r', 1),
            Some(b't') => (b'\t', 1),
            Some(b'b') => (0x08, 1),
            Some(b'v') => (0x0B, 1),
            Some(b'f') => (0x0C, 1),
            _ => (b'\\', 0),
        };
        out.push(byte);
        rest = &behind[length..];
        let plain = memchr::memchr(b'\\', rest).unwrap_or(rest.len());
        out.extend_from_slice(&rest[..plain]);
        rest = &rest[plain..];
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes() {
        for (text, expected) in [
            (r"plain", b"plain".as_slice()),
            (r"\x22quoted\x22 caf\xC3\xA9", "\"quoted\" café".as_bytes()),
            (r"\x16\x03\x01", b"\x16\x03\x01"),
            (r#"\"a\" \\ \n"#, b"\"a\" \\ \n"),
            (r"\x2", br"\x2"),
            (r"\q\", br"\q\"),
            (r"\\x41", br"\x41"),
        ] {
            assert_eq!(decode_escapes(text.as_bytes()).as_ref(), expected, "{text}");
        }
    }
}
