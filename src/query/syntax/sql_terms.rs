//! The terms that operators in words stand for: what `LIKE 'a%'`, `BETWEEN 500 AND 599`, `IS NOT NULL` are here.

use crate::model::field::{Field, FieldRef, Kind};
use crate::query::print::{field_name, needs_quotes, quoted};

use super::absence::{is_no_value, presence_term};
use super::literal::{Literal, argument_word, arguments, word};
use super::operators::starred;
use super::sql::Asks;
use super::term::is_counted;
use super::value::regex_term;

/// Words behind `is` for what is not there, and for what is.
const MISSING: &[&str] = &["missing", "absent", "empty", "unset", "unknown"];
const PRESENT: &[&str] = &["present", "set", "there"];

/// A term with what it keeps left out.
pub(super) fn negated(term: &str) -> String {
    match (term.strip_prefix("no:"), term.strip_prefix("has:"), term.strip_prefix('-')) {
        (Some(name), ..) => format!("has:{name}"),
        (_, Some(name), _) => presence_term(name, false),
        (.., Some(term)) => term.to_owned(),
        _ => format!("-{term}"),
    }
}

/// The term that an operator and its argument stand for, and the text behind them.
pub(super) fn term<'t>(field: &FieldRef, asks: Asks, text: &'t str) -> Option<(String, &'t str)> {
    let argument = text.trim_start();
    let name = field_name(field);
    match asks {
        Asks::In => {
            let (values, behind) = listed_values(field, argument)?;
            let is_starred = values.iter().any(|value| value.text.contains('*'));
            Some((if is_starred { starred(field, &values) } else { one_of(field, &values) }, behind))
        }
        Asks::Is => state(field, &name, argument),
        Asks::Exists => is_end(argument).then(|| (format!("has:{name}"), text)),
        Asks::Between => {
            let (low, behind) = argument_word(argument)?;
            let (and, behind) = word(behind)?;
            let (high, behind) = argument_word(behind).filter(|_| and.eq_ignore_ascii_case("and"))?;
            Some((format!("{name}:{}..{}", low.text, high.text), behind))
        }
        Asks::Compares(sign) => {
            let is_ordered = is_counted(field.kind()) || matches!(field, FieldRef::Attribute(_));
            let (value, behind) = argument_word(argument).filter(|_| is_ordered)?;
            let is_time = field.kind() == Kind::Time;
            let is_number = value.text.starts_with(|c: char| c.is_ascii_digit() || c == '-' || is_time);
            is_number.then(|| (format!("{name}{sign}{}", value.text.replace(' ', "T")), behind))
        }
        Asks::Matches if !argument.starts_with(['"', '\'']) => {
            let end = argument.find(char::is_whitespace).unwrap_or(argument.len());
            let (pattern, behind) = argument.split_at(end);
            (end > 0 && is_end(behind)).then(|| (regex_term(field, pattern), behind))
        }
        _ => {
            let (mut value, mut behind) = argument_word(argument)?;
            if let Some((sign, rest)) = escape_sign(behind).filter(|_| asks == Asks::Like) {
                value.text = value.text.replace(sign, "\\");
                behind = rest;
            } else if !value.is_quoted && !is_end(behind) {
                return None;
            }
            Some((matching(field, asks, &value)?, behind))
        }
    }
}

/// SQL's `ESCAPE '!'` behind a pattern: the sign, and what is behind it.
fn escape_sign(text: &str) -> Option<(char, &str)> {
    let (escape, behind) = word(text)?;
    let (sign, behind) = argument_word(behind).filter(|_| escape.eq_ignore_ascii_case("escape"))?;
    let mut signs = sign.text.chars();
    signs.next().filter(|_| signs.next().is_none()).map(|sign| (sign, behind))
}

/// The term for a value that must be a part of the field's, or all of it.
pub(super) fn matching(field: &FieldRef, asks: Asks, value: &Literal) -> Option<String> {
    let (name, text) = (field_name(field), &value.text);
    Some(match asks {
        Asks::Like => like(field, text),
        Asks::Contains if field.known() != Some(Field::Path) && !text.contains(char::is_whitespace) => {
            format!("{name}:{}", value.written())
        }
        Asks::Contains => format!("{name}:*{}*", piece(text)),
        Asks::Starts => format!("{name}:{}*", piece(text)),
        Asks::Ends => format!("{name}:*{}", piece(text)),
        Asks::Matches => regex_term(field, text),
        _ => return None,
    })
}

fn piece(text: &str) -> String {
    match text {
        "" => String::new(),
        _ if needs_quotes(text) || text.contains('*') => quoted(text.as_bytes()),
        _ => text.to_owned(),
    }
}

