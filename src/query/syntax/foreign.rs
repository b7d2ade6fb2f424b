//! Terms of other languages that are written in another way here: each is answered with it, never read
//! as something else. Kibana's, Datadog's, GitHub's, Loki's and jq's own documentation say what they mean.

use std::ops::Range;

use crate::model::field::FieldRef;
use crate::query::error::QueryError;

use super::reader::Reader;
use super::value::{CLOSING_QUOTES, OPENING_QUOTES};
use super::values::{known_name_len, operator_len};

/// Stages that other languages have behind a `|`.
const STAGES: &[&str] = &[
    "stats",
    "head",
    "tail",
    "table",
    "sort",
    "json",
    "logfmt",
    "where",
    "filter",
    "count",
    "by",
    "fields",
    "limit",
    "top",
    "eval",
    "rename",
    "line_format",
    "label_format",
    "dedup",
    "timechart",
    "pattern",
    "unwrap",
    "parse",
    "display",
    "select",
    "jq",
    "grep",
    "wc",
    "uniq",
];

/// Typographic signs that stand for an operator.
const SIGNS: &[(char, &str)] = &[('：', ":"), ('≥', ">="), ('≤', "<="), ('≠', "!="), ('＝', "=")];

/// Dashes that text programs make of a minus.
const DASHES: [char; 3] = ['–', '—', '−'];

