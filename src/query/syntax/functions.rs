//! Functions and sums around a field, as SQL and Splunk have them: `coalesce(client, 'x') = 'x'`,
//! `date(time) = '2026-11-20'`, `status % 100 = 4`. A field stands alone here.

use crate::model::field::{Field, FieldRef, Kind};
use crate::query::error::QueryError;
use crate::query::print::{field_name, quoted};

use super::absence::presence_term;
use super::literal::{Literal, argument_word, arguments};
use super::name::is_of_name;
use super::operators::comparison;
use super::reader::Reader;
use super::sql::{Asks, operator};
use super::sql_terms::{matching, negated, one_of};
use super::term::is_counted;
use super::value::regex_term;

/// Functions that only change the case of letters.
const FOLDS: [&str; 6] = ["lower", "upper", "tolower", "toupper", "lcase", "ucase"];

/// A comparison behind a function, and the text behind it.
struct Compared<'t> {
    token: &'t str,
    value: Literal,
    behind: &'t str,
}

impl Reader<'_> {
    /// A function of a field, or a sum with it: what it is here, and how much of the text.
    pub(super) fn function(&self) -> Option<(QueryError, usize)> {
        self.called().or_else(|| self.cast()).or_else(|| self.sum())
    }

    fn called(&self) -> Option<(QueryError, usize)> {
        let rest = self.rest();
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))?;
        let (name, inside) = (rest[..end].to_ascii_lowercase(), rest[end..].strip_prefix('(')?);
        let close = closing(inside)?;
        let (inside, behind) = (&inside[..close], &inside[close + 1..]);
        let head = rest.len() - behind.len();
        let problem = |len: usize| QueryError::new(format!("“{name}(…)” cannot stand here"), self.at..self.at + len);
        if name == "searchmatch" {
            let (text, _) = argument_word(inside)?;
            return Some((problem(head).written(quoted(text.text.as_bytes())), head));
        }
        let first = inside.find(|c| !is_of_name(c)).unwrap_or(inside.len());
        let field = FieldRef::find(inside[..first].trim());
        if let Some(field) = field.as_ref().filter(|_| stays_itself(&name, &inside[first..]))
            && (operator(behind).is_some() || name == "cast" && compared(behind).is_some())
        {
            let (asks, is_left_out, _, list) = operator(behind).unwrap_or((Asks::Is, false, "", ""));
            if asks == Asks::In
                && let Some((values, behind)) =
                    list.trim_start().strip_prefix('(').and_then(|list| arguments(list, ')'))
            {
                let texts: Vec<String> = values.iter().map(|value| regex::escape(&value.text)).collect();
                let right = regex_term(field, &format!("(?i)^({})$", texts.join("|")));
                let len = rest.len() - behind.len();
                return Some((problem(len).written(if is_left_out { negated(&right) } else { right }), len));
            }
            let right = field_name(field);
            let place = self.at..self.at + head;
            return Some((problem(head).with_hint(format!("write {right}")).with_fix(place, right), rest.len()));
        }
        let found = compared(behind)?;
        let len = rest.len() - found.behind.len();
        let right = match name.as_str() {
            "coalesce" | "ifnull" | "nvl" => with_default(&format!("{inside})"), &found),
            "date" | "to_date" | "todate" | "toyyyymmdd" => on_day(field.as_ref()?, &found),
            "date_trunc" => on_day(&FieldRef::find(inside.split_once(',')?.1.trim())?, &found),
            "floor" | "int" | "trunc" => class(inside, &found),
            _ => piece_of_text(&name, &format!("{inside})"), &found),
        };
        match right {
            Some(right) => Some((problem(len).written(right), len)),
            None if field.is_some() => Some((
                problem(len)
                    .with_hint("there are no functions here: a field stands alone before its operator: status>=500"),
                len,
            )),
            None => None,
        }
    }

    /// Postgres' `created_at::date = '2026-11-20'`, `status::text LIKE '5%'`.
    fn cast(&self) -> Option<(QueryError, usize)> {
        let rest = self.rest();
        let (name, behind) = rest.split_at(rest.find(|c| !is_of_name(c))?);
        let cast = behind.strip_prefix("::")?;
        let (kind, behind) = cast.split_at(cast.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(cast.len()));
        let field = FieldRef::find(name)?;
        let is_asked = operator(behind).is_some() || compared(behind).is_some();
        if !kind.starts_with(|c: char| c.is_ascii_alphabetic()) || !is_asked {
            return None;
        }
        let problem = |len: usize| QueryError::new(format!("“::{kind}” cannot stand here"), self.at..self.at + len);
        if kind.eq_ignore_ascii_case("date")
            && let Some(found) = compared(behind)
        {
            let len = rest.len() - found.behind.len();
            return Some((problem(len).written(on_day(&field, &found)?), len));
        }
        let place = self.at + name.len()..self.at + rest.len() - behind.len();
        Some((problem(name.len() + 2 + kind.len()).with_hint(format!("write {name}")).with_fix(place, ""), rest.len()))
    }

    /// `status % 100 = 4`, `status/100=5`.
    fn sum(&self) -> Option<(QueryError, usize)> {
        let rest = self.rest();
        let (name, behind) = rest.split_at(rest.find(|c| !is_of_name(c))?);
        let field = FieldRef::find(name).filter(|field| is_counted(field.kind()))?;
        let operand = behind.trim_start().strip_prefix(['%', '/', '*', '+', '-'])?.trim_start_matches('/').trim_start();
        let digits = operand.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(operand.len());
        let found = compared(&operand[digits..]).filter(|_| digits > 0)?;
        let sum = rest[..rest.len() - operand.len() + digits].trim_end();
        let len = rest.len() - found.behind.len();
        let problem = QueryError::new("there are no sums here", self.at..self.at + len);
        Some((
            match class(sum, &found) {
                Some(right) => problem.written(right),
                None => problem.with_hint(format!(
                    "write a value or a range: {field}:{}",
                    match field.kind() {
                        Kind::Duration => "100ms..2s",
                        Kind::Time => "24h",
                        _ => "500..599",
                    }
                )),
            },
            len,
        ))
    }
}

