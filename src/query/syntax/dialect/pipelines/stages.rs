//! Pipes of other languages: Splunk's and Kusto's stages. Loki's are read as a whole.

use std::ops::Range;

use crate::model::field::FieldRef;
use crate::query::error::QueryError;
use crate::query::syntax::dialect::literal::argument_word;
use crate::query::syntax::reader::Reader;
use crate::query::syntax::value::regex_term;

/// Stages that other languages have behind a `|`.
pub(in crate::query::syntax::dialect) const STAGES: &[&str] = &[
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
    "wc",
    "less",
    "more",
    "pattern",
    "unwrap",
    "parse",
    "display",
    "select",
    "jq",
    "grep",
    "uniq",
];

/// Those that count or show what was found, and find nothing else.
const SHOWN: &[&str] = &[
    "stats",
    "head",
    "tail",
    "table",
    "sort",
    "summarize",
    "project",
    "take",
    "count",
    "fields",
    "limit",
    "top",
    "timechart",
    "display",
    "wc",
    "less",
    "more",
];

/// Stages behind which conditions stand.
pub(in crate::query::syntax::dialect) const CONDITIONS: &[&str] = &["where", "filter", "search"];

/// Stages that read the fields of a line.
pub(in crate::query::syntax::dialect) const PARSERS: &[&str] = &["json", "logfmt", "unpack"];

/// What helps with a stage that does not say which requests are meant.
pub(in crate::query::syntax::dialect) const ONLY_WHICH: &str =
    "it only says which requests are meant: facets, timeline and summary count them, -n and --sort choose";

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
pub(in crate::query::syntax) fn is_stage_of_jq(word: &str) -> bool {
    JQ.contains(&word)
}

impl Reader<'_> {
    /// Whether a `|` without a space behind it begins one of jq's stages.
    pub(in crate::query::syntax) fn begins_stage(&self) -> bool {
        let Some(behind) = self.rest().strip_prefix('|') else { return false };
        let word = &behind[..behind.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(behind.len())];
        behind.starts_with("select(") || behind.starts_with('.') || word == "not" || JQ.contains(&word)
    }

    /// Behind a `|`: a stage of another language's pipe. Whether it was understood; then all before it and
    /// all behind it must match.
    pub(in crate::query::syntax) fn stage(&mut self, group: usize, bar: Range<usize>) -> bool {
        let rest = self.rest().trim_start();
        let word = &rest[..rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len())];
        let behind = rest[word.len()..].trim_start();
        let problem = QueryError::new(format!("a query has no stages like “| {word}”"), bar.clone());
        if word == "not" {
            // It is about all that stands before it.
            let right = format!("NOT ({})", self.text[group..bar.start].trim());
            self.at = self.end - behind.len();
            let is_end = behind.is_empty() || behind.starts_with([')', '|']);
            let problem = QueryError::new("“| not” is jq's", bar.start..self.at).with_hint(format!("write {right}"));
            let term = behind.split_whitespace().next().unwrap_or("");
            self.problem(if is_end {
                problem.with_fix(group..self.at, right)
            } else {
                problem.with_hint(format!("write NOT {term} beside it for both, OR NOT {term} for either"))
            });
            return true;
        }
        if rest.strip_prefix('.').and_then(|name| FieldRef::find(name.trim_end())).is_some() {
            self.at = self.end;
            let problem = QueryError::new("a query only says which requests are meant", bar.start..self.at);
            self.problem(problem.with_hint("--columns says what is shown of them").with_fix(bar.start..self.end, ""));
            return true;
        }
        let table = self.text[..bar.start].trim();
        if group == 0 && is_table(table) && (word == "where" || SHOWN.contains(&word)) {
            // Where the rows come from is asked for by no query.
            let has_stage = word == "where" && !behind.is_empty();
            self.at = if has_stage { self.end - behind.len() } else { self.end };
            let problem = QueryError::new(format!("“{table}” is a table of Kusto's"), 0..self.at);
            let right = if has_stage { "" } else { "*" };
            self.problem(problem.with_hint("all of a store is asked").with_fix(0..self.at, right));
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
        if word == "regex"
            && let Some((term, len)) = regex_of_splunk(rest)
        {
            let behind = self.end - rest.len() + len;
            let (place, right) = self.side_by_side(group, bar.start..behind);
            self.at = behind;
            self.problem(problem.with_hint(format!("write {term}")).with_fix(place, format!("{right} {term}")));
            return true;
        }
        if STAGES.contains(&word) || is_stage_of_jq(word) {
            let text = &self.text[..self.end];
            let is_open = [('(', ')'), ('[', ']')].iter().any(|(open, close)| {
                text[..bar.start].matches(*open).count() != text[..bar.start].matches(*close).count()
            });
            let is_shown = |stage: &str| {
                SHOWN.contains(
                    &stage
                        .split(|c: char| !(c.is_alphanumeric() || c == '_'))
                        .find(|word| !word.is_empty())
                        .unwrap_or(""),
                )
            };
            if !is_open && text[bar.end..].split('|').all(is_shown) {
                self.problem(problem.with_hint(ONLY_WHICH).with_fix(bar.start..self.end, ""));
                self.at = self.end;
                return true;
            }
            self.problem(problem.with_hint(ONLY_WHICH));
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
}

/// Whether a word is the name of a table of Azure's, as queries of Kusto's begin with one.
pub(super) fn is_table(word: &str) -> bool {
    const TABLES: [&str; 9] = [
        "requests",
        "traces",
        "exceptions",
        "dependencies",
        "pageViews",
        "customEvents",
        "customMetrics",
        "logs",
        "events",
    ];
    let capitals = word.chars().filter(char::is_ascii_uppercase).count();
    let is_camel = word.starts_with(|c: char| c.is_ascii_uppercase())
        && (2..word.len()).contains(&capitals)
        && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    TABLES.contains(&word) || is_camel
}

/// Splunk's `regex path="^/orders"`: the term, and how long it is there.
pub(in crate::query::syntax::dialect) fn regex_of_splunk(text: &str) -> Option<(String, usize)> {
    let rest = text.strip_prefix("regex ")?.trim_start();
    let (name, behind) = rest.split_once('=')?;
    let (name, sign) = match name.trim_end().strip_suffix('!') {
        Some(name) => (name, "-"),
        None => (name, ""),
    };
    let field = FieldRef::find(name)?;
    let (pattern, behind) = argument_word(behind).filter(|(pattern, _)| pattern.is_quoted)?;
    Some((format!("{sign}{}", regex_term(&field, &pattern.text)), text.len() - behind.len()))
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
pub(super) fn has_or(text: &str) -> bool {
    text.contains("||") || text.to_ascii_lowercase().split(|c: char| !c.is_alphanumeric()).any(|word| word == "or")
}
