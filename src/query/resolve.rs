//! Second stage: terms to a filter, by the kinds of the fields.

use std::ops::Range;

use chrono_tz::Tz;

use crate::base::time::Timestamp;
use crate::model::field::{FIELDS, Field, FieldRef, Kind, nearest};
use crate::model::handle::Handle;
use crate::model::period::Period;
use crate::model::request_id::NormalId;
use crate::model::value::Outcome;

use super::error::QueryError;
use super::filter::{Clause, Filter, Target, Test};
use super::matcher::parse_address;
use super::resolve_number::{duration_test, integer_test, status_test, time_range};
use super::syntax::{self, Node, NodeKind, Op, Term, Word};

/// A query that was understood.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parsed {
    /// What is kept.
    pub filter: Filter,
    /// The period that a `time:` term asked for.
    pub period: Option<Period>,
    /// How something was read that could be read in another way.
    pub notes: Vec<String>,
}

impl Parsed {
    /// Narrows the period by one more.
    pub fn take_period(&mut self, period: Period, now: Timestamp, zone: Tz) {
        self.period = Some(self.period.map_or(period, |known| known.and(period, now, zone)));
    }
}

/// Reads a query. `now` and `zone` are for times in words and without a zone.
pub fn parse(text: &str, now: Timestamp, zone: Tz) -> Result<Parsed, QueryError> {
    let node = syntax::read(text)?;
    let mut resolver = Resolver { now, zone, parsed: Parsed::default() };
    let top = match node.kind {
        NodeKind::And(parts) => parts,
        _ => vec![node],
    };
    let mut steps: Vec<Filter> = Vec::new();
    for part in &top {
        if let Some(period) = resolver.period_of(part)? {
            resolver.parsed.take_period(period, now, zone);
            continue;
        }
        for step in resolver.filter(part)?.into_steps() {
            if !steps.contains(&step) {
                steps.push(step);
            }
        }
    }
    resolver.parsed.filter = Filter::from_steps(steps);
    Ok(resolver.parsed)
}

struct Resolver {
    now: Timestamp,
    zone: Tz,
    parsed: Parsed,
}

impl Resolver {
    /// A `time:` term that stands for itself is the period.
    fn period_of(&self, node: &Node) -> Result<Option<Period>, QueryError> {
        let NodeKind::Term(term) = &node.kind else { return Ok(None) };
        let Some(field) = &term.field else { return Ok(None) };
        let value = &term.values[0];
        let is_single = term.values.iter().all(|other| other.text == value.text);
        if FieldRef::find(&field.text) != Some(Field::Time.into()) || !is_single {
            return Ok(None);
        }
        if term.op == Op::Has && value.text == "*" {
            return Ok(Some(Period::All));
        }
        if term.op == Op::Has
            && let Ok(period) = Period::read(&value.text, self.zone)
        {
            return Ok(Some(period));
        }
        let (low, high) = time_range(term.op, value, self.now, self.zone)?;
        let point = |micros: i64| (micros != i64::MIN && micros != i64::MAX).then_some(Timestamp(micros));
        Ok(Some(Period::Between(point(low), point(high.saturating_add(1)))))
    }

    fn filter(&mut self, node: &Node) -> Result<Filter, QueryError> {
        Ok(match &node.kind {
            NodeKind::And(parts) => {
                let parts = parts.iter().map(|part| self.filter(part)).collect::<Result<Vec<_>, _>>()?;
                Filter::from_steps(parts.into_iter().flat_map(Filter::into_steps).collect())
            }
            NodeKind::Or(parts) => {
                Filter::either(parts.iter().map(|part| self.filter(part)).collect::<Result<_, _>>()?)
            }
            NodeKind::Not(inner) => match self.filter(inner)? {
                Filter::Not(inner) => *inner,
                other => Filter::Not(Box::new(other)),
            },
            NodeKind::Term(term) => self.term(term, &node.span)?,
        })
    }

