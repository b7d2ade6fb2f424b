//! Words that look like the value of a field: an id, an address, a status, a method.

use crate::model::field::Field;
use crate::model::request_id::is_id_like;
use crate::model::status;

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

/// The term that a bare word may stand for.
pub fn field_of_word(word: &str) -> Option<String> {
    let word = word.strip_prefix('{').and_then(|word| word.strip_suffix('}')).unwrap_or(word);
    let is_class = word.len() == 3 && word.ends_with("xx") && word.starts_with(['1', '2', '3', '4', '5']);
    let field = if is_class || word.len() == 3 && word.parse::<i64>().ok().and_then(status::class).is_some() {
        Field::Status
    } else if METHODS.contains(&word) {
        Field::Method
    } else if word.contains(['.', ':']) && parse_address(word.as_bytes()).is_some() {
        Field::Ip
    } else if let Some(term) = state_of_name(word) {
        return Some(term.to_owned());
    } else if is_id_like(word) {
        Field::RequestId
    } else {
        return None;
    };
    Some(format!("{}:{word}", field.name()))
}
