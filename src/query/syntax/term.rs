//! Terms: a field, an operator, values; or a word.

use std::ops::Range;

use crate::model::field::{FieldRef, Kind};
use crate::query::error::{Mistake, QueryError};
use crate::query::print::field_name;

use super::dialect::absence::presence_term;
use super::dialect::sql::like::network_of;
use super::dialect::sql::negated;
use super::dialect::words::operator;
use super::joins::is_join;
use super::name::{instead_of_field, is_of_name, unknown_field};
use super::operators::star_behind_equals;
use super::reader::Reader;
use super::slips::headings::heading_before_operator;
use super::slips::values::id_in_brackets;
use super::slips::web_address::address_behind_equals;
use super::value::{foreign_word, side_by_side};
use super::values::VALUE_OPERATORS;
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

/// Names before a colon that are no fields.
pub(super) const WORDS: &[&str] = &["is", "has", "no", "_exists_", "exists", "_missing_", "missing"];

impl Reader<'_> {
    /// A field with values, or a word; and whether its operator leaves it out.
    pub(super) fn term(&mut self) -> Option<(Term, bool)> {
        let start = self.at;
        let compared = self.compared.take();
        if let Some(field) = self.quoted_name() {
            if FieldRef::find(&field.text).is_some() {
                return self.field_term(field);
            }
            let problem = QueryError::new(Mistake::no_field(&field.text), field.span.clone());
            self.problem(instead_of_field(problem, &field.text, field.span.clone()));
            self.field_term(field);
            return None;
        }
        let mut unknown = None;
        let name_len = name_len(self.rest());
        let name = &self.rest()[..name_len];
        let behind = &self.rest()[name_len..];
        let is_known = FieldRef::find(name).is_some() || WORDS.contains(&name);
        if name.starts_with(|c: char| c.is_alphabetic() || matches!(c, '@' | '_')) {
            let field = Word { text: name.to_owned(), style: Style::Bare, span: start..start + name_len };
            // A space before the operator is forgiven where a field surely is one.
            let spaced = behind.trim_start();
            let is_spaced = spaced.len() < behind.len()
                && (is_operator_alone(spaced) || FieldRef::find(name).is_some() && is_operator_of_value(spaced));
            if is_known && (starts_with_operator(behind) || is_spaced) {
                let name = field.span.clone();
                let term = self.field_term(field)?;
                let is_compared = term.0.values.first().is_some_and(|value| value.op.is_comparison()) && !term.1;
                self.compared = is_compared.then_some(name);
                return Some(term);
            }
            // `and < 600` has no field.
            let is_between = is_spaced && is_join(name);
            if !is_known && !is_between && (starts_with_operator(behind) || is_spaced) {
                let problem = unknown_field(name, behind, field.span.clone(), is_spaced);
                if let Some(problem) = problem {
                    self.problem(problem);
                    self.field_term(field);
                    return None;
                }
                unknown = Some(name);
            }
        }
        if is_known && let Some((problem, len)) = self.part_operator(name) {
            self.at += len;
            self.problem(problem);
            return None;
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
        if self.bars_between_texts(&word) {
            return None;
        }
        if word.is_bare()
            && self.text[word.span.clone()] == word.text
            && let Some(meaning) = foreign_word(&word.text)
        {
            self.foreign(meaning, start, start);
            return None;
        }
        if let Some(problem) = self.foreign_escapes(&word).or_else(|| self.comma_behind_word(&word)) {
            self.problem(problem);
            return None;
        }
        if let Some(problem) = self.near_words(&word, None) {
            self.problem(problem);
            return None;
        }
        self.compared = compared.filter(|_| word.is_bare() && is_join(&word.text));
        if let Some(name) = unknown.filter(|name| word.is_bare() && word.text.len() > name.len()) {
            self.note_of_unknown(name, &word);
        }
        Some((Self::word_term(word), false))
    }

    /// `foo=bar` is searched as it stands: it is found in texts.
    fn note_of_unknown(&mut self, name: &str, word: &Word) {
        let behind = &word.text[name.len()..];
        if behind.starts_with("://") || !starts_with_operator(behind) || behind.len() == operator_len(behind) {
            return;
        }
        let field = field_name(&FieldRef::Attribute(name.trim_start_matches('@').to_owned()));
        self.note(format!("“{}” is searched as a word; {field}{behind} asks for what a source sent", word.text));
    }

    /// `"Response Code":404`, `"attributes.user agent":curl`: a name in quotes, known or not.
    fn quoted_name(&mut self) -> Option<Word> {
        let (start, known) = (self.at, self.problems.len());
        if !self.rest().starts_with('"') {
            return None;
        }
        let name = String::from_utf8(self.quoted()).ok().filter(|_| self.problems.len() == known);
        let behind = self.rest();
        if let Some(text) = name.filter(|name| !name.trim().is_empty()) {
            let is_known = FieldRef::find(&text).is_some();
            let is_field = if is_known {
                starts_with_operator(behind) && (text.contains('.') || !is_distance(behind))
                    || is_operator_alone(behind.trim_start())
            } else {
                let is_value = |text: &str| !text.starts_with(|c: char| c.is_whitespace() || c == ')' || c == '/');
                behind.strip_prefix(':').is_some_and(is_value)
                    || ["=", "!=", "<", ">"].iter().any(|token| behind.starts_with(token))
                    || is_operator_alone(behind.trim_start()) && !behind.trim_start().starts_with(['~', ':'])
                    || behind.starts_with(" : ") && is_value(behind[3..].trim_start())
            };
            if is_field {
                return Some(Word { text, style: Style::Quoted, span: start..self.at });
            }
        }
        self.at = start;
        self.problems.truncate(known);
        None
    }

    /// Lucene's `"connection reset"~5` for its words near each other, which have no order here; `"connection reset"^2`
    /// is the text.
    pub(super) fn near_words(&self, word: &Word, field: Option<&str>) -> Option<QueryError> {
        let raw = self.text[word.span.clone()].strip_prefix('"')?;
        let problem = |why: &str| QueryError::new(why, word.span.clone());
        if let Some((inner, weight)) = raw.rsplit_once("\"^") {
            let is_weight = !inner.contains('"') && weight.parse::<f64>().is_ok();
            return is_weight.then(|| problem("no text weighs more than another").written(format!("\"{inner}\"")));
        }
        let (inner, distance) = raw.rsplit_once("\"~")?;
        let is_distance = !inner.contains('"') && distance.bytes().all(|b| b.is_ascii_digit());
        let words: Vec<String> = inner.split_whitespace().map(|word| format!("\"{word}\"")).collect();
        let problem = problem("words are found side by side or each for itself, not near each other");
        is_distance.then(|| match (words.as_slice(), distance) {
            ([_], _) | (_, "0") => problem.written(format!("\"{inner}\"")),
            _ => {
                let apart = match field {
                    Some(field) => format!("{field}:({})", words.join(" and ")),
                    None => words.join(" "),
                };
                problem.with_hint(format!("write {apart} for all of them anywhere, \"{inner}\" for the text"))
            }
        })
    }

    pub(super) fn field_term(&mut self, field: Word) -> Option<(Term, bool)> {
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
        if let Some((right, behind)) =
            FieldRef::find(&field.text).and_then(|known| id_in_brackets(&known, &self.text[op_start..self.end]))
        {
            self.at = self.end - behind.len();
            let problem = QueryError::new("an id stands in no brackets", field.span.start..self.at);
            self.problem(problem.written(right));
            return None;
        }
        if self.broken_operator(&field, op_start..op_end) || self.turned_wave(op_start..op_end, kind) {
            return None;
        }
        self.skip_space();
        if self.turned_operator(op_start..op_end, kind)
            || self.equal_in_any_case(&field, op_start..op_end)
            || self.missing_value(&field, op_start..op_end, is_left_out)
        {
            return None;
        }
        // An operator behind the colon and a space: `status: >= 500`.
        if op == Op::Has
            && let Some((token, found)) = VALUE_OPERATORS.iter().find(|(token, _)| self.rest().starts_with(token))
        {
            self.at += token.len();
            op = *found;
            self.skip_space();
        }
        if kind.is_none() && WORDS.contains(&field.text.as_str()) && field.text != "is" && self.headed_presence() {
            return None;
        }
        let known = self.problems.len();
        let values_start = self.at;
        let (values, is_all, without) = self.values(op, &field);
        let is_empty = values.is_empty() && without.is_empty();
        if is_empty && self.problems.len() > known {
            return None;
        }
        if op.is_comparison() && values.len() > 1 {
            let place = field.span.start..op_end;
            self.several_compared(&field, place, is_left_out, &values);
            return None;
        }
        if let Some(right) = self.star_or_none(&field, op_start..op_end, &values) {
            let right = if is_left_out { negated(&right) } else { right };
            let problem = QueryError::new("behind an equals sign a * means itself", field.span.start..self.at);
            self.problem(problem.written(right));
            return None;
        }
        if matches!(&self.text[op_start..op_end], "=" | "==" | "===" | "!=" | "<>")
            && let Some(known) = FieldRef::find(&field.text)
        {
            let sign = if is_left_out { "-" } else { "" };
            let place = field.span.start..self.at;
            // SQL's values stand in single quotes, and a star means itself there.
            let is_sql = self.text[values_start..self.at].contains('\'');
            let found = (!is_sql)
                .then(|| star_behind_equals(&known, sign, place.clone(), &values))
                .flatten()
                .or_else(|| address_behind_equals(&known, sign, place, &values))
                .or_else(|| query_string(&known, &values));
            if let Some(problem) = found {
                self.problem(problem);
                return None;
            }
        }
        if self.unit_apart((&field, op, is_left_out), &values) {
            return None;
        }
        if kind == Some(Kind::Duration) && self.in_other_unit(&field, &values) {
            return None;
        }
        if is_empty {
            let message = format!("{} needs a value behind “{}”", field.text, &self.text[op_start..op_end]);
            let problem = QueryError::new(message, field.span.start..op_end);
            let hint = match field.text.as_str() {
                "has" | "no" => format!("{}:client, for example", field.text),
                "is" => "is:failed or is:success".into(),
                _ => format!("has:{} finds what has any", &self.text[field.span.clone()]),
            };
            self.problem(problem.with_hint(hint));
            return None;
        }
        Some((Term { field: Some(field), values, is_all, without }, is_left_out))
    }

    /// `status=*`, `ip=10.1.*`: what a star asks for of a number or an address.
    fn star_or_none(&self, field: &Word, op: Range<usize>, values: &[Value]) -> Option<String> {
        let known = FieldRef::find(&field.text)?;
        let (token, name) = (&self.text[op], &self.text[field.span.clone()]);
        if !matches!(token, "=" | "==" | "===" | "!=" | "<>") {
            return None;
        }
        let is_bare = |value: &Value| value.word.is_bare() && value.word.text.contains('*');
        if !matches!(known.kind(), Kind::Name | Kind::Text | Kind::Address) {
            let is_any = matches!(values, [value] if is_bare(value) && value.word.text == "*");
            return is_any.then(|| presence_term(name, true));
        }
        if let [value] = values
            && known.kind() == Kind::Address
            && let Some(network) = value.word.text.strip_suffix('*').and_then(network_of)
        {
            return Some(format!("{name}:{network}"));
        }
        None
    }
}