    fn term(&mut self, term: &Term, span: &Range<usize>) -> Result<Filter, QueryError> {
        let Some(name) = &term.field else {
            return Ok(self.bare_word(&term.values[0]));
        };
        match name.text.as_str() {
            "is" => return state(&term.values),
            "has" => return presence(&term.values, &Test::Present),
            "no" => return presence(&term.values, &Test::Missing),
            _ => {}
        }
        let Some(field) = FieldRef::find(&name.text) else {
            return Err(QueryError::new(format!("there is no field “{}”", name.text), name.span.clone()));
        };
        let tests = term.values.iter().map(|word| self.test(&field, term.op, word, span));
        Ok(Filter::either(tests.collect::<Result<_, _>>()?))
    }

    fn bare_word(&mut self, word: &Word) -> Filter {
        if !word.quoted && word.text == "not" {
            self.parsed.notes.push("“not” is searched as a word; to leave something out write NOT or -".into());
        }
        let test = if word.text.contains('*') && !word.quoted {
            Test::Wildcard(format!("*{}*", word.text.trim_matches('*')))
        } else {
            Test::Phrase(word.text.clone())
        };
        Filter::Clause(Clause { target: Target::Anywhere, any_of: vec![test] })
    }

    fn test(&mut self, field: &FieldRef, op: Op, word: &Word, span: &Range<usize>) -> Result<Filter, QueryError> {
        let plain = !word.quoted;
        let text = word.text.as_str();
        if plain && op == Op::Has && text == "*" {
            // Every record has a time.
            if field.known() == Some(Field::Time) {
                return Ok(Filter::ALL);
            }
            return Ok(Filter::field(field.clone(), Test::Present));
        }
        if op == Op::Regex {
            return regex_test(field, word);
        }
        let kind = field.kind();
        let is_ordered = matches!(kind, Kind::Status | Kind::Integer | Kind::Duration | Kind::Time);
        if matches!(op, Op::Less | Op::LessEq | Op::Greater | Op::GreaterEq) && !is_ordered {
            let error = QueryError::new(format!("{field} is not a number, so it cannot be compared"), span.clone());
            return Err(error.with_hint(format!("write {field}:{text}")));
        }
        let test = match kind {
            Kind::Status => {
                if op == Op::Has && plain {
                    match text.to_ascii_lowercase().as_str() {
                        "none" => return Ok(Filter::field(field.clone(), Test::Missing)),
                        "failed" | "failure" | "error" => return Ok(outcome(Outcome::Failure)),
                        "ok" | "success" | "succeeded" => return Ok(outcome(Outcome::Success)),
                        _ => {}
                    }
                }
                status_test(op, word)?
            }
            Kind::Integer => integer_test(field, op, word)?,
            Kind::Duration => {
                let (test, note) = duration_test(field, op, word)?;
                self.parsed.notes.extend(note);
                test
            }
            Kind::Time => {
                let (low, high) = match (op, Period::read(text, self.zone)) {
                    (Op::Has, Ok(period)) => {
                        let range = period.resolve(self.now, self.zone);
                        let until = range.until;
                        (range.from.0, if until == Timestamp::MAX { i64::MAX } else { until.0 - 1 })
                    }
                    _ => time_range(op, word, self.now, self.zone)?,
                };
                Test::Range(low, high)
            }
            Kind::Id | Kind::Handle => return id_test(field, word),
            Kind::Outcome => {
                if let Some(outcome) = Outcome::read(text.as_bytes()) {
                    Test::Exact(outcome.word().into())
                } else {
                    let error = QueryError::new(format!("“{text}” is no outcome"), word.span.clone());
                    return Err(error.with_hint("write outcome:failure or outcome:success"));
                }
            }
            Kind::Boolean => match text.to_ascii_lowercase().as_str() {
                "true" | "yes" | "1" => Test::Exact(b"true".to_vec()),
                "false" | "no" | "0" => Test::Exact(b"false".to_vec()),
                _ => {
                    let error = QueryError::new(format!("“{text}” is neither true nor false"), word.span.clone());
                    return Err(error.with_hint(format!("write {field}:true or {field}:false")));
                }
            },
            Kind::Name | Kind::Text | Kind::Address if op == Op::Exact => Test::Exact(text.into()),
            Kind::Address => address_test(word, plain)?,
            Kind::Name | Kind::Text if plain && text.contains('*') => Test::Wildcard(text.into()),
            Kind::Name => Test::Words(text.into()),
            Kind::Text => Test::Phrase(text.into()),
        };
        Ok(Filter::field(field.clone(), test))
    }
}

