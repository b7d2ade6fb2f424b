//! Records as lines for people.

use std::borrow::Cow;

use chrono_tz::Tz;

use crate::base::units;
use crate::model::field::Field;
use crate::model::record::StoredRecord;
use crate::model::value::Value;
use crate::model::view_spec::{ColumnContent, ColumnSpec, ViewSpec};

/// The columns of a table of records at a width, or those that were chosen.
pub fn columns(spec: &ViewSpec, width: Option<usize>, chosen: Option<&[ColumnContent]>) -> Vec<ColumnContent> {
    if let Some(contents) = chosen {
        contents.to_vec()
    } else {
        let width = width.map_or(u16::MAX, |cells| u16::try_from(cells).unwrap_or(u16::MAX));
        spec.columns_for(width).iter().map(|ColumnSpec { content, .. }| content.clone()).collect()
    }
}

/// The titles of columns, a `>` in front of those that stand at the right.
pub fn titles(spec: &ViewSpec, columns: &[ColumnContent]) -> Vec<String> {
    columns
        .iter()
        .map(|column| {
            let label = spec.title(column);
            match column.field().known() {
                Some(Field::Duration | Field::Delay | Field::UserId) => format!(">{label}"),
                _ => label,
            }
        })
        .collect()
}

/// What a record has in a column, not yet safe for a terminal.
pub fn cell(record: &StoredRecord, column: &ColumnContent, zone: Tz) -> Vec<u8> {
    let data = &record.record;
    match column {
        ColumnContent::Problem => data.failure_reason().map(|(_, reason)| reason.to_vec()).unwrap_or_default(),
        ColumnContent::StatusAndGateway => {
            let mut text = status(record);
            if let Some(code) = data.text(Field::GatewayCode) {
                text.push(b' ');
                text.extend_from_slice(code);
            }
            text
        }
        ColumnContent::Field(field) => match (field.known(), field.known().and_then(|known| data.get(known))) {
            (Some(Field::Status), _) => status(record),
            (_, Some(Value::Time(moment))) => {
                format!("{} {}", moment.at.date(zone), moment.at.clock_digits(zone, moment.digits)).into_bytes()
            }
            (_, Some(Value::Duration(nanos))) => units::duration(*nanos).into_bytes(),
            _ => record.bytes(field).map(Cow::into_owned).unwrap_or_default(),
        },
    }
}

fn status(record: &StoredRecord) -> Vec<u8> {
    match record.record.status() {
        Some(status) => status.to_string().into_bytes(),
        None => b"none".to_vec(),
    }
}
