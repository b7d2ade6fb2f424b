//! Queries of SQL's, in which what is missing passes no comparison, also none that leaves out: `client <> 'dave'`.

use crate::base::shell::shell_word;
use crate::base::units;
use crate::query::print::typed;
use crate::query::rewrite::canonical;
use crate::query::{Clause, Filter, Parsed, Target, Test};

use super::judge::Count;

/// How SQL leaves out, in small letters.
const LEAVES_OUT: [&str; 5] = ["<>", " not in", " not like", " not ilike", " not between"];

/// What is told of a query as SQL has them, or of what is proposed for one, where requests without the field make a
/// difference.
pub fn absent(text: &str, whole: &Parsed, count: Count<'_>) -> Option<String> {
    let lower = text.to_lowercase();
    let is_condition = lower.contains("where ") && !lower.contains("| where ");
    let is_asked = LEAVES_OUT.iter().any(|sign| lower.contains(sign))
        || is_condition && ["!=", " not "].iter().any(|sign| lower.contains(sign));
    let present =
        is_asked.then(|| canonical(with_presence(&whole.filter))).filter(|present| *present != whole.filter)?;
    let (own, other) = (count(&whole.filter), count(&present));
    let words = |count: u64| units::counted(count, "request", "requests");
    let period = whole.period.map(|period| format!("time:{period} ")).unwrap_or_default();
    let steps = present.steps().iter().map(typed).collect::<Vec<_>>().join(" ");
    let written = shell_word(&format!("{period}{steps}"));
    (own != other).then(|| {
        format!("what is missing is left out by no value: {}; {written} asks for {}", words(own), words(other))
    })
}

/// The same filter, in which what is left out is there.
fn with_presence(filter: &Filter) -> Filter {
    let all = |parts: &[Filter]| parts.iter().map(with_presence).collect();
    match filter {
        Filter::And(parts) => Filter::And(all(parts)),
        Filter::Or(parts) => Filter::Or(all(parts)),
        Filter::Not(inner) => match inner.as_ref() {
            Filter::Clause(Clause { target: Target::Field(field), any_of })
                if !any_of.iter().any(|test| matches!(test, Test::Missing | Test::Present)) =>
            {
                Filter::And(vec![Filter::field(field.clone(), Test::Present), filter.clone()])
            }
            _ => filter.clone(),
        },
        Filter::Clause(_) => filter.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::time::Timestamp;
    use crate::query::{Reading, parse_with};

    #[test]
    fn what_is_missing_is_told_where_it_makes_a_difference() {
        let reading = Reading { now: Timestamp(0), zone: chrono_tz::UTC, read_ids: None };
        let told = |text: &str, differs: bool| {
            let whole = parse_with(text, reading).or_else(|error| parse_with(&error.whole.expect(text), reading));
            let whole = whole.expect(text);
            absent(text, &whole, &|filter| if differs && *filter != whole.filter { 2 } else { 4 })
        };
        for (text, asks) in [
            ("client <> 'dave'", "'has:client -client:=dave'"),
            ("status NOT IN (200, 201) AND method = 'GET'", "'has:status -status:200,201 method:=GET'"),
            ("client NOT LIKE 'svc-%'", "'has:client -client:svc-*'"),
            ("WHERE client != 'dave'", "'has:client -client:=dave'"),
            ("SELECT path FROM t WHERE method = 'GET' AND NOT status = 200", "'method:=GET has:status -status:200'"),
        ] {
            let sentence = format!("what is missing is left out by no value: 4 requests; {asks} asks for 2 requests");
            assert_eq!(told(text, true), Some(sentence), "{text}");
            assert_eq!(told(text, false), None, "{text}");
        }
        for text in ["client != 'dave'", "-client:dave", "client IS NOT NULL"] {
            assert_eq!(told(text, true), None, "{text}");
        }
    }
}
