//! Operators in words behind the name of a field, as SQL, Kusto and prose have them: `status IN (500, 502)`,
//! `path starts with /api`.

pub(in crate::query::syntax) mod like;
pub(super) mod predicate;
pub(super) mod quotes;
mod state;

use crate::base::months::month_of;
use crate::model::field::{Field, FieldRef, Kind};
use crate::query::error::QueryError;
use crate::query::print::{field_name, needs_quotes, quoted};
use crate::query::syntax::joins::is_join;
use crate::query::syntax::name::is_plain_name;
use crate::query::syntax::operators::starred;
use crate::query::syntax::reader::Reader;
use crate::query::syntax::slips::headings::heading_len;
use crate::query::syntax::slips::said::{not_number, with_more_left_out};
use crate::query::syntax::term::is_counted;
use crate::query::syntax::value::regex_term;

use super::absence::{is_no_value, presence_term};
use super::between_slashes::between_slashes;
use super::literal::{Literal, argument_word, arguments, word};
use super::moments::is_date;
use super::operand_read::closing;
use super::other_names::{Instead, other_name};
use super::reckoned::reckoned;
use super::words::{Asks, is_operator, operator};
use like::{escape_of, like};
use state::state;

impl Reader<'_> {
    /// `status IN (500, 502)` and the like: what it is here, and how much of the text.
    pub(super) fn sql(&self) -> Option<(QueryError, usize)> {
        let rest = self.rest();
        let (name, behind) = name(rest)?;
        // `attributes.bytes: more than 1000`: any sign may be a part of such a name.
        let name = name.strip_suffix(':').filter(|name| name.starts_with("attributes.")).unwrap_or(name);
        let field = FieldRef::find(name.trim_matches('"'))
            .or_else(|| renamed(name, behind))
            .or_else(|| attribute_asked(name, behind))?;
        let (asks, is_left_out, shown, behind) = operator(behind).or_else(|| not_number(&field, behind))?;
        let marked = shown.as_ptr() as usize - rest.as_ptr() as usize + shown.len();
        if matches!(asks, Asks::Like | Asks::Contains | Asks::Starts | Asks::Ends | Asks::Matches)
            && (is_counted(field.kind()) && field.kind() != Kind::Status
                || field.kind() == Kind::Status && matches!(asks, Asks::Contains | Asks::Ends))
            && literal(behind.trim_start()).is_some()
        {
            let problem = QueryError::new(format!("“{shown}” is no operator here"), self.at..self.at + marked);
            // The beginning of a time is a day, a month or a year.
            let day = literal(behind.trim_start()).filter(|_| field.kind() == Kind::Time);
            let begun = day.as_ref().and_then(|(value, _)| {
                value.text.strip_suffix('%').or(Some(&*value.text).filter(|_| asks == Asks::Starts))
            });
            if let (Some(day), Some((_, behind))) = (begun.filter(|day| matches!(day.len(), 4 | 7 | 10)), &day) {
                let right = format!("{}time:{day}", if is_left_out { "-" } else { "" });
                let len = rest.len() - behind.len();
                let place = self.at..self.at + len;
                return Some((problem.with_hint(format!("write {right}")).with_fix(place, right), len));
            }
            let range = match field.kind() {
                Kind::Time => "2026-11-01..2026-11-03",
                Kind::Duration => "100ms..2s",
                _ => "500..599",
            };
            let hint = format!("{field} holds no text: write {field}:{range} for a range");
            return Some((problem.with_hint(hint), rest.len() - behind.len()));
        }
        if asks == Asks::Between
            && !is_counted(field.kind())
            && field.known().is_some()
            && let Some((problem, len)) = self.range_of_names(&field, is_left_out, behind)
        {
            return Some((problem, len));
        }
        if asks == Asks::Similar && term(&field, asks, behind).is_none() {
            let problem = QueryError::new(format!("“{shown}” is no operator here"), self.at..self.at + marked);
            let hint = format!("write a regular expression: {}~\"…\"", field_name(&field));
            return Some((problem.with_hint(hint), rest.len() - argument_word(behind)?.1.len()));
        }
        let is_range = matches!(field.kind(), Kind::Duration | Kind::Time) && behind.trim_start().starts_with('[');
        if asks == Asks::In
            && is_range
            && let Some((inside, behind)) = behind.trim_start()[1..].split_once(']')
            && let Some((low, high)) = inside.split_once(',')
        {
            let (low, high, name) = (low.trim(), high.trim(), field_name(&field));
            let problem = QueryError::new(format!("“{shown}” is no operator here"), self.at..self.at + marked);
            let hint = format!("write {name}:{low},{high} for one of them, {name}:{low}..{high} for all between");
            return Some((problem.with_hint(hint), rest.len() - behind.len()));
        }
        let (term, behind) = term(&field, asks, behind)?;
        let right = if is_left_out { negated(&term) } else { term };
        let (right, behind) = with_more_left_out(&field, right, behind);
        let len = rest.len() - behind.len();
        let end = self.at + rest[..len].trim_end().len();
        let problem = QueryError::new(format!("“{shown}” is no operator here"), self.at..self.at + marked.min(len));
        Some((problem.with_hint(format!("write {right}")).with_fix(self.at..end, right), len))
    }
}

