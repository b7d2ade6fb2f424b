//! Which format an input has, by its first bytes.
//!
//! Each format is tried on the first rows: its rule (`[detect]`) must hold, and a row must read as
//! a record that says something of a request. Of several that fit, the one whose rule knows most
//! of the keys wins; among equals the user's own, then the order of the built-in ones.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use crate::base::safe_text;
use crate::model::envelope::{Decisions, ReadError, RowReader};
use crate::model::field::Field;
use crate::model::record::Record;

use super::csv_row::{Columns, delimiter_of};
use super::description::{Container, Detect};
use super::json_scan::{Scan, ScanError, Token};
use super::key_tree::loose_name;
use super::reader::Format;
use super::registry::Registry;
use super::split::{AtEnd, Layout, Piece, Splitter, has_list_of_objects};

/// Bytes that are enough to decide on; fewer are fine where there are no more.
pub const ENOUGH: usize = 64 << 10;

/// Rows that are tried.
const MAX_ROWS: usize = 20;

/// What an input was found to be.
#[derive(Debug, Clone)]
pub struct Detected {
    /// Its format.
    pub format: Arc<Format>,
    /// How its rows lie in it.
    pub layout: Layout,
}

/// Why an input cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DetectError {
    /// There is nothing yet.
    Empty {
        /// The input.
        name: String,
    },
    /// It must be made readable first.
    Encoded {
        /// The input.
        name: String,
        /// What it is, and what to do.
        what: &'static str,
    },
    /// No format fits.
    NoneFits {
        /// The input.
        name: String,
        /// Each format and why it does not fit.
        tried: Vec<(String, String)>,
        /// The first line, safe to show.
        first_line: String,
    },
    /// The format that was asked for does not exist.
    NoSuchFormat(ReadError),
}

impl std::error::Error for DetectError {}

impl fmt::Display for DetectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty { name } => write!(f, "{name} is empty"),
            Self::Encoded { name, what } => write!(f, "{name} {what}"),
            Self::NoneFits { name, tried, first_line } => {
                write!(f, "{name} has no format that is known here. It begins:\n  {first_line}")?;
                tried.iter().try_for_each(|(format, reason)| write!(f, "\n{format}: {reason}"))
            }
            Self::NoSuchFormat(error) => error.fmt(f),
        }
    }
}

impl Registry {
    /// Finds the format of an input by its first bytes ([`ENOUGH`], or all there are). `name` is
    /// the input's name for errors; `decisions` are what the user decided for it.
    pub fn detect(&self, first: &[u8], name: &str, decisions: &Decisions) -> Result<Detected, DetectError> {
        let first = readable(first, name)?;
        let mut best: Option<(usize, Detected)> = None;
        let mut tried = Vec::new();
        for format in self.formats() {
            match fit(format, first, decisions) {
                Ok((score, layout)) => {
                    if best.as_ref().is_none_or(|(best, _)| score > *best) {
                        best = Some((score, Detected { format: Arc::clone(format), layout }));
                    }
                }
                Err(reason) => tried.push((format.name().to_owned(), reason)),
            }
        }
        best.map(|(_, detected)| detected).ok_or_else(|| DetectError::NoneFits {
            name: safe_text::visible_str(name).into_owned(),
            tried,
            first_line: first_line(first),
        })
    }

    /// Each format with how many of its signs an input's first bytes show, or why it does not fit.
    pub fn fits(&self, first: &[u8], decisions: &Decisions) -> Vec<(&str, Result<u64, String>)> {
        let first = first.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(first);
        let fit_of = |format| fit(format, first, decisions).map(|(score, _)| score as u64);
        self.formats().map(|format| (format.name(), fit_of(format))).collect()
    }

    /// How the rows of an input lie in it, when its format is told. Always an answer: rows that do
    /// not fit will be bad rows.
    pub fn detect_as(
        &self,
        format: &str,
        first: &[u8],
        name: &str,
        decisions: &Decisions,
    ) -> Result<Detected, DetectError> {
        let format = Arc::clone(self.get(format).map_err(DetectError::NoSuchFormat)?);
        let first = readable(first, name)?;
        let layout = match fit(&format, first, decisions) {
            Ok((_, layout)) => layout,
            Err(_) => match format.container() {
                Container::Lines => Layout::Lines,
                Container::Json => json_layout(first),
                Container::Csv => {
                    let heading = line_of(first);
                    Layout::Csv { delimiter: delimiter_of(heading), heading: Some(heading.to_vec()) }
                }
            },
        };
        Ok(Detected { format, layout })
    }
}

