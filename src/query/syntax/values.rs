//! Terms: a field, an operator, values.

use std::ops::Range;

use crate::base::units::parse_span;
use crate::model::field::{FieldRef, Kind};
use crate::query::error::QueryError;

use super::foreign::is_term_behind;
use super::name::{is_of_name, unknown_field};
use super::reader::Reader;
use super::value::{foreign_value, foreign_word};
use super::{Op, Style, Term, Value, Word};

/// Operators; longer ones first. The flag says that the term is left out.
const OPERATORS: &[(&str, Op, bool)] = &[
    (":==", Op::Exact, false),
    (":!=", Op::Exact, true),
    ("===", Op::Exact, false),
    ("!==", Op::Exact, true),
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
    ("<>", Op::Exact, true),
    ("~=", Op::Regex, false),
    ("!:", Op::Has, true),
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
        if let Some(field) = self.quoted_name() {
            return self.field_term(field);
        }
        let name_len = name_len(self.rest());
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
        let word = match self.regex_of_path() {
            Some(word) => word,
            None => self.bare_term(),
        };
        if self.at == start {
            // Nothing else can stand here; what is it, is said by the caller's place.
            self.at += self.rest().chars().next().map_or(0, char::len_utf8);
            self.problem(QueryError::new("this cannot stand here", start..self.at));
            return None;
        }
        if word.is_bare()
            && self.text[word.span.clone()] == word.text
            && let Some(meaning) = foreign_word(&word.text)
        {
            self.foreign(meaning, start, start);
            return None;
        }
        if let Some(words) = self.near_words(&word) {
            let problem = QueryError::new("words are found side by side or each for itself", start..self.at);
            self.problem(problem.written(words));
            return None;
        }
        Some((Self::word_term(word), false))
    }

    /// `"attributes.user agent":…`: a name that others chose.
    fn quoted_name(&mut self) -> Option<Word> {
        let (start, known) = (self.at, self.problems.len());
        if !self.rest().starts_with("\"attributes.") {
            return None;
        }
        let name = String::from_utf8(self.quoted()).ok().filter(|name| FieldRef::find(name).is_some());
        if starts_with_operator(self.rest())
            && let Some(text) = name
        {
            return Some(Word { text, style: Style::Quoted, span: start..self.at });
        }
        self.at = start;
        self.problems.truncate(known);
        None
    }

    /// Lucene's `"connection reset"~5`: its words, each for itself; `"connection reset"^2` is the text.
    fn near_words(&self, word: &Word) -> Option<String> {
        let raw = self.text[word.span.clone()].strip_prefix('"')?;
        if let Some((inner, weight)) = raw.rsplit_once("\"^") {
            let is_weight = !inner.contains('"') && weight.parse::<f64>().is_ok();
            return is_weight.then(|| format!("\"{inner}\""));
        }
        let (inner, distance) = raw.rsplit_once("\"~")?;
        let is_distance = !inner.contains('"') && distance.bytes().all(|b| b.is_ascii_digit());
        is_distance.then(|| inner.split_whitespace().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(" "))
    }

    fn field_term(&mut self, field: Word) -> Option<(Term, bool)> {
        self.at = field.span.end;
        self.skip_space();
        let op_start = self.at;
        let (mut op, mut is_left_out) = (Op::Has, false);
        let kind = FieldRef::find(&field.text).map(|field| field.kind());
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
        let values_start = self.at;
        let (values, is_all, without) = self.values(op, &field);
        let is_empty = values.is_empty() && without.is_empty();
        if is_empty && self.problems.len() > known {
            return None;
        }
        if op.is_comparison() && values.len() > 1 {
            let problem = QueryError::new("a comparison takes one value", values_start..self.at);
            let decimal = self.text[values_start..self.at].replacen(',', ".", 1);
            self.problem(problem.with_hint(format!(
                "write {decimal} with a point; what else may be is a term of its own: ({}… OR {}…)",
                &self.text[field.span.start..op_end],
                field.text
            )));
            return None;
        }
        let is_plain_star = |word: &Word| word.is_bare() && word.text.contains('*');
        if matches!(&self.text[op_start..op_end], "=" | "==" | "===" | "!=" | "<>")
            && matches!(kind, Some(Kind::Name | Kind::Text))
            && values.iter().any(|value| is_plain_star(&value.word))
        {
            let sign = if is_left_out { "-" } else { "" };
            let written = &self.text[values_start..self.at];
            let problem = QueryError::new("behind an equals sign a * means itself", field.span.start..self.at);
            self.problem(problem.written(format!("{sign}{}:{written}", field.text)));
            return None;
        }
        if kind == Some(Kind::Duration)
            && let Some(value) = values.last()
            && let Some(unit) = self.unit_behind(&value.word)
        {
            let place = value.word.span.start..unit.end;
            let right = format!("{}{}", value.word.text, &self.text[unit.clone()]);
            self.at = unit.end;
            self.problem(QueryError::new("a unit stands right behind its number", place).written(right));
            return None;
        }
        if is_empty {
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
        Some((Term { field: Some(field), values, is_all, without }, is_left_out))
    }

    /// The unit behind a number and a space.
    fn unit_behind(&self, word: &Word) -> Option<Range<usize>> {
        word.text.parse::<f64>().ok().filter(|_| word.is_bare())?;
        let rest = self.rest();
        let unit = rest.trim_start();
        let end = unit.find(|c: char| c.is_whitespace() || c == ')').unwrap_or(unit.len());
        let start = self.at + rest.len() - unit.len();
        (start > self.at && parse_span(&format!("1{}", &unit[..end])).is_some()).then(|| start..start + end)
    }

    /// One value, several with commas, or several in parentheses with `or` or `and`; whether all must
    /// pass; and those that must not.
    fn values(&mut self, op: Op, field: &Word) -> (Vec<Value>, bool, Vec<Value>) {
        let mut values = Vec::new();
        if self.rest().starts_with('(') && !(op == Op::Regex && self.is_group_of_regex()) {
            return self.values_in_parentheses(op, field);
        }
        loop {
            let rest = self.rest();
            if rest.is_empty() || rest.starts_with(|c: char| c.is_whitespace() || c == ')') {
                return (values, false, Vec::new());
            }
            values.extend(self.value(op, field));
            let comma = self.at;
            if !self.take(",") {
                return (values, false, Vec::new());
            }
            if is_term_behind(self.rest().trim_start()) {
                let problem = QueryError::new("terms stand side by side, without commas", comma..self.at);
                self.problem(problem.with_hint("write a space").with_fix(comma..self.at, " "));
                return (values, false, Vec::new());
            }
            // A space behind the comma is forgiven where more is to come.
            if self.rest().starts_with(' ') && !self.rest().trim_start().is_empty() {
                self.skip_space();
            }
        }
    }

    fn values_in_parentheses(&mut self, op: Op, field: &Word) -> (Vec<Value>, bool, Vec<Value>) {
        let open = self.at;
        self.at += 1;
        let (mut values, mut without) = (Vec::new(), Vec::new());
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
            } else if self.rest().starts_with('(') && op != Op::Regex {
                self.at += 1;
                let problem = QueryError::new("values cannot be grouped in here", start..self.at);
                self.problem(problem.with_hint(format!("write ({0}:a OR {0}:b) {0}:c", field.text)));
            } else if self.take_word(&["not", "NOT"]) || self.take_sign_of_value(field) {
                self.skip_space();
                without.extend(self.value(op, field));
            } else {
                // Lucene's sign for what must be there.
                all |= self.rest().starts_with('+') && self.take("+");
                values.extend(self.value(op, field));
            }
        }
        if either && (all || !without.is_empty()) {
            let problem = QueryError::new("“or” cannot be mixed with “and” and “not” among values", open..self.at);
            self.problem(problem.with_hint(format!("write ({0}:a OR {0}:b) {0}:c, or ({0}:a OR -{0}:b)", field.text)));
        }
        (values, all, without)
    }

    /// A minus or an exclamation mark before a value that must not pass; numbers have a minus of their own.
    fn take_sign_of_value(&mut self, field: &Word) -> bool {
        let is_number = |field: FieldRef| field.kind() == Kind::Integer || matches!(field, FieldRef::Attribute(_));
        let behind = self.rest().strip_prefix(['-', '!']).and_then(|behind| behind.chars().next());
        let is_sign = behind.is_some_and(|c| {
            let may_be_number = c.is_ascii_digit() && FieldRef::find(&field.text).is_some_and(is_number);
            !c.is_whitespace() && !matches!(c, ')' | ',') && !may_be_number
        });
        self.at += usize::from(is_sign);
        is_sign
    }

    fn value(&mut self, op: Op, field: &Word) -> Option<Value> {
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
        if op != Op::Regex && self.bracket_list(field) {
            return None;
        }
        let start = self.at;
        if let Some((problem, len)) = self.typographic_quotes() {
            self.at += len;
            self.problem(problem);
            return None;
        }
        let word = match op {
            Op::Regex => self.regex_word(),
            _ => match self.regex_of_path() {
                Some(word) => word,
                None => self.value_word(),
            },
        };
        if self.at == start {
            let end = (self.at + 1).min(self.end);
            self.problem(QueryError::new("a value is missing here", start..end));
            return None;
        }
        if op == Op::Has && word.is_bare() && word.text.eq_ignore_ascii_case("not") && self.rest().starts_with(' ') {
            self.skip_space();
            let value = self.at;
            self.value_word();
            let right = format!("-{}:{}", field.text, &self.text[value..self.at]);
            let problem = QueryError::new("a term is negated, not its value", field.span.start..self.at);
            self.problem(problem.written(right));
            return None;
        }
        let raw = &self.text[word.span.clone()];
        // What was escaped or quoted means itself.
        let is_unquoted = word.is_bare() && (raw == word.text && !raw.contains('"'));
        if is_unquoted
            && let Some(known) = FieldRef::find(&field.text)
            && (op == Op::Has || op == Op::Exact && is_counted(known.kind()))
            && let Some(meaning) = foreign_value(&known, &word.text)
        {
            self.foreign(meaning, start, field.span.start);
            return None;
        }
        if let Some(words) = self.near_words(&word) {
            let problem = QueryError::new("words are found side by side or each for itself", start..self.at);
            let is_text = raw.contains("\"^");
            self.problem(problem.written(if is_text { words } else { format!("({})", words.replace(' ', " and ")) }));
            return None;
        }
        Some(Value { op, word })
    }
}

/// Whether values are numbers, spans or times.
pub(super) fn is_counted(kind: Kind) -> bool {
    matches!(kind, Kind::Status | Kind::Integer | Kind::Duration | Kind::Time)
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

/// How long the name is that a text begins with.
fn name_len(text: &str) -> usize {
    text.find(|c: char| !is_of_name(c)).unwrap_or(text.len())
}

/// How long the operator is that a text begins with.
pub(super) fn operator_len(text: &str) -> usize {
    OPERATORS.iter().find(|(token, ..)| text.starts_with(token)).map_or(0, |(token, ..)| token.len())
}

/// How long the name is, if a text begins with a known one and an operator.
pub(super) fn known_name_len(text: &str) -> Option<usize> {
    let len = name_len(text);
    let (name, behind) = text.split_at(len);
    let is_known = FieldRef::find(name).is_some() || WORDS.contains(&name);
    let is_field = starts_with_operator(behind) || is_operator_alone(behind.trim_start());
    (is_known && is_field).then_some(len)
}
