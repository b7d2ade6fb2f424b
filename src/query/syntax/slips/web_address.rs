//! Whole addresses, `https://acme.com/orders?day=1`: records have host and path apart.

use crate::model::field::{Field, FieldRef};
use crate::query::error::QueryError;
use crate::query::print::pattern_text;
use crate::query::syntax::dialect::literal::Literal;
use crate::query::syntax::dialect::sql::one_of;
use crate::query::syntax::operators::starred;
use crate::query::syntax::{Op, Value};

/// Host and path of an address. One without a scheme is taken for a path, as formats do.
struct Parts<'a> {
    host: &'a str,
    port: Option<&'a str>,
    /// From the slash on; nothing where there is only that.
    path: &'a str,
}

fn parts(text: &str) -> Option<Parts<'_>> {
    let (scheme, rest) = text.split_once("://")?;
    let is_scheme = ["http", "https", "ws", "wss"].iter().any(|known| scheme.eq_ignore_ascii_case(known));
    is_scheme.then(|| without_scheme(rest)).flatten()
}

fn without_scheme(text: &str) -> Option<Parts<'_>> {
    let end = text.find(['/', '?', '#']).unwrap_or(text.len());
    let (authority, path) = text.split_at(end);
    let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let is_port = |(_, port): &(&str, &str)| !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit());
    let (host, port) = match authority.rsplit_once(':').filter(is_port) {
        Some((host, port)) => (host, Some(port)),
        None => (authority, None),
    };
    let is_host = !host.is_empty() && host.chars().all(|c| c.is_alphanumeric() || "-._[]:".contains(c));
    let path = path.split('#').next().unwrap_or(path);
    is_host.then_some(Parts { host, port, path: if path == "/" { "" } else { path } })
}

impl Parts<'_> {
    /// As terms, in parentheses where there are two.
    fn term(&self, op: Op) -> String {
        let literal = |text: String| Literal { text, is_quoted: false };
        // Sources keep the port with the host or leave it out.
        let with_port = self.port.map(|port| literal(format!("{}:{port}", self.host)));
        let hosts: Vec<Literal> = with_port.into_iter().chain([literal(self.host.to_owned())]).collect();
        let host = one_of(&Field::Host.into(), &hosts);
        let path = match (self.path, op) {
            ("", _) => return host,
            (path, Op::Exact) if path.contains('*') => starred(&Field::Path.into(), &[literal(path.to_owned())]),
            (path, Op::Exact) => one_of(&Field::Path.into(), &[literal(path.to_owned())]),
            (path, _) => format!("path:{}", pattern_text(path, false)),
        };
        format!("({host} {path})")
    }
}

/// The terms for host and path of a whole address.
pub(in crate::query) fn address_terms(text: &str) -> Option<String> {
    parts(text).map(|parts| parts.term(Op::Has))
}

/// The terms for the value of a field that holds one part of an address only.
pub(in crate::query::syntax) fn address_as_value(field: &FieldRef, text: &str, op: Op) -> Option<String> {
    match field.known()? {
        Field::Path => parts(text).map(|parts| parts.term(op)),
        Field::Host if text.contains('/') => parts(text).or_else(|| without_scheme(text)).map(|parts| parts.term(op)),
        _ => None,
    }
}

/// `url="https://acme.com/orders"`. `term` is all of it.
pub(in crate::query::syntax) fn address_behind_equals(
    field: &FieldRef,
    sign: &str,
    term: std::ops::Range<usize>,
    values: &[Value],
) -> Option<QueryError> {
    let terms: Vec<String> =
        values.iter().map(|value| address_as_value(field, &value.word.text, Op::Exact)).collect::<Option<_>>()?;
    let right = match terms.as_slice() {
        [] => return None,
        [only] => format!("{sign}{only}"),
        _ => format!("{sign}({})", terms.join(" OR ")),
    };
    Some(QueryError::new("host and path stand apart", term).written(right))
}
