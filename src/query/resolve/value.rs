//! One value of a term: what it asks of its field, by the field's kind.

use std::ops::Range;

use crate::model::field::{Field, FieldRef, Kind};
use crate::model::handle::Handle;
use crate::model::request_id::NormalId;
use crate::model::value::Outcome;

use super::address::{address_test, ends_of_range, is_address_behind_equals, no_range};
use super::attribute::{attribute_test, compares_dates};
use super::duration::duration_test;
use super::number::{in_brackets, integer_test, status_test, time_test};
use super::{Resolver, is_ordered};
use crate::query::error::{Mistake, QueryError};
use crate::query::filter::{Clause, Filter, Test};
use crate::query::number::Decimal;
use crate::query::print::{field_name, pattern_text};
use crate::query::shape::is_begin_of_id;
use crate::query::syntax::{self, Op, Style, Term, Value, Word, address_terms};

/// What a value asks of a field.
pub(super) fn test(
    resolver: &mut Resolver<'_>,
    field: &FieldRef,
    value: &Value,
    span: &Range<usize>,
) -> Result<Filter, QueryError> {
    let filter = asked(resolver, field, value, span)?;
    if let Filter::Clause(Clause { any_of, .. }) = &filter
        && let Some(less) = turned_by(any_of)
        && less > 0
    {
        // Ends that were left out on both sides are printed so, and read back.
        if (field.kind() == Kind::Time || less > 2)
            && let Some(right) = turned(&value.word)
            && let Ok(Filter::Clause(Clause { any_of, .. })) =
                asked(resolver, field, &Value { op: value.op, word: right.clone() }, span)
            && turned_by(&any_of).is_some_and(|less| less <= 0)
        {
            let problem = QueryError::new("the smaller end stands first", value.word.span.clone());
            return Err(problem.written(right.text));
        }
        resolver.note(format!("nothing is in {field} {}: the smaller end stands first", value.word.text));
    }
    Ok(filter)
}

/// By how much the upper end of a range is below the lower one.
fn turned_by(any_of: &[Test]) -> Option<i128> {
    match any_of {
        [Test::Range(low, high)] => Some(i128::from(*low) - i128::from(*high)),
        [Test::Decimals(low, high) | Test::Versions(low, high)] => Some(low.saturating_sub(*high)),
        _ => None,
    }
}

/// A range with its ends the other way round.
pub(super) fn turned(word: &Word) -> Option<Word> {
    if let Style::Range(ends) = &word.style {
        let [(Some(low), without_low), (Some(high), without_high)] = ends.as_ref() else { return None };
        let ends = [(Some(high.clone()), *without_low), (Some(low.clone()), *without_high)];
        let text = in_brackets(&ends, high, low);
        return Some(Word { text, style: Style::Range(Box::new(ends)), span: word.span.clone() });
    }
    let (low, high) = word.text.split_once("..").filter(|_| word.is_bare())?;
    let (sign, high) = high.strip_prefix('<').map_or(("", high), |high| ("<", high));
    Some(Word { text: format!("{high}..{sign}{low}"), ..word.clone() })
}

