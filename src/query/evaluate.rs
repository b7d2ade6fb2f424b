//! What a filter means: the reference that every engine must agree with.

use crate::model::field::{Field, FieldRef};
use crate::model::record::StoredRecord;
use crate::model::value::Value;

use super::filter::{ANYWHERE, Clause, Filter, Target};
use super::matcher::Matcher;

/// A filter made ready to be put to many records.
pub enum Evaluator {
    /// All of these.
    And(Vec<Evaluator>),
    /// One of these.
    Or(Vec<Evaluator>),
    /// Not this.
    Not(Box<Evaluator>),
    /// A field passes.
    Field(FieldRef, Matcher),
    /// One of the texts in which bare words are looked for passes.
    Anywhere(Vec<(Field, Matcher)>),
}

impl Evaluator {
    /// Makes a filter ready.
    pub fn new(filter: &Filter) -> Self {
        match filter {
            Filter::And(parts) => Self::And(parts.iter().map(Self::new).collect()),
            Filter::Or(parts) => Self::Or(parts.iter().map(Self::new).collect()),
            Filter::Not(inner) => Self::Not(Box::new(Self::new(inner))),
            Filter::Clause(Clause { target: Target::Field(field), any_of }) => {
                Self::Field(field.clone(), Matcher::new(field, any_of))
            }
            Filter::Clause(Clause { target: Target::Anywhere, any_of }) => Self::Anywhere(
                // A bare word is found anywhere in a path, not only behind a slash.
                ANYWHERE.iter().map(|field| (*field, Matcher::new(&Field::Client.into(), any_of))).collect(),
            ),
        }
    }

    /// Whether a record is kept.
    pub fn keeps(&self, record: &StoredRecord) -> bool {
        match self {
            Self::And(parts) => parts.iter().all(|part| part.keeps(record)),
            Self::Or(parts) => parts.iter().any(|part| part.keeps(record)),
            Self::Not(inner) => !inner.keeps(record),
            Self::Field(field, matcher) => field_passes(record, field, matcher),
            Self::Anywhere(fields) => fields.iter().any(|(field, matcher)| matcher.matches(record.record.get(*field))),
        }
    }
}

fn field_passes(record: &StoredRecord, field: &FieldRef, matcher: &Matcher) -> bool {
    match field {
        FieldRef::Known(Field::Key) => matcher.matches_number(record.seq().0 as i64),
        FieldRef::Known(Field::Source) => matcher.matches_text(record.origin.source.as_bytes()),
        FieldRef::Known(field) => matcher.matches(record.record.get(*field)),
        FieldRef::Attribute(_) => match record.record.bytes(field) {
            Some(bytes) => matcher.matches(Some(&Value::text(&bytes))),
            None => matcher.matches(None),
        },
    }
}
