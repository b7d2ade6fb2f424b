//! Values of other languages: in either quotes, in lists.

use crate::query::print::{needs_quotes, quoted};

/// A value of another language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::query::syntax) struct Literal {
    pub(in crate::query::syntax) text: String,
    pub(in crate::query::syntax) is_quoted: bool,
}

impl Literal {
    pub(in crate::query::syntax) fn written(&self) -> String {
        let is_plain = !needs_quotes(&self.text) && !self.text.contains('*');
        if is_plain { self.text.clone() } else { quoted(self.text.as_bytes()) }
    }
}

/// Values with commas between them, up to a closing sign, and the text behind it.
pub(super) fn arguments(text: &str, close: char) -> Option<(Vec<Literal>, &str)> {
    let mut values = Vec::new();
    let mut rest = text.trim_start();
    loop {
        let (value, behind) = if let Some(quote) = rest.chars().next().filter(|c| matches!(c, '"' | '\'')) {
            let (inner, behind) = in_quotes(rest, quote)?;
            (Literal { text: inner, is_quoted: true }, behind)
        } else {
            let end = rest.find([',', close])?;
            (Literal { text: rest[..end].trim().to_owned(), is_quoted: false }, &rest[end..])
        };
        values.push(value);
        rest = behind.trim_start();
        if let Some(behind) = rest.strip_prefix(close) {
            return Some((values, behind));
        }
        rest = rest.strip_prefix([',', ';'])?.trim_start();
    }
}

/// The first word of a text, and what is behind it.
pub(in crate::query::syntax) fn word(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_start();
    let end = text.find(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '[')).unwrap_or(text.len());
    (end > 0).then(|| text.split_at(end))
}

/// The first word, if it is no longer than words of operators are: a list of thousands is not looked through for one.
pub(super) fn short_word(text: &str) -> Option<(&str, &str)> {
    const LONGEST: usize = 24;
    let text = text.trim_start();
    let is_end = |c: char| c.is_whitespace() || matches!(c, '(' | ')' | '[');
    let mut signs = text.char_indices();
    let end = match signs.by_ref().take(LONGEST).find(|(_, c)| is_end(*c)) {
        Some((end, _)) => end,
        None if signs.next().is_none() => text.len(),
        None => return None,
    };
    (end > 0).then(|| text.split_at(end))
}

/// A word, or a text in quotes.
pub(in crate::query::syntax) fn argument_word(text: &str) -> Option<(Literal, &str)> {
    // Kusto's `@"…"`, in which no backslash has a meaning of its own.
    let text = text.trim_start();
    let text = text.strip_prefix('@').filter(|text| text.starts_with(['"', '\''])).unwrap_or(text);
    if let Some(quote @ ('"' | '\'')) = text.chars().next() {
        let (inner, behind) = in_quotes(text, quote)?;
        return Some((Literal { text: inner, is_quoted: true }, behind));
    }
    word(text).map(|(word, behind)| (Literal { text: word.to_owned(), is_quoted: false }, behind))
}

/// What stands in quotes, where a quote in it is written twice or behind a backslash, and what is behind them.
fn in_quotes(text: &str, quote: char) -> Option<(String, &str)> {
    let mut inner = String::new();
    let mut signs = text[1..].char_indices().peekable();
    while let Some((at, sign)) = signs.next() {
        let next = signs.peek().map(|(_, next)| *next);
        match sign {
            _ if sign == quote && next == Some(quote) => signs.next().map_or((), |(_, sign)| inner.push(sign)),
            '\\' if next == Some(quote) => signs.next().map_or((), |(_, sign)| inner.push(sign)),
            _ if sign == quote => return Some((inner, &text[at + 2..])),
            _ => inner.push(sign),
        }
    }
    None
}
