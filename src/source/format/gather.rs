//! Puts the values of one row into a record: the best of several sources for a field wins, what
//! nothing takes becomes an attribute, what is known besides is filled in.

use std::borrow::Cow;
use std::ops::Range;

use bstr::{BStr, ByteSlice};

use crate::base::safe_text;
use crate::base::time::Moment;
use crate::model::envelope::{Decisions, ReadError};
use crate::model::field::{FIELDS, Field};
use crate::model::record::{Record, is_missing};
use crate::model::value::Value;

use super::convert::{Conversion, Converted, Scalar, plain_number, takes_text};
use super::description::{Description, Parser};
use super::field_source::Unit;
use super::key_tree::{Aim, Key, Rest, Target};
use super::take_apart::take_apart;

/// More attributes than this make a row a bad one.
pub const MAX_ATTRIBUTES: usize = 10_000;

/// Names of attributes that are longer than this together make a row a bad one: each name has those
/// of the objects around it in front, so a row of a megabyte could have gigabytes of them.
pub const MAX_NAME_BYTES: usize = 4 << 20;

/// How good the parts of a request line are, beside keys that a description names.
const PARSED_RANK: u8 = 200;

/// What every row of a format gets besides what it holds.
#[derive(Debug, Clone, Default)]
pub struct Additions {
    /// Fields that are always the same.
    constants: Vec<(Field, Value<'static>)>,
    /// The field that is set, its value, the field that must be there.
    inferences: Vec<(Field, Value<'static>, Field)>,
    /// Types of collections by name.
    collection_types: Vec<(Vec<u8>, Vec<u8>)>,
}

impl Additions {
    /// From a description and what the user decided.
    pub fn new(description: &Description, conversion: &Conversion, decisions: &Decisions) -> Result<Self, ReadError> {
        let value = |field: Field, text: &str| match conversion.read(
            field,
            Unit::Unknown,
            Scalar::Text(Cow::Owned(text.as_bytes().to_vec())),
        ) {
            Converted::Value(value) => Ok(value),
            _ => Err(ReadError::new(format!("“{text}” is no value of {}", field.name()))),
        };
        let mut additions = Self::default();
        for (field, text) in &description.constants {
            additions.constants.push((field.0, value(field.0, text)?));
        }
        for rule in &description.infer {
            additions.inferences.push((rule.field.0, value(rule.field.0, &rule.value)?, rule.when.0));
        }
        let types = decisions.collection_types.iter();
        additions.collection_types = types.map(|(name, kind)| (name.clone().into(), kind.clone().into())).collect();
        Ok(additions)
    }

    fn apply(&self, record: &mut Record<'_>) {
        for (field, value) in &self.constants {
            if record.get(*field).is_none() {
                record.set(*field, value.clone());
            }
        }
        if !self.collection_types.is_empty()
            && record.get(Field::CollectionType).is_none()
            && let Some(collection) = record.text(Field::Collection)
            && let Some((_, kind)) = self.collection_types.iter().find(|(name, _)| *name == **collection)
        {
            record.set(Field::CollectionType, Value::owned_text(kind.clone()));
        }
        for (field, value, when) in &self.inferences {
            if record.get(*field).is_none() && record.get(*when).is_some() {
                record.set(*field, value.clone());
            }
        }
    }
}

/// How a field got a value that something better may still replace.
#[derive(Debug, Clone, Copy)]
struct Origin<'k, 'a> {
    field: Field,
    key: &'k Key,
    /// The value's own words, where they are not the value.
    words: &'a [u8],
}

/// One row on its way into a record.
pub struct Gather<'k, 'r, 'a> {
    conversion: &'k Conversion,
    record: &'r mut Record<'a>,
    /// How good the values are that the fields have; 0 is best.
    ranks: [u8; Field::COUNT],
    /// Where those are from that are not the best.
    origins: Vec<Origin<'k, 'a>>,
    /// How many attributes there were so far, and how long their names are together.
    names: usize,
    name_bytes: usize,
}

impl<'k, 'r, 'a> Gather<'k, 'r, 'a> {
    /// Fills an empty record.
    pub fn new(conversion: &'k Conversion, record: &'r mut Record<'a>) -> Self {
        Self { conversion, record, ranks: [u8::MAX; Field::COUNT], origins: Vec::new(), names: 0, name_bytes: 0 }
    }

    /// Takes a value under a known key. `words` are the bytes it was read from; `name` is the
    /// attribute that it becomes when no field takes it.
    #[inline]
    pub fn put(&mut self, key: &'k Key, scalar: Scalar<'a>, words: &'a [u8], name: impl FnOnce() -> Cow<'a, str>) {
        let left = match key.best_of {
            // Nothing is there that it would have to be compared with.
            Some((field, unit)) if self.ranks[field as usize] == u8::MAX => self.fill(field, unit, scalar),
            _ => self.offer(key, scalar, words),
        };
        if let Some(scalar) = left
            && key.rest != Rest::Drop
        {
            self.attribute(name, scalar.into_bytes());
        }
    }

