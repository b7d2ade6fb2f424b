//! Functions of other languages, SQL's, Splunk's, Kusto's and jq's, and what each becomes.

use super::words::Asks;
use crate::model::field::FieldRef;
use crate::query::print::{needs_quotes, quoted};

use super::condition::Condition;
use super::literal::Literal;
use super::moments::Unit;
use super::operand::{self, Change, Operand};

/// What a function does.
#[derive(Clone, Copy)]
enum Function {
    /// Asks a field for a text.
    Matches(Asks),
    /// Asks whether a field is there.
    Presence(bool),
    /// Asks whether an address is in a network.
    Network,
    /// Asks for one of some values.
    In,
    /// Looks for a text anywhere.
    Search,
    /// Takes the case away.
    Fold,
    /// Leaves a value as it is.
    Same,
    Length,
    Whole,
    Default,
    /// The unit of a time.
    Part(Unit),
    /// The unit that a word names.
    Truncated,
    /// The unit that a pattern of a date shows.
    Shown,
    First,
    Last,
    Slice,
    /// Where a text stands, and what the first place is called.
    Position(u8),
}

const FUNCTIONS: &[(&str, Function)] = &[
    ("contains", Function::Matches(Asks::Contains)),
    ("strcontains", Function::Matches(Asks::Contains)),
    ("icontains", Function::Matches(Asks::Contains)),
    ("includes", Function::Matches(Asks::Contains)),
    ("startswith", Function::Matches(Asks::Starts)),
    ("starts_with", Function::Matches(Asks::Starts)),
    ("hasprefix", Function::Matches(Asks::Starts)),
    ("endswith", Function::Matches(Asks::Ends)),
    ("ends_with", Function::Matches(Asks::Ends)),
    ("hassuffix", Function::Matches(Asks::Ends)),
    ("match", Function::Matches(Asks::Matches)),
    ("matches", Function::Matches(Asks::Matches)),
    ("regex_match", Function::Matches(Asks::Matches)),
    ("regexp_like", Function::Matches(Asks::Matches)),
    ("regexp_contains", Function::Matches(Asks::Matches)),
    ("regexp_matches", Function::Matches(Asks::Matches)),
    ("regexp", Function::Matches(Asks::Matches)),
    ("test", Function::Matches(Asks::Matches)),
    ("like", Function::Matches(Asks::Like)),
    ("isnull", Function::Presence(false)),
    ("is_null", Function::Presence(false)),
    ("isempty", Function::Presence(false)),
    ("is_empty", Function::Presence(false)),
    ("empty", Function::Presence(false)),
    ("missing", Function::Presence(false)),
    ("isnotnull", Function::Presence(true)),
    ("isnotempty", Function::Presence(true)),
    ("notempty", Function::Presence(true)),
    ("exists", Function::Presence(true)),
    ("ispresent", Function::Presence(true)),
    ("cidrmatch", Function::Network),
    ("cidr", Function::Network),
    ("ipv4_is_in_range", Function::Network),
    ("ipv4_is_in_any_range", Function::Network),
    ("ipv6_is_in_range", Function::Network),
    ("ipv6_is_in_any_range", Function::Network),
    ("ipv4_is_match", Function::Network),
    ("ipv6_is_match", Function::Network),
    ("isipinsubnet", Function::Network),
    ("isipv4insubnet", Function::Network),
    ("isipv6insubnet", Function::Network),
    ("isipaddressinrange", Function::Network),
    ("in", Function::In),
    ("searchmatch", Function::Search),
    ("lower", Function::Fold),
    ("upper", Function::Fold),
    ("tolower", Function::Fold),
    ("toupper", Function::Fold),
    ("lcase", Function::Fold),
    ("ucase", Function::Fold),
    ("ascii_downcase", Function::Fold),
    ("ascii_upcase", Function::Fold),
    ("inet", Function::Same),
    ("host", Function::Same),
    ("tostring", Function::Same),
    ("tonumber", Function::Same),
    ("toint", Function::Same),
    ("tolong", Function::Same),
    ("todouble", Function::Same),
    ("toreal", Function::Same),
    ("length", Function::Length),
    ("len", Function::Length),
    ("char_length", Function::Length),
    ("strlen", Function::Length),
    ("floor", Function::Whole),
    ("trunc", Function::Whole),
    ("coalesce", Function::Default),
    ("ifnull", Function::Default),
    ("nvl", Function::Default),
    ("date", Function::Part(Unit::Day)),
    ("to_date", Function::Part(Unit::Day)),
    ("todate", Function::Part(Unit::Day)),
    ("date_trunc", Function::Truncated),
    ("to_char", Function::Shown),
    ("date_format", Function::Shown),
    ("strftime", Function::Shown),
    ("left", Function::First),
    ("right", Function::Last),
    ("substr", Function::Slice),
    ("substring", Function::Slice),
    ("strpos", Function::Position(1)),
    ("instr", Function::Position(1)),
    ("charindex", Function::Position(1)),
    ("locate", Function::Position(1)),
    ("position", Function::Position(1)),
    ("index", Function::Position(0)),
    ("indexof", Function::Position(0)),
];

