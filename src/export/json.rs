//! Records and answers as JSON. The shapes are stable; further keys may be added.

use serde_json::{Map, Value as Json, json};

use crate::base::units::NANOS_PER_MS;
use crate::model::answer::{Facet, Percentiles, Summary};
use crate::model::bars::Bars;
use crate::model::field::{Field, FieldRef, Kind};
use crate::model::record::StoredRecord;
use crate::model::value::Value;
use crate::model::view_spec::ColumnContent;

/// A record with all fields that it has, by the names of the field table. What is missing is left
/// out. Text that is not UTF-8 is written with replacement characters.
pub fn record(record: &StoredRecord) -> Json {
    let mut object = Map::new();
    for field in Field::all() {
        if field == Field::Failure {
            continue;
        }
        let value = match field {
            Field::Key => Json::from(record.handle.to_string()),
            Field::Source => Json::from(record.origin.source.clone()),
            _ => match record.record.get(field) {
                Some(value) => value_json(value),
                None => continue,
            },
        };
        object.insert(field.name().into(), value);
    }
    if !record.record.attributes.is_empty() {
        object.insert("attributes".into(), Json::Object(attributes(record)));
    }
    Json::Object(object)
}

/// A record with chosen columns, missing values as null.
pub fn record_columns(record: &StoredRecord, contents: &[ColumnContent]) -> Json {
    let of_field = |field: FieldRef| {
        let value = match field.known().and_then(|known| record.record.get(known)) {
            Some(value) => value_json(value),
            None => record.bytes(&field).map_or(Json::Null, |bytes| text(&bytes)),
        };
        (field.name().into_owned(), value)
    };
    let columns = contents.iter().flat_map(|content| match content {
        ColumnContent::Field(field) => vec![of_field(field.clone())],
        ColumnContent::StatusAndGateway => vec![of_field(Field::Status.into()), of_field(Field::GatewayCode.into())],
        ColumnContent::Problem => {
            let reason = record.record.failure_reason().map_or(Json::Null, |(_, reason)| text(reason));
            vec![(content.name(), reason)]
        }
    });
    Json::Object(columns.collect())
}

/// What the source sent besides, nested as it was.
pub fn attributes(record: &StoredRecord) -> Map<String, Json> {
    let mut object = Map::new();
    for (path, value) in &record.record.attributes {
        insert(&mut object, path, text(value));
    }
    object
}

fn insert(object: &mut Map<String, Json>, path: &str, value: Json) {
    match path.split_once('.') {
        Some((head, rest)) if !head.is_empty() && !rest.is_empty() => {
            let inner = object.entry(head).or_insert_with(|| Json::Object(Map::new()));
            match inner {
                Json::Object(inner) => insert(inner, rest, value),
                // A value stands where a branch would grow: the path stays whole beside it.
                _ => {
                    object.insert(path.into(), value);
                }
            }
        }
        _ => {
            object.insert(path.into(), value);
        }
    }
}

fn text(bytes: &[u8]) -> Json {
    Json::from(String::from_utf8_lossy(bytes).into_owned())
}

/// A field's value: spans in milliseconds, times in RFC 3339.
pub fn value_json(value: &Value<'_>) -> Json {
    match value {
        Value::Integer(number) => Json::from(*number),
        Value::Duration(nanos) => millis(*nanos),
        Value::Boolean(flag) => Json::from(*flag),
        Value::Time(_) | Value::Outcome(_) | Value::Text(_) => text(&value.bytes()),
    }
}

fn millis(nanos: u64) -> Json {
    if nanos.is_multiple_of(NANOS_PER_MS) { Json::from(nanos / NANOS_PER_MS) } else { Json::from(nanos as f64 / 1e6) }
}

/// A value that was counted, in the type of its field.
pub fn facet_value(field: &FieldRef, value: Option<&[u8]>) -> Json {
    let Some(bytes) = value else { return Json::Null };
    let parsed = std::str::from_utf8(bytes).ok();
    match field.kind() {
        Kind::Status | Kind::Integer => {
            parsed.and_then(|t| t.parse::<i64>().ok()).map_or_else(|| text(bytes), Json::from)
        }
        Kind::Boolean => parsed.and_then(|t| t.parse::<bool>().ok()).map_or_else(|| text(bytes), Json::from),
        _ => text(bytes),
    }
}

/// Facets by field.
pub fn facets(facets: &[Facet]) -> Json {
    let mut object = Map::new();
    for facet in facets {
        let values: Vec<Json> = facet
            .in_order()
            .into_iter()
            .map(|value| {
                let name = facet_value(&facet.field, value.value.as_deref());
                json!({"value": name, "count": value.count, "of": value.total})
            })
            .collect();
        object.insert(
            facet.field.name().into_owned(),
            json!({"values": values, "other": facet.other_count, "other_values": facet.other_values}),
        );
    }
    Json::Object(object)
}

/// Counts over time. Where the period goes on with the clock the last bucket has no end.
pub fn timeline(bars: &Bars, is_open: bool) -> Json {
    let buckets: Vec<Json> = bars
        .buckets
        .iter()
        .enumerate()
        .map(|(bar, bucket)| {
            let range = bars.range(bar);
            let has_end = !is_open || bar + 1 < bars.len();
            json!({
                "start": range.from.rfc3339(0), "end": has_end.then(|| range.until.rfc3339(0)),
                "success": bucket.success, "failure": bucket.failure,
            })
        })
        .collect();
    json!({ "buckets": buckets })
}

/// The figures.
pub fn summary(summary: &Summary) -> Json {
    let percentiles = |p: &Percentiles| {
        let ms = |value: Option<u64>| value.map_or(Json::Null, millis);
        json!({"known": p.known, "p50": ms(p.p50), "p90": ms(p.p90), "p95": ms(p.p95), "p99": ms(p.p99)})
    };
    json!({
        "count": summary.count, "failed": summary.failed, "of": summary.of,
        "duration": percentiles(&summary.duration), "delay": percentiles(&summary.delay),
        "first": summary.first.map(|at| at.rfc3339(6)), "last": summary.last.map(|at| at.rfc3339(6)),
    })
}
