//! What other languages compare: a field, or what a function makes of its value; and what the comparison is here.
//! Nothing, where it is none that can be asked for surely.

use ipnet::IpNet;

use super::words::Asks;
use crate::model::field::{Field, FieldRef, Kind};
use crate::model::value::Outcome;
use crate::query::matcher::parse_address;
use crate::query::print::field_name;
use crate::query::syntax::dialect::sql::like::{like, network_of};
use crate::query::syntax::value::regex_term;

use super::absence::{is_no_value, presence_term};
use super::classes::{classes, statuses};
use super::condition::Condition;
use super::literal::Literal;
use super::moments::{Unit, is_date, moment, part, time_begins};
use super::sign::Sign;
use super::sql::{equality, matching};

/// One side of a comparison.
#[derive(Debug, Clone)]
pub(super) enum Operand {
    /// A field, and what is made of its value.
    Field(FieldRef, Change),
    /// A value as it is written.
    Literal(Literal),
    /// What holds or does not.
    Condition(Condition),
}

/// What a function makes of a field's value.
#[derive(Debug, Clone)]
pub(super) enum Change {
    /// The value as it is.
    None,
    /// Without case.
    Folded,
    /// How long it is.
    Length,
    /// Another value where there is none.
    Default(Literal),
    /// Divided by a number; whether only the whole part is meant.
    Quotient(f64, bool),
    /// The unit of time that it is in.
    Part(Unit),
    /// Its first signs.
    First(usize),
    /// Its last signs.
    Last(usize),
    /// Where a text stands in it, and what the first place is called.
    Position(String, u8),
}

/// A field's value against another.
pub(super) fn compare(field: &FieldRef, change: &Change, sign: Sign, value: &Literal) -> Option<Condition> {
    let (is_equality, is_not) = (matches!(sign, Sign::Is | Sign::IsNot), sign == Sign::IsNot);
    match change {
        Change::None if is_equality => Some(equal(field, value)?.not_if(is_not)),
        Change::None => ordered(field, sign, value),
        Change::Folded if is_null(value) || value.text.is_empty() => Some(equal(field, value)?.not_if(is_not)),
        Change::Folded => {
            let term = is_equality.then(|| folded(field, std::slice::from_ref(value)))??;
            Some(Condition::Term(term).not_if(is_not))
        }
        Change::Length => length(field, sign, value),
        Change::Default(default) => {
            let found = compare(field, &Change::None, sign, value)?;
            Some(with_default(field, found, is_not, passes(default, sign, value)))
        }
        Change::Quotient(by, is_whole) => quotient(field, *by, *is_whole, sign, value),
        Change::Part(unit) => part(*unit, sign, value),
        Change::First(len) | Change::Last(len) => {
            let asks = if matches!(change, Change::First(_)) { Asks::Starts } else { Asks::Ends };
            let is_whole = is_equality && value.text.chars().count() == *len;
            let found = is_whole.then(|| matches(field, &Change::None, asks, value, '\\'))??;
            Some(found.not_if(is_not))
        }
        Change::Position(text, first) => position(field, text, *first, sign, value),
    }
}