impl Reader<'_> {
    /// `gateway_code BETWEEN 4011 AND 4012`: the values of a name are named one by one.
    fn range_of_names(&self, field: &FieldRef, is_left_out: bool, behind: &str) -> Option<(QueryError, usize)> {
        /// More are no help.
        const MOST: u64 = 20;
        let (low, rest) = argument_word(behind)?;
        let (and, rest) = word(rest)?;
        let (high, rest) = argument_word(rest).filter(|_| and.eq_ignore_ascii_case("and"))?;
        let len = self.rest().len() - rest.len();
        let problem = QueryError::new(format!("{field} has no ranges"), self.at..self.at + len);
        let ends = low.text.parse::<u64>().ok().zip(high.text.parse::<u64>().ok());
        let problem = match ends.filter(|(low, high)| low <= high && high - low < MOST) {
            Some((low, high)) if field.kind() == Kind::Name => {
                let values: Vec<String> = (low..=high).map(|value| value.to_string()).collect();
                let sign = if is_left_out { "-" } else { "" };
                problem.written(format!("{sign}{}:={}", field_name(field), values.join(",")))
            }
            _ => problem.with_hint(format!("name its values: {field}:a,b")),
        };
        Some((problem, len))
    }
}

/// A term with what it keeps left out.
pub(in crate::query::syntax) fn negated(term: &str) -> String {
    match (term.strip_prefix("no:"), term.strip_prefix("has:"), term.strip_prefix('-')) {
        (Some(name), ..) => format!("has:{name}"),
        (_, Some(name), _) => presence_term(name, false),
        (.., Some(term)) => term.to_owned(),
        _ => format!("-{term}"),
    }
}

