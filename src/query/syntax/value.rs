//! Values that mean more in other languages than they do here: each is answered with what is meant,
//! never read as something else. In quotes they are texts.

use crate::model::field::{Field, FieldRef, Kind};
use crate::query::error::{Mistake, QueryError};
use crate::query::print::{field_name, needs_quotes, quoted_regex};
use crate::query::shape::field_of_word;

use super::Op;
use super::dialect::absence::{is_no_value, presence_term};
use super::dialect::between_slashes::regex_between_slashes;
use super::dialect::sql::negated;
use super::slips::values::{between_percents, parameters, slipped_colon, slipped_value};
use super::slips::web_address::address_as_value;
use super::term::known_name_len;

/// What a value means elsewhere, and how it is written here.
pub(super) struct Meaning {
    pub(super) mistake: Mistake,
    pub(super) hint: Option<String>,
    pub(super) right: Right,
}

/// What is right in place of a value.
pub(super) enum Right {
    /// Nothing that is sure.
    Unknown,
    /// Another value.
    Value(String),
    /// Another term in place of all of this one.
    Term(String),
}

impl Meaning {
    pub(super) fn new(mistake: impl Into<Mistake>, hint: impl Into<String>) -> Self {
        Self { mistake: mistake.into(), hint: Some(hint.into()), right: Right::Unknown }
    }

    pub(super) fn value(mistake: impl Into<Mistake>, right: impl Into<String>) -> Self {
        Self { mistake: mistake.into(), hint: None, right: Right::Value(right.into()) }
    }

    pub(super) fn term(mistake: impl Into<Mistake>, right: impl Into<String>) -> Self {
        Self { mistake: mistake.into(), hint: None, right: Right::Term(right.into()) }
    }
}

/// What the unquoted value of a field means elsewhere.
pub(super) fn foreign_value(field: &FieldRef, text: &str) -> Option<Meaning> {
    let kind = field.kind();
    let name = field_name(field);
    if let Some(inner) = regex_between_slashes(text, kind == Kind::Name) {
        let message = "a path is read between slashes, not a regular expression";
        return Some(Meaning::term(message, regex_term(field, &anchored(&inner))));
    }
    if is_no_value(text) || text == "-" || kind == Kind::Address && text.eq_ignore_ascii_case("none") {
        let message = format!("{text} is no value here: a field is there or missing; in quotes it is a text");
        return Some(Meaning::term(message, presence_term(&name, false)));
    }
    if kind == Kind::Status && text == "-1" {
        return Some(Meaning::value("sources write -1 where there was no response", "none"));
    }
    let is_method = field.known() == Some(Field::Method);
    let is_id = matches!(kind, Kind::Id | Kind::Handle)
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    let may_be_minus = is_method
        || is_id
        || matches!(kind, Kind::Status | Kind::Duration | Kind::Outcome | Kind::Boolean | Kind::Address);
    let is_shaped = |part: &str| field_of_word(part).is_some_and(|term| term.starts_with("method:"));
    if is_method && text.contains('/') && text.split('/').all(is_shaped) {
        return Some(Meaning::value("a comma joins values", text.replace('/', ",")));
    }
    let is_word = |text: &str| text.starts_with(char::is_alphabetic);
    let may_be_minus =
        may_be_minus || kind == Kind::Name && field.known().is_some() && text.get(1..).is_some_and(is_word);
    let negated = text.strip_prefix('!').or_else(|| text.strip_prefix('-').filter(|_| may_be_minus));
    if let Some(behind) = negated.filter(|behind| !behind.is_empty()) {
        return Some(Meaning::term("a term is negated, not its value", format!("-{name}:{behind}")));
    }
    if let Some(without) = without_weight(text) {
        return Some(Meaning::value(without_sign(text), without));
    }
    if matches!(field, FieldRef::Known(_))
        && kind == Kind::Name
        && let Some(values) = numbers_between(text)
    {
        let message = format!("{field} is a name, and names have no ranges");
        return Some(match values {
            Some(values) => Meaning::value(message, values),
            None => Meaning::new(message, format!("write {name}~\"^40[0-9]{{2}}$\", for example")),
        });
    }
    if let Some(right) = address_as_value(field, text, Op::Has) {
        return Some(Meaning::term("host and path stand apart", right));
    }
    if let Some(pattern) = any_text_before(kind, text) {
        return Some(Meaning::term("“.*” is no pattern behind a colon", regex_term(field, &pattern)));
    }
    let is_end = text.len() > 1 && text.ends_with('$') && !text.ends_with("/$");
    if field.known() == Some(Field::Path) && (text.starts_with('^') || is_end) {
        return Some(Meaning::term("a path is no regular expression behind a colon", regex_term(field, text)));
    }
    if field.known() == Some(Field::Path)
        && let Some(meaning) = unbegun_path(text)
    {
        return Some(meaning);
    }
    // In addresses digits are behind one.
    if field.known() == Some(Field::Path)
        && let Some(begin) = text.strip_suffix('%').filter(|begin| begin.len() > 1 && !begin.contains('*'))
    {
        let right = match begin.strip_prefix('%') {
            Some(inner) => format!("*{inner}*"),
            None => format!("{begin}*"),
        };
        return Some(Meaning::value("* stands for any text", right));
    }
    let bracketed = [('[', ']'), ('{', '}')].iter().find_map(|(open, close)| {
        let inner = text.strip_prefix(*open)?.strip_suffix(*close)?;
        (!inner.is_empty() && !inner.contains(['[', ']', '{', '}'])).then_some(inner)
    });
    if let Some(inner) = bracketed.filter(|_| kind == Kind::Name) {
        return Some(Meaning::value("values stand in no brackets", inner));
    }
    if let Some(meaning) = any_letter(field, text) {
        return Some(meaning);
    }
    if kind != Kind::Text {
        if let Some(without) = text.strip_suffix(';').filter(|without| !without.is_empty()) {
            return Some(Meaning::value("nothing ends a query", without));
        }
        if let Some(right) = side_by_side(text) {
            return Some(Meaning::value("terms stand side by side, with a space between them", right));
        }
        if let Some(behind) = text.strip_prefix(':').filter(|behind| kind == Kind::Name && !behind.is_empty()) {
            return Some(Meaning::value("one colon is enough", behind));
        }
        let is_words =
            |text: &str| text.split(';').all(|part| !part.is_empty() && part.chars().all(char::is_alphanumeric));
        if text.contains(';') && is_words(text) {
            return Some(Meaning::value("a comma joins values", text.replace(';', ",")));
        }
        let listed = text.replace("||", "|");
        if listed.contains('|') && listed.split('|').all(|part| !part.is_empty()) {
            return Some(Meaning::value("a comma joins values", listed.replace('|', ",")));
        }
    }
    slipped_value(field, text)
}

