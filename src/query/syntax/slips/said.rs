//! Conditions as they are said: an operator in words behind a colon, values that are left out one after another.

use crate::model::field::{Field, FieldRef, Kind};
use crate::query::error::QueryError;
use crate::query::shape::field_of_word;
use crate::query::syntax::dialect::literal::word;
use crate::query::syntax::dialect::sql::{is_end, negated, term};
use crate::query::syntax::dialect::words::{Asks, operator};
use crate::query::syntax::reader::Reader;
use crate::query::syntax::term::is_counted;
use crate::query::syntax::{Op, Word};

impl Reader<'_> {
    /// `duration: over 2s`, `status: not in (200, 404)`: an operator in words behind the colon.
    pub(in crate::query::syntax) fn compared_in_words(&mut self, op: Op, field: &Word) -> bool {
        let known = FieldRef::find(&field.text).filter(|_| op == Op::Has);
        let found = known.and_then(|known| {
            let (asks, is_left_out, shown, behind) = operator(self.rest())?;
            let is_attribute = matches!(known, FieldRef::Attribute(_));
            let is_ordered = is_counted(known.kind()) && known.kind() != Kind::Time || is_attribute;
            let is_asked = match asks {
                Asks::In => known.kind() != Kind::Text && behind.trim_start().starts_with('('),
                // A word alone may be the value of an attribute.
                Asks::Compares(_) => is_ordered && !is_left_out && (!is_attribute || shown.contains(' ')),
                _ => false,
            };
            let (right, behind) = is_asked.then(|| term(&known, asks, behind)).flatten()?;
            Some((if is_left_out { negated(&right) } else { right }, behind))
        });
        let Some((right, behind)) = found else { return false };
        let place = field.span.start..self.end - behind.len();
        self.at = place.end;
        self.problem(QueryError::new("no operator in words stands behind a colon", place).written(right));
        true
    }
}

/// `status not 500`, `method not GET`.
pub(in crate::query::syntax) fn not_number<'t>(
    field: &FieldRef,
    text: &'t str,
) -> Option<(Asks, bool, &'t str, &'t str)> {
    let (first, behind) = word(text)?;
    let is_value = word(behind).is_some_and(|(value, _)| is_shaped(field, value));
    (first.eq_ignore_ascii_case("not") && is_value).then_some((Asks::Is, true, first, behind))
}

/// Whether a word is a value of a field by its shape: a number of one that is counted, a method.
fn is_shaped(field: &FieldRef, value: &str) -> bool {
    let is_number = is_counted(field.kind()) && value.starts_with(|c: char| c.is_ascii_digit());
    let is_method = || field_of_word(value).is_some_and(|term| term.starts_with("method:"));
    is_number || field.known() == Some(Field::Method) && is_method()
}

/// `status not 200 or 201`: of values with a shape that are left out, others behind are left out as well.
pub(in crate::query::syntax) fn with_more_left_out<'t>(
    field: &FieldRef,
    term: String,
    text: &'t str,
) -> (String, &'t str) {
    let (mut term, mut rest) = (term, text);
    let value = term.rsplit([':', ',', '=']).next().unwrap_or("");
    if !term.starts_with('-') || !is_shaped(field, value) {
        return (term, text);
    }
    loop {
        let next = rest.trim_start();
        let join =
            word(next).filter(|(join, _)| ["or", "nor", "and"].iter().any(|other| join.eq_ignore_ascii_case(other)));
        let behind = next.strip_prefix(',').or(join.map(|(_, behind)| behind));
        let Some((more, behind)) =
            behind.and_then(word).filter(|(more, behind)| is_shaped(field, more) && is_end(behind))
        else {
            return (term, rest);
        };
        term = format!("{term},{more}");
        rest = behind;
    }
}
