//! Times that SQL, Kusto and Splunk reckon from now: `current_date - 7`, `now() - interval '1 hour'`, `ago(1h)`,
//! `-1d@d`. They become Elasticsearch's, which are read where the clock is known.

use crate::model::field::{FieldRef, Kind};
use crate::query::syntax::reader::Reader;
use crate::query::syntax::value::{Meaning, Right};
use crate::query::syntax::{Op, Word};

use super::other_names::{Instead, other_name};
use super::reckoned_calls::called;

/// A time that is reckoned from now.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Reckoned {
    /// As Elasticsearch writes it: `now-1d/d`.
    pub(super) math: String,
    /// Whether it is the beginning of a day or the like.
    pub(super) is_rounded: bool,
}

/// Words for now, and whether they are the beginning of today.
const NOW: &[(&str, bool)] = &[
    ("current_timestamp", false),
    ("localtimestamp", false),
    ("systimestamp", false),
    ("sysdate", false),
    ("getdate", false),
    ("utcnow", false),
    ("now", false),
    ("current_date", true),
    ("curdate", true),
    ("today", true),
];

/// The time that a text begins with, if it is none of ours, and what is behind it.
pub(super) fn reckoned(text: &str) -> Option<(Reckoned, &str)> {
    if text.starts_with(['-', '+', '@']) {
        let end = text.find(|c: char| c.is_whitespace() || matches!(c, ')' | ',')).unwrap_or(text.len());
        let math = snapped(&text[..end]).filter(|_| text[..end].contains('@'))?;
        return Some((Reckoned { math, is_rounded: true }, &text[end..]));
    }
    let len = text.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(text.len());
    let (name, behind) = text.split_at(len);
    // JIRA's `startOfDay(-1d)`.
    if let Some((unit, inside)) = name.to_ascii_lowercase().strip_prefix("startof").zip(behind.strip_prefix('('))
        && let Some((moved, behind)) = inside.split_once(')')
    {
        let (moved, behind) = match behind.strip_prefix(')').filter(|_| moved == "now(") {
            Some(behind) => ("", behind),
            None => (moved, behind),
        };
        let unit = match unit {
            "day" => "d",
            "week" => "w",
            "month" => "M",
            "year" => "y",
            _ => return None,
        };
        let back = match moved.trim().trim_matches('"').strip_prefix('-') {
            Some(back) => format!("-{}", step(back)?),
            None if moved.trim().is_empty() => String::new(),
            None => return None,
        };
        return Some((Reckoned { math: format!("now{back}/{unit}"), is_rounded: true }, behind));
    }
    if let Some((span, behind)) = behind.strip_prefix('(').and_then(|inside| inside.split_once(')'))
        && let Some(span) = span.trim().strip_prefix('-').or(Some(span.trim())).filter(|span| !span.is_empty())
    {
        let is_back = name.eq_ignore_ascii_case("ago") || name.eq_ignore_ascii_case("now");
        let math = format!("now-{}", step(span).filter(|_| is_back)?);
        return Some((Reckoned { math, is_rounded: false }, behind));
    }
    let (word, is_day) = NOW.iter().find(|(word, _)| name.eq_ignore_ascii_case(word))?;
    let called = behind.strip_prefix("()");
    let behind = called.unwrap_or(behind);
    let (sign, back, rest) = match moved(behind) {
        Some((sign, back, rest)) => (sign, Some(back), rest),
        None => ("", None, behind),
    };
    // These are words for times here, too; `now-1h` is read where the clock is known.
    let is_ours = called.is_none() && (back.is_none() || behind.starts_with(['-', '+']));
    if is_ours && matches!(*word, "now" | "today") {
        return None;
    }
    let days = |back: &str| back.bytes().all(|b| b.is_ascii_digit()).then(|| format!("{back}d"));
    let back = match back {
        None => String::new(),
        Some(back) => days(&back).filter(|_| *is_day || *word == "sysdate").or_else(|| step(&back))?,
    };
    // Hours before midnight.
    if *is_day && back.ends_with(['h', 'm', 's']) {
        return None;
    }
    let math = format!("now{sign}{back}{}", if *is_day { "/d" } else { "" });
    Some((Reckoned { math, is_rounded: *is_day }, rest))
}

/// Kusto's `datetime(2026-11-29)`, `todatetime('…')`: a moment; a day alone is its midnight.
fn moment(text: &str, op: Op) -> Option<(Reckoned, &str)> {
    let (name, inside) = text.split_once('(')?;
    let (inner, behind) = inside.split_once(')')?;
    let is_call =
        ["datetime", "todatetime", "to_timestamp", "timestamp"].iter().any(|call| name.eq_ignore_ascii_case(call));
    let math = inner.trim().trim_matches(['"', '\'']).replacen(' ', "T", 1);
    let is_date = math.starts_with(|c: char| c.is_ascii_digit()) && math.contains('-') && !math.contains([' ', ',']);
    // Where a day would be all of it, its midnight is said.
    let is_day = !math.contains(':') && matches!(op, Op::Greater | Op::LessEq);
    let math = if is_day { format!("{math}T00:00") } else { math };
    (is_call && is_date).then_some((Reckoned { math, is_rounded: false }, behind))
}

