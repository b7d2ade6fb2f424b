//! What mitmproxy's patterns ask of our fields: of whole addresses, and of headers by their names.

use crate::model::field::{Field, FieldRef};
use crate::query::print::{field_name, quoted};
use crate::query::shape::field_of_word;
use crate::query::syntax::value::regex_term;

/// Headers that are fields here.
const HEADERS: [(&str, Field); 9] = [
    ("user-agent", Field::UserAgent),
    ("host", Field::Host),
    (":authority", Field::Host),
    ("x-request-id", Field::RequestId),
    ("request-id", Field::RequestId),
    ("x-correlation-id", Field::RequestId),
    ("x-forwarded-for", Field::Ip),
    ("x-real-ip", Field::Ip),
    (":path", Field::Path),
];

/// Headers that are no words of a user agent.
const OTHER_HEADERS: [&str; 9] = [
    "accept",
    "accept-encoding",
    "accept-language",
    "authorization",
    "content-type",
    "content-length",
    "cookie",
    "origin",
    "referer",
];

/// The field in which a header is kept.
fn field_of_header(name: &str) -> FieldRef {
    let known = HEADERS.iter().find(|(header, _)| name.eq_ignore_ascii_case(header));
    known.map_or_else(|| FieldRef::Attribute(name.to_ascii_lowercase()), |(_, field)| (*field).into())
}

/// What a pattern over a header's name and value asks: `User-Agent:.*Safari`, `^host: acme`, `x-request-id`.
pub(super) fn header(pattern: &str) -> Option<String> {
    let plain = pattern.trim_start_matches('^').trim_start_matches("(?i)");
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let start = usize::from(plain.starts_with(':'));
    let len = start + plain[start..].find(|c| !is_of_name(c)).unwrap_or(plain.len() - start);
    let (name, behind) = plain.split_at(len);
    let is_known =
        HEADERS.iter().map(|(header, _)| *header).chain(OTHER_HEADERS).any(|known| name.eq_ignore_ascii_case(known));
    let has = || format!("has:{}", field_name(&field_of_header(name)));
    if behind.trim_end_matches('$').trim_end_matches(':').is_empty() && is_known {
        return Some(has());
    }
    let value = behind.strip_prefix(':').or_else(|| behind.strip_prefix(".*").filter(|_| is_known))?.trim_start();
    let value = value.strip_prefix("\\s*").or_else(|| value.strip_prefix("\\s")).unwrap_or(value);
    let value = value.strip_prefix(".*").unwrap_or(value);
    let value = value.strip_suffix(".*").unwrap_or(value);
    if len == start {
        return None;
    }
    Some(if value.is_empty() { has() } else { matching(&field_of_header(name), value) })
}

/// The host of a pattern with a port behind it.
fn port(pattern: &str) -> Option<&str> {
    let (host, port) = pattern.rsplit_once(':')?;
    (!host.is_empty() && !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit())).then_some(host)
}

/// A port and the path behind it: `:8443/`.
fn port_alone(pattern: &str) -> Option<(&str, &str)> {
    let (port, _) = pattern.strip_prefix(':')?.split_once('/')?;
    let is_port = !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit());
    is_port.then(|| (port, &pattern[port.len() + 1..]))
}

/// A host and a path with nothing else: `acme.com/login`.
fn address(pattern: &str) -> Option<(&str, String)> {
    let plain = pattern.split_once("://").map_or(pattern, |(_, address)| address);
    let (host, path) = plain.split_once('/')?;
    let is_host = !host.is_empty() && host.chars().all(|c| c.is_alphanumeric() || "-.:".contains(c));
    is_host.then(|| (host, format!("/{path}")))
}

/// The host of an address without a path: `https://acme.com`.
fn host_alone(pattern: &str) -> Option<&str> {
    let (_, host) = pattern.split_once("://")?;
    (!host.is_empty() && !host.contains(['/', ':'])).then_some(host)
}

/// What stands before the host in a pattern of whole addresses.
fn scheme_len(pattern: &str) -> Option<usize> {
    let plain = pattern.strip_prefix('^').unwrap_or(pattern);
    let schemes =
        ["https?://", "http[s]?://", "(https?)://", "(http|https)://", "https://", "http://", "wss?://", ".*://"];
    let scheme = schemes.iter().find(|scheme| plain.starts_with(**scheme))?;
    Some(pattern.len() - plain.len() + scheme.len())
}

