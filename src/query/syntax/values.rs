//! Terms: a field, an operator, values.

use std::ops::Range;

use crate::model::field::{FIELDS, FieldRef, nearest};
use crate::query::error::QueryError;

use super::reader::Reader;
use super::{Op, Style, Term, Value, Word};

/// Operators; longer ones first. The flag says that the term is left out.
const OPERATORS: &[(&str, Op, bool)] = &[
    (":<=", Op::LessEq, false),
    (":>=", Op::GreaterEq, false),
    (":=", Op::Exact, false),
    (":~", Op::Regex, false),
    (":<", Op::Less, false),
    (":>", Op::Greater, false),
    (":", Op::Has, false),
    ("<=", Op::LessEq, false),
    (">=", Op::GreaterEq, false),
    ("==", Op::Exact, false),
    ("!=", Op::Exact, true),
    ("=~", Op::Regex, false),
    ("!~", Op::Regex, true),
    ("<", Op::Less, false),
    (">", Op::Greater, false),
    ("=", Op::Exact, false),
    ("~", Op::Regex, false),
];

/// Operators that may stand before one of several values.
const VALUE_OPERATORS: &[(&str, Op)] = &[
    ("<=", Op::LessEq),
    (">=", Op::GreaterEq),
    ("<", Op::Less),
    (">", Op::Greater),
    ("=", Op::Exact),
    ("~", Op::Regex),
];

/// Names before a colon that are no fields.
pub(super) const WORDS: &[&str] = &["is", "has", "no", "_exists_", "exists", "_missing_", "missing"];

impl Reader<'_> {
    /// A field with values, or a word; and whether its operator leaves it out.
    pub(super) fn term(&mut self) -> Option<(Term, bool)> {
        let start = self.at;
        let name_len = self
            .rest()
            .find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.' | '-' | '@')))
            .unwrap_or(self.rest().len());
        let name = &self.rest()[..name_len];
        let behind = &self.rest()[name_len..];
        let is_known = FieldRef::find(name).is_some() || WORDS.contains(&name);
        if name.starts_with(|c: char| c.is_alphabetic() || matches!(c, '@' | '_')) {
            let field = Word { text: name.to_owned(), style: Style::Bare, span: start..start + name_len };
            // A space before the operator is forgiven where a field surely is one.
            let spaced = behind.trim_start();
            let is_spaced = spaced.len() < behind.len() && is_operator_alone(spaced);
            if is_known && (starts_with_operator(behind) || is_spaced) {
                return self.field_term(field);
            }
            if !is_known && (starts_with_operator(behind) || is_spaced && !spaced.starts_with(':')) {
                let problem = unknown_field(name, behind, field.span.clone(), is_spaced);
                if let Some(problem) = problem {
                    self.problem(problem);
                    self.field_term(field);
                    return None;
                }
            }
        }
        let word = self.bare_term();
        if self.at == start {
            // Nothing else can stand here; what is it, is said by the caller's place.
            self.at += self.rest().chars().next().map_or(0, char::len_utf8);
            self.problem(QueryError::new("this cannot stand here", start..self.at));
            return None;
        }
        Some((Self::word_term(word), false))
    }

    fn field_term(&mut self, field: Word) -> Option<(Term, bool)> {
        self.at = field.span.end;
        self.skip_space();
        let op_start = self.at;
        let (mut op, mut is_left_out) = (Op::Has, false);
        if let Some((token, found, left_out)) = OPERATORS.iter().find(|(token, ..)| self.rest().starts_with(token)) {
            self.at += token.len();
            (op, is_left_out) = (*found, *left_out);
        }
        let op_end = self.at;
        self.skip_space();
        // An operator behind the colon and a space: `status: >= 500`.
        if op == Op::Has
            && let Some((token, found)) = VALUE_OPERATORS.iter().find(|(token, _)| self.rest().starts_with(token))
        {
            self.at += token.len();
            op = *found;
            self.skip_space();
        }
        let known = self.problems.len();
        let (values, is_all) = self.values(op);
        if values.is_empty() && self.problems.len() > known {
            return None;
        }
        if values.is_empty() {
            let message = format!("{} needs a value behind “{}”", field.text, &self.text[op_start..op_end]);
            let problem = QueryError::new(message, field.span.start..op_end);
            let hint = match field.text.as_str() {
                "has" | "no" => format!("{}:client, for example", field.text),
                "is" => "is:failed or is:success".into(),
                _ => format!("has:{} finds what has any", field.text),
            };
            self.problem(problem.with_hint(hint));
            return None;
        }
        Some((Term { field: Some(field), values, is_all }, is_left_out))
    }

    /// One value, several with commas, or several in parentheses with `or` or `and`.
    fn values(&mut self, op: Op) -> (Vec<Value>, bool) {
        let mut values = Vec::new();
        if self.rest().starts_with('(') {
            return self.values_in_parentheses(op);
        }
        loop {
            let rest = self.rest();
            if rest.is_empty() || rest.starts_with(|c: char| c.is_whitespace() || c == ')') {
                return (values, false);
            }
            values.extend(self.value(op));
            if !self.take(",") {
                return (values, false);
            }
            // A space behind the comma is forgiven where more is to come.
            if self.rest().starts_with(' ') && !self.rest().trim_start().is_empty() {
                self.skip_space();
            }
        }
    }

    fn values_in_parentheses(&mut self, op: Op) -> (Vec<Value>, bool) {
        let open = self.at;
        self.at += 1;
        let mut values = Vec::new();
        let (mut either, mut all) = (false, false);
        loop {
            self.skip_space();
            if self.take(")") {
                break;
            }
            if self.rest().is_empty() {
                self.problem(QueryError::new("this “(” is not closed", open..open + 1));
                break;
            }
            let start = self.at;
            if self.take(",") || self.take_word(&["or", "OR", "||", "|"]) {
                either = true;
            } else if self.take_word(&["and", "AND", "&&", "&"]) {
                all = true;
            } else if self.take_word(&["not", "NOT"]) || self.rest().starts_with('(') {
                self.at = self.at.max(start + 1);
                let problem = QueryError::new("a value cannot be negated or grouped in here", start..self.at);
                self.problem(problem.with_hint("write -field:value as a term of its own"));
            } else {
                values.extend(self.value(op));
            }
        }
        if either && all {
            let problem = QueryError::new("“and” and “or” cannot be mixed among values", open..self.at);
            self.problem(problem.with_hint("write (field:a OR field:b) field:c"));
        }
        (values, all)
    }

    fn value(&mut self, op: Op) -> Option<Value> {
        let mut op = op;
        if op == Op::Has
            && let Some((token, found)) = VALUE_OPERATORS.iter().find(|(token, _)| self.rest().starts_with(token))
        {
            self.at += token.len();
            op = *found;
            self.skip_space();
        }
        if let Some(word) = self.bracket_range() {
            return Some(Value { op, word });
        }
        let start = self.at;
        let word = self.value_word();
        if self.at == start {
            let end = (self.at + 1).min(self.end);
            self.problem(QueryError::new("a value is missing here", start..end));
            return None;
        }
        if op == Op::Has
            && let Some(problem) = super::foreign::foreign_value(&word)
        {
            self.problem(problem);
            return None;
        }
        Some(Value { op, word })
    }

    /// `[500 TO 599]`, and `{500 TO 599}` without the ends.
    fn bracket_range(&mut self) -> Option<Word> {
        let rest = self.rest();
        if !rest.starts_with(['[', '{']) {
            return None;
        }
        let end = rest.find([']', '}'])?;
        let (low, high) = rest[1..end].split_once(" TO ").or_else(|| rest[1..end].split_once(" to "))?;
        let edge = |text: &str| {
            let text = text.trim().trim_matches('"');
            (text != "*" && !text.is_empty()).then(|| text.to_owned())
        };
        let ends = [(edge(low), rest.starts_with('{')), (edge(high), rest[end..].starts_with('}'))];
        let span = self.at..self.at + end + 1;
        self.at = span.end;
        Some(Word { text: self.text[span.clone()].to_owned(), style: Style::Range(Box::new(ends)), span })
    }
}

