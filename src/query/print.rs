//! A filter as text that reads back as the same filter, in the prompt and behind any shell.
//!
//! What a shell would change stands in single quotes, a whole step at a time: bash, zsh and fish
//! take them off, and the language reads what is in them as if they were not there.

use std::fmt;

use crate::base::time::Timestamp;
use crate::base::units::NANOS_PER_MS;
use crate::model::field::{Field, FieldRef, Kind};

use super::filter::{Clause, Filter, Target, Test};
use super::number::attribute_decimal;
use super::print_beside::side_by_side;
use super::shape::field_of_word;
use super::syntax::{
    OPENING_QUOTES, WITHOUT_WIDTH, escape_elsewhere, has_sign_of_regex, is_plain_name, is_special_value,
    is_special_word, is_term_behind, is_value_of, may_close_regex,
};
use super::times_in_words::{begins_date, begins_time};
pub(crate) use super::version::versions;

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, text) in side_by_side(self.steps()).into_iter().enumerate() {
            let space = if place > 0 { " " } else { "" };
            if is_safe_in_shells(&text) { write!(f, "{space}{text}")? } else { write!(f, "{space}'{text}'")? }
        }
        Ok(())
    }
}

/// A step as it is typed into a prompt, where no shell has to be got past.
pub fn typed(step: &Filter) -> String {
    unescaped(&filter_text(step))
}

/// A text in which single quotes need not get past a shell.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        let (before, escaped) = rest.split_at(at);
        out.push_str(before);
        if let Some(behind) = escaped.strip_prefix(SINGLE_QUOTE) {
            out.push('\'');
            rest = behind;
        } else {
            // The backslash and what it stands before: an escaped one begins nothing.
            let end = escaped.char_indices().nth(2).map_or(escaped.len(), |(end, _)| end);
            out.push_str(&escaped[..end]);
            rest = &escaped[end..];
        }
    }
    out + rest
}

/// A filter as it is typed into a prompt.
pub fn typed_steps(filter: &Filter) -> String {
    side_by_side(filter.steps()).iter().map(|text| unescaped(text)).collect::<Vec<_>>().join(" ")
}

/// Whether bash, zsh and fish hand a word over as it is. What is not ASCII they leave alone, but for
/// spaces, which are never outside of quotes.
fn is_safe_in_shells(text: &str) -> bool {
    let is_safe = |c: char| !c.is_ascii() || c.is_ascii_alphanumeric() || "_-.,:/@%+=".contains(c);
    // zsh takes `=ls` for the command's path.
    text.chars().all(is_safe) && !text.starts_with('=')
}

pub(super) fn filter_text(filter: &Filter) -> String {
    match filter {
        // Every record has a time.
        Filter::And(parts) if parts.is_empty() => "time:*".into(),
        Filter::And(parts) => group(parts),
        Filter::Or(parts) => alternatives(parts),
        Filter::Not(inner) => match inner.as_ref() {
            // A word behind a minus would be an option on the command line.
            Filter::Clause(Clause { target: Target::Anywhere, .. }) => format!("not:{}", filter_text(inner)),
            _ => format!("-{}", filter_text(inner)),
        },
        Filter::Clause(clause) => clause_text(clause),
    }
}

fn group(parts: &[Filter]) -> String {
    match parts {
        [only] => filter_text(only),
        _ => format!("({})", side_by_side(parts).join(" ")),
    }
}

/// One of several parts. A word behind a field would go on with the values before it, but in quotes.
fn alternatives(parts: &[Filter]) -> String {
    if let [only] = parts {
        return filter_text(only);
    }
    let mut field = None;
    let texts = parts.iter().map(|part| {
        let before = std::mem::replace(&mut field, part.only_field());
        match part {
            Filter::Clause(Clause { target: Target::Anywhere, any_of }) => match any_of.as_slice() {
                [Test::Phrase(text)] if goes_on(before, text) => quoted(text.as_bytes()),
                _ => filter_text(part),
            },
            _ => filter_text(part),
        }
    });
    format!("({})", texts.collect::<Vec<_>>().join(" OR "))
}