/// What is added or taken away: its sign, the span, and what is behind it.
fn moved(text: &str) -> Option<(&'static str, String, &str)> {
    let next = text.trim_start();
    let sign = if next.starts_with('-') { "-" } else { Some("+").filter(|_| next.starts_with('+'))? };
    let span = next[1..].trim_start();
    let of_interval = |word: &str| word.eq_ignore_ascii_case("interval");
    let Some(interval) = span.get(..8).filter(|word| of_interval(word)).map(|_| span[8..].trim_start()) else {
        let end = span.find(|c: char| !c.is_alphanumeric()).unwrap_or(span.len());
        return span.starts_with(|c: char| c.is_ascii_digit()).then(|| (sign, span[..end].to_owned(), &span[end..]));
    };
    let (count, behind) = match interval.strip_prefix('\'') {
        Some(inside) => inside.split_once('\'')?,
        None => interval.split_at(interval.find(|c: char| !c.is_ascii_digit()).unwrap_or(interval.len())),
    };
    if count.contains(char::is_alphabetic) {
        return Some((sign, count.to_owned(), behind));
    }
    let unit = behind.trim_start();
    let end = unit.find(|c: char| !c.is_alphabetic()).unwrap_or(unit.len());
    Some((sign, format!("{count}{}", &unit[..end]), &unit[end..]))
}

/// A number and a unit as Elasticsearch writes them.
pub(in crate::query::syntax) fn step(text: &str) -> Option<String> {
    let digits = text.find(|c: char| !c.is_ascii_digit()).filter(|digits| *digits > 0)?;
    Some(format!("{}{}", &text[..digits], unit(text[digits..].trim())?))
}

fn unit(word: &str) -> Option<char> {
    Some(match word.to_ascii_lowercase().as_str() {
        "s" | "sec" | "secs" | "second" | "seconds" => 's',
        "m" | "min" | "mins" | "minute" | "minutes" => 'm',
        "h" | "hr" | "hrs" | "hour" | "hours" => 'h',
        "d" | "day" | "days" => 'd',
        "w" | "week" | "weeks" => 'w',
        "mon" | "month" | "months" => 'M',
        "y" | "yr" | "year" | "years" => 'y',
        _ => return None,
    })
}

/// Splunk's `-1d@d`: what it takes away, and the unit whose beginning is meant.
pub(in crate::query::syntax) fn snapped(text: &str) -> Option<String> {
    let (back, begin) = text.split_once('@').map_or((text, None), |(back, begin)| (back, Some(begin)));
    let sign = if back.starts_with('+') { "+" } else { "-" };
    let back = match back.trim_start_matches("now").trim_start_matches(['-', '+']) {
        "" => String::new(),
        back => format!("{sign}{}", step(back)?),
    };
    let begin = match begin {
        None => String::new(),
        // Its weeks begin on Sunday, but for this one.
        Some("w1") => "/w".to_owned(),
        Some(begin) => format!("/{}", unit(begin).filter(|unit| *unit != 'w')?),
    };
    Some(format!("now{back}{begin}"))
}

impl Reader<'_> {
    /// A time that is reckoned from now in another language, behind the name of a time.
    pub(in crate::query::syntax) fn reckoned_value(&mut self, op: Op, field: &Word) -> bool {
        let is_time = match FieldRef::find(&field.text) {
            Some(field) => field.kind() == Kind::Time,
            None => matches!(other_name(&field.text), Some(Instead::Name("time"))),
        };
        if op == Op::Regex || !is_time {
            return false;
        }
        let rest = self.rest();
        let is_end = |behind: &str| behind.chars().next().is_none_or(|c| c.is_whitespace() || matches!(c, ')' | ','));
        let found = reckoned(rest).or_else(|| called(rest)).or_else(|| moment(rest, op));
        let Some((found, behind)) = found.filter(|(_, behind)| is_end(behind)) else { return false };
        let (start, len) = (self.at, rest.len() - behind.len());
        let sign = match op {
            Op::Less => "<",
            // A day is its midnight there.
            Op::LessEq => {
                if found.is_rounded {
                    "<"
                } else {
                    "<="
                }
            }
            Op::Greater => {
                if found.is_rounded {
                    ">="
                } else {
                    ">"
                }
            }
            Op::GreaterEq => ">=",
            Op::Has | Op::Exact | Op::Regex => ":",
        };
        self.at += len;
        let mistake = "times back from now are spans here, or days".into();
        let hint = "write time:1h, time>=today or time>=2026-11-01, for example".to_owned();
        let right = Right::Term(format!("time{sign}{}", found.math));
        self.foreign(Meaning { mistake, hint: Some(hint), right }, start, field.span.start);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_other_languages() {
        for (text, math) in [
            ("now() - interval '1 hour'", Some("now-1h")),
            ("NOW() - INTERVAL 1 DAY", Some("now-1d")),
            ("current_timestamp - interval '15' minute", Some("now-15m")),
            ("current_date - 7", Some("now-7d/d")),
            ("CURRENT_DATE", Some("now/d")),
            ("today()", Some("now/d")),
            ("now()", Some("now")),
            ("now(-2h)", Some("now-2h")),
            ("ago(30m)", Some("now-30m")),
            ("now() - 1h", Some("now-1h")),
            ("-1d@d", Some("now-1d/d")),
            ("@mon", Some("now/M")),
            ("-1w@w1", Some("now-1w/w")),
            ("startOfDay()", Some("now/d")),
            ("startofday(now())", Some("now/d")),
            ("startOfMonth(-1d)", Some("now-1d/M")),
            ("now", None),
            ("today", None),
            ("-1h", None),
            ("-1w@w", None),
            ("now-15m", None),
            ("current_date - interval '3 hours'", None),
            ("now() - interval 'x'", None),
            ("2026-11-20", None),
        ] {
            let found = reckoned(text).filter(|(_, behind)| behind.is_empty());
            assert_eq!(found.map(|(found, _)| found.math).as_deref(), math, "{text}");
        }
    }
}
