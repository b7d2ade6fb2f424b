//! What is written behind options, read: orders, fields, columns, spans, numbers, zones, units.

use chrono_tz::Tz;

use crate::base::units;
use crate::engine::question::Sort;
use crate::model::envelope::SpanUnit;
use crate::model::field::{FIELDS, FieldRef};
use crate::model::view_spec::ColumnContent;
use crate::model::zone;

use super::error::UserError;

/// Reads `FIELD`, `FIELD:asc` or `FIELD:desc`.
pub fn read_sort(text: Option<&str>) -> Result<Sort, UserError> {
    let Some(text) = text else { return Ok(Sort::default()) };
    let (name, descending) = match text.rsplit_once(':') {
        Some((name, "asc")) => (name, false),
        Some((name, "desc")) => (name, true),
        Some((_, other)) => {
            return Err(UserError::usage(format!("“{other}” is no direction")).with_hint("write :asc or :desc"));
        }
        // Elsewhere a minus is the way down.
        None => (text.strip_prefix('-').unwrap_or(text), true),
    };
    Ok(Sort { field: read_field(name)?, descending })
}

/// Reads a field's name, which may stand in quotes as in a query; the error names the nearest.
pub fn read_field(name: &str) -> Result<FieldRef, UserError> {
    let plain = name.strip_prefix('"').and_then(|name| name.strip_suffix('"')).unwrap_or(name);
    FieldRef::find(plain).ok_or_else(|| {
        let error = UserError::usage(format!("there is no field “{name}”"));
        error.with_nearest(
            name,
            FIELDS.iter().map(|spec| spec.name),
            "reqscope help fields lists them; attributes.NAME is what a source sent beyond",
        )
    })
}

/// Reads names of columns with commas between them: fields, and what the table shows of several in
/// one. The error names the nearest.
pub fn read_columns(names: &str) -> Result<Vec<ColumnContent>, UserError> {
    let read = |name: &str| {
        ColumnContent::find(name).ok_or_else(|| {
            let error = UserError::usage(format!("there is no column “{name}”"));
            let shared = ColumnContent::SHARED.iter().map(|(name, _)| *name);
            let names = FIELDS.iter().map(|spec| spec.name).chain(shared);
            error.with_nearest(name, names, "any field of reqscope help fields, problem, status+gateway")
        })
    };
    names.split(',').map(|name| read(name.trim())).collect()
}

/// Reads a span of time with its unit, in microseconds; the error gives examples.
pub fn read_span(text: &str, examples: &str) -> Result<u64, UserError> {
    units::parse_span(text).map(|nanos| nanos / 1_000).ok_or_else(|| {
        UserError::usage(format!("“{text}” is no span of time")).with_hint(format!("write for example {examples}"))
    })
}

/// Reads how far back something goes: a span that is not nothing.
pub fn read_depth(text: &str, examples: &str) -> Result<i64, UserError> {
    let micros = i64::try_from(read_span(text, examples)?).ok().filter(|micros| *micros > 0);
    micros.ok_or_else(|| UserError::usage(format!("“{text}” is too short or too long")))
}

/// Reads a number of things; `None` is `all`.
pub fn read_limit(text: &str) -> Result<Option<u64>, UserError> {
    match text {
        "all" => Ok(None),
        _ => {
            text.replace('_', "").parse().map(Some).map_err(|_| {
                UserError::usage(format!("“{text}” is no number")).with_hint("write a whole number, or all")
            })
        }
    }
}

/// Reads a zone's name.
pub fn read_zone(name: &str) -> Result<Tz, UserError> {
    zone::read_zone(name).map_err(|error| UserError::typed_time("the time zone", name, error))
}

/// Reads a unit of spans of time.
pub fn read_unit(name: &str) -> Result<SpanUnit, UserError> {
    match name {
        "s" => Ok(SpanUnit::Seconds),
        "ms" => Ok(SpanUnit::Millis),
        "us" => Ok(SpanUnit::Micros),
        "ns" => Ok(SpanUnit::Nanos),
        _ => Err(UserError::usage(format!("“{name}” is no unit")).with_hint("write s, ms, us or ns")),
    }
}
