//! What stands in single quotes before an operator: the name of a field, or SQL's value that is in a list.

use crate::model::field::FieldRef;
use crate::query::error::QueryError;
use crate::query::print::field_name;
use crate::query::syntax::dialect::literal::Literal;
use crate::query::syntax::name::is_plain_name;
use crate::query::syntax::reader::Reader;
use crate::query::syntax::term::{is_operator_alone, starts_with_operator};

use super::one_of;

impl Reader<'_> {
    /// `'Gateway code':4011`, `'status'='500'`, `'vip' = ANY(attributes.tags)`.
    pub(in crate::query::syntax) fn name_in_single_quotes(&self) -> Option<(QueryError, usize)> {
        let rest = self.rest();
        let (inner, behind) = rest.strip_prefix('\'')?.split_once('\'')?;
        let place = self.at..self.at + inner.len() + 2;
        let listed = list_of_any(behind.trim_start()).map(|(list, len)| ("ANY", list, len));
        if let Some((word, list, len)) = listed.or_else(|| list_behind_in(behind.trim_start())) {
            let len = rest.len() - behind.trim_start().len() + len;
            let place = self.at..self.at + len;
            let right = one_of(&list, &[Literal { text: inner.to_owned(), is_quoted: true }]);
            return Some((QueryError::new(format!("“{word}” cannot stand here"), place).written(right), len));
        }
        let is_before = starts_with_operator(behind) || is_operator_alone(behind.trim_start());
        let field = FieldRef::find(inner).filter(|field| field.known().is_some() && is_before)?;
        let right = field_name(&field);
        let problem = QueryError::new("names stand in double quotes", place.clone());
        let hint = format!("write {right}");
        // What is behind it is read in the next round.
        Some((problem.with_hint(hint).with_fix(place, right), rest.len()))
    }
}

/// Python's and Kusto's `in labels`: what the source sent under that name, and how long it is.
fn list_behind_in(text: &str) -> Option<(&'static str, FieldRef, usize)> {
    let name = text.get(..3).filter(|word| word.eq_ignore_ascii_case("in ")).map(|_| text[3..].trim_start())?;
    let len = name.find(|c: char| c.is_whitespace() || c == ')').unwrap_or(name.len());
    let path = name[..len].strip_prefix("attributes.").unwrap_or(&name[..len]);
    let is_sent = is_plain_name(path) && FieldRef::find(path).is_none();
    is_sent.then(|| ("in", FieldRef::Attribute(path.to_owned()), text.len() - name.len() + len))
}

/// SQL's `= ANY(attributes.tags)`: the list, and how long it is.
fn list_of_any(text: &str) -> Option<(FieldRef, usize)> {
    let call = text.strip_prefix('=')?.trim_start();
    let inside = call.get(..3).filter(|word| word.eq_ignore_ascii_case("any")).map(|_| call[3..].trim_start())?;
    let (name, behind) = inside.strip_prefix('(')?.split_once(')')?;
    let name = name.trim();
    let field = FieldRef::find(name).or_else(|| is_plain_name(name).then(|| FieldRef::Attribute(name.to_owned())))?;
    Some((field, text.len() - behind.len()))
}