fn asked(
    resolver: &mut Resolver<'_>,
    field: &FieldRef,
    value: &Value,
    span: &Range<usize>,
) -> Result<Filter, QueryError> {
    let (op, word) = (value.op, &value.word);
    let (text, is_bare) = (word.text.as_str(), word.is_bare());
    let is_star_of_text = matches!(field.kind(), Kind::Name | Kind::Text | Kind::Address);
    if is_bare && text == "*" && (op == Op::Has || op == Op::Exact && !is_star_of_text) {
        // Every record has a time.
        let is_time = field.known() == Some(Field::Time);
        return Ok(if is_time { Filter::ALL } else { Filter::field(field.clone(), Test::Present) });
    }
    if op == Op::Regex {
        return regex_test(resolver, field, word, span);
    }
    let is_range = matches!(word.style, Style::Range(_));
    if (op.is_comparison() || is_range) && !is_ordered(field) {
        if is_range && field.kind() == Kind::Address {
            return Err(no_range(field, word, span.clone(), ends_of_range(&word.style)));
        }
        let problem = QueryError::new(Mistake::NotOrdered(field.clone()), span.clone());
        return Err(problem.with_hint(if is_range {
            format!("write {field}:a,b")
        } else {
            format!("its values are listed: {field}:a,b")
        }));
    }
    if let Style::Bytes(bytes) = &word.style {
        let takes_bytes = op == Op::Exact && matches!(field.kind(), Kind::Name | Kind::Text | Kind::Address);
        if takes_bytes {
            return Ok(Filter::field(field.clone(), Test::Exact(bytes.clone())));
        }
        let problem = QueryError::new("these bytes are no text", word.span.clone());
        return Err(problem.with_hint(format!("only {field}:=\"…\" takes them")));
    }
    let one = |test: Test| Ok(Filter::field(field.clone(), test));
    match field.kind() {
        Kind::Status => status(resolver, field, op, word),
        Kind::Integer => one(integer_test(field, op, word)?),
        Kind::Duration => {
            let (test, note) = duration_test(field, op, word)?;
            if let Some(note) = note {
                resolver.note(note);
            }
            one(test)
        }
        Kind::Time => one(time_test(op, word, resolver.reading)?),
        Kind::Id | Kind::Handle => id_test(resolver, field, word, span),
        Kind::Outcome => match Outcome::read(text.as_bytes()) {
            Some(outcome) => one(Test::Exact(outcome.word().into())),
            None => Err(QueryError::new(format!("“{text}” is no outcome"), word.span.clone())
                .with_hint("write outcome:failure or outcome:success")),
        },
        Kind::Boolean => match text.to_ascii_lowercase().as_str() {
            "true" | "yes" | "1" => one(Test::Exact(b"true".to_vec())),
            "false" | "no" | "0" => one(Test::Exact(b"false".to_vec())),
            _ => Err(QueryError::new(format!("“{text}” is neither true nor false"), word.span.clone())
                .with_hint(format!("write {field}:true or {field}:false"))),
        },
        // What is equal to an address is that address in any spelling; what a pane wrote is its very text.
        Kind::Address if op == Op::Exact && is_address_behind_equals(resolver, word, span) => {
            address_test(resolver, field, word)
        }
        Kind::Name | Kind::Text | Kind::Address if op == Op::Exact => {
            if is_bare && text.contains('*') {
                resolver.note(format!("behind := a * means itself; {field}:{text} takes it for any text"));
            }
            one(Test::Exact(text.into()))
        }
        Kind::Address => address_test(resolver, field, word),
        Kind::Name | Kind::Text if text.trim().is_empty() => Err(empty(resolver, field, span)),
        Kind::Name | Kind::Text => {
            if let FieldRef::Attribute(_) = field
                && compares_dates(op, word)
            {
                let problem = QueryError::new(Mistake::NotOrdered(field.clone()), span.clone());
                return Err(problem.with_hint(format!("dates are texts there: {field}:2026-11* asks for a month")));
            }
            if let FieldRef::Attribute(_) = field
                && let Some(test) = attribute_test(field, op, word)?
            {
                return one(test);
            }
            if is_bare && text.contains('*') {
                note_of_wildcard(resolver, field, text);
                return one(Test::Wildcard(text.into()));
            }
            note_of_text(resolver, field, word);
            one(if field.kind() == Kind::Name { Test::Words(text.into()) } else { Test::Phrase(text.into()) })
        }
    }
}

/// What a status asks for, in digits or in words.
fn status(resolver: &mut Resolver<'_>, field: &FieldRef, op: Op, word: &Word) -> Result<Filter, QueryError> {
    let (text, is_bare) = (word.text.as_str(), word.is_bare());
    let one = |test: Test| Ok(Filter::field(field.clone(), test));
    if text == "ok" {
        resolver.note("status:ok is what did not fail; status_text:OK asks for the words");
    }
    if matches!(op, Op::Has | Op::Exact) {
        match text.to_ascii_lowercase().as_str() {
            "0" if is_bare => {
                resolver.note("a status of 0 is read as none: there was no response");
                return one(Test::Missing);
            }
            "none" => return one(Test::Missing),
            "failed" | "failure" | "error" => return Ok(Filter::of_outcome(Outcome::Failure)),
            "errors" | "fail" | "fails" | "failures" | "failing" => {
                let problem = QueryError::new(format!("“{text}” is no status"), word.span.clone());
                return Err(problem.written("failed"));
            }
            "ok" | "success" | "succeeded" => return Ok(Filter::of_outcome(Outcome::Success)),
            _ => {}
        }
    }
    let test = status_test(op, word)?;
    note_of_status(resolver, word);
    one(test)
}

