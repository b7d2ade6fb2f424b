//! Steps side by side, as they are printed: a word that would be read with what is before it stands in quotes.

use crate::model::field::{FieldRef, Kind};

use super::beside::is_never;
use super::filter::{Clause, Filter, Target, Test};
use super::print::{filter_text, quoted};
use super::shape::field_of_word;
use super::syntax::is_term_without_colon;

/// Steps as they stand side by side. One that no request passes beside one before it stands in parentheses.
pub(super) fn side_by_side(steps: &[Filter]) -> Vec<String> {
    let mut before = None;
    let text = |(at, step)| {
        let text = between(before.replace(step), step, steps.get(at + 1));
        let is_never = steps[..at].iter().any(|known| is_never(known, step));
        if is_never { format!("({text})") } else { text }
    };
    steps.iter().enumerate().map(text).collect()
}

/// A step between two others: a word and the name of a field may be the name of another one.
fn between(before: Option<&Filter>, step: &Filter, next: Option<&Filter>) -> String {
    let is_heading = |word: &&str| {
        next.and_then(Filter::only_field).is_some_and(|f| FieldRef::find(&format!("{word} {f}")).is_some())
    };
    match word_of(step).filter(is_heading) {
        Some(text) => in_quotes(step, text),
        None => behind(before, step),
    }
}

fn in_quotes(step: &Filter, text: &str) -> String {
    let sign = if matches!(step, Filter::Not(_)) { "not:" } else { "" };
    format!("{sign}{}", quoted(text.as_bytes()))
}

/// A step behind another one: a word in capitals would go on with a name, and a value with the name of its field.
fn behind(before: Option<&Filter>, step: &Filter) -> String {
    let field = before.and_then(Filter::only_field);
    let is_text = field.is_some_and(|field| matches!(field.kind(), Kind::Name | Kind::Text));
    let before = before.and_then(word_of).unwrap_or("");
    match word_of(step) {
        Some(text)
            if is_text && text.starts_with(char::is_uppercase)
                || is_term_without_colon(before, text)
                || field.is_some_and(|field| is_of(field, text)) =>
        {
            in_quotes(step, text)
        }
        _ => filter_text(step),
    }
}

/// Whether a word has the shape of a value of a field.
fn is_of(field: &FieldRef, word: &str) -> bool {
    field_of_word(word).is_some_and(|term| term.split(':').next() == Some(field.name().as_ref()))
}

/// The word that is looked for anywhere, or left out.
fn word_of(step: &Filter) -> Option<&str> {
    match step {
        Filter::Not(inner) => word_of(inner),
        Filter::Clause(Clause { target: Target::Anywhere, any_of }) => match any_of.as_slice() {
            [Test::Phrase(text)] => Some(text),
            _ => None,
        },
        _ => None,
    }
}
