//! Times as other languages compare them: by their units, by their text.

use chrono::{Months, NaiveDate, NaiveDateTime, TimeDelta};

use super::condition::Condition;
use super::literal::Literal;
use super::sign::Sign;

/// A unit of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Year,
    Month,
    Day,
    Hour,
    Minute,
}

/// A time as it is written here.
pub(super) fn moment(text: &str) -> Option<String> {
    let text = text.trim().replacen(' ', "T", 1);
    let is_plain = text.starts_with(|c: char| c.is_ascii_digit())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | ':' | '.' | '+'));
    is_plain.then_some(text)
}

/// Whether a text is a date alone.
pub(in crate::query::syntax) fn is_date(text: &str) -> bool {
    text.len() == 10 && NaiveDate::parse_from_str(text, "%Y-%m-%d").is_ok()
}

/// The unit of a time against another.
pub(super) fn part(unit: Unit, sign: Sign, value: &Literal) -> Option<Condition> {
    let text = value.text.trim();
    let text = ["T00:00:00Z", "T00:00:00", " 00:00:00"].iter().find_map(|end| text.strip_suffix(end)).unwrap_or(text);
    match (unit, sign) {
        (Unit::Day, Sign::Is) if text.eq_ignore_ascii_case("current_date") => {
            Some(Condition::Term("time:today".to_owned()))
        }
        (Unit::Day, Sign::Is | Sign::IsNot) if is_date(text) => {
            Some(Condition::Term(format!("time:{text}")).not_if(sign == Sign::IsNot))
        }
        (Unit::Day, _) if is_date(text) => Some(Condition::Term(format!("time{}{text}", sign.written()))),
        (_, Sign::Is | Sign::IsNot) => {
            let shown = match unit {
                Unit::Year => text.strip_suffix("-01-01").unwrap_or(text),
                Unit::Month => text.strip_suffix("-01").filter(|month| month.len() == 7).unwrap_or(text),
                Unit::Hour => {
                    let text = value.text.trim().trim_end_matches('Z');
                    text.strip_suffix(":00:00").or_else(|| text.strip_suffix(":00")).unwrap_or(text)
                }
                Unit::Minute => {
                    let text = value.text.trim().trim_end_matches('Z');
                    text.strip_suffix(":00").filter(|text| text.len() == 16).unwrap_or(text)
                }
                Unit::Day => return None,
            };
            let is_whole = match unit {
                Unit::Year => shown.len() == 4,
                Unit::Month => shown.len() == 7,
                Unit::Hour => shown.len() == 13,
                _ => shown.len() == 16,
            };
            Some(is_whole.then(|| time_begins(shown))??.not_if(sign == Sign::IsNot))
        }
        _ => None,
    }
}

/// The times whose text begins so.
pub(super) fn time_begins(text: &str) -> Option<Condition> {
    let text = text.trim_end_matches(['T', ' ', '-', ':', '.']).replacen(' ', "T", 1);
    if is_date(&text) {
        return Some(Condition::Term(format!("time:{text}")));
    }
    let moment = |text: String| NaiveDateTime::parse_from_str(&text, "%Y-%m-%dT%H:%M").ok();
    let (from, until) = match text.len() {
        4 | 7 => {
            let year = if text.len() == 4 { format!("{text}-01-01") } else { format!("{text}-01") };
            let months = if text.len() == 4 { 12 } else { 1 };
            let from = NaiveDate::parse_from_str(&year, "%Y-%m-%d").ok()?;
            let until = from.checked_add_months(Months::new(months))?;
            (from.to_string(), until.to_string())
        }
        13 | 16 => {
            let (from, minutes) = if text.len() == 13 { (format!("{text}:00"), 60) } else { (text, 1) };
            let from = moment(from)?;
            let until = from.checked_add_signed(TimeDelta::minutes(minutes))?;
            let written = |at: NaiveDateTime| at.format("%Y-%m-%dT%H:%M").to_string();
            (written(from), written(until))
        }
        _ => return None,
    };
    Some(Condition::All(vec![Condition::Term(format!("time>={from}")), Condition::Term(format!("time<{until}"))]))
}
