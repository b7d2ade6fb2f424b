//! How mitmproxy's expressions bind: `&` before `|`, and what stands side by side joins last. A text without a tilde
//! is looked for in the address. Both are written out before the expressions are put right.

use crate::query::error::QueryError;
use crate::query::syntax::dialect::operand_read::closing;
use crate::query::syntax::joins::is_join;
use crate::query::syntax::reader::Reader;
use crate::query::syntax::term::known_name_len;

use super::expression;

/// Deeper than anybody writes, and safe for the stack.
const MAX_DEPTH: usize = 32;

/// A query of mitmproxy's expressions that binds in another way here.
pub(in crate::query::syntax) fn whole(text: &str) -> Option<QueryError> {
    let has_expression = text.match_indices('~').any(|(at, _)| {
        let is_begun = text[..at].chars().next_back().is_none_or(|c| c.is_whitespace() || "(!&|".contains(c));
        // In a text it is a sign like any other.
        let is_outside = text[..at].matches('"').count().is_multiple_of(2);
        is_begun && is_outside && expression(&text[at..]).is_some()
    });
    if !has_expression {
        return None;
    }
    let (start, end) = (text.len() - text.trim_start().len(), text.trim_end().len());
    let mut found = Found { text, addresses: false, sides: false };
    let right = found.group(start, end, 0)?;
    let problem = QueryError::new("this is a filter of mitmproxy's", start..end);
    let hint = match found {
        Found { sides: true, .. } => "there a space joins last, here it binds before OR",
        Found { addresses: true, .. } => "there a text alone is looked for in the address",
        Found { .. } => return None,
    };
    Some(problem.with_hint(hint).with_fix(start..end, right))
}

/// What was found in a query, while it is written out.
struct Found<'t> {
    text: &'t str,
    addresses: bool,
    sides: bool,
}

impl Found<'_> {
    /// A group as it is to be written. Nothing, where it is no filter of mitmproxy's alone.
    fn group(&mut self, start: usize, end: usize, depth: usize) -> Option<String> {
        if depth > MAX_DEPTH {
            return None;
        }
        // What stands side by side, each with the joins in it.
        let mut sides: Vec<(String, bool)> = Vec::new();
        let mut is_joined = true;
        let mut at = start;
        sides.push((String::new(), false));
        loop {
            let rest = &self.text[at..end];
            let space = rest.len() - rest.trim_start().len();
            let rest = rest.trim_start();
            at += space;
            let Some(sign) = rest.chars().next() else { break };
            if matches!(sign, '&' | '|') {
                let side = sides.last_mut().expect("one side stands from the beginning");
                let is_twice = is_joined || rest[1..].starts_with(sign);
                if is_twice {
                    return None;
                }
                side.0.push_str(if sign == '&' { " & " } else { " | " });
                side.1 |= sign == '|';
                is_joined = true;
                at += 1;
                continue;
            }
            if !is_joined {
                sides.push((String::new(), false));
            }
            let len = self.operand(at, end, depth).map(|(written, len)| {
                sides.last_mut().expect("one side stands from the beginning").0.push_str(&written);
                len
            })?;
            at += len;
            is_joined = false;
        }
        let several = sides.len() > 1;
        self.sides |= several && sides.iter().any(|(_, has_or)| *has_or);
        let written = |(side, has_or): (String, bool)| if several && has_or { format!("({side})") } else { side };
        Some(sides.into_iter().map(written).collect::<Vec<_>>().join(" "))
    }

    /// An expression, a group or a text, as it is to be written, and how long it is.
    fn operand(&mut self, at: usize, end: usize, depth: usize) -> Option<(String, usize)> {
        let rest = &self.text[at..end];
        if let Some(behind) = rest.strip_prefix('!') {
            let space = behind.len() - behind.trim_start().len();
            let (inner, len) = self.operand(at + 1 + space, end, depth + 1).filter(|_| depth < MAX_DEPTH)?;
            return Some((format!("!{inner}"), 1 + space + len));
        }
        if let Some(inside) = rest.strip_prefix('(') {
            let len = closing(inside)? + 2;
            let inner = self.group(at + 1, at + len - 1, depth + 1)?;
            return Some((format!("({inner})"), len));
        }
        if expression(rest).is_some() {
            let mut reader = Reader::new(&self.text[..end]);
            reader.at = at;
            let (_, len) = reader.mitmproxy()?;
            return Some((rest[..len].trim_end().to_owned(), len));
        }
        let len = match rest.chars().next()? {
            '"' => rest[1..].find('"')? + 2,
            _ => rest.find(|c: char| c.is_whitespace() || "()&|~\"'".contains(c)).unwrap_or(rest.len()),
        };
        let text = &rest[..len];
        // What is ours, or a word that joins, is none of mitmproxy's.
        let is_text = len > 0
            && !rest[len..].starts_with('~')
            && known_name_len(rest).is_none()
            && !is_join(text)
            && text.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '/' | '"'))
            && (text.starts_with('"') || !text.contains([':', '=', '<', '>']))
            && !text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
        self.addresses |= is_text;
        is_text.then(|| (format!("~u {text}"), len))
    }
}
