//! Backslashes that take away the meaning of a sign in Lucene and Kibana, and stand for a sign in JSON: in quotes
//! and in names they are answered with what is meant.

use crate::model::field::FieldRef;
use crate::query::error::QueryError;
use crate::query::print::{field_name, needs_quotes, quoted};
use crate::query::syntax::name::is_of_name;
use crate::query::syntax::reader::Reader;
use crate::query::syntax::term::{operator_len, starts_with_operator};
use crate::query::syntax::{Style, Word};

use super::terms::is_term_behind;

/// What a backslash before a text means elsewhere, and nothing here: the sign, and how much of the text it is.
pub(in crate::query) fn escape_elsewhere(behind: &str) -> Option<(char, usize)> {
    let sign = behind.chars().next()?;
    let is_sign = sign.is_ascii_punctuation() && !matches!(sign, '"' | '\\') || sign == ' ';
    if is_sign { Some((sign, sign.len_utf8())) } else { unicode(behind) }
}

/// JSON's `u00f6`, also as two of them.
fn unicode(text: &str) -> Option<(char, usize)> {
    let unit = |text: &str| {
        let digits = text.strip_prefix('u')?.get(..4).filter(|code| code.bytes().all(|b| b.is_ascii_hexdigit()))?;
        u16::from_str_radix(digits, 16).ok()
    };
    let first = unit(text)?;
    let second = text[5..].strip_prefix('\\').and_then(unit);
    let pair =
        second.and_then(|second| char::decode_utf16([first, second]).next()?.ok().filter(|c| c.len_utf16() == 2));
    let alone = || char::from_u32(first.into()).map(|c| (c, 5));
    pair.map(|c| (c, 11)).or_else(alone)
}

impl Reader<'_> {
    /// `"a\:b"`, `K\u00f6ln`: backslashes that are none elsewhere. What is wrong with a word that holds some.
    pub(in crate::query::syntax) fn foreign_escapes(&self, word: &Word) -> Option<QueryError> {
        let raw = &self.text[word.span.clone()];
        if raw.starts_with('\'') || !raw.contains('\\') {
            return None;
        }
        let (mut right, mut rest, mut is_quoted, mut is_changed) = (String::new(), raw, false, false);
        while let Some(sign) = rest.chars().next() {
            rest = &rest[sign.len_utf8()..];
            is_quoted ^= sign == '"';
            let next = rest.chars().next().filter(|_| sign == '\\');
            // Outside of quotes, the meaning of signs is taken away here as well.
            let meant = next.and_then(|_| if is_quoted { escape_elsewhere(rest) } else { unicode(rest) });
            match (meant, next) {
                (Some((meant, len)), _) => {
                    rest = &rest[len..];
                    is_changed = true;
                    match meant {
                        '"' | '\\' if is_quoted => right.extend(['\\', meant]),
                        _ if meant.is_control() && is_quoted => {
                            right.push_str(quoted(meant.to_string().as_bytes()).trim_matches('"'));
                        }
                        _ => right.push(meant),
                    }
                }
                (None, Some(next)) => {
                    right.extend([sign, next]);
                    rest = &rest[next.len_utf8()..];
                }
                (None, None) => right.push(sign),
            }
        }
        if !raw.contains('"') && needs_quotes(&right) {
            right = quoted(right.as_bytes());
        }
        let problem = QueryError::new("a backslash stands for itself here", word.span.clone());
        let hint = format!("write {right}, or \\\\ in quotes for a backslash");
        is_changed.then(|| problem.with_hint(hint).with_fix(word.span.clone(), right))
    }

    /// `cache\ hit:true`: a name with a space, as Lucene and Kibana write it.
    pub(in crate::query::syntax) fn escaped_name(&mut self) -> bool {
        let rest = self.rest();
        let (mut name, mut at, mut has_space, mut has_escape) = (String::new(), 0, false, false);
        while let Some(sign) = rest[at..].chars().next() {
            let escaped =
                rest[at + sign.len_utf8()..].chars().next().filter(|next| sign == '\\' && " .-:".contains(*next));
            match escaped {
                Some(next) => (has_space, has_escape, at) = (has_space || next == ' ', true, at + 2),
                None if is_of_name(sign) || sign == '/' && has_escape => at += sign.len_utf8(),
                None => break,
            }
            name.push(escaped.unwrap_or(sign));
        }
        let is_asked = starts_with_operator(&rest[at..]) && !rest[at..].starts_with("://");
        let is_valued = |len: usize| rest[at + len..].trim_start().starts_with(|c: char| c != ')');
        let is_value = |len: usize| !rest[at + len..].starts_with(char::is_whitespace) || is_valued(len);
        if !(has_space || has_escape && rest[..at].contains('.')) || !is_asked || !is_value(operator_len(&rest[at..])) {
            return false;
        }
        let place = self.at..self.at + at;
        let field =
            FieldRef::find(&name).unwrap_or_else(|| FieldRef::Attribute(name.trim_start_matches('@').to_owned()));
        let right = field_name(&field);
        let problem = QueryError::new("a name with spaces or signs stands in double quotes", place.clone());
        self.problem(problem.with_hint(format!("write {right}")).with_fix(place.clone(), right));
        self.field_term(Word { text: field.to_string(), style: Style::Bare, span: place });
        true
    }
}

/// Where a sign stands that no backslash takes for the text: the end of a quote, or of a pattern.
pub(super) fn unescaped(text: &str, sign: char) -> Option<usize> {
    let mut is_escaped = false;
    text.find(|c: char| {
        let was_escaped = std::mem::replace(&mut is_escaped, false);
        is_escaped = c == '\\' && !was_escaped;
        c == sign && !was_escaped
    })
}

/// Signs without width: what chats, spreadsheets and files with a mark at their begin bring along.
pub(in crate::query) const WITHOUT_WIDTH: [char; 3] = ['\u{200b}', '\u{2060}', '\u{feff}'];

/// The first of them outside of quotes: nobody sees it, and nothing has it.
pub(in crate::query::syntax) fn without_width(text: &str) -> Option<QueryError> {
    let (mut is_quoted, mut is_escaped) = (false, false);
    let (at, sign) = text.char_indices().find(|(_, c)| {
        let was_escaped = is_escaped;
        is_escaped = *c == '\\' && !was_escaped;
        is_quoted ^= *c == '"' && !was_escaped;
        !is_quoted && WITHOUT_WIDTH.contains(c)
    })?;
    let place = at..at + sign.len_utf8();
    let problem =
        QueryError::new(format!("a sign without width stands here: U+{:04X}", u32::from(sign)), place.clone());
    // Two terms may have it between them.
    let right = if at > 0 && is_term_behind(&text[place.end..]) { " " } else { "" };
    Some(problem.with_hint("take it out, or put the text in double quotes").with_fix(place, right))
}
