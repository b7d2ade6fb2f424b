//! Terms as they are slipped: values that are called, names with an index, words that leave out.

use crate::model::field::{Field, FieldRef, Kind};
use crate::query::error::QueryError;
use crate::query::print::{field_name, quoted};
use crate::query::syntax::dialect::terms::is_term_behind;
use crate::query::syntax::name::{is_of_name, nearest_field};
use crate::query::syntax::reader::Reader;
use crate::query::syntax::term::{is_counted, known_name_len, operator_len, starts_with_operator};
use crate::query::syntax::{Op, Word};

use super::wrapped::parameter_term;

/// Comparisons before a colon of their own: `duration:gt:1000`.
const COMPARED: [(&str, &str); 6] =
    [("gte:", ">="), ("ge:", ">="), ("gt:", ">"), ("lte:", "<="), ("le:", "<="), ("lt:", "<")];

impl Reader<'_> {
    /// `status:in(500,502)`, `status:not(200)`, `duration:gt:1000`: values that are called.
    pub(in crate::query::syntax) fn called_value(&mut self, op: Op, field: &Word) -> bool {
        let Some(known) = FieldRef::find(&field.text).filter(|known| known.kind() != Kind::Text) else { return false };
        let (rest, start) = (self.rest(), self.at);
        if op != Op::Has || &self.text[field.span.end..start] != ":" {
            return false;
        }
        if let Some((token, sign)) = COMPARED.iter().find(|(token, _)| rest.starts_with(token))
            && is_counted(known.kind())
        {
            self.at += rest.find(|c: char| c.is_whitespace() || c == ')').unwrap_or(rest.len());
            let right = format!("{sign}{}", &self.text[start + token.len()..self.at]);
            self.problem(QueryError::new("a comparison is a sign", start..self.at).written(right));
            return true;
        }
        let Some((name, inside)) = rest.split_once('(') else { return false };
        let is_not = name.eq_ignore_ascii_case("not");
        if !is_not && !["in", "any", "anyof", "oneof", "one_of"].iter().any(|call| name.eq_ignore_ascii_case(call)) {
            return false;
        }
        let Some((inside, _)) = inside
            .split_once(')')
            .filter(|(inside, _)| !inside.trim().is_empty() && !inside.contains(['(', '"', '\'']))
        else {
            return false;
        };
        self.at += name.len() + inside.len() + 2;
        let list = inside.split(',').map(str::trim).collect::<Vec<_>>().join(",");
        self.problem(if is_not {
            let right = format!("-{}:{list}", &self.text[field.span.clone()]);
            QueryError::new("a term is negated, not its value", field.span.start..self.at).written(right)
        } else {
            QueryError::new("values stand side by side, with commas", start..self.at).written(list)
        });
        true
    }

    /// `duration:">1s"`: quotes around a comparison.
    pub(in crate::query::syntax) fn quoted_comparison(&mut self, op: Op, field: &Word, word: &Word) -> bool {
        let is_asked = op == Op::Has
            && word.text.starts_with(['<', '>'])
            && !word.is_bare()
            && FieldRef::find(&field.text).is_some_and(|field| is_counted(field.kind()));
        if is_asked {
            let problem = QueryError::new("a comparison stands in no quotes", word.span.clone());
            self.problem(problem.written(word.text.replace(' ', "")));
        }
        is_asked
    }

    /// `tags[]:vip`, `k8s[pod]:web-1`: names with an index or a key.
    pub(in crate::query::syntax) fn indexed_name(&self) -> Option<(QueryError, usize)> {
        let rest = self.rest();
        let (name, inside) = rest.split_once('[')?;
        let (key, behind) = inside.split_once(']')?;
        let is_name = name.starts_with(|c: char| c.is_alphabetic() || matches!(c, '@' | '_'))
            && name.chars().all(is_of_name)
            && starts_with_operator(behind);
        let key = key.trim_matches(['"', '\'']);
        if let Some(found) = self.parameter(name, key, behind) {
            return Some(found);
        }
        if let Some(found) = self.unknown_parameter(name, key, behind) {
            return Some(found);
        }
        let is_index = key.bytes().all(|b| b.is_ascii_digit() || b == b'*');
        if !is_name || !key.chars().all(|c| is_of_name(c) || c == '*') {
            return None;
        }
        let plain = name.trim_start_matches('@').trim_start_matches("attributes.");
        let path = if is_index { plain.to_owned() } else { format!("{plain}.{key}") };
        let right = match FieldRef::find(&path) {
            Some(field) if is_index || field.known().is_some() => field_name(&field),
            _ => field_name(&FieldRef::Attribute(path)),
        };
        let place = self.at..self.at + rest.len() - behind.len();
        let len = place.len() + value_end(behind);
        let problem = QueryError::new("a name has no brackets", place.clone());
        Some((problem.with_hint(format!("write {right}")).with_fix(place, right), len))
    }

    /// Files.com's `filter_gteq[created_at]=2026-11-29`: a parameter of its lists.
    fn parameter(&self, name: &str, key: &str, behind: &str) -> Option<(QueryError, usize)> {
        let value = behind.strip_prefix('=')?;
        let len = value.find(|c: char| c.is_whitespace() || c == ')' || c == '&').unwrap_or(value.len());
        let right = parameter_term(name, key, &value[..len])?;
        let len = self.rest().len() - value.len() + len;
        Some((QueryError::new("a parameter of a list is a term here", self.at..self.at + len).written(right), len))
    }

    /// `filter[usr_id]=7`: a parameter of Files.com's lists whose field there is not.
    fn unknown_parameter(&self, name: &str, key: &str, behind: &str) -> Option<(QueryError, usize)> {
        let value = behind.strip_prefix('=')?;
        let len = value.find(|c: char| c.is_whitespace() || c == ')' || c == '&').unwrap_or(value.len());
        let right = |key: &str| parameter_term(name, key, &value[..len]);
        // Whether there is such a parameter at all.
        right(Field::Status.name())?;
        let place = self.at..self.at + self.rest().len() - value.len() + len;
        let problem = QueryError::new(format!("there is no field “{key}”"), place.clone());
        let near = nearest_field(key).filter(|(_, distance)| *distance == 1 && key.len() > 3);
        let problem = match near.and_then(|(near, _)| right(near)) {
            Some(right) => problem.written(right),
            None => problem.with_hint(
                "Files.com filters by user_id, request_id, request_ip, request_method, interface, api_key_id, success \
                 and created_at; what a source sent is attributes.NAME:…",
            ),
        };
        Some((problem, place.len()))
    }

    /// `attributes.app.kubernetes.io/name:cart`: a name with a slash and without quotes.
    pub(in crate::query::syntax) fn slashed_name(&self) -> Option<(QueryError, usize)> {
        let rest = self.rest();
        let path = rest.strip_prefix("attributes.").or_else(|| rest.strip_prefix('@'))?;
        let len = path.find(|c: char| !is_of_name(c) && c != '/')?;
        let (path, behind) = path.split_at(len);
        let path = path.trim_start_matches("attributes.");
        let is_value = |text: &str| !text.is_empty() && !text.starts_with(['/', ')']);
        let is_asked = starts_with_operator(behind) && is_value(behind[operator_len(behind)..].trim_start());
        if !is_asked || !path.contains('/') || path.ends_with('/') {
            return None;
        }
        let right = field_name(&FieldRef::Attribute(path.to_owned()));
        let place = self.at..self.at + rest.len() - behind.len();
        let len = place.len() + value_end(behind);
        let problem = QueryError::new("a name with a slash stands in double quotes", place.clone());
        Some((problem.with_hint(format!("write {right}")).with_fix(place, right), len))
    }

    /// `except status:200`: a word that leaves out, before a term.
    pub(in crate::query::syntax) fn except(&self) -> Option<(QueryError, usize)> {
        let rest = self.rest();
        let word = rest.split_whitespace().next()?;
        let behind = rest[word.len()..].trim_start();
        let is_word = ["except", "excluding", "without", "minus", "ohne", "sauf", "nott", "nto", "noot"]
            .iter()
            .any(|other| word.eq_ignore_ascii_case(other));
        // `status:500 except acme`: a word alone, behind a term.
        let before = self.text[..self.at].split_whitespace().next_back().unwrap_or("");
        let is_alone = ["except", "excluding"].iter().any(|other| word.eq_ignore_ascii_case(other))
            && is_term_behind(before)
            && behind.starts_with(char::is_alphanumeric)
            && behind.split_whitespace().count() == 1;
        if !is_word || known_name_len(behind).is_none() && !is_alone {
            return None;
        }
        let place = self.at..self.at + word.len();
        let problem = QueryError::new(format!("“{word}” is a word here"), place.clone());
        let hint = format!("write NOT, or \"{word}\" to search for the word");
        Some((problem.with_hint(hint).with_fix(place, "NOT"), word.len()))
    }

    /// `""Acme Ltd""`, `\"Acme Ltd\"`: quotes that are doubled, as CSV has them, or escaped for a shell.
    pub(in crate::query::syntax) fn doubled_quotes(&mut self) -> bool {
        let sign = ["\"\"", "\\\""].into_iter().find(|sign| self.rest().starts_with(sign));
        let found = sign.and_then(|sign| self.rest()[sign.len()..].split_once(sign)).map(|(text, _)| text);
        let is_text = |text: &&str| text.starts_with(char::is_alphanumeric) && !text.contains(['"', '\\']);
        let Some(text) = found.filter(is_text) else { return false };
        let place = self.at..self.at + text.len() + 4;
        self.at = place.end;
        self.problem(QueryError::new("one quote is enough on each side", place).written(quoted(text.as_bytes())));
        true
    }

    /// `'O\'Brien'`: an apostrophe in single quotes, as JSON and SQL dialects have it.
    pub(in crate::query::syntax) fn escaped_apostrophe(&mut self) -> bool {
        let Some(inner) = self.rest().strip_prefix('\'') else { return false };
        let is_close = |at: &usize| !inner[..*at].ends_with('\\');
        let Some(close) = inner.match_indices('\'').map(|(at, _)| at).find(is_close) else { return false };
        let text = &inner[..close];
        if !text.contains("\\'") {
            return false;
        }
        let place = self.at..self.at + close + 2;
        self.at = place.end;
        let right = quoted(text.replace("\\'", "'").as_bytes());
        self.problem(QueryError::new("a text with an apostrophe stands in double quotes", place).written(right));
        true
    }
}

/// How long an operator and the value behind it are.
fn value_end(text: &str) -> usize {
    let value = operator_len(text);
    let space = text[value..].len() - text[value..].trim_start().len();
    let start = value + space;
    start + text[start..].find(|c: char| c.is_whitespace() || c == ')').unwrap_or(text.len() - start)
}
