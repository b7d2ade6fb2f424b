//! Operators in words behind the name of a field, as SQL, Kusto and prose have them: `status IN (500, 502)`,
//! `path starts with /api`.

use crate::model::field::{FieldRef, Kind};
use crate::query::error::QueryError;

use super::absence::is_no_value;
use super::headings::heading_len;
use super::literal::word;
use super::name::is_plain_name;
use super::reader::Reader;
use super::sql_terms::{literal, negated, term};
use super::term::is_counted;

/// What an operator in words asks for.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Asks {
    In,
    Is,
    Like,
    Contains,
    Starts,
    Ends,
    Matches,
    Exists,
    Between,
    Compares(&'static str),
}

/// Operators in words, longer ones first; whether they leave out.
const OPERATORS: &[(&[&str], Asks, bool)] = &[
    (&["greater", "than", "or", "equal", "to"], Asks::Compares(">="), false),
    (&["less", "than", "or", "equal", "to"], Asks::Compares("<="), false),
    (&["greater", "than"], Asks::Compares(">"), false),
    (&["more", "than"], Asks::Compares(">"), false),
    (&["less", "than"], Asks::Compares("<"), false),
    (&["at", "least"], Asks::Compares(">="), false),
    (&["at", "most"], Asks::Compares("<="), false),
    (&["equal", "to"], Asks::Is, false),
    (&["starts", "with"], Asks::Starts, false),
    (&["start", "with"], Asks::Starts, false),
    (&["begins", "with"], Asks::Starts, false),
    (&["ends", "with"], Asks::Ends, false),
    (&["end", "with"], Asks::Ends, false),
    (&["matches", "regex"], Asks::Matches, false),
    (&["gte"], Asks::Compares(">="), false),
    (&["ge"], Asks::Compares(">="), false),
    (&["gt"], Asks::Compares(">"), false),
    (&["above"], Asks::Compares(">"), false),
    (&["over"], Asks::Compares(">"), false),
    (&["after"], Asks::Compares(">"), false),
    (&["since"], Asks::Compares(">="), false),
    (&["lte"], Asks::Compares("<="), false),
    (&["le"], Asks::Compares("<="), false),
    (&["lt"], Asks::Compares("<"), false),
    (&["below"], Asks::Compares("<"), false),
    (&["under"], Asks::Compares("<"), false),
    (&["before"], Asks::Compares("<"), false),
    (&["until"], Asks::Compares("<="), false),
    (&["ne"], Asks::Is, true),
    (&["neq"], Asks::Is, true),
    (&["nin"], Asks::In, true),
    (&["in"], Asks::In, false),
    (&["in~"], Asks::In, false),
    (&["is"], Asks::Is, false),
    (&["equals"], Asks::Is, false),
    (&["eq"], Asks::Is, false),
    (&["like"], Asks::Like, false),
    (&["ilike"], Asks::Like, false),
    (&["contains"], Asks::Contains, false),
    (&["contain"], Asks::Contains, false),
    (&["includes"], Asks::Contains, false),
    (&["has"], Asks::Contains, false),
    (&["startswith"], Asks::Starts, false),
    (&["starts_with"], Asks::Starts, false),
    (&["hasprefix"], Asks::Starts, false),
    (&["endswith"], Asks::Ends, false),
    (&["ends_with"], Asks::Ends, false),
    (&["hassuffix"], Asks::Ends, false),
    (&["matches"], Asks::Matches, false),
    (&["match"], Asks::Matches, false),
    (&["regexp"], Asks::Matches, false),
    (&["regex"], Asks::Matches, false),
    (&["rlike"], Asks::Matches, false),
    (&["between"], Asks::Between, false),
    (&["exists"], Asks::Exists, false),
    (&["exist"], Asks::Exists, false),
];

/// Words that begin a clause elsewhere.
const CLAUSES: &[&str] =
    &["where", "filter", "search", "select", "order", "group", "limit", "not", "isnt", "doesnt", "does"];

/// Whether a word is an operator elsewhere.
pub(super) fn is_operator(word: &str) -> bool {
    let is = |other: &str| word.eq_ignore_ascii_case(other);
    let word_of = |(words, ..): &(&[&str], Asks, bool)| is(words[0]);
    CLAUSES.iter().any(|clause| is(clause)) || OPERATORS.iter().any(word_of) || is("doesn't") || is("isn't")
}

impl Reader<'_> {
    /// `status IN (500, 502)` and the like: what it is here, and how much of the text.
    pub(super) fn sql(&self) -> Option<(QueryError, usize)> {
        let rest = self.rest();
        let (name, behind) = name(rest)?;
        let field = FieldRef::find(name.trim_matches('"')).or_else(|| attribute_asked(name, behind))?;
        let (asks, is_left_out, shown, behind) = operator(behind).or_else(|| not_number(&field, behind))?;
        let marked = shown.as_ptr() as usize - rest.as_ptr() as usize + shown.len();
        if matches!(asks, Asks::Like | Asks::Contains | Asks::Starts | Asks::Ends | Asks::Matches)
            && (is_counted(field.kind()) && field.kind() != Kind::Status
                || field.kind() == Kind::Status && matches!(asks, Asks::Contains | Asks::Ends))
            && literal(behind.trim_start()).is_some()
        {
            let problem = QueryError::new(format!("“{shown}” is no operator here"), self.at..self.at + marked);
            // The beginning of a time is a day, a month or a year.
            let day = literal(behind.trim_start()).filter(|_| field.kind() == Kind::Time);
            let begun = day.as_ref().and_then(|(value, _)| {
                value.text.strip_suffix('%').or(Some(&*value.text).filter(|_| asks == Asks::Starts))
            });
            if let (Some(day), Some((_, behind))) = (begun.filter(|day| matches!(day.len(), 4 | 7 | 10)), &day) {
                let right = format!("{}time:{day}", if is_left_out { "-" } else { "" });
                let len = rest.len() - behind.len();
                let place = self.at..self.at + len;
                return Some((problem.with_hint(format!("write {right}")).with_fix(place, right), len));
            }
            let range = match field.kind() {
                Kind::Time => "2026-11-01..2026-11-03",
                Kind::Duration => "100ms..2s",
                _ => "500..599",
            };
            let hint = format!("{field} holds no text: write {field}:{range} for a range");
            return Some((problem.with_hint(hint), rest.len() - behind.len()));
        }
        let (term, behind) = term(&field, asks, behind)?;
        let len = rest.len() - behind.len();
        let end = self.at + rest[..len].trim_end().len();
        let right = if is_left_out { negated(&term) } else { term };
        let problem = QueryError::new(format!("“{shown}” is no operator here"), self.at..self.at + marked.min(len));
        Some((problem.with_hint(format!("write {right}")).with_fix(self.at..end, right), len))
    }
}

