//! Ranges, times and large numbers as other languages write them.

use chrono_tz::Tz;

use crate::base::time::Timestamp;
use crate::base::units::exact_span;
use crate::model::field::{FieldRef, Kind};
use crate::model::spoken_time::read_time;
use crate::query::error::QueryError;
use crate::query::syntax::reader::Reader;
use crate::query::syntax::term::is_counted;
use crate::query::syntax::{Op, Style, Value, Word};

/// Whether a text is a time does not hang on the clock.
pub(in crate::query::syntax) const AT_ALL: Timestamp = Timestamp(0);

/// What stands between the ends of a range elsewhere.
const BETWEEN: [&str; 5] = [" TO ", " to ", " - ", " – ", " .. "];

/// What is said of such a sign.
fn told(sign: &str) -> &'static str {
    if sign.eq_ignore_ascii_case(" to ") {
        "“TO” stands in brackets, or as two dots"
    } else {
        "a range has two dots"
    }
}

impl Reader<'_> {
    /// `500 TO 502` without brackets, read up to its first number.
    pub(in crate::query::syntax) fn range_in_words(&mut self, field: &Word, first: usize) -> bool {
        let Some(known) = FieldRef::find(&field.text).filter(is_ordered) else { return false };
        let rest = self.rest();
        let found = BETWEEN.iter().find_map(|sign| Some((*sign, rest.strip_prefix(sign)?.trim_start())));
        let Some((sign, behind)) = found else { return false };
        let high = behind.split(|c: char| c.is_whitespace() || c == ')').next().unwrap_or("");
        let is_value = |text: &str| match known.kind() {
            Kind::Time => !text.is_empty(),
            _ => text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '*')),
        };
        let low = &self.text[first..self.at];
        if !is_value(low) || !is_value(high) {
            return false;
        }
        let range = format!("{}..{}", open_end(low), open_end(high));
        self.at += rest.len() - behind.len() + high.len();
        self.problem(QueryError::new(told(sign), first..self.at).written(range));
        true
    }

    /// `status:(500 TO 502)`.
    pub(in crate::query::syntax) fn range_in_parentheses(&mut self, field: &Word) -> bool {
        let Some(inside) =
            self.rest().strip_prefix('(').and_then(|rest| rest.split_once(')')).map(|(inside, _)| inside)
        else {
            return false;
        };
        let is_range = FieldRef::find(&field.text).is_some_and(|field| is_ordered(&field));
        let found = BETWEEN.iter().find_map(|sign| Some((*sign, inside.split_once(sign)?)));
        let Some((sign, (low, high))) = found.filter(|_| is_range) else { return false };
        let place = self.at..self.at + inside.len() + 2;
        let range = format!("{}..{}", open_end(low.trim()), open_end(high.trim()));
        self.at = place.end;
        self.problem(QueryError::new(told(sign), place).written(range));
        true
    }

    /// `1,5s`, `0,5s..1,5s`: a comma in a number, where a span of time has its point.
    pub(in crate::query::syntax) fn decimal_comma(&mut self, field: &Word, first: usize) -> bool {
        let written = &self.text[first..self.at];
        let is_span = FieldRef::find(&field.text).is_some_and(|field| field.kind() == Kind::Duration);
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        let is_decimal = |end: &str| {
            let end = end.trim_start_matches('<');
            let number = end.trim_end_matches(char::is_alphabetic);
            let has_unit = number.len() < end.len();
            has_unit
                && number.split_once(',').is_some_and(|(whole, part)| digits(whole) && digits(part) && part.len() < 3)
        };
        let ends: Vec<&str> = written.split("..").filter(|end| !end.is_empty()).collect();
        let is_sure = |end: &&str| is_decimal(end) || !end.contains(',');
        if !is_span || !ends.iter().any(|end| is_decimal(end)) || !ends.iter().all(is_sure) {
            return false;
        }
        let right = written.replace(',', ".");
        let problem = QueryError::new("a comma stands between values, a point in a number", first..self.at);
        // So few are as likely two spans.
        let may_be_two = written.ends_with("ms") || written.ends_with("us") || written.ends_with("ns");
        self.problem(if may_be_two && ends.len() == 1 {
            let unit = written.trim_start_matches(|c: char| !c.is_alphabetic());
            problem
                .with_hint(format!("write {right}, or {} for one of both", written.replace(',', &format!("{unit},"))))
        } else {
            problem.written(right)
        });
        true
    }

    /// `1,000`, `1,000..5,000`: a number elsewhere, two here.
    pub(in crate::query::syntax) fn thousands(&mut self, field: &Word, op: Op, first: usize) -> bool {
        let Some(known) = FieldRef::find(&field.text).filter(is_ordered) else { return false };
        let written = &self.text[first..self.at];
        let ends: Vec<&str> = written.split("..").collect();
        let is_plain =
            |end: &&str| !end.contains(',') && (end.is_empty() || end.starts_with(|c: char| c.is_ascii_digit()));
        let grouped: Vec<bool> = ends.iter().filter_map(|end| in_groups(end)).collect();
        let is_number = !grouped.is_empty() && ends.iter().all(|end| is_plain(end) || in_groups(end).is_some());
        // A list of three-digit numbers looks alike; none of them begins with a zero.
        let is_sure = op.is_comparison() || grouped.contains(&true);
        if !is_number || matches!(known.kind(), Kind::Status | Kind::Time) {
            return false;
        }
        let right = written.replace(',', "");
        if !is_sure {
            self.note(format!("{written} is one of several numbers; {right} is one"));
            return false;
        }
        let problem = QueryError::new("a comma stands between values, not in a number", first..self.at);
        self.problem(problem.written(right));
        true
    }

    /// `event.duration>1000000000`, `request_time>0.5`: ECS and Datadog count nanoseconds, nginx seconds.
    pub(in crate::query::syntax) fn in_other_unit(&mut self, field: &Word, values: &[Value]) -> bool {
        /// As milliseconds these are hours.
        const LARGE: u64 = 10_000_000;
        let name = &self.text[field.span.clone()];
        let (is_ecs, is_datadog) = (name.trim_start_matches('@') == "event.duration", name == "@duration");
        let is_nginx = name.trim_start_matches('$') == "request_time";
        let number = |text: &str| if is_nginx { nanos_of_seconds(text) } else { text.parse::<u64>().ok() };
        let numbers = |value: &Value| -> Vec<u64> {
            match &value.word.style {
                Style::Range(ends) => ends.iter().filter_map(|(end, _)| number(end.as_deref()?)).collect(),
                _ => value.word.text.split("..").filter_map(|end| number(end.trim_start_matches('<'))).collect(),
            }
        };
        let is_meant = |number: &u64| *number > 0 && (is_ecs || is_nginx || is_datadog && *number >= LARGE);
        let Some(value) = values.iter().find(|value| numbers(value).iter().any(is_meant)) else { return false };
        let written = |text: &str| number(text).map_or_else(|| text.to_owned(), exact_span);
        let right = match &value.word.style {
            Style::Range(ends) => {
                let [(low, without_low), (high, without_high)] = ends.as_ref();
                let edge = |end: &Option<String>| end.as_deref().map_or_else(|| "*".to_owned(), written);
                let (open, close) = (if *without_low { '{' } else { '[' }, if *without_high { '}' } else { ']' });
                format!("{open}{} TO {}{close}", edge(low), edge(high))
            }
            _ => match value.word.text.split_once("..") {
                Some((low, high)) => {
                    let (sign, high) = high.strip_prefix('<').map_or(("", high), |high| ("<", high));
                    format!("{}..{sign}{}", written(low), written(high))
                }
                None => written(&value.word.text),
            },
        };
        let unit = if is_nginx { "seconds" } else { "nanoseconds" };
        let problem = QueryError::new(format!("{name} is in {unit} elsewhere"), value.word.span.clone());
        self.problem(problem.written(right));
        true
    }

    /// A value; of a time also what stands behind the space after its date.
    pub(in crate::query::syntax) fn value_or_time(&mut self, field: &Word) -> Word {
        let mut word = self.value_word();
        if FieldRef::find(&field.text).is_some_and(|field| field.kind() == Kind::Time) && word.is_bare() {
            while let Some(len) = (ends_with_date(&word.text) || is_day(&word.text))
                .then(|| clock_len(self.rest()).or_else(|| clocks_len(self.rest())))
                .flatten()
            {
                self.at += len;
                word.span.end = self.at;
                word = Word { text: self.text[word.span.clone()].to_owned(), style: Style::Bare, span: word.span };
            }
        }
        word
    }
}

