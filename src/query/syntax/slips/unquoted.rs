//! Values with spaces and without quotes: `client:Smith, Jones & Co`, `service:Orders API`, `client:*Success Team*`.

use std::ops::Range;

use crate::model::field::{Field, FieldRef, Kind};
use crate::query::error::QueryError;
use crate::query::print::{pattern_text, quoted};
use crate::query::shape::field_of_word;
use crate::query::syntax::joins::is_join;
use crate::query::syntax::reader::Reader;
use crate::query::syntax::term::known_name_len;
use crate::query::syntax::value::side_by_side;
use crate::query::syntax::{Op, Word};
use crate::query::times_in_words::begins_time;

impl Reader<'_> {
    /// What a text without quotes goes on with. `op` is its operator.
    pub(in crate::query::syntax) fn goes_on_in_words(&mut self, op: Op, field: &Word, word: &Word) -> bool {
        let known = FieldRef::find(&field.text);
        let Some(known) = known.filter(|field| matches!(field.kind(), Kind::Name | Kind::Text)) else { return false };
        let is_plain = self.text[word.span.clone()] == word.text && !word.text.contains(['"', '/']);
        if !is_plain || !matches!(op, Op::Has | Op::Exact) {
            return false;
        }
        if self.closed_alone(word)
            || op == Op::Has && self.goes_on_in_prose(field, word)
            || self.goes_on_as_name(op, &known, word)
        {
            return true;
        }
        if op == Op::Has {
            self.note_of_star(&known, field, word);
        }
        false
    }

    /// `client:Acme Ltd"`: a quote that closes a value and is opened nowhere.
    fn closed_alone(&mut self, word: &Word) -> bool {
        let (start, behind) = (word.span.start, &self.text[word.span.end..self.end]);
        let Some(len) = behind.find('"').filter(|len| behind[..*len].ends_with(|c: char| !c.is_whitespace())) else {
            return false;
        };
        let is_odd = |text: &str| !text.matches('"').count().is_multiple_of(2);
        let (between, rest) = (&behind[..len], &behind[len + 1..]);
        let is_text = between.starts_with(' ')
            && !between.contains([':', '=', '<', '>', '(', ')', '\'', '\\', '*'])
            && !between.split_whitespace().any(is_join);
        let is_end = rest.is_empty() || rest.starts_with(|c: char| c.is_whitespace() || c == ')');
        if !is_text || !is_end || is_odd(&self.text[..start]) || is_odd(rest) {
            return false;
        }
        self.at = word.span.end + len + 1;
        // Or another kind of quote opened it.
        let right = quoted(self.text[start..self.at - 1].trim_start_matches('\'').as_bytes());
        self.problem(
            QueryError::new("this quote closes nothing", self.at - 1..self.at)
                .with_hint(format!("write {right}"))
                .with_fix(start..self.at, right),
        );
        true
    }

    /// `client:*success team`, `client:success team*`: a star says that a value goes on, and does not say how far.
    fn note_of_star(&mut self, known: &FieldRef, field: &Word, word: &Word) {
        if matches!(known.known(), Some(Field::UserAgent | Field::Path)) {
            return;
        }
        let words = self.words_behind(word);
        let text = |place: &Range<usize>| &self.text[place.clone()];
        let is_plain = |place: &&Range<usize>| field_of_word(text(place)).is_none() && !begins_time(text(place));
        let is_closed = |place: &Range<usize>| text(place).len() > 1 && text(place).ends_with('*');
        let inner = word.text.strip_prefix('*').unwrap_or(&word.text);
        let last = match words.iter().position(is_closed) {
            Some(at) if !word.text.contains('*') => words[..=at].iter().all(|place| is_plain(&place)).then_some(at),
            None if word.text.starts_with('*') && inner.chars().all(char::is_alphanumeric) && !inner.is_empty() => {
                words.iter().take_while(is_plain).count().checked_sub(1)
            }
            _ => None,
        };
        let Some(last) = last.and_then(|at| words.get(at)) else { return };
        let term = &self.text[field.span.start..word.span.end];
        let both = &self.text[word.span.start..last.end];
        if both.trim_matches('*').contains(['*', '"', '\'', ',']) {
            return;
        }
        let head = &self.text[field.span.start..word.span.start];
        let besides = self.text[word.span.end..last.end].trim_start();
        let whole = pattern_text(both, false);
        self.note(format!("“{besides}” is searched besides {term}; one value of both is {head}{whole}"));
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
        let problem = |start| QueryError::new("a text with spaces stands in double quotes", start..end);
        let inner = self.text[start..end].strip_prefix('(').map(str::trim_start);
        // “not” within a text is a word of it.
        let is_own = |(at, word): (usize, &str)| at > 0 && word == "not";
        let is_joined = |inner: &str| {
            let joins = || inner.split(' ').enumerate().any(|(at, word)| is_join(word) && !is_own((at, word)));
            inner.contains(['"', '(', ',']) || joins()
        };
        self.problem(match inner {
            // In a group each value is one of its own, where something joins it with others.
            Some(inner) if is_joined(inner) => problem(start).with_hint("write each text of the group in its own"),
            Some(inner) => problem(end - inner.len()).written(quoted(inner.as_bytes())),
            None => problem(start).written(quoted(&self.text.as_bytes()[start..end])),
        });
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
        let connected = (closing.is_none() && !is_closed && is_capital(&word.text))
            .then(|| self.connected(field, named, &words))
            .flatten();
        let count = connected.unwrap_or(count);
        let Some(last) = count.checked_sub(1).and_then(|last| words.get(last)) else { return false };
        let last = last.start..last.end + in_parentheses(&self.text[last.end..self.end]);
        let whole = self.text[word.span.start..last.end].trim_end_matches(',');
        let place = word.span.start..word.span.start + whole.len();
        let rest = whole[word.span.len()..].trim();
        // “Acme, Inc.” is one name.
        let is_list = whole.split(',').skip(1).all(|value| !value.starts_with(' ') || value.trim().contains(' '));
        if !is_list
            || whole.contains(['"', '\'', '\\'])
            || whole.split(',').any(|value| !is_capital(value.trim()) && !is_open)
        {
            return false;
        }
        // A comma stands between values.
        let right = whole.split(',').map(|value| pattern_text(value.trim(), false)).collect::<Vec<_>>().join(",");
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

    /// `Get Order by id`, `Bank of America`: how many words belong to a name in which a small word joins others.
    fn connected(&self, field: &FieldRef, named: usize, words: &[Range<usize>]) -> Option<usize> {
        const JOINING: [&str; 9] = ["by", "of", "for", "to", "per", "the", "a", "an", "as"];
        let text = |place: &Range<usize>| &self.text[place.clone()];
        let is_joining = |place: &Range<usize>| JOINING.contains(&text(place));
        let is_operation = matches!(field.known(), Some(Field::Endpoint | Field::Collection));
        let is_plain = |place: &Range<usize>| {
            let text = text(place);
            let is_shaped = field_of_word(text).is_some() || begins_time(text);
            !is_shaped
                && text.chars().all(|c| c.is_alphanumeric() || "-_".contains(c))
                && (is_operation || FieldRef::find(text).is_none())
        };
        let at = words.iter().position(is_joining).filter(|at| *at + 1 < words.len())?;
        let is_begun = is_operation || at == named && named > 0;
        let is_name = at == 0 && text(&words[1]).starts_with(char::is_uppercase);
        ((is_begun || is_name) && words.iter().all(is_plain)).then_some(words.len())
    }

    /// The words behind a value, up to a term, a join or a sign.
    pub(in crate::query::syntax) fn words_behind(&self, word: &Word) -> Vec<Range<usize>> {
        let (mut end, mut words) = (word.span.end, Vec::new());
        loop {
            let rest = &self.text[end..self.end];
            let next = rest.trim_start();
            // In a long list the next value is not looked through.
            if next.len() == rest.len() {
                return words;
            }
            let len = next.find(|c: char| c.is_whitespace() || c == ')').unwrap_or(next.len());
            let is_word = len > 0 && !next.starts_with(['-', '!', '(', '"', '\'']) && !is_join(&next[..len]);
            if !is_word || known_name_len(next).is_some() || next[..len].contains([':', '=', '"']) {
                return words;
            }
            let start = self.end - next.len();
            end = start + len;
            words.push(start..end);
        }
    }
}

/// How long the words in parentheses are that go on with a name, ` (beta)`.
fn in_parentheses(behind: &str) -> usize {
    let inner = behind.strip_prefix(" (").and_then(|inner| Some(inner.split_once(')')?.0));
    let is_word = |word: &str| {
        word.starts_with(char::is_alphabetic)
            && word.chars().all(|c| c.is_alphanumeric() || "-_.".contains(c))
            && !is_join(word)
            && field_of_word(word).is_none()
    };
    inner.filter(|inner| inner.split(' ').all(is_word)).map_or(0, |inner| inner.len() + 3)
}
