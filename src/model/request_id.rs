//! Request-IDs in any spelling, and finding them in what people paste.

use std::hash::{Hash, Hasher};

use crate::base::hash::hash128_parts;

use super::handle::Handle;

/// An id without case and dashes, and as it was written. Vendors write one id now as 32 hex digits,
/// now as a dashed UUID: ids are equal when their normal forms are.
#[derive(Debug, Clone)]
pub struct NormalId {
    normal: String,
    written: String,
}

impl PartialEq for NormalId {
    fn eq(&self, other: &Self) -> bool {
        self.normal == other.normal
    }
}

impl Eq for NormalId {}

impl Hash for NormalId {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.normal.hash(state);
    }
}

impl NormalId {
    /// Normalises an id as it was read. Empty ids and mere dashes are none.
    pub fn new(id: &[u8]) -> Option<Self> {
        let written = String::from_utf8_lossy(id).trim().to_owned();
        let normal: String = written.chars().filter(|c| *c != '-').flat_map(char::to_lowercase).collect();
        (!normal.is_empty()).then_some(Self { normal, written })
    }

    /// The normal form.
    pub fn as_str(&self) -> &str {
        &self.normal
    }

    /// As it was written.
    pub fn written(&self) -> &str {
        &self.written
    }

    /// 128 bits that stand for the id. For ids of 32 hex digits they are the id itself, so that
    /// a prefix is a range of keys.
    pub fn key(&self) -> u128 {
        if self.is_hex128() {
            u128::from_str_radix(&self.normal, 16).expect("32 hex digits are 128 bits")
        } else {
            hash128_parts(&[b"id", self.normal.as_bytes()])
        }
    }

    /// Whether the id is 32 hex digits.
    pub fn is_hex128(&self) -> bool {
        self.normal.len() == 32 && self.normal.bytes().all(|b| b.is_ascii_hexdigit())
    }

    /// The same id as a dashed UUID, if it is 32 hex digits.
    pub fn dashed(&self) -> Option<String> {
        let t = &self.normal;
        self.is_hex128().then(|| format!("{}-{}-{}-{}-{}", &t[..8], &t[8..12], &t[12..16], &t[16..20], &t[20..]))
    }
}

/// Key of an id straight from its bytes, without allocating for the usual 32 hex digits.
pub fn key_of(id: &[u8]) -> Option<u128> {
    hex_key_of(id.trim_ascii()).or_else(|| NormalId::new(id).map(|id| id.key()))
}

/// Whether [`key_of`] gives a key.
pub fn is_id(id: &[u8]) -> bool {
    id.first().is_some_and(u8::is_ascii_alphanumeric) || key_of(id).is_some()
}

/// The 128 bits that 32 hex digits are, with or without dashes; `None` of anything else.
pub fn hex_key_of(id: &[u8]) -> Option<u128> {
    if let Ok(digits) = <&[u8; 32]>::try_from(id)
        && let Some(key) = plain_hex_key(digits)
    {
        return Some(key);
    }
    let (mut halves, mut digits) = ([0_u64; 2], 0);
    for &byte in id {
        if byte == b'-' {
            continue;
        }
        let digit = HEX_DIGITS[usize::from(byte)];
        if digit == NO_DIGIT || digits == 32 {
            return None;
        }
        let half = &mut halves[digits / 16];
        *half = *half << 4 | u64::from(digit);
        digits += 1;
    }
    (digits == 32).then(|| u128::from(halves[0]) << 64 | u128::from(halves[1]))
}

/// The 32 hex digits that a key is.
pub fn hex_of(key: u128) -> [u8; 32] {
    let mut digits = [0; 32];
    let (pairs, _) = digits.as_chunks_mut::<2>();
    for (pair, byte) in pairs.iter_mut().zip(key.to_be_bytes()) {
        *pair = [byte >> 4, byte & 0x0f].map(|digit| b"0123456789abcdef"[usize::from(digit)]);
    }
    digits
}

/// Hex digits that are looked for in keys.
#[derive(Debug, Clone)]
pub struct Digits {
    /// Each of them, 32 times.
    repeated: Vec<u128>,
}

