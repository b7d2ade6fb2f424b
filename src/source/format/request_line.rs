//! The first line of an HTTP request, as servers log it.

use std::ops::Range;

/// The parts of a request line, as places in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestLine {
    /// `GET`.
    pub method: Range<usize>,
    /// `/path?query`, `*`, or a whole address.
    pub path: Range<usize>,
    /// `HTTP/1.1`; HTTP 0.9 names none.
    pub protocol: Option<Range<usize>>,
}

/// Takes a request line apart. `None` when it is none: servers log whatever they were sent.
pub fn read(line: &[u8]) -> Option<RequestLine> {
    let method_end = memchr::memchr(b' ', line)?;
    let method = 0..method_end;
    if method.is_empty() || !line[method.clone()].iter().all(|b| is_token_byte(*b)) {
        return None;
    }
    // A path may hold spaces that nobody encoded: the protocol is behind the last one.
    let last_space = memchr::memrchr(b' ', line)?;
    let has_protocol = last_space > method_end && line[last_space + 1..].starts_with(b"HTTP/");
    let path_end = if has_protocol { last_space } else { line.len() };
    let path = method_end + 1..path_end;
    let starts_well = matches!(line.get(path.start), Some(b'/' | b'*')) || has_protocol;
    (!path.is_empty() && starts_well).then(|| RequestLine {
        method,
        path,
        protocol: has_protocol.then_some(last_space + 1..line.len()),
    })
}

/// RFC 9110, section 5.6.2.
fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines() {
        for (line, expected) in [
            ("GET / HTTP/1.1", Some(("GET", "/", Some("HTTP/1.1")))),
            ("PROPFIND /a b/c HTTP/2.0", Some(("PROPFIND", "/a b/c", Some("HTTP/2.0")))),
            ("OPTIONS * HTTP/1.1", Some(("OPTIONS", "*", Some("HTTP/1.1")))),
            ("GET http://a/b?c HTTP/1.1", Some(("GET", "http://a/b?c", Some("HTTP/1.1")))),
            ("CONNECT a:443 HTTP/1.1", Some(("CONNECT", "a:443", Some("HTTP/1.1")))),
            ("GET /old", Some(("GET", "/old", None))),
            ("GARBAGE", None),
            ("", None),
            (" / HTTP/1.1", None),
            ("G\u{3}T / HTTP/1.1", None),
            ("hello world", None),
            ("GET  HTTP/1.1", None),
            ("GET HTTP/1.1", None),
        ] {
            let read = read(line.as_bytes());
            let parts = read.map(|r| (&line[r.method], &line[r.path], r.protocol.map(|p| &line[p])));
            assert_eq!(parts, expected, "{line}");
        }
    }
}