/// `status not 500`.
fn not_number<'t>(field: &FieldRef, text: &'t str) -> Option<(Asks, bool, &'t str, &'t str)> {
    let (first, behind) = word(text)?;
    let is_number = behind.trim_start().starts_with(|c: char| c.is_ascii_digit());
    (first.eq_ignore_ascii_case("not") && is_counted(field.kind()) && is_number).then_some((
        Asks::Is,
        true,
        first,
        behind,
    ))
}

/// An operator in words: what it asks, whether it leaves out, how it is shown, and the text behind it.
pub(super) fn operator(text: &str) -> Option<(Asks, bool, &str, &str)> {
    let (first, mut rest) = word(text)?;
    let begin = text.trim_start();
    let mut is_left_out = false;
    let lower = first.to_ascii_lowercase();
    match lower.as_str() {
        "not" | "isn't" | "isnt" | "doesn't" | "doesnt" => is_left_out = true,
        "does" => {
            let (next, behind) = word(rest)?;
            rest = Some(behind).filter(|_| next.eq_ignore_ascii_case("not"))?;
            is_left_out = true;
        }
        _ => rest = begin,
    }
    if let Some(behind) = rest.trim_start().strip_prefix('!').filter(|behind| behind.starts_with(char::is_alphabetic)) {
        (rest, is_left_out) = (behind, !is_left_out);
    }
    // `is not in (…)`, `is greater than 5`.
    let (next, behind) = word(rest)?;
    if next.eq_ignore_ascii_case("is") {
        let (inner, is_not) = match word(behind) {
            Some((not, behind)) if not.eq_ignore_ascii_case("not") => (behind, true),
            _ => (behind, false),
        };
        if let Some((asks, leaves_out, behind)) =
            listed(inner).filter(|(asks, ..)| *asks != Asks::Is || is_equal(inner))
        {
            let shown = begin[..begin.len() - behind.len()].trim_end();
            return Some((asks, is_left_out ^ is_not ^ leaves_out, shown, behind));
        }
    }
    let is_negated_state = matches!(lower.as_str(), "isn't" | "isnt");
    let (asks, leaves_out, behind) = match listed(rest) {
        None if is_negated_state => (Asks::Is, false, rest),
        found => found?,
    };
    let shown = begin[..begin.len() - behind.len()].trim_end();
    // “NOT IN” is pointed at by its first word.
    let shown = if is_left_out && !shown.starts_with('!') { first } else { shown };
    Some((asks, is_left_out ^ leaves_out, shown, behind))
}

fn is_equal(text: &str) -> bool {
    word(text).is_some_and(|(word, _)| word.eq_ignore_ascii_case("equal"))
}

/// The longest operator that a text begins with.
fn listed(text: &str) -> Option<(Asks, bool, &str)> {
    OPERATORS.iter().find_map(|(words, asks, leaves_out)| {
        let mut rest = text;
        for expected in *words {
            let (next, behind) = word(rest)?;
            rest = Some(behind).filter(|_| next.eq_ignore_ascii_case(expected))?;
        }
        Some((*asks, *leaves_out, rest))
    })
}

/// The name of a field that a text begins with, in quotes or not.
fn name(text: &str) -> Option<(&str, &str)> {
    if let Some(inner) = text.strip_prefix('"') {
        return Some(text.split_at(inner.find('"')? + 2));
    }
    match heading_len(text, |behind| operator(behind).is_some()) {
        Some(len) => Some(text.split_at(len)),
        None => word(text),
    }
}

/// What only the source sent, where an operator in words is no prose: its values say so.
fn attribute_asked(name: &str, behind: &str) -> Option<FieldRef> {
    let plain = name.trim_matches('"');
    if is_operator(plain) || !(plain != name || is_plain_name(plain)) || is_join(plain) {
        return None;
    }
    let (asks, _, _, argument) = operator(behind)?;
    let argument = argument.trim_start();
    let is_literal = |text: &str| text.starts_with(['"', '\'']);
    let is_sure = match asks {
        Asks::In => {
            let inside = argument.strip_prefix(['(', '['])?;
            inside.contains([',', '"', '\''])
        }
        Asks::Is => {
            let (first, next) = word(argument)?;
            let first = if first.eq_ignore_ascii_case("not") { word(next)?.0 } else { first };
            is_no_value(first)
        }
        Asks::Like => is_literal(argument),
        Asks::Between => is_literal(argument) || argument.starts_with(|c: char| c.is_ascii_digit()),
        _ => false,
    };
    is_sure.then(|| FieldRef::Attribute(plain.trim_start_matches('@').to_owned()))
}

fn is_join(word: &str) -> bool {
    ["and", "or", "not"].iter().any(|join| word.eq_ignore_ascii_case(join))
}
