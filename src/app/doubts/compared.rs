//! Comparisons of attributes whose values are no numbers or versions everywhere: the others pass none of them.

use crate::base::shell::shell_word;
use crate::base::units;
use crate::model::field::FieldRef;
use crate::query::print::{decimals, field_name};
use crate::query::{self, Clause, Filter, Reading, Target, Test};

use super::judge::Count;

/// What is told of attributes that a filter compares: how many requests have a value of them that is no
/// number, or no version.
pub fn no_numbers(filter: &Filter, reading: Reading<'_>, count: Count<'_>) -> Vec<String> {
    let mut compared = Vec::new();
    attributes_compared(filter, &mut compared);
    let told = compared.into_iter().filter_map(|(field, test)| {
        let name = field_name(field);
        let is_version = matches!(test, Test::Versions(..));
        let (zero, what) = if is_version { ("0.0.0", "version") } else { ("0", "number") };
        let text = format!("has:{name} -{name}>={zero} -{name}<{zero}");
        let others = count(&query::parse_with(&text, reading).ok()?.filter);
        let words = units::counted(others, "request has", "requests have");
        let asked = as_versions(&name, test).and_then(|text| {
            let versions = count(&query::parse_with(&text, reading).ok()?.filter);
            let versions = (versions > 0).then(|| units::counted(versions, "request", "requests"))?;
            Some(format!("as versions, {} asks for {versions}", shell_word(&text)))
        });
        let asked = asked.unwrap_or_else(|| format!("{} asks for them", shell_word(&text)));
        (others > 0).then(|| format!("{words} {name} without a {what}, which no comparison finds; {asked}"))
    });
    told.collect()
}

/// A comparison of numbers as one of versions: `attributes.version>1.9.0`.
fn as_versions(name: &str, test: &Test) -> Option<String> {
    let Test::Decimals(low, high) = test else { return None };
    let text = decimals(*low, *high);
    let version = |number: &str| match number.split('.').count() {
        _ if number.is_empty() => String::new(),
        1 => format!("{number}.0.0"),
        _ => format!("{number}.0"),
    };
    let signed = |text: &str| {
        let number = text.trim_start_matches(['<', '>']);
        format!("{}{}", &text[..text.len() - number.len()], version(number))
    };
    Some(match text.split_once("..") {
        Some((low, high)) => format!("{name}:{}..{}", signed(low), signed(high)),
        None => format!("{name}{}", signed(&text)),
    })
}

fn attributes_compared<'f>(filter: &'f Filter, found: &mut Vec<(&'f FieldRef, &'f Test)>) {
    match filter {
        Filter::And(parts) | Filter::Or(parts) => parts.iter().for_each(|part| attributes_compared(part, found)),
        Filter::Not(inner) => attributes_compared(inner, found),
        Filter::Clause(Clause { target: Target::Field(field @ FieldRef::Attribute(_)), any_of }) => {
            let compared = any_of.iter().find(|test| matches!(test, Test::Decimals(..) | Test::Versions(..)));
            let is_new = found.iter().all(|(other, _)| *other != field);
            found.extend(compared.filter(|_| is_new).map(|test| (field, test)));
        }
        Filter::Clause(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::time::Timestamp;

    const READING: Reading<'_> = Reading { now: Timestamp(0), zone: chrono_tz::UTC, read_ids: None };

    #[test]
    fn what_no_comparison_finds_is_counted() {
        let parsed = |text: &str| query::parse_with(text, READING).expect(text).filter;
        let others = parsed("has:attributes.version -attributes.version>=0 -attributes.version<0");
        let count = |filter: &Filter| if *filter == others { 2_503 } else { 0 };
        let told = |text: &str| no_numbers(&parsed(text), READING, &count).join("; ");
        let sentence = "2,503 requests have attributes.version without a number, which no comparison finds; \
                        'has:attributes.version -attributes.version>=0 -attributes.version<0' asks for them";
        assert_eq!(told("attributes.version>1.9"), sentence);
        assert_eq!(told("status:500 -attributes.version:1..2 attributes.version<5"), sentence);
        assert_eq!(told("attributes.version:1.9"), "");
        assert_eq!(told("attributes.bytes>5"), "");
        let no_versions = parsed("has:attributes.version -attributes.version>=0.0.0 -attributes.version<0.0.0");
        let count = |filter: &Filter| u64::from(*filter == no_versions);
        assert_eq!(
            no_numbers(&parsed("attributes.version>=1.9.0"), READING, &count),
            ["1 request has attributes.version without a version, which no comparison finds; \
              'has:attributes.version -attributes.version>=0.0.0 -attributes.version<0.0.0' asks for them"]
        );
        let versions = parsed("attributes.version>1.9.0");
        let count = |filter: &Filter| match filter {
            filter if *filter == others => 3,
            filter if *filter == versions => 5,
            _ => 0,
        };
        let told = no_numbers(&parsed("attributes.version>1.9"), READING, &count).join("; ");
        assert!(told.ends_with("; as versions, 'attributes.version>1.9.0' asks for 5 requests"), "{told}");
    }
}
