//! Values behind `or` that go on with the field before it: `status:4xx or 5xx`, `source:shop OR web`.

use std::ops::Range;

use chrono_tz::Tz;
use ipnet::IpNet;

use crate::model::field::{FieldRef, Kind};
use crate::model::period::Period;
use crate::model::value::Outcome;
use crate::query::error::QueryError;
use crate::query::filter::ANYWHERE;
use crate::query::matcher::parse_address;
use crate::query::print::quoted;
use crate::query::shape::field_of_word;

use super::joins::is_join;
use super::reader::Reader;
use super::term::known_name_len;
use super::{Node, NodeKind, Op, Word};

/// What a word behind a term and `or` or `and` is.
pub(super) enum Behind {
    /// Another value: what is right, and in which place.
    Sure(Range<usize>, String),
    /// Another value behind `or`, which joins nothing as it is; a word behind `OR`, which is one here.
    Likely(Range<usize>, String),
    /// Another value or a word: the term of both values.
    Either(String),
}

impl Reader<'_> {
    /// What a word is that has no field and stands behind a term; nothing, where it is a word.
    pub(super) fn behind_join(&self, before: &Node, behind: &Node, is_or: bool) -> Option<Behind> {
        let word = behind.word()?;
        let (term, is_negated) = match &before.kind {
            NodeKind::Term(term) => (term, false),
            NodeKind::Not(inner) => match &inner.kind {
                NodeKind::Term(term) => (term, true),
                _ => return None,
            },
            _ => return None,
        };
        let name = term.field.as_ref()?;
        let field = FieldRef::find(&name.text)?;
        let text = &self.text[behind.span.clone()];
        let is_grouped = self.text[before.span.end..behind.span.start].contains(['(', ')']);
        let is_plain = !is_grouped && word.is_bare() && !text.contains('*') && !is_join(text);
        let written = &self.text[before.span.clone()];
        let is_simple = written.ends_with(|c: char| c.is_ascii_alphanumeric())
            && !written.contains(['<', '>', '(', '~'])
            && term.without.is_empty();
        let last = &term.values.last()?.word;
        let is_shaped = field_of_word(text)
            .is_some_and(|shaped| shaped.split_once(':').is_some_and(|(name, _)| name == field.name()))
            || is_plain && last.is_bare() && is_of_kind(&field, &last.text, text);
        let is_searched = field.known().is_some_and(|field| ANYWHERE.contains(&field));
        // `status: "500" OR "502"`: both in quotes.
        let is_quoted = |text: &str| text.len() > 2 && text.starts_with('"') && text.ends_with('"');
        let both_quoted = !is_grouped
            && is_or
            && is_quoted(text)
            && is_quoted(&self.text[last.span.clone()])
            && !written.contains(['<', '>', '(', '~']);
        let is_shaped = is_shaped
            || both_quoted
                && field_of_word(&word.text)
                    .is_some_and(|shaped| shaped.split(':').next() == Some(field.name().as_ref()));
        let is_simple = is_simple || both_quoted && term.without.is_empty();
        // Of several words the field may not be meant.
        let next = self.text[behind.span.end..].split_whitespace().next().unwrap_or("");
        let is_joined_on =
            !next.is_empty() && !next.starts_with(')') && !is_join(next) && known_name_len(next).is_none();
        if is_or
            && !is_negated
            && is_plain
            && !is_shaped
            && term.without.is_empty()
            && last.text.starts_with(char::is_uppercase)
            && let Some(right) = self.name_behind(&field, before, word)
        {
            return Some(right);
        }
        match (is_shaped, is_simple) {
            // What is not one or another is neither.
            (true, true) => Some(Behind::Sure(before.span.start..behind.span.end, format!("{written},{text}"))),
            (true, false) if is_or && !is_negated && term.values.iter().all(|value| value.op.is_comparison()) => {
                Some(Behind::Sure(behind.span.clone(), format!("{}:{text}", &self.text[name.span.clone()])))
            }
            (false, true) if both_quoted && field.kind() == Kind::Name && !is_searched && !is_negated => {
                Some(Behind::Likely(before.span.start..behind.span.end, format!("{written},{text}")))
            }
            // Where words are not looked for in the field, what is behind OR is no likely one.
            (false, true) if is_or && is_plain && field.kind() == Kind::Name && !is_negated && !is_joined_on => {
                Some(Behind::Likely(before.span.start..behind.span.end, format!("{written},{text}")))
            }
            (false, true) if is_or && is_plain && field.kind() == Kind::Name && !is_searched => {
                Some(Behind::Either(format!("{written},{text}")))
            }
            (false, _) if is_or && is_plain && !is_negated && is_value_of(&field, text) => {
                Some(Behind::Sure(behind.span.clone(), format!("{}:{text}", &self.text[name.span.clone()])))
            }
            _ => None,
        }
    }
}