/// The host and the path of a pattern, from the first slash on that stands in no brackets.
fn parted(pattern: &str) -> (&str, &str) {
    let mut depth = 0_usize;
    let end = pattern.find(|c: char| {
        match c {
            '[' | '(' => depth += 1,
            ']' | ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == '/' && depth == 0
    });
    pattern.split_at(end.unwrap_or(pattern.len()))
}

/// A pattern over a whole address: its host and its path stand apart here.
fn whole_address(pattern: &str) -> Option<String> {
    let (head, is_whole) = scheme_len(pattern).map_or((pattern, false), |len| (&pattern[len..], true));
    let (host, path) = parted(head);
    // Without a scheme only a name with a dot surely is one.
    let is_name = |host: &str| {
        let name = host.trim_start_matches('^').replace("\\.", ".");
        name.contains('.')
            && !name.contains("..")
            && name.chars().all(|c| c.is_ascii_alphanumeric() || "-.:".contains(c))
    };
    if host.is_empty() || !is_whole && (path.is_empty() || !is_name(host) || host.ends_with('.')) {
        return None;
    }
    let begin = if is_whole { "^" } else { "" };
    let host_end = if path.is_empty() { "" } else { "(:[0-9]+)?$" };
    let host_term = regex_term(&Field::Host.into(), &format!("(?i){begin}{host}{host_end}"));
    let found = match path {
        "" | "/" | "/.*" => host_term,
        path => format!("{host_term} {}", regex_term(&Field::Path.into(), &format!("(?i)^{path}"))),
    };
    Some(if is_whole {
        if found.contains(' ') { format!("({found})") } else { found }
    } else {
        format!("({} OR {found})", regex_term(&Field::Path.into(), &format!("(?i){pattern}")))
    })
}

/// Whether a pattern may be found in the name of a host.
fn may_be_of_host(pattern: &str) -> bool {
    let plain = pattern.replace("\\.", ".");
    plain.contains(|c: char| c.is_ascii_alphabetic())
        && plain.chars().all(|c| c.is_ascii_alphanumeric() || "-.|()*+?[]".contains(c))
}

/// Whether a pattern matches every whole address: `^https?://`, `.*`. Which scheme it was is not kept.
fn is_any_address(pattern: &str) -> bool {
    let plain = pattern.trim_start_matches("(?i)");
    let (plain, is_begun) = plain.strip_prefix('^').map_or((plain, false), |plain| (plain, true));
    let plain = plain.trim_end_matches('$');
    let plain = plain.strip_suffix(".*").or_else(|| plain.strip_suffix(".+")).unwrap_or(plain);
    let scheme = plain.trim_end_matches('/').trim_end_matches(':');
    let is_scheme =
        matches!(scheme, "http" | "https" | "https?" | "http[s]?" | "http(s)?" | "(http|https)" | "(https?)");
    plain.is_empty() && pattern.contains(['.', '^']) || plain == "." || is_scheme && (is_begun || plain.contains("://"))
}

/// The term that matches like a regular expression of mitmproxy's, which has no case.
pub(super) fn matching(field: &FieldRef, pattern: &str) -> String {
    if field.known() == Some(Field::Path) && is_any_address(pattern) {
        return "*".to_owned();
    }
    let is_address = pattern.contains("://") && matches!(field.known(), Some(Field::Path));
    let pattern = pattern.strip_prefix('^').filter(|_| is_address).unwrap_or(pattern);
    let is_plain = pattern.chars().all(|c| c.is_alphanumeric() || "-_/.:".contains(c));
    match field.name().as_ref() {
        // An address has the host in front.
        "path" if is_plain && !pattern.contains(['/', ':']) => format!("(host:*{pattern}* OR path:*{pattern}*)"),
        // A port ends what the host is.
        "path" if is_plain && port_alone(pattern).is_some() => {
            let (port, path) = port_alone(pattern).unwrap_or_default();
            let path = if path.len() > 1 { format!(" path:{path}*") } else { String::new() };
            format!("host:*:{port}{path}")
        }
        "path" if is_plain && host_alone(pattern).is_some() => {
            format!("host:{}*", host_alone(pattern).unwrap_or_default())
        }
        "path" if is_plain && address(pattern).is_some() => {
            let (host, path) = address(pattern).unwrap_or_default();
            let (host, any) = (host.split(':').next().unwrap_or(host), if is_address { "=" } else { "*" });
            format!("(path:*{pattern}* OR host:{any}{host} path:{path}*)")
        }
        "path" if is_plain => format!("path:*{pattern}*"),
        "path" if whole_address(pattern).is_some() => whole_address(pattern).unwrap_or_default(),
        "path" if may_be_of_host(pattern) && !is_plain => {
            let term = |field: Field, pattern: &str| regex_term(&field.into(), &format!("(?i){pattern}"));
            // What is before any text may be in the host, and what is behind it in the path.
            let apart = pattern.split_once(".*").filter(|_| !pattern.contains(['(', '[', '|']));
            let apart = apart.filter(|(host, path)| !host.is_empty() && !path.is_empty());
            let apart =
                apart.map(|(host, path)| format!(" OR {} {}", term(Field::Host, host), term(Field::Path, path)));
            format!("({} OR {}{})", term(Field::Host, pattern), term(Field::Path, pattern), apart.unwrap_or_default())
        }
        "request_id" => match field_of_word(pattern).filter(|term| term.starts_with("request_id:")) {
            Some(term) => term,
            None => regex_term(field, &format!("(?i){pattern}")),
        },
        "ip" if pattern.parse::<std::net::IpAddr>().is_err() => regex_term(field, pattern),
        // Sources keep the port with the host or leave it out.
        "host" if is_plain && port(pattern).is_some() => {
            format!("(host:{pattern} OR host:={})", port(pattern).unwrap_or(pattern))
        }
        _ if is_plain => format!("{field}:{pattern}"),
        "path" if !pattern.contains(|c: char| "\\^$.|?*+()[]{}\"".contains(c)) => {
            format!("path:*{}*", quoted(pattern.as_bytes()))
        }
        _ => regex_term(field, &format!("(?i){pattern}")),
    }
}
