//! Pipelines of Kusto, Splunk and `CloudWatch` as a whole: what they keep is asked for; stages that count it or show it
//! are no part of a query.

pub(in crate::query::syntax) mod stages;

use std::ops::Range;

use crate::model::field::FieldRef;
use crate::query::error::QueryError;
use crate::query::print::quoted;
use crate::query::shape::field_of_word;
use crate::query::syntax::name::is_of_name;
use crate::query::syntax::value::regex_term;

use super::escapes::unescaped;
use super::literal::argument_word;
use super::sql::negated;
use stages::{ONLY_WHICH, STAGES, has_or, is_table, regex_of_splunk};

/// What a stage does with the requests that come to it.
enum Stage {
    /// It keeps some.
    Keeps(String),
    /// It shows them in another way, and other names may stand for values behind it.
    Shows,
    /// It counts them, or passes on some whatever they are: no condition behind it is one on all requests.
    Counts,
}

/// Stages that show what they get.
const SHOWN: [&str; 13] = [
    "table",
    "sort",
    "project",
    "project-away",
    "project-keep",
    "project-reorder",
    "fields",
    "display",
    "render",
    "serialize",
    "reverse",
    "less",
    "more",
];

/// Stages that give names to values.
const NAMED: [&str; 9] =
    ["eval", "extend", "rex", "parse", "rename", "project-rename", "eventstats", "streamstats", "fillnull"];

/// Stages that count what they get, or pass on a part of it.
const COUNTED: [&str; 15] = [
    "stats",
    "summarize",
    "count",
    "top",
    "timechart",
    "chart",
    "rare",
    "distinct",
    "uniq",
    "wc",
    "head",
    "tail",
    "take",
    "limit",
    "dedup",
];

/// A query that is a pipeline from its beginning to its end.
pub(in crate::query::syntax) fn whole(text: &str) -> Option<QueryError> {
    if let Some(found) = pattern_of_events(text).or_else(|| filter_alone(text)).or_else(|| everything(text)) {
        return Some(found);
    }
    let stages = parted(text)?;
    let [first, others @ ..] = stages.as_slice() else { return None };
    let bar = first.end..first.end + 1;
    let begin = text[first.clone()].trim();
    let (head, _) = headed(begin);
    let is_from_table = is_table(begin);
    let mut kept = Vec::new();
    match stage(begin) {
        _ if is_from_table => {}
        Some(Stage::Keeps(condition)) => kept.push(condition),
        Some(Stage::Shows) if head == "fields" => {}
        _ if begin.is_empty() => {}
        _ => kept.push(begin.to_owned()),
    }
    let (mut is_counted, mut named) = (false, Vec::new());
    let mut is_sure = true;
    for place in others {
        let written = text[place.clone()].trim();
        match stage(written)? {
            Stage::Keeps(condition) => {
                is_sure &= !is_counted && words(&condition).all(|word| !named.contains(&word.to_owned()));
                kept.push(condition);
            }
            Stage::Shows => named.extend(names_given(written)),
            Stage::Counts => is_counted = true,
        }
    }
    let (last, _) = headed(text[others.first()?.clone()].trim());
    let is_condition = matches!(last, "where" | "filter" | "search" | "regex" | "grep");
    let problem = if is_from_table {
        QueryError::new(format!("“{begin}” is a table of Kusto's"), first.start..bar.end)
            .with_hint("all of a store is asked")
    } else {
        QueryError::new(format!("a query has no stages like “| {last}”"), bar)
            .with_hint(if is_condition && others.len() == 1 { "terms stand side by side" } else { ONLY_WHICH })
    };
    // A store is asked for something, or a table for all of it.
    is_sure &= !kept.is_empty() || is_from_table || head == "fields";
    let several = kept.len() > 1;
    let right: Vec<String> =
        kept.into_iter().map(|part| if several && has_or(&part) { format!("({part})") } else { part }).collect();
    let right = if right.is_empty() { "*".to_owned() } else { right.join(" ") };
    Some(if is_sure { problem.with_fix(0..text.len(), right) } else { problem })
}

/// The word that a stage begins with, and what is behind it.
fn headed(stage: &str) -> (&str, &str) {
    let end = stage.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-'))).unwrap_or(stage.len());
    (&stage[..end], stage[end..].trim())
}

