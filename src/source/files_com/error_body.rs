//! The vendor's error answers, read leniently: an object with the usual keys, a plain JSON string,
//! a page of HTML, or nothing.

use serde_json::Value;

use crate::base::safe_text::visible_str;
use crate::config::Secret;

/// How much of a text is repeated in a message, in characters.
const SAID: usize = 300;

/// What an answer that is no list says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct ErrorBody {
    /// The group and slug: `rate-limited/too-many-requests`.
    pub(super) kind: Option<String>,
    /// `title`: the class of the error.
    title: Option<String>,
    /// `error`: the sentence.
    error: Option<String>,
    /// `instance`: the id of the failed request, for the vendor's support.
    instance: Option<String>,
    /// `http-code`, written as a number or as a quoted one.
    code: Option<u16>,
    /// What it is instead of an error object.
    instead: Option<&'static str>,
    /// Host named in `data.host`, if data is an object or absent; see [`Self::names_host`].
    host: Option<String>,
    /// `data` is there, but is no object.
    odd_data: bool,
}

impl ErrorBody {
    /// Reads a body of any kind.
    pub(super) fn read(body: &[u8]) -> Self {
        let text = String::from_utf8_lossy(body);
        let text = text.trim_start_matches('\u{feff}').trim();
        if text.is_empty() {
            return Self { instead: Some("nothing"), ..Self::default() };
        }
        match serde_json::from_str(text) {
            Ok(Value::Object(object)) => {
                let word = |name: &str| match object.get(name) {
                    Some(Value::String(text)) if !text.trim().is_empty() => Some(text.trim().to_owned()),
                    _ => None,
                };
                let errors = match object.get("errors") {
                    Some(Value::Array(errors)) => errors.iter().find_map(first_text),
                    _ => None,
                };
                let data = object.get("data").filter(|data| !data.is_null());
                Self {
                    kind: word("type"),
                    title: word("title"),
                    error: word("error").or(errors),
                    instance: word("instance"),
                    code: object.get("http-code").and_then(code),
                    instead: Some("an object"),
                    host: data.and_then(|data| data.get("host")).and_then(Value::as_str).map(str::to_owned),
                    odd_data: data.is_some_and(|data| !data.is_object()),
                }
            }
            Ok(Value::String(text)) => Self { error: Some(text), instead: Some("a text"), ..Self::default() },
            Ok(Value::Array(_)) => Self { instead: Some("a list"), ..Self::default() },
            Ok(_) => Self { instead: Some("a bare value"), ..Self::default() },
            Err(_) if text.starts_with('<') => Self { instead: Some("a page of HTML"), ..Self::default() },
            Err(_) => Self { error: Some(text.to_owned()), instead: Some("plain text"), ..Self::default() },
        }
    }

    /// In one line: what the server says, else what it sent instead. Safe to show, and without the key.
    pub(super) fn said(&self, status: u16, reason: Option<&str>, key: &Secret) -> String {
        // Before a text is cut: the border may lie inside the key.
        let cut = |text: &str| cut(&key.scrub(text));
        let mut out = match self.code.filter(|code| *code != status) {
            Some(code) => format!("{status} ({code} inside)"),
            None => status.to_string(),
        };
        if let Some(reason) = reason {
            out = format!("{out} {reason}");
        }
        match (self.error.as_ref().or(self.title.as_ref()), self.instead) {
            (Some(text), _) => out = format!("{out}, “{}”", cut(text)),
            (None, Some("an object") | None) => {}
            (None, Some(instead)) => out = format!("{out}, with {instead}"),
        }
        if let Some(kind) = &self.kind {
            out = format!("{out} ({})", cut(kind));
        }
        if let Some(instance) = &self.instance {
            out = format!("{out}, request {}", cut(instance));
        }
        out
    }

    /// What stands where a list should be: `an object, “…”`. The key was taken out of the body.
    pub(super) fn instead_of_list(&self) -> String {
        let instead = self.instead.unwrap_or("something");
        match self.error.as_ref().or(self.title.as_ref()) {
            Some(text) => format!("{instead}, “{}”,", cut(text)),
            None => instead.to_owned(),
        }
    }

    /// Whether the error belongs to a group: `rate-limited` for `rate-limited/too-many-requests`.
    pub(super) fn is_in(&self, group: &str) -> bool {
        self.kind.as_deref().and_then(|kind| kind.split('/').next()) == Some(group)
    }

