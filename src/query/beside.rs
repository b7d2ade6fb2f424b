//! Terms and words side by side that may have been meant as one.

use crate::model::field::{Field, FieldRef, Kind};

use super::filter::{Clause, Filter, Target, Test};
use super::matcher::parse_address;
use super::print::{field_name, typed};
use super::shape::field_of_word;
use super::syntax::{self, Node, NodeKind, Op, Term, Word, is_term_without_colon};

/// What a shell may have taken the quotes off: `client:="ETL Partner"` comes as `client:=ETL Partner`.
pub fn lost_quotes(text: &str) -> Option<String> {
    let NodeKind::And(parts) = syntax::read(text).node.kind else { return None };
    parts.iter().enumerate().find_map(|(at, first)| words_behind(text, first, &parts[at + 1..]))
}

/// The words right behind a term that may be meant as a part of its value.
fn words_behind(text: &str, first: &Node, others: &[Node]) -> Option<String> {
    let NodeKind::Term(Term { field: Some(name), values, is_all: false, without }) = &first.kind else { return None };
    let [value] = values.as_slice() else { return None };
    let is_text = matches!(FieldRef::find(&name.text)?.kind(), Kind::Name | Kind::Text);
    let is_whole = matches!(value.op, Op::Has | Op::Exact) && value.word.is_plain() && without.is_empty();
    let mut end = first.span.end;
    for node in others {
        let between = text.get(end..node.span.start)?;
        let is_join = |word: &str| matches!(word, "and" | "or" | "not");
        let is_beside = |word: &Word| {
            let is_text = word.is_plain() && word.text.contains(char::is_alphanumeric);
            is_text && !is_join(&word.text) && between.trim().is_empty()
        };
        if !node.word().is_some_and(is_beside) {
            break;
        }
        end = node.span.end;
    }
    let begin = others.first()?.span.start;
    let besides = text.get(begin..end).filter(|words| !words.is_empty())?;
    let (term, both) = (text.get(first.span.clone())?, text.get(value.word.span.start..end)?);
    let head = text.get(first.span.start..value.word.span.start)?;
    // A word of a known shape is offered its field.
    let is_shaped = besides.split_whitespace().all(|word| field_of_word(word).is_some());
    // Kibana looks for any of the words in a text.
    let field = FieldRef::find(&name.text)?;
    let is_any = field.kind() == Kind::Text && field.known() != Some(Field::Path) && value.op == Op::Has;
    let any = || format!(", either of them '{head}{}'", both.split_whitespace().collect::<Vec<_>>().join(","));
    let any = if is_any && !both.contains(',') { any() } else { String::new() };
    (is_text && is_whole && !is_shaped && !both.contains(['"', '\'', '\\']))
        .then(|| format!("“{besides}” is searched besides {term}; one value of both is '{head}\"{both}\"'{any}"))
}

/// Two words that are a term without its colon, `no client`, `path /orders`: as they are written, and the term.
pub(super) fn term_of_words(first: &Node, second: &Node) -> Option<(String, String)> {
    if let NodeKind::Not(inner) = &first.kind {
        let (words, term) = term_of_words(inner, second)?;
        return Some((format!("-{words}"), format!("-{term}")));
    }
    let (first, second) = (first.word()?, second.word()?);
    if !first.is_bare() || !second.is_bare() {
        return None;
    }
    let (head, tail) = (first.text.as_str(), second.text.as_str());
    let field = |name: &str| FieldRef::find(name).and_then(|field| field.known());
    let is_sent = |name: &str| name.starts_with("attributes.") && !name.ends_with('.');
    let named = |name: &str| {
        let found = FieldRef::find(name).filter(|field| field.known().is_some() || is_sent(name));
        found.map(|field| field_name(&field))
    };
    let shaped = field_of_word(tail);
    let is_status = shaped.as_ref().is_some_and(|term| term.starts_with("status:"));
    let term = match (head.to_ascii_lowercase().as_str(), tail.to_ascii_lowercase().as_str()) {
        ("http", _) if is_status => shaped?,
        ("no", "response" | "answer") => "status:none".into(),
        ("no" | "without" | "missing", _) => format!("no:{}", named(tail)?),
        ("has" | "with", _) => format!("has:{}", named(tail)?),
        ("rate", "limit" | "limited" | "limiting") => "status:429".into(),
        ("is", "failed" | "success" | "failure") => format!("is:{tail}"),
        (_, "missing" | "absent" | "empty") => format!("no:{}", field(head)?.name()),
        (_, "present") => format!("has:{}", field(head)?.name()),
        _ => {
            let field = field(head)?;
            let is_value = match field.kind() {
                Kind::Status => is_term_without_colon(head, tail),
                Kind::Integer | Kind::Duration => tail.starts_with(|c: char| c.is_ascii_digit()),
                Kind::Address => parse_address(tail.as_bytes()).is_some(),
                Kind::Name => second.is_plain() && !["and", "or", "not"].contains(&tail),
                _ => field == Field::Path && tail.starts_with('/'),
            };
            is_value.then(|| format!("{}:{tail}", field.name()))?
        }
    };
    Some((format!("{head} {tail}"), term))
}

/// `client.acme`: the term that may be meant by a name with a point behind it.
pub(super) fn term_with_point(word: &str) -> Option<String> {
    let (name, value) = word.split_once('.')?;
    let field = FieldRef::find(name).filter(|field| field.known().is_some() && field.kind() == Kind::Name)?;
    let is_word = value.starts_with(char::is_alphanumeric) && !value.contains('.');
    is_word.then(|| format!("{}:{value}", field.name()))
}

