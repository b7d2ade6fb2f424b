//! A parenthesis or a quote too many or too few: put right where what is meant does not hang on its place.

use std::ops::Range;

use crate::query::error::QueryError;
use crate::query::syntax::dialect::terms::is_term_behind;
use crate::query::syntax::joins::is_join;
use crate::query::syntax::reader::Reader;
use crate::query::syntax::value::{CLOSING_QUOTES, OPENING_QUOTES};

impl Reader<'_> {
    /// A closing parenthesis that closes nothing; `start` is where what is before it begins.
    pub(in crate::query::syntax) fn closes_nothing(&self, start: usize) -> QueryError {
        let place = self.at..self.at + 1;
        let problem = QueryError::new("this “)” closes nothing", place.clone());
        let is_last = self.rest()[1..].trim().is_empty();
        // One inside of what is before it was opened there, by something that was not understood.
        let before = &self.text[start..self.at];
        let is_even = before.matches('(').count() == before.matches(')').count();
        let is_sure = is_even && (is_last || !has_or(before));
        if is_sure { problem.with_fix(place, "") } else { problem }
    }

    /// An opening parenthesis at `open` that nothing closes: it is closed at the end where all in it is joined
    /// alike.
    pub(in crate::query::syntax) fn not_closed(&self, open: usize) -> QueryError {
        let problem = QueryError::new("this “(” is not closed", open..open + 1);
        let inside = &self.text[open + 1..self.at];
        let before = self.text[..open].trim_end();
        let is_left_out = ["NOT", "not:", "-", "!"].iter().any(|sign| before.ends_with(sign));
        let is_alone = inside.split_whitespace().count() == 1;
        // `((a or b and c)`: the second one was opened for the alternatives.
        let inner = group_within(inside).and_then(|group| {
            let len = alternatives_before_and(&inside[group.clone()])?;
            Some(open + 1 + group.start + len)
        });
        // What is left out side by side may be the first alone.
        let is_joined = !is_left_out || words(inside).any(|word| is_join_or_sign(&inside[word]));
        let is_sure = !inside.trim().is_empty() && (is_alone || is_joined && !is_mixed(&without_groups(inside)));
        let end = self.text[..self.at].trim_end().len();
        let before = alternatives_before_and(inside).map(|len| open + 1 + len);
        let close = match inner {
            None if is_sure => Some(end),
            _ => inner.or(before).filter(|_| !is_left_out),
        };
        match close {
            Some(end) => problem.with_fix(end..end, ")"),
            None => problem,
        }
    }

    /// The same of values, among which a term is none: they are closed before it.
    pub(in crate::query::syntax) fn values_not_closed(&self, open: usize) -> QueryError {
        let problem = self.not_closed(open);
        let inside = &self.text[open + 1..self.at];
        let term = words(inside).find(|word| is_term_behind(inside[word.start..].trim_start_matches(['-', '!', '('])));
        let Some(term) = term else {
            // What is compared is no value either.
            if inside.contains([':', '=', '<', '>']) {
                return QueryError { fix: None, ..problem };
            }
            let end = self.text[..self.at].trim_end().len();
            return if is_list(inside) { problem.with_fix(end..end, ")") } else { problem };
        };
        let before: Vec<_> = words(&inside[..term.start]).collect();
        let values =
            before.len() - before.iter().rev().take_while(|word| is_join_or_sign(&inside[(*word).clone()])).count();
        let Some(last) = values.checked_sub(1).and_then(|last| before.get(last)) else {
            return QueryError { fix: None, ..problem };
        };
        let is_joined = values < before.len();
        let end = open + 1 + last.end;
        // Joined in one way only, they are closed where they end.
        let mut joins = before[..values].iter().map(|word| inside[word.clone()].to_ascii_lowercase());
        let first = joins.find(|word| is_join_or_sign(word));
        let is_alike = joins.all(|word| !is_join_or_sign(&word) || Some(&word) == first.as_ref());
        if is_joined && is_alike { problem.with_fix(end..end, ")") } else { QueryError { fix: None, ..problem } }
    }

    /// A double quote at `open` that nothing closes.
    pub(in crate::query::syntax) fn quote_not_closed(&self, open: usize) -> QueryError {
        let problem = QueryError::new("this quote is not closed", open..open + 1);
        let inner = &self.text[open + 1..self.end];
        let before = self.text[..open].chars().next_back();
        let opens = before.is_none_or(|c| c.is_whitespace() || ":=~<>(,".contains(c));
        let last = inner.chars().next_back().filter(|last| CLOSING_QUOTES.contains(last));
        let token = self.text[..open].rsplit(char::is_whitespace).next().unwrap_or("");
        let fix = match last {
            // Another quote opened before.
            _ if !opens && token.contains(OPENING_QUOTES) || token.contains('\'') => None,
            // Behind a value it closes nothing.
            _ if !opens && inner.trim_start().len() < inner.len() || inner.is_empty() && before.is_some() => {
                Some((open..open + 1, ""))
            }
            // A term stands in none.
            _ if is_term_behind(inner) => Some((open..open + 1, "")),
            _ if inner.trim().is_empty() || inner.contains(['(', ')', '\\', ',']) => None,
            Some(last) => Some((self.end - last.len_utf8()..self.end, "\"")),
            None => {
                let end = next_term(inner).unwrap_or(inner.trim_end().len());
                let at = open + 1 + end;
                // `"Acme Ltd'`
                let other = inner[..end].strip_suffix('\'').filter(|text| !text.is_empty() && !text.contains('\''));
                Some((at - usize::from(other.is_some())..at, "\""))
            }
        };
        match fix {
            Some((place, right)) => problem.with_fix(place, right),
            None => problem,
        }
    }
}

