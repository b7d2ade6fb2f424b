//! What is like a value, or smaller than one that is a name: the values that were sent.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Range;

use crate::base::spelling::distance;
use crate::model::field::{Field, FieldRef, Kind};
use crate::query::date_sent::date_covered;
use crate::query::error::{Mistake, QueryError};
use crate::query::filter::ANYWHERE;
use crate::query::print::{field_name, needs_quotes, quoted};
use crate::query::resolve::{Reading, draft, parse_with};

/// The values of a field, if all of them are known.
pub type Values<'a> = &'a dyn Fn(&FieldRef) -> Option<Vec<String>>;

/// More values than these are no list that somebody would write.
const MOST: usize = 20;

/// The error of a query that asks for what is like a word, `credentails~`, or compares a name, `gateway_code>4012`: with
/// the values that were sent, or without a whole where none of them is meant.
#[must_use]
pub fn by_values_sent(error: QueryError, text: &str, reading: Reading<'_>, values: Values<'_>) -> QueryError {
    let problems = draft(text, reading).problems;
    let known = RefCell::new(HashMap::new());
    let values: Values<'_> = &|field| known.borrow_mut().entry(field.clone()).or_insert_with(|| values(field)).clone();
    let mut named = text.to_owned();
    let mut hint = None;
    for problem in problems.iter().rev() {
        let found = match problem.mistake {
            Mistake::SimilarWords => alike(text, &problem.span, values),
            Mistake::NotOrdered(_) => compared(text, &problem.span, values),
            _ => continue,
        };
        let (place, right) = match found {
            Ok(found) => found,
            Err(hint) => return QueryError { whole: None, ..error }.with_hint(hint),
        };
        hint = (problem.mistake == error.mistake).then(|| format!("write {right}"));
        named.replace_range(place, &right);
    }
    if named == text {
        return error;
    }
    let whole = match parse_with(&named, reading) {
        Ok(_) => Some(named.into_boxed_str()),
        Err(error) => error.whole,
    };
    QueryError { whole, hint: hint.or(error.hint), ..error }
}

/// A place of a query and what is right there, or what is said where nothing is.
type Found = Result<(Range<usize>, String), String>;

/// The words that are like one.
fn alike(text: &str, place: &Range<usize>, values: Values<'_>) -> Found {
    let written = &text[place.clone()];
    let (wanted, most) = written.rsplit_once('~').unwrap_or((written, ""));
    let wanted = wanted.trim_matches('"').to_lowercase();
    let most = most.parse().unwrap_or(2).min(if wanted.chars().count() < 4 { 1 } else { 2 });
    let name = text[..place.start].trim_end().strip_suffix(':').map(name_at_end);
    let field = name.and_then(FieldRef::find);
    // There are too many different paths to look through their words.
    let anywhere = || ANYWHERE.iter().filter(|field| **field != Field::Path).map(|field| (*field).into()).collect();
    let fields: Vec<FieldRef> = field.clone().map_or_else(anywhere, |field| vec![field]);
    let mut words: Vec<(usize, String)> = Vec::new();
    for value in fields.iter().filter_map(values).flatten() {
        for word in value.to_lowercase().split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
            let near = distance(&wanted, word).filter(|distance| *distance <= most);
            if let Some(distance) = near.filter(|_| words.iter().all(|(_, known)| known != word)) {
                words.push((distance, word.to_owned()));
            }
        }
    }
    words.sort();
    words.truncate(MOST);
    let words: Vec<String> = words.into_iter().map(|(_, word)| word).collect();
    match (words.as_slice(), field) {
        ([], Some(field)) => Err(format!("no {} has a word like “{wanted}”", field_name(&field))),
        ([], None) => Err(format!("write {wanted}; no word that was sent is like it")),
        ([word], _) => Ok((place.clone(), word.clone())),
        (words, Some(_)) => Ok((place.clone(), words.join(","))),
        (words, None) => Ok((place.clone(), format!("({})", words.join(" OR ")))),
    }
}

