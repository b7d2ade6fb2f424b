//! Queries of other tools, and what they mean here: for tests.

use crate::base::time::Timestamp;

use super::error::QueryError;
use super::{Parsed, parse};

/// Monday, 2026-11-23 12:01:22 UTC.
pub const NOW: Timestamp = Timestamp(1_795_435_282_000_000);

/// Reads a query at that time.
pub fn read(text: &str) -> Result<Parsed, QueryError> {
    parse(text, NOW, chrono_tz::UTC)
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
