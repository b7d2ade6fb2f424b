//! Spellings of other languages that have another one here: each is answered with it, never read as
//! something else. Kibana's, Datadog's, GitHub's and mitmproxy's own documentation say what they mean.

use crate::model::field::FieldRef;
use crate::query::error::QueryError;

use super::Word;
use super::reader::Reader;

/// mitmproxy's filter expressions, and what they are here; `…` is the argument.
const MITMPROXY: &[(&str, &str)] = &[
    ("c", "status:…"),
    ("m", "method:…"),
    ("u", "path~\"…\""),
    ("d", "host:…"),
    ("src", "ip:…"),
    ("dst", "host:…"),
    ("e", "is:failed"),
    ("q", "status:none"),
    ("s", "has:status"),
    ("a", "path~\"[.](css|js|png|jpg|ico)\""),
    ("all", "time:all"),
    ("http", "no term: every request is HTTP"),
    ("h", "user_agent:… (of headers only that one is logged)"),
    ("hq", "user_agent:… (of headers only that one is logged)"),
    ("hs", "attributes.…:* (if the source logs response headers)"),
    ("t", "attributes.content_type:… (if the source logs it)"),
    ("tq", "attributes.content_type:… (if the source logs it)"),
    ("ts", "attributes.content_type:… (if the source logs it)"),
    ("b", "error_message:… (bodies are not logged)"),
    ("bq", "error_message:… (bodies are not logged)"),
    ("bs", "error_message:… (bodies are not logged)"),
];

/// Names that other tools have for what is said in another way here.
const OTHER_NAMES: &[(&str, &str)] = &[
    ("sort", "the order is no part of a query: press o, or use --sort"),
    ("order", "the order is no part of a query: press o, or use --sort"),
    ("limit", "the number of rows is no part of a query: use -n"),
    ("level", "write is:failed for what failed"),
    ("severity", "write is:failed for what failed"),
    ("in", "write path:… or error_message:… for where to look"),
    ("since", "write time>=…"),
    ("after", "write time>=…"),
    ("from", "write time>=…"),
    ("until", "write time<=…"),
    ("before", "write time<…"),
    ("to", "write time<=…"),
    ("period", "write time:24h, time:yesterday or time:2026-11-01..2026-11-03"),
    ("slow", "write duration>1s"),
];

/// What a name that other tools know is here.
pub(super) fn other_name(name: &str) -> Option<&'static str> {
    let name = name.trim_start_matches('@').to_ascii_lowercase();
    OTHER_NAMES.iter().find(|(other, _)| *other == name).map(|(_, hint)| *hint)
}

/// What is wrong with a value that has a meaning elsewhere.
pub(super) fn foreign_value(word: &Word) -> Option<QueryError> {
    let text = word.text.as_str();
    if !word.is_bare() {
        return None;
    }
    let inner = text.strip_prefix('/').and_then(|text| text.strip_suffix('/'))?;
    let is_regex = inner.contains(".*") || inner.contains(".+") || inner.contains(['\\', '[', '^', '$', '|']);
    is_regex.then(|| {
        QueryError::new("a path is read between slashes, not a regular expression", word.span.clone())
            .with_hint(format!("write field~\"{inner}\""))
    })
}

impl Reader<'_> {
    /// Passes over a term of another language, and notes what it is here.
    pub(super) fn foreign_term(&mut self) -> bool {
        let found = self.mitmproxy().or_else(|| self.sql()).or_else(|| self.stray());
        let is_found = found.is_some();
        if let Some((problem, len)) = found {
            self.at += len;
            self.problem(problem);
        }
        is_found
    }

    /// `~c 502` and its kin.
    fn mitmproxy(&self) -> Option<(QueryError, usize)> {
        let rest = self.rest();
        let name = rest.strip_prefix('~')?;
        let len = name.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(name.len());
        let (name, behind) = name.split_at(len);
        let (_, here) = MITMPROXY.iter().find(|(other, _)| *other == name)?;
        let behind_space = behind.trim_start();
        let argument = behind_space.split(|c: char| c.is_whitespace() || c == ')').next().unwrap_or("");
        let takes_one = here.contains('…') && behind_space.len() < behind.len() && !argument.is_empty();
        let total = if takes_one { rest.len() - behind_space.len() + argument.len() } else { 1 + len };
        let here = here.replace('…', if takes_one { argument.trim_matches('"') } else { "…" });
        let problem = QueryError::new(format!("“~{name}” is mitmproxy's"), self.at..self.at + total);
        Some((problem.with_hint(format!("write {here}")), total))
    }

    /// `status IN (500, 502)` and the like behind the name of a field.
    fn sql(&self) -> Option<(QueryError, usize)> {
        let rest = self.rest();
        let mut words = rest.split_whitespace();
        let name = words.next()?;
        FieldRef::find(name)?;
        let operator = words.next()?;
        let behind = rest[name.len()..].trim_start()[operator.len()..].trim_start();
        let is_quote = behind.starts_with(['"', '\'']);
        let hint = match operator.to_ascii_lowercase().as_str() {
            "in" if behind.starts_with('(') => format!("write {name}:a,b"),
            "like" | "ilike" if is_quote => format!("write {name}:… with * for any text"),
            "contains" | "has" if is_quote => format!("write {name}:\"…\""),
            "matches" if is_quote => format!("write {name}~\"…\""),
            "is" if behind.to_ascii_lowercase().starts_with("null") => format!("write no:{name}"),
            "is" if behind.to_ascii_lowercase().starts_with("not null") => format!("write has:{name}"),
            "between" if operator == "BETWEEN" => format!("write {name}:a..b"),
            "not" if behind.to_ascii_lowercase().starts_with("in (") => format!("write -{name}:a,b"),
            _ => return None,
        };
        let len = rest.len() - behind.len();
        let operator_len = rest[..len].trim_end().len();
        let problem = QueryError::new(format!("“{operator}” is no operator here"), self.at..self.at + operator_len);
        // The argument belongs to it.
        let argument = match behind.chars().next() {
            Some('(') => behind.find(')').map_or(behind.len(), |at| at + 1),
            Some(quote @ ('"' | '\'')) => behind[1..].find(quote).map_or(behind.len(), |at| at + 2),
            _ => behind.find(char::is_whitespace).unwrap_or(behind.len()),
        };
        Some((problem.with_hint(hint), len + argument))
    }

    /// Operators that stand where a term should.
    fn stray(&self) -> Option<(QueryError, usize)> {
        let rest = self.rest();
        let word = rest.split_whitespace().next()?;
        let hint = match word {
            "=" | "==" | ":" | ":=" | ">" | "<" | ">=" | "<=" | "!=" | "=~" | "!~" | "~" => {
                "an operator stands behind the name of a field: status>=500"
            }
            "|=" | "|~" => "write the text that is looked for alone, or field~\"…\" for a regular expression",
            "WHERE" | "SELECT" => "terms stand side by side: status:5xx client:acme",
            _ if word.starts_with('{') && word.contains('=') => "fields stand alone: client:=acme status:5xx",
            _ => return None,
        };
        let problem = QueryError::new(format!("“{word}” cannot stand here"), self.at..self.at + word.len());
        Some((problem.with_hint(hint), word.len()))
    }
}