/// The lowest bit of each of 32 digits.
const LOWEST_BITS: u128 = u128::MAX / 15;

impl Digits {
    /// Of a text; `None` where it has anything else, or more than a key.
    pub fn of(text: &[u8]) -> Option<Self> {
        let digit = |byte: &u8| Some(HEX_DIGITS[usize::from(*byte)]).filter(|digit| *digit != NO_DIGIT);
        let repeated = |byte| Some(u128::from(digit(byte)?) * LOWEST_BITS);
        let repeated: Vec<u128> = text.iter().map(repeated).collect::<Option<_>>()?;
        (repeated.len() <= 32).then_some(Self { repeated })
    }

    /// Whether a key has them, one behind the other. All places of a key are looked at together.
    #[inline]
    pub fn are_in(&self, key: u128) -> bool {
        let mut places = LOWEST_BITS;
        for (number, digit) in self.repeated.iter().enumerate() {
            let other = key ^ digit;
            let is_other = other | other >> 1 | other >> 2 | other >> 3;
            // The next digit stands one place lower.
            places = if number == 0 { places } else { places >> 4 } & !is_other;
            if places == 0 {
                return false;
            }
        }
        true
    }
}

/// The same of 32 digits without dashes, without a branch for each.
#[inline]
fn plain_hex_key(digits: &[u8; 32]) -> Option<u128> {
    let (quarters, _) = digits.as_chunks::<8>();
    let (mut key, mut all_wrong) = (0, 0);
    for quarter in quarters {
        let (number, wrong) = eight_hex_digits(u64::from_be_bytes(*quarter));
        key = key << 32 | u128::from(number);
        all_wrong |= wrong;
    }
    (all_wrong == 0).then_some(key)
}

/// What eight hex digits are, a byte each; the second number is zero where all of them are digits.
#[inline]
fn eight_hex_digits(digits: u64) -> (u32, u64) {
    const EACH: u64 = 0x0101_0101_0101_0101;
    // What has this bit is no decimal digit: it is made lower case, and `a` counts nine more than its bits.
    let letters = digits >> 6 & EACH;
    let lower = digits | letters << 5;
    let values = (digits & (EACH * 0x0f)) + letters * 9;
    // Written again they are the same, or they were no digits.
    let from_ten = (values + EACH * (0x80 - 10)) >> 7 & EACH;
    let written = values + EACH * u64::from(b'0') + from_ten * u64::from(b'a' - b'0' - 10);
    let wrong = written ^ lower | values & (EACH * 0xf0);
    let pairs = (values | values >> 4) & 0x00ff_00ff_00ff_00ff;
    let fours = (pairs | pairs >> 8) & 0x0000_ffff_0000_ffff;
    ((fours | fours >> 16) as u32, wrong)
}

/// Stands for a byte that is no hex digit.
const NO_DIGIT: u8 = 0xff;

/// What each byte counts as a hex digit.
const HEX_DIGITS: [u8; 256] = {
    let mut digits = [NO_DIGIT; 256];
    let mut value = 0;
    while value < 16 {
        digits[b"0123456789abcdef"[value] as usize] = value as u8;
        digits[b"0123456789ABCDEF"[value] as usize] = value as u8;
        value += 1;
    }
    digits
};

/// What somebody asks for by name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum IdQuery {
    /// A whole Request-ID.
    Whole(NormalId),
    /// The first characters of one: at least four.
    Prefix(NormalId),
    /// The last characters of one: at least four.
    Suffix(NormalId),
    /// A handle of ours.
    Handle(Handle),
}