/// The bytes behind a byte order mark, unless they must be decoded first.
fn readable<'a>(first: &'a [u8], name: &str) -> Result<&'a [u8], DetectError> {
    let name = safe_text::visible_str(name).into_owned();
    let what = match first {
        [0x1F, 0x8B, ..] => Some("is compressed with gzip: unpack it first, as with gunzip -c"),
        [0x28, 0xB5, 0x2F, 0xFD, ..] => Some("is compressed with zstd: unpack it first, as with zstd -dc"),
        [b'B', b'Z', b'h', ..] => Some("is compressed with bzip2: unpack it first, as with bzip2 -dc"),
        [0xFD, b'7', b'z', b'X', b'Z', ..] => Some("is compressed with xz: unpack it first, as with xz -dc"),
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => {
            Some("is written in UTF-16: convert it first, as with iconv -f UTF-16 -t UTF-8")
        }
        _ => None,
    };
    if let Some(what) = what {
        return Err(DetectError::Encoded { name, what });
    }
    let first = first.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(first);
    if first.trim_ascii().is_empty() { Err(DetectError::Empty { name }) } else { Ok(first) }
}

/// The first line that is not empty.
fn line_of(first: &[u8]) -> &[u8] {
    let lines = first.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    lines.into_iter().find(|line| !line.trim_ascii().is_empty()).unwrap_or_default()
}

fn first_line(first: &[u8]) -> String {
    const SHOWN: usize = 160;
    let line = line_of(first);
    let shown = safe_text::visible(&line[..line.len().min(SHOWN)]).into_owned();
    if line.len() > SHOWN { shown + "…" } else { shown }
}

/// How well a format fits and how its rows lie, or why it does not fit.
fn fit(format: &Arc<Format>, first: &[u8], decisions: &Decisions) -> Result<(usize, Layout), String> {
    let rule = &format.description.detect;
    match format.container() {
        Container::Lines => fit_rows(format, Layout::Lines, first, decisions, |_| Ok(1)),
        Container::Json => {
            let begins = |line: &[u8]| matches!(line.trim_ascii_start().first(), Some(b'{' | b'[' | 0x1E));
            if !first.split(|byte| *byte == b'\n').take(MAX_ROWS).any(begins) {
                return Err("no line begins with “{” or “[”".into());
            }
            let json = &format.description.json;
            let known = |row: &[u8]| known_keys(rule, &json_keys(row, &json.unwrap), str::to_owned);
            let rows = fit_rows(format, json_layout(first), first, decisions, known);
            let object = memchr::memchr(b'{', first).map(|at| &first[at..]);
            rows.or_else(|reason| {
                let list = json.lists.iter().find(|key| object.is_some_and(|text| has_list_of_objects(text, key)));
                let layout = Layout::JsonList(list.ok_or(reason)?.clone());
                fit_rows(format, layout, first, decisions, known)
            })
        }
        Container::Csv => fit_csv(format, first, decisions),
    }
}

fn fit_csv(format: &Arc<Format>, first: &[u8], decisions: &Decisions) -> Result<(usize, Layout), String> {
    let heading = line_of(first);
    let columns = Columns::new(&format.tree, heading);
    let names: BTreeSet<String> = columns.loose_names().into_iter().collect();
    let delimiter = delimiter_of(heading);
    match known_keys(&format.description.detect, &names, loose_name) {
        Ok(score) => {
            let layout = Layout::Csv { delimiter, heading: Some(heading.to_vec()) };
            let is_alone = first.len() <= heading.len() + 2;
            match fit_rows(format, layout.clone(), first, decisions, |_| Ok(score)) {
                Err(_) if is_alone => Ok((score, layout)),
                fitted => fitted,
            }
        }
        Err(reason) if columns.count() == format.description.csv.columns.len() => {
            let layout = Layout::Csv { delimiter: b',', heading: None };
            fit_rows(format, layout, first, decisions, |_| Ok(1)).map_err(|_| reason)
        }
        Err(reason) => Err(reason),
    }
}