/// The term that an operator and its argument stand for, and the text behind them.
pub(in crate::query::syntax) fn term<'t>(field: &FieldRef, asks: Asks, text: &'t str) -> Option<(String, &'t str)> {
    let argument = text.trim_start();
    let name = field_name(field);
    match asks {
        Asks::In => {
            let (values, behind) = listed_values(field, argument)?;
            // Splunk has its patterns in double quotes; SQL's values stand in single ones.
            let is_text = matches!(field.kind(), Kind::Name | Kind::Text | Kind::Address);
            let is_pattern = is_text
                && values.iter().any(|value| value.text.contains('*'))
                && !argument[..argument.len() - behind.len()].contains('\'');
            Some((if is_pattern { starred(field, &values) } else { one_of(field, &values) }, behind))
        }
        Asks::InAnyCase => {
            let (values, behind) = listed_values(field, argument)?;
            if equality(field) == ":" {
                return Some((one_of(field, &values), behind));
            }
            let patterns: Vec<String> = values.iter().map(|value| regex::escape(&value.text)).collect();
            Some((regex_term(field, &format!("(?i)^({})$", patterns.join("|"))), behind))
        }
        Asks::HasAny | Asks::HasAll => {
            let (values, behind) = arguments(argument.strip_prefix('(')?, ')')?;
            let values: Vec<String> = values.iter().map(Literal::written).collect();
            let is_any = asks == Asks::HasAny || values.len() == 1;
            let values = if is_any { values.join(",") } else { format!("({})", values.join(" and ")) };
            Some((format!("{name}:{values}"), behind))
        }
        Asks::Is => state(field, &name, argument),
        Asks::Exists => is_end(argument).then(|| (format!("has:{name}"), text)),
        Asks::Between if argument.starts_with('(') => {
            let (low, high, behind) = ends_in_parentheses(field, argument)?;
            Some((format!("{name}:{low}{}{high}", dots(field, true, &high)), behind))
        }
        Asks::Between => {
            let edge = |text: &'t str| match reckoned(text.trim_start()).filter(|_| field.kind() == Kind::Time) {
                Some((found, behind)) => Some((found.math, behind)),
                None => argument_word(text).map(|(value, behind)| (value.text, behind)),
            };
            let (low, behind) = edge(argument)?;
            let (and, behind) = word(behind)?;
            // A day in quotes is SQL's, its midnight.
            let is_quoted = behind.trim_start().starts_with(['\'', '"']);
            let (high, behind) = edge(behind).filter(|_| and.eq_ignore_ascii_case("and"))?;
            Some((format!("{name}:{low}{}{high}", dots(field, is_quoted, &high)), behind))
        }
        Asks::Compares(sign) => {
            let is_ordered = is_counted(field.kind()) || matches!(field, FieldRef::Attribute(_));
            let (value, behind) = argument_word(argument).filter(|_| is_ordered)?;
            let is_time = field.kind() == Kind::Time;
            let is_number = value.text.starts_with(|c: char| c.is_ascii_digit() || c == '-' || is_time);
            is_number.then(|| (format!("{name}{sign}{}", value.text.replace(' ', "T")), behind))
        }
        Asks::Matches if !argument.trim_start_matches('@').starts_with(['"', '\'']) => {
            let end = argument.find(char::is_whitespace).unwrap_or(argument.len());
            let (pattern, behind) = argument.split_at(end);
            (end > 0 && is_end(behind)).then(|| (regex_term(field, pattern), behind))
        }
        // CloudWatch's: a regular expression, and a text that is a part of the field's.
        Asks::Like if let Some((pattern, flags, len)) = between_slashes(argument) => {
            let any_case = if flags.contains('i') { "(?i)" } else { "" };
            Some((regex_term(field, &format!("{any_case}{}", pattern.replace("\\/", "/"))), &argument[len..]))
        }
        Asks::Like if argument.starts_with('"') && is_part(argument) => {
            let (value, behind) = argument_word(argument)?;
            Some((matching(field, Asks::Contains, &value)?, behind))
        }
        Asks::Like => {
            let (value, behind) = argument_word(argument)?;
            let (escape, behind) = escape_of(behind);
            (value.is_quoted || is_end(behind)).then(|| (like(field, &value.text, escape, false), behind))
        }
        _ => {
            let (value, behind) = literal(argument)?;
            Some((matching(field, asks, &value)?, behind))
        }
    }
}

/// Whether a text has none of SQL's signs for other texts.
fn is_part(argument: &str) -> bool {
    argument_word(argument).is_some_and(|(value, _)| !value.text.contains(['%', '_']))
}

/// The term for a value that must be a part of the field's, or all of it.
pub(super) fn matching(field: &FieldRef, asks: Asks, value: &Literal) -> Option<String> {
    let (name, text) = (field_name(field), &value.text);
    if matches!(field.kind(), Kind::Id | Kind::Handle) {
        // Of an id people know how it begins.
        let is_begun = matches!(asks, Asks::Contains | Asks::Starts) && text.len() < 32 && !text.contains('*');
        return is_begun.then(|| format!("{name}:{text}*"));
    }
    Some(match asks {
        Asks::Like => like(field, text, '\\', false),
        // Without the signs of a regular expression it is as LIKE.
        Asks::Similar if !text.contains(['|', '(', '[', '+', '*', '?', '{']) => like(field, text, '\\', false),
        Asks::Contains if field.known() != Some(Field::Path) && !text.contains(char::is_whitespace) => {
            format!("{name}:{}", value.written())
        }
        Asks::Contains => format!("{name}:*{}*", piece(text)),
        Asks::Starts => format!("{name}:{}*", piece(text)),
        Asks::Ends => format!("{name}:*{}", piece(text)),
        Asks::InItsCase(before, behind) => regex_term(field, &format!("{before}{}{behind}", regex::escape(text))),
        // Kusto's plain texts and MySQL's double the backslash.
        Asks::Matches => regex_term(field, &text.replace("\\\\", "\\")),
        _ => return None,
    })
}