impl IdQuery {
    /// Reads one id as typed: a handle, a suffix behind a star, a prefix marked by a trailing `*` or too short for a
    /// whole id of hex digits, else a whole id.
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim().trim_matches(|c| matches!(c, '"' | '\'' | '`' | '<' | '>' | '(' | ')' | ',' | ';'));
        if let Some(handle) = Handle::read(text) {
            return Some(Self::Handle(handle));
        }
        // Fewer characters are no id, and stand at the beginning of too many.
        let read = |text: &str| NormalId::new(text.as_bytes()).filter(|id| id.normal.len() >= 4);
        if let Some(prefix) = text.strip_suffix('*') {
            return read(prefix).map(Self::Prefix);
        }
        if let Some(suffix) = ["*", "…", "..."].iter().find_map(|sign| text.strip_prefix(sign)) {
            return read(suffix).map(Self::Suffix);
        }
        let id = read(text)?;
        let is_short_hex = id.normal.len() < 32 && id.normal.bytes().all(|b| b.is_ascii_hexdigit());
        Some(if is_short_hex { Self::Prefix(id) } else { Self::Whole(id) })
    }

    /// The id as it was written; a prefix and a suffix with their star.
    pub fn text(&self) -> String {
        match self {
            Self::Whole(id) => id.written.clone(),
            Self::Prefix(id) => format!("{}*", id.written),
            Self::Suffix(id) => format!("*{}", id.written),
            Self::Handle(handle) => handle.to_string(),
        }
    }
}

/// Finds the ids in any text, a whole mail for example: UUIDs and 32 hex digits anywhere, handles,
/// what stands behind the words "request id", and long words of letters and digits mixed.
/// Each is given once, in the order of the text.
pub fn scan(text: &str) -> Vec<IdQuery> {
    let mut found = Vec::new();
    let mut labelled = false;
    for word in text.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '*'))) {
        let word = word.trim_matches(|c| matches!(c, '-' | '_'));
        if word.is_empty() {
            continue;
        }
        let lower = word.to_ascii_lowercase();
        if looks_like_id(word, labelled)
            && let Some(query) = IdQuery::read(word)
            && !found.contains(&query)
        {
            found.push(query);
        }
        labelled = matches!(lower.as_str(), "id" | "request-id" | "request_id" | "requestid" | "x-request-id")
            || labelled && matches!(lower.as_str(), "is" | "was" | "no" | "nr");
    }
    found
}

/// The ids in what somebody gives to look for: those that [`scan`] finds; a single word may be one
/// that does not look like it.
pub fn ids_in(text: &str) -> Vec<IdQuery> {
    let found = scan(text);
    if found.is_empty() && text.split_whitespace().count() == 1 {
        IdQuery::read(text).into_iter().collect()
    } else {
        found
    }
}

/// What ids look like, for whoever gave a text without one.
pub const ID_FORMS: &str = "ids are 32 hex digits, UUIDs, handles (rq…), or follow the words “request id”";

/// Whether a word looks like an id by itself.
pub fn is_id_like(word: &str) -> bool {
    looks_like_id(word, false)
}

