//! Values with spaces and without quotes: `client:Smith, Jones & Co`, `service:Orders API`, `client:*Success Team*`.

use std::ops::Range;

use crate::model::field::{Field, FieldRef, Kind};
use crate::query::error::QueryError;
use crate::query::print::{pattern_text, quoted};
use crate::query::shape::field_of_word;
use crate::query::times_in_words::begins_time;

use super::joins::is_join;
use super::reader::Reader;
use super::term::known_name_len;
use super::value::side_by_side;
use super::{Op, Word};

impl Reader<'_> {
    /// What a text without quotes goes on with. `op` is its operator.
    pub(super) fn goes_on_in_words(&mut self, op: Op, field: &Word, word: &Word) -> bool {
        let known = FieldRef::find(&field.text);
        let Some(known) = known.filter(|field| matches!(field.kind(), Kind::Name | Kind::Text)) else { return false };
        let is_plain = self.text[word.span.clone()] == word.text && !word.text.contains(['"', '/']);
        if !is_plain || !matches!(op, Op::Has | Op::Exact) {
            return false;
        }
        op == Op::Has && self.goes_on_in_prose(field, word) || self.goes_on_as_name(op, &known, word)
    }

    /// `note:needs: attention`, `client:Smith, Jones & Co`.
    fn goes_on_in_prose(&mut self, field: &Word, word: &Word) -> bool {
        let behind = &self.text[word.span.end..self.end];
        let goes_on = word.text.ends_with(':') && word.text.len() > 1 && behind.starts_with(' ')
            || behind.strip_prefix(" & ").is_some_and(|name| {
                let first = name.split([' ', '(']).next().unwrap_or("");
                name.starts_with(char::is_uppercase) && !is_join(first) && known_name_len(name).is_none()
            });
        let words = if goes_on && !word.text.contains('*') { self.words_behind(word) } else { Vec::new() };
        let Some(end) = words.last().map(|last| last.end) else { return false };
        self.at = end;
        // All from behind the operator on: values before a comma belong to it.
        let operator = &self.text[field.span.end..word.span.start];
        let start = field.span.end + operator.find(|c| !matches!(c, ':' | '=' | ' ')).unwrap_or(operator.len());
        let right = quoted(&self.text.as_bytes()[start..end]);
        self.problem(QueryError::new("a text with spaces stands in double quotes", start..end).written(right));
        true
    }

    /// `service:Orders API`, `client:*Success Team*`: names with capitals, and patterns that are open at one end.
    fn goes_on_as_name(&mut self, op: Op, field: &FieldRef, word: &Word) -> bool {
        // Programs stand in any order in theirs.
        if field.known() == Some(Field::UserAgent) {
            return false;
        }
        let words = self.words_behind(word);
        let text = |place: &Range<usize>| &self.text[place.clone()];
        let (is_open, is_closed) = (word.text.starts_with('*'), word.text.len() > 1 && word.text.ends_with('*'));
        let closing = words.iter().position(|place| text(place).ends_with('*'));
        let is_capital = |text: &str| {
            let text = text.trim_matches('*');
            // “Success” is a word of names.
            let is_shaped = field_of_word(text).is_some_and(|term| !term.starts_with("is:"));
            let is_one = !text.contains([';', '|']) && side_by_side(text).is_none();
            text.starts_with(char::is_uppercase) && !is_shaped && is_one
        };
        // “API v2”, “Partner 2”
        let is_number = |text: &str| {
            let digits = text.strip_prefix(['v', 'V']).unwrap_or(text);
            (1..=2).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit())
        };
        let goes_on = |text: &&str| !text.starts_with('*') && is_capital(text) || is_number(text);
        let named = words
            .first()
            .filter(|first| is_capital(text(first)))
            .map_or(0, |_| words.iter().map(text).take_while(goes_on).count());
        let count = match closing {
            // A star in front is closed by the next one.
            Some(at) if op == Op::Has && is_open && !is_closed && !text(&words[at]).starts_with('*') => at + 1,
            _ if is_closed || !is_capital(&word.text) => 0,
            _ => named,
        };
        let Some(last) = count.checked_sub(1).and_then(|last| words.get(last)) else { return false };
        let whole = self.text[word.span.start..last.end].trim_end_matches(',');
        let place = word.span.start..word.span.start + whole.len();
        let rest = whole[word.span.len()..].trim();
        if whole.contains(['"', '\'', '\\']) || whole.split(',').any(|value| !is_capital(value) && !is_open) {
            return false;
        }
        // Without a space behind it a comma stands between values.
        let right = whole.split(',').map(|value| pattern_text(value, false)).collect::<Vec<_>>().join(",");
        let hint = format!("write {right}, or \"{}\" to search for the words besides", rest.trim_matches('*'));
        let place = place.start..last.end;
        self.at = last.end;
        let problem = QueryError::new("a value with spaces stands in double quotes", place.clone()).with_hint(hint);
        // What is behind in small letters may belong to it, too.
        let is_end = words.get(count).is_none_or(|next| {
            field_of_word(text(next)).is_some() || begins_time(text(next)) || text(next).starts_with('/')
        });
        self.problem(if is_end { problem.with_fix(place, right) } else { problem });
        true
    }

    /// The words behind a value, up to a term, a join or a sign.
    pub(super) fn words_behind(&self, word: &Word) -> Vec<Range<usize>> {
        let (mut end, mut words) = (word.span.end, Vec::new());
        loop {
            let rest = &self.text[end..self.end];
            let next = rest.trim_start();
            let len = next.find(|c: char| c.is_whitespace() || c == ')').unwrap_or(next.len());
            let is_word = len > 0 && !next.starts_with(['-', '!', '(', '"', '\'']) && !is_join(&next[..len]);
            let is_beside = next.len() < rest.len();
            if !is_word || !is_beside || known_name_len(next).is_some() || next[..len].contains([':', '=', '"']) {
                return words;
            }
            let start = self.end - next.len();
            end = start + len;
            words.push(start..end);
        }
    }
}
