//! Names with a value behind a space, where other terms say that both are one: `status 500 and user: alice`.

use std::ops::Range;

use chrono_tz::Tz;

use crate::model::field::{Field, FieldRef, Kind};
use crate::model::period::Period;
use crate::model::status;
use crate::model::value::Outcome;
use crate::query::error::QueryError;
use crate::query::matcher::parse_address;
use crate::query::shape::field_of_word;
use crate::query::syntax::dialect::numbers::AT_ALL;
use crate::query::syntax::dialect::other_names::{Instead, other_name};
use crate::query::syntax::dialect::terms::is_term_behind;
use crate::query::syntax::joins::{Lower, is_join};
use crate::query::syntax::reader::{Item, Reader};
use crate::query::syntax::{Node, NodeKind, Op, Term, Value, Word};

use super::headings::heading_len;

/// A name and a value of it.
struct Pair {
    /// Where both stand.
    place: Range<usize>,
    /// The name as it is written here.
    head: String,
    /// Where the value stands.
    value: Range<usize>,
    /// How many items the name is.
    len: usize,
}

impl Reader<'_> {
    /// A field's name and a value of it, side by side as words, beside terms: the colon between them is forgotten.
    pub(in crate::query::syntax) fn forgotten_colons(&mut self, items: Vec<Item>) -> Vec<Item> {
        let has_term = has_term(&self.text[..self.end]);
        let pairs: Vec<Option<Pair>> = (0..items.len()).map(|at| self.pair(&items, at, has_term)).collect();
        let mut out = Vec::with_capacity(items.len());
        let mut found = items.into_iter().zip(pairs);
        while let Some((item, pair)) = found.next() {
            let Some(Pair { place, head, value, len }) = pair else {
                out.push(item);
                continue;
            };
            found.by_ref().take(len).for_each(drop);
            let written = &self.text[place.clone()];
            let value = &self.text[value.clone()];
            let right = format!("{head}:{value}");
            let hint = format!("write {right}, or \"{}\" to search for the text", written.replace('"', ""));
            self.problem(
                QueryError::new("a colon stands behind the name of a field", place.clone())
                    .with_hint(hint)
                    .with_fix(place, right),
            );
            out.push(Item::Unread);
        }
        out
    }

    /// `status:500 502`: a value behind another one of its field.
    pub(in crate::query::syntax) fn values_beside(&mut self, items: Vec<Item>) -> Vec<Item> {
        let mut out: Vec<Item> = Vec::with_capacity(items.len());
        for item in items {
            if let Some(note) = out.last().and_then(Item::node).and_then(|before| self.quoted_beside(before, &item)) {
                self.note(note);
            }
            let found = out.last().and_then(Item::node).and_then(|before| self.value_beside(before, &item));
            let Some(place) = found else {
                out.push(item);
                continue;
            };
            out.pop();
            let value = plain_word(&item).map_or("", |word| word.text.as_str());
            let end = self.text[..place.end - value.len()].trim_end().len();
            let right = format!("{},{value}", &self.text[place.start..end]);
            let problem = QueryError::new("a comma stands between values", place.clone());
            let hint = format!("write {right}, or \"{value}\" to search for the word");
            self.problem(problem.with_hint(hint).with_fix(place, right));
            out.push(Item::Unread);
        }
        out
    }

    /// `client:"acme" "bob"`: one word in quotes behind another one, which may be one more value.
    fn quoted_beside(&self, before: &Node, item: &Item) -> Option<String> {
        let NodeKind::Term(Term { field: Some(name), values, is_all: false, .. }) = &before.kind else { return None };
        let [Value { op: Op::Has, word: first }] = values.as_slice() else { return None };
        let second = item.node()?.word()?;
        let is_name = FieldRef::find(&name.text)?.kind() == Kind::Name;
        let is_one = |word: &Word| {
            let raw = &self.text[word.span.clone()];
            raw.starts_with('"') && raw.ends_with('"') && !word.text.contains(char::is_whitespace)
        };
        let (term, besides) = (&self.text[before.span.clone()], &self.text[second.span.clone()]);
        (is_name && is_one(first) && is_one(second))
            .then(|| format!("“{}” is searched besides {term}; {term},{besides} is either", second.text))
    }

    /// Where a term and a value behind it stand that surely is one more of its field.
    fn value_beside(&self, before: &Node, item: &Item) -> Option<Range<usize>> {
        let word = item.node()?.word()?;
        let term = match &before.kind {
            NodeKind::Not(inner) => inner,
            _ => before,
        };
        let NodeKind::Term(Term { field: Some(name), is_all: false, without, .. }) = &term.kind else { return None };
        let field = FieldRef::find(&name.text)?;
        let written = &self.text[before.span.clone()];
        let between = self.text.get(before.span.end..word.span.start)?;
        let is_simple = without.is_empty()
            && written.ends_with(|c: char| c.is_ascii_alphanumeric())
            && !written.contains(['<', '>', '(', '~']);
        let is_bare = self.text[word.span.clone()] == word.text && !between.is_empty() && between.trim().is_empty();
        let is_of_field = field_of_word(&word.text)?.split(':').next() == Some(field.name().as_ref());
        (is_simple && is_bare && is_of_field).then_some(before.span.start..word.span.end)
    }

    /// Where a name and its value stand, and how the name is written here.
    fn pair(&self, items: &[Item], at: usize, has_term: bool) -> Option<Pair> {
        let first = plain_word(items.get(at)?)?;
        let (len, field, head) = self.named_at(items, at, first)?;
        let (last, value) = (plain_word(items.get(at + len - 1)?)?, plain_word(items.get(at + len)?)?);
        let between = self.text.get(last.span.end..value.span.start)?;
        let is_beside = between.contains(' ') && between.trim().is_empty();
        if !is_beside || is_join(&value.text) || value.text.is_empty() {
            return None;
        }
        // No prose has such a word.
        let is_name = first.text.contains(['.', '_', '@']);
        // Of more words than these the first may say what the others are; capitals go on with a name.
        let is_capital = |item: &&Item| plain_word(item).is_some_and(|word| word.text.starts_with(char::is_uppercase));
        let is_begun = value.text.starts_with(char::is_uppercase);
        let more =
            items[at + len + 1..].iter().take_while(|item| is_begun && is_word(item) && is_capital(item)).count();
        let before = at.checked_sub(1).and_then(|before| items.get(before));
        let behind = items.get(at + len + 1 + more);
        let is_pair = !before.is_some_and(is_word) && !behind.is_some_and(is_word);
        let is_joined = is_pair && (before.is_some_and(joins) || behind.is_some_and(joins));
        let is_bare = self.text[value.span.clone()] == value.text;
        // `method GET or POST`: what is joined is no prose, either.
        if !(has_term || is_name || is_joined && is_bare && is_shaped(&field, &value.text)) {
            return None;
        }
        let is_sure = is_bare && (is_shaped(&field, &value.text) || is_pair && (is_name || len > 1) && is_text(&field))
            || is_joined && is_text(&field) && (is_name || len > 1 || field.kind() == Kind::Name);
        let place = first.span.start..value.span.end;
        is_sure.then(|| Pair { place, head, value: value.span.clone(), len })
    }

    /// The field that items name from one on: of how many it is the name, and how it is written here.
    fn named_at(&self, items: &[Item], at: usize, first: &Word) -> Option<(usize, FieldRef, String)> {
        let heading = heading_len(&self.text[first.span.start..self.end], |behind| behind.starts_with(' '));
        let heading = heading.map(|len| first.span.start..first.span.start + len).and_then(|place| {
            let last = items[at..].iter().position(|item| plain_word(item).is_some_and(|w| w.span.end == place.end))?;
            let field = FieldRef::find(&self.text[place])?;
            Some((last + 1, field.clone(), field.to_string()))
        });
        let is_whole = self.text[first.span.clone()] == first.text;
        heading.or_else(|| named(&first.text).filter(|_| is_whole).map(|(field, head)| (1, field, head)))
    }
}

