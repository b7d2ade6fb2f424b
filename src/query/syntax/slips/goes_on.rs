//! What goes on with the field of the term before it: `status>=500 <600`, `duration:>1s<2s`, and words that join
//! terms in prose.

use std::ops::Range;

use crate::model::field::{Field, FieldRef};
use crate::query::error::QueryError;
use crate::query::shape::field_of_word;
use crate::query::syntax::dialect::terms::is_term_behind;
use crate::query::syntax::name::is_plain_name;
use crate::query::syntax::operators::comparison;
use crate::query::syntax::reader::{Item, Reader};
use crate::query::syntax::term::{is_counted, known_name_len, operator_len};
use crate::query::syntax::value::side_by_side;
use crate::query::syntax::{NodeKind, Op, Term, Value, Word};

/// Words between terms that say no more than that both must hold.
const BOTH: [&str; 13] = ["with", "plus", "but", "also", "und", "mit", "et", "avec", "y", "adn", "nad", "annd", "andd"];

impl Reader<'_> {
    /// `status >= 500 and < 600`: a comparison without a field behind another comparison.
    pub(in crate::query::syntax) fn comparison_goes_on(&self) -> Option<(QueryError, usize)> {
        let rest = self.rest();
        let name = &self.text[self.compared.clone()?];
        let (token, behind) = comparison(rest).filter(|(token, _)| token.starts_with(['<', '>']))?;
        let value = behind.trim_start();
        let is_value = value.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '"');
        let end = value.find(|c: char| c.is_whitespace() || c == ')').unwrap_or(value.len());
        let len = rest.len() - value.len() + end;
        let problem = QueryError::new("this comparison has no field", self.at..self.at + len)
            .with_hint(format!("write {name}{token}{}", &value[..end]))
            .with_fix(self.at..self.at, name);
        is_value.then_some((problem, len))
    }

    /// `duration:>1s<2s`, `duration>=1s&duration<=2s`: what is glued to the value of a comparison.
    pub(in crate::query::syntax) fn glued_to_comparison(&mut self, op: Op, field: &Word, word: &Word) -> bool {
        let is_asked = op.is_comparison()
            && word.is_bare()
            && FieldRef::find(&field.text).is_some_and(|field| is_counted(field.kind()))
            && self.text[word.span.clone()] == word.text;
        if !is_asked {
            return false;
        }
        if let Some(right) = side_by_side(&word.text) {
            let problem = QueryError::new("terms stand side by side, with a space between them", word.span.clone());
            self.problem(problem.written(right));
            return true;
        }
        let Some(at) = word.text.find(['<', '>']).filter(|at| *at > 0) else { return false };
        // `1000||bytes>100`: a name of its own stands before the second one.
        let joins = [("&&", " "), ("||", " OR ")];
        if let Some((number, sign, join, name)) = joins.into_iter().find_map(|(sign, join)| {
            let (number, name) = word.text[..at].split_once(sign)?;
            is_plain_name(name).then_some((number, sign, join, name))
        }) {
            let start = word.span.start + number.len();
            let problem = QueryError::new("terms stand side by side, with a space between them", word.span.clone());
            let hint = format!("write {number}{join}{name}…");
            self.problem(problem.with_hint(hint).with_fix(start..start + sign.len(), join));
            return true;
        }
        let place = word.span.start + at;
        let end = word.span.start + word.text[..at].trim_end_matches(['&', ';']).len();
        let right = format!(" {}", &self.text[field.span.clone()]);
        let problem = QueryError::new("each comparison is a term of its own", word.span.clone());
        self.problem(problem.with_hint("write a space and the field").with_fix(end..place, right));
        true
    }

    /// `status:500&& method:POST`, `client:acme|| (…)`: a sign that joins and stands right behind a value.
    pub(in crate::query::syntax) fn sign_behind_value(&mut self, word: &Word) -> bool {
        let behind = self.rest().trim_start();
        let is_next = behind.len() < self.rest().len() && is_term_behind(behind.trim_start_matches(['-', '!', '(']));
        let raw = &self.text[word.span.clone()];
        let joins = [("&&", " AND"), ("||", " OR")];
        let found = joins.into_iter().find(|(sign, _)| raw.len() > sign.len() && raw.ends_with(sign));
        let Some((sign, join)) = found.filter(|_| is_next) else { return false };
        let problem = QueryError::new("a space stands before a sign that joins", word.span.clone());
        let hint = format!("write {}{join}", &raw[..raw.len() - sign.len()]);
        self.problem(problem.with_hint(hint).with_fix(word.span.end - sign.len()..word.span.end, join));
        true
    }

    /// `duration>1s,<2s`: both ends of a range.
    fn both_ends(&mut self, field: &Word, head: Range<usize>, values: &[Value]) -> bool {
        let [first, second] = values else { return false };
        // Behind a comparison the sign of the second is a part of its text.
        let is_least = match first.op {
            Op::Greater | Op::GreaterEq => true,
            Op::Less | Op::LessEq => false,
            Op::Has | Op::Exact | Op::Regex => return false,
        };
        let is_other = match second.op {
            Op::Greater | Op::GreaterEq | Op::Less | Op::LessEq => {
                second.word.text.starts_with(if is_least { '<' } else { '>' })
            }
            Op::Has | Op::Exact | Op::Regex => false,
        };
        if !is_other {
            return false;
        }
        let name = &self.text[field.span.clone()];
        let written = &self.text[first.word.span.clone()];
        let behind = self.text[first.word.span.end..self.at].trim_start_matches([',', ' ']);
        let right = format!("{}{written} {name}{behind}", &self.text[head]);
        let problem = QueryError::new("each comparison is a term of its own", first.word.span.start..self.at);
        self.problem(problem.with_hint(format!("write {right}")).with_fix(field.span.start..self.at, right));
        true
    }

    /// `status:>=500,none`: a comparison takes one value. `head` is all before the values.
    pub(in crate::query::syntax) fn several_compared(
        &mut self,
        field: &Word,
        head: Range<usize>,
        is_left_out: bool,
        values: &[Value],
    ) {
        if !is_left_out && self.both_ends(field, head.clone(), values) {
            return;
        }
        let start = values[0].word.span.start;
        let problem = QueryError::new("a comparison takes one value", start..self.at);
        let decimal = self.text[start..self.at].replacen(',', ".", 1);
        let is_fraction = |(_, fraction): (&str, &str)| {
            fraction.starts_with(|c: char| c.is_ascii_digit()) && !fraction.contains(['.', ',', '"'])
        };
        let is_status = FieldRef::find(&field.text) == Some(Field::Status.into());
        let is_number = !is_status && decimal.split_once('.').is_some_and(is_fraction);
        let point = if is_number { format!("write {decimal} with a point; ") } else { String::new() };
        let problem = problem.with_hint(format!(
            "{point}what else may be is a term of its own: ({}… OR {}…)",
            &self.text[head.clone()],
            field.text
        ));
        // What else may be has no comparison of its own.
        let (begin, name) = (&self.text[head.clone()], &self.text[field.span.clone()]);
        let terms = values.iter().enumerate().map(|(at, value)| {
            let written = &self.text[value.word.span.clone()];
            if at == 0 { format!("{begin}{written}") } else { format!("{name}:{written}") }
        });
        let either = format!("({})", terms.collect::<Vec<_>>().join(" OR "));
        let is_plain = !is_left_out
            && is_status
            && values[1..].iter().all(|value| {
                value.op == values[0].op && (value.word.text == "none" || value.word.text.parse::<u16>().is_ok())
            });
        self.problem(match (is_number, is_plain) {
            (true, _) => problem.with_fix(start..self.at, decimal),
            (false, true) => problem.with_fix(field.span.start..self.at, either),
            (false, false) => problem,
        });
    }

    /// `status:500 , 502`, `status:500 ,502`: blanks before a comma are forgiven where one more value stands behind it.
    pub(in crate::query::syntax) fn blanks_before_comma(&mut self) {
        let behind = self.rest().trim_start().strip_prefix(',').map(str::trim_start);
        let is_value = behind.is_some_and(|behind| {
            behind.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '"' | '/' | '*')) && !is_term_behind(behind)
        });
        if is_value {
            self.skip_space();
        }
    }

    /// Whether a term stands behind a comma, also one that is left out.
    pub(in crate::query::syntax) fn is_term_behind_comma(&self) -> bool {
        let behind = self.rest().trim_start();
        let is_left_out = behind
            .strip_prefix(['-', '!'])
            .is_some_and(|term| known_name_len(term).is_some_and(|len| term[len..].starts_with(':')));
        is_term_behind(behind) || is_left_out
    }

    /// `client:alice, client:bob`, `(client:alice, status:500)`: a comma between terms. Of one field, one of
    /// them is enough, where they say what to keep; of others nothing says whether both must be so.
    pub(in crate::query::syntax) fn comma_before_term(&self, field: &Word, comma: usize) -> QueryError {
        let rest = self.rest();
        let behind = rest.trim_start();
        let end = self.end - behind.len();
        let head = known_name_len(behind).unwrap_or(0);
        let operator = operator_len(behind[head..].trim_start());
        let value = behind.len() - behind[head..].trim_start().len() + operator;
        let before = &self.text[..field.span.start];
        let is_left_out =
            before.ends_with(['-', '!']) || before.trim_end().ends_with("NOT") || behind.starts_with(['-', '!']);
        let is_same = FieldRef::find(&behind[..head]) == FieldRef::find(&field.text);
        let is_plain = self.text[field.span.end..comma].starts_with(':') && behind[head..].starts_with(':');
        let is_list = is_same && is_plain && !behind[value..].starts_with(['(', '<', '>', '=', '~', ' ']);
        let problem = QueryError::new("terms stand side by side, without commas", comma..self.at);
        if is_list && !is_left_out {
            let hint = format!("values of one field share its name: {}:a,b", field.text);
            return problem.with_hint(hint).with_fix(comma..end + value, ",");
        }
        if is_left_out {
            return problem.with_hint("write a space").with_fix(comma..end, " ");
        }
        problem.with_hint("write a space where both must be so, OR where one is enough")
    }

    /// `(alice, bob)`, `500, 502`: a comma behind a word, in parentheses or between values of one field.
    pub(in crate::query::syntax) fn comma_behind_word(&self, word: &Word) -> Option<QueryError> {
        let text = word.text.strip_suffix(',').filter(|text| word.is_bare() && !text.is_empty())?;
        let behind = self.rest().trim_start();
        let next = behind.split(|c: char| c.is_whitespace() || matches!(c, ',' | ')')).next().unwrap_or("");
        let field = |text: &str| field_of_word(text)?.split_once(':').map(|(field, _)| field.to_owned());
        let is_list = field(text).is_some() && field(text) == field(next);
        let before = &self.text[..word.span.start];
        let is_grouped = before.matches('(').count() > before.matches(')').count();
        let is_first = before.trim_end().ends_with(['(', ',']) || is_list || before.trim_end().ends_with("OR");
        // `(status, method) IN …` are fields.
        let is_field = FieldRef::find(text).is_some() && FieldRef::find(next).is_some();
        if next.is_empty() || !(is_list || is_grouped && is_first) {
            return None;
        }
        if is_field {
            let problem = QueryError::new("fields are asked for one by one", word.span.clone());
            return Some(problem.with_hint(format!("write a term for each: ({text}:… {next}:…)")));
        }
        let right = format!("{} OR ", field_of_word(text).filter(|_| is_list).unwrap_or_else(|| text.to_owned()));
        let problem = QueryError::new("OR stands between words, one of which is enough", word.span.clone());
        let end = self.end - behind.len();
        Some(problem.with_hint(format!("write {right}{next}")).with_fix(word.span.start..end, right))
    }

    /// `client:bob with status:500`: a word between two terms that joins them in prose.
    pub(in crate::query::syntax) fn joined_in_prose(&mut self, items: &[Item]) -> bool {
        let rest = self.rest();
        let word = rest.split_whitespace().next().unwrap_or("");
        let behind = rest[word.len()..].trim_start();
        let is_term = |item: &Item| match item {
            Item::Part(node) => match &node.kind {
                NodeKind::Term(Term { field, .. }) => field.is_some(),
                NodeKind::Not(inner) => matches!(&inner.kind, NodeKind::Term(Term { field: Some(_), .. })),
                NodeKind::And(_) | NodeKind::Or(_) => false,
            },
            Item::Unread => true,
            Item::Join(..) => false,
        };
        let is_word = BOTH.iter().any(|both| word.eq_ignore_ascii_case(both));
        if !is_word || !items.last().is_some_and(is_term) || known_name_len(behind).is_none() {
            return false;
        }
        let place = self.at..self.at + word.len();
        self.at = place.end;
        let problem = QueryError::new(format!("“{word}” is a word here"), place.clone());
        let hint = format!("leave it out, or write \"{word}\" to search for the word");
        self.problem(problem.with_hint(hint).with_fix(place.start..self.end - behind.len(), ""));
        true
    }
}
