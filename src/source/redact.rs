//! Takes secrets out of what sources send, before anything is stored.
//!
//! Redacted are the values of query parameters that carry credentials (the four that
//! OpenTelemetry's HTTP conventions name, and the usual ones), user names and passwords in
//! addresses, what stands behind `Bearer` and `Basic`, and JSON web tokens. The name stays, the
//! value becomes `REDACTED`. Works on raw bytes, so the same on a log line, JSON and CSV.

use std::borrow::Cow;
use std::ops::Range;

use memchr::memmem;

/// What stands in the place of a secret.
pub const MARK: &[u8] = b"REDACTED";

/// Query parameters whose values are secrets; lower case.
const SECRET_PARAMETERS: &[&str] = &[
    "access_token",
    "api-key",
    "api_key",
    "apikey",
    "auth",
    "awsaccesskeyid",
    "client_secret",
    "code",
    "id_token",
    "jwt",
    "key",
    "passwd",
    "password",
    "pwd",
    "refresh_token",
    "secret",
    "session",
    "sig",
    "signature",
    "token",
    "x-amz-credential",
    "x-amz-security-token",
    "x-amz-signature",
    "x-goog-signature",
];

/// Replaces the secrets in a row. Gives the row back untouched, and zero, when there are none.
pub fn redact(raw: &[u8]) -> (Cow<'_, [u8]>, u64) {
    let mut spans = Vec::new();
    find_parameters(raw, &mut spans);
    find_user_info(raw, &mut spans);
    find_authorization(raw, &mut spans);
    find_web_tokens(raw, &mut spans);
    if spans.is_empty() {
        return (Cow::Borrowed(raw), 0);
    }
    spans.sort_by_key(|span| (span.start, std::cmp::Reverse(span.end)));
    let mut out = Vec::with_capacity(raw.len());
    let (mut at, mut count) = (0, 0);
    for span in spans {
        if span.start < at {
            continue;
        }
        out.extend_from_slice(&raw[at..span.start]);
        out.extend_from_slice(MARK);
        at = span.end;
        count += 1;
    }
    out.extend_from_slice(&raw[at..]);
    (Cow::Owned(out), count)
}

/// `?token=…`, `&key=…`, also where JSON writes the ampersand as `\u0026` and HTML as `&amp;`.
fn find_parameters(raw: &[u8], spans: &mut Vec<Range<usize>>) {
    let mut seen_until = 0;
    for equals in memchr::memchr_iter(b'=', raw) {
        if equals < seen_until {
            // Inside a value, which is a secret as a whole. Each byte is looked at once.
            continue;
        }
        let name_len = raw[..equals].iter().rev().take_while(|b| is_name_byte(**b)).take(40).count();
        let mut name = &raw[equals - name_len..equals];
        let mut before = &raw[..equals - name_len];
        if let (Some(rest), Some(b'\\')) = (name.strip_prefix(b"u0026"), before.last()) {
            name = rest;
            before = b"&";
        }
        if !matches!(before.last(), Some(b'?' | b'&' | b';' | b'#')) || !is_secret_parameter(name) {
            continue;
        }
        let value = equals + 1..equals + 1 + value_len(&raw[equals + 1..]);
        seen_until = value.end;
        push(raw, value, spans);
    }
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}

fn is_secret_parameter(name: &[u8]) -> bool {
    let lower = name.to_ascii_lowercase();
    std::str::from_utf8(&lower).is_ok_and(|name| SECRET_PARAMETERS.binary_search(&name).is_ok())
}

/// A parameter's value runs up to what cannot stand in one.
fn value_len(rest: &[u8]) -> usize {
    rest.iter()
        .position(|b| {
            b.is_ascii_whitespace()
                || matches!(b, b'&' | b';' | b'"' | b'\'' | b'<' | b'>' | b'\\' | b'#' | b',' | b')' | b'|')
        })
        .unwrap_or(rest.len())
}

/// `scheme://user:password@host`.
fn find_user_info(raw: &[u8], spans: &mut Vec<Range<usize>>) {
    for scheme in memmem::find_iter(raw, b"://") {
        let start = scheme + 3;
        let authority = raw[start..]
            .iter()
            .position(|b| b.is_ascii_whitespace() || matches!(b, b'/' | b'?' | b'#' | b'"' | b'\\' | b'<' | b'>'))
            .unwrap_or(raw.len() - start);
        if let Some(at) = memchr::memrchr(b'@', &raw[start..start + authority]) {
            push(raw, start..start + at, spans);
        }
    }
}

