//! Times as they are said: `time:last 24h`, `time > 24 hours ago`, `since yesterday`.

use chrono_tz::Tz;

use crate::base::months::month_of;
use crate::model::field::{FieldRef, Kind};
use crate::model::period::Period;
use crate::model::zone::zones_of_letters;
use crate::query::error::QueryError;
use crate::query::print::quoted;
use crate::query::syntax::dialect::numbers::AT_ALL;
use crate::query::syntax::dialect::reckoned::step;
use crate::query::syntax::reader::Reader;
use crate::query::syntax::{Op, Word};

impl Reader<'_> {
    /// A span in several words, behind the name of a time.
    pub(in crate::query::syntax) fn spoken_span(&mut self, op: Op, field: &Word) -> bool {
        if op == Op::Regex || FieldRef::find(&field.text).is_none_or(|field| field.kind() != Kind::Time) {
            return false;
        }
        if op == Op::Has && self.point_in_words(field) {
            return true;
        }
        if self.times_with_zones(op) {
            return true;
        }
        let rest = self.rest();
        let Some(spoken) = spoken(rest) else { return self.day_in_words() };
        // How long ago is a point, and “the last” a span.
        let is_sure = spoken.is_ago == (op != Op::Has) || !spoken.is_ago && !spoken.is_last;
        let start = self.at;
        self.at += spoken.len;
        let problem = QueryError::new("a span of time is one word here", start..self.at);
        self.problem(if is_sure {
            problem.written(spoken.span)
        } else {
            problem.with_hint(format!("write time:{} for all since then", spoken.span))
        });
        true
    }

    /// `time:since yesterday`, `time:after 10:00`: a comparison in a word behind the colon.
    fn point_in_words(&mut self, field: &Word) -> bool {
        let Some((first, behind)) = self.rest().split_once(' ') else { return false };
        let sign = match first.to_ascii_lowercase().as_str() {
            "since" | "from" => ">=",
            "after" => ">",
            "until" | "till" => "<=",
            "before" => "<",
            _ => return false,
        };
        let point = behind.trim_start();
        let point = &point[..point.find(|c: char| c.is_whitespace() || c == ')').unwrap_or(point.len())];
        if Period::read_point(point, Tz::UTC, AT_ALL, false).is_err() {
            return false;
        }
        self.at += self.rest().len() - behind.trim_start().len() + point.len();
        let right = format!("{}{sign}{point}", &self.text[field.span.clone()]);
        let problem = QueryError::new("a comparison is a sign", field.span.start..self.at);
        self.problem(problem.written(right));
        true
    }

    /// `time:2026-11-25 17:00 CET..2026-11-25 18:00 CET`, `time:nov 24..nov 26`: times of several words, with the
    /// letters of their zones.
    fn times_with_zones(&mut self, op: Op) -> bool {
        const MOST: usize = 6;
        let rest = self.rest();
        if rest.starts_with('"') {
            return false;
        }
        let is_end = |(_, c): &(usize, char)| c.is_whitespace() || *c == ')';
        let ends = rest.char_indices().filter(is_end).map(|(at, _)| at).chain([rest.len()]);
        let ends: Vec<usize> = ends.take(MOST).collect();
        let is_time = |text: &str| Period::read_point(text, Tz::UTC, AT_ALL, false).is_ok();
        let without_zone = |text: &str| {
            let (time, letters) = text.rsplit_once(' ')?;
            let is_zone = letters.chars().all(|c| c.is_ascii_uppercase()) && zones_of_letters(letters).is_some();
            (is_zone && is_time(time.trim_end())).then_some(())
        };
        let is_asked = |end: &&usize| {
            let text = rest[..**end].trim_end();
            match text.split_once("..").filter(|_| op == Op::Has) {
                Some((low, high)) => {
                    [low, high].iter().all(|end| without_zone(end).is_some() || end.contains(' ') && is_time(end))
                }
                None => without_zone(text).is_some(),
            }
        };
        let Some(end) = ends.iter().rev().find(is_asked) else { return false };
        let start = self.at;
        self.at += end;
        let problem = QueryError::new("a time of several words stands in double quotes", start..self.at);
        self.problem(problem.written(quoted(rest[..*end].trim_end().as_bytes())));
        true
    }

    /// `time:Nov 27`, `time:27 November`: a day in several words stands in quotes; `time:March 2026` is a month.
    fn day_in_words(&mut self) -> bool {
        const MOST: usize = 4;
        let rest = self.rest();
        let mut words = rest.split(|c: char| c.is_whitespace() || c == ')');
        let month = words.next().and_then(|word| month_of(&word.to_lowercase()));
        let year = words.next().filter(|year| year.len() == 4 && year.starts_with("20") && year.parse::<u16>().is_ok());
        if let (Some(month), Some(year)) = (month, year)
            && let Some((first, _)) = rest.split_once(year).filter(|(first, _)| !first.contains(')'))
        {
            let start = self.at;
            self.at += first.len() + year.len();
            let problem = QueryError::new("a month is written in digits", start..self.at);
            self.problem(problem.written(format!("{year}-{month:02}")));
            return true;
        }
        let is_end = |(_, c): &(usize, char)| c.is_whitespace() || *c == ')';
        let ends = rest.char_indices().filter(is_end).map(|(at, _)| at).chain([rest.len()]);
        let ends: Vec<usize> = ends.take(MOST).collect();
        let is_time = |text: &str| Period::read_point(text, Tz::UTC, AT_ALL, false).is_ok();
        let is_day = |end: &&usize| is_time(&rest[..**end]) && !rest[..**end].ends_with(',');
        let Some(end) = ends.iter().rev().find(is_day).filter(|end| **end > ends[0]) else { return false };
        // A day alone is one; behind it may stand what part of it is meant.
        let last = rest[..*end].rsplit(' ').next().unwrap_or("").to_ascii_lowercase();
        let is_clock = rest.starts_with(|c: char| c.is_ascii_digit()) && !rest[..ends[0]].contains('-');
        let is_part = matches!(last.as_str(), "morning" | "afternoon" | "evening")
            || is_clock && matches!(last.as_str(), "today" | "yesterday");
        if is_day(&&ends[0]) && !is_part || rest.starts_with('"') {
            return false;
        }
        let start = self.at;
        self.at += end;
        let problem = QueryError::new("a time of several words stands in double quotes", start..self.at);
        self.problem(problem.written(quoted(&rest.as_bytes()[..*end])));
        true
    }
}