impl Reader<'_> {
    /// `client:svc-(import|export)-prod`, `path:/v2/{orders,invoices}`: alternatives inside of a word.
    pub(super) fn alternatives_inside(&mut self, op: Op, field: &Word, word: &Word) -> bool {
        let is_text = FieldRef::find(&field.text).is_some_and(|field| matches!(field.kind(), Kind::Name | Kind::Text));
        if !is_text || op != Op::Has || !word.is_bare() {
            return false;
        }
        let start = word.span.start;
        let rest = &self.text[start..self.end];
        let found = alternatives(rest, '(', '|', ')').or_else(|| alternatives(rest, '{', ',', '}'));
        let Some((values, len)) = found.filter(|(_, len)| start + len >= word.span.end) else { return false };
        let place = start..start + len;
        self.at = place.end;
        self.problem(QueryError::new("alternatives are whole values", place).written(values.join(",")));
        true
    }
}

/// The values that a word with alternatives inside stands for, and how long it is.
fn alternatives(text: &str, open: char, between: char, close: char) -> Option<(Vec<String>, usize)> {
    let (before, inside) = text.split_once(open)?;
    let (inner, behind) = inside.split_once(close)?;
    let is_plain = |text: &str| text.chars().all(|c| c.is_alphanumeric() || "-_./*".contains(c));
    let len = behind.find(|c: char| c.is_whitespace() || c == ')').unwrap_or(behind.len());
    let (behind, parts) = (&behind[..len], inner.split(between).collect::<Vec<_>>());
    let is_list = parts.len() > 1 && parts.iter().all(|part| is_plain(part) && !part.is_empty());
    if before.is_empty() && behind.is_empty() || !is_plain(before) || !is_plain(behind) || !is_list {
        return None;
    }
    let len = before.len() + 1 + inner.len() + 1 + len;
    Some((parts.iter().map(|part| format!("{before}{part}{behind}")).collect(), len))
}

impl Reader<'_> {
    /// `client:Acme OR Beta Corp`: a name of several words in capitals behind another one.
    fn name_behind(&self, field: &FieldRef, before: &Node, word: &Word) -> Option<Behind> {
        let is_capital = |place: &&Range<usize>| self.text[(*place).clone()].starts_with(char::is_uppercase);
        let (words, written) = (self.words_behind(word), &self.text[before.span.clone()]);
        let is_name = matches!(field.kind(), Kind::Name | Kind::Text) && !written.contains(['<', '>', '(', '~']);
        let end = words.iter().take_while(is_capital).last()?.end;
        let name = &self.text[word.span.start..end];
        let is_whole = words.last().is_some_and(|last| last.end == end) && !name.contains(['"', '\'', ',', '*']);
        (is_name && is_whole && name.starts_with(char::is_uppercase))
            .then(|| Behind::Sure(before.span.start..end, format!("{written},{}", quoted(name.as_bytes()))))
    }
}

/// Whether a word is a value of a field in which no words are looked for: an outcome, a day.
pub(in crate::query) fn is_value_of(field: &FieldRef, text: &str) -> bool {
    match field.kind() {
        Kind::Outcome => Outcome::read(text.as_bytes()).is_some(),
        Kind::Boolean => matches!(text, "true" | "false"),
        Kind::Time => Period::read(text, Tz::UTC).is_ok(),
        _ => false,
    }
}

/// Whether two texts are values of one kind, which no words of a field are.
fn is_of_kind(field: &FieldRef, first: &str, second: &str) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let is_address = |text: &str| parse_address(text.as_bytes()).is_some() || text.parse::<IpNet>().is_ok();
    let is_searched = field.known().is_some_and(|field| ANYWHERE.contains(&field));
    !is_searched
        && match field.kind() {
            Kind::Name | Kind::Integer | Kind::Duration => is_number(first) && is_number(second),
            Kind::Address => is_address(first) && is_address(second),
            _ => false,
        }
}
