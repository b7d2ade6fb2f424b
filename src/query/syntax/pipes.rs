//! Pipes of other languages: Splunk's and Kusto's stages, Loki's selectors and line filters.

use std::ops::Range;

use crate::model::field::FieldRef;
use crate::query::error::QueryError;
use crate::query::filter::ANYWHERE;
use crate::query::print::{field_name, quoted, quoted_regex};

use super::absence::presence_term;
use super::name::{is_of_name, is_plain_name};
use super::reader::Reader;
use super::term::{is_counted, known_name_len};
use super::value::anchored;

/// Stages that other languages have behind a `|`.
const STAGES: &[&str] = &[
    "stats",
    "regex",
    "rex",
    "head",
    "tail",
    "table",
    "sort",
    "summarize",
    "project",
    "extend",
    "take",
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

/// Stages behind which conditions stand.
const CONDITIONS: &[&str] = &["where", "filter", "search"];

/// Stages that read the fields of a line.
const PARSERS: &[&str] = &["json", "logfmt", "unpack"];

/// Stages of jq that change what is compared.
const JQ: &[&str] = &[
    "length",
    "floor",
    "tostring",
    "tonumber",
    "ascii_downcase",
    "ascii_upcase",
    "type",
    "keys",
    "any",
    "all",
    "first",
    "last",
    "add",
    "map",
    "split",
    "join",
    "unique",
    "empty",
];

/// Whether a word is a stage of jq that changes what is compared.
pub(super) fn is_stage_of_jq(word: &str) -> bool {
    JQ.contains(&word)
}

impl Reader<'_> {
    /// Whether a `|` without a space behind it begins one of jq's stages.
    pub(super) fn begins_stage(&self) -> bool {
        let Some(behind) = self.rest().strip_prefix('|') else { return false };
        let word = &behind[..behind.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(behind.len())];
        behind.starts_with("select(") || behind.starts_with('.') || word == "not" || JQ.contains(&word)
    }

    /// Behind a `|`: a stage of another language's pipe. Whether it was understood; then all before it and
    /// all behind it must match.
    pub(super) fn stage(&mut self, group: usize, bar: Range<usize>) -> bool {
        let rest = self.rest().trim_start();
        let word = &rest[..rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len())];
        let behind = rest[word.len()..].trim_start();
        let problem = QueryError::new(format!("a query has no stages like “| {word}”"), bar.clone());
        let is_loki = self.text.trim_start().starts_with(['{', '|']);
        let is_end = behind.is_empty() || behind.starts_with([')', '|']);
        if word == "not" && is_end {
            // It is about all that stands before it.
            let right = format!("NOT ({})", self.text[group..bar.start].trim());
            self.at = self.end - behind.len();
            let problem = QueryError::new("“| not” is jq's", bar.start..self.at);
            self.problem(problem.with_hint(format!("write {right}")).with_fix(group..self.at, right));
            return true;
        }
        if word.is_empty() && rest.starts_with('.') && !rest.contains(|c: char| !(is_of_name(c) || c == ' ')) {
            self.at = self.end;
            let problem = QueryError::new("a query only says which requests are meant", bar.start..self.at);
            self.problem(problem.with_hint("--columns says what is shown of them").with_fix(bar.start..self.end, ""));
            return true;
        }
        if CONDITIONS.contains(&word) && !behind.is_empty() {
            self.at = self.end - behind.len();
            let (place, right) = self.side_by_side(group, bar.start..self.at);
            self.problem(problem.with_hint("terms stand side by side").with_fix(place, right));
            return true;
        }
        if word == "select" && behind.starts_with('(') {
            // What stands in parentheses needs none around it.
            let is_mixed = has_or(&outside_of_parentheses(&self.text[group..bar.start]));
            let (place, right) =
                if is_mixed { self.side_by_side(group, bar.clone()) } else { (bar.clone(), String::new()) };
            self.problem(problem.with_hint("terms stand side by side").with_fix(place, format!(" {right}")));
            return true;
        }
        if PARSERS.contains(&word) && (behind.is_empty() || behind.starts_with(['|', ')'])) {
            self.at = self.end - behind.len();
            self.problem(problem.with_hint("fields are read already").with_fix(bar.start..self.at, ""));
            return true;
        }
        if STAGES.contains(&word) || JQ.contains(&word) {
            self.problem(problem.with_hint(
                "it only says which requests are meant: facets, timeline and summary count them, -n and --sort choose",
            ));
        } else if let Some(term) = label(stage_of(rest).trim()).filter(|_| is_loki) {
            self.at = self.end - rest.len() + stage_of(rest).len();
            let problem = QueryError::new("Loki's “|” is no OR", bar.clone());
            self.problem(
                problem.with_hint("terms stand side by side").with_fix(bar.start..self.at, format!(" {term} ")),
            );
            return true;
        } else if is_loki && known_name_len(rest).is_some() {
            let (place, right) = self.side_by_side(group, bar.clone());
            let problem = QueryError::new("Loki's “|” is no OR", bar);
            self.problem(problem.with_hint("terms stand side by side").with_fix(place, right));
            return true;
        }
        false
    }

    /// What stands before a place and what stands behind it up to the next stage, so that both must match.
    fn side_by_side(&self, group: usize, place: Range<usize>) -> (Range<usize>, String) {
        let (before, behind) = (&self.text[group..place.start], stage_of(&self.text[place.end..self.end]));
        let (is_before, is_behind) = (has_or(before), has_or(behind));
        let start = if is_before { group } else { place.start };
        let end = if is_behind { place.end + behind.len() } else { place.end };
        let before = if is_before { format!("({}) ", before.trim()) } else { String::new() };
        let behind = if is_behind { format!("({})", behind.trim()) } else { String::new() };
        (start..end, before + &behind)
    }

    /// Loki's selectors and line filters: `{client="acme"} |= "timeout"`.
    pub(super) fn loki(&self) -> Option<(QueryError, usize)> {
        self.selector().or_else(|| self.line_filter())
    }

    fn selector(&self) -> Option<(QueryError, usize)> {
        let inside = self.rest().strip_prefix('{')?;
        let mut is_quoted = false;
        let len = inside.find(|c: char| {
            is_quoted ^= c == '"';
            c == '}' && !is_quoted
        })?;
        let inside = &inside[..len];
        let terms: Vec<String> = pairs(inside).into_iter().map(|pair| label(pair.trim())).collect::<Option<_>>()?;
        let place = self.at..self.at + len + 2;
        let problem = QueryError::new(format!("“{{{inside}}}” cannot stand here"), place.clone());
        let terms = if terms.is_empty() { "*".to_owned() } else { terms.join(" ") };
        Some((problem.with_hint(format!("fields stand alone: {terms}")).with_fix(place, terms), len + 2))
    }

    fn line_filter(&self) -> Option<(QueryError, usize)> {
        let rest = self.rest();
        let operator = ["|=", "!=", "|~", "!~"].into_iter().find(|operator| rest.starts_with(operator))?;
        let behind = rest[2..].trim_start();
        let (text, len) = line_text(behind)?;
        let len = rest.len() - behind.len() + len;
        let place = self.at..self.at + len;
        let problem = QueryError::new(format!("“{operator}” cannot stand here"), place.clone());
        let is_left_out = operator.starts_with('!');
        let sign = if is_left_out { "-" } else { "" };
        let right = if operator.ends_with('~') {
            let terms: Vec<String> = ANYWHERE.iter().map(|field| format!("{}~{text}", field.name())).collect();
            return Some((
                problem
                    .with_hint(format!("a regular expression stands behind a field: {sign}path~{text}"))
                    .with_fix(place, format!("{sign}({})", terms.join(" OR "))),
                len,
            ));
        } else {
            format!("{sign}{text}")
        };
        let what = if is_left_out { "a minus before the text leaves it out" } else { "the text stands alone" };
        Some((problem.with_hint(what).with_fix(place, right), len))
    }
}