/// A field's value against a pattern or a piece of it.
pub(super) fn matches(
    field: &FieldRef,
    change: &Change,
    asks: Asks,
    value: &Literal,
    escape: char,
) -> Option<Condition> {
    let is_folded = match change {
        Change::None => false,
        Change::Folded => true,
        Change::Default(default) => {
            let found = matches(field, &Change::None, asks, value, escape)?;
            let is_passed = match asks {
                Asks::Starts => default.text.starts_with(&value.text),
                Asks::Ends => default.text.ends_with(&value.text),
                Asks::Contains => default.text.contains(&value.text),
                // What an empty text matches is another matter.
                _ if default.text.is_empty() => {
                    !value.text.is_empty() && value.text.trim_matches(['%', '*']).is_empty()
                }
                _ => return None,
            };
            return Some(with_default(field, found, false, is_passed));
        }
        _ => return None,
    };
    let text = value.text.as_str();
    match field.kind() {
        Kind::Time => match asks {
            Asks::Starts => time_begins(text),
            Asks::Like => time_begins(text.strip_suffix('%')?),
            Asks::Matches => time_begins(text.strip_prefix('^')?),
            _ => None,
        },
        Kind::Status => {
            let classes = match asks {
                Asks::Starts => statuses(text)?,
                Asks::Like => statuses(text.strip_suffix('%').unwrap_or(text))?,
                Asks::Matches => classes(text)?,
                _ => return None,
            };
            Some(Condition::Term(format!("status:{classes}")))
        }
        Kind::Id | Kind::Handle => {
            let begin = match asks {
                Asks::Starts => text,
                Asks::Like => text.strip_suffix('%')?,
                Asks::Matches => text.strip_prefix('^')?,
                _ => return None,
            };
            let is_plain = !begin.is_empty() && begin.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
            is_plain.then(|| Condition::Term(format!("{}:{begin}*", field_name(field))))
        }
        Kind::Address if begin_of(asks, text).and_then(|begin| network_of(&begin)).is_some() => {
            let network = network_of(&begin_of(asks, text)?)?;
            Some(Condition::Term(format!("{}:{network}", field_name(field))))
        }
        Kind::Name | Kind::Text | Kind::Address => Some(Condition::Term(match asks {
            Asks::Like => like(field, text, escape, is_folded),
            Asks::Matches if is_folded => regex_term(field, &format!("(?i){text}")),
            Asks::Contains if field.kind() == Kind::Address => regex_term(field, &regex::escape(text)),
            _ => matching(field, asks, value)?,
        })),
        _ => None,
    }
}

/// What an address begins with.
fn begin_of(asks: Asks, text: &str) -> Option<String> {
    match asks {
        Asks::Starts => Some(text.to_owned()),
        Asks::Matches => {
            let begin = text.strip_prefix('^')?.replace("\\.", ".").replace("[.]", ".");
            Some(begin.strip_suffix(".*").map(ToOwned::to_owned).unwrap_or(begin))
                .filter(|_| text.contains("\\.") || text.contains("[.]"))
        }
        _ => None,
    }
}

/// A field's value among several.
pub(super) fn one_of(field: &FieldRef, change: &Change, values: &[Literal]) -> Option<Condition> {
    match change {
        Change::None => {
            let texts: Vec<String> = values.iter().map(|value| same(field, value)).collect::<Option<_>>()?;
            let is_plain = !matches!(field.kind(), Kind::Outcome | Kind::Boolean | Kind::Time);
            let term = || Condition::Term(format!("{}{}{}", field_name(field), equality(field), texts.join(",")));
            (is_plain && !texts.is_empty()).then(term)
        }
        Change::Folded => Some(Condition::Term(folded(field, values)?)),
        _ => {
            let mut found = values.iter().map(|value| compare(field, change, Sign::Is, value));
            let first = found.next()??;
            found.try_fold(first, |all, one| Some(all.or(one?)))
        }
    }
}

/// What is taken for true: a value that is there and is not `false`.
pub(super) fn truth(operand: &Operand) -> Option<Condition> {
    match operand {
        Operand::Condition(condition) => Some(condition.clone()),
        Operand::Field(field, Change::Position(text, _)) => contains(field, text),
        Operand::Field(field, Change::None) => Some(is_true(field)),
        Operand::Field(field, Change::Default(default)) if matches!(default.text.as_str(), "false" | "null") => {
            Some(is_true(field))
        }
        _ => None,
    }
}

fn is_true(field: &FieldRef) -> Condition {
    let name = field_name(field);
    match (field.kind(), field) {
        (Kind::Outcome, _) => Condition::Term("is:success".to_owned()),
        (Kind::Boolean, _) => Condition::Term(format!("{name}:true")),
        (_, FieldRef::Attribute(_)) => {
            Condition::All(vec![Condition::Term(format!("has:{name}")), Condition::Term(format!("-{name}:=false"))])
        }
        _ => Condition::Term(presence_term(&name, true)),
    }
}