/// `client:Smith,*`: a star alone beside other values, which is any value, and leaves the others nothing to say.
pub(super) fn any_beside(text: &str, field: &FieldRef, term: &Term, span: &Range<usize>) -> Option<QueryError> {
    let is_any = |value: &Value| value.op == Op::Has && value.word.is_bare() && value.word.text == "*";
    if term.is_all || term.values.len() < 2 || !term.values.iter().any(is_any) {
        return None;
    }
    let name = field_name(field);
    let problem = QueryError::new("a * alone is any value: the others beside it change nothing", span.clone());
    let written = text.get(term.values.first()?.word.span.start..term.values.last()?.word.span.end)?;
    let is_text = matches!(field.kind(), Kind::Name | Kind::Text) && !written.contains([' ', '"', '\'', '\\']);
    if is_text && written.contains(',') {
        // A comma is a part of a pattern in quotes.
        let pattern = pattern_text(written, false);
        return Some(problem.with_hint(format!("write has:{name} for any, {name}:{pattern} for what has a comma")));
    }
    let before = text.get(span.start..term.field.as_ref()?.span.end)?;
    let is_left_out = text.get(before.len() + span.start..).is_some_and(|behind| behind.starts_with('!'));
    let right = if is_left_out { format!("no:{name}") } else { format!("has:{name}") };
    Some(problem.written(right))
}

/// `client:""`: what is empty is missing; of several values it is one that changes nothing.
fn empty(resolver: &Resolver<'_>, field: &FieldRef, span: &Range<usize>) -> QueryError {
    let (problem, name) = (QueryError::new("an empty text is in every value", span.clone()), field_name(field));
    let problem = problem.with_hint(format!("write has:{name} for any value, no:{name} for none"));
    let is_alone = resolver.text.get(span.clone()).is_some_and(|term| !term.contains([',', '(']));
    if is_alone { problem.with_fix(span.clone(), format!("no:{name}")) } else { problem }
}

/// Says which class is meant by one or two digits.
fn note_of_status(resolver: &mut Resolver<'_>, word: &Word) {
    let (text, is_bare) = (word.text.as_str(), word.is_bare());
    let short = |part: &&str| (1..=2).contains(&part.len()) && part.parse::<u8>().is_ok_and(|digits| digits > 0);
    if is_bare && let Some(short) = text.split("..").map(|part| part.trim_start_matches('<')).find(short) {
        resolver.note(format!("a status has three digits: {short:x<3} is what begins with {short}"));
    }
}

/// Says where a pattern of a path begins, which is the whole of it.
fn note_of_wildcard(resolver: &mut Resolver<'_>, field: &FieldRef, text: &str) {
    if field.known() == Some(Field::Path) && !text.starts_with(['/', '*']) && address_terms(text).is_none() {
        resolver.note(format!(
            "a pattern is the whole path, which begins with /; path:*/{text} is behind other parts, too"
        ));
    }
}

