//! One request as one record.

use std::borrow::Cow;

use bstr::{BStr, ByteSlice};

use crate::base::time::Timestamp;

use super::envelope::Origin;
use super::field::{Field, FieldRef};
use super::handle::{Handle, Seq};
use super::status;
use super::value::{Outcome, Value};

/// The values of one request, borrowed from the source's own words where possible.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Record<'a> {
    values: [Option<Value<'a>>; Field::COUNT],
    /// What the source sent besides: dotted path and text, in the source's order.
    pub attributes: Vec<(Cow<'a, str>, Cow<'a, BStr>)>,
}

impl<'a> Record<'a> {
    /// Empties the record for the next one, keeping its memory.
    pub fn clear(&mut self) {
        self.values.fill(None);
        self.attributes.clear();
    }

    /// A field's value; missing is `None`.
    #[inline]
    pub fn get(&self, field: Field) -> Option<&Value<'a>> {
        self.values[field as usize].as_ref()
    }

    /// Sets a field's value.
    #[inline]
    pub fn set(&mut self, field: Field, value: Value<'a>) {
        self.values[field as usize] = Some(value);
    }

    /// Sets a text, unless it is empty or a lone dash, which sources write for "missing".
    #[inline]
    pub fn set_text(&mut self, field: Field, text: Cow<'a, BStr>) {
        if !is_missing(&text) {
            self.set(field, Value::Text(text));
        }
    }

    /// Removes a field's value.
    pub fn unset(&mut self, field: Field) {
        self.values[field as usize] = None;
    }

    /// A field's value as bytes, exact, as in CSV; attributes too.
    pub fn bytes(&self, field: &FieldRef) -> Option<Cow<'_, [u8]>> {
        match field {
            FieldRef::Known(field) => self.get(*field).map(Value::bytes),
            FieldRef::Attribute(path) => {
                self.attributes.iter().find(|(name, _)| name == path).map(|(_, text)| Cow::Borrowed(text.as_bytes()))
            }
        }
    }

    /// A field's text.
    pub fn text(&self, field: Field) -> Option<&BStr> {
        match self.get(field)? {
            Value::Text(text) => Some(text.as_ref()),
            _ => None,
        }
    }

    /// When the request arrived. Every stored record has a time.
    pub fn time(&self) -> Option<Timestamp> {
        match self.get(Field::Time)? {
            Value::Time(moment) => Some(moment.at),
            _ => None,
        }
    }

    /// The HTTP status; `None` is "no response".
    pub fn status(&self) -> Option<i64> {
        match self.get(Field::Status)? {
            Value::Integer(status) => Some(*status),
            _ => None,
        }
    }

    /// Success or failure.
    pub fn outcome(&self) -> Outcome {
        match self.get(Field::Outcome) {
            Some(Value::Outcome(outcome)) => *outcome,
            _ => derived_outcome(self.status()),
        }
    }

    /// A span in nanoseconds.
    pub fn duration(&self, field: Field) -> Option<u64> {
        match self.get(field)? {
            Value::Duration(nanos) => Some(*nanos),
            _ => None,
        }
    }

    /// Fills in what follows from other fields: outcome, status text, the failure as one value.
    /// Called once, when all that was read is in place.
    pub fn derive(&mut self) {
        if let Some(Value::Integer(status)) = self.get(Field::Status)
            && *status <= 0
        {
            self.unset(Field::Status);
        }
        let status = self.status();
        if self.get(Field::Outcome).is_none() {
            self.set(Field::Outcome, Value::Outcome(derived_outcome(status)));
        }
        if self.get(Field::StatusText).is_none()
            && let Some(reason) = status.and_then(status::reason)
        {
            self.set(Field::StatusText, Value::text(reason.as_bytes()));
        }
        if self.outcome() == Outcome::Failure {
            let failure = self.failure();
            self.set(Field::Failure, Value::owned_text(failure));
        }
    }

    /// `401 4011 Unrecognized token`, `502 processing-failure/upstream`, `no response`.
    fn failure(&self) -> Vec<u8> {
        let mut out = match self.status() {
            Some(status) => status.to_string().into_bytes(),
            None => b"no response".to_vec(),
        };
        let gateway_code = self.text(Field::GatewayCode);
        let reason = self
            .text(Field::StatusDetails)
            .or_else(|| self.text(Field::ErrorType))
            .or_else(|| if gateway_code.is_none() { self.text(Field::StatusText) } else { None });
        for part in gateway_code.into_iter().chain(reason) {
            out.push(b' ');
            // One line, and not a whole stack trace: the pane shows kinds of failures.
            let line = part.lines().next().unwrap_or_default();
            out.extend_from_slice(&line[..line.len().min(120)]);
        }
        out
    }

    /// Why it failed, in the source's words, and the field that says so: the gateway's details, else
    /// the message, else the kind of error. What succeeded has no reason.
    pub fn failure_reason(&self) -> Option<(Field, &BStr)> {
        if self.outcome() == Outcome::Success {
            return None;
        }
        [Field::StatusDetails, Field::ErrorMessage, Field::ErrorType]
            .into_iter()
            .find_map(|field| self.text(field).map(|text| (field, text)))
    }

    /// The record without a tie to where it was read from.
    pub fn into_owned(self) -> Record<'static> {
        Record {
            values: self.values.map(|value| value.map(Value::into_owned)),
            attributes: self
                .attributes
                .into_iter()
                .map(|(name, text)| (Cow::Owned(name.into_owned()), Cow::Owned(text.into_owned())))
                .collect(),
        }
    }
}