/// Functions that are none of a field's value here.
const OTHERS: &[&str] = &[
    "abs",
    "round",
    "ceil",
    "ceiling",
    "mod",
    "cast",
    "convert",
    "concat",
    "trim",
    "ltrim",
    "rtrim",
    "replace",
    "extract",
    "year",
    "month",
    "day",
    "hour",
    "minute",
    "dow",
    "dayofweek",
    "date_part",
    "datediff",
    "now",
    "split_part",
    "split",
    "regexp_replace",
    "regexp_extract",
    "json_extract",
    "nullif",
    "if",
    "iff",
    "case",
    "greatest",
    "least",
    "any",
    "all",
    "count",
    "sum",
    "avg",
    "min",
    "max",
    "rate",
    "count_over_time",
    "sum_over_time",
    "bytes_over_time",
    "ascii",
    "unix_timestamp",
    "to_timestamp",
    "strptime",
    "relative_time",
    "ago",
];

/// Whether a name is a function's elsewhere.
pub(super) fn is_function(name: &str) -> bool {
    let is = |other: &&str| name.eq_ignore_ascii_case(other);
    OTHERS.iter().any(is) || FUNCTIONS.iter().any(|(other, _)| is(other))
}

/// What a function makes of its arguments. Nothing, where that cannot be asked for.
pub(super) fn applied(name: &str, arguments: Vec<Operand>) -> Option<Operand> {
    let (_, function) = FUNCTIONS.iter().find(|(other, _)| name.eq_ignore_ascii_case(other))?;
    // Some have their field behind.
    let is_free = matches!(function, Function::Network | Function::Position(_) | Function::Truncated | Function::Shown);
    let mut arguments = arguments;
    if is_free && matches!(arguments.as_slice(), [Operand::Literal(_), Operand::Field(..)]) {
        arguments.reverse();
    }
    let mut arguments = arguments.into_iter();
    let first = arguments.next()?;
    let literals: Vec<Literal> = arguments
        .map(|argument| match argument {
            Operand::Literal(literal) => Some(literal),
            Operand::Field(..) | Operand::Condition(_) => None,
        })
        .collect::<Option<_>>()?;
    let (field, change) = match first {
        Operand::Field(field, change) => (field, change),
        Operand::Literal(text) if matches!(function, Function::Search) && literals.is_empty() => {
            return Some(Operand::Condition(Condition::Term(searched(&text.text))));
        }
        // `coalesce(true, …)` and the like say nothing about a field.
        Operand::Literal(_) => return None,
        Operand::Condition(condition) => {
            let is_default = matches!((function, literals.as_slice()), (Function::Default, [no]) if no.text == "false");
            return is_default.then_some(Operand::Condition(condition));
        }
    };
    match (function, literals.as_slice()) {
        (Function::Presence(false), [_]) if name.eq_ignore_ascii_case("isnull") => {
            changed(Function::Default, field, change, &literals)
        }
        (Function::Presence(is_there), []) if matches!(change, Change::None | Change::Folded) => {
            Some(Operand::Condition(operand::presence(&field, *is_there)))
        }
        (Function::Matches(asks), [value]) => {
            operand::matches(&field, &change, *asks, value, '\\').map(Operand::Condition)
        }
        // jq's and SQL's flags.
        (Function::Matches(Asks::Matches), [pattern, flags]) if matches!(change, Change::None) => {
            let is_known = flags.text.chars().all(|flag| matches!(flag, 'i' | 'g' | 'c' | 'n'));
            let change = if flags.text.contains('i') { Change::Folded } else { Change::None };
            let found = is_known.then(|| operand::matches(&field, &change, Asks::Matches, pattern, '\\'))??;
            Some(Operand::Condition(found))
        }
        (Function::Network | Function::In, [_, ..]) => {
            operand::one_of(&field, &change, &literals).map(Operand::Condition)
        }
        _ => changed(*function, field, change, &literals),
    }
}