/// Whether a word behind a field and OR would be read as another value of it.
fn goes_on(field: Option<&FieldRef>, word: &str) -> bool {
    field_of_word(word).is_some()
        || word.starts_with(|c: char| c.is_ascii_digit())
        || field.is_some_and(|field| field.kind() == Kind::Name || is_value_of(field, word))
}

/// Tests with one operator share one term; missing and present ones and comparisons need their own.
fn clause_text(clause: &Clause) -> String {
    let texts: Vec<String> = match &clause.target {
        Target::Anywhere => clause.any_of.iter().map(bare_word).collect(),
        Target::Field(field) => {
            let mut terms: Vec<(String, Vec<String>)> = Vec::new();
            for test in &clause.any_of {
                let (head, value) = term(field, test);
                let is_alone = |head: &str, value: &str| {
                    let begins_so = head.starts_with("no:") || head.starts_with("has:");
                    // Behind a comma it would be read as a term.
                    begins_so || value.starts_with(['<', '>']) || is_term_behind(value)
                };
                // Only the one before is joined, so that the order stays.
                match terms.last_mut() {
                    Some((known, values))
                        if *known == head && !is_alone(&head, &value) && !is_alone(known, &values[0]) =>
                    {
                        values.push(value);
                    }
                    _ => terms.push((head, vec![value])),
                }
            }
            terms.into_iter().map(|(head, values)| head + &values.join(",")).collect()
        }
    };
    match texts.as_slice() {
        [only] => only.clone(),
        _ => format!("({})", texts.join(" OR ")),
    }
}

/// The field with its operator, and the value behind it.
fn term(field: &FieldRef, test: &Test) -> (String, String) {
    let name = field_name(field);
    let has = format!("{name}:");
    let value = |text: &str| value_text(field, text);
    match test {
        Test::Missing if *field == FieldRef::Known(Field::Status) => (has, "none".into()),
        Test::Missing => ("no:".into(), name),
        Test::Present => ("has:".into(), name),
        Test::Exact(bytes) if matches!(field.kind(), Kind::Outcome | Kind::Boolean) => {
            (has, String::from_utf8_lossy(bytes).into_owned())
        }
        Test::Exact(bytes) => (
            format!("{name}:="),
            match std::str::from_utf8(bytes) {
                Ok(text) if needs_quotes(text) || may_be_regex(field, text) => quoted(bytes),
                Ok(text) => text.to_owned(),
                Err(_) => quoted(bytes),
            },
        ),
        Test::Words(text) | Test::Phrase(text) => (has, value(text)),
        Test::Wildcard(pattern) => {
            let is_quoted = is_special_value(field, pattern) || may_be_regex(field, &pattern.replace('*', ""));
            (has, pattern_text(pattern, is_quoted))
        }
        Test::Regex(pattern) => {
            let is_plain = !needs_quotes(pattern) && !pattern.contains('*');
            (format!("{name}~"), if is_plain { pattern.clone() } else { quoted_regex(pattern) })
        }
        Test::Range(low, high) => (has, range(field, *low, *high)),
        Test::Decimals(low, high) => (has, decimals(*low, *high)),
        Test::Versions(low, high) => (has, versions(*low, *high)),
        Test::Id(id) => (has, value(id.as_str())),
        Test::IdPrefix(id) => (has, pattern_text(&format!("{}*", id.as_str()), false)),
        Test::Handle(handle) => (has, handle.to_string()),
        Test::Address(address) => (has, address.to_string()),
        Test::Network(network) => (has, network.to_string()),
    }
}