impl Reader<'_> {
    /// Passes over a term of another language, and notes what it is here.
    pub(super) fn foreign_term(&mut self) -> bool {
        let found = self.mitmproxy().or_else(|| self.sql()).or_else(|| self.typographic()).or_else(|| self.stray());
        let is_found = found.is_some();
        if let Some((problem, len)) = found {
            self.at += len;
            self.problem(problem);
        }
        is_found
    }

    /// Behind a `|`: a stage of another language's pipe.
    pub(super) fn stage(&mut self, bar: Range<usize>) {
        let word = self.rest().trim_start();
        let word = &word[..word.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(word.len())];
        if STAGES.contains(&word) {
            let problem = QueryError::new(format!("a query has no stages like “| {word}”"), bar);
            self.problem(problem.with_hint(
                "it only says which requests are meant: facets, timeline and summary count them, -n and --sort choose",
            ));
        }
    }

    /// Signs and quotes that text programs make of plain ones.
    fn typographic(&self) -> Option<(QueryError, usize)> {
        let rest = self.rest();
        let first = rest.chars().next()?;
        let place = |from: usize, to: usize| self.at + from..self.at + to;
        if DASHES.contains(&first) {
            let len = first.len_utf8();
            known_name_len(&rest[len..])?;
            let problem = QueryError::new(format!("“{first}” is a dash"), place(0, len));
            return Some((problem.with_hint("write a minus: -").with_fix(place(0, len), "-"), len));
        }
        if OPENING_QUOTES.contains(&first) {
            return self.typographic_quotes();
        }
        let len = rest.find(|c: char| !super::name::is_of_name(c))?;
        let sign = rest[len..].chars().next()?;
        let (_, right) = SIGNS.iter().find(|(other, _)| *other == sign)?;
        FieldRef::find(&rest[..len])?;
        let end = len + sign.len_utf8();
        let problem = QueryError::new(format!("“{sign}” is no operator here"), place(len, end));
        let value = rest[end..].find(char::is_whitespace).map_or(rest.len(), |at| end + at);
        Some((problem.with_hint(format!("write {right}")).with_fix(place(len, end), *right), value))
    }

    /// `“Acme Ltd”`.
    pub(super) fn typographic_quotes(&self) -> Option<(QueryError, usize)> {
        let rest = self.rest();
        let open = rest.chars().next().filter(|first| OPENING_QUOTES.contains(first))?.len_utf8();
        let close = open + rest[open..].find(CLOSING_QUOTES)?;
        let len = close + rest[close..].chars().next().map_or(0, char::len_utf8);
        let problem = QueryError::new("these are no quotes here", self.at..self.at + len);
        Some((problem.written(format!("\"{}\"", rest[open..close].replace('"', "\\\""))), len))
    }

    /// What stands where a term should.
    fn stray(&self) -> Option<(QueryError, usize)> {
        let rest = self.rest();
        let word = rest.split_whitespace().next()?;
        let behind = rest[word.len()..].trim_start();
        let space = rest.len() - behind.len();
        let problem = |len: usize| QueryError::new(format!("“{word}” cannot stand here"), self.at..self.at + len);
        let dropped = |problem: QueryError, len: usize| problem.with_fix(self.at..self.at + len, "");
        let next = behind.split_whitespace().next().unwrap_or("");
        let lower = word.to_ascii_lowercase();
        let found = match lower.as_str() {
            "|=" | "!=" if behind.starts_with('"') => {
                let right = if word == "!=" { "-" } else { "" };
                let what = if word == "!=" { "a minus before the text leaves it out" } else { "the text stands alone" };
                problem(word.len()).with_hint(what).with_fix(self.at..self.at + space, right)
            }
            "=" | "==" | ":" | ":=" | ">" | "<" | ">=" | "<=" | "!=" | "=~" | "!~" | "~" => {
                problem(word.len()).with_hint("an operator stands behind the name of a field: status>=500")
            }
            "|=" | "|~" => problem(word.len())
                .with_hint("write the text that is looked for alone, or path~\"…\" for a regular expression"),
            "-" | "--" | "–" | "—" if known_name_len(behind).is_some() => problem(word.len())
                .with_hint("a minus stands right before what it leaves out")
                .with_fix(self.at..self.at + space, "-"),
            "where" | "filter" | "select" if known_name_len(behind).is_some() => {
                dropped(problem(word.len()).with_hint("terms stand side by side: status:5xx client:acme"), space)
            }
            "select" if behind.contains(" from ") || behind.contains(" FROM ") || word == "SELECT" => {
                problem(word.len()).with_hint("terms stand side by side: status:5xx client:acme")
            }
            "order" | "group" if next.eq_ignore_ascii_case("by") => problem(word.len() + 1 + next.len())
                .with_hint("it is no part of a query: --sort orders, reqscope facets counts by a field"),
            "limit" if next.parse::<u64>().is_ok() && behind.trim_end() == next => {
                problem(word.len()).with_hint("the number of rows is no part of a query: use -n")
            }
            _ => return self.wrapped(word),
        };
        // The text behind it is read on.
        Some((found, if found_is_long(&lower) { rest.len() } else { word.len() }))
    }

    /// Terms in the wrappings of other languages: jq's, Loki's, Datadog's.
    fn wrapped(&self, word: &str) -> Option<(QueryError, usize)> {
        let rest = self.rest();
        let problem =
            |len: usize| QueryError::new(format!("“{}” cannot stand here", &rest[..len]), self.at..self.at + len);
        if let Some(head) = [".", "$."].into_iter().find(|head| word.starts_with(head)) {
            known_name_len(&rest[head.len()..])?;
            let place = self.at..self.at + head.len();
            return Some((
                problem(head.len()).with_hint("a field's name stands alone").with_fix(place, ""),
                head.len(),
            ));
        }
        if rest.starts_with("select(") {
            return Some((problem(6).with_hint("write the condition alone: status:500"), rest.len()));
        }
        if let Some(inside) = rest.strip_prefix("CIDR(") {
            let end = inside.find(')')?;
            let (field, networks) = inside[..end].split_once(',')?;
            let networks: Vec<&str> = networks.split(',').map(str::trim).collect();
            let field = FieldRef::find(field.trim()).map_or_else(|| field.trim().to_owned(), |field| field.to_string());
            let right = format!("{field}:{}", networks.join(","));
            return Some((problem(end + 6).written(right), end + 6));
        }
        if rest.starts_with('{') && word.contains('=') {
            let end = rest.find('}').map_or(rest.len(), |at| at + 1);
            let found = problem(end).with_hint("fields stand alone: client:=acme status:5xx");
            let inside = rest[1..end].trim_end_matches('}');
            let terms: Option<Vec<String>> = inside.split(',').map(|pair| label(pair.trim())).collect();
            return Some((
                match terms {
                    Some(terms) => found.with_fix(self.at..self.at + end, terms.join(" ")),
                    None => found,
                },
                end,
            ));
        }
        None
    }
}

/// Whether what is behind a word belongs to it.
fn found_is_long(word: &str) -> bool {
    matches!(word, "order" | "group" | "limit")
}

/// One of Loki's labels as a term: `client="acme"`.
fn label(pair: &str) -> Option<String> {
    let at = pair.find(['=', '!'])?;
    let (name, behind) = pair.split_at(at);
    let (value, sign, operator) =
        [("!=", "-", ":="), ("=~", "", "~"), ("!~", "-", "~"), ("=", "", ":=")]
            .into_iter()
            .find_map(|(token, sign, operator)| Some((behind.strip_prefix(token)?, sign, operator)))?;
    let is_quoted = value.len() > 1 && value.starts_with('"') && value.ends_with('"');
    is_quoted.then(|| format!("{sign}{}{operator}{value}", name.trim()))
}

/// Where a comma is followed by another term.
pub(super) fn is_term_behind(text: &str) -> bool {
    known_name_len(text).is_some_and(|len| operator_len(&text[len..]) > 0)
}
