//! Bars between texts without blanks around them, as patterns have them: `timed out|refused`, `"timed out"|refused`.

use crate::query::error::QueryError;
use crate::query::print::{needs_quotes, quoted};
use crate::query::shape::field_of_word;
use crate::query::syntax::joins::is_join;
use crate::query::syntax::reader::Reader;
use crate::query::syntax::{Style, Word};

impl Reader<'_> {
    /// What is right for a word that was just read and has bars in it. Words beside it belong to the texts that a bar
    /// stands between: a pattern has no sign for AND.
    pub(in crate::query::syntax) fn bars_between_texts(&mut self, word: &Word) -> bool {
        let raw = &self.text[word.span.clone()];
        if !raw.contains('|') || raw.contains("||") || matches!(word.style, Style::Range(_)) {
            return false;
        }
        let has_quotes = raw.contains('"');
        let begin = if has_quotes { word.span.start } else { self.begin_of_words(word.span.start) };
        let end = if has_quotes { word.span.end } else { self.end_of_words(word.span.end) };
        let is_alone = begin == word.span.start && end == word.span.end;
        if is_alone && !has_quotes {
            return false;
        }
        let texts: Option<Vec<String>> = alternatives(&self.text[begin..end]).into_iter().map(as_text).collect();
        let Some(texts) = texts.filter(|texts| texts.len() > 1) else { return false };
        let right = format!("({})", texts.join(" OR "));
        self.at = end;
        let problem = QueryError::new("OR stands between words, one of which is enough", begin..end);
        self.problem(problem.written(right));
        true
    }

    /// Where the plain words begin that stand before a place.
    fn begin_of_words(&self, place: usize) -> usize {
        let mut begin = place;
        loop {
            let before = self.text[..begin].trim_end();
            let word = before.rsplit(|c: char| c.is_whitespace() || c == '(').next().unwrap_or(before);
            if before.len() == begin || !is_word(word) {
                return begin;
            }
            begin = before.len() - word.len();
        }
    }

    /// Where the plain words end that stand behind a place.
    fn end_of_words(&self, place: usize) -> usize {
        let mut end = place;
        loop {
            let rest = &self.text[end..self.end];
            let behind = rest.trim_start();
            let len = behind.find(|c: char| c.is_whitespace() || c == ')').unwrap_or(behind.len());
            if behind.len() == rest.len() || !behind[..len].split('|').all(is_word) {
                return end;
            }
            end = self.end - behind.len() + len;
        }
    }
}

/// A word of a text, and no value, method or time that stands beside one.
fn is_word(text: &str) -> bool {
    const OF_TIMES: [&str; 14] = [
        "last",
        "past",
        "this",
        "since",
        "ago",
        "now",
        "today",
        "yesterday",
        "minute",
        "minutes",
        "hour",
        "hours",
        "day",
        "days",
    ];
    let is_of_letters = !text.is_empty() && text.chars().all(|c| c.is_alphabetic() || c == '_');
    is_of_letters
        && !is_join(text)
        && field_of_word(text).is_none()
        && !OF_TIMES.contains(&text.to_ascii_lowercase().as_str())
}

/// The parts of a text between its bars, but those in quotes.
fn alternatives(text: &str) -> Vec<&str> {
    let mut is_quoted = false;
    let is_bar = |c: char| {
        is_quoted ^= c == '"';
        c == '|' && !is_quoted
    };
    text.split(is_bar).collect()
}

/// A part as it is written here; nothing, if it is neither a text in quotes nor words.
fn as_text(part: &str) -> Option<String> {
    let inner = part.strip_prefix('"').and_then(|inner| inner.strip_suffix('"')).filter(|inner| !inner.contains('"'));
    let is_words = !part.is_empty() && part.split(' ').all(is_word);
    match inner {
        Some(inner) if !inner.contains('\\') && !inner.trim().is_empty() => Some(part.to_owned()),
        None if is_words && needs_quotes(part) => Some(quoted(part.as_bytes())),
        None if is_words => Some(part.to_owned()),
        _ => None,
    }
}
