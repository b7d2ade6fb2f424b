//! Ranges in brackets, and what else stands in them elsewhere.

use crate::base::units::parse_compound_span;
use crate::model::field::FieldRef;
use crate::model::status;
use crate::query::error::QueryError;

use super::reader::Reader;
use super::term::is_counted;
use super::{Style, Word};

/// `1s - 2s`, `1s .. 2s`: two ends with a sign between them.
fn spaced_range(inside: &str) -> Option<String> {
    match inside.split_whitespace().collect::<Vec<_>>().as_slice() {
        [low, "-" | "–" | "—" | ".." | "..." | "…" | "to" | "and", high] => Some(format!("{low}..{high}")),
        _ => None,
    }
}

/// `500 or 502`: words with `or` between them.
fn alternatives(inside: &str) -> Option<Vec<&str>> {
    let words: Vec<&str> = inside.split_whitespace().collect();
    let is_or = |word: &str| word.eq_ignore_ascii_case("or") || matches!(word, "|" | "||");
    let is_list = words.len() > 2
        && words.len() % 2 == 1
        && words.iter().enumerate().all(|(at, word)| is_or(word) == (at % 2 == 1));
    is_list.then(|| words.into_iter().step_by(2).collect())
}

impl Reader<'_> {
    /// `[500, 502]`: a list elsewhere, or a range.
    pub(super) fn bracket_list(&mut self, field: &Word) -> bool {
        let rest = self.rest();
        if !rest.starts_with(['[', '{']) {
            return false;
        }
        let end = rest.find([']', '}']).unwrap_or(0);
        let inside = rest.get(1..end).unwrap_or("").trim();
        let is_number = FieldRef::find(&field.text).is_some_and(|field| is_counted(field.kind()));
        let is_text = inside.len() > 2
            && inside.strip_prefix('"').and_then(|text| text.find('"')).is_some_and(|close| close + 2 == inside.len());
        let either = alternatives(inside);
        let is_spaced = is_number && inside.contains(' ') && !inside.contains(" TO ") && !inside.contains(':');
        if !inside.contains([',', ';']) && !is_text && !is_spaced && either.is_none() {
            return false;
        }
        let place = self.at..self.at + end + 1;
        self.at = place.end;
        if let Some(range) = is_spaced.then(|| spaced_range(inside)).flatten() {
            self.problem(QueryError::new("a range has two dots", place).written(range));
            return true;
        }
        let values: Vec<&str> = match inside {
            _ if is_text => vec![inside],
            _ if let Some(either) = &either => either.clone(),
            _ if inside.contains([',', ';']) => inside.split([',', ';']).map(str::trim).collect(),
            _ => inside.split_whitespace().collect(),
        };
        let list = values.join(",");
        let problem = QueryError::new("values stand side by side, with commas", place.clone());
        // Classes and braces make no range elsewhere.
        // Texts in quotes are JSON's list.
        let is_json = inside.contains(',') && values.iter().all(|value| value.starts_with('"'));
        let is_list =
            rest.starts_with('{') || either.is_some() || is_json || values.iter().all(|value| value.ends_with("xx"));
        let is_ordered = is_number && !is_list;
        self.problem(match values.as_slice() {
            [low, high] if is_ordered => {
                problem.with_hint(format!("write {list} for one of them, {low}..{high} for all between"))
            }
            _ => problem.with_hint(format!("write {list}")).with_fix(place, list),
        });
        true
    }

    /// `[1s - 2s]` without a field: of what only one field has.
    pub(super) fn range_alone(&self) -> Option<(QueryError, usize)> {
        let rest = self.rest();
        let (inside, _) = rest.strip_prefix('[')?.split_once(']')?;
        let range = spaced_range(inside).or_else(|| {
            let (low, high) = inside.split_once(" TO ").or_else(|| inside.split_once(".."))?;
            Some(format!("{}..{}", low.trim(), high.trim()))
        })?;
        let (low, high) = range.split_once("..")?;
        let is_span = |text: &str| text.ends_with(char::is_alphabetic) && parse_compound_span(text).is_some();
        let is_status = |text: &str| text.len() == 3 && text.parse().ok().and_then(status::class).is_some();
        let field = match (is_span(low) && is_span(high), is_status(low) && is_status(high)) {
            (true, _) => "duration",
            (_, true) => "status",
            _ => return None,
        };
        let len = inside.len() + 2;
        let problem = QueryError::new("this range has no field", self.at..self.at + len);
        Some((problem.written(format!("{field}:{range}")), len))
    }

    /// `[500 TO 599]`, and `{500 TO 599}` without the ends.
    pub(super) fn bracket_range(&mut self) -> Option<Word> {
        let rest = self.rest();
        if !rest.starts_with(['[', '{']) {
            return None;
        }
        let Some(end) = rest.find([']', '}']) else { return self.range_not_closed() };
        let (low, high) = rest[1..end].split_once(" TO ").or_else(|| rest[1..end].split_once(" to "))?;
        let edge = |text: &str| {
            let text = text.trim().trim_matches('"');
            // Lucene's signs are escaped there, too.
            let text = text.replace("\\:", ":").replace("\\-", "-").replace("\\/", "/");
            (text != "*" && !text.is_empty()).then_some(text)
        };
        let ends = [(edge(low), rest.starts_with('{')), (edge(high), rest[end..].starts_with('}'))];
        let span = self.at..self.at + end + 1;
        self.at = span.end;
        Some(Word { text: self.text[span.clone()].to_owned(), style: Style::Range(Box::new(ends)), span })
    }

    /// `[500 TO 599`: a range whose bracket is not closed.
    fn range_not_closed(&mut self) -> Option<Word> {
        let rest = self.rest();
        let (low, behind) = rest.split_once(" TO").filter(|(low, _)| !low[1..].contains(char::is_whitespace))?;
        let high = behind.trim_start();
        let len = high.find(|c: char| c.is_whitespace() || c == ')').unwrap_or(high.len());
        let (start, end) = (self.at, self.at + rest.len() - high.len() + len);
        let problem = QueryError::new(format!("this {} is not closed", &rest[..1]), start..start + 1);
        let close = if rest.starts_with('[') { "]" } else { "}" };
        let ends = [(Some(low[1..].to_owned()), false), (Some(high[..len].to_owned()), false)];
        self.problem(if len > 0 { problem.with_fix(end..end, close) } else { problem });
        self.at = end;
        Some(Word { text: rest[..end - start].to_owned(), style: Style::Range(Box::new(ends)), span: start..end })
    }
}