/// Tries the first rows; one that fits is enough, because logs hold broken ones.
fn fit_rows(
    format: &Arc<Format>,
    layout: Layout,
    first: &[u8],
    decisions: &Decisions,
    known: impl Fn(&[u8]) -> Result<usize, String>,
) -> Result<(usize, Layout), String> {
    let reader = format.open(layout.heading(), decisions).map_err(|error| error.reason)?;
    let mut splitter = Splitter::new(first, &layout, AtEnd::Finish);
    let (mut best, mut reason) = (None, None);
    for _ in 0..MAX_ROWS {
        let piece = splitter.next_piece().map_err(|error| error.to_string())?;
        let fitted = match piece {
            None => break,
            Some(Piece::Bad(bad)) => Err(bad.reason),
            Some(Piece::Row(row)) => known(row.bytes).and_then(|score| {
                let mut record = Record::default();
                reader.read(row.bytes, &mut record).map_err(|error| error.reason)?;
                says_something(&record).map(|()| score)
            }),
        };
        match fitted {
            Ok(score) => best = best.max(Some(score)),
            Err(error) => {
                reason.get_or_insert(error);
            }
        }
    }
    match best {
        Some(score) => Ok((score, layout)),
        None => Err(reason.unwrap_or_else(|| "there is no row".into())),
    }
}

/// A log of something else also has times.
fn says_something(record: &Record<'_>) -> Result<(), String> {
    let fields = [Field::Status, Field::Method, Field::Path, Field::Endpoint, Field::RequestId];
    let is_request = fields.iter().any(|field| record.get(*field).is_some());
    is_request
        .then_some(())
        .ok_or_else(|| "its rows say nothing of a request: no status, method, path, endpoint or Request-ID".into())
}

/// How many of a rule's keys are there, or which one is missing.
fn known_keys(rule: &Detect, keys: &BTreeSet<String>, spelt: impl Fn(&str) -> String) -> Result<usize, String> {
    let has = |key: &&String| keys.contains(&spelt(key));
    if let Some(missing) = rule.all.iter().find(|key| !has(key)) {
        return Err(format!("“{missing}” is missing"));
    }
    let some = rule.any.iter().filter(has).count();
    if some < rule.at_least {
        let names: Vec<&str> = rule.any.iter().map(String::as_str).collect();
        return Err(format!("has {some} of {}, and {} are needed", names.join(", "), rule.at_least));
    }
    Ok(rule.all.len() + some)
}

/// Whether rows are lines, or must be looked for by their braces.
fn json_layout(first: &[u8]) -> Layout {
    // A line that is an object proves lines; one that only begins or ends an object the opposite.
    // A cut or broken first line is passed over.
    let lines = first.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty());
    for line in lines.take(MAX_ROWS) {
        match line {
            [b'{', .., b'}'] if is_one_object(line) => return Layout::JsonLines,
            [b'[' | 0x1E, ..] | [b'{'] | [.., b'{' | b','] => return Layout::JsonElements,
            [b'{', ..] if first.len() >= ENOUGH && line.len() >= ENOUGH - 1 => return Layout::JsonLines,
            _ => {}
        }
    }
    Layout::JsonElements
}

fn is_one_object(line: &[u8]) -> bool {
    let mut scan = Scan::new(line);
    let whole = |scan: &mut Scan<'_>| {
        let token = scan.value()?;
        scan.skip(token)?;
        scan.end()
    };
    whole(&mut scan).is_ok()
}

/// The keys of an object with those of objects in it, parts joined by dots. What is wrapped counts
/// as if it were not.
fn json_keys(row: &[u8], unwrap: &[String]) -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    // A broken row has the keys before the break.
    let _ = collect_keys(&mut Scan::new(row), "", unwrap, &mut keys);
    keys
}

fn collect_keys(
    scan: &mut Scan<'_>,
    prefix: &str,
    unwrap: &[String],
    keys: &mut BTreeSet<String>,
) -> Result<(), ScanError> {
    const MAX_DEPTH: usize = 4;
    if scan.value()? != Token::Object {
        return Ok(());
    }
    let mut is_first = true;
    while let Some(key) = scan.next_key(&mut is_first)? {
        let path = format!("{prefix}{}", String::from_utf8_lossy(&key.decode()));
        let start = scan.position();
        let token = scan.value()?;
        scan.skip(token)?;
        let value = scan.slice(start, scan.position());
        match token {
            Token::Object if unwrap.contains(&path) => collect_keys(&mut Scan::new(value), "", &[], keys)?,
            Token::Text(text) if unwrap.contains(&path) => keys.extend(json_keys(&text.decode(), &[])),
            Token::Object if path.matches('.').count() < MAX_DEPTH => {
                collect_keys(&mut Scan::new(value), &format!("{path}."), &[], keys)?;
            }
            _ => {}
        }
        keys.insert(path);
    }
    Ok(())
}

#[cfg(test)]
#[path = "detect_tests.rs"]
mod tests;
