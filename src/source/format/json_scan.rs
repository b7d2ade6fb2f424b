//! Reads JSON text piece by piece, over bytes.
//!
//! A parser of JSON for programs (`serde_json`) refuses a row for one byte that is not UTF-8,
//! turns numbers into floats, and must be told the type of a value before it looks. Logs need the
//! opposite: what servers write is taken as bytes, a number keeps its digits, and a value says
//! what it is. So this is a scanner of its own; a test holds that it agrees with `serde_json` on
//! everything that `serde_json` accepts.
//!
//! Forgiven: bytes that are not UTF-8, control characters and unknown escapes in strings (nginx
//! writes `\x22` where nobody told it `escape=json`), lone surrogates, and `NaN` and `Infinity`.
//! Everything else is strict.

use std::borrow::Cow;

use super::json_escapes::unescape;
use crate::base::bytes::quote_or_backslash;

/// Values inside each other beyond so many are refused.
pub const MAX_DEPTH: u32 = 128;

/// Where a text is not JSON, and what was expected there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no JSON at byte {at}: {expected}")]
pub struct ScanError {
    /// The byte, counted from 0.
    pub at: usize,
    /// In words.
    pub expected: &'static str,
}

/// A string between its quotes, escapes not yet decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RawText<'a> {
    /// What stands between the quotes.
    pub inside: &'a [u8],
    /// Whether there is a backslash in it.
    pub is_escaped: bool,
}

impl<'a> RawText<'a> {
    /// The string itself; borrowed unless there are escapes.
    #[inline]
    pub fn decode(self) -> Cow<'a, [u8]> {
        if self.is_escaped { Cow::Owned(unescape(self.inside)) } else { Cow::Borrowed(self.inside) }
    }
}