fn outcome(outcome: Outcome) -> Filter {
    Filter::field(Field::Outcome, Test::Exact(outcome.word().into()))
}

/// `is:failed` and its kin.
fn state(values: &[Word]) -> Result<Filter, QueryError> {
    let mut parts = Vec::new();
    for word in values {
        parts.push(match word.text.to_ascii_lowercase().as_str() {
            "failed" | "failure" | "error" => outcome(Outcome::Failure),
            "ok" | "success" | "succeeded" | "successful" => outcome(Outcome::Success),
            _ => {
                let error = QueryError::new(format!("“{}” is no state", word.text), word.span.clone());
                return Err(error.with_hint("write is:failed or is:success"));
            }
        });
    }
    Ok(Filter::either(parts))
}

/// `has:field` and `no:field`.
fn presence(values: &[Word], test: &Test) -> Result<Filter, QueryError> {
    let mut parts = Vec::new();
    for word in values {
        let Some(field) = FieldRef::find(&word.text) else {
            let error = QueryError::new(format!("there is no field “{}”", word.text), word.span.clone());
            return Err(match nearest(&word.text, FIELDS.iter().map(|spec| spec.name)) {
                Some(close) => error.with_hint(format!("did you mean {close}?")),
                None => error.with_hint("help fields lists them"),
            });
        };
        parts.push(Filter::field(field, test.clone()));
    }
    Ok(Filter::either(parts))
}

fn regex_test(field: &FieldRef, word: &Word) -> Result<Filter, QueryError> {
    match regex::bytes::Regex::new(&word.text) {
        Ok(_)
            if matches!(field.kind(), Kind::Name | Kind::Text | Kind::Address)
                || field.known() == Some(Field::RequestId) =>
        {
            Ok(Filter::field(field.clone(), Test::Regex(word.text.clone())))
        }
        Ok(_) => Err(QueryError::new(format!("{field} holds no text to match"), word.span.clone())),
        Err(error) => {
            let reason = error.to_string();
            let last = reason.lines().last().unwrap_or("").trim_start_matches("error: ");
            Err(QueryError::new(format!("this is no regular expression: {last}"), word.span.clone()))
        }
    }
}

fn id_test(field: &FieldRef, word: &Word) -> Result<Filter, QueryError> {
    let error = || {
        QueryError::new(format!("“{}” is no id", word.text), word.span.clone())
            .with_hint("write a whole id, a prefix with * behind it, or a handle")
    };
    if let Some(handle) = Handle::read(&word.text) {
        return Ok(Filter::field(Field::Key, Test::Handle(handle)));
    }
    if field.known() == Some(Field::Key) {
        return Err(error());
    }
    let test = match word.text.strip_suffix('*') {
        Some(prefix) if !word.quoted => Test::IdPrefix(NormalId::new(prefix.as_bytes()).ok_or_else(error)?),
        _ => Test::Id(NormalId::new(word.text.as_bytes()).ok_or_else(error)?),
    };
    Ok(Filter::field(field.clone(), test))
}

fn address_test(word: &Word, plain: bool) -> Result<Test, QueryError> {
    let text = word.text.as_str();
    if let Some(address) = parse_address(text.as_bytes()) {
        return Ok(Test::Address(address));
    }
    if let Ok(network) = text.parse::<ipnet::IpNet>() {
        return Ok(Test::Network(network.trunc()));
    }
    if plain && text.contains('/') {
        let error = QueryError::new(format!("“{text}” is no network"), word.span.clone());
        return Err(error.with_hint("write 10.0.0.0/8 or 2001:db8::/32"));
    }
    Ok(if plain && text.contains('*') { Test::Wildcard(text.into()) } else { Test::Exact(text.into()) })
}