    /// Takes a plain string, as [`put`](Self::put) does. Most fields take it as it is.
    #[inline]
    pub fn put_text(&mut self, key: &'k Key, text: &'a [u8], name: impl FnOnce() -> Cow<'a, str>) {
        match key.best_of {
            Some((field, _)) if self.ranks[field as usize] == u8::MAX && takes_text(field.kind()) => {
                if !is_missing(text) {
                    self.ranks[field as usize] = 0;
                    self.record.set(field, Value::text(text));
                }
            }
            _ => self.put(key, Scalar::Text(Cow::Borrowed(text)), text, name),
        }
    }

    /// Takes a number, as [`put`](Self::put) does. Most are a few digits.
    #[inline]
    pub fn put_number(&mut self, key: &'k Key, digits: &'a [u8], name: impl FnOnce() -> Cow<'a, str>) {
        match key.best_of {
            Some((field, _))
                if self.ranks[field as usize] == u8::MAX
                    && let Some(value) = plain_number(field.kind(), digits) =>
            {
                self.ranks[field as usize] = 0;
                self.record.set(field, value);
            }
            _ => self.put(key, Scalar::Number(digits), digits, name),
        }
    }

    /// Takes the best value for a field that has none; gives it back when the field cannot hold it.
    #[inline]
    fn fill(&mut self, field: Field, unit: Unit, scalar: Scalar<'a>) -> Option<Scalar<'a>> {
        match self.conversion.read(field, unit, scalar) {
            Converted::Value(value) => {
                self.ranks[field as usize] = 0;
                self.record.set(field, value);
                None
            }
            Converted::Missing => None,
            Converted::Unfit(scalar) => Some(scalar),
        }
    }

    /// Offers a value to the fields that its key is for; gives it back when none takes it.
    #[inline]
    pub fn offer(&mut self, key: &'k Key, scalar: Scalar<'a>, words: &'a [u8]) -> Option<Scalar<'a>> {
        key.targets.iter().try_fold(scalar, |scalar, target| match target.aim {
            Aim::Field(field) => self.put_field(field, *target, key, scalar, words),
            Aim::Parse(parser) => self.put_parts(parser, key, scalar, words),
        })
    }

    /// Takes what a text inside the row holds, unless it cannot be read: its fields come first.
    pub fn put_inner<'b>(&mut self, read: impl FnOnce(&'k Conversion, &mut Record<'b>) -> bool) -> bool {
        let mut inner = Record::default();
        if !read(self.conversion, &mut inner) {
            return false;
        }
        let inner = inner.into_owned();
        for field in Field::all() {
            if let Some(value) = inner.get(field) {
                self.ranks[field as usize] = 0;
                self.record.set(field, value.clone());
            }
        }
        for (name, text) in inner.attributes {
            self.push(name, text);
        }
        true
    }

    /// Takes a value for a field; gives back what is left over for others.
    #[inline]
    fn put_field(
        &mut self,
        field: Field,
        target: Target,
        key: &'k Key,
        scalar: Scalar<'a>,
        words: &'a [u8],
    ) -> Option<Scalar<'a>> {
        let rank = self.ranks[field as usize];
        let is_spare = rank < target.rank;
        // A spare is looked at, and kept only where it says something else.
        let copy = is_spare.then(|| scalar.clone());
        match self.conversion.read(field, target.unit, scalar) {
            Converted::Unfit(scalar) => Some(scalar),
            Converted::Missing => None,
            Converted::Value(value) => {
                let old = self.record.get(field);
                if is_spare {
                    return if old.is_some_and(|old| says_the_same(old, &value)) { None } else { copy };
                }
                let is_replaced =
                    rank > target.rank && rank != u8::MAX && !old.is_some_and(|old| says_the_same(&value, old));
                if is_replaced {
                    self.keep_replaced(field);
                }
                self.set_origin(field, target.rank, key, words);
                self.record.set(field, value);
                None
            }
        }
    }

    /// Takes down where a field's value is from. The best is never replaced.
    #[inline]
    fn set_origin(&mut self, field: Field, rank: u8, key: &'k Key, words: &'a [u8]) {
        self.ranks[field as usize] = rank;
        if rank > 0 {
            let origin = Origin { field, key, words };
            match self.origins.iter_mut().find(|origin| origin.field == field) {
                Some(known) => *known = origin,
                None => self.origins.push(origin),
            }
        }
    }

    /// A value that says something else than a better one stays as an attribute.
    fn keep_replaced(&mut self, field: Field) {
        let Some(Origin { key, words, .. }) = self.origins.iter().find(|origin| origin.field == field) else { return };
        let Some(old) = self.record.get(field) else { return };
        let words = match old {
            Value::Text(text) if self.ranks[field as usize] != PARSED_RANK => text.clone(),
            _ => Cow::Borrowed(words.as_bstr()),
        };
        self.record.attributes.push((Cow::Owned(key.path.clone()), words));
    }

