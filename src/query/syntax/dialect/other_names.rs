//! Names that other tools have for what is said in another way here.

use crate::model::field::Field;
use crate::query::print::{pattern_text, quoted};
use crate::query::syntax::value::regex_term;

/// What a name of another tool is here.
pub(in crate::query::syntax) enum Instead {
    /// Another field, or a word before a colon.
    Name(&'static str),
    /// What failed, or did not.
    State,
    /// The beginning of a term, with its operator.
    Term(&'static str),
    /// Nothing that could stand in its place: what helps.
    Hint(&'static str),
    /// A part of a path.
    OfPath(PathPart),
    /// No part of a query: what helps instead.
    Dropped(&'static str),
    /// What the source sent under this name; and what else may be meant.
    Sent(&'static str),
}

/// Names that other tools have for what is said in another way here.
pub(in crate::query::syntax) const OTHER_NAMES: &[(&str, Instead)] = &[
    ("author", Instead::Name("client")),
    ("involves", Instead::Name("client")),
    ("actor", Instead::Name("client")),
    ("actor_id", Instead::Name("user_id")),
    ("actor_ip", Instead::Name("ip")),
    ("action", Instead::Name("endpoint")),
    ("assignee", Instead::Name("client")),
    ("mentions", Instead::Name("client")),
    ("reporter", Instead::Name("client")),
    ("host.hostname", Instead::Name("host")),
    ("newer_than", Instead::Term("time:")),
    ("older_than", Instead::Term("time<")),
    ("login", Instead::Name("client")),
    ("api_key", Instead::Name("api_key_id")),
    ("apikey", Instead::Name("api_key_id")),
    ("usr.email", Instead::Name("client")),
    ("user.email", Instead::Name("client")),
    ("usr.login", Instead::Name("client")),
    ("updated", Instead::Name("time")),
    ("_time", Instead::Name("time")),
    ("conclusion", Instead::Name("outcome")),
    ("resource_name", Instead::Name("endpoint")),
    ("transaction.name", Instead::Name("endpoint")),
    ("filename", Instead::OfPath(PathPart::Any)),
    ("url.query", Instead::OfPath(PathPart::Any)),
    ("extension", Instead::OfPath(PathPart::Extension)),
    ("url.extension", Instead::OfPath(PathPart::Extension)),
    ("account", Instead::Name("client")),
    ("customer", Instead::Name("client")),
    ("remote_user", Instead::Name("client")),
    ("msg", Instead::Name("error_message")),
    ("http.status", Instead::Name("status")),
    ("resp.code", Instead::Name("status")),
    ("res.code", Instead::Name("status")),
    ("http.response.code", Instead::Name("status")),
    ("http.request.uri", Instead::Name("path")),
    ("http.request.uri.path", Instead::Name("path")),
    ("ip.src", Instead::Name("ip")),
    ("http.request.path", Instead::Name("path")),
    ("http.user_agent", Instead::Name("user_agent")),
    ("response", Instead::Name("status")),
    ("http_code", Instead::Name("status")),
    ("sc-status", Instead::Name("status")),
    ("cs-method", Instead::Name("method")),
    ("clientip", Instead::Name("ip")),
    ("src_ip", Instead::Name("ip")),
    ("src", Instead::Name("ip")),
    ("response_time", Instead::Name("duration")),
    ("responsetime", Instead::Name("duration")),
    ("response_time_ms", Instead::Name("duration")),
    ("latency_ms", Instead::Name("duration")),
    ("elapsed_ms", Instead::Name("duration")),
    ("http.duration_ms", Instead::Name("duration")),
    ("time_taken", Instead::Name("duration")),
    ("ip_address", Instead::Name("ip")),
    ("ipaddress", Instead::Name("ip")),
    ("err", Instead::Name("error_message")),
    ("req_id", Instead::Name("request_id")),
    ("reqid", Instead::Name("request_id")),
    ("headers.user-agent", Instead::Name("user_agent")),
    ("request.headers.user-agent", Instead::Name("user_agent")),
    ("http.request.headers.user-agent", Instead::Name("user_agent")),
    ("response-time", Instead::Name("duration")),
    ("time-taken", Instead::Name("duration")),
    ("host.name", Instead::Name("host")),
    ("hostname", Instead::Name("host")),
    ("by", Instead::Name("client")),
    ("commenter", Instead::Name("client")),
    ("creator", Instead::Name("client")),
    ("exception", Instead::Name("error_message")),
    ("correlation_id", Instead::Name("request_id")),
    ("x-forwarded-for", Instead::Name("ip")),
    ("url_path", Instead::Name("path")),
    ("with", Instead::Term("has:")),
    ("without", Instead::Term("no:")),
    ("day", Instead::Name("time")),
    ("state", Instead::State),
    ("since", Instead::Term("time>=")),
    ("after", Instead::Term("time>=")),
    ("from", Instead::Term("time>=")),
    ("until", Instead::Term("time<=")),
    ("before", Instead::Term("time<")),
    ("to", Instead::Term("time<=")),
    ("period", Instead::Term("time:")),
    ("sort", Instead::Dropped("the order is no part of a query: press o, or use --sort")),
    ("order", Instead::Dropped("the order is no part of a query: press o, or use --sort")),
    ("limit", Instead::Dropped("the number of rows is no part of a query: use -n")),
    ("per_page", Instead::Dropped("the number of rows is no part of a query: use -n")),
    ("level", Instead::Sent("is:failed asks for failed requests")),
    ("severity", Instead::Sent("is:failed asks for failed requests")),
    ("size", Instead::Sent("bytes are counted in an attribute: attributes.bytes>1000")),
    ("trace.id", Instead::Sent("request_id:… asks for the id of the request itself")),
    ("trace_id", Instead::Sent("request_id:… asks for the id of the request itself")),
    ("loglevel", Instead::Sent("is:failed asks for failed requests")),
    ("in", Instead::Hint("write path:… or error_message:… for where to look")),
    ("slow", Instead::Hint("write duration>1s")),
    ("attributes", Instead::Hint("write its name behind a dot: attributes.region:eu")),
    ("earliest", Instead::Hint("write time:1h or time>=2026-11-01T12:00")),
    ("latest", Instead::Hint("write time<=2026-11-01T12:00")),
    ("sourcetype", Instead::Dropped("all of a store is asked; source:… names one of its sources")),
    ("index", Instead::Dropped("all of a store is asked; source:… names one of its sources")),
    ("_index", Instead::Dropped("all of a store is asked; source:… names one of its sources")),
    ("uri_path", Instead::Name("path")),
    ("resultcode", Instead::Name("status")),
];

/// A part of a path that has a name elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::query::syntax) enum PathPart {
    /// What stands anywhere in it.
    Any,
    /// What is behind the last dot.
    Extension,
    /// The value of a parameter.
    Parameter(String),
}

impl PathPart {
    /// The parameter that a name with dots ends with: `http.url_details.queryString.day`.
    pub(in crate::query::syntax) fn of_parameter(name: &str) -> Option<Self> {
        let (head, parameter) = name.rsplit_once('.')?;
        let holder = head.rsplit('.').next()?.to_lowercase();
        (PARAMETERS.contains(&holder.as_str()) && !parameter.is_empty()).then(|| Self::Parameter(parameter.to_owned()))
    }

    /// The term for a value, in which a star stands for any text.
    pub(in crate::query::syntax) fn term(&self, value: &str) -> Option<String> {
        let inner = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value);
        let is_plain = !inner.is_empty() && !inner.contains(['"', '\\', '(', '<', '>']);
        if !is_plain {
            return None;
        }
        // Of several values one is enough; in quotes a comma is a part of one.
        let values: Vec<&str> = if value.starts_with('"') { vec![inner] } else { inner.split(',').collect() };
        if values.len() > 1 && *self == Self::Any || values.iter().any(|value| value.is_empty()) {
            return None;
        }
        let path = Field::Path.into();
        let escaped = |text: &str| regex::escape(text).replace("\\-", "-");
        let one = |value: &&str| value.split('*').map(escaped).collect::<Vec<_>>().join("[^&/?]*");
        let one_of = |patterns: Vec<String>| match patterns.as_slice() {
            [only] => only.clone(),
            several => format!("({})", several.join("|")),
        };
        Some(match self {
            Self::Any if inner.trim_matches('*').is_empty() => "has:path".to_owned(),
            Self::Any if value.starts_with('"') => format!("path:*{}*", quoted(inner.as_bytes())),
            Self::Any => format!("path:{}", pattern_text(&format!("*{}*", inner.trim_matches('*')), false)),
            Self::Extension => {
                let ends = values.iter().map(|value| one(&value.trim_start_matches('.'))).collect();
                regex_term(&path, &format!("(?i)[.]{}([?]|$)", one_of(ends)))
            }
            Self::Parameter(name) => {
                let values = one_of(values.iter().map(one).collect()).replace("[^&/?]*", "[^&]*");
                regex_term(&path, &format!("[?&]{}={values}(&|$)", escaped(name)))
            }
        })
    }
}

/// Below these stand parameters of a path, which are called as they like.
pub(in crate::query::syntax) const PARAMETERS: [&str; 4] = ["query", "querystring", "query_string", "params"];

/// What a name is elsewhere; Kibana's `.keyword` behind it says no more than that it is compared as a whole.
pub(in crate::query::syntax) fn other_name(name: &str) -> Option<&'static Instead> {
    let plain = name.trim_start_matches('@').to_ascii_lowercase();
    let plain = plain.strip_suffix(".keyword").unwrap_or(&plain);
    OTHER_NAMES.iter().find(|(other, _)| *other == plain).map(|(_, instead)| instead)
}