/// `client=acme&status=500`, as a query string has it.
fn query_string(field: &FieldRef, values: &[Value]) -> Option<QueryError> {
    let [Value { word, .. }] = values else { return None };
    let right = side_by_side(&word.text).filter(|_| word.is_bare())?;
    // A path may have a query string of its own.
    let is_path = field.kind() == Kind::Text && word.text.contains('?');
    let problem = QueryError::new("terms stand side by side, with a space between them", word.span.clone());
    (!is_path).then(|| problem.written(right))
}

/// Whether values are numbers, spans or times.
pub(super) fn is_counted(kind: Kind) -> bool {
    matches!(kind, Kind::Status | Kind::Integer | Kind::Duration | Kind::Time)
}

pub(super) fn starts_with_operator(text: &str) -> bool {
    OPERATORS.iter().any(|(token, ..)| text.starts_with(token))
}

/// Whether Lucene's `~2` stands here: how far words may be apart.
fn is_distance(text: &str) -> bool {
    let digits = text.strip_prefix('~').map(|behind| behind.split(char::is_whitespace).next().unwrap_or(""));
    digits.is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
}

/// Whether an operator stands here that is nothing else: with a space or a quote behind it, or a
/// comparison.
pub(super) fn is_operator_alone(text: &str) -> bool {
    /// Operators of other languages.
    const FOREIGN: [&str; 4] = ["=> ", "=< ", "~* ", "!~* "];
    if FOREIGN.iter().any(|token| text.starts_with(token)) {
        return true;
    }
    OPERATORS.iter().find(|(token, ..)| text.starts_with(token)).is_some_and(|(token, op, _)| {
        let behind = text[token.len()..].chars().next();
        let is_spaced = behind.is_some_and(|c| c.is_whitespace() || c == '"');
        is_spaced || op.is_comparison() && behind.is_some_and(|c| c.is_ascii_digit())
    })
}

/// Whether an operator and a value stand here, behind a space: `status :200`. Words hardly begin so.
fn is_operator_of_value(text: &str) -> bool {
    let len = operator_len(text);
    let is_value = |c: char| c.is_alphanumeric() || matches!(c, '/' | '"' | '\'' | '*' | '(');
    // Postgres' “is in the network”.
    if text.starts_with("<<") {
        return true;
    }
    len > 0 && !text.starts_with('~') && text[len..].starts_with(is_value)
}

/// How long the name is that a text begins with.
fn name_len(text: &str) -> usize {
    text.find(|c: char| !is_of_name(c)).unwrap_or(text.len())
}

/// How long the name is, if a text begins with one and an operator, in signs right behind it or in words.
pub(in crate::query) fn operator_behind_name(text: &str) -> Option<usize> {
    let len = name_len(text);
    let behind = &text[len..];
    let is_sign = operator_len(behind) > 0 && !behind.starts_with("://") && behind.len() > operator_len(behind);
    (len > 0 && (is_sign || behind.starts_with(' ') && operator(behind).is_some())).then_some(len)
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
    heading_before_operator(text).or((is_known && is_field).then_some(len))
}