/// SQL's pattern: `%` is any text, `_` any sign, a backslash takes their meaning away; without both it is
/// the whole value.
fn like(field: &FieldRef, pattern: &str) -> String {
    let name = field_name(field);
    // T-SQL takes the meaning of a sign away with brackets.
    let pattern = &pattern.replace("[%]", "\\%").replace("[_]", "\\_");
    let (mut texts, mut signs) = (vec![String::new()], String::new());
    let (mut has_single, mut chars) = (false, pattern.chars().peekable());
    while let Some(c) = chars.next() {
        match c {
            '%' => {
                texts.push(String::new());
                signs.push_str(".*");
            }
            '_' => {
                has_single = true;
                signs.push('.');
            }
            _ => {
                let is_escape = c == '\\' && matches!(chars.peek(), Some('%' | '_'));
                let meant = if is_escape { chars.next().unwrap_or(c) } else { c };
                if let Some(text) = texts.last_mut() {
                    text.push(meant);
                }
                signs.push_str(&regex::escape(meant.encode_utf8(&mut [0; 4])));
            }
        }
    }
    match texts.as_slice() {
        _ if has_single => regex_term(field, &format!("(?i)^{signs}$")),
        [whole] => {
            let value = Literal { text: whole.clone(), is_quoted: true };
            format!("{name}{}{}", equality(field), value.written())
        }
        _ => format!("{name}:{}", texts.iter().map(|text| piece(text)).collect::<Vec<_>>().join("*")),
    }
}

/// How a whole value is asked for.
fn equality(field: &FieldRef) -> &'static str {
    if matches!(field.kind(), Kind::Name | Kind::Text) { ":=" } else { ":" }
}

/// A field that has one of some values.
pub(super) fn one_of(field: &FieldRef, values: &[Literal]) -> String {
    let values: Vec<String> = values.iter().map(Literal::written).collect();
    format!("{}{}{}", field_name(field), equality(field), values.join(","))
}

/// What stands behind `is`: a value, or that there is none.
fn state<'t>(field: &FieldRef, name: &str, argument: &'t str) -> Option<(String, &'t str)> {
    let (first, behind) = word(argument)?;
    let is = |words: &[&str]| words.iter().any(|word| first.eq_ignore_ascii_case(word));
    if is_no_value(first) || is(MISSING) && is_end(behind) {
        return Some((presence_term(name, false), behind));
    }
    if is(PRESENT) && is_end(behind) {
        return Some((format!("has:{name}"), behind));
    }
    // Of `not`, people write one.
    if is(&["not"]) && !word(behind)?.0.eq_ignore_ascii_case("not") {
        let (term, behind) = state(field, name, behind.trim_start())?;
        return Some((negated(&term), behind));
    }
    if is_counted(field.kind()) && first.starts_with(|c: char| c.is_ascii_digit()) {
        return Some((format!("{name}:{first}"), behind));
    }
    let (value, behind) = literal(argument)?;
    Some((format!("{name}:{}", value.written()), behind))
}

/// `(500, 502)`, `[500, 502]`, `500,502`: values with commas between them; also a single one that is no prose.
fn listed_values<'t>(field: &FieldRef, text: &'t str) -> Option<(Vec<Literal>, &'t str)> {
    let close = match text.chars().next()? {
        '(' => ')',
        '[' => ']',
        _ => {
            let (value, behind) = literal(text)?;
            if value.is_quoted || !value.text.contains(',') {
                let is_sure = value.is_quoted || field.kind() != Kind::Text;
                return is_sure.then(|| (vec![value], behind));
            }
            let listed = value.text.split(',').map(|text| Literal { text: text.to_owned(), is_quoted: false });
            let values: Vec<Literal> = listed.collect();
            return values.iter().all(|value| !value.text.is_empty()).then_some((values, behind));
        }
    };
    arguments(&text[1..], close)
}

/// A value in quotes; or a bare one, if nothing but another term follows: prose goes on.
pub(super) fn literal(text: &str) -> Option<(Literal, &str)> {
    let (value, behind) = argument_word(text)?;
    (value.is_quoted || is_end(behind)).then_some((value, behind))
}

/// Whether a term ends here.
fn is_end(text: &str) -> bool {
    let text = text.trim_start();
    let joins = ["and", "or", "not", "&&", "||", "&", "|"];
    text.is_empty()
        || text.starts_with(')')
        || word(text).is_some_and(|(next, _)| joins.iter().any(|join| next.eq_ignore_ascii_case(join)))
        || super::term::known_name_len(text.trim_start_matches(['-', '!'])).is_some()
}