    /// Takes the parts of a value; gives it back whole when it is not of that form, or when a
    /// better source says otherwise.
    fn put_parts(&mut self, parser: Parser, key: &'k Key, scalar: Scalar<'a>, words: &'a [u8]) -> Option<Scalar<'a>> {
        let Scalar::Text(text) = scalar else { return Some(scalar) };
        let Some(parts) = take_apart(parser, &text) else { return Some(Scalar::Text(text)) };
        let part = |range: Range<usize>| match &text {
            Cow::Borrowed(text) => Cow::Borrowed(text[range].as_bstr()),
            Cow::Owned(text) => Cow::<BStr>::Owned(text[range].into()),
        };
        let mut is_contradicted = false;
        for (field, range) in parts.fields.into_iter().flatten() {
            if self.ranks[field as usize] >= PARSED_RANK {
                self.set_origin(field, PARSED_RANK, key, words);
                self.record.set_text(field, part(range));
            } else {
                is_contradicted |= self.record.text(field).is_none_or(|better| **better != text[range]);
            }
        }
        if is_contradicted {
            return Some(Scalar::Text(text));
        }
        if let Some((name, range)) = parts.attribute {
            self.record.attributes.push((Cow::Borrowed(name), part(range)));
        }
        None
    }

    /// Takes what no field takes.
    #[inline]
    pub fn attribute(&mut self, name: impl FnOnce() -> Cow<'a, str>, text: Cow<'a, [u8]>) {
        if is_missing(&text) || self.has_too_many() {
            return;
        }
        let text = match text {
            Cow::Borrowed(text) => Cow::Borrowed(text.as_bstr()),
            Cow::Owned(text) => Cow::Owned(text.into()),
        };
        self.push(name(), text);
    }

    fn push(&mut self, name: Cow<'a, str>, text: Cow<'a, BStr>) {
        if !self.has_too_many() {
            self.names += 1;
            self.name_bytes += name.len();
            self.record.attributes.push((name, text));
        }
    }

    /// Whether the row is a bad one already, and need not be read further.
    #[inline]
    pub fn has_too_many(&self) -> bool {
        self.names > MAX_ATTRIBUTES || self.name_bytes > MAX_NAME_BYTES
    }

    /// When all values are in: the rest is filled in. Without a time it is an error.
    pub fn finish(self, additions: &Additions, time_paths: &[String]) -> Result<(), ReadError> {
        let record = self.record;
        if record.attributes.len() > MAX_ATTRIBUTES {
            return Err(ReadError::new("the row has more than 10,000 keys"));
        }
        if self.name_bytes > MAX_NAME_BYTES {
            return Err(ReadError::new("the names of the row's keys are longer than 4 MiB together"));
        }
        if record.attributes.len() > 1 {
            keep_last(&mut record.attributes);
        }
        additions.apply(record);
        if record.time().is_none() {
            return Err(no_time(record, time_paths));
        }
        record.derive();
        Ok(())
    }
}

/// Of values under one name the last stays, as in every reader of JSON objects.
fn keep_last(attributes: &mut Vec<(Cow<'_, str>, Cow<'_, BStr>)>) {
    const FEW: usize = 24;
    let has_repeats = if attributes.len() <= FEW {
        (1..attributes.len()).any(|at| attributes[..at].iter().any(|(name, _)| *name == attributes[at].0))
    } else {
        let mut names: Vec<&str> = attributes.iter().map(|(name, _)| name.as_ref()).collect();
        names.sort_unstable();
        names.windows(2).any(|pair| pair[0] == pair[1])
    };
    if has_repeats {
        let mut seen = std::collections::HashSet::new();
        let mut kept: Vec<_> = attributes.drain(..).rev().filter(|(name, _)| seen.insert(name.clone())).collect();
        kept.reverse();
        *attributes = kept;
    }
}

/// Whether a second value for a field adds nothing: it is equal, or the same time told less exactly.
fn says_the_same(better: &Value<'_>, spare: &Value<'_>) -> bool {
    match (better, spare) {
        (Value::Time(better), Value::Time(spare)) => {
            let tick = 10_i64.pow(6 - u32::from(spare.digits.min(6)));
            *better == *spare
                || better.digits > spare.digits && better.at.0.div_euclid(tick) == spare.at.0.div_euclid(tick)
        }
        _ => better == spare,
    }
}

/// Why there is no time: what stands where it should be.
fn no_time(record: &Record<'_>, paths: &[String]) -> ReadError {
    let right = "write it like 2026-11-23T12:01:22Z";
    for path in paths {
        if let Some((_, text)) = record.attributes.iter().find(|(name, _)| name == path) {
            let shown = safe_text::visible(&text[..text.len().min(60)]);
            let zone = match crate::base::time_parse::parse_time(text, Some(chrono_tz::UTC)) {
                Some(Moment { .. }) => ": it names no zone; say which with “zone” in the source's settings".to_owned(),
                None => format!(": “{shown}” is no time; {right}"),
            };
            return ReadError::new(format!("{path}{zone}"));
        }
    }
    let names: Vec<&str> = paths.iter().take(4).map(String::as_str).collect();
    ReadError::new(match names.as_slice() {
        [] => format!("there is no {}; {right}", FIELDS[Field::Time as usize].name),
        [one] => format!("{one} is missing: every record needs its time; {right}"),
        _ => format!("the time is missing: none of {} is there; {right}", names.join(", ")),
    })
}
