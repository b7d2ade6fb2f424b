//! SQL's patterns: `%` is any text, `_` any sign.

use crate::model::field::{FieldRef, Kind};
use crate::query::print::field_name;
use crate::query::syntax::dialect::literal::{Literal, argument_word, word};
use crate::query::syntax::value::regex_term;

use super::{equality, piece};

/// A piece of a pattern.
enum Piece {
    Any,
    One,
    Sign(char),
}

/// The sign that takes the meaning of another away, where one is named behind a pattern: `ESCAPE '!'`; and what
/// is behind that.
pub(super) fn escape_of(behind: &str) -> (char, &str) {
    let named = || {
        let (first, rest) = word(behind)?;
        // A backslash takes no meaning from the quote behind it.
        if let Some(rest) = rest.trim_start().strip_prefix("'\\'").filter(|_| first.eq_ignore_ascii_case("escape")) {
            return Some(('\\', rest));
        }
        let (sign, rest) = argument_word(rest).filter(|_| first.eq_ignore_ascii_case("escape"))?;
        let mut signs = sign.text.chars();
        signs.next().filter(|_| signs.next().is_none() && sign.is_quoted).map(|sign| (sign, rest))
    };
    named().unwrap_or(('\\', behind))
}

fn pieces(pattern: &str, escape: char) -> Vec<Piece> {
    let (mut found, mut chars) = (Vec::new(), pattern.chars().peekable());
    while let Some(c) = chars.next() {
        let next = chars.peek().copied();
        // A backslash that nobody named is one, but before these.
        let is_escape =
            c == escape && next.is_some_and(|next| matches!(next, '%' | '_') || escape != '\\' && next == escape);
        found.push(match c {
            _ if is_escape => Piece::Sign(chars.next().unwrap_or(c)),
            '%' => Piece::Any,
            '_' => Piece::One,
            // Transact-SQL's sets of one sign.
            '[' if matches!(next, Some('%' | '_' | '[')) && chars.clone().nth(1) == Some(']') => {
                let meant = chars.next().unwrap_or(c);
                chars.next();
                Piece::Sign(meant)
            }
            _ => Piece::Sign(c),
        });
    }
    found
}

/// The network of addresses that begin so, up to a point: `10.`, `10.2.3.`
pub(in crate::query::syntax) fn network_of(begin: &str) -> Option<String> {
    let parts: Vec<&str> = begin.strip_suffix('.')?.split('.').collect();
    let is_begun = parts.len() < 4 && parts.iter().all(|part| part.parse::<u8>().is_ok());
    is_begun.then(|| format!("{}{}/{}", parts.join("."), ".0".repeat(4 - parts.len()), parts.len() * 8))
}

/// A pattern for all of a field's value; without `%` and `_` it is that value.
pub(in crate::query::syntax::dialect) fn like(
    field: &FieldRef,
    pattern: &str,
    escape: char,
    is_folded: bool,
) -> String {
    let name = field_name(field);
    let (mut texts, mut signs, mut has_single) = (vec![String::new()], String::new(), false);
    for piece in pieces(pattern, escape) {
        match piece {
            Piece::Any => {
                texts.push(String::new());
                signs.push_str(".*");
            }
            Piece::One => {
                has_single = true;
                signs.push('.');
            }
            Piece::Sign(sign) => {
                if let Some(text) = texts.last_mut() {
                    text.push(sign);
                }
                signs.push_str(&regex::escape(sign.encode_utf8(&mut [0; 4])));
            }
        }
    }
    // Addresses have several spellings.
    if let ([begin, end], Kind::Address, false) = (texts.as_slice(), field.kind(), has_single)
        && let Some(network) = network_of(begin).filter(|_| end.is_empty())
    {
        return format!("{name}:{network}");
    }
    match texts.as_slice() {
        _ if has_single => regex_term(field, &format!("(?i)^{signs}$")),
        [_] if is_folded => regex_term(field, &format!("(?i)^{signs}$")),
        [whole] => {
            let value = Literal { text: whole.clone(), is_quoted: true };
            format!("{name}{}{}", equality(field), value.written())
        }
        _ => format!("{name}:{}", texts.iter().map(|text| piece(text)).collect::<Vec<_>>().join("*")),
    }
}
