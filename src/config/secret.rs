//! A secret in memory: never shown, never written, overwritten when it is no longer needed.

use std::borrow::Cow;
use std::fmt;

use memchr::memmem;
use zeroize::Zeroizing;

/// What stands in the place of a secret.
const MARK: &[u8] = b"***";

/// Shorter words are taken out of messages, but not out of records: they would be found in words
/// that have nothing to do with the key.
const DISTINCT: usize = 16;

/// A secret. It has no `Display`, no `Clone` and cannot be serialised; its memory is overwritten
/// when it is dropped, as far as safe code can do that (copies made by libraries are not reached).
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes a secret over.
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The secret itself, for the one header it is meant for.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether two are the same, so that a key read anew is known as new.
    pub fn is_same(&self, other: &Self) -> bool {
        self.0.as_bytes() == other.0.as_bytes()
    }

    /// Takes the secret out of a message.
    pub fn scrub(&self, text: &str) -> String {
        let bytes = self.replace(text.as_bytes());
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Takes the secret out of what a backend sent, and says how often it was in there.
    pub fn scrub_bytes<'a>(&self, bytes: &'a [u8]) -> (Cow<'a, [u8]>, u64) {
        if self.0.len() < DISTINCT {
            return (Cow::Borrowed(bytes), 0);
        }
        let count = memmem::find_iter(bytes, self.0.as_bytes()).count() as u64;
        if count == 0 { (Cow::Borrowed(bytes), 0) } else { (self.replace(bytes), count) }
    }

    fn replace<'a>(&self, bytes: &'a [u8]) -> Cow<'a, [u8]> {
        let needle = self.0.as_bytes();
        if needle.is_empty() || memmem::find(bytes, needle).is_none() {
            return Cow::Borrowed(bytes);
        }
        let mut out = Vec::with_capacity(bytes.len());
        let mut at = 0;
        for found in memmem::find_iter(bytes, needle) {
            out.extend_from_slice(&bytes[at..found]);
            out.extend_from_slice(MARK);
            at = found + needle.len();
        }
        out.extend_from_slice(&bytes[at..]);
        Cow::Owned(out)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "skCANARY13370123456789abcdef";

    #[test]
    fn is_never_shown() {
        assert_eq!(format!("{:?}", Secret::new(KEY.into())), "***");
        assert_eq!(format!("{:#?}", Some(Secret::new(KEY.into()))), "Some(\n    ***,\n)");
    }

    #[test]
    fn is_taken_out_of_texts() {
        let secret = Secret::new(KEY.into());
        assert_eq!(secret.scrub(&format!("bad key {KEY}, {KEY}")), "bad key ***, ***");
        assert_eq!(secret.scrub("nothing here"), "nothing here");
        let row = format!(r#"{{"path":"/a?x={KEY}"}}"#);
        let (scrubbed, count) = secret.scrub_bytes(row.as_bytes());
        assert_eq!((scrubbed.as_ref(), count), (br#"{"path":"/a?x=***"}"#.as_slice(), 1));
        assert_eq!(Secret::new(String::new()).scrub("text"), "text");
    }

    #[test]
    fn short_ones_leave_records_alone() {
        let secret = Secret::new("demo".into());
        assert_eq!(secret.scrub("key demo"), "key ***");
        assert_eq!(secret.scrub_bytes(b"/demo/path").1, 0);
    }
}
