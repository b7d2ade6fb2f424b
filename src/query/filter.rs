//! A query with its meaning settled: what engines evaluate, panes edit and the trail shows.

use std::net::IpAddr;

use ipnet::IpNet;

use crate::base::time::Timestamp;
use crate::base::time_parse::parse_time;
use crate::base::units;
use crate::model::answer::counted_time;
use crate::model::field::{Field, FieldRef, Kind};
use crate::model::handle::Handle;
use crate::model::request_id::NormalId;
use crate::model::span_range::SpanRange;
use crate::model::value::Outcome;

/// Which records a view keeps.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Filter {
    /// All of these; none at all keeps everything.
    And(Vec<Filter>),
    /// At least one of these.
    Or(Vec<Filter>),
    /// Not this.
    Not(Box<Filter>),
    /// One field passes one of some tests.
    Clause(Clause),
}

/// One field against some tests, of which one must pass.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Clause {
    /// What is looked at.
    pub target: Target,
    /// The tests; at least one.
    pub any_of: Vec<Test>,
}

/// What a clause looks at.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Target {
    /// A field.
    Field(FieldRef),
    /// The texts in which bare words are looked for: see [`ANYWHERE`].
    Anywhere,
}

/// Where bare words are looked for.
pub const ANYWHERE: &[Field] = &[
    Field::Endpoint,
    Field::Path,
    Field::Client,
    Field::ErrorMessage,
    Field::ErrorType,
    Field::StatusDetails,
    Field::StatusText,
    Field::UserAgent,
];

/// A test on one value. On a missing value only `Missing` passes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Test {
    /// There is no value.
    Missing,
    /// There is a value.
    Present,
    /// The value is exactly this, whole, byte by byte.
    Exact(Vec<u8>),
    /// The value contains each of these words, without case.
    Words(String),
    /// The value contains this text, without case.
    Phrase(String),
    /// The whole value matches, `*` standing for any text, without case.
    Wildcard(String),
    /// A regular expression matches somewhere.
    Regex(String),
    /// A number in the field's smallest unit (status, µs for times, ns for durations), both ends
    /// included.
    Range(i64, i64),
    /// A number that an attribute is, in units of 10⁻¹², both ends included.
    Decimals(i128, i128),
    /// A version that an attribute is, as `query/version.rs` counts them, both ends included: releases, or what is
    /// next to one.
    Versions(i128, i128),
    /// A whole id.
    Id(NormalId),
    /// An id that begins so.
    IdPrefix(NormalId),
    /// A handle.
    Handle(Handle),
    /// An address.
    Address(IpAddr),
    /// An address in a network.
    Network(IpNet),
}

impl Filter {
    /// Keeps everything.
    pub const ALL: Self = Self::And(Vec::new());

    /// A field against one test.
    pub fn field(field: impl Into<FieldRef>, test: Test) -> Self {
        Self::one_of(field, vec![test])
    }

    /// A field against several tests.
    pub fn one_of(field: impl Into<FieldRef>, any_of: Vec<Test>) -> Self {
        Self::Clause(Clause { target: Target::Field(field.into()), any_of })
    }

    /// What ended so.
    pub fn of_outcome(outcome: Outcome) -> Self {
        Self::field(Field::Outcome, Test::Exact(outcome.word().into()))
    }

    /// Whether everything is kept.
    pub fn is_all(&self) -> bool {
        matches!(self, Self::And(parts) if parts.is_empty())
    }

    /// The parts that must all hold: the steps that narrow a view.
    pub fn steps(&self) -> &[Self] {
        match self {
            Self::And(parts) => parts,
            _ => std::slice::from_ref(self),
        }
    }

    /// Both this and that; nested "all of" lists become one.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let mut parts = self.into_steps();
        for step in other.into_steps() {
            if !parts.contains(&step) {
                parts.push(step);
            }
        }
        Self::from_steps(parts)
    }

    /// The steps themselves.
    pub fn into_steps(self) -> Vec<Self> {
        match self {
            Self::And(parts) => parts,
            other => vec![other],
        }
    }

    /// A filter of steps; a single one stands alone.
    pub fn from_steps(mut steps: Vec<Self>) -> Self {
        match steps.len() {
            1 => steps.remove(0),
            _ => Self::And(steps),
        }
    }

    /// The only field that the filter looks at, if it is a single one.
    pub fn only_field(&self) -> Option<&FieldRef> {
        match self {
            Self::Clause(Clause { target: Target::Field(field), .. }) => Some(field),
            Self::Clause(_) => None,
            Self::Not(inner) => inner.only_field(),
            Self::And(parts) | Self::Or(parts) => {
                let first = parts.first()?.only_field()?;
                parts.iter().all(|part| part.only_field() == Some(first)).then_some(first)
            }
        }
    }
}

