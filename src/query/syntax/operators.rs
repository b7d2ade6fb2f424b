//! Operators that are none here, or stand the wrong way round: `status<<=500`, `500<=status`, and a star behind an
//! equals sign.

use std::ops::Range;

use crate::model::field::{FieldRef, Kind};
use crate::query::error::QueryError;
use crate::query::matcher::parse_address;
use crate::query::print::{field_name, pattern_text};

use super::dialect::literal::{Literal, argument_word};
use super::dialect::sql::{negated, one_of, piece};
use super::name::is_of_name;
use super::reader::Reader;
use super::term::is_counted;
use super::value::regex_term;
use super::{Value, Word};

/// Signs that operators are made of.
const SIGNS: [char; 6] = ['<', '>', '=', '!', '~', ':'];

/// Runs of signs that must mean an operator of ours, and which.
const SLIPS: &[(&str, &str)] = &[
    ("<<=", "<="),
    ("<==", "<="),
    (":=<", "<="),
    ("=<=", "<="),
    ("=>=", ">="),
    ("<<", "<"),
    (">>=", ">="),
    (">==", ">="),
    (":=>", ">="),
    (">>", ">"),
    ("::", ":"),
    ("::=", ":="),
    ("=:", ":="),
    (":==:", ":="),
    ("====", ":="),
    ("<!>", "!="),
    (":<>", "!="),
    ("!!=", "!="),
    ("=!=", "!="),
];

impl Reader<'_> {
    /// `status<<=500`: more signs than any operator has. `token` is what was read of them.
    pub(super) fn broken_operator(&mut self, field: &Word, token: Range<usize>) -> bool {
        let Some(known) = FieldRef::find(&field.text) else { return false };
        let rest = &self.text[token.end..self.end];
        let run = rest.find(|c| !SIGNS.contains(&c)).unwrap_or(rest.len());
        let written = &self.text[token.start..token.end + run];
        let behind = &rest[run..];
        let is_network = known.kind() == Kind::Address && written.starts_with("<<");
        let may_begin_so = !is_counted(known.kind()) && !matches!(known.kind(), Kind::Outcome | Kind::Boolean);
        let is_address = known.kind() == Kind::Address && written == "::" && parse_address(behind.as_bytes()).is_some();
        // A comparison or a negation behind the colon, and Kibana's negation, are read elsewhere.
        let is_known = written.starts_with(":!") || [":<", ":>", ":=", ":~", "=>", "=<", "=!", "=~"].contains(&written);
        if run == 0 || is_known || may_begin_so && !is_network && !is_address {
            return false;
        }
        let place = token.start..token.end + run;
        let right = if is_network { Some(":") } else { slip(written) };
        let problem = QueryError::new(format!("“{written}” is no operator here"), place.clone());
        self.problem(match right {
            Some(right) => problem.with_hint(format!("write {right}")).with_fix(place.clone(), right),
            None => problem.with_hint("comparisons are < <= > >=, and != leaves out"),
        });
        self.at = place.end;
        self.skip_space();
        if !self.rest().is_empty() && !self.rest().starts_with(')') {
            self.value_word();
        }
        true
    }

    /// `client~=acme`: it matches in some languages, and leaves out in others.
    pub(super) fn turned_wave(&mut self, token: Range<usize>, kind: Option<Kind>) -> bool {
        if &self.text[token.clone()] != "~=" {
            return false;
        }
        let right = if kind.is_some_and(is_counted) { ":" } else { "~" };
        let problem = QueryError::new("“~=” is no operator here", token.clone());
        self.problem(problem.with_hint(format!("write {right}, or != to leave it out")).with_fix(token, right));
        self.skip_space();
        if !self.rest().is_empty() && !self.rest().starts_with(')') {
            self.regex_word();
        }
        true
    }

    /// Kusto's `client =~ "acme"`, which is equality without case, and Prometheus' `client=~"acme"`, a pattern of
    /// the whole value. What has a sign of a pattern is one here as well.
    pub(super) fn equal_in_any_case(&mut self, field: &Word, token: Range<usize>) -> bool {
        let sign = &self.text[token.clone()];
        let is_spaced = self.text[..token.start].ends_with(' ') && self.text[token.end..].starts_with(' ');
        let is_asked = sign == "=~" || sign == "!~" && is_spaced;
        let Some(known) = FieldRef::find(&field.text).filter(|known| is_asked && known.kind() == Kind::Name) else {
            return false;
        };
        let Some((value, behind)) = argument_word(self.rest()).filter(|(value, _)| value.is_quoted) else {
            return false;
        };
        let is_point = |at: usize| value.text[at + 1..].starts_with(char::is_alphanumeric);
        let is_plain = |(at, c): (usize, char)| c.is_alphanumeric() || "-_ @&".contains(c) || c == '.' && is_point(at);
        let is_end = behind.is_empty() || behind.starts_with(|c: char| c.is_whitespace() || c == ')');
        if value.text.is_empty() || !is_end || !value.text.char_indices().all(is_plain) {
            return false;
        }
        let place = field.span.start..self.end - behind.len();
        let right = if is_spaced {
            regex_term(&known, &format!("(?i)^{}$", regex::escape(&value.text)))
        } else {
            one_of(&known, std::slice::from_ref(&value))
        };
        let right = if sign == "!~" { negated(&right) } else { right };
        self.at = place.end;
        let name = field_name(&known);
        let hint = format!("write {right}, or {name}~… for a pattern anywhere in it");
        let problem = QueryError::new(format!("“{sign}” asks for a whole value elsewhere"), token);
        self.problem(problem.with_hint(hint).with_fix(place, right));
        true
    }

    /// `path^=/files`, `path$=.csv`, `path*=orders` of CSS: how a text begins or ends, and what it holds.
    pub(super) fn part_operator(&self, name: &str) -> Option<(QueryError, usize)> {
        const PARTS: [(&str, &str, &str); 3] = [("^=", "", "*"), ("$=", "*", ""), ("*=", "*", "*")];
        let rest = self.rest();
        let behind = rest.strip_prefix(name)?.trim_start();
        let (begin, end, value) =
            PARTS.iter().find_map(|(token, begin, end)| Some((begin, end, behind.strip_prefix(token)?)))?;
        let field = FieldRef::find(name).filter(|field| matches!(field.kind(), Kind::Name | Kind::Text))?;
        let (value, behind) = argument_word(value).filter(|(value, _)| !value.text.is_empty())?;
        let right = format!("{}:{begin}{}{end}", field_name(&field), piece(&value.text));
        let len = rest.len() - behind.len();
        let problem = QueryError::new("a * stands for any text before or behind another", self.at..self.at + len);
        Some((problem.written(right), len))
    }

    /// `500 <= status`, `100<=duration<=1500`: what it is here, and how much of the text.
    pub(super) fn turned_comparison(&self) -> Option<(QueryError, usize)> {
        let rest = self.rest();
        let end = rest.find(|c: char| c.is_whitespace() || SIGNS.contains(&c))?;
        let low = &rest[..end];
        let (token, behind) = comparison(rest[end..].trim_start())?;
        let behind = behind.trim_start();
        let name_end = behind.find(|c| !is_of_name(c)).unwrap_or(behind.len());
        let field = FieldRef::find(&behind[..name_end])?;
        let is_ordered = is_counted(field.kind()) || matches!(field, FieldRef::Attribute(_));
        if !is_ordered || !low.starts_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        let (name, behind) = (field_name(&field), &behind[name_end..]);
        let turned = match token {
            "<" => ">",
            "<=" => ">=",
            ">" => "<",
            ">=" => "<=",
            _ => ":",
        };
        let first = format!("{name}{turned}{low}");
        let second = comparison(behind.trim_start()).and_then(|(token, behind)| {
            let (high, behind) = argument_word(behind)?;
            Some((token, high.text, behind))
        });
        let (right, behind) = match second {
            Some(("<=", high, behind)) if token == "<=" => (format!("{name}:{low}..{high}"), behind),
            Some((second, high, behind)) => (format!("({first} {name}{second}{high})"), behind),
            None => (first, behind),
        };
        let len = rest.len() - behind.len();
        let problem = QueryError::new("the name of the field stands first", self.at..self.at + len);
        Some((problem.written(right), len))
    }
}

