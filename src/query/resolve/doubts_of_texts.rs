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
        let cased = cased(pattern);
        let right = format!("~{}", quoted_regex(&cased));
        Meant::new("letters of a pattern with * have no case", right, Test::Regex(cased), Shown::NothingOrTold)
    })
}

/// `url.path: /v1/*/refund`: a pattern of a path by a name of others, which keep its case and, where the name is one of
/// the path alone, not what is behind its question mark.
pub(super) fn pattern_of_path(field: &FieldRef, name: &Word, test: &Test) -> Option<Meant> {
    let Test::Wildcard(pattern) = test else { return None };
    let is_asked = field.known() == Some(Field::Path) && name.text.contains(['.', '@']);
    let is_alone = name.text.to_ascii_lowercase().ends_with(".path") && !pattern.contains('?');
    (is_asked && pattern.starts_with(['/', '*']) && pattern.contains(char::is_alphabetic)).then(|| {
        let cased = cased(pattern);
        let cased = if is_alone { cased.strip_suffix('$').map(|begin| format!("{begin}([?]|$)")) } else { None }
            .unwrap_or(cased);
        let right = format!("~{}", quoted_regex(&cased));
        let message = "a pattern of paths has no case here, and is of what is behind a question mark, too";
        Meant::new(message, right, Test::Regex(cased), Shown::NothingOrTold)
    })
}

/// A pattern with stars as a regular expression, whose letters have their case.
fn cased(pattern: &str) -> String {
    let inner: Vec<String> = pattern.split('*').map(|piece| regex::escape(piece).replace("\\-", "-")).collect();
    let whole = format!("^{}$", inner.join(".*"));
    let open = whole.strip_prefix("^.*").unwrap_or(&whole);
    open.strip_suffix(".*$").unwrap_or(open).to_owned()
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
    let is_asked = value.op == Op::Has
        && value.word.is_bare()
        && is_text
        && (is_class || [".+", "\\d"].iter().any(|sign| text.contains(sign)));
    (is_asked && regex::bytes::Regex::new(text).is_ok()).then(|| {
        let right = format!("~{}", quoted_regex(text));
        Meant::new("a regular expression stands behind ~", right, Test::Regex(text.to_owned()), Shown::Nothing)
    })
}
