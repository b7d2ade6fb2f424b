//! Texts that are read otherwise elsewhere: patterns whose letters have their case, regular expressions, sizes.

use super::doubts::Shown;
use super::doubts_of_values::Meant;
use crate::base::units;
use crate::model::field::{Field, FieldRef, Kind};
use crate::query::filter::Test;
use crate::query::print::quoted_regex;
use crate::query::syntax::{Op, Value, Word};

/// `@plan:pro*`: a pattern, whose letters have their case in other languages.
pub(super) fn cased_pattern(field: &FieldRef, name: &Word, value: &Value, test: &Test) -> Option<Meant> {
    let Test::Wildcard(pattern) = test else { return None };
    let is_sent = matches!(field, FieldRef::Attribute(_));
    let is_foreign = field.kind() == Kind::Name && name.text.contains(['.', '@']);
    let is_asked = (is_sent || is_foreign) && value.op == Op::Has && pattern.contains(char::is_alphabetic);
    is_asked.then(|| {
        let inner: Vec<String> = pattern.split('*').map(|piece| regex::escape(piece).replace("\\-", "-")).collect();
        let cased = format!("^{}$", inner.join(".*"));
        let cased = cased.strip_prefix("^.*").unwrap_or(&cased);
        let cased = cased.strip_suffix(".*$").unwrap_or(cased).to_owned();
        let right = format!("~{}", quoted_regex(&cased));
        Meant::new("letters of a pattern with * have no case", right, Test::Regex(cased), Shown::NothingOrTold)
    })
}

/// `url.path: /v1/*/refund`: a pattern of a path that others keep without what is behind its question mark.
pub(super) fn pattern_without_query(field: &FieldRef, name: &Word, test: &Test) -> Option<Meant> {
    let Test::Wildcard(pattern) = test else { return None };
    let is_asked = field.known() == Some(Field::Path) && name.text.to_ascii_lowercase().ends_with(".path");
    let is_closed = !pattern.ends_with('*') && !pattern.contains('?');
    (is_asked && is_closed && pattern.starts_with(['/', '*'])).then(|| {
        let inner: Vec<String> = pattern.split('*').map(|piece| regex::escape(piece).replace("\\-", "-")).collect();
        let whole = format!("(?i)^{}([?]|$)", inner.join(".*"));
        let right = format!("~{}", quoted_regex(&whole));
        let message = "a pattern is of the whole path, with what is behind a question mark";
        Meant::new(message, right, Test::Regex(whole), Shown::NothingOrTold)
    })
}

/// `attributes.bytes:1KiB`: a size, which may have been sent as a number.
pub(super) fn size_as_number(field: &FieldRef, value: &Value, test: &Test) -> Option<Meant> {
    let text = value.word.text.as_str();
    let is_size = text.starts_with(|c: char| c.is_ascii_digit()) && text.ends_with(char::is_alphabetic);
    let is_asked = matches!(field, FieldRef::Attribute(_)) && value.op == Op::Has && matches!(test, Test::Words(_));
    let size = units::parse_bytes(text).filter(|_| is_asked && is_size)?.to_string();
    Some(Meant::new("what a source sent has no unit", size.clone(), Test::Words(size), Shown::Nothing))
}

/// `path:/orders/[0-9]+`: a text with the signs of a regular expression.
pub(super) fn regex_without_wave(value: &Value, test: &Test) -> Option<Meant> {
    let text = value.word.text.as_str();
    let is_text = matches!(test, Test::Words(_) | Test::Phrase(_) | Test::Wildcard(_));
    let is_class = text.split_once('[').is_some_and(|(_, inner)| inner.contains(']'));
    let is_asked = value.op == Op::Has && value.word.is_bare() && is_text && (is_class || text.contains(".+"));
    (is_asked && regex::bytes::Regex::new(text).is_ok()).then(|| {
        let right = format!("~{}", quoted_regex(text));
        Meant::new("a regular expression stands behind ~", right, Test::Regex(text.to_owned()), Shown::Nothing)
    })
}