/// Whether two words side by side are read as a field and its value.
pub(in crate::query) fn is_term_without_colon(name: &str, value: &str) -> bool {
    let is_name = name.contains(['.', '_', '@']);
    named(name).is_some_and(|(field, _)| is_shaped(&field, value) || is_name && is_text(&field))
}

/// The field that a word names, and how it is named here.
fn named(word: &str) -> Option<(FieldRef, String)> {
    if let Some(field) = FieldRef::find(word) {
        return Some((field, word.to_owned()));
    }
    match other_name(word)? {
        Instead::Name(right) => Some((FieldRef::find(right)?, (*right).to_owned())),
        _ => None,
    }
}

fn is_text(field: &FieldRef) -> bool {
    field.known().is_some() && matches!(field.kind(), Kind::Name | Kind::Text)
}

/// Whether a word looks like a value of a field, and like nothing else behind its name.
fn is_shaped(field: &FieldRef, text: &str) -> bool {
    let shaped = field_of_word(text);
    let is_of = |name: &str| shaped.as_ref().is_some_and(|term| term.split(':').next() == Some(name));
    match field.kind() {
        Kind::Status => {
            let is_status = |text: &str| text.len() == 3 && text.parse().ok().and_then(status::class).is_some();
            let ends = text.split_once("..").or_else(|| text.split_once(['-', '–']));
            is_of("status") || ends.is_some_and(|(low, high)| is_status(low) && is_status(high))
        }
        Kind::Integer => text.bytes().all(|b| b.is_ascii_digit()),
        Kind::Duration => {
            let unit = text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
            unit.len() < text.len() && matches!(unit, "" | "ms" | "s" | "m" | "h")
        }
        Kind::Address => parse_address(text.as_bytes()).is_some(),
        Kind::Id | Kind::Handle => is_of("request_id"),
        Kind::Outcome => Outcome::read(text.as_bytes()).is_some(),
        Kind::Boolean => matches!(text, "true" | "false"),
        Kind::Text => field.known() == Some(Field::Path) && text.starts_with('/'),
        Kind::Name => field.known() == Some(Field::Method) && is_of("method"),
        Kind::Time => {
            let is_begun = text.starts_with(|c: char| c.is_ascii_digit()) && text.contains(['-', ':']);
            is_begun && Period::read_point(text, Tz::UTC, AT_ALL, false).is_ok()
        }
    }
}

/// The word that an item is, if it is one with nothing to it.
fn plain_word(item: &Item) -> Option<&Word> {
    match &item.node()?.kind {
        NodeKind::Not(inner) => inner.word(),
        _ => item.node()?.word(),
    }
}

/// Whether an item is a word that joins nothing.
fn is_word(item: &Item) -> bool {
    item.node().is_some_and(|node| node.word().is_some() && Lower::of(node).is_none())
}

/// Whether an item joins or negates.
fn joins(item: &Item) -> bool {
    matches!(item, Item::Join(..)) || item.node().is_some_and(|node| Lower::of(node).is_some())
}

/// Whether a term stands anywhere in a text.
fn has_term(text: &str) -> bool {
    let begins = text.split_whitespace().map(|word| word.as_ptr() as usize - text.as_ptr() as usize);
    begins.into_iter().any(|begin| is_term_behind(text[begin..].trim_start_matches(['(', '-', '!', '+'])))
}
