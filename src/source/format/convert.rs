//! From what stands in a row to a field's value: lossless, or not at all.

use std::borrow::Cow;
use std::sync::atomic::{AtomicBool, Ordering};

use bstr::ByteSlice;
use chrono_tz::Tz;

use crate::base::time::Moment;
use crate::base::time_parse::{from_float, parse_time};
use crate::model::envelope::{Decisions, ReadError, SpanUnit};
use crate::model::field::{Field, Kind};
use crate::model::record::is_missing;
use crate::model::value::{Outcome, Value};

use super::decimal::{Decimal, Span, read_span};
use super::description::ZoneName;
use super::field_source::Unit;

/// A single value as a row holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scalar<'a> {
    /// A text, decoded.
    Text(Cow<'a, [u8]>),
    /// A number in its own digits.
    Number(&'a [u8]),
    /// A flag.
    Boolean(bool),
}

impl<'a> Scalar<'a> {
    /// The value as text.
    pub fn into_bytes(self) -> Cow<'a, [u8]> {
        match self {
            Self::Text(text) => text,
            Self::Number(digits) => Cow::Borrowed(digits),
            Self::Boolean(flag) => Cow::Borrowed(if flag { b"true" } else { b"false" }),
        }
    }

    /// The value as text, without giving it away.
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Text(text) => text,
            Self::Number(digits) => digits,
            Self::Boolean(flag) => {
                if *flag {
                    b"true"
                } else {
                    b"false"
                }
            }
        }
    }
}

/// What came of a conversion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Converted<'a> {
    /// A value.
    Value(Value<'a>),
    /// What the source writes where there is nothing.
    Missing,
    /// Something that the field cannot hold; given back.
    Unfit(Scalar<'a>),
}

/// Readings that rows leave open, and which of them were needed.
#[derive(Debug)]
pub struct Conversion {
    zone: Option<Tz>,
    is_zone_assumed: bool,
    unit: SpanUnit,
    is_unit_assumed: bool,
    zone_was_needed: AtomicBool,
    unit_was_needed: AtomicBool,
}

impl Conversion {
    /// From a description's zone and what the user decided.
    pub fn new(zone: Option<ZoneName>, decisions: &Decisions) -> Result<Self, ReadError> {
        let decided = decisions.zone.clone().map(ZoneName::try_from).transpose().map_err(ReadError::new)?;
        Ok(Self {
            zone: decided.or(zone).map(|zone| zone.0),
            is_zone_assumed: decided.is_none(),
            unit: decisions.unit.unwrap_or(SpanUnit::Millis),
            is_unit_assumed: decisions.unit.is_none(),
            zone_was_needed: AtomicBool::new(false),
            unit_was_needed: AtomicBool::new(false),
        })
    }

    /// What was assumed in the rows read so far, in words.
    pub fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if self.is_zone_assumed
            && self.zone_was_needed.load(Ordering::Relaxed)
            && let Some(zone) = self.zone
        {
            notes.push(format!(
                "times name no zone and are read as {zone}; “zone” in the source's settings says another"
            ));
        }
        if self.is_unit_assumed && self.unit_was_needed.load(Ordering::Relaxed) {
            let unit = self.unit.word();
            notes.push(format!(
                "spans name no unit and are read as {unit}; “unit” in the source's settings says another"
            ));
        }
        notes
    }

    /// Reads a field's value.
    #[inline]
    pub fn read<'a>(&self, field: Field, unit: Unit, scalar: Scalar<'a>) -> Converted<'a> {
        let kind = field.kind();
        if let Scalar::Text(text) = &scalar
            && is_missing(text)
        {
            return Converted::Missing;
        }
        let value = match kind {
            Kind::Time => self.time(&scalar).map(Value::Time),
            Kind::Duration => match self.span(unit, scalar.bytes()) {
                Some(Span::Nanos(nanos)) => Some(Value::Duration(nanos)),
                Some(Span::Never) => return Converted::Missing,
                None => None,
            },
            Kind::Status => match integer(&scalar) {
                // 0 and -1 stand for "no response" (Envoy, HAProxy).
                Some(..=0) => return Converted::Missing,
                Some(status) => Some(Value::Integer(status)),
                None => None,
            },
            Kind::Integer => integer(&scalar).map(Value::Integer),
            Kind::Boolean => boolean(&scalar).map(Value::Boolean),
            Kind::Outcome => match &scalar {
                Scalar::Boolean(true) => Some(Value::Outcome(Outcome::Success)),
                Scalar::Boolean(false) => Some(Value::Outcome(Outcome::Failure)),
                _ => Outcome::read(scalar.bytes()).map(Value::Outcome),
            },
            kind if takes_text(kind) => {
                return Converted::Value(match scalar.into_bytes() {
                    Cow::Borrowed(text) => Value::text(text),
                    Cow::Owned(text) => Value::owned_text(text),
                });
            }
            _ => None,
        };
        value.map_or(Converted::Unfit(scalar), Converted::Value)
    }

    fn time(&self, scalar: &Scalar<'_>) -> Option<Moment> {
        match scalar {
            Scalar::Boolean(_) => None,
            Scalar::Number(digits) if digits.iter().any(|b| matches!(b, b'e' | b'E')) => {
                digits.to_str().ok()?.parse().ok().and_then(from_float)
            }
            Scalar::Number(digits) => parse_time(digits, None),
            Scalar::Text(text) => parse_time(text, None).or_else(|| {
                let moment = parse_time(text, Some(self.zone?))?;
                if !self.zone_was_needed.load(Ordering::Relaxed) {
                    self.zone_was_needed.store(true, Ordering::Relaxed);
                }
                Some(moment)
            }),
        }
    }

    fn span(&self, unit: Unit, text: &[u8]) -> Option<Span> {
        match unit {
            Unit::Known(unit) => read_span(text, unit).map(|(span, _)| span),
            Unit::Unknown => {
                let (span, was_needed) = read_span(text, self.unit)?;
                // Written once: threads share it.
                if was_needed && !self.unit_was_needed.load(Ordering::Relaxed) {
                    self.unit_was_needed.store(true, Ordering::Relaxed);
                }
                Some(span)
            }
        }
    }
}

