//! Conditions of SQL, Splunk and Kusto that begin with more than a name: `lower(client) LIKE '%acme%'`,
//! `DATE(created_at) = '2026-11-20'`, `created_at::date = …`, `status / 100 = 5`, `l.status = 500`.

use crate::model::field::{FieldRef, Kind};
use crate::query::error::QueryError;
use crate::query::syntax::dialect::condition::Condition;
use crate::query::syntax::dialect::functions::is_function;
use crate::query::syntax::dialect::jq::compared;
use crate::query::syntax::dialect::literal::{Literal, argument_word, arguments, word};
use crate::query::syntax::dialect::moments::is_date;
use crate::query::syntax::dialect::operand::{self, Change, Operand};
use crate::query::syntax::dialect::operand_read::{TABLES, closing, operand_of, value_of};
use crate::query::syntax::dialect::sign::Sign;
use crate::query::syntax::name::is_of_name;
use crate::query::syntax::reader::Reader;

use super::like::escape_of;
use crate::query::syntax::dialect::words::{Asks, operator};

impl Reader<'_> {
    /// A condition that begins with more than a name: what it is here, and how much of the text.
    pub(in crate::query::syntax::dialect) fn predicate(&self) -> Option<(QueryError, usize)> {
        let rest = self.rest();
        let problem = |message: &str, len: usize| QueryError::new(message, self.at..self.at + len);
        let found = operand_of(rest, 0);
        let is_more = match &found {
            Some((Operand::Field(field, Change::None), behind)) => is_said_otherwise(rest, field, behind),
            Some((Operand::Literal(_), _)) => return None,
            // `api/2` is a word.
            Some((field @ Operand::Field(_, Change::Quotient(..)), behind)) => {
                Sign::read(behind.trim_start()).is_some() || condition(field.clone(), behind).is_some()
            }
            Some(_) => true,
            None => false,
        };
        if let Some((left, behind)) = found.filter(|_| is_more)
            && let Some((condition, behind)) = condition(left, behind)
        {
            let (condition, behind) = with_truth(condition, behind);
            let len = rest[..rest.len() - behind.len()].trim_end().len();
            let problem = problem(&format!("“{}” cannot stand here", head(rest)), len);
            // AND binds as a space does; what is left out is one term.
            let before = self.text[..self.at].trim_end();
            let is_left_out = ["NOT", "not:", "-", "!"].iter().any(|sign| before.ends_with(sign));
            let is_all = matches!(condition, Condition::All(_)) && !is_left_out;
            return Some((problem.written(if is_all { condition.whole() } else { condition.term() }), len));
        }
        self.unknown_call().or_else(|| is_more.then(|| self.unknown_term(rest.len() - behind_term(rest).len())))
    }

    /// A function that is none of ours, where a value is compared: no text that is looked for.
    fn unknown_call(&self) -> Option<(QueryError, usize)> {
        let rest = self.rest();
        let len = rest.find(|c: char| !(c.is_alphanumeric() || c == '_'))?;
        let (name, inside) = rest.split_at(len);
        let inside = inside.strip_prefix('(').filter(|_| name.starts_with(|c: char| c.is_alphabetic()))?;
        let close = closing(inside)?;
        let behind = &inside[close + 1..];
        let is_compared = Sign::read(behind.trim_start()).is_some() || operator(behind).is_some();
        let has_field = inside[..close].split(|c: char| !is_of_name(c)).any(|word| {
            FieldRef::find(word).is_some() || TABLES.iter().any(|table| word.starts_with(&format!("{table}.")))
        });
        let is_selector = inside.starts_with('{') || inside.contains("({");
        if !(is_selector || (is_function(name) || is_compared) && has_field || is_function(name) && is_compared) {
            return None;
        }
        Some(self.unknown_term(rest.len() - behind_term(rest).len()))
    }

    fn unknown_term(&self, len: usize) -> (QueryError, usize) {
        let problem = QueryError::new(format!("“{}” cannot stand here", head(self.rest())), self.at..self.at + len);
        let hint = "a field stands before an operator and a value: status:5xx client:acme* path~\"^/orders\" \
                    time:2026-11-20 duration>1.5s no:client";
        (problem.with_hint(hint), len)
    }
}