/// `0.009`: nanoseconds of a number of seconds, to the nanosecond.
fn nanos_of_seconds(text: &str) -> Option<u64> {
    const DIGITS: usize = 9;
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let is_number = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() && part.is_empty() || !is_number(whole) || !is_number(part) || part.len() > DIGITS {
        return None;
    }
    let whole = if whole.is_empty() { 0 } else { whole.parse::<u64>().ok()? };
    let part = format!("{part:0<DIGITS$}").parse::<u64>().ok()?;
    whole.checked_mul(1_000_000_000)?.checked_add(part)
}

/// A number with commas before each three digits, and whether three of them begin with a zero.
fn in_groups(text: &str) -> Option<bool> {
    let text = text.strip_prefix('<').unwrap_or(text);
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let end = text.find(|c: char| !c.is_ascii_digit() && c != ',').unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let mut groups = number.split(',');
    let is_headed = groups.next().is_some_and(|head| digits(head) && head.len() < 4);
    let groups: Vec<&str> = groups.collect();
    let is_grouped = is_headed && !groups.is_empty() && groups.iter().all(|group| digits(group) && group.len() == 3);
    let is_number = is_grouped && unit.chars().all(char::is_alphabetic);
    is_number.then(|| groups.iter().any(|group| group.starts_with('0')))
}