fn bare_word(test: &Test) -> String {
    /// Words that have a meaning where a term is expected, or behind the name of a field.
    const MEANINGS: [&str; 3] = ["and", "or", "not"];
    match test {
        Test::Phrase(text) => {
            let is_plain = text.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '/' | '_'))
                && !needs_quotes(text)
                && !text.contains([':', '=', '<', '>', '~', '*', '|', '&', '!'])
                && !MEANINGS.contains(&text.to_lowercase().as_str())
                && !is_special_word(text)
                && !text.strip_suffix('.').is_some_and(|number| number.bytes().all(|b| b.is_ascii_digit()))
                && !may_close_regex(text)
                && !begins_time(text)
                && !begins_date(text);
            if is_plain { text.clone() } else { quoted(text.as_bytes()) }
        }
        // The star in front keeps it from being read as a field.
        // In front of a colon, a star would be in the name of a field.
        Test::Wildcard(pattern) => {
            let pattern = pattern.trim_matches('*');
            pattern_text(&format!("*{pattern}*"), pattern.contains(':'))
        }
        // Nothing else is looked for anywhere; all of these take a field.
        Test::Missing | Test::Present => "time:*".into(),
        Test::Words(text) | Test::Regex(text) => quoted(text.as_bytes()),
        Test::Exact(bytes) => quoted(bytes),
        Test::Id(id) | Test::IdPrefix(id) => quoted(id.as_str().as_bytes()),
        Test::Range(low, high) => quoted(format!("{low}..{high}").as_bytes()),
        Test::Decimals(low, high) => quoted(decimals(*low, *high).as_bytes()),
        Test::Versions(low, high) => quoted(versions(*low, *high).as_bytes()),
        Test::Handle(handle) => quoted(handle.to_string().as_bytes()),
        Test::Address(address) => quoted(address.to_string().as_bytes()),
        Test::Network(network) => quoted(network.to_string().as_bytes()),
    }
}

/// Whether a value could be read as a regular expression between slashes, alone or with what stands beside it.
fn may_be_regex(field: &FieldRef, text: &str) -> bool {
    let is_between = || text.starts_with('/') && text.len() > 1 && may_close_regex(&text[1..]);
    match field.kind() {
        Kind::Name => is_between() || has_sign_of_regex(text) || may_close_regex(text),
        Kind::Text => has_sign_of_regex(text),
        _ => false,
    }
}

/// A value that contains no pattern, in quotes where it would be read as something else.
fn value_text(field: &FieldRef, text: &str) -> String {
    let is_range = matches!(field, FieldRef::Attribute(_)) && text.contains("..");
    let is_file = field.kind() == Kind::Id && text.starts_with('@');
    let is_special = needs_quotes(text)
        || text.contains('*')
        || may_be_regex(field, text)
        || is_range
        || is_special_value(field, text)
        || is_file;
    if is_special { quoted(text.as_bytes()) } else { text.to_owned() }
}

/// A field's name; in quotes where others than ours chose it so.
pub fn field_name(field: &FieldRef) -> String {
    let name = field.name();
    if is_plain_name(&name) { name.into_owned() } else { quoted(name.as_bytes()) }
}

/// A pattern; the pieces between its stars in quotes where they need some.
pub(super) fn pattern_text(pattern: &str, is_quoted: bool) -> String {
    let piece = |text: &str| {
        let is_plain = text.is_empty() || !is_quoted && !needs_quotes(text);
        if is_plain { text.to_owned() } else { quoted(text.as_bytes()) }
    };
    pattern.split('*').map(piece).collect::<Vec<_>>().join("*")
}

pub(super) fn needs_quotes(text: &str) -> bool {
    text.is_empty()
        || text.starts_with(['=', '~', '<', '>', '[', '{'])
        || text.starts_with(OPENING_QUOTES)
        || text.starts_with('`')
        || text.contains(WITHOUT_WIDTH)
        || text
            .contains(|c: char| c.is_whitespace() || c.is_control() || matches!(c, ',' | '"' | '\'' | '(' | ')' | '\\'))
}

/// How a single quote is written where one would end those around it. A backslash of the text is never
/// written before an `x`.
const SINGLE_QUOTE: &str = "\\x27";

/// Text in double quotes. What would end the quotes, or single ones around them, what is no text, and a
/// backslash that elsewhere takes away the meaning of a sign, is written by its bytes.
pub(super) fn quoted(bytes: &[u8]) -> String {
    in_quotes(bytes, |behind| escape_elsewhere(behind).is_some())
}

/// A regular expression in double quotes: its backslashes stay.
pub(super) fn quoted_regex(pattern: &str) -> String {
    in_quotes(pattern.as_bytes(), |_| false)
}

