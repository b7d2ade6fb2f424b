//! Names of what lies inside of something else, as other languages write them: Kibana's `geo:{country:DE}`,
//! jq's `.attributes["region"]`, Postgres' `attributes->>'region'`.

use crate::model::field::FieldRef;
use crate::query::error::QueryError;
use crate::query::print::field_name;
use crate::query::syntax::name::is_of_name;
use crate::query::syntax::reader::Reader;
use crate::query::syntax::term::{is_operator_alone, starts_with_operator};
use crate::query::syntax::{Style, Word};

impl Reader<'_> {
    /// Kibana's `geo:{country:DE and city:Berlin}`: what it is here, and how much of the text.
    pub(super) fn nested_group(&self) -> Option<(QueryError, usize)> {
        let rest = self.rest();
        let name_len = rest.find(|c| !is_of_name(c))?;
        let (outer, behind) = rest.split_at(name_len);
        let inside = behind.trim_start().strip_prefix(':')?.trim_start().strip_prefix('{')?;
        let end = closing_brace(inside)?;
        let (inner, behind) = (inside[..end].trim(), &inside[end + 1..]);
        // Lucene's range without its ends has braces, too: `{* TO 2026-11-19T06:30:00Z}`.
        let is_range = inner.split_whitespace().nth(1) == Some("TO");
        if outer.is_empty() || is_range || !inner.contains([':', '<', '>', '=']) {
            return None;
        }
        let right = with_names_below(outer, inner);
        let right = if inner.contains(char::is_whitespace) { format!("({right})") } else { right };
        let len = rest.len() - behind.len();
        let problem = QueryError::new("names inside of another stand behind a dot", self.at..self.at + len);
        Some((problem.written(right), len))
    }

    /// `attributes["region"]`, `.["cache hit"]`, `attributes->>'region'`, `[cache hit] = 'yes'` and the like.
    pub(in crate::query::syntax) fn name_by_parts(&mut self) -> bool {
        let Some((path, len)) = path_by_parts(self.rest()) else { return false };
        let behind = &self.rest()[len..];
        let is_asked = starts_with_operator(behind) || is_operator_alone(behind.trim_start());
        let is_end = behind.chars().next().is_none_or(|c| c.is_whitespace() || c == ')');
        if !is_asked && !is_end {
            return false;
        }
        let field = field_at(&path);
        let (place, right) = (self.at..self.at + len, field_name(&field));
        let problem = QueryError::new(format!("“{}” is no name here", &self.rest()[..len]), place.clone());
        if is_asked {
            self.problem(problem.with_hint(format!("write {right}")).with_fix(place.clone(), right));
            self.field_term(Word { text: field.to_string(), style: Style::Bare, span: place });
        } else {
            self.at = place.end;
            let operator_in_words = super::words::is_operator(behind.split_whitespace().next().unwrap_or(""));
            let problem = problem.with_hint(format!("write {right}, with a value behind it: {right}:eu, has:{right}"));
            self.problem(if operator_in_words { problem.with_fix(place, right) } else { problem });
        }
        true
    }
}

/// The field at a path, which may begin with `attributes`.
fn field_at(path: &str) -> FieldRef {
    let plain = path.strip_prefix("attributes.").unwrap_or(path);
    FieldRef::find(path).unwrap_or_else(|| FieldRef::Attribute(plain.to_owned()))
}

/// Where the brace is closed that opens before a text: none in quotes, and none of a brace in it.
fn closing_brace(text: &str) -> Option<usize> {
    let (mut is_quoted, mut depth) = (false, 0_usize);
    text.find(|c: char| {
        is_quoted ^= c == '"';
        match c {
            _ if is_quoted => {}
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            '}' => return true,
            _ => {}
        }
        false
    })
}

/// A query whose names lie below another. A group of names below one of them is put right on its own.
fn with_names_below(outer: &str, inner: &str) -> String {
    let (mut out, mut rest, mut is_quoted, mut begins) = (String::new(), inner, false, true);
    while let Some(c) = rest.chars().next() {
        let len = rest.find(|c| !is_of_name(c)).unwrap_or(rest.len());
        if begins && !is_quoted && len > 0 {
            let (name, behind) = rest.split_at(len);
            let is_name = starts_with_operator(behind) || is_operator_alone(behind.trim_start());
            out.push_str(&if is_name { field_name(&field_at(&format!("{outer}.{name}"))) } else { name.to_owned() });
            (rest, begins) = (behind, false);
            continue;
        }
        if let Some(end) = rest.strip_prefix('{').filter(|_| !is_quoted).and_then(closing_brace) {
            out.push_str(&rest[..end + 2]);
            rest = &rest[end + 2..];
            continue;
        }
        is_quoted ^= c == '"';
        begins = c.is_whitespace() || matches!(c, '(' | '-' | '!') && begins;
        out.push(c);
        rest = &rest[c.len_utf8()..];
    }
    out
}

/// A name that is put together of parts, and how long it is: at least one part stands in brackets or quotes.
fn path_by_parts(text: &str) -> Option<(String, usize)> {
    if let Some((name, len)) = in_signs(text, "`", "`").or_else(|| in_signs(text, "[", "]")) {
        let is_asked = is_operator_alone(text[len..].trim_start());
        let is_name =
            name.starts_with(char::is_alphabetic) && !name.contains([',', '"', '[']) && !name.contains(" TO ");
        return (is_asked && is_name).then(|| (name.to_owned(), len));
    }
    let start = text.len() - text.strip_prefix(['.', '@']).unwrap_or(text).len();
    let head = text[start..].find(|c| !is_of_name(c)).unwrap_or(text.len() - start);
    // Postgres' arrow begins with a sign that names may have.
    let is_arrow = text[start + head..].starts_with('>') && text[..start + head].ends_with('-');
    let head = head - usize::from(is_arrow);
    let mut path = text[start..start + head].trim_end_matches('.').to_owned();
    let mut at = start + head;
    let mut count = 0;
    loop {
        let rest = &text[at..];
        let is_behind_dot = at > 0 && text[..at].ends_with(['.', '@']);
        let quoted = || if is_behind_dot { in_signs(rest, "\"", "\"") } else { None };
        let found = [("[\"", "\"]"), ("['", "']"), ("->>'", "'"), ("->'", "'")]
            .into_iter()
            .find_map(|(open, close)| in_signs(rest, open, close))
            .or_else(quoted);
        let Some((name, len)) = found else { break };
        if !path.is_empty() {
            path.push('.');
        }
        path.push_str(name);
        (at, count) = (at + len, count + 1);
    }
    (count > 0).then_some((path, at))
}

/// What stands between two signs that a text begins with, and how long all is.
fn in_signs<'t>(text: &'t str, open: &str, close: &str) -> Option<(&'t str, usize)> {
    let inside = text.strip_prefix(open)?;
    let end = inside.find(close).filter(|end| *end > 0)?;
    Some((&inside[..end], open.len() + end + close.len()))
}
