//! A filter as text that reads back as the same filter.

use std::fmt::{self, Write as _};

use crate::base::time::Timestamp;
use crate::base::units::NANOS_PER_MS;
use crate::model::field::{Field, FieldRef, Kind};

use super::filter::{Clause, Filter, Target, Test};

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_filter(f, self, false)
    }
}

fn write_filter(f: &mut fmt::Formatter<'_>, filter: &Filter, nested: bool) -> fmt::Result {
    match filter {
        Filter::And(parts) => {
            let group = nested && parts.len() > 1;
            write_joined(f, parts, " ", group)
        }
        Filter::Or(parts) => write_joined(f, parts, " OR ", true),
        Filter::Not(inner) => {
            f.write_char('-')?;
            write_filter(f, inner, true)
        }
        Filter::Clause(clause) => write_clause(f, clause),
    }
}

fn write_joined(f: &mut fmt::Formatter<'_>, parts: &[Filter], between: &str, group: bool) -> fmt::Result {
    if group {
        f.write_char('(')?;
    }
    for (place, part) in parts.iter().enumerate() {
        if place > 0 {
            f.write_str(between)?;
        }
        write_filter(f, part, true)?;
    }
    if group { f.write_char(')') } else { Ok(()) }
}

fn write_clause(f: &mut fmt::Formatter<'_>, clause: &Clause) -> fmt::Result {
    let Target::Field(field) = &clause.target else {
        return write_each(f, &clause.any_of, |f, test| f.write_str(&bare_word(test)));
    };
    // Tests with one operator share one term; missing, present and patterns need their own.
    write_each_grouped(f, field, &clause.any_of)
}

fn write_each(
    f: &mut fmt::Formatter<'_>,
    tests: &[Test],
    one: impl Fn(&mut fmt::Formatter<'_>, &Test) -> fmt::Result,
) -> fmt::Result {
    if let [only] = tests {
        return one(f, only);
    }
    f.write_char('(')?;
    for (place, test) in tests.iter().enumerate() {
        if place > 0 {
            f.write_str(" OR ")?;
        }
        one(f, test)?;
    }
    f.write_char(')')
}

fn write_each_grouped(f: &mut fmt::Formatter<'_>, field: &FieldRef, tests: &[Test]) -> fmt::Result {
    let mut terms: Vec<(String, Vec<String>)> = Vec::new();
    for test in tests {
        let (head, value) = term(field, test);
        match terms.last_mut() {
            Some((last, values)) if *last == head && !head.starts_with("no:") => values.push(value),
            _ => terms.push((head, vec![value])),
        }
    }
    let texts: Vec<String> = terms.into_iter().map(|(head, values)| head + &values.join(",")).collect();
    match texts.as_slice() {
        [only] => f.write_str(only),
        _ => write!(f, "({})", texts.join(" OR ")),
    }
}

/// The field with its operator, and the value behind it.
fn term(field: &FieldRef, test: &Test) -> (String, String) {
    let has = format!("{field}:");
    match test {
        Test::Missing if *field == FieldRef::Known(Field::Status) => (has, "none".into()),
        Test::Missing => ("no:".into(), field.name().into_owned()),
        Test::Present => (has, "*".into()),
        Test::Exact(bytes) => {
            let text = String::from_utf8_lossy(bytes);
            match field.kind() {
                Kind::Outcome | Kind::Boolean => (has, text.into_owned()),
                _ => (format!("{field}:="), quoted(&text, false)),
            }
        }
        Test::Words(text) | Test::Phrase(text) => (has, quoted(text, true)),
        // A pattern cannot hold what would need quotes: it was read from a bare word.
        Test::Wildcard(pattern) => (has, pattern.clone()),
        Test::Regex(pattern) => (format!("{field}~"), quoted(pattern, true)),
        Test::Range(low, high) => (has, range(field, *low, *high)),
        Test::Id(id) => (has, quoted(id.as_str(), true)),
        Test::IdPrefix(id) => (has, format!("{}*", id.as_str())),
        Test::Handle(handle) => (has, handle.to_string()),
        Test::Address(address) => (has, address.to_string()),
        Test::Network(network) => (has, network.to_string()),
    }
}

fn bare_word(test: &Test) -> String {
    match test {
        Test::Phrase(text) => {
            let plain = !text.is_empty()
                && !text.starts_with(['-', '(', '"', '@'])
                && !text.contains(|c: char| {
                    c.is_whitespace() || matches!(c, '"' | '\\' | '*' | ':' | '=' | '<' | '>' | '~' | '(' | ')')
                })
                && !matches!(text.as_str(), "AND" | "OR" | "NOT" | "not");
            if plain { text.clone() } else { quote(text) }
        }
        // The star in front keeps it from being read as a field.
        Test::Wildcard(pattern) => format!("*{}*", pattern.trim_matches('*')),
        other => format!("{other:?}"),
    }
}

/// A value, in quotes where it would be read as something else. `literal`: a `*` means itself.
fn quoted(text: &str, literal: bool) -> String {
    let is_special = text.is_empty()
        || text.starts_with(['(', '=', '~', '<', '>', '"'])
        || text.contains(|c: char| c.is_whitespace() || matches!(c, ',' | '"' | '(' | ')' | '\\'))
        || literal && text.contains('*');
    if is_special { quote(text) } else { text.to_owned() }
}

fn quote(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn range(field: &FieldRef, low: i64, high: i64) -> String {
    let kind = field.kind();
    if kind == Kind::Status
        && let (100..=999, 100..=999) = (low, high)
        && let Some(class) = status_class(low, high)
    {
        return class;
    }
    if low == high {
        return number(kind, low);
    }
    let open = |edge: i64, none: i64| if edge == none { String::new() } else { number(kind, edge) };
    let no_lower = if matches!(kind, Kind::Duration | Kind::Status) { 0 } else { i64::MIN };
    match (open(low, no_lower), open(high, i64::MAX)) {
        // Every span is at least zero.
        (low, high) if low.is_empty() && high.is_empty() => format!("{}..", number(kind, 0)),
        (low, high) => format!("{low}..{high}"),
    }
}

fn status_class(low: i64, high: i64) -> Option<String> {
    if low % 100 == 0 && high == low + 99 {
        Some(format!("{}xx", low / 100))
    } else if low % 10 == 0 && high == low + 9 {
        Some(format!("{}x", low / 10))
    } else {
        None
    }
}

fn number(kind: Kind, value: i64) -> String {
    match kind {
        Kind::Duration => span(value.max(0) as u64),
        Kind::Time => {
            let digits = if value % 1_000_000 == 0 { 0 } else { 6 };
            Timestamp(value).rfc3339(digits)
        }
        _ => value.to_string(),
    }
}

/// A span in the largest unit in which it is a whole number.
fn span(nanos: u64) -> String {
    match nanos {
        0 => "0ms".into(),
        _ if nanos.is_multiple_of(1_000_000_000) => format!("{}s", nanos / 1_000_000_000),
        _ if nanos.is_multiple_of(NANOS_PER_MS) => format!("{}ms", nanos / NANOS_PER_MS),
        _ if nanos.is_multiple_of(1_000) => format!("{}us", nanos / 1_000),
        _ => format!("{nanos}ns"),
    }
}
