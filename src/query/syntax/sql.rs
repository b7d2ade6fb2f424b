//! Operators in words behind the name of a field, as SQL and its kin have them: `status IN (500, 502)`.

use crate::model::field::{FieldRef, Kind};
use crate::query::error::QueryError;
use crate::query::print::{needs_quotes, quoted};

use super::reader::Reader;
use super::value::regex_term;

/// Words that are operators elsewhere, and words that begin a clause.
const OPERATORS: &[&str] = &[
    "in",
    "like",
    "ilike",
    "contains",
    "includes",
    "has",
    "matches",
    "regexp",
    "rlike",
    "is",
    "equals",
    "eq",
    "between",
    "startswith",
    "endswith",
    "exists",
    "where",
    "filter",
    "select",
    "order",
    "group",
    "limit",
];

/// Whether a word is an operator elsewhere.
pub(super) fn is_operator(word: &str) -> bool {
    OPERATORS.iter().any(|operator| word.eq_ignore_ascii_case(operator))
}

/// A value of another language.
struct Literal {
    text: String,
    is_quoted: bool,
}

impl Literal {
    fn written(&self) -> String {
        let is_plain = !needs_quotes(&self.text) && !self.text.contains('*');
        if is_plain { self.text.clone() } else { quoted(self.text.as_bytes()) }
    }
}

impl Reader<'_> {
    /// `status IN (500, 502)` and the like: what it is here, and how much of the text.
    pub(super) fn sql(&self) -> Option<(QueryError, usize)> {
        let rest = self.rest();
        let (name, behind) = word(rest)?;
        let field = FieldRef::find(name)?;
        let (first, behind) = word(behind)?;
        let is_negation = first.eq_ignore_ascii_case("not");
        let (operator, behind) = if is_negation { word(behind)? } else { (first, behind) };
        let named = rest.len() - behind.len() - operator.len();
        let operator_end = if is_negation { named - 1 } else { named } + operator.len();
        let (term, behind) = term(&field, &operator.to_ascii_lowercase(), behind)?;
        let sign = if is_negation { "-" } else { "" };
        let len = rest.len() - behind.len();
        let end = self.at + rest[..len].trim_end().len();
        let shown = if is_negation { first } else { operator };
        let marked = rest[..operator_end.min(len)].trim_end().len();
        let problem = QueryError::new(format!("“{shown}” is no operator here"), self.at..self.at + marked);
        let right = match term.strip_prefix('-') {
            Some(term) if is_negation => term.to_owned(),
            _ => format!("{sign}{term}"),
        };
        Some((problem.with_hint(format!("write {right}")).with_fix(self.at..end, right), len))
    }
}

/// The term that an operator and its argument stand for, and the text behind them.
fn term<'t>(field: &FieldRef, operator: &str, text: &'t str) -> Option<(String, &'t str)> {
    let exact = if matches!(field.kind(), Kind::Name | Kind::Text) { ":=" } else { ":" };
    let argument = text.trim_start();
    match operator {
        "in" => {
            let close = match argument.chars().next()? {
                '(' => ')',
                '[' => ']',
                _ => return None,
            };
            let (inside, behind) = argument[1..].split_once(close)?;
            let values: Vec<String> = inside.split(',').map(|value| unquoted(value.trim()).written()).collect();
            Some((format!("{field}{exact}{}", values.join(",")), behind))
        }
        "is" | "equals" | "eq" => {
            let (first, behind) = word(argument)?;
            if first.eq_ignore_ascii_case("null") {
                return Some((format!("no:{field}"), behind));
            }
            // Of `not`, people write one.
            if first.eq_ignore_ascii_case("not") && !word(behind)?.0.eq_ignore_ascii_case("not") {
                let (term, behind) = term(field, operator, behind)?;
                return Some((
                    match term.strip_prefix("no:") {
                        Some(name) => format!("has:{name}"),
                        None => format!("-{term}"),
                    },
                    behind,
                ));
            }
            let (value, behind) = literal(argument)?;
            Some((format!("{field}:{}", value.written()), behind))
        }
        "exists" => is_end(argument).then(|| (format!("has:{field}"), text)),
        "between" => {
            let (low, behind) = word(argument)?;
            let (and, behind) = word(behind)?;
            let (high, behind) = word(behind).filter(|_| and.eq_ignore_ascii_case("and"))?;
            Some((format!("{field}:{}..{}", unquoted(low).text, unquoted(high).text), behind))
        }
        _ => {
            let (value, behind) = literal(argument)?;
            let text = &value.text;
            let piece = |text: &str| match text {
                "" => String::new(),
                _ if needs_quotes(text) => quoted(text.as_bytes()),
                _ => text.to_owned(),
            };
            let term = match operator {
                "like" | "ilike" if value.is_quoted || text.contains('%') => {
                    format!("{field}:{}", text.split('%').map(piece).collect::<Vec<_>>().join("*"))
                }
                "contains" | "includes" | "has" => format!("{field}:{}", value.written()),
                "startswith" => format!("{field}:{}*", piece(text)),
                "endswith" => format!("{field}:*{}", piece(text)),
                "matches" | "regexp" | "rlike" => regex_term(field, text),
                _ => return None,
            };
            Some((term, behind))
        }
    }
}

/// The first word of a text, and what is behind it.
fn word(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_start();
    let end = text.find(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '[')).unwrap_or(text.len());
    (end > 0).then(|| text.split_at(end))
}

/// A value in quotes; or a bare one, if nothing but another term follows: prose goes on.
fn literal(text: &str) -> Option<(Literal, &str)> {
    if let Some(quote @ ('"' | '\'')) = text.chars().next() {
        let (inner, behind) = text[1..].split_once(quote)?;
        return Some((Literal { text: inner.to_owned(), is_quoted: true }, behind));
    }
    let (value, behind) = word(text)?;
    is_end(behind).then(|| (Literal { text: value.to_owned(), is_quoted: false }, behind))
}

fn unquoted(text: &str) -> Literal {
    let inner = |quote| text.strip_prefix(quote).and_then(|text: &str| text.strip_suffix(quote));
    match inner('"').or_else(|| inner('\'')) {
        Some(inner) => Literal { text: inner.to_owned(), is_quoted: true },
        None => Literal { text: text.to_owned(), is_quoted: false },
    }
}

/// Whether a term ends here.
fn is_end(text: &str) -> bool {
    let text = text.trim_start();
    let joins = ["and", "or", "not", "&&", "||", "&", "|"];
    text.is_empty()
        || text.starts_with(')')
        || word(text).is_some_and(|(next, _)| joins.iter().any(|join| next.eq_ignore_ascii_case(join)))
        || super::values::known_name_len(text).is_some()
}
