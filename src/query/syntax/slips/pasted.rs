//! What is pasted whole: the line of a request, an object of JSON, a command of the shell.

use serde_json::{Map, Value as Json};

use crate::model::field::FieldRef;
use crate::query::error::QueryError;
use crate::query::print::{field_name, needs_quotes, quoted};
use crate::query::shape::field_of_word;
use crate::query::syntax::dialect::absence::presence_term;
use crate::query::syntax::dialect::elasticsearch::query_of_elasticsearch;
use crate::query::syntax::dialect::literal::Literal;
use crate::query::syntax::dialect::sql::one_of;
use crate::query::syntax::reader::Reader;

use super::web_address::address_terms;
use super::wrapped::arguments_of_shell;

/// Commands that take a query.
const COMMANDS: [&str; 7] = ["search", "tail", "facets", "timeline", "summary", "export", "open"];

/// Whether a word may begin what is read as pasted.
pub(in crate::query::syntax) fn begins_paste(word: &str) -> bool {
    word == "reqscope"
        || word.eq_ignore_ascii_case("case")
        || field_of_word(word).is_some_and(|term| term.starts_with("method:"))
}

/// An object of JSON, as a log has it on a line; also its inside alone.
pub(in crate::query::syntax) fn json(text: &str) -> Option<QueryError> {
    let start = text.len() - text.trim_start().len();
    let inner = text.trim().trim_end_matches(',');
    let object: Map<String, Json> = if inner.starts_with('{') {
        serde_json::from_str(inner).ok()?
    } else {
        let object: Map<String, Json> = serde_json::from_str(&format!("{{{inner}}}")).ok()?;
        // One name in quotes and its value are a term.
        Some(object).filter(|object| object.len() > 1)?
    };
    if let Some(right) = query_of_elasticsearch(&object) {
        let problem = QueryError::new("this is a query of Elasticsearch's", start..start + inner.len());
        return Some(match right {
            Some(right) => problem.written(right),
            None => problem.with_hint("write what is looked for as terms: status:500 client:acme"),
        });
    }
    let problem = QueryError::new("this is an object of JSON", start..start + inner.len());
    let mut terms = Vec::new();
    Some(match members("", &object, &mut terms) {
        Some(()) if !terms.is_empty() => problem.written(terms.join(" ")),
        _ => problem.with_hint("write what is looked for as terms: status:500 client:acme"),
    })
}

/// The terms of an object; nothing, where a list is in it, or an object that is no field's.
fn members(head: &str, object: &Map<String, Json>, terms: &mut Vec<String>) -> Option<()> {
    for (key, value) in object {
        let path = format!("{head}{key}");
        let known = FieldRef::find(&path);
        let field = match known {
            Some(field) => field,
            None if head.is_empty() => FieldRef::Attribute(path.clone()),
            None => return None,
        };
        let literal = |text: String, is_quoted: bool| one_of(&field, &[Literal { text, is_quoted }]);
        terms.push(match value {
            Json::Null => presence_term(&field_name(&field), false),
            Json::Bool(truth) => literal(truth.to_string(), false),
            Json::Number(number) => literal(number.to_string(), false),
            Json::String(text) => literal(text.clone(), true),
            Json::Object(inner) => {
                members(&format!("{path}."), inner, terms)?;
                continue;
            }
            Json::Array(_) => return None,
        });
    }
    Some(())
}

impl Reader<'_> {
    /// `GET /orders/42 HTTP/1.1`, also with the status behind it.
    pub(in crate::query::syntax) fn request_line(&self) -> Option<(QueryError, usize)> {
        let rest = self.rest();
        let (method, behind) = rest.split_once(' ')?;
        let method = field_of_word(method).filter(|term| term.starts_with("method:"))?;
        let is_left_out = self.text[..self.at].trim_end().to_ascii_lowercase().ends_with("not");
        let target = word_at(behind);
        // The path of a route has its own names: `/orders/{id}`.
        let is_route = target.contains(['{', '}', '<', '*', '(', ')']) || target.contains("/:");
        let place = match address_terms(target) {
            Some(terms) => terms,
            None if !target.starts_with('/') || target.starts_with("//") => return None,
            None if needs_quotes(target) => format!("path:{}", quoted(target.as_bytes())),
            None => format!("path:{target}"),
        };
        // Behind other words it is a part of what they say.
        if is_left_out || is_route || !self.stands_first() {
            return None;
        }
        let mut end = rest.len() - behind.len() + target.len();
        let mut terms = vec![method, place];
        let next = |end: usize| {
            let behind = rest[end..].trim_start();
            (word_at(behind), rest.len() - behind.len())
        };
        let (version, at) = next(end);
        if version.starts_with("HTTP/") {
            end = at + version.len();
        }
        let (status, at) = next(end);
        if let Some(status) = field_of_word(status).filter(|term| term.starts_with("status:")) {
            terms.push(status);
            end = at + word_at(&rest[at..]).len();
        }
        let right = terms.join(" ");
        let problem = QueryError::new("this is the line of a request", self.at..self.at + end);
        let hint = format!("write {right}; in double quotes it is searched as text");
        Some((problem.with_hint(hint).with_fix(self.at..self.at + end, right), end))
    }

    /// `reqscope search status:500`: the command with its query.
    pub(in crate::query::syntax) fn command(&self) -> Option<(QueryError, usize)> {
        let rest = self.rest();
        let is_first = self.text[..self.at].trim().is_empty();
        let behind = rest.strip_prefix("$ ").unwrap_or(rest).strip_prefix("reqscope ").filter(|_| is_first)?;
        let command = word_at(behind.trim_start());
        let is_command = COMMANDS.contains(&command);
        let query = behind.trim_start()[if is_command { command.len() } else { 0 }..].trim_start();
        let arguments = arguments_of_shell(query, command == "facets");
        if query.is_empty() || !is_command && arguments.is_none() {
            return None;
        }
        let len = rest.len() - query.len();
        let problem = QueryError::new("this is a command", self.at..self.at + len);
        // A shell takes the quotes off.
        let inner = query.trim_end().strip_prefix('\'').and_then(|query| query.strip_suffix('\''));
        if let Some(inner) = inner.filter(|inner| !inner.contains('\'')) {
            return Some((problem.with_hint("write its query alone").with_fix(self.at..self.end, inner), rest.len()));
        }
        if let Some(arguments) = arguments.filter(|arguments| arguments != query) {
            return Some((
                problem.with_hint("write its query alone").with_fix(self.at..self.end, arguments),
                rest.len(),
            ));
        }
        let has_options = query.split_whitespace().any(|word| {
            word.starts_with("--") || word.len() == 2 && word.starts_with('-') && !word.ends_with(char::is_numeric)
        });
        Some(if has_options {
            (problem.with_hint("its options stand on the command line; the query is what is behind them"), rest.len())
        } else {
            (problem.with_hint("write its query alone").with_fix(self.at..self.at + len, ""), len)
        })
    }
}

/// The word that a text begins with.
fn word_at(text: &str) -> &str {
    &text[..text.find(|c: char| c.is_whitespace() || c == ')').unwrap_or(text.len())]
}
