//! Conditions written as calls: `startswith(path, "/api")`, `path.contains("x")`, jq's `.path | test("x")`.

use crate::model::field::FieldRef;
use crate::query::error::QueryError;
use crate::query::print::field_name;

use super::absence::presence_term;
use super::jq::without_not;
use super::literal::{Literal, argument_word, arguments};
use super::reader::Reader;
use super::sql::Asks;
use super::sql_terms::{matching, negated, one_of};
use super::value::regex_term;

/// What a function of another language asks.
#[derive(Clone, Copy)]
enum Call {
    /// A field and a text.
    Matches(Asks),
    /// Whether a field is there.
    Presence(bool),
    /// A network and a field.
    Network,
    /// A field and one of some values.
    In,
}

const CALLS: &[(&str, Call)] = &[
    ("contains", Call::Matches(Asks::Contains)),
    ("icontains", Call::Matches(Asks::Contains)),
    ("includes", Call::Matches(Asks::Contains)),
    ("startswith", Call::Matches(Asks::Starts)),
    ("starts_with", Call::Matches(Asks::Starts)),
    ("hasprefix", Call::Matches(Asks::Starts)),
    ("endswith", Call::Matches(Asks::Ends)),
    ("ends_with", Call::Matches(Asks::Ends)),
    ("hassuffix", Call::Matches(Asks::Ends)),
    ("match", Call::Matches(Asks::Matches)),
    ("matches", Call::Matches(Asks::Matches)),
    ("regex_match", Call::Matches(Asks::Matches)),
    ("regexp_matches", Call::Matches(Asks::Matches)),
    ("regexp_like", Call::Matches(Asks::Matches)),
    ("regexp_contains", Call::Matches(Asks::Matches)),
    ("test", Call::Matches(Asks::Matches)),
    ("like", Call::Matches(Asks::Like)),
    ("isnull", Call::Presence(false)),
    ("is_null", Call::Presence(false)),
    ("isempty", Call::Presence(false)),
    ("missing", Call::Presence(false)),
    ("isnotnull", Call::Presence(true)),
    ("isnotempty", Call::Presence(true)),
    ("exists", Call::Presence(true)),
    ("cidrmatch", Call::Network),
    ("cidr", Call::Network),
    ("in", Call::In),
];

impl Reader<'_> {
    /// A call: what it is here, and how much of the text.
    pub(super) fn call(&self) -> Option<(QueryError, usize)> {
        let rest = self.rest();
        let (name, inside) = rest.split_once('(')?;
        let (subject, function) = subject(name)?;
        if let Some(found) = self.folded(name, inside) {
            return Some(found);
        }
        let (_, call) = CALLS.iter().find(|(known, _)| function.eq_ignore_ascii_case(known))?;
        let (mut values, behind) = arguments(inside, ')')?;
        let field = match (subject, call) {
            (Some(subject), _) => FieldRef::find(subject)?,
            // The network stands first in Splunk's.
            (None, Call::Network) if FieldRef::find(&values.first()?.text).is_none() => {
                FieldRef::find(&values.pop()?.text)?
            }
            (None, _) => FieldRef::find(&values.remove(0).text)?,
        };
        if function.eq_ignore_ascii_case("test") {
            // jq's strings have their backslashes doubled.
            for value in &mut values {
                value.text = value.text.replace("\\\\", "\\");
            }
        }
        let right = term(&field, *call, &values)?;
        let (is_not, behind) = without_not(behind);
        let right = if is_not { negated(&right) } else { right };
        let len = rest.len() - behind.len();
        let problem = QueryError::new(format!("“{}” cannot stand here", name.trim()), self.at..self.at + len);
        Some((problem.written(right), len))
    }
}

impl Reader<'_> {
    /// `lower(client) = 'acme'`: equal without case.
    fn folded(&self, name: &str, inside: &str) -> Option<(QueryError, usize)> {
        const FOLDS: [&str; 6] = ["lower", "upper", "tolower", "toupper", "lcase", "ucase"];
        FOLDS.iter().find(|fold| name.trim().eq_ignore_ascii_case(fold))?;
        let (field, behind) = inside.split_once(')')?;
        let field = FieldRef::find(field)?;
        let behind = behind.trim_start();
        let (sign, behind) = [("!=", "-"), ("<>", "-"), ("==", ""), ("=", "")]
            .into_iter()
            .find_map(|(token, sign)| Some((sign, behind.strip_prefix(token)?)))?;
        let (value, behind) = argument_word(behind)?;
        let right = format!("{sign}{}", regex_term(&field, &format!("(?i)^{}$", regex::escape(&value.text))));
        let len = self.rest().len() - behind.len();
        let problem = QueryError::new(format!("“{}” cannot stand here", name.trim()), self.at..self.at + len);
        Some((problem.written(right), len))
    }
}

/// The field that a call is put to by what stands before its name, and the name.
fn subject(text: &str) -> Option<(Option<&str>, &str)> {
    if let Some((field, function)) = text.strip_prefix('.').and_then(|text| text.split_once('|')) {
        return Some((Some(field.trim()), function.trim()));
    }
    if text.is_empty() || text.contains(char::is_whitespace) {
        return None;
    }
    let found = text.rsplit_once('.').map(|(field, function)| (Some(field.trim_start_matches('.')), function));
    Some(found.unwrap_or((None, text)))
}

fn term(field: &FieldRef, call: Call, values: &[Literal]) -> Option<String> {
    let name = field_name(field);
    match (call, values) {
        (Call::Presence(is_there), []) => Some(presence_term(&name, is_there)),
        (Call::Matches(asks), [value]) => matching(field, asks, value),
        // jq's and JavaScript's flags.
        (Call::Matches(Asks::Matches), [pattern, flags]) if flags.text.contains('i') => {
            let pattern = Literal { text: format!("(?i){}", pattern.text), is_quoted: true };
            matching(field, Asks::Matches, &pattern)
        }
        (Call::Network, [_, ..]) => Some(format!("{name}:{}", joined(values))),
        (Call::In, [_, ..]) => Some(one_of(field, values)),
        _ => None,
    }
}

fn joined(values: &[Literal]) -> String {
    values.iter().map(Literal::written).collect::<Vec<_>>().join(",")
}