/// Says how the value of a name or a text is read, where more may be meant.
fn note_of_text(resolver: &mut Resolver<'_>, field: &FieldRef, word: &Word) {
    /// Words for what is missing, elsewhere.
    const NONE: [&str; 6] = ["none", "empty", "missing", "absent", "n/a", "unset"];
    /// Words for whatever there is, elsewhere.
    const ANY: [&str; 5] = ["any", "anything", "anyone", "exists", "present"];
    let (text, is_bare) = (word.text.as_str(), word.is_bare());
    let is = |words: &[&str]| is_bare && words.iter().any(|other| text.eq_ignore_ascii_case(other));
    let name = field_name(field);
    if is(&NONE) {
        resolver.note(format!("{name}:{text} looks for the word; no:{name} asks for none"));
    } else if is(&ANY) {
        resolver.note(format!("{name}:{text} looks for the word; has:{name} asks for any value"));
    } else if text == "-" && !is_bare {
        resolver.note(format!("{name}:\"-\" looks for the sign; no:{name} asks for none"));
    }
    if matches!(field, FieldRef::Attribute(_)) {
        let are_digits = text.bytes().all(|b| b.is_ascii_digit());
        match (Decimal::read(text.as_bytes()), are_digits) {
            (Some(_), true) => resolver.note(format!(
                "{name}:{text} is that number, or in a text that is none; {name}:*{text}* is in longer numbers too"
            )),
            (Some(_), false) => resolver.note(format!(
                "{name}:{text} is that number, however it is written; {name}:={text} is that text alone"
            )),
            (None, true) => {
                resolver.note(format!("{name}:{text} is also in longer numbers; {name}:={text} is that one alone"));
            }
            (None, false) => {}
        }
    }
    if field.known() == Some(Field::Path)
        && let Some(terms) = address_terms(text)
    {
        resolver.note(format!("“{text}” is looked for in paths; {terms} asks for host and path"));
    }
}

/// `has:field` and `no:field`.
pub(super) fn presence(word: &Word, test: &Test) -> Result<Filter, QueryError> {
    let Some(field) = FieldRef::find(&word.text) else {
        let problem = QueryError::new(Mistake::no_field(&word.text), word.span.clone());
        return Err(syntax::instead_of_field(problem, &word.text, word.span.clone()));
    };
    Ok(match (field.known(), test) {
        // Every record has a time, a handle and a source.
        (Some(Field::Time | Field::Key | Field::Source), Test::Present) => Filter::ALL,
        _ => Filter::field(field, test.clone()),
    })
}

/// The class of statuses that a regular expression stands for: `^5..$`.
fn class_of_regex(pattern: &str) -> Option<String> {
    let (digit, rest) = pattern.trim_start_matches('^').trim_end_matches('$').split_at_checked(1)?;
    let is_any = matches!(rest, "" | ".*" | ".." | "xx" | "\\d\\d" | "\\d{2}" | "[0-9]{2}" | "[0-9][0-9]");
    (matches!(digit, "1" | "2" | "3" | "4" | "5") && is_any).then(|| format!("{digit}xx"))
}

fn regex_test(
    resolver: &Resolver<'_>,
    field: &FieldRef,
    word: &Word,
    span: &Range<usize>,
) -> Result<Filter, QueryError> {
    match regex::bytes::Regex::new(&word.text) {
        Ok(_)
            if matches!(field.kind(), Kind::Name | Kind::Text | Kind::Address)
                || field.known() == Some(Field::RequestId) =>
        {
            Ok(Filter::field(field.clone(), Test::Regex(word.text.clone())))
        }
        Ok(_) => {
            let problem = QueryError::new(format!("{field} holds no text to match"), word.span.clone());
            let before = resolver.text.get(span.start..word.span.start).unwrap_or("");
            let sign = if before.contains('!') { "-" } else { "" };
            let class = class_of_regex(&word.text).or_else(|| syntax::classes(&word.text));
            if let Some(class) = class.filter(|_| field.kind() == Kind::Status) {
                let right = format!("{sign}status:{class}");
                return Err(problem.with_hint(format!("write {right}")).with_fix(span.clone(), right));
            }
            let digits = word.text.trim_matches(|c: char| !c.is_ascii_digit());
            let plain = word.text.trim_matches(['^', '$', '.', '*']);
            let is_number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
            Err(problem.with_hint(match field.kind() {
                Kind::Status if is_number && digits.len() < 3 => format!("write {sign}status:{digits:x<3}"),
                Kind::Status if !is_number => "write status:5xx or status:500..599".into(),
                _ if is_number && plain.bytes().all(|b| b.is_ascii_alphanumeric()) => {
                    format!("write {sign}{field}:{plain}")
                }
                _ if is_number => format!("write {sign}{field}:{digits}"),
                _ => format!("help query tells what {field} takes"),
            }))
        }
        Err(error) => {
            let reason = error.to_string();
            let last = reason.lines().last().unwrap_or("").trim_start_matches("error: ");
            Err(QueryError::new(format!("this is no regular expression: {last}"), word.span.clone()))
        }
    }
}