/// A piece of a pattern, in quotes where it needs some.
pub(in crate::query::syntax) fn piece(text: &str) -> String {
    match text {
        "" => String::new(),
        _ if needs_quotes(text) || text.contains('*') => quoted(text.as_bytes()),
        _ => text.to_owned(),
    }
}

/// A field that has one of some values.
pub(in crate::query::syntax) fn one_of(field: &FieldRef, values: &[Literal]) -> String {
    let values: Vec<String> = values.iter().map(Literal::written).collect();
    format!("{}{}{}", field_name(field), equality(field), values.join(","))
}

/// What stands between the ends of a range: a day that is its midnight elsewhere is all of it here, and left out.
fn dots(field: &FieldRef, is_midnight: bool, high: &str) -> &'static str {
    if field.kind() == Kind::Time && is_midnight && is_date(high) { "..<" } else { ".." }
}

/// How a whole value is asked for.
pub(super) fn equality(field: &FieldRef) -> &'static str {
    if matches!(field.kind(), Kind::Name | Kind::Text) { ":=" } else { ":" }
}

/// Kusto's `(500 .. 599)`: both ends of a range, and what is behind it.
fn ends_in_parentheses<'t>(field: &FieldRef, text: &'t str) -> Option<(String, String, &'t str)> {
    let inside = text.strip_prefix('(')?;
    let (inside, behind) = inside.split_at(closing(inside)?);
    let (low, high) = inside.split_once("..")?;
    let edge = |text: &str| {
        let text = text.trim();
        if field.kind() == Kind::Time
            && let Some((found, _)) = reckoned(text).filter(|(_, behind)| behind.trim().is_empty())
        {
            return Some(found.math);
        }
        let date = text.strip_prefix("datetime(").and_then(|text| text.strip_suffix(')')).unwrap_or(text);
        let date = date.trim_matches(['"', '\'']).replace(' ', "T");
        (!date.is_empty() && !date.contains(['(', ')', ','])).then_some(date)
    };
    Some((edge(low)?, edge(high)?, &behind[1..]))
}

/// `(500, 502)`, `[500, 502]`, `500,502`: values with commas between them; also a single one that is no prose.
fn listed_values<'t>(field: &FieldRef, text: &'t str) -> Option<(Vec<Literal>, &'t str)> {
    let close = match text.chars().next()? {
        '(' => ')',
        '[' => ']',
        '{' => '}',
        _ => return values_without_brackets(field, text).or_else(|| names_with_blanks(field, text)),
    };
    arguments(&text[1..], close)
}

/// `500, 502`, `"a", "b"`: values with commas between them, up to the first word without one.
fn values_without_brackets<'t>(field: &FieldRef, text: &'t str) -> Option<(Vec<Literal>, &'t str)> {
    let (mut values, mut rest) = (Vec::new(), text);
    loop {
        let (value, behind) = argument_word(rest)?;
        let is_quoted = value.is_quoted;
        let goes_on = if is_quoted { behind.starts_with(',') } else { value.text.ends_with(',') };
        if is_quoted {
            values.push(value);
        } else {
            let listed = value.text.trim_end_matches(',').split(',');
            values.extend(listed.map(|text| Literal { text: text.to_owned(), is_quoted: false }));
        }
        rest = behind.strip_prefix(',').filter(|_| is_quoted).unwrap_or(behind);
        if !goes_on {
            // “errors in november”
            let is_time = |value: &Literal| {
                let lower = value.text.to_lowercase();
                month_of(&lower).is_some() || ["the", "last", "past", "this"].contains(&lower.as_str())
            };
            let is_sure = (field.kind() != Kind::Text || is_quoted || values.len() > 1)
                && !(values.len() == 1 && !is_quoted && values.iter().all(is_time));
            let is_whole = values.iter().all(|value| value.is_quoted || !value.text.is_empty());
            return (is_sure && is_whole && (is_quoted || is_end(rest))).then_some((values, rest));
        }
    }
}

