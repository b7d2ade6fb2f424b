//! Whole values that were sent in another case only: `client=ROOT`, `interface!=SFTP`, `method=get,post`.

use std::ops::Range;

use super::Resolver;
use super::doubts::{Doubt, Shown};
use super::doubts_of_values::Meant;
use crate::model::field::{Field, FieldRef, Kind};
use crate::query::error::QueryError;
use crate::query::filter::{Clause, Filter, Test};
use crate::query::fold::accents;
use crate::query::print::quoted_regex;
use crate::query::syntax::{Op, Value, Word};

const MESSAGE: &str = "behind an equals sign letters have their case";

impl Resolver<'_> {
    /// Doubts about several whole values: each may have been sent in another case. `span` is the whole term.
    pub(super) fn doubts_of_case(
        &mut self,
        (field, name): (&FieldRef, &Word),
        values: &[Value],
        read: &[Filter],
        span: &Range<usize>,
    ) {
        let [first, _, ..] = values else { return };
        let operator = self.text.get(name.span.end..first.word.span.start).unwrap_or("");
        let operator = operator.trim_end_matches(['(', ' ', '"', '\'']).trim_start();
        // Where each value has an operator of its own, it may be another one.
        let Some(is_left_out) = is_left_out(operator) else { return };
        let shown = shown_by(operator, self.is_negated());
        let name = self.text.get(name.span.clone()).unwrap_or("");
        let written = |value: &Value| self.text.get(value.word.span.clone()).unwrap_or("").to_owned();
        for (at, (value, read)) in values.iter().zip(read).enumerate() {
            let Filter::Clause(Clause { any_of, .. }) = read else { continue };
            let [test] = any_of.as_slice() else { continue };
            let Some(meant) = other_case(field, value, test, ":=", false) else { continue };
            let others = values.iter().enumerate().filter(|(other, _)| *other != at);
            let others: Vec<String> = others.map(|(_, value)| written(value)).collect();
            let not = if is_left_out { "-" } else { "" };
            // The others are looked at in their turn.
            let sign = if operator.starts_with(':') { ":=" } else { "=" };
            let right = format!("{not}({name}{sign}{} OR {name}{})", others.join(","), meant.right);
            let hint = format!("write {name}{}", meant.right);
            let error = QueryError::new(meant.message, value.word.span.clone()).with_hint(hint);
            let error = error.with_fix(span.clone(), right);
            let meant = Filter::field(field.clone(), meant.test);
            self.doubts.push(Doubt { error, read: read.clone(), meant, shown });
        }
    }
}

/// `method=get`, `client=ROOT`: a whole value in another case.
pub(super) fn other_case(
    field: &FieldRef,
    value: &Value,
    test: &Test,
    operator: &str,
    is_negated: bool,
) -> Option<Meant> {
    let text = value.word.text.as_str();
    let is_text = matches!(field.kind(), Kind::Name | Kind::Text) && text.chars().any(char::is_alphabetic);
    if !is_text || value.op != Op::Exact || !matches!(test, Test::Exact(_)) || text.contains('*') {
        return None;
    }
    let not = if is_left_out(operator)? { "!" } else { "" };
    let shown = shown_by(operator, is_negated);
    if field.known() == Some(Field::Method) {
        return Some(Meant::new(MESSAGE, format!("{not}:{text}"), Test::Words(text.to_owned()), shown));
    }
    let (right, test) = any_case(text);
    Some(Meant::new(MESSAGE, format!("{not}{right}"), test, shown))
}

/// The operator and the value that ask for a whole text in any case, and what they ask.
pub(super) fn any_case(text: &str) -> (String, Test) {
    let spellings = accents(text).map(|text| regex::escape(&text));
    let pattern = match &spellings {
        [one, two] if one == two => format!("(?i)^{one}$"),
        [one, two] => format!("(?i)^({one}|{two})$"),
    };
    (format!("~{}", quoted_regex(&pattern)), Test::Regex(pattern))
}

/// `client~acme`: a pattern, which has its case.
pub(super) fn pattern_in_any_case(value: &Value, test: &Test) -> Option<Meant> {
    let Test::Regex(pattern) = test else { return None };
    let is_asked = value.op == Op::Regex && !pattern.contains("(?") && pattern.contains(char::is_alphabetic);
    let any = format!("(?i){pattern}");
    is_asked.then(|| {
        let message = "letters of a pattern have their case, but behind (?i)";
        Meant::new(message, quoted_regex(&any), Test::Regex(any), Shown::NothingOrTold)
    })
}

/// An equals sign is read as elsewhere, where case may be none; `:=` is ours, and what is printed has it.
/// What is left out is told only: all others are there to be seen.
fn shown_by(operator: &str, is_negated: bool) -> Shown {
    if operator.starts_with(':') {
        Shown::NothingTold
    } else if is_negated {
        Shown::Told
    } else {
        Shown::NothingOrTold
    }
}

/// Whether an operator of equality leaves its values out.
fn is_left_out(operator: &str) -> Option<bool> {
    match operator {
        "=" | "==" | "===" | ":=" | ":==" => Some(false),
        "!=" | "!==" | ":!=" | "<>" => Some(true),
        _ => None,
    }
}
