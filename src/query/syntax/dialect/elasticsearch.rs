//! Queries of Elasticsearch's as objects of JSON, as the filters of Kibana show them:
//! `{"match_phrase":{"user.name":"guest"}}`.

use serde_json::{Map, Value as Json};

use crate::model::field::FieldRef;
use crate::query::print::{field_name, quoted};

use super::absence::presence_term;
use super::literal::Literal;
use super::sql::one_of;

/// Kinds of queries, each of which is the only name of its object.
const KINDS: [&str; 7] = ["match_phrase", "match", "term", "terms", "range", "exists", "bool"];

/// The terms of an object that is such a query; nothing within, where not all of it is understood.
#[expect(clippy::option_option, reason = "outside: is it a query; inside: is it understood")]
pub(in crate::query::syntax) fn query_of_elasticsearch(object: &Map<String, Json>) -> Option<Option<String>> {
    let (kind, inner) = only(object)?;
    match inner {
        Json::Object(inner) if kind == "query" => query_of_elasticsearch(inner),
        Json::Object(inner) if KINDS.contains(&kind) && FieldRef::find(kind).is_none() => Some(query(kind, inner)),
        _ => None,
    }
}

/// The only name of an object and what it holds.
fn only(object: &Map<String, Json>) -> Option<(&str, &Json)> {
    let (name, value) = object.iter().next().filter(|_| object.len() == 1)?;
    Some((name, value))
}

/// A query of a kind in terms.
fn query(kind: &str, inner: &Map<String, Json>) -> Option<String> {
    match kind {
        "bool" => return joined(inner),
        "exists" => {
            let Json::String(name) = inner.get("field").filter(|_| inner.len() == 1)? else { return None };
            return Some(presence_term(&field_name(&field(name)), true));
        }
        _ => {}
    }
    let (name, value) = only(inner)?;
    let field = field(name);
    let head = field_name(&field);
    if kind == "range" {
        let Json::Object(ends) = value else { return None };
        let end = |(name, value): (&String, &Json)| {
            let sign = match name.as_str() {
                "gt" => ">",
                "gte" => ">=",
                "lt" => "<",
                "lte" => "<=",
                _ => return None,
            };
            // What a number counts there, its field tells.
            value.as_f64().filter(|_| is_plain(&field)).map(|_| format!("{head}{sign}{value}"))
        };
        let ends: Vec<String> = ends.iter().map(end).collect::<Option<_>>()?;
        return Some(ends.join(" ")).filter(|ends| !ends.is_empty());
    }
    if kind == "terms" {
        let Json::Array(values) = value else { return None };
        let values: Vec<Literal> = values.iter().map(literal).collect::<Option<_>>()?;
        return Some(one_of(&field, &values)).filter(|_| !values.is_empty() && is_plain(&field));
    }
    let value = match value {
        Json::Object(more) => more.get("query").or_else(|| more.get("value")).filter(|_| more.len() == 1)?,
        value => value,
    };
    let value = literal(value).filter(|_| is_plain(&field))?;
    // `match` takes its words for themselves.
    let is_one = !value.text.contains(char::is_whitespace);
    match kind {
        "match_phrase" if value.is_quoted => Some(format!("{head}:{}", quoted(value.text.as_bytes()))),
        "match" if value.is_quoted => is_one.then(|| format!("{head}:{}", quoted(value.text.as_bytes()))),
        _ => Some(one_of(&field, &[value])),
    }
}

/// `bool`: what must be, must not be, and one of what should be where nothing must.
fn joined(inner: &Map<String, Json>) -> Option<String> {
    let mut terms = Vec::new();
    let must = ["must", "filter"].iter().any(|name| inner.contains_key(*name));
    for (name, value) in inner {
        let list: Vec<&Json> = match value {
            Json::Array(list) => list.iter().collect(),
            value => vec![value],
        };
        let one = |value: &&Json| query_of_elasticsearch(value.as_object()?)?;
        let found: Vec<String> = list.iter().map(one).collect::<Option<_>>()?;
        match name.as_str() {
            _ if found.is_empty() => {}
            "must" | "filter" => terms.extend(found),
            "must_not" => terms.extend(found.iter().map(|term| format!("-({term})"))),
            "should" if !must => terms.push(format!("({})", found.join(" OR "))),
            _ => return None,
        }
    }
    Some(terms.join(" ")).filter(|terms| !terms.is_empty())
}

/// Whether a value of it means the same here and there: spans are counted in other units, times in other words.
fn is_plain(field: &FieldRef) -> bool {
    use crate::model::field::Kind;
    !matches!(field.kind(), Kind::Duration | Kind::Time)
}

fn field(name: &str) -> FieldRef {
    FieldRef::find(name).unwrap_or_else(|| FieldRef::Attribute(name.to_owned()))
}

fn literal(value: &Json) -> Option<Literal> {
    let (text, is_quoted) = match value {
        Json::String(text) => (text.clone(), true),
        Json::Number(number) => (number.to_string(), false),
        Json::Bool(truth) => (truth.to_string(), false),
        _ => return None,
    };
    Some(Literal { text, is_quoted })
}