/// Whether a field is there.
pub(super) fn presence(field: &FieldRef, is_there: bool) -> Condition {
    Condition::Term(presence_term(&field_name(field), is_there))
}

fn is_null(value: &Literal) -> bool {
    !value.is_quoted && is_no_value(&value.text)
}

fn equal(field: &FieldRef, value: &Literal) -> Option<Condition> {
    let is_no_response = field.kind() == Kind::Status && matches!(value.text.as_str(), "0" | "-1");
    if is_null(value) || value.text.is_empty() && value.is_quoted || is_no_response {
        return Some(presence(field, false));
    }
    let text = same(field, value)?;
    Some(Condition::Term(match (field.kind(), text.as_str()) {
        (Kind::Outcome, "success") => "is:success".to_owned(),
        (Kind::Outcome, _) => "is:failed".to_owned(),
        _ => format!("{}{}{text}", field_name(field), equality(field)),
    }))
}

/// A value as it stands behind the operator of equality.
fn same(field: &FieldRef, value: &Literal) -> Option<String> {
    if is_null(value) || value.text.is_empty() {
        return None;
    }
    let text = value.text.as_str();
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    match field.kind() {
        Kind::Name | Kind::Text => Some(value.written()),
        Kind::Address if parse_address(text.as_bytes()).is_some() || text.parse::<IpNet>().is_ok() => {
            Some(text.to_owned())
        }
        Kind::Address => None,
        Kind::Status => is_digits(text).then(|| text.to_owned()),
        Kind::Integer => text.parse::<i64>().ok().map(|number| number.to_string()),
        Kind::Duration => span(text),
        Kind::Time => moment(text),
        Kind::Id | Kind::Handle => {
            text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).then(|| text.to_owned())
        }
        Kind::Boolean => {
            ["true", "false"].into_iter().find(|word| text.eq_ignore_ascii_case(word)).map(ToOwned::to_owned)
        }
        Kind::Outcome => Outcome::read(text.as_bytes()).map(|outcome| outcome.word().to_owned()),
    }
}

fn ordered(field: &FieldRef, sign: Sign, value: &Literal) -> Option<Condition> {
    let (name, text) = (field_name(field), value.text.as_str());
    let number = || text.parse::<f64>().is_ok().then(|| text.to_owned());
    let (sign, text) = match (field.kind(), field) {
        // A day begins at midnight, which these languages compare with.
        (Kind::Time, _) => {
            let sign = match sign {
                Sign::Greater if is_date(text) => Sign::GreaterEq,
                Sign::LessEq if is_date(text) => Sign::Less,
                other => other,
            };
            (sign, moment(text)?)
        }
        (Kind::Duration, _) => (sign, span(text)?),
        (Kind::Status | Kind::Integer, _) | (_, FieldRef::Attribute(_)) => (sign, number()?),
        _ => return None,
    };
    Some(Condition::Term(format!("{name}{}{text}", sign.written())))
}

/// A span with its unit; milliseconds where it has none.
fn span(text: &str) -> Option<String> {
    let is_plain =
        text.starts_with(|c: char| c.is_ascii_digit()) && text.chars().all(|c| c.is_alphanumeric() || c == '.');
    is_plain.then(|| text.parse::<f64>().map_or_else(|_| text.to_owned(), |millis| format!("{millis}ms")))
}

fn folded(field: &FieldRef, values: &[Literal]) -> Option<String> {
    let is_text = matches!(field.kind(), Kind::Name | Kind::Text);
    let texts: Vec<String> = values.iter().map(|value| regex::escape(&value.text)).collect();
    Some(match texts.as_slice() {
        _ if !is_text => return None,
        [] => return None,
        [one] => regex_term(field, &format!("(?i)^{one}$")),
        several => regex_term(field, &format!("(?i)^({})$", several.join("|"))),
    })
}

