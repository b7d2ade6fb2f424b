//! Readings that the requests show to be other ones than were meant: they are refused.

use crate::query::{self, Filter, QueryError, Reading};

/// So often one mistake may hide another.
const ROUNDS: usize = 4;

/// Why a query that was understood is refused all the same: it has a reading that what was sent shows to be another one
/// than was meant. `keeps` says whether a filter keeps any request.
pub fn refusal(parsed: &query::Parsed, reading: Reading<'_>, keeps: &dyn Fn(&Filter) -> bool) -> Option<QueryError> {
    let first = shown(parsed, keeps)?;
    let whole = first.whole.as_deref().and_then(|whole| put_right(whole, reading, keeps));
    Some(QueryError { whole: whole.map(String::into_boxed_str).or(first.whole.clone()), ..first })
}

/// The error whose whole query has no such reading, either.
pub fn without_doubts(error: QueryError, reading: Reading<'_>, keeps: &dyn Fn(&Filter) -> bool) -> QueryError {
    let whole = error.whole.as_deref().and_then(|whole| put_right(whole, reading, keeps));
    QueryError { whole: whole.map(String::into_boxed_str).or(error.whole.clone()), ..error }
}

/// A query without readings that the requests show to be wrong, if it has one.
fn put_right(text: &str, reading: Reading<'_>, keeps: &dyn Fn(&Filter) -> bool) -> Option<String> {
    let mut right = None;
    for _ in 0..ROUNDS {
        let parsed = query::parse_with(right.as_deref().unwrap_or(text), reading).ok()?;
        let Some(error) = shown(&parsed, keeps) else { break };
        right = error.whole.map(String::from);
    }
    right
}

/// The first doubt that the requests show to be right.
fn shown(parsed: &query::Parsed, keeps: &dyn Fn(&Filter) -> bool) -> Option<QueryError> {
    let is_shown = |doubt: &&query::Doubt| !doubt.read.as_ref().is_some_and(keeps) && keeps(&doubt.meant);
    parsed.doubts.iter().find(is_shown).map(|doubt| doubt.error.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::time::Timestamp;

    #[test]
    fn what_was_sent_shows_what_was_meant() {
        let reading = Reading { now: Timestamp(1_795_435_282_000_000), zone: chrono_tz::UTC, read_ids: None };
        let keeps = |filter: &Filter| {
            let known = [
                "client:\"success team\"",
                "attributes.cached:=true",
                "client:alice,bob",
                "status:500 client:=\"acme ltd\"",
            ];
            let kept = known.iter().filter_map(|text| query::parse_with(text, reading).ok());
            let mut kept = kept.map(|parsed| parsed.filter.to_string());
            let text = filter.to_string();
            kept.any(|known| known.contains(text.trim_matches('\'')))
        };
        for (text, whole) in [
            ("client:success team", Some("client:\"success team\"")),
            ("client:success team status:500", Some("client:\"success team\" status:500")),
            ("-client:success team timeout", Some("-client:\"success team\" timeout")),
            ("client=acme ltd", Some("client=\"acme ltd\"")),
            ("attributes.cached=yes", Some("attributes.cached=true")),
            ("attributes.cached=yes client:success team", Some("attributes.cached=true client:\"success team\"")),
            ("user:alice user:bob", Some("user:alice,bob")),
            ("user:alice AND status:500 AND user:bob", Some("user:alice,bob AND status:500")),
            ("client:acme timeout", None),
            ("client:success status:500 team", None),
            ("user:alice user:carol", None),
            ("attributes.cached=no", None),
            ("attributes.cached=true", None),
        ] {
            let parsed = query::parse_with(text, reading).expect(text);
            let error = refusal(&parsed, reading, &keeps);
            assert_eq!(error.and_then(|error| error.whole).as_deref(), whole, "{text}");
        }
        let error = QueryError { whole: Some("attributes.cached=yes".into()), ..QueryError::new("no name", 0..1) };
        assert_eq!(without_doubts(error, reading, &keeps).whole.as_deref(), Some("attributes.cached=true"));
    }
}