/// `client=acme*`, `client="acme*"`: behind an equals sign a star means itself here, elsewhere any text.
/// `term` is all of it, `values` where they stand.
pub(super) fn star_behind_equals(
    field: &FieldRef,
    sign: &str,
    term: Range<usize>,
    values: &[Value],
) -> Option<QueryError> {
    if !matches!(field.kind(), Kind::Name | Kind::Text | Kind::Address) {
        return None;
    }
    let is_starred = |value: &Value| value.word.text.contains('*');
    let first = values.iter().find(|value| is_starred(value))?;
    let literals: Vec<Literal> =
        values.iter().map(|value| Literal { text: value.word.text.clone(), is_quoted: false }).collect();
    let right = starred(field, &literals);
    let problem = QueryError::new("behind an equals sign a * means itself", term.clone());
    let hint = if first.word.is_bare() {
        format!("write {sign}{right}")
    } else {
        format!("write {sign}{right}, or {sign}{} for the sign itself", one_of(field, &literals))
    };
    Some(problem.with_hint(hint).with_fix(term, format!("{sign}{right}")))
}

/// One of some values, in which stars stand for any text; those without are whole values.
pub(super) fn starred(field: &FieldRef, values: &[Literal]) -> String {
    let is_starred = |value: &&Literal| value.text.contains('*');
    let patterns: Vec<String> =
        values.iter().filter(is_starred).map(|value| pattern_text(&value.text, false)).collect();
    let whole: Vec<Literal> = values
        .iter()
        .filter(|value| !is_starred(value))
        .map(|value| Literal { text: value.text.clone(), is_quoted: value.is_quoted })
        .collect();
    let patterns = format!("{}:{}", field_name(field), patterns.join(","));
    if whole.is_empty() { patterns } else { format!("({patterns} OR {})", one_of(field, &whole)) }
}

/// A comparison that a text begins with, and what is behind it.
pub(super) fn comparison(text: &str) -> Option<(&str, &str)> {
    let len = text.find(|c| !SIGNS.contains(&c)).unwrap_or(text.len());
    let (token, behind) = text.split_at(len);
    ["<", "<=", ">", ">=", "=", "=="].contains(&token).then_some((token, behind))
}

fn slip(written: &str) -> Option<&'static str> {
    SLIPS.iter().find(|(wrong, _)| *wrong == written).map(|(_, right)| *right)
}