/// What a stage does, if it is one.
fn stage(text: &str) -> Option<Stage> {
    let (head, behind) = headed(text);
    // Words that nothing else tells from a text that is looked for.
    if behind.is_empty() && !STAGES.contains(&head) {
        return None;
    }
    Some(match head {
        "where" | "search" | "filter" if !behind.is_empty() => Stage::Keeps(condition(behind)),
        "regex" => Stage::Keeps(regex_of_splunk(text).filter(|(_, len)| *len == text.len())?.0),
        "grep" => Stage::Keeps(line(behind)?),
        "order" if headed(behind).0.eq_ignore_ascii_case("by") => Stage::Shows,
        _ if SHOWN.contains(&head) || NAMED.contains(&head) => Stage::Shows,
        _ if COUNTED.contains(&head) => Stage::Counts,
        _ => return None,
    })
}

/// What `grep` looks for, where it is a text and no pattern.
fn line(argument: &str) -> Option<String> {
    let (sign, argument) = argument.strip_prefix("-v ").map_or(("", argument), |argument| ("-", argument));
    let argument = argument.trim_start().strip_prefix("-i ").unwrap_or(argument);
    let (text, behind) = argument_word(argument)?;
    let is_text = text.text.contains(char::is_alphabetic)
        && text.text.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '/' | ':'));
    if !is_text || !behind.trim().is_empty() {
        return None;
    }
    let term = field_of_word(&text.text).filter(|term| term.starts_with("method:"));
    Some(format!("{sign}{}", term.unwrap_or_else(|| quoted(text.text.as_bytes()))))
}

/// Where the stages stand: between bars outside of quotes, parentheses and patterns. Nothing, where one of those is
/// left open.
fn parted(text: &str) -> Option<Vec<Range<usize>>> {
    let (mut stages, mut start, mut depth) = (Vec::new(), 0, 0_usize);
    let mut signs = text.char_indices().peekable();
    let mut before = ' ';
    while let Some((at, sign)) = signs.next() {
        let last = std::mem::replace(&mut before, sign);
        let is_pattern = sign == '/' && [" like", "~"].iter().any(|operator| text[..at].trim_end().ends_with(operator));
        let is_quote = sign == '"' || sign == '\'' && !last.is_alphanumeric();
        if is_quote || is_pattern {
            let close = at + 1 + unescaped(&text[at + 1..], sign)?;
            while signs.next_if(|(place, _)| *place <= close).is_some() {}
            continue;
        }
        match sign {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.checked_sub(1)?,
            '|' if depth == 0 && last != '|' && signs.peek().is_none_or(|(_, next)| *next != '|') => {
                stages.push(start..at);
                start = at + 1;
            }
            _ => {}
        }
    }
    stages.push(start..text.len());
    (depth == 0).then_some(stages)
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c| !is_of_name(c)).filter(|word| !word.is_empty())
}

/// The names that a stage gives to values; all of its words, where it does not say them before an equals sign.
fn names_given(stage: &str) -> Vec<String> {
    let (head, behind) = headed(stage);
    let is_any = matches!(head, "rex" | "parse" | "rename" | "project-rename" | "fillnull");
    if is_any {
        return words(behind).map(str::to_owned).collect();
    }
    let given = |(at, _): (usize, &str)| {
        let is_compared = behind[at + 1..].starts_with(['=', '~']) || behind[..at].ends_with(['=', '!', '<', '>']);
        let name = behind[..at].trim_end().rsplit(|c| !is_of_name(c)).next()?;
        (!is_compared).then(|| name.to_owned())
    };
    if NAMED.contains(&head) || head == "project" {
        behind.match_indices('=').filter_map(given).collect()
    } else {
        Vec::new()
    }
}

/// A condition of `CloudWatch`'s in terms: `client like /acme/`. There `like` is no operator of SQL's: a text may stand
/// anywhere.
fn condition(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let is_begun = !out.ends_with(|c: char| is_of_name(c) || c == '@');
        if let Some((term, behind)) = likeness(rest).filter(|_| is_begun) {
            out.push_str(&term);
            rest = behind;
            continue;
        }
        let len = match first {
            '"' | '\'' => rest[1..].find(first).map_or(1, |end| end + 2),
            _ => first.len_utf8(),
        };
        out.push_str(&rest[..len]);
        rest = &rest[len..];
    }
    out
}

