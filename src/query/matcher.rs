//! A clause made ready to be put to many values.

use std::net::IpAddr;

use memchr::memmem::Finder;
use regex::bytes::Regex;

use crate::model::field::{Field, FieldRef};
use crate::model::request_id::NormalId;
use crate::model::value::Value;

use super::filter::Test;
use super::fold::{fold, wildcard};
use super::number::{Decimal, attribute_number};
use super::version::version_number;

/// The tests of one clause on one field.
pub struct Matcher {
    tests: Vec<Ready>,
    is_path: bool,
    /// Whether texts may be numbers or lists.
    is_attribute: bool,
}

enum Ready {
    Missing,
    Present,
    Exact(Vec<u8>),
    /// The text of an attribute, or a member of a list.
    Sent(Vec<u8>),
    /// All of the words; of a list the phrase that they are, in one member.
    Words(Vec<Finder<'static>>, Option<Box<Finder<'static>>>),
    /// A number among numbers; its digits in other texts.
    Number(Decimal, Box<Finder<'static>>),
    Phrase(Box<Finder<'static>>),
    Wildcard(Vec<u8>),
    /// A pattern of an id, without dashes as ids are compared.
    IdLike(Vec<u8>),
    Regex(Box<Regex>),
    Range(i64, i64),
    Decimals(i128, i128),
    Versions(i128, i128),
    Id(NormalId),
    IdPrefix(NormalId),
    Seq(i64),
    Address(IpAddr),
    Network(ipnet::IpNet),
}

impl Matcher {
    /// Makes tests ready for a field. A pattern that is no regular expression matches nothing:
    /// the language refuses it before it comes here.
    pub fn new(field: &FieldRef, tests: &[Test]) -> Self {
        let finder = |text: &str| Finder::new(&*fold(text.as_bytes())).into_owned();
        let is = |known: Field| *field == FieldRef::Known(known);
        let is_attribute = matches!(field, FieldRef::Attribute(_));
        let number = |words: &str| Decimal::read(words.as_bytes()).filter(|_| is_attribute);
        let tests = tests
            .iter()
            .filter_map(|test| {
                Some(match test {
                    Test::Missing => Ready::Missing,
                    Test::Present => Ready::Present,
                    Test::Exact(bytes) if is_attribute => Ready::Sent(bytes.clone()),
                    Test::Exact(bytes) => Ready::Exact(bytes.clone()),
                    Test::Words(words) if let Some(asked) = number(words) => {
                        Ready::Number(asked, Box::new(finder(words)))
                    }
                    Test::Words(words) => {
                        let all: Vec<_> = words.split_whitespace().collect();
                        let phrase = (is_attribute && all.len() > 1).then(|| Box::new(finder(&all.join(" "))));
                        Ready::Words(all.into_iter().map(finder).collect(), phrase)
                    }
                    Test::Phrase(text) => Ready::Phrase(Box::new(finder(text))),
                    Test::Wildcard(pattern) if is(Field::RequestId) => {
                        let folded = fold(pattern.as_bytes());
                        Ready::IdLike(folded.iter().copied().filter(|byte| *byte != b'-').collect())
                    }
                    Test::Wildcard(pattern) => Ready::Wildcard(fold(pattern.as_bytes()).into_owned()),
                    Test::Regex(pattern) => Ready::Regex(Box::new(Regex::new(pattern).ok()?)),
                    Test::Range(low, high) => Ready::Range(*low, *high),
                    Test::Decimals(low, high) => Ready::Decimals(*low, *high),
                    Test::Versions(low, high) => Ready::Versions(*low, *high),
                    Test::Id(id) => Ready::Id(id.clone()),
                    Test::IdPrefix(id) => Ready::IdPrefix(id.clone()),
                    Test::Handle(handle) => Ready::Seq(i64::try_from(handle.seq.0).ok()?),
                    Test::Address(address) => Ready::Address(*address),
                    Test::Network(network) => Ready::Network(*network),
                })
            })
            .collect();
        Self { tests, is_path: is(Field::Path), is_attribute }
    }

    /// Whether a record without a value passes.
    pub fn matches_missing(&self) -> bool {
        self.tests.iter().any(|test| matches!(test, Ready::Missing))
    }

    /// Whether a number passes, in the field's smallest unit.
    pub fn matches_number(&self, number: i64) -> bool {
        self.tests.iter().any(|test| match test {
            Ready::Present => true,
            Ready::Range(low, high) => (*low..=*high).contains(&number),
            Ready::Seq(seq) => number == *seq,
            Ready::Exact(bytes) => number.to_string().as_bytes() == bytes,
            _ => false,
        })
    }

    /// Whether a text passes.
    pub fn matches_text(&self, text: &[u8]) -> bool {
        self.tests.iter().any(|test| match test {
            Ready::Present => true,
            Ready::Exact(bytes) => text == bytes,
            Ready::Words(words, phrase) => {
                let folded = fold(text);
                let has_all = || words.iter().all(|word| word.find(&folded).is_some());
                has_all()
                    && phrase.as_ref().is_none_or(|phrase| {
                        members(text).is_none_or(|list| list.iter().any(|one| phrase.find(&fold(one)).is_some()))
                    })
            }
            Ready::Sent(asked) => is_sent(text, asked),
            Ready::Number(asked, digits) => match Decimal::read(text) {
                Some(number) => number == *asked,
                None => digits.find(&fold(text)).is_some(),
            },
            Ready::Phrase(phrase) if self.is_path => contains_from_slash(&fold(text), phrase),
            Ready::Phrase(phrase) => phrase.find(&fold(text)).is_some(),
            Ready::Wildcard(pattern) => {
                let is_like = |text: &[u8]| wildcard(pattern, &fold(text));
                is_like(text) || self.is_in_list(text, is_like)
            }
            Ready::IdLike(pattern) => NormalId::new(text).is_some_and(|id| wildcard(pattern, id.as_str().as_bytes())),
            Ready::Regex(regex) => regex.is_match(text) || self.is_in_list(text, |one| regex.is_match(one)),
            Ready::Id(id) => NormalId::new(text).as_ref() == Some(id),
            Ready::IdPrefix(prefix) => NormalId::new(text).is_some_and(|id| id.as_str().starts_with(prefix.as_str())),
            Ready::Address(address) => parse_address(text) == Some(*address),
            Ready::Network(network) => parse_address(text).is_some_and(|a| network.contains(&a)),
            Ready::Range(low, high) => parse_number(text).is_some_and(|number| (*low..=*high).contains(&number)),
            Ready::Decimals(low, high) => {
                let is_between =
                    |text: &[u8]| attribute_number(text).is_some_and(|number| (*low..=*high).contains(&number));
                is_between(text) || self.is_in_list(text, is_between)
            }
            Ready::Versions(low, high) => {
                let is_between =
                    |text: &[u8]| version_number(text).is_some_and(|number| (*low..=*high).contains(&number));
                is_between(text) || self.is_in_list(text, is_between)
            }
            Ready::Missing | Ready::Seq(_) => false,
        })
    }

    /// Whether an attribute is a list one of whose members passes.
    fn is_in_list(&self, text: &[u8], passes: impl Fn(&[u8]) -> bool) -> bool {
        self.is_attribute && members(text).is_some_and(|list| list.iter().any(|one| passes(one)))
    }

    /// Whether an id passes by a pattern; it is given as it is compared.
    pub fn matches_normal_id(&self, id: &[u8]) -> bool {
        self.tests.iter().any(|test| matches!(test, Ready::IdLike(pattern) if wildcard(pattern, id)))
    }

    /// Whether a value, or its absence, passes.
    pub fn matches(&self, value: Option<&Value<'_>>) -> bool {
        match value {
            None => self.matches_missing(),
            Some(Value::Time(moment)) => self.matches_number(moment.at.0),
            Some(Value::Integer(number)) => self.matches_number(*number),
            Some(Value::Duration(nanos)) => self.matches_number(i64::try_from(*nanos).unwrap_or(i64::MAX)),
            Some(value) => self.matches_text(&value.bytes()),
        }
    }

    /// The numbers that pass, as ranges with both ends included, if the tests are nothing but
    /// comparisons and presence.
    pub fn number_ranges(&self) -> Option<Vec<(i64, i64)>> {
        let range = |test: &Ready| match test {
            Ready::Present => Some(Some((i64::MIN, i64::MAX))),
            Ready::Range(low, high) => Some(Some((*low, *high))),
            Ready::Seq(seq) => Some(Some((*seq, *seq))),
            Ready::Missing => Some(None),
            _ => None,
        };
        let ranges: Option<Vec<_>> = self.tests.iter().map(range).collect();
        ranges.map(|ranges| ranges.into_iter().flatten().collect())
    }

    /// The texts, one of which is looked for anywhere in a value, folded, if that is all there is to
    /// it: what an engine can look for in a whole column at once.
    pub fn plain_phrases(&self) -> Option<Vec<&[u8]>> {
        let tests = self.tests.iter();
        tests.map(|test| if let Ready::Phrase(phrase) = test { Some(phrase.needle()) } else { None }).collect()
    }
}

/// Whether an attribute is a text, or a list that has it.
fn is_sent(text: &[u8], asked: &[u8]) -> bool {
    let is_member = |member: &serde_json::Value| match member {
        serde_json::Value::String(text) => text.as_bytes() == asked,
        serde_json::Value::Bool(_) | serde_json::Value::Number(_) => member.to_string().as_bytes() == asked,
        _ => false,
    };
    text == asked
        || text.starts_with(b"[")
            && serde_json::from_slice::<Vec<serde_json::Value>>(text).is_ok_and(|list| list.iter().any(is_member))
}

/// The texts, numbers and so on of a list.
fn members(text: &[u8]) -> Option<Vec<Vec<u8>>> {
    let list: Vec<serde_json::Value> =
        serde_json::from_slice(Some(text).filter(|text| text.starts_with(b"["))?).ok()?;
    let member = |member| match member {
        serde_json::Value::String(text) => text.into_bytes(),
        other => other.to_string().into_bytes(),
    };
    Some(list.into_iter().map(member).collect())
}

/// Whether a path contains a phrase from a `/`, or from its beginning.
pub fn contains_from_slash(folded: &[u8], phrase: &Finder<'_>) -> bool {
    if phrase.needle().first() == Some(&b'/') {
        return phrase.find(folded).is_some();
    }
    let mut from = 0;
    while let Some(at) = phrase.find(&folded[from..]).map(|at| from + at) {
        if at == 0 || folded[at - 1] == b'/' {
            return true;
        }
        from = at + 1;
    }
    false
}

fn parse_number(text: &[u8]) -> Option<i64> {
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// An address as sources write it; one with a mapped IPv4 address inside is that address.
pub fn parse_address(text: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(text).ok()?.trim();
    text.parse::<IpAddr>().ok().map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_of_their_own_are_those_of_their_letters() {
        let passes =
            |test: Test, text: &str| Matcher::new(&Field::Client.into(), &[test]).matches_text(text.as_bytes());
        for (asked, sent) in [("krüger", "Zoe\u{308} Kru\u{308}ger"), ("Kru\u{308}ger", "Zoë KRÜGER")] {
            for test in [Test::Words, Test::Phrase, |text: String| Test::Wildcard(format!("*{text}"))] {
                assert!(passes(test(asked.into()), sent), "{asked} {sent}");
            }
            assert!(!passes(Test::Exact(asked.into()), sent), "a whole value is its very bytes");
        }
    }

    #[test]
    fn a_list_passes_by_one_of_its_members() {
        let list = br#"["vip","beta a","b"]"#;
        let attribute = FieldRef::Attribute("tags".into());
        let passes = |test: Test| Matcher::new(&attribute, &[test]).matches_text(list);
        for (test, expected) in [
            (Test::Words("beta a".into()), true),
            (Test::Words("a b".into()), false),
            (Test::Words("beta  a".into()), true),
            (Test::Words("vip b".into()), false),
            (Test::Words("vi".into()), true),
            (Test::Wildcard("vip*".into()), true),
            (Test::Wildcard("vip*b".into()), false),
            (Test::Wildcard("*vip*b*".into()), true),
        ] {
            assert_eq!(passes(test.clone()), expected, "{test:?}");
        }
        let text = Matcher::new(&attribute, &[Test::Words("b vip".into())]);
        assert!(text.matches_text(b"[vip b"), "what is no list is a text");
    }
}