/// What a number or a date covers, from and to.
type Covered = (f64, f64);

/// The values of a name that are numbers, or of what a source sent that are dates, and pass a comparison.
fn compared(text: &str, place: &Range<usize>, values: Values<'_>) -> Found {
    let written = &text[place.clone()];
    let at = written.find(['<', '>', '[', '{', ':']).unwrap_or(0);
    let field = FieldRef::find(written[..at].trim().trim_matches('"'));
    let Some(field) = field.filter(|field| field.kind() == Kind::Name) else {
        return Err("only numbers, spans and times can be".into());
    };
    let is_sent = matches!(field, FieldRef::Attribute(_));
    let list = if is_sent {
        format!("dates are texts there: {}:2026-11* asks for a month", field_name(&field))
    } else {
        format!("its values are listed: {}:a,b", field_name(&field))
    };
    let covered: fn(&str) -> Option<Covered> = if is_sent { date } else { number };
    let Some(range) = range_of(&written[at..], covered) else { return Err(list) };
    let passes = |(value, _): Covered| {
        range.iter().all(|(sign, (low, high))| match *sign {
            ">" => value > *high,
            ">=" => value >= *low,
            "<" => value < *low,
            _ => value <= *high,
        })
    };
    let mut found: Vec<String> = values(&field).unwrap_or_default();
    found.retain(|value| covered(value).is_some_and(passes));
    if found.is_empty() || found.len() > MOST {
        return Err(list);
    }
    found.sort();
    let written = |value: &String| if needs_quotes(value) { quoted(value.as_bytes()) } else { value.clone() };
    let found: Vec<String> = found.iter().map(written).collect();
    Ok((place.clone(), format!("{}:={}", field_name(&field), found.join(","))))
}

/// A number. “Infinity” and “NaN” are names.
fn number(text: &str) -> Option<Covered> {
    let number = text.trim().trim_matches('"').parse().ok().filter(|number: &f64| number.is_finite());
    number.map(|number| (number, number))
}

/// A date, in microseconds.
fn date(text: &str) -> Option<Covered> {
    date_covered(text.trim().trim_matches('"')).map(|(low, high)| (low as f64, high as f64))
}

/// The comparisons that are written, `>4011`, `[4000 TO 4999]` or `2026-11-30..2026-12-24`; an open end is none.
fn range_of(written: &str, covered: fn(&str) -> Option<Covered>) -> Option<Vec<(&'static str, Covered)>> {
    let written = written.trim_start_matches([':', ' ']);
    let edge = |sign, text: &str| match text.trim() {
        "" | "*" => Some(None),
        text => covered(text).map(|covered| Some((sign, covered))),
    };
    let between = |low: Option<_>, high: Option<_>| Some([low?, high?].into_iter().flatten().collect());
    if let Some(inner) = written.strip_prefix(['[', '{']) {
        let (low, high) = inner.trim_end_matches([']', '}']).split_once(" TO ")?;
        let least = if written.starts_with('[') { ">=" } else { ">" };
        let most = if written.ends_with(']') { "<=" } else { "<" };
        return between(edge(least, low), edge(most, high));
    }
    let sign = [">=", "<=", ">", "<"].into_iter().find_map(|sign| Some((sign, written.strip_prefix(sign)?)));
    if let Some((sign, value)) = sign {
        return Some(vec![(sign, covered(value)?)]);
    }
    let (low, high) = written.split_once("..")?;
    let (most, high) = high.strip_prefix('<').map_or(("<=", high), |high| ("<", high));
    between(edge(">=", low), edge(most, high))
}

