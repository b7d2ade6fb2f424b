//! Values as they are slipped: anchors and signs of patterns elsewhere, what stands behind a value in a sentence,
//! letters that look like digits.

use ipnet::IpNet;

use crate::model::field::{Field, FieldRef, Kind};
use crate::model::status;
use crate::query::matcher::parse_address;
use crate::query::print::field_name;
use crate::query::shape::field_of_word;
use crate::query::syntax::dialect::numbers::is_day;
use crate::query::syntax::term::is_counted;
use crate::query::syntax::value::Meaning;

/// What stands behind a value in a sentence, and is none of its signs.
const BEHIND: [char; 10] = ['.', ',', ';', ':', '!', '?', '\'', ']', '}', '`'];

/// What is said of such a sign.
const NO_END: &str = "no sign stands behind a value";

/// What an unquoted value must be a slip of.
pub(in crate::query::syntax) fn slipped_value(field: &FieldRef, text: &str) -> Option<Meaning> {
    let kind = field.kind();
    let is_text = matches!(kind, Kind::Name | Kind::Text) || matches!(field, FieldRef::Attribute(_));
    match kind {
        Kind::Id | Kind::Handle => id(text),
        Kind::Name if field.known().is_some() => {
            if let Some(whole) =
                text.strip_prefix('^').and_then(|text| text.strip_suffix('$')).filter(|text| is_plain(text))
            {
                let right = format!("{}:={whole}", field_name(field));
                return Some(Meaning::term("a whole value stands behind :=", right));
            }
            pattern(text).map(|right| Meaning::value("* stands for any text", right))
        }
        Kind::Text if field.known() == Some(Field::Path) => paths(text),
        _ if is_text => None,
        // The sign stands for a digit of a status.
        Kind::Status if text.ends_with('?') && text.len() < 4 => None,
        _ => digits(kind, text).or_else(|| ended(kind, text)),
    }
}

/// `status;500`, `client;bob`, `status.500`, `status!500`: a sign beside the colon's.
pub(in crate::query::syntax) fn slipped_colon(text: &str) -> Option<Meaning> {
    let at = text.find([';', '.', '!'])?;
    let (name, value) = (&text[..at], &text[at + 1..]);
    let field = FieldRef::find(name).filter(|field| field.known().is_some())?;
    let is_number = value.bytes().all(|b| b.is_ascii_digit());
    let is_value = value.starts_with(|c: char| c.is_alphanumeric() || c == '/');
    let sign = if text[at..].starts_with('!') { "-" } else { "" };
    let is_shaped = field_of_word(value).is_some_and(|term| term.split(':').next() == Some(field.name().as_ref()));
    let is_path = field.known() == Some(Field::Path) && value.starts_with('/');
    let is_behind_point = is_number && is_counted(field.kind()) || is_shaped || is_path;
    let is_sure = is_value && (!text[at..].starts_with('.') || is_behind_point);
    let right = format!("{sign}{name}:{value}");
    is_sure.then(|| Meaning::value("a colon stands behind the name of a field", right))
}

/// `?status=500&client=alice`: the terms of a query string, where all its names are fields.
pub(in crate::query::syntax) fn parameters(text: &str) -> Option<String> {
    let terms: Vec<&str> = text.strip_prefix('?')?.split('&').collect();
    let is_term = |term: &&str| {
        term.split_once('=').is_some_and(|(name, value)| {
            let field = FieldRef::find(name).and_then(|field| field.known());
            field.is_some() && !value.is_empty() && !value.contains(['%', '+', '='])
        })
    };
    terms.iter().all(is_term).then(|| terms.join(" "))
}

/// `%smith%`, `smith%`: what stands before SQL's signs for any text.
pub(in crate::query::syntax) fn between_percents(text: &str) -> Option<&str> {
    let begin = text.strip_suffix('%')?;
    let inner = begin.strip_prefix('%').unwrap_or(begin);
    if inner.len() == begin.len() && !begin.chars().all(char::is_alphabetic) {
        return None;
    }
    let is_word = inner.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
    (inner.len() > 1 && is_word).then_some(inner)
}

