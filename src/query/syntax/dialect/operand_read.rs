//! One side of a comparison of SQL's, Splunk's and Kusto's: a field, a function of one, a value.

use crate::model::field::{FieldRef, Kind};
use crate::query::syntax::name::{is_of_name, is_plain_name};

use super::functions::applied;
use super::literal::{Literal, argument_word};
use super::moments::Unit;
use super::operand::{Change, Operand};

/// Names that people give the table that they ask.
pub(super) const TABLES: &[&str] = &[
    "l",
    "r",
    "t",
    "e",
    "log",
    "logs",
    "request",
    "requests",
    "api_logs",
    "events",
    "event",
    "t1",
    "req",
    "data",
    "records",
    "access_log",
    "access_logs",
];

/// Deeper than anybody writes, and safe for the stack.
const MAX_DEPTH: usize = 16;

/// Where a parenthesis that is open is closed.
pub(super) fn closing(text: &str) -> Option<usize> {
    let (mut depth, mut quote) = (0_usize, None);
    text.char_indices().find_map(|(at, c)| {
        match (quote, c) {
            (Some(open), _) => quote = Some(open).filter(|open| *open != c),
            (None, '"' | '\'') => quote = Some(c),
            (None, '(') => depth += 1,
            (None, ')') if depth == 0 => return Some(at),
            (None, ')') => depth -= 1,
            _ => {}
        }
        None
    })
}

/// What stands on one side of a comparison, and what is behind it.
pub(super) fn operand_of(text: &str, depth: usize) -> Option<(Operand, &str)> {
    if depth > MAX_DEPTH {
        return None;
    }
    let text = text.trim_start();
    let (mut found, mut behind) = primary(text, depth)?;
    loop {
        let next = behind.trim_start();
        if let Some(cast) = behind.strip_prefix("::") {
            let len = cast.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(cast.len());
            found = cast_to(found, &cast[..len])?;
            behind = &cast[len..];
        } else if let (Operand::Field(field, Change::None), Some(by)) = (&found, next.strip_prefix('/')) {
            let (by, rest) = number(by.trim_start())?;
            // Whole numbers are divided so in SQL.
            let is_whole = matches!(field.kind(), Kind::Status | Kind::Integer);
            found = Operand::Field(field.clone(), Change::Quotient(by, is_whole));
            behind = rest;
        } else {
            return Some((found, behind));
        }
    }
}

fn number(text: &str) -> Option<(f64, &str)> {
    let len = text.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(text.len());
    let by = text[..len].parse::<f64>().ok().filter(|by| *by > 0.0)?;
    Some((by, &text[len..]))
}

fn cast_to(operand: Operand, kind: &str) -> Option<Operand> {
    match operand {
        Operand::Field(field, Change::None) if kind.eq_ignore_ascii_case("date") && field.kind() == Kind::Time => {
            Some(Operand::Field(field, Change::Part(Unit::Day)))
        }
        Operand::Field(field, change) => {
            const SAME: [&str; 12] = [
                "text",
                "varchar",
                "string",
                "int",
                "integer",
                "bigint",
                "numeric",
                "inet",
                "timestamp",
                "timestamptz",
                "bool",
                "boolean",
            ];
            SAME.iter().any(|same| kind.eq_ignore_ascii_case(same)).then_some(Operand::Field(field, change))
        }
        other => Some(other),
    }
}

fn primary(text: &str, depth: usize) -> Option<(Operand, &str)> {
    let first = text.chars().next()?;
    if matches!(first, '\'' | '"') {
        let (literal, behind) = argument_word(text)?;
        let is_name = first == '"' && FieldRef::find(&literal.text).is_some();
        let field = || Operand::Field(FieldRef::find(&literal.text).expect("it was found"), Change::None);
        return Some((if is_name && depth == 0 { field() } else { Operand::Literal(literal.clone()) }, behind));
    }
    let len = text.find(|c: char| !is_of_name(c)).unwrap_or(text.len());
    let (name, behind) = text.split_at(len);
    if let Some(inside) = behind.strip_prefix('(').filter(|_| !name.is_empty()) {
        return call(name, inside, depth);
    }
    if first.is_ascii_digit() || first == '-' {
        name.parse::<f64>().ok()?;
        return Some((Operand::Literal(Literal { text: name.to_owned(), is_quoted: false }), behind));
    }
    // `DATE '2026-11-20'`
    let typed = behind.trim_start().starts_with('\'')
        && ["date", "timestamp"].iter().any(|word| name.eq_ignore_ascii_case(word));
    if typed && depth > 0 {
        return argument_word(behind).map(|(literal, behind)| (Operand::Literal(literal), behind));
    }
    if ["true", "false", "null"].iter().any(|word| name.eq_ignore_ascii_case(word)) {
        return Some((Operand::Literal(Literal { text: name.to_ascii_lowercase(), is_quoted: false }), behind));
    }
    let below =
        || name.split_once('.').filter(|(table, _)| TABLES.iter().any(|known| table.eq_ignore_ascii_case(known)));
    let cast = || (behind.starts_with("::") && is_plain_name(name)).then(|| FieldRef::Attribute(name.to_owned()));
    let field = FieldRef::find(name).or_else(|| FieldRef::find(below()?.1)).or_else(cast)?;
    Some((Operand::Field(field, Change::None), behind))
}