/// Whether values can be smaller and larger.
fn is_ordered(field: &FieldRef) -> bool {
    is_counted(field.kind()) || matches!(field, FieldRef::Attribute(_))
}

fn open_end(edge: &str) -> &str {
    if edge == "*" { "" } else { edge }
}

/// Whether a text ends with a date: `2026-11-23`.
fn ends_with_date(text: &str) -> bool {
    let Some(date) = text.len().checked_sub(10).and_then(|at| text.get(at..)) else { return false };
    let is_place =
        |(at, byte): (usize, u8)| if matches!(at, 4 | 7) { matches!(byte, b'-' | b'/') } else { byte.is_ascii_digit() };
    date.bytes().enumerate().all(is_place)
}

/// Whether a word is a day: `yesterday`, `tuesday`, `28.11.`.
pub(in crate::query::syntax) fn is_day(word: &str) -> bool {
    read_time(word, AT_ALL, Tz::UTC).is_ok_and(|time| time.day_end.is_some())
}

/// How long the times of day are behind a day and a space: `6pm..10pm`.
fn clocks_len(text: &str) -> Option<usize> {
    let clocks = text.strip_prefix(' ')?;
    let end = clocks.find(|c: char| c.is_whitespace() || matches!(c, ')' | ',')).unwrap_or(clocks.len());
    let is_clock = |text: &str| read_time(text, AT_ALL, Tz::UTC).is_ok_and(|time| time.has_no_day);
    let (from, until) = clocks[..end].split_once("..")?;
    let until = until.strip_prefix('<').unwrap_or(until);
    (is_clock(from) && (until.is_empty() || is_clock(until))).then_some(end + 1)
}

/// How long the time of day is behind a date and a space, with what belongs to it.
fn clock_len(text: &str) -> Option<usize> {
    let clock = text.strip_prefix(' ')?;
    let end = clock.find(|c: char| c.is_whitespace() || matches!(c, ')' | ',')).unwrap_or(clock.len());
    let (hour, minute) = clock[..end].split_once(':')?;
    let is_hour = (1..=2).contains(&hour.len()) && hour.bytes().all(|b| b.is_ascii_digit());
    let is_minute = minute.len() >= 2 && minute.as_bytes()[..2].iter().all(u8::is_ascii_digit);
    let zone = [" UTC", " GMT", " Z"].into_iter().find(|zone| {
        let behind = clock[end..].strip_prefix(zone).map(|behind| behind.chars().next());
        behind.is_some_and(|next| next.is_none_or(|c| c.is_whitespace() || c == ')'))
    });
    (is_hour && is_minute).then_some(end + 1 + zone.map_or(0, str::len))
}