fn id_test(
    resolver: &mut Resolver<'_>,
    field: &FieldRef,
    word: &Word,
    span: &Range<usize>,
) -> Result<Filter, QueryError> {
    // The name behind a bare @ may stand in quotes.
    let is_file = resolver.text.get(word.span.clone()).is_some_and(|written| written.starts_with('@'));
    if is_file && let Some(path) = word.text.strip_prefix('@') {
        return ids_of_file(resolver, field, path, word);
    }
    if word.is_bare() && field.known() == Some(Field::RequestId) && is_begin_of_id(&word.text) {
        resolver.note(format!("{0} is a whole id; {field}:{0}* is what begins so", word.text));
    }
    // Kibana's sample logs call the path so.
    let before = resolver.text.get(span.start..word.span.start).unwrap_or("");
    let is_path = word.text.starts_with('/') && before.trim_end_matches([' ', ':', '=', '"']).ends_with("request");
    let id = one_id(field, &word.text, word.is_bare()).filter(|_| !is_path);
    // nginx and Kibana's sample logs call the line of a request so.
    if let Some((method, path)) = word.text.split_once(' ').filter(|(_, path)| path.starts_with('/')) {
        let path = path.split(' ').next().unwrap_or(path);
        let problem = QueryError::new("this is the line of a request, no id", word.span.clone());
        let right = format!("method:{method} path:{path}");
        let is_left_out = before.contains('!') || resolver.text[..span.start].ends_with(['-', '!']);
        let right = if is_left_out { format!("({right})") } else { right };
        return Err(problem.with_hint(format!("write {right}")).with_fix(span.clone(), right));
    }
    id.ok_or_else(|| {
        let problem = QueryError::new(format!("“{}” is no id", word.text), word.span.clone());
        if is_path {
            return problem.with_hint("write path:…").with_fix(span.start..word.span.start, "path:");
        }
        problem.with_hint("write a whole id, a prefix with * behind it, a handle, or @ and the name of a file of ids")
    })
}

fn one_id(field: &FieldRef, text: &str, is_bare: bool) -> Option<Filter> {
    // Registries write UUIDs in braces.
    let text = text.strip_prefix('{').and_then(|text| text.strip_suffix('}')).unwrap_or(text);
    if let Some(handle) = Handle::read(text) {
        return Some(Filter::field(Field::Key, Test::Handle(handle)));
    }
    if field.known() == Some(Field::Key) {
        return None;
    }
    let test = match text.strip_suffix('*') {
        // Of ids that begin so there is an order, others are looked through.
        _ if is_bare && text.trim_end_matches('*').contains('*') => Test::Wildcard(text.to_owned()),
        Some(prefix) if is_bare => Test::IdPrefix(NormalId::new(prefix.as_bytes())?),
        _ => Test::Id(NormalId::new(text.as_bytes())?),
    };
    Some(Filter::field(field.clone(), test))
}

/// One id a line; empty lines are passed over.
fn ids_of_file(resolver: &Resolver<'_>, field: &FieldRef, path: &str, word: &Word) -> Result<Filter, QueryError> {
    let problem = |message: String| QueryError::new(message, word.span.clone());
    let Some(read) = resolver.reading.read_ids else {
        return Err(problem("files of ids are read from the prompt and the command line only".into()));
    };
    let lines = read(path).map_err(problem)?;
    let mut any = Vec::new();
    for (number, line) in lines.iter().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let id = one_id(field, line.trim(), true);
        any.push(id.ok_or_else(|| problem(format!("{path}, line {}: “{}” is no id", number + 1, line.trim())))?);
    }
    if any.is_empty() {
        return Err(problem(format!("{path} holds no ids")).with_hint("write one on each line"));
    }
    Ok(Filter::Or(any))
}