/// Whether values of a kind are texts, and any text is one.
#[inline]
pub fn takes_text(kind: Kind) -> bool {
    matches!(kind, Kind::Id | Kind::Name | Kind::Text | Kind::Address)
}

/// The value that a few digits are for a field of whole numbers or of texts. `None` of others, and of
/// zero, which may stand for nothing.
#[inline]
pub fn plain_number(kind: Kind, digits: &[u8]) -> Option<Value<'_>> {
    match kind {
        Kind::Integer | Kind::Status => few_digits(digits).filter(|number| *number > 0).map(Value::Integer),
        kind => takes_text(kind).then(|| Value::text(digits)),
    }
}

#[inline]
fn integer(scalar: &Scalar<'_>) -> Option<i64> {
    let text = match scalar {
        Scalar::Boolean(_) => return None,
        Scalar::Number(digits) => *digits,
        Scalar::Text(text) => text.trim_ascii(),
    };
    few_digits(text).or_else(|| Decimal::read(text)?.to_integer())
}

/// Nearly all numbers are a few digits.
#[inline]
fn few_digits(text: &[u8]) -> Option<i64> {
    let is_plain = text.len() <= 18 && text.iter().all(u8::is_ascii_digit) && !text.is_empty();
    is_plain.then(|| text.iter().fold(0, |value, digit| value * 10 + i64::from(digit - b'0')))
}

fn boolean(scalar: &Scalar<'_>) -> Option<bool> {
    match scalar {
        Scalar::Boolean(flag) => Some(*flag),
        _ => match scalar.bytes().trim_ascii().to_ascii_lowercase().as_slice() {
            b"true" | b"yes" | b"1" => Some(true),
            b"false" | b"no" | b"0" => Some(false),
            _ => None,
        },
    }
}