fn starts_with_operator(text: &str) -> bool {
    OPERATORS.iter().any(|(token, ..)| text.starts_with(token))
}

/// Whether an operator stands here that is nothing else: with a space or a quote behind it, or a
/// comparison.
fn is_operator_alone(text: &str) -> bool {
    OPERATORS.iter().find(|(token, ..)| text.starts_with(token)).is_some_and(|(token, op, _)| {
        let behind = text[token.len()..].chars().next();
        let is_spaced = behind.is_some_and(|c| c.is_whitespace() || c == '"');
        is_spaced || op.is_comparison() && behind.is_some_and(|c| c.is_ascii_digit())
    })
}

/// What is wrong with a name that is no field. Nothing, where it rather is a part of a text.
fn unknown_field(name: &str, behind: &str, span: Range<usize>, is_spaced: bool) -> Option<QueryError> {
    if behind.starts_with("://") {
        return None;
    }
    let names = FIELDS.iter().flat_map(|spec| std::iter::once(spec.name).chain(spec.aliases.iter().copied()));
    let close = nearest(name, names);
    // `a=b` and `a<b` are found in texts; a colon behind a name hardly is.
    if close.is_none() && (is_spaced || !behind.starts_with(':')) {
        return None;
    }
    let problem = QueryError::new(format!("there is no field “{name}”"), span);
    Some(match (close, super::foreign::other_name(name)) {
        (_, Some(hint)) => problem.with_hint(hint),
        (Some(close), None) => problem.with_hint(format!("did you mean {close}?")),
        (None, None) => problem.with_hint(format!(
            "what a source sent beyond the fields is attributes.{}; to search for it as text, put it in double quotes",
            name.trim_start_matches('@')
        )),
    })
}
