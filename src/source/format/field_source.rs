//! Where a field's value comes from, as a description says it.

use std::fmt;

use serde::de::{self, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::model::envelope::SpanUnit;

/// The unit that a bare number of a span is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// The vendor says it.
    Known(SpanUnit),
    /// Nobody says it: the user decides, else milliseconds are assumed, and said to be.
    Unknown,
}

impl<'de> Deserialize<'de> for Unit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        Ok(match word.as_str() {
            "s" => Self::Known(SpanUnit::Seconds),
            "ms" => Self::Known(SpanUnit::Millis),
            "us" => Self::Known(SpanUnit::Micros),
            "ns" => Self::Known(SpanUnit::Nanos),
            "unknown" => Self::Unknown,
            _ => return Err(de::Error::custom(format!("“{word}” is no unit; there are s, ms, us, ns and unknown"))),
        })
    }
}

/// A place that a field may come from: a key, or `{ path, unit }`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldSource {
    /// The key, parts joined by dots.
    pub path: String,
    /// The unit of a span.
    pub unit: Option<Unit>,
}

/// The places that a field may come from, best first: one, or a list of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldSources(pub Vec<FieldSource>);

/// Reads one place from the table that it is written as.
fn source_of_table<'de, A: MapAccess<'de>>(mut table: A) -> Result<FieldSource, A::Error> {
    let (mut path, mut unit) = (None, None);
    while let Some(key) = table.next_key::<String>()? {
        match key.as_str() {
            "path" => path = Some(table.next_value()?),
            "unit" => unit = Some(table.next_value()?),
            _ => return Err(de::Error::unknown_field(&key, &["path", "unit"])),
        }
    }
    Ok(FieldSource { path: path.ok_or_else(|| de::Error::missing_field("path"))?, unit })
}

impl<'de> Deserialize<'de> for FieldSource {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct One;
        impl<'de> Visitor<'de> for One {
            type Value = FieldSource;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key or { path = …, unit = … }")
            }

            fn visit_str<E: de::Error>(self, path: &str) -> Result<FieldSource, E> {
                Ok(FieldSource { path: path.to_owned(), unit: None })
            }

            fn visit_map<A: MapAccess<'de>>(self, table: A) -> Result<FieldSource, A::Error> {
                source_of_table(table)
            }
        }
        deserializer.deserialize_any(One)
    }
}

impl<'de> Deserialize<'de> for FieldSources {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Sources;
        impl<'de> Visitor<'de> for Sources {
            type Value = FieldSources;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key, { path = …, unit = … }, or a list of such")
            }

            fn visit_str<E: de::Error>(self, path: &str) -> Result<FieldSources, E> {
                Ok(FieldSources(vec![FieldSource { path: path.to_owned(), unit: None }]))
            }

            fn visit_map<A: MapAccess<'de>>(self, table: A) -> Result<FieldSources, A::Error> {
                source_of_table(table).map(|source| FieldSources(vec![source]))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<FieldSources, A::Error> {
                let mut sources = Vec::new();
                while let Some(source) = list.next_element()? {
                    sources.push(source);
                }
                Ok(FieldSources(sources))
            }
        }
        deserializer.deserialize_any(Sources)
    }
}