/// What stands at a value's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Token<'a> {
    /// A string.
    Text(RawText<'a>),
    /// A number, in its own digits.
    Number(&'a [u8]),
    /// `true` or `false`.
    Boolean(bool),
    /// `null`.
    Null,
    /// `NaN`, `Infinity` or `-Infinity`, which are no JSON but are written.
    Word(&'a [u8]),
    /// An object begins; its keys are next.
    Object,
    /// A list begins; its elements are next.
    List,
}

/// A place in a JSON text.
#[derive(Debug, Clone)]
pub struct Scan<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Scan<'a> {
    /// At the start of a text.
    pub fn new(text: &'a [u8]) -> Self {
        Self { text, at: 0 }
    }

    /// The byte that comes next.
    pub fn position(&self) -> usize {
        self.at
    }

    /// The text between two places.
    pub fn slice(&self, from: usize, until: usize) -> &'a [u8] {
        &self.text[from..until]
    }

    fn error(&self, expected: &'static str) -> ScanError {
        ScanError { at: self.at, expected }
    }

    #[inline]
    fn skip_space(&mut self) -> Option<u8> {
        while let Some(&byte) = self.text.get(self.at) {
            if !matches!(byte, b' ' | b'\n' | b'\r' | b'\t') {
                return Some(byte);
            }
            self.at += 1;
        }
        None
    }

    /// The next value, or the beginning of one that holds others.
    #[inline]
    pub fn value(&mut self) -> Result<Token<'a>, ScanError> {
        let Some(byte) = self.skip_space() else { return Err(self.error("a value is missing")) };
        match byte {
            b'"' => {
                self.at += 1;
                self.text_behind_quote().map(Token::Text)
            }
            b'{' | b'[' => {
                self.at += 1;
                Ok(if byte == b'{' { Token::Object } else { Token::List })
            }
            b'0'..=b'9' => self.number(),
            _ => self.word(),
        }
    }

    /// The string without escapes that begins at the next byte; `None`, and nothing is passed, where
    /// something else does.
    #[inline]
    pub fn plain_text(&mut self) -> Option<&'a [u8]> {
        let rest = self.text.get(self.at..)?.strip_prefix(b"\"")?;
        let length = quote_or_backslash(rest).filter(|length| rest[*length] == b'"')?;
        self.at += length + 2;
        Some(&rest[..length])
    }

    /// The number that begins at the next byte, if it is nothing but digits; `None`, and nothing is
    /// passed, where something else does.
    #[inline]
    pub fn plain_digits(&mut self) -> Option<&'a [u8]> {
        let rest = self.text.get(self.at..)?;
        let length = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let has_more = matches!(rest.get(length), Some(b'.' | b'e' | b'E'));
        let has_leading_zero = length > 1 && rest[0] == b'0';
        if length == 0 || has_more || has_leading_zero {
            return None;
        }
        self.at += length;
        Some(&rest[..length])
    }

    /// Everything from the opening quote's next byte to the closing quote.
    #[inline]
    fn text_behind_quote(&mut self) -> Result<RawText<'a>, ScanError> {
        let start = self.at;
        let rest = &self.text[start..];
        match quote_or_backslash(rest) {
            Some(length) if rest[length] == b'"' => {
                self.at = start + length + 1;
                Ok(RawText { inside: &rest[..length], is_escaped: false })
            }
            found => self.text_with_escapes(start, found.map_or(self.text.len(), |length| start + length)),
        }
    }

    fn text_with_escapes(&mut self, start: usize, mut at: usize) -> Result<RawText<'a>, ScanError> {
        let mut is_escaped = false;
        loop {
            match memchr::memchr2(b'"', b'\\', &self.text[at..]) {
                Some(found) if self.text[at + found] == b'"' => {
                    let end = at + found;
                    self.at = end + 1;
                    return Ok(RawText { inside: &self.text[start..end], is_escaped });
                }
                Some(found) if at + found + 1 < self.text.len() => {
                    is_escaped = true;
                    at += found + 2;
                }
                _ => {
                    self.at = start;
                    return Err(self.error("the string that begins here never ends"));
                }
            }
        }
    }

    #[inline]
    fn number(&mut self) -> Result<Token<'a>, ScanError> {
        let start = self.at;
        let digits = |at: usize| self.text[at..].iter().take_while(|b| b.is_ascii_digit()).count();
        let mut at = start + usize::from(self.text[start] == b'-');
        let whole = digits(at);
        let has_leading_zero = whole > 1 && self.text[at] == b'0';
        at += whole;
        let mut is_number = whole > 0 && !has_leading_zero;
        if self.text.get(at) == Some(&b'.') {
            let fraction = digits(at + 1);
            is_number &= fraction > 0;
            at += 1 + fraction;
        }
        if matches!(self.text.get(at), Some(b'e' | b'E')) {
            at += 1 + usize::from(matches!(self.text.get(at + 1), Some(b'+' | b'-')));
            let power = if at <= self.text.len() { digits(at) } else { 0 };
            is_number &= power > 0;
            at += power;
        }
        if !is_number {
            return Err(self.error("this is no number"));
        }
        self.at = at;
        Ok(Token::Number(&self.text[start..at]))
    }

    fn word(&mut self) -> Result<Token<'a>, ScanError> {
        let rest = &self.text[self.at..];
        let (word, token) = match rest.first() {
            Some(b't') => (b"true".as_slice(), Token::Boolean(true)),
            Some(b'f') => (b"false".as_slice(), Token::Boolean(false)),
            Some(b'n') => (b"null".as_slice(), Token::Null),
            Some(b'N') => (b"NaN".as_slice(), Token::Word(b"NaN")),
            Some(b'I') => (b"Infinity".as_slice(), Token::Word(b"Infinity")),
            Some(b'-') if !rest.starts_with(b"-Infinity") => return self.number(),
            _ => (b"-Infinity".as_slice(), Token::Word(b"-Infinity")),
        };
        if !rest.starts_with(word) {
            return Err(self.error("this is no value"));
        }
        self.at += word.len();
        Ok(token)
    }

    /// The next key of the object that was begun, moving past its colon; `None` at the object's
    /// end, which is passed.
    #[inline]
    pub fn next_key(&mut self, is_first: &mut bool) -> Result<Option<RawText<'a>>, ScanError> {
        if self.has_key(is_first)? { self.key().map(Some) } else { Ok(None) }
    }

    /// Whether the object that was begun has another key, moving to its quote. Its end is passed.
    #[inline]
    pub fn has_key(&mut self, is_first: &mut bool) -> Result<bool, ScanError> {
        let mut byte = self.skip_space();
        if byte == Some(b'}') {
            self.at += 1;
            return Ok(false);
        }
        if !std::mem::replace(is_first, false) {
            if byte != Some(b',') {
                return Err(self.error("expected “,” or “}”"));
            }
            self.at += 1;
            byte = self.skip_space();
        }
        if byte != Some(b'"') {
            return Err(self.error("expected a key in quotes"));
        }
        Ok(true)
    }

    /// The key whose quote is next, moving past its colon.
    #[inline]
    pub fn key(&mut self) -> Result<RawText<'a>, ScanError> {
        self.at += 1;
        let key = self.text_behind_quote()?;
        if self.skip_space() != Some(b':') {
            return Err(self.error("expected “:”"));
        }
        self.at += 1;
        Ok(key)
    }

    /// What was not read yet.
    #[inline]
    pub fn rest(&self) -> &'a [u8] {
        &self.text[self.at..]
    }

    /// Moves past bytes of the rest, which were looked at.
    #[inline]
    pub fn advance(&mut self, length: usize) {
        self.at += length;
    }

    /// Whether the list that was begun has another element; its end is passed.
    pub fn next_element(&mut self, is_first: &mut bool) -> Result<bool, ScanError> {
        let byte = self.skip_space();
        if byte == Some(b']') {
            self.at += 1;
            return Ok(false);
        }
        if !std::mem::replace(is_first, false) {
            if byte != Some(b',') {
                return Err(self.error("expected “,” or “]”"));
            }
            self.at += 1;
        }
        Ok(true)
    }

    /// Moves past what a token began.
    pub fn skip(&mut self, token: Token<'a>) -> Result<(), ScanError> {
        // One bit for each open value, 1 for an object. No recursion: the text decides the depth.
        let mut open = 0_u128;
        let mut depth = 0;
        let mut token = token;
        let mut is_first = false;
        loop {
            if matches!(token, Token::Object | Token::List) {
                if depth == MAX_DEPTH {
                    return Err(self.error("more than 128 values inside each other"));
                }
                open = open << 1 | u128::from(token == Token::Object);
                depth += 1;
                is_first = true;
            }
            loop {
                if depth == 0 {
                    return Ok(());
                }
                let has_next = match open & 1 {
                    1 => self.next_key(&mut is_first)?.is_some(),
                    _ => self.next_element(&mut is_first)?,
                };
                if has_next {
                    break;
                }
                open >>= 1;
                depth -= 1;
                is_first = false;
            }
            token = self.value()?;
        }
    }

    /// Checks that nothing but space is left.
    #[inline]
    pub fn end(&mut self) -> Result<(), ScanError> {
        match self.skip_space() {
            None => Ok(()),
            Some(_) => Err(self.error("nothing may follow the object")),
        }
    }
}

#[cfg(test)]
#[path = "json_scan_tests.rs"]
mod tests;