/// `error_type`, `attributes.cache.hit`: the name of a field alone, which no prose has, as jq and Kibana ask for it.
pub(super) fn presence_of_name(word: &str, is_name: bool) -> Option<String> {
    let is_name = is_name && (word.contains(['_', ' ']) || word.starts_with("attributes."));
    let field = FieldRef::find(word).filter(|_| is_name && !word.ends_with('.'))?;
    Some(format!("has:{}", field_name(&field)))
}

/// Two parts on one field that no value passes both of, or hardly any, and what keeps either.
pub(super) fn never_both(filter: &Filter) -> Option<String> {
    match filter {
        Filter::And(parts) => pair(parts).or_else(|| parts.iter().find_map(never_both)),
        Filter::Or(parts) => parts.iter().find_map(never_both),
        Filter::Not(_) | Filter::Clause(_) => None,
    }
}

/// Two alternatives that leave out two values of one field, of which any value passes one: `-client:a OR -client:b`.
pub(super) fn always_true(filter: &Filter) -> Option<String> {
    let parts = match filter {
        Filter::And(parts) => return parts.iter().find_map(always_true),
        Filter::Or(parts) => parts,
        Filter::Not(_) | Filter::Clause(_) => return None,
    };
    let left_out = |part: &Filter| match part {
        Filter::Not(inner) => Some(inner.as_ref().clone()),
        _ => None,
    };
    let inner: Vec<Filter> = parts.iter().filter_map(left_out).collect();
    let found = inner.iter().enumerate().find_map(|(at, first)| {
        let (second, both) = inner[at + 1..].iter().find_map(|second| Some((second, either(first, second)?)))?;
        let typed_without = |filter: &Filter| typed(&Filter::Not(Box::new(filter.clone())));
        let (either, is_sure) = both;
        let always = if is_sure { "always" } else { "nearly always" };
        let (first, second, both) = (typed_without(first), typed_without(second), typed_without(&either));
        Some(format!("{first} OR {second} is {always} true; {both} leaves out both"))
    });
    found.or_else(|| parts.iter().find_map(always_true))
}

/// The first two parts that are about one field, and apart.
fn pair(parts: &[Filter]) -> Option<String> {
    parts.iter().enumerate().find_map(|(at, first)| {
        let other = parts[at + 1..].iter().find_map(|second| Some((second, either(first, second)?)));
        other.map(|(second, (either, is_sure))| {
            let (first, second, either) = (typed(first), typed(second), typed(&either));
            let both = if is_sure { "are never both" } else { "ask for both in one value" };
            format!("{first} and {second} {both}; {either} is either")
        })
    })
}

/// What keeps either of two parts, if no value passes both; whether that is sure.
pub(super) fn either(first: &Filter, second: &Filter) -> Option<(Filter, bool)> {
    let ((field, first), (other, second)) = (clause(first)?, clause(second)?);
    let is_apart = |a: &Test, b: &Test| match (a, b) {
        (Test::Range(low, high), Test::Range(from, to)) => high < from || to < low,
        (Test::Decimals(low, high), Test::Decimals(from, to))
        | (Test::Versions(low, high), Test::Versions(from, to)) => high < from || to < low,
        (Test::Exact(a), Test::Exact(b)) => a != b,
        (Test::Id(a), Test::Id(b)) => a != b,
        (Test::Address(a), Test::Address(b)) => a != b,
        (Test::Words(a), Test::Words(b)) => field.known().is_some() && are_two_words(a, b),
        _ => false,
    };
    let is_never = field == other
        && field.known() != Some(Field::Time)
        && first.iter().all(|first| second.iter().all(|second| is_apart(first, second)));
    // A method is one word; an attribute may be a list.
    let has_words = || first.iter().chain(second).any(|test| matches!(test, Test::Words(_)));
    let is_sure = || field.known() == Some(Field::Method) || field.known().is_some() && !has_words();
    is_never.then(|| (Filter::one_of(field.clone(), first.iter().chain(second).cloned().collect()), is_sure()))
}

/// Whether two parts are refused side by side: no value passes both, or two comparisons leave nothing.
pub(super) fn is_never(first: &Filter, second: &Filter) -> bool {
    either(first, second).is_some_and(|(_, is_sure)| is_sure) || are_apart(first, second)
}

/// Whether two parts are ranges of one field with nothing in both.
pub(super) fn are_apart(first: &Filter, second: &Filter) -> bool {
    match (clause(first), clause(second)) {
        (Some((field, [Test::Range(low, high)])), Some((other, [Test::Range(from, to)]))) => {
            field == other && (high < from || to < low)
        }
        (Some((field, [Test::Decimals(low, high)])), Some((other, [Test::Decimals(from, to)])))
        | (Some((field, [Test::Versions(low, high)])), Some((other, [Test::Versions(from, to)]))) => {
            field == other && (high < from || to < low)
        }
        _ => false,
    }
}

/// The field of a part, and what it asks of it.
fn clause(filter: &Filter) -> Option<(&FieldRef, &[Test])> {
    match filter {
        Filter::Clause(Clause { target: Target::Field(field), any_of }) => Some((field, any_of)),
        _ => None,
    }
}

/// Whether two texts are one word each, and none is a part of the other.
fn are_two_words(first: &str, second: &str) -> bool {
    let (first, second) = (first.to_lowercase(), second.to_lowercase());
    !first.contains(char::is_whitespace)
        && !second.contains(char::is_whitespace)
        && !first.contains(&second)
        && !second.contains(&first)
}
