//! Words that look like the value of a field: an id, an address, a status, a method.

use crate::model::field::Field;
use crate::model::request_id::is_id_like;
use crate::model::status;

use ipnet::IpNet;

use super::matcher::parse_address;

/// Methods as RFC 9110 and RFC 5789 name them, with those of `WebDAV` for folders and locks, which file
/// services see.
const METHODS: &[&str] = &[
    "GET",
    "HEAD",
    "POST",
    "PUT",
    "DELETE",
    "CONNECT",
    "OPTIONS",
    "TRACE",
    "PATCH",
    "PROPFIND",
    "PROPPATCH",
    "MKCOL",
    "COPY",
    "MOVE",
    "LOCK",
    "UNLOCK",
];

/// The name of a field that holds yes or no, alone as SQL and jq have it.
fn state_of_name(word: &str) -> Option<&'static str> {
    match Field::find(word)? {
        Field::Outcome if word.eq_ignore_ascii_case("success") => Some("is:success"),
        Field::FromParentSite => Some("from_parent_site:true"),
        _ => None,
    }
}

/// An id with what it is of before it: `req_9a0a4917`.
fn is_prefixed_id(word: &str) -> bool {
    let Some((head, id)) = word.split_once('_') else { return false };
    let is_digit = |b: &u8| b.is_ascii_digit();
    matches!(head, "req" | "request" | "rid" | "trace")
        && id.len() >= 6
        && id.bytes().all(|b| b.is_ascii_alphanumeric())
        && id.as_bytes().iter().any(is_digit)
}

/// The eight digits that a UUID begins with, which people quote.
pub fn is_begin_of_id(word: &str) -> bool {
    word.len() == 8
        && word.bytes().all(|b| b.is_ascii_hexdigit())
        && word.bytes().any(|b| b.is_ascii_digit())
        && word.bytes().any(|b| b.is_ascii_alphabetic())
}

/// The term that a bare word may stand for.
pub fn field_of_word(word: &str) -> Option<String> {
    let word = word.strip_prefix('{').and_then(|word| word.strip_suffix('}')).unwrap_or(word);
    let is_class = word.len() == 3 && word.ends_with("xx") && word.starts_with(['1', '2', '3', '4', '5']);
    let is_status = |word: &str| word.len() == 3 && word.parse::<i64>().ok().and_then(status::class).is_some();
    let field = if is_class || is_status(word) {
        Field::Status
    } else if METHODS.contains(&word) {
        Field::Method
    } else if word.contains(['.', ':']) && (parse_address(word.as_bytes()).is_some() || word.parse::<IpNet>().is_ok()) {
        Field::Ip
    } else if let Some(term) = state_of_name(word) {
        return Some(term.to_owned());
    } else if let Some(status) = word.strip_suffix('s').filter(|status| is_status(status)) {
        let class = status.strip_suffix("00").map_or_else(|| status.to_owned(), |digit| format!("{digit}xx"));
        return Some(format!("status:{class}"));
    } else if matches!(word, "errors" | "failures") {
        return Some("is:failed".to_owned());
    } else if is_begin_of_id(word) {
        return Some(format!("{}:{word}*", Field::RequestId.name()));
    } else if !word.contains([':', '=', ' ', '/', '%']) && (is_id_like(word) || is_prefixed_id(word)) {
        Field::RequestId
    } else {
        return None;
    };
    Some(format!("{}:{word}", field.name()))
}

/// `10.1.2.*`: the term that a pattern of an address may stand for.
pub fn network_of_word(word: &str) -> Option<String> {
    let octets: Vec<&str> = word.strip_suffix(".*")?.split('.').collect();
    let is_address = octets.len() == 3 && octets.iter().all(|octet| octet.parse::<u8>().is_ok());
    is_address.then(|| format!("{}:{word}", Field::Ip.name()))
}
