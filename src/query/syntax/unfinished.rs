//! The term at the end of an unfinished query: where it begins, if its operator has blanks around it.

use crate::model::field::FieldRef;

use super::dialect::words::{Asks, operator};
use super::name::is_of_name;
use super::term::operator_len;

/// More words than these make no operator.
const WORDS: usize = 5;

/// Where the term begins whose last word begins at a place: `status >= 500` begins with its field. Nothing, where the
/// word is a value and its field cannot be told.
pub(in crate::query) fn start_before_operator(before: &str, word: usize) -> Option<usize> {
    let head = before[..word].trim_end();
    if head.len() == word {
        return Some(word);
    }
    // `status >=500`
    if operator_len(&before[word..]) > 0 && !before[word..].starts_with('~') {
        return Some(name_at_end(head).filter(|at| is_field(&head[*at..])).unwrap_or(word));
    }
    if head.ends_with(',') || has_operator_in_words(before, word) {
        return None;
    }
    let mut name = head;
    // There are two behind a colon: `status: >= 500`.
    while let Some(rest) = without_operator(name) {
        name = rest.trim_end();
    }
    if name.len() == head.len() {
        return Some(word);
    }
    name_at_end(name)
}

/// Where the last word of an unfinished query begins, or its term, if there are blanks in it.
pub(in crate::query) fn unfinished_start(before: &str) -> usize {
    let word = last_word(before);
    let start = start_before_operator(before, word).unwrap_or(word);
    before[..start].trim_end().len()
}

/// Where the last word of a text begins. There are blanks of several bytes.
fn last_word(text: &str) -> usize {
    text.trim_end_matches(|c: char| !c.is_whitespace()).len()
}

/// A text without the operator at its end.
fn without_operator(text: &str) -> Option<&str> {
    let at = text.trim_end_matches([':', '=', '<', '>', '~', '!']).len();
    let len = operator_len(&text[at..]);
    (len > 0 && at + len == text.len()).then(|| &text[..at])
}

/// Where the name begins that a text ends with, and what negates it.
fn name_at_end(text: &str) -> Option<usize> {
    let name = text.trim_end_matches(is_of_name);
    (name.len() < text.len()).then(|| name.trim_end_matches(['!', '+']).len())
}

fn is_field(name: &str) -> bool {
    FieldRef::find(name.trim_start_matches(['-', '!', '+'])).is_some()
}

/// `status between 400`: whether the word is a value behind an operator in words.
fn has_operator_in_words(before: &str, word: usize) -> bool {
    let head = &before[..word];
    let mut end = head.trim_end().len();
    for _ in 0..WORDS {
        let at = last_word(&head[..end]);
        let is_name = is_field(head[at..end].trim_start_matches('('));
        // The word is the first behind it, or the second of two edges.
        let is_before = |(asks, _, _, behind): (Asks, bool, &str, &str)| {
            let behind = behind.trim_start();
            let behind = behind.strip_prefix("not ").unwrap_or(behind);
            asks == Asks::Between || before.len() - behind.len() >= word
        };
        if is_name && end < head.trim_end().len() && operator(&before[end..]).is_some_and(is_before) {
            return true;
        }
        end = head[..at].trim_end().len();
        if end == 0 {
            return false;
        }
    }
    false
}
