//! Which values there are near one that no record has, and which attributes near one that is not there.

use crate::base::spelling::distance;
use crate::model::answer::Attributes;
use crate::model::field::{FieldRef, Kind};
use crate::query::filter::{Clause, Target};
use crate::query::print::typed as typed_step;
use crate::query::{Filter, Test};

/// So many of them are named.
const NAMED: usize = 3;
/// Shorter words are near to too many others.
const SHORTEST_WORD: usize = 4;

/// An attribute that no record of the period has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unnamed {
    /// Its path as it was asked for.
    pub path: String,
    /// Those that are there, with how many records have them: the nearest first.
    pub near: Vec<(String, u64)>,
    /// Where not all names are listed: how that is said.
    pub more: Option<String>,
}

/// A step on a value that no record of the period has.
#[derive(Debug, Clone, PartialEq)]
pub struct Unknown {
    /// Which step.
    pub step: usize,
    /// Its field.
    pub field: FieldRef,
    /// Values that are there, with their counts: the nearest first, or the most frequent.
    pub values: Vec<(Vec<u8>, u64)>,
    /// How near the first of them is.
    pub nearness: Nearness,
}

/// How near the best value is to the one that was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nearness {
    /// It may be what was meant.
    Close,
    /// It is the nearest number.
    Next,
    /// It is only frequent.
    Far,
}

/// The value of a step.
#[derive(Clone)]
pub(super) enum Typed {
    Number(i64),
    Text(String),
}

/// The attributes that are nearest to one that no record has: its name in another case first of all.
pub(super) fn unnamed(path: &str, known: &Attributes) -> Option<Unnamed> {
    let names = known.names.iter().filter(|(_, count)| *count > 0);
    if names.clone().any(|(name, _)| name == path) {
        return None;
    }
    // An object is there by what it holds.
    let below = format!("{path}.");
    let inside: Vec<_> = names.clone().filter(|(name, _)| name.starts_with(&below)).take(NAMED).cloned().collect();
    if !inside.is_empty() {
        return Some(Unnamed { path: path.to_owned(), near: inside, more: known.more_words() });
    }
    let wanted = path.to_lowercase();
    let mut near: Vec<_> = names.filter_map(|name| Some((distance(&wanted, &name.0)?, name))).collect();
    near.sort_by_key(|(distance, _)| *distance);
    let near: Vec<_> = near.into_iter().take(NAMED).map(|(_, name)| name.clone()).collect();
    (!near.is_empty()).then(|| Unnamed { path: path.to_owned(), near, more: known.more_words() })
}

/// The field and the value of a step that keeps a single one.
pub(super) fn typed(step: &Filter) -> Option<(FieldRef, Typed)> {
    let Filter::Clause(Clause { target: Target::Field(field), any_of }) = step else { return None };
    let [test] = any_of.as_slice() else { return None };
    let typed = match (field.kind(), test) {
        (Kind::Status | Kind::Integer, Test::Range(low, high)) if low == high => Typed::Number(*low),
        (Kind::Name | Kind::Text, Test::Exact(bytes)) => Typed::Text(String::from_utf8_lossy(bytes).to_lowercase()),
        (Kind::Name | Kind::Text, Test::Words(text) | Test::Phrase(text)) => Typed::Text(text.to_lowercase()),
        (Kind::Name | Kind::Text, Test::Wildcard(text)) => Typed::Text(text.replace('*', "").to_lowercase()),
        _ => return None,
    };
    Some((field.clone(), typed))
}

/// The values nearest to one that is not among them; they come in the order of their counts.
pub(super) fn near(step: usize, field: FieldRef, typed: &Typed, mut values: Vec<(Vec<u8>, u64)>) -> Option<Unknown> {
    let nearness = match typed {
        Typed::Number(wanted) => {
            let number = |value: &[u8]| std::str::from_utf8(value).ok().and_then(|text| text.parse::<i64>().ok());
            values.retain(|(value, _)| number(value).is_some());
            values.sort_by_key(|(value, _)| number(value).map_or(u64::MAX, |number| number.abs_diff(*wanted)));
            Nearness::Next
        }
        Typed::Text(wanted) => {
            let is_name = field.kind() == Kind::Name;
            let mut close: Vec<_> = values
                .iter()
                .filter_map(|value| {
                    Some((distance_within(wanted, &String::from_utf8_lossy(&value.0), is_name)?, value))
                })
                .collect();
            close.sort_by_key(|(distance, _)| *distance);
            let close: Vec<_> = close.into_iter().map(|(_, value)| value.clone()).collect();
            if close.is_empty() {
                Nearness::Far
            } else {
                values = close;
                Nearness::Close
            }
        }
    };
    values.truncate(NAMED);
    (!values.is_empty()).then_some(Unknown { step, field, values, nearness })
}

/// How far a text is from a value or, where they count, from one of its words.
fn distance_within(wanted: &str, value: &str, with_words: bool) -> Option<usize> {
    let words = value.split(|c: char| !c.is_alphanumeric()).filter(|word| with_words && word.len() >= SHORTEST_WORD);
    std::iter::once(value).chain(words).filter_map(|text| distance(wanted, text)).min()
}

impl Unknown {
    /// For a whole value where lists are: the term that finds it in them.
    pub(super) fn in_lists(&self, filter: &Filter) -> Option<String> {
        let Some(Filter::Clause(Clause { any_of, .. })) = filter.steps().get(self.step) else { return None };
        let [Test::Exact(wanted)] = any_of.as_slice() else { return None };
        let is_list = |(value, _): &(Vec<u8>, u64)| value.starts_with(b"[") && value.ends_with(b"]");
        let wanted = std::str::from_utf8(wanted).ok().filter(|_| self.values.iter().any(is_list))?;
        let is_attribute = matches!(self.field, FieldRef::Attribute(_));
        is_attribute.then(|| typed_step(&Filter::field(self.field.clone(), Test::Words(wanted.to_owned()))))
    }
}

#[cfg(test)]
#[path = "nearest_tests.rs"]
mod tests;