/// Text in double quotes; `is_by_byte` says whether a backslash before a text is written by its byte, where
/// it need not.
fn in_quotes(bytes: &[u8], is_by_byte: impl Fn(&str) -> bool) -> String {
    let mut out = String::from("\"");
    let by_bytes = |out: &mut String, bytes: &[u8]| bytes.iter().for_each(|b| out.push_str(&format!("\\x{b:02x}")));
    for chunk in bytes.utf8_chunks() {
        let mut chars = chunk.valid().chars();
        while let Some(char) = chars.next() {
            let behind = chars.as_str();
            match char {
                '"' => out.push_str("\\\""),
                // fish reads two of them as one, even in single quotes.
                '\\' if is_by_byte(behind)
                    || behind
                        .chars()
                        .next()
                        .is_none_or(|next| matches!(next, '\\' | '"' | 'x' | '\'') || next.is_control()) =>
                {
                    by_bytes(&mut out, b"\\");
                }
                '\'' => out.push_str(SINGLE_QUOTE),
                _ if char.is_control() => by_bytes(&mut out, char.encode_utf8(&mut [0; 4]).as_bytes()),
                _ => out.push(char),
            }
        }
        by_bytes(&mut out, chunk.invalid());
    }
    out.push('"');
    out
}

/// A range, as it stands behind its field.
pub(crate) fn range(field: &FieldRef, low: i64, high: i64) -> String {
    let kind = field.kind();
    if kind == Kind::Status
        && let (100..=999, 100..=999) = (low, high)
        && let Some(class) = status_class(low, high)
    {
        return class;
    }
    // Sources write 0 where there was no response.
    if (low, high, kind) == (0, 0, Kind::Status) {
        return "0..0".into();
    }
    // A whole second is all of it; an instant has its digits.
    if low == high && kind == Kind::Time {
        return Timestamp(low).rfc3339(6);
    }
    if low == high {
        return number(field, low);
    }
    let open = |edge: i64, none: i64| if edge == none { String::new() } else { number(field, edge) };
    // A point at the end of a span of time is outside of it.
    if kind == Kind::Time && high != i64::MAX {
        return format!("{}..{}", open(low, i64::MIN), number(field, high + 1));
    }
    // `5..` is a class of statuses elsewhere.
    if (kind, high) == (Kind::Status, i64::MAX) && (1..=5).contains(&low) {
        return format!(">={low}");
    }
    let no_lower = if matches!(kind, Kind::Duration | Kind::Status) { 0 } else { i64::MIN };
    // Next to a number that is shorter to write, more or less than that is meant.
    let is_fine = kind == Kind::Duration;
    let is_beside = |edge: i64, beside: i64| is_fine && number(field, beside).len() < number(field, edge).len();
    if low > no_lower && high == i64::MAX && is_beside(low, low - 1) {
        return format!(">{}", number(field, low - 1));
    }
    if high != i64::MAX && is_beside(high, high + 1) {
        let high = number(field, high + 1);
        return match open(low.max(no_lower), no_lower) {
            low if low.is_empty() => format!("<{high}"),
            low => format!("{low}..<{high}"),
        };
    }
    match (open(low, no_lower), open(high, i64::MAX)) {
        (low, high) if low.is_empty() && high.is_empty() => format!("{}..", number(field, no_lower)),
        (low, high) => format!("{low}..{high}"),
    }
}

/// Numbers among texts; a lone one would be a text.
pub(crate) fn decimals(low: i128, high: i128) -> String {
    // Next to a number that is shorter to write, more or less than that is meant.
    let is_beside = |edge: i128, beside: i128| attribute_decimal(beside).len() < attribute_decimal(edge).len();
    let (is_open, has_end) = (low == i128::MIN, high != i128::MAX);
    if !is_open && !has_end && is_beside(low, low - 1) {
        return format!(">{}", attribute_decimal(low - 1));
    }
    let from = if is_open { String::new() } else { attribute_decimal(low) };
    if has_end && is_beside(high, high + 1) {
        let until = attribute_decimal(high + 1);
        return if is_open { format!("<{until}") } else { format!("{from}..<{until}") };
    }
    let until = if has_end { attribute_decimal(high) } else { String::new() };
    if is_open && !has_end { format!("{}..", attribute_decimal(low)) } else { format!("{from}..{until}") }
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

fn number(field: &FieldRef, value: i64) -> String {
    match (field, field.kind()) {
        (_, Kind::Duration) => span(value.max(0) as u64),
        (_, Kind::Time) => {
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