/// Whether a function leaves a text as it is but for the case of its letters: `lower(client)`,
/// `CAST(status AS text)`. `inside` is what stands behind the field in it.
fn stays_itself(name: &str, inside: &str) -> bool {
    let inside = inside.trim().to_ascii_lowercase();
    match name {
        "cast" | "try_cast" => inside.starts_with("as "),
        "trim" | "tostring" | "to_string" => inside.is_empty(),
        _ => FOLDS.contains(&name) && inside.is_empty(),
    }
}

fn compared(text: &str) -> Option<Compared<'_>> {
    let text = text.trim_start();
    let (token, behind) = match text.strip_prefix("!=").or_else(|| text.strip_prefix("<>")) {
        Some(behind) => ("!=", behind),
        None => comparison(text)?,
    };
    let (value, behind) = argument_word(behind)?;
    Some(Compared { token, value, behind })
}

/// Where the parenthesis before a text is closed.
fn closing(text: &str) -> Option<usize> {
    let (mut depth, mut quote) = (0_usize, None);
    for (at, c) in text.char_indices() {
        match (c, quote) {
            (_, Some(open)) => quote = quote.filter(|_| c != open),
            ('"' | '\'', None) => quote = Some(c),
            ('(', None) => depth += 1,
            (')', None) if depth == 0 => return Some(at),
            (')', None) => depth -= 1,
            _ => {}
        }
    }
    None
}

/// A term, left out where the comparison says so.
fn equal_or_not(found: &Compared<'_>, right: String) -> Option<String> {
    match found.token {
        "=" | "==" => Some(right),
        "!=" => Some(negated(&right)),
        _ => None,
    }
}

/// `coalesce(client, host, 'none') = 'acme'`: the first that is there, or a value for none.
fn with_default(inside: &str, found: &Compared<'_>) -> Option<String> {
    let (values, _) = arguments(inside, ')')?;
    let (last, fields) = values.split_last()?;
    let wanted = std::slice::from_ref(&found.value);
    let mut missing = String::new();
    let mut terms = Vec::new();
    let default = FieldRef::find(&last.text).filter(|_| !last.is_quoted);
    for field in fields.iter().map(|field| FieldRef::find(&field.text)).chain(default.clone().map(Some)) {
        let field = field?;
        let term = one_of(&field, wanted);
        terms.push(if missing.is_empty() { term } else { format!("({missing}{term})") });
        missing.push_str(&presence_term(&field_name(&field), false));
        missing.push(' ');
    }
    if default.is_none() && last.text == found.value.text {
        let missing = missing.trim_end();
        terms.push(if missing.contains(' ') { format!("({missing})") } else { missing.to_owned() });
    }
    let right = match terms.as_slice() {
        [only] => only.clone(),
        _ => format!("({})", terms.join(" OR ")),
    };
    equal_or_not(found, right)
}

/// `date(created_at) >= '2026-11-20'`.
fn on_day(field: &FieldRef, found: &Compared<'_>) -> Option<String> {
    let day = found.value.text.get(..10).filter(|_| field.known() == Some(Field::Time))?;
    let is_day = day.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    match found.token {
        _ if !is_day => None,
        "<" | "<=" | ">" | ">=" => Some(format!("time{}{day}", found.token)),
        _ => equal_or_not(found, format!("time:{day}")),
    }
}

/// `status/100`: the class.
fn class(sum: &str, found: &Compared<'_>) -> Option<String> {
    let (name, by) = sum.split_once('/')?;
    let is_status = FieldRef::find(name) == Some(Field::Status.into());
    let is_digit = matches!(found.value.text.as_str(), "1" | "2" | "3" | "4" | "5");
    let is_class = is_status && is_digit && by.trim_start_matches('/').trim() == "100";
    equal_or_not(found, format!("status:{}xx", found.value.text)).filter(|_| is_class)
}

/// `left(path, 4) = '/api'`, `strpos(client, 'etl') > 0`.
fn piece_of_text(name: &str, inside: &str, found: &Compared<'_>) -> Option<String> {
    let (values, _) = arguments(inside, ')')?;
    let is_there = matches!((found.token, found.value.text.as_str()), (">", "0" | "-1") | (">=", "1"));
    let field = |at: usize| values.get(at).and_then(|value| FieldRef::find(&value.text));
    let count = |at: usize| values.get(at).and_then(|value| value.text.parse::<usize>().ok());
    let is_whole = |len: Option<usize>| len == Some(found.value.text.chars().count());
    match name {
        "strpos" | "instr" | "indexof" if is_there => matching(&field(0)?, Asks::Contains, values.get(1)?),
        "charindex" | "locate" if is_there => matching(&field(1)?, Asks::Contains, values.first()?),
        "left" if is_whole(count(1)) => equal_or_not(found, matching(&field(0)?, Asks::Starts, &found.value)?),
        "right" if is_whole(count(1)) => equal_or_not(found, matching(&field(0)?, Asks::Ends, &found.value)?),
        "substr" | "substring" if count(1) == Some(1) && is_whole(count(2)) => {
            equal_or_not(found, matching(&field(0)?, Asks::Starts, &found.value)?)
        }
        _ => None,
    }
}
