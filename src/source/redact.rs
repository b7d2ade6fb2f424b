//! Takes secrets out of what sources send, before anything is stored.
//!
//! Redacted are the values of query parameters that carry credentials (the four that
//! OpenTelemetry's HTTP conventions name, and the usual ones), user names and passwords in
//! addresses, what stands behind `Bearer` and `Basic`, and JSON web tokens. The name stays, the
//! value becomes `REDACTED`. Works on raw bytes, so the same on a log line, JSON and CSV.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::packed;
use memchr::memmem::Finder;

/// What stands in the place of a secret.
pub const MARK: &[u8] = b"REDACTED";

/// Query parameters whose values are secrets.
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
    // Most rows have no other sign of a secret, and one look tells.
    let found = SIGNS.in_row(raw);
    if found != 0 {
        find_by_signs(raw, found, &mut spans);
    }
    if spans.is_empty() {
        return (Cow::Borrowed(raw), 0);
    }
    spans.sort_by_key(|span| (span.start, std::cmp::Reverse(span.end)));
    let mut out = Vec::with_capacity(raw.len());
    let (mut at, mut count) = (0, 0);
    for span in spans {
        if count > 0 && span.start <= at {
            // Secrets that overlap or touch are one.
            at = at.max(span.end);
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

/// Secrets whose signs are in a row.
fn find_by_signs(raw: &[u8], found: u16, spans: &mut Vec<Range<usize>>) {
    for (_, finder) in SIGNS.finders.iter().enumerate().filter(|(sign, _)| found & 1 << sign != 0) {
        match finder.is_of {
            Secret::Parameter => {
                let signs = finder.sign.find_iter(raw).map(|at| (at, at + finder.sign.needle().len()));
                find_values(raw, signs, spans);
            }
            Secret::UserInfo => find_user_info(raw, &finder.sign, spans),
            Secret::Authorization(first) => find_authorization(raw, first, &finder.sign, spans),
            Secret::WebToken => find_web_tokens(raw, &finder.sign, spans),
        }
    }
}

/// `?token=…`, `&key=…`, also where JSON writes `&` as `\u0026`, and HTML `&amp;`.
fn find_parameters(raw: &[u8], spans: &mut Vec<Range<usize>>) {
    let signs = memchr::memchr_iter(b'=', raw).map(|at| (at, at + 1));
    find_values(raw, signs, spans);
}

/// Values behind signs of equality, which come in order; each with where it begins and ends.
fn find_values(raw: &[u8], signs: impl Iterator<Item = (usize, usize)>, spans: &mut Vec<Range<usize>>) {
    let mut seen_until = 0;
    let mut quotes = Quotes::default();
    for (equals, start) in signs {
        if equals < seen_until {
            // Inside a value, which is a secret as a whole. Each byte is looked at once.
            continue;
        }
        let before = trim_backslashes(&raw[..equals]);
        let name_len = before.iter().rev().take_while(|b| is_name_byte(**b)).take(40).count();
        let (before, name) = before.split_at(before.len() - name_len);
        let (separator, name) = match escaped_separator(before, name) {
            Some(found) => found,
            None => (before.last().copied(), name),
        };
        if !matches!(separator, Some(b'?' | b'&' | b';' | b'#')) || !is_secret_parameter(name) {
            continue;
        }
        let end = start + value_len(&raw[start..], quotes.are_open(raw, start));
        seen_until = end;
        push(raw, start..end, spans);
    }
}

fn trim_backslashes(text: &[u8]) -> &[u8] {
    &text[..text.len() - text.iter().rev().take_while(|b| **b == b'\\').count()]
}

/// The character in front of a name and the name, where an escape (`\u0026`, `\x26`) stands for it.
fn escaped_separator<'a>(before: &[u8], name: &'a [u8]) -> Option<(Option<u8>, &'a [u8])> {
    let digits = match (before.last(), name.first()?) {
        (Some(b'\\'), b'u') => 4,
        (Some(b'\\'), b'x') => 2,
        _ => return None,
    };
    Some((u8::try_from(hex(&name[1..], digits)?).ok(), &name[1 + digits..]))
}

/// Which places of a row are inside double quotes: there a comma separates nothing.
#[derive(Default)]
struct Quotes {
    at: usize,
    are_open: bool,
}

impl Quotes {
    /// Whether a place is inside; asked for places in order.
    fn are_open(&mut self, raw: &[u8], place: usize) -> bool {
        for quote in memchr::memchr_iter(b'"', &raw[self.at..place]) {
            let before = &raw[self.at..self.at + quote];
            let is_escaped = !(before.len() - trim_backslashes(before).len()).is_multiple_of(2);
            // CSV knows no backslash: a quote before a delimiter ends a value, whatever is before it.
            let is_json = matches!(raw.first(), Some(b'{' | b'['));
            let ends_value = !is_json && matches!(raw.get(self.at + quote + 1), Some(b',' | b';' | b'\t'));
            if !is_escaped || ends_value {
                self.are_open = !self.are_open;
            }
        }
        self.at = place;
        self.are_open
    }
}

/// What the next character of a text is, and how many bytes it takes: an escape (`\/`, `\u0026`,
/// `\x22`, also with its backslash escaped once more) is what it stands for.
fn character(rest: &[u8]) -> (u8, usize) {
    /// No ASCII: it belongs to whatever it is in.
    const OTHER: u8 = 0xff;
    let slashes = rest.iter().take_while(|b| **b == b'\\').count();
    if slashes == 0 {
        return (rest.first().copied().unwrap_or(b' '), 1);
    }
    let escape = &rest[slashes..];
    let code = |digits| hex(&escape[1..], digits).map(|code| u8::try_from(code).unwrap_or(OTHER));
    match escape.first() {
        Some(byte @ (b'/' | b'"' | b'\'')) => (*byte, slashes + 1),
        Some(b'n' | b'r' | b't' | b'b' | b'f') => (b' ', slashes + 1),
        Some(b'u') => code(4).map_or((OTHER, slashes), |code| (code, slashes + 5)),
        Some(b'x') => code(2).map_or((OTHER, slashes), |code| (code, slashes + 3)),
        _ => (OTHER, slashes),
    }
}

fn hex(text: &[u8], digits: usize) -> Option<u32> {
    let digits = text.get(..digits).filter(|digits| digits.iter().all(u8::is_ascii_hexdigit))?;
    u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

/// How far characters of a kind go.
fn run_len(text: &[u8], belongs: impl Fn(u8) -> bool) -> usize {
    let mut at = 0;
    while at < text.len() {
        let (byte, len) = character(&text[at..]);
        if !belongs(byte) {
            break;
        }
        at += len;
    }
    at
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}

fn is_secret_parameter(name: &[u8]) -> bool {
    SECRET_PARAMETERS.iter().any(|secret| name.eq_ignore_ascii_case(secret.as_bytes()))
}

/// A parameter's value runs up to what cannot stand in one. Outside of quotes a comma or a bar may
/// separate columns; at its end, they and parentheses are the text's around it.
fn value_len(rest: &[u8], is_quoted: bool) -> usize {
    let len = run_len(rest, |b| {
        let ends = b.is_ascii_whitespace() || matches!(b, b'&' | b';' | b'"' | b'\'' | b'<' | b'>' | b'#');
        !ends && (is_quoted || !matches!(b, b',' | b'|'))
    });
    len - rest[..len].iter().rev().take_while(|b| matches!(b, b',' | b')' | b'|')).count()
}

/// What kind of secret stands behind a sign.
#[derive(Debug, Clone, Copy)]
enum Secret {
    Parameter,
    UserInfo,
    /// With the first letter of its scheme, which may be written in either case before this sign.
    Authorization(u8),
    WebToken,
}

/// Signs of secrets, in the order in which they are looked for. None begins as another ends.
const SIGN_TEXTS: [(&str, Secret); 10] = [
    (r"\u003d", Secret::Parameter),
    (r"\u003D", Secret::Parameter),
    ("://", Secret::UserInfo),
    (r":\/\/", Secret::UserInfo),
    (r":\\/\\/", Secret::UserInfo),
    ("earer ", Secret::Authorization(b'b')),
    ("asic ", Secret::Authorization(b'b')),
    ("EARER ", Secret::Authorization(b'B')),
    ("ASIC ", Secret::Authorization(b'B')),
    ("eyJ", Secret::WebToken),
];

struct SignFinder {
    sign: Finder<'static>,
    is_of: Secret,
}

/// What is looked for in every row, made ready once.
struct Signs {
    /// All at once; not on every processor.
    all: Option<packed::Searcher>,
    finders: [SignFinder; SIGN_TEXTS.len()],
}

static SIGNS: LazyLock<Signs> = LazyLock::new(|| Signs {
    all: packed::Searcher::new(SIGN_TEXTS.map(|(text, _)| text)),
    finders: SIGN_TEXTS.map(|(text, is_of)| SignFinder { sign: Finder::new(text), is_of }),
});

impl Signs {
    /// A bit for each sign that is in a row.
    fn in_row(&self, raw: &[u8]) -> u16 {
        match &self.all {
            Some(all) => all.find_iter(raw).fold(0, |found, sign| found | 1 << sign.pattern().as_usize()),
            None => u16::MAX,
        }
    }
}

/// `scheme://user:password@host`, also as JSON may write it: `scheme:\/\/`.
fn find_user_info(raw: &[u8], slashes: &Finder<'_>, spans: &mut Vec<Range<usize>>) {
    let mut quotes = Quotes::default();
    for scheme in slashes.find_iter(raw) {
        let start = scheme + slashes.needle().len();
        let len = run_len(&raw[start..], |b| {
            !b.is_ascii_whitespace() && !matches!(b, b'/' | b'?' | b'#' | b'"' | b'<' | b'>')
        });
        if let Some(at) = user_info_len(&raw[start..start + len], || quotes.are_open(raw, start)) {
            push(raw, start..start + at, spans);
        }
    }
}

/// Where the `@` stands behind user and password, if there are any. Outside of quotes a comma or a
/// bar may separate columns: `https://host,me@example.com` are two, `https://user:pa,ss@host` is one.
fn user_info_len(authority: &[u8], is_quoted: impl FnOnce() -> bool) -> Option<usize> {
    let last = memchr::memrchr(b'@', authority)?;
    let border = authority[..last].iter().position(|b| matches!(b, b',' | b';' | b'|'));
    let Some(border) = border.filter(|_| !is_quoted()) else { return Some(last) };
    let before = &authority[..border];
    if let Some(at) = memchr::memrchr(b'@', before) {
        return Some(at);
    }
    let password = memchr::memchr(b':', before).map(|colon| &before[colon + 1..]);
    let is_host = password.is_none_or(|text| text.iter().all(u8::is_ascii_digit)) || before.starts_with(b"[");
    if is_host { None } else { memchr::memchr(b'@', authority) }
}

/// `Bearer …` and `Basic …`, in any case: the scheme's first letter, and the rest of it.
fn find_authorization(raw: &[u8], first: u8, rest: &Finder<'_>, spans: &mut Vec<Range<usize>>) {
    for at in rest.find_iter(raw) {
        let starts_word =
            at >= 1 && raw[at - 1].eq_ignore_ascii_case(&first) && (at == 1 || !is_name_byte(raw[at - 2]));
        if !starts_word {
            continue;
        }
        let start = at + rest.needle().len();
        let len = run_len(&raw[start..], is_credential_byte);
        // Words of prose are in one case and hold no digit: "Basic authentication is required".
        let token = &raw[start..start + len];
        let is_mixed = token.iter().any(u8::is_ascii_digit)
            || token.iter().skip(1).any(u8::is_ascii_uppercase) && token.iter().any(u8::is_ascii_lowercase);
        if len >= 24 || len >= 6 && is_mixed || token.ends_with(b"=") {
            push(raw, start..start + len, spans);
        }
    }
}

fn is_credential_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'~' | b'+' | b'/' | b'-' | b'=')
}

/// Three runs of base 64 with dots between, the first of which decodes to `{"`.
fn find_web_tokens(raw: &[u8], begin: &Finder<'_>, spans: &mut Vec<Range<usize>>) {
    // The run of such bytes that was looked at last, each of them once: where it ends, and how
    // many dots are left of it.
    let (mut end, mut dots, mut counted_until) = (0, 0, 0);
    for start in begin.find_iter(raw) {
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
#[path = "redact_tests.rs"]
mod tests;