impl Default for Filter {
    fn default() -> Self {
        Self::ALL
    }
}

impl Test {
    /// The test that a value read from data stands for: that very value, or a missing one.
    pub fn of_value(field: &FieldRef, value: Option<&[u8]>) -> Self {
        let Some(bytes) = value else { return Self::Missing };
        let number = || std::str::from_utf8(bytes).ok().and_then(|text| text.parse::<i64>().ok());
        match field.kind() {
            Kind::Status | Kind::Integer => match number() {
                Some(number) => Self::Range(number, number),
                None => Self::Exact(bytes.to_vec()),
            },
            // A time stands for all of its last digit, a whole second for example.
            Kind::Time => match parse_time(bytes, None) {
                Some(moment) => {
                    let width = 10_i64.pow(6 - u32::from(moment.digits.min(6)));
                    Self::Range(moment.at.0, moment.at.0 + width - 1)
                }
                None => Self::Exact(bytes.to_vec()),
            },
            // A record has a span, a pane counts a range of them.
            Kind::Duration => {
                let span = || units::parse_span(&format!("{}ms", String::from_utf8_lossy(bytes)));
                let range = SpanRange::read(bytes).map(SpanRange::bounds);
                match range.or_else(|| span().map(|nanos| (nanos as i64, nanos as i64))) {
                    Some((low, high)) => Self::Range(low, high),
                    None => Self::Exact(bytes.to_vec()),
                }
            }
            Kind::Id => match NormalId::new(bytes) {
                Some(id) => Self::Id(id),
                None => Self::Exact(bytes.to_vec()),
            },
            Kind::Handle => match std::str::from_utf8(bytes).ok().and_then(Handle::read) {
                Some(handle) => Self::Handle(handle),
                None => Self::Exact(bytes.to_vec()),
            },
            _ => Self::Exact(bytes.to_vec()),
        }
    }

    /// The single value that passes, as it is counted: `Some(None)` is a missing one.
    pub fn value(&self, field: &FieldRef) -> Option<Option<Vec<u8>>> {
        Some(match self {
            Self::Missing => None,
            Self::Exact(bytes) => Some(bytes.clone()),
            Self::Id(id) => Some(id.as_str().into()),
            Self::Handle(handle) => Some(handle.to_string().into_bytes()),
            Self::Range(low, high) if field.kind() == Kind::Duration => {
                Some(SpanRange::of_bounds(*low, *high)?.text().into_bytes())
            }
            Self::Range(low, high) if low == high => Some(match field.kind() {
                Kind::Time => counted_time(Timestamp(*low)).into_bytes(),
                _ => low.to_string().into_bytes(),
            }),
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_that_was_read_keeps_its_own_record() {
        let test = |field: Field, value: &str| Test::of_value(&field.into(), Some(value.as_bytes()));
        assert_eq!(
            test(Field::Time, "2026-11-23T07:53:06Z"),
            Test::Range(1_795_420_386_000_000, 1_795_420_386_999_999)
        );
        assert_eq!(
            test(Field::Time, "2026-11-23T07:53:06.084Z"),
            Test::Range(1_795_420_386_084_000, 1_795_420_386_084_999)
        );
        assert_eq!(test(Field::Duration, "30057"), Test::Range(30_057_000_000, 30_057_000_000));
        assert_eq!(test(Field::Duration, "0.039623"), Test::Range(39_623, 39_623));
        assert_eq!(test(Field::Status, "502"), Test::Range(502, 502));
        assert_eq!(test(Field::Client, "502"), Test::Exact(b"502".to_vec()));
    }

    #[test]
    fn the_test_of_a_counted_value_names_it() {
        for (field, value) in [
            (Field::Status, "502"),
            (Field::Client, "ETL Partner"),
            (Field::Time, "2026-11-23T07:53:06.084000Z"),
            (Field::Duration, "100ms..<500ms"),
            (Field::Delay, "<1ms"),
            (Field::RequestId, "1094794d8e4b29c8518289e7cedfcd10"),
            (Field::RequestId, "req_8fk2"),
            (Field::Key, "rq12c"),
        ] {
            let value = value.as_bytes();
            assert_eq!(Test::of_value(&field.into(), Some(value)).value(&field.into()), Some(Some(value.to_vec())));
        }
        assert_eq!(Test::Missing.value(&Field::Status.into()), Some(None));
        assert_eq!(Test::Range(500, 599).value(&Field::Status.into()), None);
    }
}