/// `client:acm?`: a question mark, which is any letter elsewhere.
fn any_letter(field: &FieldRef, text: &str) -> Option<Meaning> {
    let is_of_id = |c: char| c.is_alphanumeric() || matches!(c, '-' | '*' | '?');
    let is_of_address = |c: char| c.is_ascii_hexdigit() || matches!(c, '.' | ':' | '*' | '?');
    let is_asked = match field.kind() {
        Kind::Name => true,
        Kind::Id => text.chars().all(is_of_id),
        Kind::Address => text.chars().all(is_of_address),
        _ => false,
    };
    (is_asked && text.contains('?')).then(|| {
        let pattern: String = text.chars().map(piece_of_regex).collect();
        let message = "“?” stands for itself, and * for any text";
        Meaning::term(message, regex_term(field, &format!("(?i)^{pattern}$")))
    })
}

/// `region:eu\-west\-?`: the same beside signs whose meaning is taken away.
pub(super) fn any_letter_beside(field: &FieldRef, raw: &str) -> Option<Meaning> {
    let (mut pattern, mut has_letter, mut signs) = (String::new(), false, raw.chars());
    while let Some(sign) = signs.next() {
        has_letter |= sign == '?';
        match if sign == '\\' { signs.next() } else { None } {
            Some('-') => pattern.push('-'),
            Some(meant) => pattern.push_str(&regex::escape(meant.encode_utf8(&mut [0; 4]))),
            None => pattern.push_str(&piece_of_regex(sign)),
        }
    }
    let is_asked = has_letter && field.kind() == Kind::Name && raw.contains('\\') && !raw.contains('"');
    is_asked.then(|| {
        let message = "“?” stands for itself, and * for any text";
        Meaning::term(message, regex_term(field, &format!("(?i)^{pattern}$")))
    })
}

/// `.*orders.*`: a regular expression that begins with any text.
fn any_text_before(kind: Kind, text: &str) -> Option<String> {
    let inner = text.strip_prefix(".*")?;
    let inner = inner.strip_suffix(".*").unwrap_or(inner);
    let is_word = !inner.is_empty() && inner.chars().all(char::is_alphanumeric);
    (matches!(kind, Kind::Name | Kind::Text) && is_word).then(|| anchored(text))
}