/// `contains(client,'acme') eq true`: a condition that is compared with a truth.
fn with_truth(condition: Condition, behind: &str) -> (Condition, &str) {
    let truth = word(behind).filter(|(sign, _)| ["eq", "=", "=="].iter().any(|other| sign.eq_ignore_ascii_case(other)));
    match truth.and_then(|(_, value)| word(value)) {
        Some((truth, rest)) if truth.eq_ignore_ascii_case("true") => (condition, rest),
        Some((truth, rest)) if truth.eq_ignore_ascii_case("false") => (condition.not(), rest),
        _ => (condition, behind),
    }
}

/// Whether a field stands here in a way that only other languages have.
fn is_said_otherwise(text: &str, field: &FieldRef, behind: &str) -> bool {
    let written = &text[..text.len() - behind.len()];
    let next = behind.trim_start();
    let is_network = next.starts_with("<<") && field.kind() == Kind::Address;
    // Single quotes are SQL's, where a day is its midnight.
    let is_midnight = field.kind() == Kind::Time
        && Sign::read(next).is_some_and(|(sign, value)| {
            let value = value.trim_start();
            let is_day =
                value.starts_with('\'') && value.get(1..11).is_some_and(is_date) && value[11..].starts_with('\'');
            is_day && matches!(sign, Sign::Greater | Sign::LessEq)
        });
    let is_likened = field.kind() == Kind::Time
        && operator(behind)
            .is_some_and(|(asks, _, _, value)| asks == Asks::Like && value.trim_start().starts_with('\''));
    // `TIMESTAMP '2026-11-20 12:00:00'`
    let is_typed = field.kind() == Kind::Time
        && Sign::read(next).and_then(|(_, value)| word(value)).is_some_and(|(first, value)| {
            let is_type = ["date", "timestamp"].iter().any(|kind| first.eq_ignore_ascii_case(kind));
            is_type && value.trim_start().starts_with('\'')
        });
    let is_longer = written.contains("::") || FieldRef::find(written.trim().trim_matches('"')).is_none();
    is_longer && (Sign::read(next).is_some() || operator(behind).is_some())
        || is_network
        || is_midnight
        || is_likened
        || is_typed
}

/// What is shown of a condition: its name, and that something stands in parentheses.
fn head(text: &str) -> String {
    let len = text.find(|c: char| !(is_of_name(c) || c == ':')).unwrap_or(text.len());
    let is_call = text[len..].starts_with('(');
    format!("{}{}", &text[..len], if is_call { "(…)" } else { "" })
}

/// What is behind a term: up to a space outside of parentheses, and with the value behind an operator.
fn behind_term(text: &str) -> &str {
    let len = text.find('(').and_then(|open| Some(open + 2 + closing(&text[open + 1..])?)).unwrap_or(0);
    let behind = &text[len..];
    let trimmed = behind.trim_start();
    if let Some((_, value)) = Sign::read(trimmed) {
        return argument_word(value).map_or("", |(_, behind)| behind);
    }
    match operator(behind) {
        Some((.., value)) => {
            let value = value.trim_start();
            match value.strip_prefix('(').and_then(|inside| Some(&inside[closing(inside)? + 1..])) {
                Some(behind) => behind,
                None => argument_word(value).map_or("", |(_, behind)| behind),
            }
        }
        None => behind.find(|c: char| c.is_whitespace() || c == ')').map_or("", |at| &behind[at..]),
    }
}

