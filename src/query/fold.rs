//! Comparing text without case.

use std::borrow::Cow;

use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};

/// A letter and its accent as one sign.
const COMPOSED: ComposingNormalizerBorrowed<'static> = ComposingNormalizerBorrowed::new_nfc();

/// A letter and its accent as two.
const APART: DecomposingNormalizerBorrowed<'static> = DecomposingNormalizerBorrowed::new_nfd();

/// A text with each letter and its accent as one sign, and as two.
pub fn accents(text: &str) -> [Cow<'_, str>; 2] {
    [COMPOSED.normalize(text), APART.normalize(text)]
}

/// Text in lower case, with letters and their accents as one sign each: what looks the same is the same. Bytes that are no
/// UTF-8 stay as they are.
pub fn fold(bytes: &[u8]) -> Cow<'_, [u8]> {
    if bytes.is_ascii() {
        if bytes.iter().any(u8::is_ascii_uppercase) {
            return Cow::Owned(bytes.to_ascii_lowercase());
        }
        return Cow::Borrowed(bytes);
    }
    let mut out = Vec::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        out.extend_from_slice(COMPOSED.normalize(&chunk.valid().to_lowercase()).as_bytes());
        out.extend_from_slice(chunk.invalid());
    }
    Cow::Owned(out)
}

/// Whether a text matches a pattern in which `*` stands for any bytes. Both are folded already.
pub fn wildcard(pattern: &[u8], text: &[u8]) -> bool {
    let mut pieces = pattern.split(|byte| *byte == b'*');
    let first = pieces.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let Some(last) = pieces.next_back() else { return rest.is_empty() };
    for piece in pieces {
        match memchr::memmem::find(rest, piece) {
            Some(at) => rest = &rest[at + piece.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_beyond_ascii() {
        assert_eq!(fold("ÉTL Straße".as_bytes()).as_ref(), "étl straße".as_bytes());
        assert_eq!(fold(b"A\xffB").as_ref(), b"a\xffb");
        assert_eq!(fold("Zoe\u{308} Kru\u{308}ger".as_bytes()).as_ref(), "zoë krüger".as_bytes());
    }

    #[test]
    fn wildcards() {
        for (pattern, text, matches) in [
            ("etl*", "etl partner", true),
            ("*partner", "etl partner", true),
            ("e*p*r", "etl partner", true),
            ("etl", "etl partner", false),
            ("*a*a*", "etl partner", false),
            ("aba*ba", "aba", false),
            ("*", "", true),
        ] {
            assert_eq!(wildcard(pattern.as_bytes(), text.as_bytes()), matches, "{pattern} {text}");
        }
    }
}