/// `client like /acme/`, `client not like "acme"`, `path =~ /orders/`.
fn likeness(text: &str) -> Option<(String, &str)> {
    let (name, rest) = text.split_at(text.find(|c: char| !(is_of_name(c) || c == '@'))?);
    let rest = rest.trim_start();
    let (is_not, rest) = rest.strip_prefix("not ").map_or((false, rest), |rest| (true, rest.trim_start()));
    let (rest, is_word) = match rest.strip_prefix("like ") {
        Some(rest) => (rest, true),
        None => (rest.strip_prefix("=~")?, false),
    };
    let rest = rest.trim_start();
    let field = named(name)?;
    let (term, behind) = if let Some(inside) = rest.strip_prefix('/') {
        let close = unescaped(inside, '/')?;
        (regex_term(&field, &inside[..close].replace("\\/", "/")), &inside[close + 1..])
    } else {
        let (value, behind) =
            argument_word(rest).filter(|(value, _)| is_word && rest.starts_with('"') && value.is_quoted)?;
        // A sign of SQL's is one of its patterns.
        if value.text.contains(['%', '_', '*']) {
            return None;
        }
        (super::sql::matching(&field, crate::query::syntax::dialect::words::Asks::Contains, &value)?, behind)
    };
    Some((if is_not { negated(&term) } else { term }, behind))
}

/// The field of a name; what is none of ours was sent.
fn named(name: &str) -> Option<FieldRef> {
    let plain = name.trim_start_matches('@');
    let is_name = !plain.is_empty() && plain.chars().all(is_of_name);
    is_name.then(|| FieldRef::find(plain).unwrap_or_else(|| FieldRef::Attribute(plain.to_owned())))
}

/// `CloudWatch`'s pattern of events: `{ $.status >= 500 && $.method = "POST" }`.
fn pattern_of_events(text: &str) -> Option<QueryError> {
    let trimmed = text.trim();
    let inside = trimmed.strip_prefix('{')?.strip_suffix('}')?.trim();
    let is_pattern = inside.trim_start_matches(['(', '!', ' ']).starts_with("$.");
    if !is_pattern || inside.contains(['{', '}']) {
        return None;
    }
    let mut is_quoted = false;
    let mut right = String::with_capacity(inside.len());
    let mut rest = inside;
    while let Some(sign) = rest.chars().next() {
        is_quoted ^= sign == '"';
        if let Some(behind) = rest.strip_prefix("$.").filter(|_| !is_quoted) {
            rest = behind;
            continue;
        }
        right.push(sign);
        rest = &rest[sign.len_utf8()..];
    }
    let start = text.len() - text.trim_start().len();
    let problem = QueryError::new("a query stands in no braces", start..start + 1);
    Some(problem.with_hint("fields stand without “$.”").with_fix(0..text.len(), right))
}

/// `filter client like /acme/`: `CloudWatch`'s, without a bar.
fn filter_alone(text: &str) -> Option<QueryError> {
    let behind = text.trim_start().strip_prefix("filter ")?.trim();
    if parted(text)?.len() > 1 {
        return None;
    }
    let right = condition(behind);
    let start = text.len() - text.trim_start().len();
    let problem = QueryError::new("“filter” cannot stand here", start..start + "filter".len());
    (right != behind || behind.contains("ispresent("))
        .then(|| problem.with_hint("terms stand side by side").with_fix(0..text.len(), right))
}

/// `SELECT * FROM requests`.
fn everything(text: &str) -> Option<QueryError> {
    let parts: Vec<&str> = text.trim().trim_end_matches(';').split_whitespace().collect();
    let [select, columns @ .., from, table] = parts.as_slice() else { return None };
    let is_all = select.eq_ignore_ascii_case("select") && from.eq_ignore_ascii_case("from");
    let is_plain = table.chars().all(|c| c.is_alphanumeric() || "_.\"`".contains(c));
    if !is_all || !is_plain || columns != ["*"] {
        return None;
    }
    let start = text.len() - text.trim_start().len();
    let problem = QueryError::new(format!("“{select}” cannot stand here"), start..start + select.len());
    Some(problem.with_hint("all of a store is asked").with_fix(0..text.len(), "*"))
}
