//! From a page's bytes to its rows, one by one: a bad row never costs its neighbours.
//!
//! A page is a bare JSON array. Each row keeps its own bytes; of what is in them only the id, the time
//! and the shape are looked at here.

use std::borrow::Cow;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::base::hash::hash128;
use crate::base::time::Timestamp;
use crate::base::time_parse::parse_time;
use crate::base::units;
use crate::model::request_id::key_of;

use super::error_body::ErrorBody;

/// Of a text in a row so many bytes are kept; the rest is replaced by its length and hash.
const FIELD_BYTES: usize = 1 << 20;
/// Rows that are longer even so are not kept.
const ROW_BYTES: usize = 4 << 20;
/// Rows with more keys are not kept.
const ROW_KEYS: usize = 10_000;
/// Rows nested deeper are not kept: they could not be read again.
const ROW_DEPTH: usize = 100;

/// A page's rows.
#[derive(Debug, Default)]
pub(super) struct Page<'a> {
    /// Rows that can be stored, in the page's order.
    pub(super) rows: Vec<Row<'a>>,
    /// What is wrong with others, or was done to some.
    pub(super) bad: Vec<Bad<'a>>,
    /// How many elements the array has, as far as it was read.
    pub(super) len: usize,
    /// Why the array is not whole: nothing behind this place was read.
    pub(super) damage: Option<Bad<'a>>,
}

/// A row that can be stored.
#[derive(Debug)]
pub(super) struct Row<'a> {
    /// Its own words.
    pub(super) raw: Cow<'a, [u8]>,
    /// The key of its id, if it has one.
    pub(super) id: Option<u128>,
    /// When the request was made.
    pub(super) time: Timestamp,
}

/// A place in a page that is not as it should be.
#[derive(Debug)]
pub(super) struct Bad<'a> {
    /// What is wrong.
    pub(super) reason: String,
    /// The bytes there.
    pub(super) bytes: &'a [u8],
}

/// Reads a page. Gives what was sent instead when it is no array.
pub(super) fn read_page(body: &[u8]) -> Result<Page<'_>, Box<ErrorBody>> {
    let start = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    let Some(mut rest) = start.trim_ascii_start().strip_prefix(b"[") else {
        return Err(Box::new(ErrorBody::read(&body[..body.len().min(64 * 1024)])));
    };
    let mut page = Page::default();
    let damage = |reason: &str, bytes| Some(Bad { reason: reason.into(), bytes });
    rest = rest.trim_ascii_start();
    if let Some(behind) = rest.strip_prefix(b"]") {
        page.damage = trailing(behind);
        return Ok(page);
    }
    loop {
        let element = raw_value(rest);
        let Some(len) = element.as_ref().map_or_else(|_| value_len(rest), |raw| Some(raw.len())) else {
            page.damage = damage("the list ends in the middle of a row", rest);
            return Ok(page);
        };
        page.len += 1;
        match element {
            Ok(raw) => page.add(raw),
            Err(reason) => page.bad.push(Bad { reason, bytes: &rest[..len] }),
        }
        rest = rest[len..].trim_ascii_start();
        match rest.split_first() {
            Some((b',', behind)) => rest = behind.trim_ascii_start(),
            Some((b']', behind)) => {
                page.damage = trailing(behind);
                return Ok(page);
            }
            Some(_) => {
                page.damage = damage("there is no comma between two rows", rest);
                return Ok(page);
            }
            None => {
                page.damage = damage("the list has no end", rest);
                return Ok(page);
            }
        }
    }
}

fn trailing(behind: &[u8]) -> Option<Bad<'_>> {
    let behind = behind.trim_ascii();
    (!behind.is_empty()).then(|| Bad { reason: "something stands behind the list".into(), bytes: behind })
}

/// The JSON value that bytes begin with.
fn raw_value(bytes: &[u8]) -> Result<&str, String> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    match <&RawValue>::deserialize(&mut reader) {
        Ok(raw) => Ok(raw.get()),
        Err(error) => Err(format!("the row is not valid JSON: {}", without_place(&error))),
    }
}