/// A span in several words.
pub(in crate::query) struct Spoken {
    /// As it is written here.
    pub(in crate::query) span: String,
    is_last: bool,
    is_ago: bool,
    /// How much of the text it is.
    pub(in crate::query) len: usize,
}

/// The span in several words that a text begins with.
pub(in crate::query) fn spoken(text: &str) -> Option<Spoken> {
    let is_end = |c: char| c.is_whitespace() || matches!(c, ')' | ',');
    let next = |at: usize| {
        let behind = text[at..].trim_start();
        let start = text.len() - behind.len();
        let end = start + behind.find(is_end).unwrap_or(behind.len());
        (&text[start..end], end)
    };
    let (first, end) = next(0);
    let is_last = ["last", "past"].iter().any(|word| first.eq_ignore_ascii_case(word));
    let (number, end) = if is_last { next(end) } else { (first, end) };
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let (span, mut len) = match step(number) {
        _ if is_number(number) => {
            let (unit, end) = next(end);
            (step(&format!("{number}{unit}")).filter(|_| !unit.is_empty())?, end)
        }
        Some(span) => (span, end),
        // “the last hour”
        None if is_last => (step(&format!("1{number}")).filter(|span| span.ends_with(['h', 'm']))?, end),
        None => return None,
    };
    let is_ago = next(len).0.eq_ignore_ascii_case("ago");
    if is_ago {
        len = next(len).1;
    }
    let is_span = span.ends_with(['s', 'm', 'h', 'd', 'w']);
    (is_span && (is_last || is_ago || text[..len].contains(' '))).then_some(Spoken { span, is_last, is_ago, len })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_in_words() {
        for (text, expected) in [
            ("last 24h status:500", Some(("24h", 8))),
            ("past 2 hours", Some(("2h", 12))),
            ("1 week", Some(("1w", 6))),
            ("24h ago)", Some(("24h", 7))),
            ("24h", None),
            ("last hour", Some(("1h", 9))),
            ("last week", None),
            ("3 months", None),
            ("500 status", None),
        ] {
            let found = spoken(text);
            assert_eq!(found.as_ref().map(|found| (found.span.as_str(), found.len)), expected, "{text}");
        }
    }
}