/// A function that makes another value of a field's.
fn changed(function: Function, field: FieldRef, change: Change, literals: &[Literal]) -> Option<Operand> {
    use crate::model::field::Kind;
    let is_time = field.kind() == Kind::Time;
    let number = |literal: &Literal| literal.text.parse::<usize>().ok();
    let found = match (function, change, literals) {
        (Function::Same, change, []) => change,
        (Function::Fold, Change::None | Change::Folded, []) => Change::Folded,
        // What stands in for a value that is missing may have case.
        (Function::Fold, Change::Default(default), []) if default.text.is_empty() => Change::Default(default),
        (Function::Length, Change::None, []) => Change::Length,
        (Function::Length, Change::Default(default), []) if default.text.is_empty() => Change::Length,
        (Function::Whole, Change::Quotient(by, _), []) => Change::Quotient(by, true),
        (Function::Default, Change::None, [default]) => Change::Default(default.clone()),
        (Function::Default, Change::Folded, [default]) if default.text.is_empty() => Change::Folded,
        (Function::Part(unit), Change::None, []) if is_time => Change::Part(unit),
        (Function::Truncated, Change::None, [unit]) if is_time => Change::Part(unit_of(&unit.text)?),
        (Function::Shown, Change::None, [shown]) if is_time => {
            let is_day = matches!(shown.text.as_str(), "YYYY-MM-DD" | "%Y-%m-%d" | "%F" | "yyyy-MM-dd");
            is_day.then_some(Change::Part(Unit::Day))?
        }
        (Function::First, Change::None, [len]) => Change::First(number(len)?),
        (Function::Last, Change::None, [len]) => Change::Last(number(len)?),
        (Function::Slice, Change::None, [from, len]) if matches!(number(from), Some(0 | 1)) => {
            Change::First(number(len)?)
        }
        (Function::Position(first), Change::None, [text]) if text.is_quoted => {
            Change::Position(text.text.clone(), first)
        }
        _ => return None,
    };
    Some(Operand::Field(field, found))
}

fn unit_of(word: &str) -> Option<Unit> {
    Some(match word.to_ascii_lowercase().as_str() {
        "year" => Unit::Year,
        "month" => Unit::Month,
        "day" => Unit::Day,
        "hour" => Unit::Hour,
        "minute" => Unit::Minute,
        _ => return None,
    })
}

/// A text that is looked for anywhere.
pub(super) fn searched(text: &str) -> String {
    let is_plain =
        !needs_quotes(text) && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | '*'));
    if is_plain && text.starts_with(char::is_alphanumeric) { text.to_owned() } else { quoted(text.as_bytes()) }
}