/// The parser's message without its line and column, which count from the row.
fn without_place(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split_once(" at line ").map_or(text.clone(), |(message, _)| message.to_owned())
}

/// Where a value that is no valid JSON ends, judged by brackets and quotes alone.
fn value_len(bytes: &[u8]) -> Option<usize> {
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => {
                at += 1;
                while *bytes.get(at)? != b'"' {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth > 0 => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            b',' | b']' if depth == 0 => return Some(at),
            _ => {}
        }
        at += 1;
    }
    None
}

impl<'a> Page<'a> {
    fn add(&mut self, raw: &'a str) {
        match read_row(raw) {
            Ok((row, cut)) => {
                self.rows.push(row);
                if let Some(reason) = cut {
                    self.bad.push(Bad { reason, bytes: raw.as_bytes() });
                }
            }
            Err(reason) => self.bad.push(Bad { reason, bytes: raw.as_bytes() }),
        }
    }
}

/// A row, and a sentence about texts in it that were cut.
fn read_row(raw: &str) -> Result<(Row<'_>, Option<String>), String> {
    if !raw.starts_with('{') {
        return Err("the row is not an object".into());
    }
    if depth(raw.as_bytes()) > ROW_DEPTH {
        return Err(format!("the row is nested deeper than {ROW_DEPTH} levels"));
    }
    let head: Head<'_> = serde_json::from_str(raw).map_err(|error| without_place(&error))?;
    if head.keys > ROW_KEYS {
        return Err(format!(
            "the row has {} keys, more than {}",
            units::count(head.keys as u64),
            units::count(ROW_KEYS as u64)
        ));
    }
    let time = [head.created_at, head.timestamp].into_iter().flatten().find_map(read_time);
    let Some(time) = time else {
        return Err("the row has no time that can be read in “created_at” or “timestamp”".into());
    };
    let (bytes, cut) = shorten(raw, &head.long);
    if bytes.len() > ROW_BYTES {
        return Err(format!(
            "the row has {}, more than {}",
            units::bytes(raw.len() as u64),
            units::bytes(ROW_BYTES as u64)
        ));
    }
    let id = head.request_id.and_then(|id| key_of(&scalar(id)));
    Ok((Row { raw: bytes, id, time }, cut))
}

/// How deep brackets are nested in valid JSON.
fn depth(json: &[u8]) -> usize {
    let (mut depth, mut deepest, mut at) = (0_usize, 0, 0);
    while let Some(found) = memchr::memchr3(b'"', b'{', b'[', &json[at..]).map(|found| at + found) {
        // Closing brackets up to here; there are no quotes in between.
        depth = depth.saturating_sub(memchr::memchr2_iter(b'}', b']', &json[at..found]).count());
        at = found + 1;
        if json[found] == b'"' {
            while json.get(at).is_some_and(|byte| *byte != b'"') {
                at += if json[at] == b'\\' { 2 } else { 1 };
            }
            at = (at + 1).min(json.len());
        } else {
            depth += 1;
            deepest = deepest.max(depth);
        }
    }
    deepest
}

/// What is looked at in a row. Of a key that stands there twice, the last counts.
#[derive(Default)]
struct Head<'a> {
    request_id: Option<&'a RawValue>,
    created_at: Option<&'a RawValue>,
    timestamp: Option<&'a RawValue>,
    keys: usize,
    /// Texts of more than [`FIELD_BYTES`], and what they are called.
    long: Vec<(String, &'a RawValue)>,
}

impl<'de> Deserialize<'de> for Head<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Rows;
        impl<'de> Visitor<'de> for Rows {
            type Value = Head<'de>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Head<'de>, A::Error> {
                let mut head = Head::default();
                while let Some(Bytes(key)) = map.next_key()? {
                    head.keys += 1;
                    // Beyond the bound the row is refused, so its values are not looked at.
                    if head.keys > ROW_KEYS {
                        map.next_value::<IgnoredAny>()?;
                        continue;
                    }
                    let value: &RawValue = map.next_value()?;
                    match key.as_ref() {
                        b"request_id" => head.request_id = Some(value),
                        b"created_at" => head.created_at = Some(value),
                        b"timestamp" => head.timestamp = Some(value),
                        _ => {}
                    }
                    if value.get().len() > FIELD_BYTES && value.get().starts_with('"') {
                        head.long.push((String::from_utf8_lossy(&key).into_owned(), value));
                    }
                }
                Ok(head)
            }
        }
        deserializer.deserialize_map(Rows)
    }
}