/// The name that a text ends with.
fn name_at_end(text: &str) -> &str {
    if let Some(before) = text.strip_suffix('"') {
        return before.rsplit('"').next().unwrap_or(before);
    }
    text.rsplit(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.'))).next().unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::testing::NOW;

    const READING: Reading<'_> = Reading { now: NOW, zone: chrono_tz::UTC, read_ids: None };

    fn values(field: &FieldRef) -> Option<Vec<String>> {
        let values: &[&str] = match field {
            FieldRef::Known(Field::ErrorMessage) => &["Invalid credentials for user", "Token expired", "Tokens gone"],
            FieldRef::Known(Field::GatewayCode) => &["4011", "4012", "5021", "none"],
            FieldRef::Known(Field::Client) => &["Acme Ltd", "root", "Infinity"],
            FieldRef::Known(Field::RequestId) => return None,
            FieldRef::Known(_) => &[],
            FieldRef::Attribute(_) => &["2026-11-30", "2026-12-24", "2027-01-01T00:00:00Z", "never"],
        };
        Some(values.iter().map(|value| (*value).to_owned()).collect())
    }

    #[test]
    fn what_was_sent_tells_what_is_like_a_word_or_smaller_than_a_name() {
        for (text, whole) in [
            ("error_message:credentails~", Some("error_message:credentials")),
            ("error.message:tokn~1 status:500", Some("error.message:token status:500")),
            ("error_message:token~", Some("error_message:token,tokens")),
            ("credentails~2 status:500", Some("credentials status:500")),
            ("status:500 (tokan~ AND acme)", Some("status:500 ((token OR tokens) AND acme)")),
            ("error_message:zzzzzz~", None),
            ("acem~1 OR root", Some("acme OR root")),
            ("\"Gateway code\">4011", Some("gateway_code:=4012,5021")),
            ("gateway_code <= 4012 status:401", Some("gateway_code:=4011,4012 status:401")),
            ("\"Gateway code\":[4012 TO 5021]", Some("gateway_code:=4012,5021")),
            ("gateway_code:{4011 TO 5021}", Some("gateway_code:=4012")),
            ("gateway_code>9999", None),
            ("client>5", None),
            ("client>=acme", None),
            ("ip>=10.0.0.0", None),
            ("attributes.expires>=2026-12-01", Some("attributes.expires:=2026-12-24,2027-01-01T00:00:00Z")),
            (
                "attributes.expires > \"2026-11-30\" status:500",
                Some("attributes.expires:=2026-12-24,2027-01-01T00:00:00Z status:500"),
            ),
            ("attributes.expires:2026-11-30..2026-12-24", Some("attributes.expires:=2026-11-30,2026-12-24")),
            ("attributes.expires:..<2026-12-24", Some("attributes.expires:=2026-11-30")),
            ("attributes.expires:[2026-12-01 TO *]", Some("attributes.expires:=2026-12-24,2027-01-01T00:00:00Z")),
            ("attributes.expires>2028-01-01", None),
        ] {
            let error = parse_with(text, READING).expect_err(text);
            let error = by_values_sent(error, text, READING, &values);
            assert_eq!(error.whole.as_deref(), whole, "{text}");
        }
        let asked = std::cell::RefCell::new(Vec::new());
        let listed = |field: &FieldRef| {
            asked.borrow_mut().push(field.clone());
            values(field)
        };
        let error = parse_with("tokan~ acem~1 expird~", READING).expect_err("words");
        let _ = by_values_sent(error, "tokan~ acem~1 expird~", READING, &listed);
        assert_eq!(asked.borrow().len(), ANYWHERE.len() - 1, "each field is asked for once");
        let error = parse_with("gateway_code>9999", READING).expect_err("a name");
        let error = by_values_sent(error, "gateway_code>9999", READING, &values);
        assert_eq!(
            error.to_string(),
            "gateway_code is not a number, so it cannot be compared; its values are listed: gateway_code:a,b"
        );
        let error = parse_with("credentails~", READING).expect_err("a word");
        let error = by_values_sent(error, "credentails~", READING, &values);
        assert_eq!(error.to_string(), "words are found as they are written, not what is like them; write credentials");
    }
}
