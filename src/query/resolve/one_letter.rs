//! `error:tim?out`: a question mark in a text, which is any letter elsewhere.

use super::doubts::Shown;
use super::doubts_of_values::Meant;
use crate::model::field::{Field, FieldRef, Kind};
use crate::query::filter::Test;
use crate::query::print::quoted_regex;
use crate::query::syntax::{Op, Value};

/// What may be meant by a text with a question mark in it.
pub(super) fn one_letter(field: &FieldRef, value: &Value, test: &Test) -> Option<Meant> {
    let text = value.word.text.as_str();
    let is_asked = field.kind() == Kind::Text && value.op == Op::Has && value.word.is_bare();
    if !is_asked || !text.contains('?') || text.trim_matches(['?', '*']).is_empty() {
        return None;
    }
    let piece = |c: char| match c {
        '?' => ".".to_owned(),
        '*' => ".*".to_owned(),
        _ => regex::escape(c.encode_utf8(&mut [0; 4])),
    };
    let pieces: String = text.trim_matches('*').chars().map(piece).collect();
    let is_whole = matches!(test, Test::Wildcard(_));
    let is_path = field.known() == Some(Field::Path);
    let begin = if (is_whole || is_path) && !text.starts_with('*') { "^" } else { "" };
    let end = match (is_whole, is_path) {
        _ if text.ends_with('*') => "",
        (true, _) => "$",
        (false, true) => "([?]|$)",
        (false, false) => "",
    };
    let pattern = format!("(?i){begin}{pieces}{end}");
    let right = format!("~{}", quoted_regex(&pattern));
    Some(Meant::new("“?” stands for itself, and * for any text", right, Test::Regex(pattern), Shown::Nothing))
}