/// A text in which a group in parentheses, or a text in quotes, is one term.
fn without_groups(text: &str) -> String {
    let (mut depth, mut is_quoted, mut out) = (0_usize, false, String::with_capacity(text.len()));
    for c in text.chars() {
        match c {
            '"' if depth == 0 => {
                is_quoted = !is_quoted;
                out.push(':');
            }
            _ if is_quoted => {}
            '(' => {
                if depth == 0 {
                    out.push(':');
                }
                depth += 1;
            }
            ')' if depth > 0 => depth -= 1,
            _ if depth > 0 => {}
            _ => out.push(c),
        }
    }
    if depth == 0 && !is_quoted { out } else { text.to_owned() }
}

/// Where the inside of the group is that is all of a text.
fn group_within(text: &str) -> Option<Range<usize>> {
    let inner = text.trim().strip_prefix('(')?.strip_suffix(')')?;
    let start = inner.as_ptr() as usize - text.as_ptr() as usize;
    (!inner.contains(['(', ')', '"'])).then_some(start..start + inner.len())
}

/// Whether words are values of which one is enough, each behind its own `or`.
fn is_list(text: &str) -> bool {
    let plain = without_groups(text);
    let either = plain.split_whitespace().filter(|word| is_or(word)).count();
    let values = plain.split_whitespace().filter(|word| !is_join_or_sign(word)).count();
    either > 0 && values == either + 1
}

/// How long the alternatives are that stand before the first AND, where none stands behind it: parentheses are
/// around those.
fn alternatives_before_and(inside: &str) -> Option<usize> {
    let is_and = |word: &str| word.eq_ignore_ascii_case("and") || matches!(word, "&&" | "&");
    let and = words(inside).find(|word| is_and(&inside[word.clone()]))?;
    let (before, behind) = (inside[..and.start].trim_end(), &inside[and.end..]);
    (has_or(before) && !is_mixed(before) && !has_or(behind) && !behind.trim().is_empty()).then_some(before.len())
}

/// Where a text ends before a term that follows it, or a join before that.
fn next_term(text: &str) -> Option<usize> {
    let mut words = words(text).peekable();
    let mut end = 0;
    while let Some(word) = words.next() {
        let begins = |at: usize| is_term_behind(text[at..].trim_start_matches(['-', '!']));
        let is_join = is_join(&text[word.clone()]) && words.peek().is_some_and(|next| begins(next.start));
        if begins(word.start) || is_join {
            return Some(end).filter(|end| *end > 0);
        }
        end = word.end;
    }
    None
}

fn words(text: &str) -> impl Iterator<Item = Range<usize>> {
    text.split_whitespace().map(|word| {
        let start = word.as_ptr() as usize - text.as_ptr() as usize;
        start..start + word.len()
    })
}

fn is_or(word: &str) -> bool {
    word.eq_ignore_ascii_case("or") || word.contains('|')
}

fn is_join_or_sign(word: &str) -> bool {
    is_join(word) || matches!(word, "&&" | "&" | "||" | "|")
}

fn has_or(text: &str) -> bool {
    text.split_whitespace().any(is_or)
}

/// Whether terms are joined in more than one way, as far as words tell.
fn is_mixed(text: &str) -> bool {
    let parts: Vec<&str> = text.split_whitespace().collect();
    let is_sign = is_join_or_sign;
    let either = parts.iter().filter(|word| is_or(word)).count();
    let is_plain = parts.iter().all(|word| !word.contains(['(', ')', '"', '\'']));
    let terms = parts.iter().filter(|word| !is_sign(word)).count();
    // Names, operators and values apart are several words of one term.
    let is_tight =
        parts.iter().all(|word| is_sign(word) || word.contains([':', '=', '<', '>', '~']) || parts.len() == 1);
    either > 0 && !(is_plain && is_tight && terms == either + 1)
}