/// The text up to the next stage or the end of a group.
fn stage_of(text: &str) -> &str {
    let (mut is_quoted, mut depth) = (false, 0_usize);
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        let last = std::mem::replace(&mut before, c);
        match c {
            '"' => is_quoted = !is_quoted,
            _ if is_quoted => {}
            '(' => depth += 1,
            ')' if depth == 0 => return &text[..at],
            ')' => depth -= 1,
            '|' if last != '|' && !text[at + 1..].starts_with('|') => return &text[..at],
            _ => {}
        }
    }
    text
}

fn outside_of_parentheses(text: &str) -> String {
    let mut depth = 0_usize;
    let is_outside = |c: &char| {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0
    };
    text.chars().filter(is_outside).collect()
}

/// Whether alternatives stand in a text, or seem to.
fn has_or(text: &str) -> bool {
    text.contains("||") || text.to_ascii_lowercase().split(|c: char| !c.is_alphanumeric()).any(|word| word == "or")
}

/// The text of one of Loki's line filters as it is written here, and how long it is there.
fn line_text(text: &str) -> Option<(String, usize)> {
    let quote = text.chars().next()?;
    let mut is_escaped = false;
    let end = text[1..].find(|c: char| {
        let was_escaped = std::mem::replace(&mut is_escaped, false);
        is_escaped = c == '\\' && quote == '"' && !was_escaped;
        c == quote && !was_escaped
    })?;
    let inner = &text[1..=end];
    let inner = if quote == '`' { quoted(inner.as_bytes()) } else { format!("\"{inner}\"") };
    Some((inner, end + 2))
}

/// Loki's labels, which may have commas in their quotes.
fn pairs(text: &str) -> Vec<&str> {
    let mut is_quoted = false;
    text.split(|c: char| {
        is_quoted ^= c == '"';
        c == ',' && !is_quoted
    })
    .filter(|pair| !pair.trim().is_empty())
    .collect()
}

/// One of Loki's labels as a term: `client="acme"`. Its regular expressions match a whole value.
fn label(pair: &str) -> Option<String> {
    let at = pair.find(['=', '!'])?;
    let (name, behind) = pair.split_at(at);
    is_plain_name(name.trim()).then_some(())?;
    let (value, sign, operator) =
        [("!=", "-", ":="), ("=~", "", "~"), ("!~", "-", "~"), ("=", "", ":=")]
            .into_iter()
            .find_map(|(token, sign, operator)| Some((behind.strip_prefix(token)?.trim(), sign, operator)))?;
    let known = FieldRef::find(name.trim()).unwrap_or_else(|| FieldRef::Attribute(name.trim().to_owned()));
    let name = field_name(&known);
    let inner = value.strip_prefix(['"', '`']).and_then(|value| value.strip_suffix(['"', '`']))?;
    Some(match operator {
        _ if inner.is_empty() => presence_term(&name, sign == "-"),
        "~" => format!("{sign}{name}~{}", quoted_regex(&anchored(&inner.replace("\\\\", "\\")))),
        _ if is_counted(known.kind()) => format!("{sign}{name}:{inner}"),
        _ => format!("{sign}{name}{operator}\"{inner}\""),
    })
}