    /// The host that a region mismatch names: in `data.host`, else in the header. Data that is there
    /// but is no object names none.
    pub(super) fn names_host(&self, header: Option<&str>) -> Option<String> {
        if self.odd_data { None } else { self.host.clone().or_else(|| header.map(str::to_owned)) }
    }
}

/// The number of a status, also in quotes.
fn code(value: &Value) -> Option<u16> {
    match value {
        Value::Number(number) => number.as_u64().and_then(|code| u16::try_from(code).ok()),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// Errors are texts, or objects with a text in them.
fn first_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Object(object) => match object.get("error") {
            Some(Value::String(text)) => Some(text.clone()),
            _ => None,
        },
        _ => None,
    }
}

fn cut(text: &str) -> String {
    let mut out: String = text.chars().take(SAID).collect();
    if out.len() < text.len() {
        out.push('…');
    }
    visible_str(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(body: &str) -> String {
        ErrorBody::read(body.as_bytes()).said(422, Some("Unprocessable Entity"), &Secret::new(KEY.into()))
    }

    const KEY: &str = "skCANARY13370123456789abcdef";

    #[test]
    fn a_key_across_the_border_of_a_cut_is_not_shown() {
        for before in SAID - KEY.len() - 1..=SAID {
            let text = format!("{}{KEY}", "a".repeat(before));
            for body in [format!("\"{text}\""), format!(r#"{{"title":"{text}","type":"{text}","instance":"{text}"}}"#)]
            {
                let said = said(&body);
                assert!(!said.contains("sk"), "{said}");
            }
        }
    }

    #[test]
    fn bodies_of_all_kinds() {
        let cases = [
            (
                r#"{"error":"Bad filter","http-code":422,"title":"Filter","type":"bad-request/invalid-filter-field","instance":"7594794d"}"#,
                "422 Unprocessable Entity, “Bad filter” (bad-request/invalid-filter-field), request 7594794d",
            ),
            (r#"{"error":"x","http-code":"422"}"#, "422 Unprocessable Entity, “x”"),
            (r#"{"error":"x","http-code":"401"}"#, "422 (401 inside) Unprocessable Entity, “x”"),
            (r#"{"title":"Only a title","http-code":[]}"#, "422 Unprocessable Entity, “Only a title”"),
            (r#"{"errors":[{"error":"nested"}]}"#, "422 Unprocessable Entity, “nested”"),
            (r#"{"errors":["flat","more"]}"#, "422 Unprocessable Entity, “flat”"),
            (r#""just a string""#, "422 Unprocessable Entity, “just a string”"),
            ("<html><body>nginx</body></html>", "422 Unprocessable Entity, with a page of HTML"),
            ("", "422 Unprocessable Entity, with nothing"),
            ("[1]", "422 Unprocessable Entity, with a list"),
            ("{}", "422 Unprocessable Entity"),
            ("plain \u{1b}[2J text", "422 Unprocessable Entity, “plain ␛[2J text”"),
            ("{\"error\":", "422 Unprocessable Entity, “{\"error\":”"),
        ];
        for (body, expected) in cases {
            assert_eq!(said(body), expected, "{body}");
        }
        assert!(said(&format!("\"{}\"", "a".repeat(9_000))).len() < 400);
        let _ = ErrorBody::read(&vec![b'['; 60_000]);
    }

    #[test]
    fn groups_and_hosts() {
        let body = |text: &str| ErrorBody::read(text.as_bytes());
        assert!(body(r#"{"type":"rate-limited/too-many-requests"}"#).is_in("rate-limited"));
        assert!(!body(r#"{"type":"rate-limited-not/x"}"#).is_in("rate-limited"));
        let named = |text: &str, header| body(text).names_host(header);
        assert_eq!(named(r#"{"data":{"host":"a.files.com"}}"#, Some("b.files.com")).as_deref(), Some("a.files.com"));
        for text in [r#"{"data":{}}"#, r#"{"data":null}"#, "{}", r#"{"data":{"host":null}}"#] {
            assert_eq!(named(text, Some("b.files.com")).as_deref(), Some("b.files.com"), "{text}");
        }
        assert_eq!(named(r#"{"data":["x"]}"#, Some("b.files.com")), None);
        assert_eq!(named("{}", None), None);
    }
}
