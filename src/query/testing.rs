//! Queries that are read, printed, refused and put right: for tests of the language.

use crate::base::time::Timestamp;

use super::error::QueryError;
use super::{Parsed, parse};

/// Monday, 2026-11-23 12:01:22 UTC.
pub const NOW: Timestamp = Timestamp(1_795_435_282_000_000);

/// Reads a query at that time.
pub fn read(text: &str) -> Result<Parsed, QueryError> {
    parse(text, NOW, chrono_tz::UTC)
}

/// How a query is printed.
pub fn print(text: &str) -> String {
    read(text).expect(text).filter.to_string()
}

/// What is said about how a query was read.
pub fn said(text: &str) -> String {
    read(text).expect(text).sentences().join("; ")
}

/// What a query is refused with, where nothing is sure.
pub fn refusal(text: &str) -> String {
    let error = read(text).expect_err(text);
    assert_eq!(error.whole, None, "{text}");
    error.to_string()
}

/// What is proposed for a query that is refused; nothing where nothing is sure.
pub fn whole(text: &str) -> String {
    read(text).expect_err(text).whole.unwrap_or_default().into_string()
}

/// What is kept, and in which period: of a query, or of what is proposed for it.
fn meaning(text: &str) -> Option<(String, Option<String>)> {
    let parsed = match read(text) {
        Ok(parsed) => parsed,
        Err(error) => read(&error.whole?).ok()?,
    };
    Some((parsed.filter.to_string(), parsed.period.map(|period| period.to_string())))
}

/// Each query is answered with what has the meaning of the one beside it.
pub fn means(cases: &[(&str, &str)]) {
    let wrong: Vec<_> = cases
        .iter()
        .map(|(text, right)| (text, meaning(text), meaning(right)))
        .filter(|(_, found, right)| right.is_none() || found != right)
        .collect();
    assert!(wrong.is_empty(), "{} wrong: {wrong:#?}", wrong.len());
    for (_, right) in cases {
        assert!(read(right).is_ok(), "{right} is ours");
    }
}

/// What is understood, or what is right in its place, as it is printed.
fn printed(text: &str) -> Option<String> {
    let right = match read(text) {
        Ok(parsed) => return Some(parsed.filter.to_string()),
        Err(error) => error.whole?,
    };
    read(&right).ok().map(|parsed| parsed.filter.to_string())
}

/// Each query is printed as what stands beside it, or what is proposed for it is.
pub fn is_printed(cases: &[(&str, &str)]) {
    let wrong: Vec<_> = cases
        .iter()
        .map(|(text, right)| (text, printed(text), right))
        .filter(|(_, found, right)| found.as_deref() != Some(**right))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}