/// A function with its arguments, from behind its parenthesis on.
fn call<'t>(name: &str, inside: &'t str, depth: usize) -> Option<(Operand, &'t str)> {
    let close = closing(inside)?;
    let (within, behind) = (&inside[..close], &inside[close + 1..]);
    if let Some(field) = in_json(name, within) {
        return Some((Operand::Field(field, Change::None), behind));
    }
    if name.eq_ignore_ascii_case("cast") {
        let at = within.to_ascii_lowercase().rfind(" as ")?;
        let (inner, rest) = match (operand_of(&within[..at], depth + 1), attribute_len(&within[..at])) {
            (Some(found), _) => found,
            (None, len) => {
                let (name, more) = within[..at].trim_start().split_at(len?);
                (Operand::Field(FieldRef::Attribute(name.to_owned()), Change::None), more)
            }
        };
        let found = rest.trim().is_empty().then(|| cast_to(inner, within[at + 4..].trim()))??;
        return Some((found, behind));
    }
    let mut found = Vec::new();
    let mut rest = within;
    while !rest.trim().is_empty() {
        let is_end = |more: &str| more.is_empty() || more.starts_with([',', ';']);
        let is_position = name.eq_ignore_ascii_case("position");
        let read = operand_of(rest, depth + 1).filter(|(_, more)| is_position || is_end(more.trim_start()));
        let (argument, more) = match read {
            Some(found) => found,
            // What only the source sent.
            None if found.is_empty() && attribute_len(rest).is_some() => {
                let (name, more) = rest.trim_start().split_at(attribute_len(rest)?);
                (Operand::Field(FieldRef::Attribute(name.to_owned()), Change::None), more)
            }
            // `10.0.0.0/8`
            None if !rest.contains(['(', '"', '\'']) => {
                let (text, _) = rest.split_at(rest.find([',', ';']).unwrap_or(rest.len()));
                let literal = Literal { text: text.trim().to_owned(), is_quoted: false };
                (Operand::Literal(literal), &rest[text.len()..])
            }
            None => return None,
        };
        found.push(argument);
        let more = more.trim_start();
        let is_in = is_position && more.get(..3).is_some_and(|word| word.eq_ignore_ascii_case("in "));
        rest = match more.strip_prefix([',', ';']) {
            Some(more) => more,
            None if is_in => &more[3..],
            None if more.is_empty() => more,
            None => return None,
        };
    }
    // `path.contains("x")`
    if let Some((field, method)) = name.rsplit_once('.') {
        found.insert(0, Operand::Field(FieldRef::find(field.trim_start_matches('.'))?, Change::None));
        return Some((applied(method, found)?, behind));
    }
    Some((applied(name, found)?, behind))
}

/// `json_extract(attributes, '$.region')`: what an object holds under a path.
fn in_json(function: &str, within: &str) -> Option<FieldRef> {
    const FUNCTIONS: [&str; 5] =
        ["json_extract", "json_value", "json_extract_scalar", "json_extract_string", "json_unquote"];
    FUNCTIONS.iter().find(|known| function.eq_ignore_ascii_case(known))?;
    let (object, path) = within.split_once(',')?;
    let (path, behind) = argument_word(path)?;
    let path = path.text.strip_prefix("$.")?.replace(['"', '[', ']'], "");
    let is_plain = is_plain_name(object.trim()) && behind.trim().is_empty() && !path.is_empty();
    is_plain.then(|| FieldRef::find(&path).unwrap_or(FieldRef::Attribute(path)))
}

/// How long the name is that all of an argument is.
fn attribute_len(text: &str) -> Option<usize> {
    let text = text.trim_start();
    let len = text.find(|c: char| !is_of_name(c)).unwrap_or(text.len());
    let behind = text[len..].trim_start();
    (is_plain_name(&text[..len]) && (behind.is_empty() || behind.starts_with(','))).then_some(len)
}

/// A value, or a field; a bare word is a value too.
pub(super) fn value_of(text: &str) -> Option<(Operand, &str)> {
    match operand_of(text, 1) {
        Some((Operand::Literal(value), behind)) => Some((Operand::Literal(value), behind)),
        Some(_) => None,
        None => {
            let (value, behind) = argument_word(text)?;
            let is_plain = value.is_quoted
                || value.text.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '.' | ':' | '_'));
            is_plain.then_some((Operand::Literal(value), behind))
        }
    }
}
