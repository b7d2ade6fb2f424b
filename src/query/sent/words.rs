//! Names that were sent and are read as words, as they stand before an operator or a value.

use std::ops::Range;

use crate::model::field::FieldRef;
use crate::query::error::QueryError;
use crate::query::resolve::{Reading, parse_with};
use crate::query::syntax::{self, Node, NodeKind};

use super::meant::only;
use super::{by_names_sent, name_of};

/// Whether words stand before an operator, or beside a join before a value, that may name an attribute.
#[must_use]
pub fn named_in_words(text: &str) -> bool {
    !words_before_operators(text).is_empty() || !words_before_values(text).is_empty()
}

/// Names that were sent and stand before an operator as words do, `region contains eu` or `tags=vip`, or before a value
/// as a pair that is joined with terms, `region eu and status:500`: what is
/// meant, with its prefix.
#[must_use]
pub fn sent_in_words(text: &str, reading: Reading<'_>, sent: &[&str]) -> Option<QueryError> {
    let found = |place: &Range<usize>| {
        let name = text[place.clone()].trim_start_matches('@');
        sent_as(name, sent).filter(|_| FieldRef::find(name).is_none())
    };
    let is_sent = |place: &Range<usize>| found(place).is_some();
    let right = |place: &Range<usize>| found(place).map(|name| name_of(&name)).unwrap_or_default();
    let operators = words_before_operators(text).into_iter().filter(is_sent);
    let operators = operators.map(|place| (place.clone(), place.clone(), right(&place)));
    let values = words_before_values(text).into_iter().filter(|(place, _)| is_sent(place));
    let values = values.map(|(place, value)| (place.clone(), place.start..value, format!("{}:", right(&place))));
    let mut places: Vec<_> = operators.chain(values).collect();
    places.sort_by_key(|(place, ..)| place.start);
    let mut named = text.to_owned();
    for (_, replaced, right) in places.iter().rev() {
        named.replace_range(replaced.clone(), right);
    }
    let place = places.into_iter().next()?.0;
    let whole = match parse_with(&named, reading) {
        Ok(_) => named,
        Err(error) => String::from(by_names_sent(error, &named, reading, sent).whole?),
    };
    let name = &text[place.clone()];
    let hint = format!("{} is what a source sent; in double quotes it is searched as text", right(&place));
    let problem = QueryError::new(format!("“{name}” is a word here"), place);
    Some(QueryError { whole: Some(whole.into_boxed_str()), ..problem.with_hint(hint) })
}

/// The name that was sent so, or the only one that ends so: `country` of `geo.country`.
fn sent_as<'s>(name: &str, sent: &[&'s str]) -> Option<&'s str> {
    let end = format!(".{name}");
    let whole = sent.iter().copied().find(|sent| *sent == name);
    whole.or_else(|| only(sent.iter().copied().filter(|sent| sent.ends_with(&end) && !name.is_empty())))
}

/// The names among the bare words of a query that stand before an operator.
fn words_before_operators(text: &str) -> Vec<Range<usize>> {
    fn bare_words(node: &Node, places: &mut Vec<Range<usize>>) {
        match &node.kind {
            NodeKind::And(parts) | NodeKind::Or(parts) => parts.iter().for_each(|part| bare_words(part, places)),
            NodeKind::Not(inner) => bare_words(inner, places),
            NodeKind::Term(term) => {
                places.extend(term.word().filter(|word| word.is_bare()).map(|word| word.span.clone()));
            }
        }
    }
    let mut places = Vec::new();
    bare_words(&syntax::read(text).node, &mut places);
    let name = |place: Range<usize>| {
        let len = syntax::operator_behind_name(&text[place.start..])?;
        (len <= place.len()).then(|| place.start..place.start + len)
    };
    places.into_iter().filter_map(name).collect()
}

/// The names among the words of a query that stand before one more word, where both together are joined with a
/// term; and where their values begin.
fn words_before_values(text: &str) -> Vec<(Range<usize>, usize)> {
    let start = |word: &str| word.as_ptr() as usize - text.as_ptr() as usize;
    let words: Vec<&str> = text.split_whitespace().collect();
    let is_join = |word: &str| matches!(word.to_ascii_lowercase().as_str(), "and" | "or" | "&&" | "||");
    let is_not = |word: &str| word.eq_ignore_ascii_case("not");
    let is_term = |word: &&str| syntax::is_term_behind(word.trim_start_matches(['(', '-', '!']));
    // Inside of quotes there are no names.
    if text.contains(['"', '\'']) || !words.iter().any(is_term) {
        return Vec::new();
    }
    let is_value = |word: &str| {
        !is_join(word) && !is_not(word) && word.chars().all(|c| c.is_alphanumeric() || "-_.*/".contains(c))
    };
    let pair = |at: usize| {
        let (name, value) = (words[at].trim_start_matches(['(', '-', '!']), words.get(at + 1)?);
        let (before, behind) = (at.checked_sub(1).map(|at| words[at]), words.get(at + 2).copied());
        let is_begin = before.is_none_or(|word| is_join(word) || is_not(word));
        let first = if before.is_some_and(is_not) { at.checked_sub(2).map(|at| words[at]) } else { before };
        let is_joined = first.is_some_and(is_join) || behind.is_some_and(is_join);
        let is_end = behind.is_none_or(is_join);
        let is_pair = is_begin && is_end && is_joined && is_value(value.trim_end_matches(')'));
        let place = start(name)..start(name) + name.len();
        let is_name = syntax::is_plain_name(name) && FieldRef::find(name).is_none() && !is_join(name) && !is_not(name);
        (is_pair && is_name).then(|| (place, start(value)))
    };
    (0..words.len()).filter_map(pair).collect()
}
