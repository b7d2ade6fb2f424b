//! Regular expressions between slashes, which may be paths, too.

use crate::model::field::{Field, FieldRef, Kind};
use crate::query::syntax::reader::Reader;
use crate::query::syntax::term::known_name_len;
use crate::query::syntax::value::{Meaning, anchored, regex_term};
use crate::query::syntax::{Op, Word};

use super::classes::classes;
use super::escapes::unescaped;

impl Reader<'_> {
    /// `client~/acme/`, `client:/a b/i`: a pattern between slashes, where slashes are no part of it.
    pub(in crate::query::syntax) fn slashed_regex(&mut self, op: Op, word: &Word) -> bool {
        let Some(field) = FieldRef::find(&word.text) else { return false };
        let is_text = field.kind() == Kind::Text && op != Op::Regex;
        if !matches!(op, Op::Has | Op::Regex | Op::Exact)
            || op != Op::Regex && !matches!(field.kind(), Kind::Name | Kind::Text | Kind::Status)
        {
            return false;
        }
        let Some((inner, flags, len)) = between_slashes(self.rest()) else { return false };
        // The closing slash may be of another term, or of another value.
        let has_term = inner.match_indices(' ').any(|(at, _)| {
            let behind = inner[at + 1..].trim_start_matches(['-', '!', '(']);
            known_name_len(behind).is_some_and(|len| behind[len..].starts_with([':', '~']))
        });
        if has_term || inner.contains('"') {
            return false;
        }
        // Without a space it is a word, which is looked at elsewhere.
        if is_text && (!inner.contains(' ') || regex_between_slashes(&format!("/{inner}/"), false).is_none()) {
            return false;
        }
        // A path may begin and end with a slash.
        let is_sure = is_text
            || field.known() != Some(Field::Path)
            || inner.starts_with('^')
            || inner.contains("\\/")
            || !flags.is_empty();
        if !is_sure {
            self.note("the slashes are a part of the pattern");
            return false;
        }
        let (start, plain) = (self.at, inner.replace("\\/", "/"));
        self.at += len;
        let pattern = if op == Op::Regex { plain } else { anchored(&plain) };
        let pattern = if flags.contains('i') { format!("(?i){pattern}") } else { pattern };
        let message = "slashes are no quotes here";
        let meaning = match classes(&pattern).filter(|_| field.kind() == Kind::Status) {
            Some(statuses) => Meaning::term(message, format!("{}:{statuses}", word.text)),
            // A number is matched by no pattern.
            None if field.kind() == Kind::Status => Meaning::new(message, "write status:5xx or status:500..599"),
            None => Meaning::term(message, regex_term(&field, &pattern)),
        };
        self.foreign(meaning, start, word.span.start);
        true
    }
}

/// The pattern between slashes that a text begins with, the letters behind it, and how long all is.
pub(super) fn between_slashes(text: &str) -> Option<(&str, &str, usize)> {
    let inner = text.strip_prefix('/')?;
    let end = unescaped(inner, '/')?;
    let behind = &inner[end + 1..];
    let flags = behind.find(|c: char| !matches!(c, 'i' | 'g' | 'm' | 's' | 'u')).map_or(behind, |at| &behind[..at]);
    let is_end = behind[flags.len()..].chars().next().is_none_or(|c| c.is_whitespace() || matches!(c, ')' | ','));
    (end > 0 && is_end).then(|| (&inner[..end], flags, end + 2 + flags.len()))
}

/// Whether a text has a sign of a pattern, so that it may be read as one where slashes stand around it.
pub(in crate::query) fn has_sign_of_regex(text: &str) -> bool {
    text.contains(['[', '^', '$', '|']) || text.contains(".+") || text.contains(".*")
}

/// Whether a text may close a pattern between slashes, with the letters behind it.
pub(in crate::query) fn may_close_regex(text: &str) -> bool {
    let behind = text.split_once('/').map(|(_, behind)| behind);
    behind.is_some_and(|behind| behind.trim_start_matches(['i', 'g', 'm', 's', 'u']).is_empty())
}

/// What stands between slashes, if it must be a regular expression; escaped slashes are plain ones.
pub(in crate::query::syntax) fn regex_between_slashes(text: &str, is_sure: bool) -> Option<String> {
    let inner = text.strip_prefix('/')?.strip_suffix('/').filter(|inner| !inner.is_empty())?;
    let is_regex = has_sign_of_regex(inner) || inner.contains('\\');
    (is_sure || is_regex).then(|| inner.replace("\\/", "/"))
}
