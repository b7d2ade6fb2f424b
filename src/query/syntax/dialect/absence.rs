//! Operators and values that say in other languages that something is missing, or stand the wrong way round.

use std::ops::Range;

use crate::model::field::{Field, FieldRef, Kind};
use crate::query::error::QueryError;
use crate::query::syntax::Word;
use crate::query::syntax::reader::Reader;
use crate::query::syntax::term::is_counted;

/// Words that stand for no value elsewhere.
const NO_VALUE: [&str; 3] = ["null", "nil", "undefined"];

/// Whether a word stands for no value elsewhere.
pub(in crate::query::syntax) fn is_no_value(text: &str) -> bool {
    NO_VALUE.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// The term that finds records without a value, or with one.
pub(in crate::query::syntax) fn presence_term(name: &str, is_there: bool) -> String {
    let is_status = FieldRef::find(name.trim_matches('"')) == Some(Field::Status.into());
    match (is_there, is_status) {
        (true, _) => format!("has:{name}"),
        (false, true) => format!("{name}:none"),
        (false, false) => format!("no:{name}"),
    }
}

impl Reader<'_> {
    /// `client = null`, `client != ""`: what is asked for is whether there is a value.
    pub(in crate::query::syntax) fn missing_value(
        &mut self,
        field: &Word,
        op: Range<usize>,
        is_left_out: bool,
    ) -> bool {
        let token = &self.text[op];
        let kind = FieldRef::find(&field.text).map(|field| field.kind());
        let is_equality = matches!(token, "=" | "==" | "===" | "!=" | "!==" | "<>");
        let rest = self.rest();
        let end = rest.find(|c: char| c.is_whitespace() || matches!(c, ')' | ';' | ',')).unwrap_or(rest.len());
        let value = &rest[..end];
        let is_missing = match value {
            // Of a text, the empty one is a part.
            "\"\"" | "''" => {
                is_equality || token == ":" && kind.is_some_and(|kind| !matches!(kind, Kind::Name | Kind::Text))
            }
            // Servers log a hyphen for what is missing; what panes write is the very text.
            _ => (is_no_value(value) || value == "-") && (is_equality || matches!(token, ":" | "!:" | ":!=")),
        };
        if !is_missing || rest[end..].starts_with(',') || FieldRef::find(&field.text).is_none() {
            return false;
        }
        let span = field.span.start..self.at + end;
        self.at = span.end;
        let problem = QueryError::new(format!("{value} is no value here: a field is there or missing"), span.clone());
        let name = &self.text[field.span.clone()];
        let right = presence_term(name, is_left_out);
        let is_text = kind.is_some_and(|kind| matches!(kind, Kind::Name | Kind::Text));
        let or = if value == "-" && is_text { format!(", or {name}:\"-\" for the sign") } else { String::new() };
        self.problem(problem.with_hint(format!("write {right}{or}")).with_fix(span, right));
        true
    }

    /// `status => 500`: elsewhere another operator, or the wrong way round.
    pub(in crate::query::syntax) fn turned_operator(&mut self, op: Range<usize>, kind: Option<Kind>) -> bool {
        let rest = self.text.get(op.end..self.end).unwrap_or("");
        let is_ordered = kind.is_none_or(is_counted);
        let (wrong, right, len) = match &self.text[op.clone()] {
            "=" if rest.starts_with('>') => ("=>", if is_ordered { ">=" } else { ":=" }, 1),
            "=" if rest.starts_with('<') && is_ordered => ("=<", "<=", 1),
            "=" if rest.starts_with('!') => ("=!", "!=", 1),
            "~" if rest.starts_with("* ") || rest.starts_with("*'") || rest.starts_with("*\"") => ("~*", "~", 1),
            "!~" if rest.starts_with("* ") || rest.starts_with("*'") || rest.starts_with("*\"") => ("!~*", "!~", 1),
            _ => return false,
        };
        let place = op.start..op.end + len;
        self.at = place.end;
        self.skip_space();
        let value = self.value_word();
        let problem = QueryError::new(format!("“{wrong}” is no operator here"), place.clone());
        self.problem(match wrong {
            "~*" | "!~*" => {
                let pattern = format!("{right}\"(?i){}\"", value.text.replace('"', "\\\""));
                problem.with_hint(format!("write {pattern}")).with_fix(op.start..self.at, pattern)
            }
            _ => problem.with_hint(format!("write {right}")).with_fix(place, right),
        });
        true
    }
}
