//! The values of a record's fields.

use std::borrow::Cow;

use bstr::{BStr, BString, ByteSlice};

use crate::base::time::Moment;
use crate::base::units;

/// Whether a request did what was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Outcome {
    /// It did.
    Success,
    /// It did not.
    Failure,
}

impl Outcome {
    /// The word in queries, JSON and CSV.
    pub fn word(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Failure => "failure",
        }
    }

    /// Reads a source's word or flag for it.
    pub fn read(text: &[u8]) -> Option<Self> {
        const SUCCESS: [&str; 7] = ["true", "success", "succeeded", "successful", "ok", "yes", "1"];
        const FAILURE: [&str; 7] = ["false", "failure", "failed", "fail", "error", "no", "0"];
        let text = text.trim_ascii();
        let is_one_of = |words: [&str; 7]| words.iter().any(|word| text.eq_ignore_ascii_case(word.as_bytes()));
        if is_one_of(SUCCESS) { Some(Self::Success) } else { is_one_of(FAILURE).then_some(Self::Failure) }
    }
}

/// One value. Text is bytes: what a source sends need not be UTF-8.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value<'a> {
    /// A point in time.
    Time(Moment),
    /// A whole number: a status, a user's number.
    Integer(i64),
    /// A span in nanoseconds.
    Duration(u64),
    /// A flag.
    Boolean(bool),
    /// An outcome.
    Outcome(Outcome),
    /// Everything that is written as text.
    Text(Cow<'a, BStr>),
}

impl<'a> Value<'a> {
    /// Text that is borrowed.
    pub fn text(bytes: &'a [u8]) -> Self {
        Self::Text(Cow::Borrowed(bytes.as_bstr()))
    }

    /// Text that is owned.
    pub fn owned_text(bytes: impl Into<BString>) -> Self {
        Self::Text(Cow::Owned(bytes.into()))
    }

    /// The value without a tie to where it was read from.
    pub fn into_owned(self) -> Value<'static> {
        match self {
            Self::Time(moment) => Value::Time(moment),
            Self::Integer(number) => Value::Integer(number),
            Self::Duration(nanos) => Value::Duration(nanos),
            Self::Boolean(flag) => Value::Boolean(flag),
            Self::Outcome(outcome) => Value::Outcome(outcome),
            Self::Text(text) => Value::Text(Cow::Owned(text.into_owned())),
        }
    }

    /// The value as it is written in CSV, in queries and where it is counted: exact, no unit.
    pub fn bytes(&self) -> Cow<'_, [u8]> {
        match self {
            Self::Time(moment) => Cow::Owned(moment.to_string().into_bytes()),
            Self::Integer(number) => Cow::Owned(number.to_string().into_bytes()),
            Self::Duration(nanos) => Cow::Owned(units::millis_decimal(*nanos).into_bytes()),
            Self::Boolean(flag) => Cow::Borrowed(if *flag { b"true" } else { b"false" }),
            Self::Outcome(outcome) => Cow::Borrowed(outcome.word().as_bytes()),
            Self::Text(text) => Cow::Borrowed(text.as_bytes()),
        }
    }
}
