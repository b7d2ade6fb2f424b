//! What stands behind `is`.

use crate::model::field::{FieldRef, Kind};
use crate::query::syntax::dialect::absence::{is_no_value, presence_term};
use crate::query::syntax::dialect::literal::{Literal, word};
use crate::query::syntax::dialect::words::{MISSING, PRESENT};
use crate::query::syntax::term::is_counted;

use super::{is_end, literal, negated};

/// What stands behind `is`: a value, or that there is none.
pub(super) fn state<'t>(field: &FieldRef, name: &str, argument: &'t str) -> Option<(String, &'t str)> {
    let (first, behind) = word(argument)?;
    let is = |words: &[&str]| words.iter().any(|word| first.eq_ignore_ascii_case(word));
    if is_no_value(first) || is(&["none"]) || is(MISSING) && is_end(behind) {
        return Some((presence_term(name, false), behind));
    }
    if is(PRESENT) && is_end(behind) {
        return Some((format!("has:{name}"), behind));
    }
    // Of `not`, people write one.
    if is(&["not", "neither"]) && !word(behind)?.0.eq_ignore_ascii_case("not") {
        let (term, behind) = state(field, name, behind.trim_start())?;
        return Some((negated(&term), behind));
    }
    if is_counted(field.kind()) && first.starts_with(|c: char| c.is_ascii_digit()) {
        return Some((format!("{name}:{first}"), behind));
    }
    let named = || (field.kind() == Kind::Name).then(|| name_in_words(argument)).flatten();
    let (mut value, behind) = literal(argument).or_else(named)?;
    if !value.is_quoted && ["true", "false"].iter().any(|truth| first.eq_ignore_ascii_case(truth)) {
        value.text.make_ascii_lowercase();
    }
    Some((format!("{name}:{}", value.written()), behind))
}

/// `Order Desk`, `Partner API 2`: a name of several words with capitals, up to where its term ends.
fn name_in_words(text: &str) -> Option<(Literal, &str)> {
    let (mut rest, begin) = (text, text.trim_start());
    while rest.len() == text.len() || !is_end(rest) {
        let (next, behind) = word(rest)?;
        let is_part = next.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit());
        let is_plain = next.chars().all(|c| c.is_alphanumeric() || "-_.".contains(c));
        rest = Some(behind).filter(|_| is_part && is_plain)?;
    }
    let name = begin[..begin.len() - rest.len()].trim_end();
    Some((Literal { text: name.to_owned(), is_quoted: true }, rest))
}