/// `id:#…`, `id:…;…`, `id:1094%`: signs that no id has.
fn id(text: &str) -> Option<Meaning> {
    let is_id = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c));
    if let Some(id) = text.strip_prefix('#').filter(|id| is_id(id)) {
        return Some(Meaning::value("no sign stands before an id", id));
    }
    let begun = text.strip_suffix("...").or_else(|| text.strip_suffix(['%', '…'])).or_else(|| text.strip_prefix('^'));
    if let Some(begin) = begun.filter(|begin| is_id(begin)) {
        return Some(Meaning::value("* stands for any text", format!("{begin}*")));
    }
    if text.contains(';') && text.split(';').all(is_id) {
        return Some(Meaning::value("a comma joins values", text.replace(';', ",")));
    }
    text.strip_suffix(['.', '?', '!']).filter(|id| is_id(id)).map(|id| Meaning::value(NO_END, id))
}

fn is_plain(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || "-_ ".contains(c))
}

/// `^acme`, `acme$`, `Acme%`: the beginning or the end of a name. A number has a percent sign of its own.
fn pattern(text: &str) -> Option<String> {
    let (begin, end) = (text.strip_prefix('^'), text.strip_suffix('$'));
    if let Some(inner) = text.strip_prefix('%').and_then(|text| text.strip_suffix('%')).filter(|text| is_plain(text)) {
        return Some(format!("*{inner}*"));
    }
    let is_number = |text: &&str| text.bytes().all(|b| b.is_ascii_digit());
    let open = begin.map(|text| text.strip_suffix(".*").unwrap_or(text));
    let open = open.or_else(|| text.strip_suffix('%').filter(|text| !is_number(text)));
    if let Some(begin) = open.filter(|begin| is_plain(begin)) {
        return Some(format!("{begin}*"));
    }
    end.filter(|end| is_plain(end)).map(|end| format!("*{end}"))
}

/// `/health|/metrics`.
fn paths(text: &str) -> Option<Meaning> {
    let is_path = |text: &str| text.starts_with('/') && !text.contains(['(', ')', '[', ']', '^', '$', '\\', '?']);
    let is_list = text.contains('|') && text.split('|').all(is_path);
    is_list.then(|| Meaning::value("a comma joins values", text.replace('|', ",")))
}

/// Digits of other scripts, and letters that look like digits.
fn digits(kind: Kind, text: &str) -> Option<Meaning> {
    let plain: String = text
        .chars()
        .map(|c| match c {
            '０'..='９' => char::from(b'0' + (c as u32 - '０' as u32) as u8),
            'O' | 'o' => '0',
            _ => c,
        })
        .collect();
    let is_number = plain.len() > 1 && plain.bytes().all(|b| b.is_ascii_digit());
    let is_of_kind = match kind {
        Kind::Status => plain.parse().ok().and_then(status::class).is_some(),
        _ => kind == Kind::Integer,
    };
    let is_asked = is_of_kind && plain != text && is_number;
    is_asked.then(|| Meaning::value("this is no number", plain))
}

/// `status:500.`, `duration:1s?`: the end of a sentence.
fn ended(kind: Kind, text: &str) -> Option<Meaning> {
    let plain = text.trim_end_matches(BEHIND);
    let is_address = |text: &str| parse_address(text.as_bytes()).is_some() || text.parse::<IpNet>().is_ok();
    // In `2026-11-2?` the sign stands for a digit; `28.11.` is a day.
    if kind == Kind::Time && (text.ends_with('?') || is_day(text)) {
        return None;
    }
    // An address may end in colons: `2001:db8::`.
    if kind == Kind::Address && (is_address(text) || !is_address(plain)) {
        return None;
    }
    let is_value = plain.len() < text.len()
        && plain.ends_with(|c: char| c.is_ascii_alphanumeric())
        && !plain.contains(['[', '{', '`', '\'', '"'])
        && !text.contains("..");
    is_value.then(|| Meaning::value(NO_END, plain))
}

/// `id:<…>`: an id in the brackets of mail.
pub(in crate::query::syntax) fn id_in_brackets<'t>(field: &FieldRef, behind: &'t str) -> Option<(String, &'t str)> {
    let is_id = matches!(field.kind(), Kind::Id | Kind::Handle);
    let (id, behind) = behind.strip_prefix(":<").filter(|_| is_id)?.split_once('>')?;
    let is_plain = !id.is_empty() && id.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c));
    is_plain.then(|| (format!("{}:{id}", field_name(field)), behind))
}