/// `admin, Admin User`: names with commas between them, up to what joins or the end.
fn names_with_blanks<'t>(field: &FieldRef, text: &'t str) -> Option<(Vec<Literal>, &'t str)> {
    let joins = [" and ", " or ", " AND ", " OR "].into_iter();
    let (list, behind) = text.split_at(joins.filter_map(|join| text.find(join)).min().unwrap_or(text.len()));
    let names: Vec<&str> = list.split(',').map(str::trim).collect();
    let is_name = |name: &&str| {
        name.starts_with(char::is_alphanumeric) && name.chars().all(|c| c.is_alphanumeric() || " -_.&@/".contains(c))
    };
    let is_list = field.kind() == Kind::Name && names.len() > 1 && names.iter().all(is_name);
    let literal = |name: &str| Literal { text: name.to_owned(), is_quoted: name.contains(' ') };
    is_list.then(|| (names.into_iter().map(literal).collect(), behind))
}

/// The name of a field that a text begins with, in quotes or not.
fn name(text: &str) -> Option<(&str, &str)> {
    if let Some(inner) = text.strip_prefix('"') {
        return Some(text.split_at(inner.find('"')? + 2));
    }
    match heading_len(text, |behind| operator(behind).is_some()) {
        Some(len) => Some(text.split_at(len)),
        None => word(text),
    }
}

/// The field that another tool calls so, where an operator in words and a text in quotes say that it is a name:
/// `resultCode startswith "5"`.
fn renamed(name: &str, behind: &str) -> Option<FieldRef> {
    let Instead::Name(ours) = other_name(name)? else { return None };
    let (_, _, _, argument) = operator(behind)?;
    let argument = argument.trim_start();
    argument.starts_with(['"', '\'']).then(|| FieldRef::find(ours)).flatten()
}

/// What only the source sent, where an operator in words is no prose: its values say so.
fn attribute_asked(name: &str, behind: &str) -> Option<FieldRef> {
    let plain = name.trim_matches('"');
    if is_operator(plain) || !(plain != name || is_plain_name(plain)) || is_join(plain) {
        return None;
    }
    let (asks, _, _, argument) = operator(behind)?;
    let argument = argument.trim_start();
    let is_literal = |text: &str| text.starts_with(['"', '\'']);
    let is_sure = match asks {
        Asks::In => {
            let inside = argument.strip_prefix(['(', '['])?;
            inside.contains([',', '"', '\''])
        }
        Asks::Is => {
            let (first, next) = word(argument)?;
            let first = if first.eq_ignore_ascii_case("not") { word(next)?.0 } else { first };
            let is_truth = ["true", "false"].iter().any(|truth| first.eq_ignore_ascii_case(truth));
            is_no_value(first) || is_truth && plain != name
        }
        Asks::Like | Asks::Similar => is_literal(argument),
        Asks::Between => is_literal(argument) || argument.starts_with(|c: char| c.is_ascii_digit()),
        _ => false,
    };
    is_sure.then(|| FieldRef::Attribute(plain.trim_start_matches('@').to_owned()))
}

/// A value in quotes; or a bare one, if nothing but another term follows: prose goes on.
fn literal(text: &str) -> Option<(Literal, &str)> {
    let (value, behind) = argument_word(text)?;
    (value.is_quoted || is_end(behind)).then_some((value, behind))
}

/// Whether a term ends here.
pub(in crate::query::syntax) fn is_end(text: &str) -> bool {
    let text = text.trim_start();
    let joins = ["and", "or", "not", "&&", "||", "&", "|"];
    text.is_empty()
        || text.starts_with(')')
        || word(text).is_some_and(|(next, _)| joins.iter().any(|join| next.eq_ignore_ascii_case(join)))
        || crate::query::syntax::term::known_name_len(text.trim_start_matches(['-', '!'])).is_some()
}
