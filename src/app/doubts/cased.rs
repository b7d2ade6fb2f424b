//! Queries of languages in which letters have their case, `client LIKE '%Dave%'`: what they would keep there.

use crate::base::shell::shell_word;
use crate::base::units;
use crate::model::field::{Field, FieldRef};
use crate::query::print::typed;
use crate::query::{Clause, Filter, Parsed, Target, Test};

use super::judge::Count;

/// What those languages call what looks for a part of a text, as it stands before its value.
const PARTS: [&str; 7] = [" like ", "contains(", "startswith(", "starts_with(", "endswith(", "ends_with(", "index("];

/// What makes letters have no case there.
const FOLDED: [&str; 10] = [
    "ilike",
    "icontains(",
    "lower(",
    "upper(",
    "lcase(",
    "ucase(",
    "ascii_downcase",
    "ascii_upcase",
    "(?i)",
    " like /",
];

/// What is told of a proposal for a query of such a language, where letters make a difference.
pub fn letters(text: &str, whole: &Parsed, count: Count<'_>) -> Option<String> {
    let lower = text.to_lowercase();
    let is_asked = PARTS.iter().any(|part| lower.contains(part)) && !FOLDED.iter().any(|word| lower.contains(word));
    let cased = is_asked.then(|| with_case(&whole.filter)).filter(|cased| *cased != whole.filter)?;
    let (own, other) = (count(&whole.filter), count(&cased));
    let words = |count: u64| units::counted(count, "request", "requests");
    let period = whole.period.map(|period| format!("time:{period} ")).unwrap_or_default();
    let steps = cased.steps().iter().map(typed).collect::<Vec<_>>().join(" ");
    let written = shell_word(&format!("{period}{steps}"));
    (own != other).then(|| format!("letters have no case here: {}; {written} asks for {}", words(own), words(other)))
}

/// The same filter, in which texts are patterns, whose letters have their case.
fn with_case(filter: &Filter) -> Filter {
    let all = |parts: &[Filter]| parts.iter().map(with_case).collect();
    match filter {
        Filter::And(parts) => Filter::And(all(parts)),
        Filter::Or(parts) => Filter::Or(all(parts)),
        Filter::Not(inner) => Filter::Not(Box::new(with_case(inner))),
        Filter::Clause(Clause { target: Target::Field(field), any_of }) if field.known() != Some(Field::Method) => {
            let any_of = any_of.iter().map(|test| pattern(field, test).map_or_else(|| test.clone(), Test::Regex));
            Filter::one_of(field.clone(), any_of.collect())
        }
        Filter::Clause(_) => filter.clone(),
    }
}

/// What a text is as a pattern, if it has letters.
fn pattern(field: &FieldRef, test: &Test) -> Option<String> {
    let text = match test {
        Test::Words(text) | Test::Phrase(text) | Test::Wildcard(text) => text,
        // What a single sign stands for in LIKE.
        Test::Regex(pattern) => return pattern.strip_prefix("(?i)").map(ToOwned::to_owned),
        _ => return None,
    };
    if !text.contains(char::is_alphabetic) {
        return None;
    }
    let begins = if field.known() == Some(Field::Path) && !text.starts_with('/') { "(^|/)" } else { "" };
    let escaped = |text: &str| regex::escape(text).replace("\\-", "-");
    Some(match test {
        Test::Wildcard(_) => {
            let pieces = text.split('*').map(escaped).collect::<Vec<_>>().join(".*");
            let (begin, end) = (!text.starts_with('*'), !text.ends_with('*'));
            let inner = pieces.trim_start_matches(".*").trim_end_matches(".*");
            format!("{}{inner}{}", if begin { "^" } else { "" }, if end { "$" } else { "" })
        }
        _ => format!("{begins}{}", escaped(text)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::time::Timestamp;
    use crate::query::{Reading, parse_with};

    #[test]
    fn letters_are_told_where_they_make_a_difference() {
        let reading = Reading { now: Timestamp(0), zone: chrono_tz::UTC, read_ids: None };
        let told = |text: &str, differs: bool| {
            let whole = parse_with(text, reading).expect_err(text).whole.expect(text);
            let whole = parse_with(&whole, reading).expect(&whole);
            letters(text, &whole, &|filter| if differs && *filter != whole.filter { 2 } else { 4 })
        };
        for (text, asks) in [
            ("client LIKE '%Dave%'", "'client~Dave'"),
            ("client NOT LIKE 'svc-%' AND status = 404", "'-client~^svc- status:404'"),
            ("select(.client | startswith(\"Dave\"))", "'client~^Dave'"),
            ("filter path like \"Reports\"", "'path~Reports'"),
            ("client LIKE '_ave'", "'client~^.ave$'"),
            ("client LIKE '%a%' OR status = 404", "'(client~a OR status:404)'"),
        ] {
            let sentence = format!("letters have no case here: 4 requests; {asks} asks for 2 requests");
            assert_eq!(told(text, true), Some(sentence), "{text}");
            assert_eq!(told(text, false), None, "{text}");
        }
        for text in [
            "client ILIKE '%Dave%'",
            "lower(client) LIKE '%dave%'",
            "icontains(client, 'Dave')",
            "client IN ('Dave', 'Eve')",
        ] {
            assert_eq!(told(text, true), None, "{text}");
        }
    }
}
