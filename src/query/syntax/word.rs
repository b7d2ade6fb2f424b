//! Words, bare and in quotes.

use crate::model::field::FieldRef;
use crate::query::error::QueryError;
use crate::query::print::{field_name, quoted};

use super::dialect::between_slashes::regex_between_slashes;
use super::dialect::terms::is_term_behind;
use super::joins::is_join;
use super::name::is_of_name;
use super::reader::Reader;
use super::{Style, Word};

impl Reader<'_> {
    /// A word that stands for itself, or a piece of one in quotes.
    pub(super) fn bare_term(&mut self) -> Word {
        let word = self.rest().split(|c: char| c.is_whitespace() || matches!(c, '(' | ')')).next().unwrap_or("");
        if word.starts_with(['"', '*']) || word.contains("|\"") {
            return self.pieces(|c| c.is_whitespace() || matches!(c, '(' | ')'), false);
        }
        let start = self.at;
        let is_end = |c: char| c.is_whitespace() || matches!(c, '(' | ')');
        let len = self.rest().find(is_end).unwrap_or(self.rest().len());
        if escape(&self.rest()[..len]).is_some() || self.rest()[..len].ends_with('\\') && len < self.rest().len() {
            return self.pieces(is_end, false);
        }
        self.bare(|c| is_end(c) || c == '"');
        if self.rest().starts_with(['(', '"']) && !self.joins_group(start) {
            let char = &self.rest()[..1];
            let problem = QueryError::new(format!("a {char} cannot stand inside a word"), self.at..self.at + 1);
            self.skip_to_space();
            let right = quoted(&self.text.as_bytes()[start..self.at]);
            let hint = "put the whole word in double quotes, with \\\" for a quote";
            // JSON is no text that anybody looks for.
            let is_text = !self.text[start..].starts_with(['{', '[']) && !calls_field(&self.text[start..self.at]);
            let is_compared = self.rest().trim_start().starts_with(['=', '<', '>', '!']);
            let written = &self.text[start..self.at];
            // `status(500)`, and a quote that opens nowhere.
            let called = written.split_once('(').and_then(|(name, inside)| {
                let inside =
                    inside.strip_suffix(')').filter(|inside| !inside.is_empty() && !inside.contains(['(', '"']))?;
                // Splunk's ways to take a word as it stands.
                let is_word = matches!(name, "TERM" | "CASE") && !inside.contains(['*', ':', '=']);
                let field = FieldRef::find(name).map(|field| format!("{}:{inside}", field_name(&field)));
                field.or_else(|| is_word.then(|| quoted(inside.as_bytes())))
            });
            if let Some(right) = called.filter(|_| !is_compared) {
                self.problem(problem.with_hint(format!("write {right}")).with_fix(start..self.at, right));
                return Word { text: self.text[start..self.at].to_owned(), style: Style::Bare, span: start..self.at };
            }
            let is_text = is_text && self.text.matches('"').count().is_multiple_of(2);
            let problem = problem.with_hint(hint);
            self.problem(if is_text && !is_compared { problem.with_fix(start..self.at, right) } else { problem });
        }
        Word { text: self.text[start..self.at].to_owned(), style: Style::Bare, span: start..self.at }
    }

    /// A value: bare and quoted pieces side by side, up to a space, a comma or a parenthesis.
    pub(super) fn value_word(&mut self) -> Word {
        if self.rest().starts_with('\'')
            && let Some(end) = self.shell_quoted()
        {
            let span = self.at..end + 1;
            self.at = end + 1;
            // SQL writes an apostrophe twice.
            let text = self.text[span.start + 1..end].replace("''", "'");
            return Word { text, style: Style::Quoted, span };
        }
        let word = self.pieces(|c| c.is_whitespace() || matches!(c, ',' | '(' | ')'), true);
        if self.rest().starts_with('(') && self.at > word.span.start {
            let problem = QueryError::new("a ( cannot stand inside a value", self.at..self.at + 1);
            self.skip_to_space();
            let right = quoted(&self.text.as_bytes()[word.span.start..self.at]);
            let hint = "put the whole value in double quotes";
            self.problem(problem.with_hint(hint).with_fix(word.span.start..self.at, right));
        }
        word
    }

    /// `and(method:GET)`: a word that joins what it was read behind and a group of terms.
    fn joins_group(&self, start: usize) -> bool {
        let inside = self.rest().strip_prefix('(').map(|inside| inside.trim_start_matches(['(', '-', '!', ' ']));
        is_join(&self.text[start..self.at]) && inside.is_some_and(is_term_behind)
    }

    fn skip_to_space(&mut self) {
        let rest = self.rest();
        self.at += rest.find(char::is_whitespace).unwrap_or(rest.len());
    }

    /// A regular expression between slashes, up to a space: nothing in it is a sign of ours, but what closes
    /// a group behind it.
    pub(super) fn regex_of_path(&mut self) -> Option<Word> {
        if !self.rest().starts_with('/') {
            return None;
        }
        let raw = self.rest().split(char::is_whitespace).next().unwrap_or("").trim_end_matches(')');
        if raw.contains('"') || regex_between_slashes(raw, false).is_none() {
            return None;
        }
        let span = self.at..self.at + raw.len();
        self.at = span.end;
        Some(Word { text: raw.to_owned(), style: Style::Bare, span })
    }

    /// The pattern behind a `~`: up to a space, or a comma or a parenthesis that is no part of it.
    pub(super) fn regex_word(&mut self) -> Word {
        if self.rest().starts_with(['"', '\'']) {
            return self.value_word();
        }
        let (start, mut depth, mut is_escaped) = (self.at, 0_usize, false);
        let end = self.rest().find(|c: char| {
            let was_escaped = is_escaped;
            is_escaped = c == '\\' && !was_escaped;
            match c {
                _ if c.is_whitespace() => return true,
                _ if was_escaped => {}
                '(' | '[' | '{' => depth += 1,
                ')' if depth == 0 => return true,
                ')' | ']' | '}' => depth = depth.saturating_sub(1),
                ',' => return depth == 0,
                _ => {}
            }
            false
        });
        self.at += end.unwrap_or(self.rest().len());
        Word { text: self.text[start..self.at].to_owned(), style: Style::Bare, span: start..self.at }
    }

    /// Whether a parenthesis behind a `~` belongs to the pattern, and holds no list of them.
    pub(super) fn is_group_of_regex(&self) -> bool {
        let rest = self.rest();
        let inside = rest.find(')').map_or(rest, |end| &rest[..end]);
        rest.starts_with("(?") || !inside.contains(|c: char| c.is_whitespace() || c == ',' || c == '"')
    }

    /// Pieces in quotes and bare ones, up to where a word ends. A star outside of quotes stands for
    /// any text. Parentheses with their partners belong to a text before them, where that is asked for.
    fn pieces(&mut self, is_end: impl Fn(char) -> bool + Copy, with_groups: bool) -> Word {
        let start = self.at;
        let mut bytes: Vec<u8> = Vec::new();
        let (mut has_quotes, mut has_bare_star, mut has_quoted_star) = (false, false, false);
        loop {
            if with_groups
                && self.at > start
                && let Some(len) = group_len(self.rest())
            {
                has_bare_star |= self.rest()[..len].contains('*');
                bytes.extend(&self.rest().as_bytes()[..len]);
                self.at += len;
                continue;
            }
            if self.rest().is_empty() || self.rest().starts_with(is_end) {
                break;
            }
            if self.rest().starts_with('"') {
                let piece = self.quoted();
                has_quoted_star |= piece.contains(&b'*');
                has_quotes = true;
                bytes.extend(piece);
            } else if let Some(meant) = escape(self.rest()).filter(|_| self.rest().starts_with('\\')) {
                // Lucene's way to take the meaning of a sign away.
                self.at += 1 + meant.len_utf8();
                self.note("a backslash before a sign takes away its meaning; quotes do so for a whole text");
                has_quoted_star |= meant == '*';
                has_quotes = true;
                bytes.extend(meant.encode_utf8(&mut [0; 4]).as_bytes());
            } else {
                let first = usize::from(self.rest().starts_with('\\'));
                let stop = self.rest()[first..].find('\\').map_or(self.end, |at| self.at + first + at);
                let outer = std::mem::replace(&mut self.end, stop);
                let piece = self.bare(|c| is_end(c) || c == '"').to_owned();
                self.end = outer;
                has_bare_star |= piece.contains('*');
                bytes.extend(piece.as_bytes());
            }
        }
        let span = start..self.at;
        if has_bare_star && has_quoted_star {
            let problem =
                QueryError::new("a * in quotes means itself, one outside any text; both do not go", span.clone());
            self.problem(problem.with_hint("write a regular expression: field~\"…\""));
        }
        match String::from_utf8(bytes) {
            Ok(text) => {
                let style = if has_quotes && !has_bare_star { Style::Quoted } else { Style::Bare };
                Word { text, style, span }
            }
            Err(error) => {
                let bytes = error.into_bytes();
                Word { text: String::from_utf8_lossy(&bytes).into_owned(), style: Style::Bytes(bytes), span }
            }
        }
    }

    /// One run of bare text.
    fn bare(&mut self, is_end: impl Fn(char) -> bool) -> &str {
        let start = self.at;
        self.at += self.rest().find(is_end).unwrap_or(self.rest().len());
        &self.text[start..self.at]
    }

    /// Text in double quotes. `\"` and `\\` stand for the second character, `\x27` for the byte;
    /// any other backslash for itself.
    pub(super) fn quoted(&mut self) -> Vec<u8> {
        let start = self.at;
        let mut bytes = Vec::new();
        let mut rest = &self.rest()[1..];
        loop {
            let len = rest.find(['"', '\\']).unwrap_or(rest.len());
            bytes.extend(&rest.as_bytes()[..len]);
            rest = &rest[len..];
            if let Some(behind) = rest.strip_prefix('"') {
                self.at = self.end - behind.len();
                return bytes;
            }
            let Some(behind) = rest.strip_prefix('\\') else {
                let problem = self.quote_not_closed(start);
                self.problem(problem);
                self.at = self.end;
                return bytes;
            };
            let code = behind.strip_prefix('x').and_then(|code| code.get(..2));
            let hex = code.filter(|code| code.bytes().all(|b| b.is_ascii_hexdigit()));
            rest = if let Some(code) = hex {
                bytes.push(u8::from_str_radix(code, 16).expect("two hexadecimal digits are a byte"));
                &behind[3..]
            } else if behind.starts_with(['"', '\\']) {
                bytes.push(behind.as_bytes()[0]);
                &behind[1..]
            } else {
                bytes.push(b'\\');
                behind
            };
        }
    }

    /// Where a single quote that opens here is closed: by one that a word may end with.
    pub(super) fn shell_quoted(&self) -> Option<usize> {
        let inner = self.rest().strip_prefix('\'')?;
        inner.match_indices('\'').map(|(at, _)| at).find_map(|at| {
            let behind = inner[at + 1..].chars().next();
            behind.is_none_or(|c| c.is_whitespace() || matches!(c, ')' | ',' | ';')).then_some(self.at + 1 + at)
        })
    }
}

/// `isValid(client)`, `inRange(ip, …`: whether a word is a function of a field.
pub(in crate::query) fn calls_field(word: &str) -> bool {
    let called = word.split_once('(').filter(|(name, _)| !name.is_empty() && name.chars().all(is_of_name));
    let argument = called.and_then(|(_, inside)| inside.split_once([',', ')']));
    argument.is_some_and(|(argument, _)| FieldRef::find(argument.trim_start_matches('@')).is_some())
}

/// How long the text in parentheses is that a text begins with, if it is one piece: `(5)`.
fn group_len(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, char) in text.char_indices() {
        match char {
            '(' => depth += 1,
            ')' if depth == 1 => return Some(at + 1),
            ')' if depth > 1 => depth -= 1,
            _ if depth == 0 || char.is_whitespace() || matches!(char, '"' | '\'' | '\\') => return None,
            _ => {}
        }
    }
    None
}

/// The sign whose meaning the first backslash of a text takes away, as Lucene has it.
fn escape(text: &str) -> Option<char> {
    let at = text.find('\\')?;
    text[at + 1..].chars().next().filter(|c| c.is_ascii_punctuation() || *c == ' ')
}