fn derived_outcome(status: Option<i64>) -> Outcome {
    match status {
        Some(status) if status > 0 && status < 400 => Outcome::Success,
        _ => Outcome::Failure,
    }
}

/// What sources write when there is nothing: empty, or a lone dash.
#[inline]
pub fn is_missing(text: &[u8]) -> bool {
    // Most texts show with their first byte that they are something.
    text.first().is_none_or(|first| *first <= b' ' || *first == b'-') && is_nothing(text)
}

fn is_nothing(text: &[u8]) -> bool {
    let text = text.trim_ascii();
    text.is_empty() || text == b"-"
}

/// A record as a store gives it: with its place, its origin and the source's own words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRecord {
    /// The fields.
    pub record: Record<'static>,
    /// Its short name.
    pub handle: Handle,
    /// When the store first had it.
    pub first_seen: Timestamp,
    /// How it came.
    pub origin: Origin,
    /// The source's own words, as read.
    pub raw: Vec<u8>,
}

impl StoredRecord {
    /// The place in the order of arrival.
    pub fn seq(&self) -> Seq {
        self.handle.seq
    }

    /// When the request arrived.
    pub fn time(&self) -> Timestamp {
        self.record.time().expect("the store takes no record without a time")
    }

    /// The Request-ID as the source wrote it, else the handle.
    pub fn id_text(&self) -> Cow<'_, [u8]> {
        match self.record.text(Field::RequestId) {
            Some(id) => Cow::Borrowed(id.as_bytes()),
            None => Cow::Owned(self.handle.to_string().into_bytes()),
        }
    }

    /// A field's value as bytes, exact; the handle and the source as well.
    pub fn bytes(&self, field: &FieldRef) -> Option<Cow<'_, [u8]>> {
        match field {
            FieldRef::Known(Field::Key) => Some(Cow::Owned(self.handle.to_string().into_bytes())),
            FieldRef::Known(Field::Source) => Some(Cow::Borrowed(self.origin.source.as_bytes())),
            _ => self.record.bytes(field),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure_of(values: &[(Field, Value<'static>)]) -> Option<String> {
        let mut record = Record::default();
        for (field, value) in values {
            record.set(*field, value.clone());
        }
        record.derive();
        record.text(Field::Failure).map(ToString::to_string)
    }

    #[test]
    fn failures_as_one_value() {
        let text = |t: &'static str| Value::text(t.as_bytes());
        assert_eq!(
            failure_of(&[
                (Field::Status, Value::Integer(401)),
                (Field::GatewayCode, text("4011")),
                (Field::StatusDetails, text("Unrecognized token")),
            ])
            .as_deref(),
            Some("401 4011 Unrecognized token")
        );
        assert_eq!(
            failure_of(&[(Field::Status, Value::Integer(502)), (Field::ErrorType, text("a/b"))]).as_deref(),
            Some("502 a/b")
        );
        assert_eq!(failure_of(&[(Field::Status, Value::Integer(404))]).as_deref(), Some("404 Not Found"));
        assert_eq!(failure_of(&[(Field::Status, Value::Integer(0))]).as_deref(), Some("no response"));
        assert_eq!(failure_of(&[(Field::Status, Value::Integer(200))]), None);
    }

    #[test]
    fn the_reason_is_what_says_most() {
        let mut record = Record::default();
        record.set(Field::Status, Value::Integer(502));
        assert_eq!(record.failure_reason(), None);
        for (field, text) in [
            (Field::ErrorType, "upstream"),
            (Field::ErrorMessage, "Upstream closed connection"),
            (Field::StatusDetails, "Bad upstream"),
        ] {
            record.set(field, Value::text(text.as_bytes()));
            assert_eq!(record.failure_reason(), Some((field, text.as_bytes().as_bstr())));
        }
        record.set(Field::Outcome, Value::Outcome(Outcome::Success));
        assert_eq!(record.failure_reason(), None, "a success has none, whatever it says");
    }

    #[test]
    fn the_sources_word_wins() {
        let mut record = Record::default();
        record.set(Field::Status, Value::Integer(404));
        record.set(Field::Outcome, Value::Outcome(Outcome::Success));
        record.derive();
        assert_eq!(record.outcome(), Outcome::Success);
        assert_eq!(record.get(Field::Failure), None);
    }
}
