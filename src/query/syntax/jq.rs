//! jq's conditions without an operator: `.success`, `.username | not`, `has("username") | not`.

use crate::model::field::{FieldRef, Kind};
use crate::query::error::QueryError;
use crate::query::print::field_name;

use super::absence::presence_term;
use super::name::is_of_name;
use super::reader::Reader;

impl Reader<'_> {
    /// A condition without an operator: what it is here, and how much of the text.
    pub(super) fn truth(&self) -> Option<(QueryError, usize)> {
        let rest = self.rest();
        let is_selected = self.text[..self.at].contains("select(");
        let (field, behind, is_call) = if let Some((name, behind)) = called(rest) {
            (FieldRef::find(name).unwrap_or_else(|| attribute(name)), behind, true)
        } else {
            let (name, behind) = path(rest)?;
            // `.env` is a word that is looked for.
            let field = FieldRef::find(name).or_else(|| is_selected.then(|| attribute(name)))?;
            (field, behind, false)
        };
        let (is_not, behind) = without_not(behind);
        let is_state = matches!(field.kind(), Kind::Outcome | Kind::Boolean);
        if !is_end(behind) || !(is_call || is_not || is_selected || is_state) {
            return None;
        }
        let len = rest.len() - behind.len();
        let right = if is_call { presence_term(&field_name(&field), !is_not) } else { holds(&field, !is_not) };
        let problem = QueryError::new(format!("“{}” is jq's", &rest[..len]), self.at..self.at + len);
        Some((problem.written(right), len))
    }
}

fn attribute(name: &str) -> FieldRef {
    FieldRef::Attribute(name.to_owned())
}

/// `has("username")`: the name and what is behind it.
fn called(text: &str) -> Option<(&str, &str)> {
    let (name, behind) = text.strip_prefix("has(\"")?.split_once('"')?;
    Some((name, behind.strip_prefix(')')?)).filter(|_| !name.is_empty())
}

/// `.username`: the name and what is behind it.
fn path(text: &str) -> Option<(&str, &str)> {
    let inner = text.strip_prefix('.').filter(|inner| inner.starts_with(|c: char| c.is_alphabetic() || c == '_'))?;
    Some(inner.split_at(inner.find(|c: char| !is_of_name(c)).unwrap_or(inner.len())))
}

/// Whether `| not` stands here, and what is behind it.
pub(super) fn without_not(text: &str) -> (bool, &str) {
    let not = text.trim_start().strip_prefix('|').and_then(|behind| behind.trim_start().strip_prefix("not"));
    match not.filter(|behind| is_end(behind)) {
        Some(behind) => (true, behind),
        None => (false, text),
    }
}

fn is_end(text: &str) -> bool {
    let behind = text.trim_start();
    let is_join = ["and", "or", "AND", "OR", "&&", "||"].iter().any(|join| behind.split(' ').next() == Some(*join));
    behind.is_empty() || behind.starts_with([')', '|']) || behind.len() < text.len() && is_join
}

/// The term for what jq takes for true: what is there and not `false`.
fn holds(field: &FieldRef, is_true: bool) -> String {
    let name = field_name(field);
    match (field.kind(), field) {
        (Kind::Outcome, _) => if is_true { "is:success" } else { "is:failed" }.to_owned(),
        (Kind::Boolean, _) => format!("{}{name}:true", if is_true { "" } else { "-" }),
        (_, FieldRef::Attribute(_)) if is_true => format!("(has:{name} -{name}:=false)"),
        (_, FieldRef::Attribute(_)) => format!("(no:{name} OR {name}:=false)"),
        _ => presence_term(&name, is_true),
    }
}