/// `users/*`, `%20`: what no part of a path begins with, as paths are matched from a slash on.
fn unbegun_path(text: &str) -> Option<Meaning> {
    let is_pattern = text.contains('*') && !text.starts_with(['/', '*', '(', '^']) && !text.contains(['%', ':']);
    if is_pattern && text.trim_matches('*').contains(char::is_alphanumeric) {
        let plain = text.replace("**", "*");
        let mut meaning =
            Meaning::value("a pattern is of the whole path, which begins with a slash", format!("*/{plain}"));
        meaning.hint = Some(format!("write */{plain}, or /{plain} for what begins so"));
        return Some(meaning);
    }
    let is_hex = |code: &str| code.bytes().all(|b| b.is_ascii_hexdigit());
    let is_escape = text.strip_prefix('%').and_then(|text| text.get(..2)).is_some_and(is_hex) && !text.ends_with('%');
    let is_inside = is_escape || text.starts_with(['&', '=']) && text.len() > 1;
    (is_inside && !text.contains('*')).then(|| Meaning::value("a path is matched from a slash on", format!("*{text}*")))
}

/// What an unquoted word means elsewhere.
pub(super) fn foreign_word(text: &str) -> Option<Meaning> {
    if let Some(inner) = regex_between_slashes(text, false) {
        let inner = quoted_regex(&inner);
        let hint = format!("write path~{inner} or error_message~{inner}");
        return Some(Meaning::new("a path is read between slashes, not a regular expression", hint));
    }
    // A pattern for a line says where it begins.
    if text.starts_with("^/") && text.len() > 2 {
        let right = regex_term(&Field::Path.into(), text);
        return Some(Meaning::term("a word is no regular expression", right));
    }
    if let Some(without) = without_weight(text) {
        return Some(Meaning::value(without_sign(text), without));
    }
    if let Some(right) = parameters(text) {
        return Some(Meaning::value("terms stand side by side, with a space between them", right));
    }
    let is_stage =
        |part: &str| super::dialect::pipelines::stages::is_stage_of_jq(part.split('(').next().unwrap_or(part));
    if text.starts_with('.') && text.split('|').skip(1).any(is_stage) {
        let hint = "a field stands alone before its operator: status>=500";
        return Some(Meaning::new("this is no condition but jq's way to one", hint));
    }
    if let Some(inner) = between_percents(text) {
        return Some(Meaning::value("words are found anywhere in a text, without signs around them", inner));
    }
    let is_word = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || c == '_');
    if text.contains('|') && text.split('|').all(is_word) {
        let right = format!("({})", text.replace('|', " OR "));
        return Some(Meaning::value("OR stands between words, one of which is enough", right));
    }
    slipped_colon(text)
}

/// Whether a value must stand in quotes to be read as a text.
pub(in crate::query) fn is_special_value(field: &FieldRef, text: &str) -> bool {
    text.starts_with(OPENING_QUOTES) || text.eq_ignore_ascii_case("not") || foreign_value(field, text).is_some()
}

/// Whether a word must stand in quotes to be read as a text.
pub(in crate::query) fn is_special_word(text: &str) -> bool {
    text == "//"
        || super::dialect::words::is_operator(text)
        || super::slips::truths::is_truth(text)
        || super::slips::pasted::begins_paste(text)
        || foreign_word(text).is_some()
}

/// Quotes that text programs make of plain ones, and those that close them.
pub(in crate::query) const OPENING_QUOTES: [char; 6] = ['“', '„', '«', '‘', '”', '»'];
pub(super) const CLOSING_QUOTES: [char; 5] = ['”', '“', '»', '«', '’'];

/// `field~regex`, in quotes where it needs some.
pub(super) fn regex_term(field: &FieldRef, pattern: &str) -> String {
    let is_plain = !needs_quotes(pattern) && !pattern.contains('*');
    format!("{}~{}", field_name(field), if is_plain { pattern.to_owned() } else { quoted_regex(pattern) })
}

/// Lucene's regular expressions match a whole value; those with anchors of their own are read as they are.
pub(super) fn anchored(pattern: &str) -> String {
    if pattern.starts_with('^') || pattern.ends_with('$') {
        return pattern.to_owned();
    }
    if has_alternatives(pattern) {
        return format!("^({pattern})$");
    }
    match (pattern.strip_prefix(".*"), pattern.strip_suffix(".*").filter(|begin| !begin.ends_with('\\'))) {
        (Some(_), Some(_)) if pattern.len() > 4 => pattern[2..pattern.len() - 2].to_owned(),
        (Some(end), None) => format!("{end}$"),
        (None, Some(begin)) => format!("^{begin}"),
        _ => format!("^{pattern}$"),
    }
}