/// `Bearer …` and `Basic …`, in any case.
fn find_authorization(raw: &[u8], spans: &mut Vec<Range<usize>>) {
    for (first, rest) in [(b'b', b"earer ".as_slice()), (b'b', b"asic "), (b'B', b"EARER "), (b'B', b"ASIC ")] {
        for at in memmem::find_iter(raw, rest) {
            let starts_word =
                at >= 1 && raw[at - 1].eq_ignore_ascii_case(&first) && (at == 1 || !is_name_byte(raw[at - 2]));
            if !starts_word {
                continue;
            }
            let start = at + rest.len();
            let len = raw[start..].iter().take_while(|b| is_credential_byte(**b)).count();
            // Words of prose are in one case and hold no digit: "Basic authentication is required".
            let token = &raw[start..start + len];
            let is_mixed = token.iter().any(u8::is_ascii_digit)
                || token.iter().skip(1).any(u8::is_ascii_uppercase) && token.iter().any(u8::is_ascii_lowercase);
            if len >= 24 || len >= 6 && is_mixed || token.ends_with(b"=") {
                push(raw, start..start + len, spans);
            }
        }
    }
}

fn is_credential_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'~' | b'+' | b'/' | b'-' | b'=')
}

/// Three runs of base 64 with dots between, the first of which decodes to `{"`.
fn find_web_tokens(raw: &[u8], spans: &mut Vec<Range<usize>>) {
    // The run of such bytes that was looked at last, each of them once: where it ends, and how
    // many dots are left of it.
    let (mut end, mut dots, mut counted_until) = (0, 0, 0);
    for start in memmem::find_iter(raw, b"eyJ") {
        if start >= end {
            end = start + raw[start..].iter().take_while(|b| is_token_byte(**b)).count();
            dots = memchr::memchr_iter(b'.', &raw[start..end]).count();
        } else {
            dots -= memchr::memchr_iter(b'.', &raw[counted_until..start]).count();
        }
        counted_until = start;
        if dots == 2 && end - start >= 30 {
            push(raw, start..end, spans);
        }
    }
}

fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'=')
}

fn push(raw: &[u8], span: Range<usize>, spans: &mut Vec<Range<usize>>) {
    if !span.is_empty() && &raw[span.clone()] != MARK {
        spans.push(span);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redacted(text: &str) -> String {
        String::from_utf8(redact(text.as_bytes()).0.into_owned()).expect("still UTF-8")
    }

    #[test]
    fn parameters_are_in_order() {
        assert!(SECRET_PARAMETERS.is_sorted());
    }

    #[test]
    fn secrets_go() {
        let cases = [
            ("/a?token=abc123&x=1", "/a?token=REDACTED&x=1"),
            ("GET /a?x=1&API_KEY=s3cr3t HTTP/1.1", "GET /a?x=1&API_KEY=REDACTED HTTP/1.1"),
            (r#"{"uri":"/a?x=1\u0026sig=abc%2Fd\u0026y=2"}"#, r#"{"uri":"/a?x=1\u0026sig=REDACTED\u0026y=2"}"#),
            (r#""/a?X-Amz-Signature=deadbeef","#, r#""/a?X-Amz-Signature=REDACTED","#),
            ("https://user:pa55@host/x", "https://REDACTED@host/x"),
            ("Authorization: Bearer abcDEF123456", "Authorization: Bearer REDACTED"),
            (r#""Authorization":["basic dXNlcjpwYXNz"]"#, r#""Authorization":["basic REDACTED"]"#),
            ("/cb#access_token=xyz", "/cb#access_token=REDACTED"),
            ("t eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl end", "t REDACTED end"),
            ("/a?password=a&password=b", "/a?password=REDACTED&password=REDACTED"),
        ];
        for (text, expected) in cases {
            assert_eq!(redacted(text), expected);
            assert_eq!(redacted(expected), expected, "a second time changes nothing");
            assert_eq!(redact(expected.as_bytes()).1, 0);
        }
    }

    #[test]
    fn the_rest_stays() {
        for text in [
            "/a?monkey=1&tokenize=2&keyed=3",
            "/keys/12",
            "/api/keys?page=1",
            "key=abc in prose",
            "mail me@example.com",
            "Basic authentication is required",
            "bearer of bad news",
            "http://host/@scope/pkg",
            "a = b",
            "?token=",
            "https://example.com/a@b",
            "eyJ is no token",
        ] {
            assert!(matches!(redact(text.as_bytes()), (Cow::Borrowed(_), 0)), "{text}");
        }
    }

    #[test]
    fn hostile_rows_take_no_longer_than_others() {
        for piece in ["eyJ", "?key=", "eyJ.", "&token=eyJ", "://", "a@", "Bearer ", "b", "://a@", "bearer eyJ"] {
            let text = piece.repeat((1 << 20) / piece.len());
            let start = std::time::Instant::now();
            std::hint::black_box(redact(text.as_bytes()));
            // Quadratic, this is minutes; linear, some hundredths of a second.
            assert!(start.elapsed() < std::time::Duration::from_secs(5), "{piece}");
        }
    }

    #[test]
    fn a_token_may_begin_inside_a_longer_run() {
        for (text, expected) in [
            ("eyJa.eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl", "eyJa.REDACTED"),
            ("/a?token=b?token=c&x=1", "/a?token=REDACTED&x=1"),
        ] {
            assert_eq!(redacted(text), expected);
        }
    }
}