fn looks_like_id(word: &str, labelled: bool) -> bool {
    if Handle::read(word).is_some() {
        return true;
    }
    let bare: Vec<u8> = word.bytes().filter(|b| !matches!(b, b'-' | b'*')).collect();
    let hex = bare.iter().all(u8::is_ascii_hexdigit);
    let digits = bare.iter().filter(|b| b.is_ascii_digit()).count();
    let letters = bare.iter().filter(|b| b.is_ascii_alphabetic()).count();
    let is_date = word.len() == 10 && word.bytes().filter(|b| *b == b'-').count() == 2 && letters == 0;
    if is_date {
        return false;
    }
    if hex && bare.len() == 32 {
        return true;
    }
    if labelled {
        return bare.len() >= 4 && digits > 0;
    }
    // Without a label, short words must be mixed like an id, not like a word, a date or a number.
    hex && bare.len() >= 8 && bare.len() < 32 && digits >= 2 && letters >= 2
        || bare.len() >= 16 && digits >= 3 && letters >= 3
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_key_is_written_as_it_is_read() {
        for digits in
            ["1094794d8e4b29c8518289e7cedfcd10", "00000000000000000000000000000000", "ffffffffffffffffffffffffffffffff"]
        {
            assert_eq!(hex_of(key_of(digits.as_bytes()).expect("an id")), digits.as_bytes());
        }
    }

    proptest! {
        #[test]
        fn digits_are_found_as_in_the_text(key: u128, from in 0..32_usize, len in 0..33_usize, other in "[0-9a-f]{1,3}") {
            let hex = hex_of(key);
            let until = 32.min(from + len);
            let inside = Digits::of(&hex[from..until]).expect("digits");
            prop_assert!(inside.are_in(key));
            let is_in = memchr::memmem::find(&hex, other.as_bytes()).is_some();
            prop_assert_eq!(Digits::of(other.to_uppercase().as_bytes()).expect("digits").are_in(key), is_in);
        }
    }

    #[test]
    fn other_texts_are_no_digits() {
        assert!(Digits::of(b"12g").is_none());
        assert!(Digits::of(&[b'0'; 33]).is_none());
        assert!(Digits::of(&[b'0'; 32]).expect("digits").are_in(0));
    }

    const HEX: &str = "7594794d8e4b29c8518289e7cedfcdab";
    const UUID: &str = "7594794D-8E4B-29C8-5182-89E7CEDFCDAB";

    #[test]
    fn spellings_are_one_id() {
        let normal = |t: &str| NormalId::new(t.as_bytes()).expect(t);
        assert_eq!(normal(HEX), normal(UUID));
        assert_eq!(normal(HEX).dashed().as_deref(), Some(UUID.to_lowercase().as_str()));
        for text in [HEX, UUID, "req_8fK2", "7594-79", "", "----", "abc"] {
            assert_eq!(key_of(text.as_bytes()), NormalId::new(text.as_bytes()).map(|i| i.key()), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn keys_are_the_digits(id in "[0-9a-fA-F]{30,32}[-g0-9]{0,2}") {
            let bare = id.replace('-', "");
            let key = if bare.len() == 32 { u128::from_str_radix(&bare, 16).ok() } else { None };
            proptest::prop_assert_eq!(hex_key_of(id.as_bytes()), key);
        }

        #[test]
        fn what_is_no_digit_is_seen(place in 0..32_usize, byte in proptest::prelude::any::<u8>()) {
            let mut id = *b"0123456789abcdefABCDEF0123456789";
            id[place] = byte;
            let digits = std::str::from_utf8(&id).ok().filter(|id| id.bytes().all(|byte| byte.is_ascii_hexdigit()));
            let key = digits.and_then(|digits| u128::from_str_radix(digits, 16).ok());
            proptest::prop_assert_eq!(plain_hex_key(&id), key);
        }

        #[test]
        fn ids_have_keys(id in "[- a-c\u{e9}]{0,3}") {
            proptest::prop_assert_eq!(is_id(id.as_bytes()), key_of(id.as_bytes()).is_some());
        }
    }

    #[test]
    fn a_prefix_is_known() {
        assert!(matches!(IdQuery::read("7594794d"), Some(IdQuery::Prefix(_))));
        assert!(matches!(IdQuery::read("req_8f*"), Some(IdQuery::Prefix(_))));
        for text in ["*ccf0371", "…ccf0371", "...CCF0371"] {
            assert!(matches!(IdQuery::read(text), Some(IdQuery::Suffix(id)) if id.as_str() == "ccf0371"), "{text}");
        }
        assert_eq!(IdQuery::read("*abc"), None);
        assert!(matches!(IdQuery::read(UUID), Some(IdQuery::Whole(_))));
        assert_eq!(IdQuery::read("ab"), None);
    }

    #[test]
    fn ids_in_a_mail() {
        let mail = format!(
            "Hi team,\non 2026-11-23 at 12:01:24 our job 20261123 failed (request id: {UUID}).\n\
             Also {HEX}, `e01b55aa41ce0d3f`, and Request-ID is req42.\nFrom 10.2.3.4, tel 0123456789 — \
             unsubscribe https://example.com/deadbeef"
        );
        let found: Vec<String> = scan(&mail).iter().map(IdQuery::text).collect();
        assert_eq!(found, [UUID.to_owned(), "e01b55aa41ce0d3f*".into(), "req42".into()]);
    }
}