/// Whether a bar stands outside of parentheses and brackets.
fn has_alternatives(pattern: &str) -> bool {
    let (mut depth, mut is_escaped) = (0_usize, false);
    pattern.chars().any(|c| {
        let was_escaped = std::mem::replace(&mut is_escaped, false);
        match c {
            _ if was_escaped => {}
            '\\' => is_escaped = true,
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            '|' => return depth == 0,
            _ => {}
        }
        false
    })
}

/// What is said of Lucene's signs behind a word.
fn without_sign(text: &str) -> Mistake {
    if text.contains('~') {
        return Mistake::SimilarWords;
    }
    "words are found as they are written, and none weighs more".into()
}

/// Lucene's `acme~2` and `acme^3` without what is behind the sign.
fn without_weight(text: &str) -> Option<&str> {
    let word = text.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    // A number of its own behind a wave is no distance.
    let is_distance = text.len() - word.len() < 3 || text[word.len()..].contains('.');
    let without = word
        .strip_suffix('~')
        .filter(|_| is_distance)
        .or_else(|| word.strip_suffix('^').filter(|_| word.len() < text.len()))?;
    (!without.is_empty() && !without.contains(['*', '~', '^'])).then_some(without)
}

fn piece_of_regex(c: char) -> String {
    match c {
        '?' => ".".into(),
        '*' => ".*".into(),
        _ => regex::escape(c.encode_utf8(&mut [0; 4])),
    }
}

/// A value and the terms behind it without the `;`, `&` or `|` between them.
pub(super) fn side_by_side(text: &str) -> Option<String> {
    let (at, len) = next_term(text)?;
    let between = if text[at..at + len].contains('|') { " OR " } else { " " };
    let behind = &text[at + len..];
    Some(format!("{}{between}{}", &text[..at], side_by_side(behind).as_deref().unwrap_or(behind)))
}

/// The numbers from one to another, if they are few; `Some(None)` if they are many.
#[expect(clippy::option_option, reason = "outside: is it a range; inside: are its numbers few")]
fn numbers_between(text: &str) -> Option<Option<String>> {
    /// More are no help.
    const MOST: u64 = 16;
    let (low, high) = text.split_once("..")?;
    let (low, high): (u64, u64) = (low.parse().ok()?, high.parse().ok()?);
    let is_short = high.checked_sub(low).is_some_and(|width| width < MOST);
    Some(is_short.then(|| (low..=high).map(|number| number.to_string()).collect::<Vec<_>>().join(",")))
}

/// Where `;`, `&`, `|` or the `+` of an address stand before a term, which may be left out or begin a group: the place
/// and the length.
fn next_term(text: &str) -> Option<(usize, usize)> {
    let is_sign = |c: char| matches!(c, ';' | '&' | '|' | '+');
    let at = text.find(is_sign).filter(|at| *at > 0)?;
    let behind = text[at..].trim_start_matches(is_sign);
    known_name_len(behind.trim_start_matches(['(', '!', '-'])).map(|_| (at, text.len() - at - behind.len()))
}

impl super::reader::Reader<'_> {
    /// Notes what a value that was read from `start` on means elsewhere. `term` is where its term begins.
    pub(super) fn foreign(&mut self, meaning: Meaning, start: usize, term: usize) {
        let span = start..self.at;
        let problem = QueryError::new(meaning.mistake, span.clone());
        let told = |right: &str| format!("write {right}");
        self.problem(match (meaning.right, meaning.hint) {
            (Right::Value(right), hint) => {
                problem.with_hint(hint.unwrap_or_else(|| told(&right))).with_fix(span, right)
            }
            (Right::Term(right), hint) => {
                let leaves_out = ["!=", "!~", "!:", "<>", "!=="];
                let before = self.text[term..start].trim_end();
                let is_left_out = term < start && leaves_out.iter().any(|token| before.ends_with(token));
                let right = if is_left_out { negated(&right) } else { right };
                let problem = problem.with_hint(hint.unwrap_or_else(|| told(&right)));
                let is_alone = !self.rest().starts_with(',') && !self.text[..start].ends_with(',');
                if is_alone { problem.with_fix(term..span.end, right) } else { problem }
            }
            (Right::Unknown, hint) => problem.with_hint(hint.unwrap_or_default()),
        });
    }
}