/// A JSON string as bytes, so that half of a surrogate pair is no error.
struct Bytes<'a>(Cow<'a, [u8]>);

impl<'de> Deserialize<'de> for Bytes<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AnyBytes;
        impl<'de> Visitor<'de> for AnyBytes {
            type Value = Bytes<'de>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a text")
            }

            fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Bytes<'de>, E> {
                Ok(Bytes(Cow::Owned(bytes.to_vec())))
            }

            fn visit_borrowed_bytes<E>(self, bytes: &'de [u8]) -> Result<Bytes<'de>, E> {
                Ok(Bytes(Cow::Borrowed(bytes)))
            }
        }
        deserializer.deserialize_bytes(AnyBytes)
    }
}

/// A text's bytes, or a number as written; nothing of anything else.
fn scalar(raw: &RawValue) -> Cow<'_, [u8]> {
    match raw.get().as_bytes() {
        [b'"', ..] => {
            serde_json::from_str::<Bytes<'_>>(raw.get()).map_or_else(|_| Cow::default(), |Bytes(bytes)| bytes)
        }
        number @ [b'0'..=b'9' | b'-', ..] => Cow::Borrowed(number),
        _ => Cow::default(),
    }
}

/// The vendor writes UTC; a time that names no zone is taken as that.
fn read_time(raw: &RawValue) -> Option<Timestamp> {
    parse_time(&scalar(raw), Some(chrono_tz::UTC)).map(|moment| moment.at)
}

/// Cuts texts that are too long; what is left of them says how long they were, and their hash.
fn shorten<'a>(raw: &'a str, long: &[(String, &RawValue)]) -> (Cow<'a, [u8]>, Option<String>) {
    if long.is_empty() {
        return (Cow::Borrowed(raw.as_bytes()), None);
    }
    let mut out = Vec::with_capacity(raw.len() - (long.len() - 1) * FIELD_BYTES);
    let mut at = 0;
    let mut names = Vec::new();
    for (name, value) in long {
        let text = value.get();
        // Values point into their row.
        let start = text.as_ptr() as usize - raw.as_ptr() as usize;
        out.extend_from_slice(&raw.as_bytes()[at..start]);
        out.extend_from_slice(&text.as_bytes()[..cut_at(text)]);
        let bytes = units::count(text.len() as u64 - 2);
        out.extend_from_slice(format!("… <cut: {bytes} bytes, xxh3 {:032x}>\"", hash128(text.as_bytes())).as_bytes());
        at = start + text.len();
        names.push(format!("“{name}” ({bytes} bytes)"));
    }
    out.extend_from_slice(&raw.as_bytes()[at..]);
    let kept = units::bytes(FIELD_BYTES as u64);
    (Cow::Owned(out), Some(format!("the row is kept, but of {} only the first {kept}", names.join(", "))))
}

/// The last place up to the bound where a JSON string can be cut: not within a character or an
/// escape, nor between the halves of a pair.
fn cut_at(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut at = 1;
    loop {
        let step = match bytes[at..] {
            [b'\\', b'u', b'd' | b'D', b'8' | b'9' | b'a' | b'b' | b'A' | b'B', _, _, b'\\', b'u', ..] => 12,
            [b'\\', b'u', ..] => 6,
            [b'\\', ..] => 2,
            [byte, ..] => match byte {
                0..0xc0 => 1,
                0xc0..0xe0 => 2,
                0xe0..0xf0 => 3,
                _ => 4,
            },
            [] => return at,
        };
        if at + step > FIELD_BYTES {
            return at;
        }
        at += step;
    }
}

#[cfg(test)]
#[path = "rows_tests.rs"]
mod tests;