fn length(field: &FieldRef, sign: Sign, value: &Literal) -> Option<Condition> {
    /// Longer texts are not asked for by how long they are.
    const MOST: usize = 500;
    let len = value.text.parse::<usize>().ok().filter(|len| *len <= MOST)?;
    // What a source sent may be a list.
    let is_text = matches!(field.kind(), Kind::Name | Kind::Text) && field.known().is_some();
    let (least, most) = match sign {
        Sign::Is | Sign::IsNot => (len, Some(len)),
        Sign::Less => (0, Some(len.checked_sub(1)?)),
        Sign::LessEq => (0, Some(len)),
        Sign::Greater => (len + 1, None),
        Sign::GreaterEq => (len, None),
    };
    let found = match (least, most) {
        _ if !is_text => return None,
        (0, Some(0)) => presence(field, false),
        (1, None) => presence(field, true),
        (least, Some(most)) => Condition::Term(regex_term(field, &format!("(?s)^.{{{least},{most}}}$"))),
        (least, None) => Condition::Term(regex_term(field, &format!("(?s)^.{{{least},}}$"))),
    };
    Some(found.not_if(sign == Sign::IsNot))
}

/// A condition on a field where another value stands for none.
fn with_default(field: &FieldRef, found: Condition, is_not: bool, is_passed: bool) -> Condition {
    match (is_not, is_passed) {
        // What is left out leaves in what is missing.
        (true, true) | (false, false) => found,
        (true, false) => presence(field, true).and(found),
        (false, true) => presence(field, false).or(found),
    }
}

fn passes(default: &Literal, sign: Sign, value: &Literal) -> bool {
    match (default.text.parse::<f64>(), value.text.parse::<f64>()) {
        (Ok(default), Ok(value)) => sign.holds(&default, &value),
        _ => sign.holds(&default.text, &value.text),
    }
}

fn quotient(field: &FieldRef, by: f64, is_whole: bool, sign: Sign, value: &Literal) -> Option<Condition> {
    let number = value.text.parse::<f64>().ok()?;
    if field.kind() == Kind::Status && is_whole {
        let class = value
            .text
            .parse::<u8>()
            .ok()
            .filter(|class| (by - 100.0).abs() < f64::EPSILON && (1..=5).contains(class))?;
        return Some(Condition::Term(match sign {
            Sign::Is => format!("status:{class}xx"),
            Sign::IsNot => format!("-status:{class}xx"),
            Sign::Less => format!("status<{class}00"),
            Sign::LessEq => format!("status<{}00", class + 1),
            Sign::Greater => format!("status>={}00", class + 1),
            Sign::GreaterEq => format!("status>={class}00"),
        }));
    }
    let is_number = matches!(field.kind(), Kind::Status | Kind::Integer | Kind::Duration);
    let whole = Literal { text: (number * by).to_string(), is_quoted: false };
    (is_number && !is_whole).then(|| compare(field, &Change::None, sign, &whole))?
}

fn position(field: &FieldRef, text: &str, first: u8, sign: Sign, value: &Literal) -> Option<Condition> {
    let is_null = is_null(value);
    let number = value.text.parse::<u8>().ok();
    let (below, at) = (first.checked_sub(1), Some(first));
    match sign {
        Sign::Is | Sign::IsNot if is_null || number.is_some() && number == below => {
            Some(contains(field, text)?.not_if(sign == Sign::Is))
        }
        Sign::Is | Sign::IsNot if number == at => {
            let value = Literal { text: text.to_owned(), is_quoted: true };
            Some(matches(field, &Change::None, Asks::Starts, &value, '\\')?.not_if(sign == Sign::IsNot))
        }
        Sign::Greater if value.text == "-1" && first == 0 || number.is_some() && number == below => {
            contains(field, text)
        }
        Sign::GreaterEq if number == at => contains(field, text),
        _ => None,
    }
}

fn contains(field: &FieldRef, text: &str) -> Option<Condition> {
    let value = Literal { text: text.to_owned(), is_quoted: true };
    matches(field, &Change::None, Asks::Contains, &value, '\\').filter(|_| field.known() != Some(Field::Time))
}