/// What is asked of an operand, and what is behind it.
fn condition(left: Operand, text: &str) -> Option<(Condition, &str)> {
    let next = text.trim_start();
    if let Operand::Condition(condition) = &left {
        let Some((sign, value)) = Sign::read(next) else { return Some((condition.clone(), text)) };
        let (right, behind) = operand_of(value, 1)?;
        return Some((compared(left, sign, right)?, behind));
    }
    if let Operand::Field(field, Change::None) = &left
        && field.kind() == Kind::Address
        && let Some(network) = next.strip_prefix("<<=").or_else(|| next.strip_prefix("<<"))
    {
        let network = network.trim_start();
        let network = network.strip_prefix("inet ").or_else(|| network.strip_prefix("cidr ")).unwrap_or(network);
        let (network, behind) = argument_word(network)?;
        let behind = behind.strip_prefix("::inet").or_else(|| behind.strip_prefix("::cidr")).unwrap_or(behind);
        return Some((operand::one_of(field, &Change::None, &[network])?, behind));
    }
    if let Some((pattern, is_not, is_folded)) = regex_behind(next) {
        let (pattern, behind) = argument_word(pattern).filter(|(pattern, _)| pattern.is_quoted)?;
        let Operand::Field(field, change) = left else { return None };
        let change = if is_folded && matches!(change, Change::None) { Change::Folded } else { change };
        let found = operand::matches(&field, &change, Asks::Matches, &pattern, '\\')?;
        return Some((found.not_if(is_not), behind));
    }
    if let Some((sign, value)) = Sign::read(next) {
        let (right, behind) = value_of(value)?;
        let right = at_midnight(&left, sign, right);
        return Some((compared(left, sign, right)?, behind));
    }
    let Operand::Field(field, change) = left else { return None };
    let (asks, is_not, _, behind) = operator(text)?;
    let (found, behind) = asked(&field, &change, asks, behind.trim_start())?;
    Some((found.not_if(is_not), behind))
}

/// A day is its midnight in SQL, behind which and up to which the rest of it counts, too.
fn at_midnight(left: &Operand, sign: Sign, right: Operand) -> Operand {
    match (left, right) {
        (Operand::Field(field, Change::None), Operand::Literal(day))
            if field.kind() == Kind::Time && is_date(&day.text) && matches!(sign, Sign::Greater | Sign::LessEq) =>
        {
            Operand::Literal(Literal { text: format!("{}T00:00", day.text), ..day })
        }
        (_, right) => right,
    }
}

/// What an operator in words asks, and what is behind it.
fn asked<'t>(field: &FieldRef, change: &Change, asks: Asks, text: &'t str) -> Option<(Condition, &'t str)> {
    match asks {
        Asks::In => {
            let (values, behind) = arguments(text.strip_prefix('(')?, ')')?;
            Some((operand::one_of(field, change, &values)?, behind))
        }
        Asks::Is => {
            let (mut first, mut behind) = word(text)?;
            let is_not = first.eq_ignore_ascii_case("not");
            if is_not {
                (first, behind) = word(behind)?;
            }
            let value = Literal { text: first.to_ascii_lowercase(), is_quoted: false };
            let found = compared(Operand::Field(field.clone(), change.clone()), Sign::Is, Operand::Literal(value))?;
            Some((found.not_if(is_not), behind))
        }
        Asks::Between => {
            let (Operand::Literal(low), behind) = operand_of(text, 1)? else { return None };
            let (and, behind) = word(behind)?;
            let (Operand::Literal(high), behind) = operand_of(behind, 1)? else { return None };
            let least = operand::compare(field, change, Sign::GreaterEq, &low)?;
            let most = operand::compare(field, change, Sign::LessEq, &high)?;
            and.eq_ignore_ascii_case("and").then(|| (least.and(most), behind))
        }
        Asks::Like => {
            let (pattern, behind) = argument_word(text).filter(|(pattern, _)| pattern.is_quoted)?;
            let (escape, behind) = escape_of(behind);
            Some((operand::matches(field, change, asks, &pattern, escape)?, behind))
        }
        Asks::Contains | Asks::Starts | Asks::Ends | Asks::Matches | Asks::Similar | Asks::InItsCase(..) => {
            let (value, behind) = argument_word(text).filter(|(value, _)| value.is_quoted)?;
            Some((operand::matches(field, change, asks, &value, '\\')?, behind))
        }
        Asks::Compares(sign) => {
            let (value, behind) = value_of(text)?;
            let left = Operand::Field(field.clone(), change.clone());
            Some((compared(left, Sign::of_word(sign)?, value)?, behind))
        }
        Asks::Exists | Asks::InAnyCase | Asks::HasAny | Asks::HasAll => None,
    }
}

/// The sign of a regular expression: what is behind it, whether it leaves out, and whether without case.
fn regex_behind(text: &str) -> Option<(&str, bool, bool)> {
    const SIGNS: [(&str, bool, bool); 6] = [
        ("!~*", true, true),
        ("~*", false, true),
        ("!~", true, false),
        ("=~", false, false),
        ("~=", false, false),
        ("~", false, false),
    ];
    SIGNS.iter().find_map(|(sign, is_not, is_folded)| Some((text.strip_prefix(sign)?, *is_not, *is_folded)))
}
