//! Values that hold several: the first line of a request, a whole address.

use std::ops::Range;

use crate::model::field::Field;

use super::description::Parser;

/// What a value holds, as places in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parts {
    /// Fields.
    pub fields: [Option<(Field, Range<usize>)>; 2],
    /// What no field is for, with its name.
    pub attribute: Option<(&'static str, Range<usize>)>,
}

/// Takes a value apart. `None` when it is not of that form: servers log whatever they were sent.
pub fn take_apart(parser: Parser, text: &[u8]) -> Option<Parts> {
    match parser {
        Parser::RequestLine => request_line(text),
        Parser::Url => url(text),
    }
}

/// `GET /path HTTP/1.1`; HTTP 0.9 names no protocol.
fn request_line(line: &[u8]) -> Option<Parts> {
    let method_end = memchr::memchr(b' ', line)?;
    let method = 0..method_end;
    if method.is_empty() || !line[method.clone()].iter().all(|byte| is_token_byte(*byte)) {
        return None;
    }
    // A path may hold spaces that nobody encoded: the protocol is behind the last one.
    let last_space = memchr::memrchr(b' ', line)?;
    let has_protocol = last_space > method_end && line[last_space + 1..].starts_with(b"HTTP/");
    let path = method_end + 1..if has_protocol { last_space } else { line.len() };
    let starts_well = matches!(line.get(path.start), Some(b'/' | b'*')) || has_protocol;
    (!path.is_empty() && starts_well).then(|| Parts {
        fields: [Some((Field::Method, method)), Some((Field::Path, path))],
        attribute: has_protocol.then_some(("protocol", last_space + 1..line.len())),
    })
}

/// RFC 9110, section 5.6.2.
fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// `https://host:8443/path?query`. An address without a scheme is a path, and not taken apart.
fn url(text: &[u8]) -> Option<Parts> {
    let scheme_end = memchr::memmem::find(text, b"://")?;
    let scheme = &text[..scheme_end];
    let is_scheme = scheme.first().is_some_and(u8::is_ascii_alphabetic)
        && scheme.iter().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(byte));
    if !is_scheme {
        return None;
    }
    let start = scheme_end + 3;
    let authority = text[start..].iter().position(|byte| matches!(byte, b'/' | b'?' | b'#'));
    let end = authority.map_or(text.len(), |length| start + length);
    let host = memchr::memrchr(b'@', &text[start..end]).map_or(start, |at| start + at + 1)..end;
    (!host.is_empty()).then(|| Parts {
        fields: [Some((Field::Host, host)), (end < text.len()).then_some((Field::Path, end..text.len()))],
        attribute: Some(("scheme", 0..scheme_end)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(parser: Parser, text: &str) -> Option<Vec<&str>> {
        let parts = take_apart(parser, text.as_bytes())?;
        let fields = parts.fields.into_iter().flatten().map(|(_, range)| range);
        Some(fields.chain(parts.attribute.map(|(_, range)| range)).map(|range| &text[range]).collect())
    }

    #[test]
    fn request_lines() {
        for (line, expected) in [
            ("GET / HTTP/1.1", Some(vec!["GET", "/", "HTTP/1.1"])),
            ("PROPFIND /a b/c HTTP/2.0", Some(vec!["PROPFIND", "/a b/c", "HTTP/2.0"])),
            ("OPTIONS * HTTP/1.1", Some(vec!["OPTIONS", "*", "HTTP/1.1"])),
            ("GET http://a/b?c HTTP/1.1", Some(vec!["GET", "http://a/b?c", "HTTP/1.1"])),
            ("CONNECT a:443 HTTP/1.1", Some(vec!["CONNECT", "a:443", "HTTP/1.1"])),
            ("GET /old", Some(vec!["GET", "/old"])),
            ("GARBAGE", None),
            ("", None),
            (" / HTTP/1.1", None),
            ("G\u{3}T / HTTP/1.1", None),
            ("hello world", None),
            ("GET  HTTP/1.1", None),
            ("GET HTTP/1.1", None),
        ] {
            assert_eq!(parts(Parser::RequestLine, line), expected, "{line}");
        }
    }

    #[test]
    fn urls() {
        for (text, expected) in [
            ("https://api.example.com/v1/a?b=c", Some(vec!["api.example.com", "/v1/a?b=c", "https"])),
            ("http://u:p@[::1]:8080?x", Some(vec!["[::1]:8080", "?x", "http"])),
            ("https://api.example.com", Some(vec!["api.example.com", "https"])),
            ("/v1/a?next=https://b/", None),
            ("https:///a", None),
            ("://a/b", None),
            ("", None),
        ] {
            assert_eq!(parts(Parser::Url, text), expected, "{text}");
        }
    }
}
