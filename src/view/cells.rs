//! What a record puts into a column of the table.

use chrono_tz::Tz;

use crate::base::units;
use crate::model::field::{Field, FieldRef, Kind};
use crate::model::record::StoredRecord;
use crate::model::value::{Outcome, Value};
use crate::model::view_spec::{ColumnContent, ColumnSpec, ColumnWidth};

use super::line::{Cut, Line};
use super::theme::{Role, Theme};

/// Whether a column's values stand at its right edge.
pub fn is_right_aligned(content: &ColumnContent) -> bool {
    matches!(content.field().kind(), Kind::Duration | Kind::Integer)
}

/// How times are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeForm {
    /// Decimals of a second, as many as the rows at hand have.
    pub digits: u8,
    /// Whether the day stands in each row, because rows of several days are mixed.
    pub has_date: bool,
}

/// Cells of `Nov 18 `.
const DATE: u16 = 7;

/// The width that values of a column need.
pub fn natural_width(content: &ColumnContent, time: TimeForm) -> u16 {
    match content {
        ColumnContent::Problem => 40,
        ColumnContent::StatusAndGateway => 11,
        ColumnContent::Field(field) => match field.known() {
            Some(Field::Time) => {
                let clock = if time.digits > 0 { 12 } else { 8 };
                if time.has_date { DATE + clock } else { clock }
            }
            Some(Field::Status | Field::Method) => 6,
            Some(Field::Ip) => 15,
            Some(Field::Key) => 9,
            Some(Field::Path | Field::UserAgent | Field::ErrorMessage | Field::StatusDetails) => 28,
            Some(Field::GatewayCode) => 12,
            // Of an id the beginning is enough to compare it by eye.
            Some(Field::RequestId | Field::Interface) => 10,
            _ => match field.kind() {
                Kind::Duration => 8,
                Kind::Boolean => 5,
                Kind::Integer => 9,
                _ => 14,
            },
        },
    }
}

/// Cells between two columns of a table of a width.
pub fn gap(total: u16) -> u16 {
    if total < 100 { 1 } else { 2 }
}

/// What a flexible column has before an id is shown whole.
const ENOUGH: u16 = 48;

/// The widths of columns in a table of a width: what is left goes to the flexible one, and columns
/// that do not fit any more go from the right.
pub fn widths(columns: &[ColumnSpec], total: u16, time: TimeForm) -> Vec<u16> {
    // The mark of the row under the cursor, and a space behind each column.
    let mut room = i32::from(total) - 2;
    let mut widths: Vec<u16> = columns
        .iter()
        .map(|column| match column.width {
            ColumnWidth::Natural => natural_width(&column.content, time),
            ColumnWidth::Cells(cells) => cells,
            ColumnWidth::Flex(least) => least,
        })
        .collect();
    let gap = i32::from(gap(total));
    let mut shown = 0;
    for width in &widths {
        room -= i32::from(*width) + i32::from(shown > 0) * gap;
        if room < 0 && shown > 0 {
            room += i32::from(*width) + gap;
            break;
        }
        shown += 1;
    }
    widths.truncate(shown);
    let flexible = columns[..shown].iter().position(|column| matches!(column.width, ColumnWidth::Flex(_)));
    // Without a flexible column among those that fit, the last one takes the rest.
    if let Some(place) = flexible.or(shown.checked_sub(1)) {
        widths[place] = widths[place].saturating_add(u16::try_from(room.max(0)).unwrap_or(0));
        let id = columns[..shown].iter().position(|column| {
            column.width == ColumnWidth::Natural && column.content.field() == FieldRef::Known(Field::RequestId)
        });
        if let Some(id) = id.filter(|id| *id != place) {
            let more = WHOLE_ID.saturating_sub(widths[id]);
            if widths[place] >= ENOUGH + more {
                widths[place] -= more;
                widths[id] += more;
            }
        }
    }
    widths
}

/// Cells of a whole id: 32 hex digits.
const WHOLE_ID: u16 = 32;

/// A cell: a record's value in a column, in so many cells.
pub fn cell(record: &StoredRecord, column: &ColumnSpec, width: usize, context: &CellContext<'_>) -> Line {
    let mut line = Line::new(context.theme);
    match &column.content {
        ColumnContent::Problem => problem(&mut line, record, width, context),
        ColumnContent::StatusAndGateway => {
            status(&mut line, record);
            if let Some(code) = record.record.text(Field::GatewayCode) {
                line.own(" ", Role::Text);
                let room = width.saturating_sub(line.width());
                line.foreign(code, Role::Warn, room, Cut::End);
            }
        }
        ColumnContent::Field(field) => match field.known() {
            Some(Field::Status) => {
                status(&mut line, record);
            }
            Some(Field::Time) => time(&mut line, record, context),
            _ => value(&mut line, record, field, width, context.theme),
        },
    }
    line
}

/// What cells are told besides the record.
pub struct CellContext<'a> {
    /// What things look like.
    pub theme: Theme,
    /// The zone of times.
    pub zone: Tz,
    /// How times are written.
    pub time: TimeForm,
    /// The columns.
    pub columns: &'a [ColumnSpec],
    /// Fields that have a column of their own.
    pub shown: &'a [FieldRef],
    /// Cells between two columns.
    pub gap: u16,
}

fn status(line: &mut Line, record: &StoredRecord) {
    let (mark, role) = match record.record.outcome() {
        Outcome::Success => ("✓", Role::Good),
        Outcome::Failure => ("✗", Role::Bad),
    };
    line.own(mark, role);
    match record.record.status() {
        Some(status) => line.own(&format!(" {status}"), role),
        None => line.own(" none", role),
    };
}

fn time(line: &mut Line, record: &StoredRecord, context: &CellContext<'_>) {
    if let Some(Value::Time(moment)) = record.record.get(Field::Time) {
        if context.time.has_date {
            let date = moment.at.in_zone(context.zone).format("%b %-d").to_string();
            line.own(&format!("{date:<6} "), Role::Dim);
        }
        line.own(&moment.at.clock_digits(context.zone, moment.digits.min(context.time.digits)), Role::Text);
    }
}

fn value(line: &mut Line, record: &StoredRecord, field: &FieldRef, width: usize, theme: Theme) {
    let known = field.known().and_then(|field| record.record.get(field));
    match known {
        Some(Value::Duration(nanos)) => {
            let text = units::duration(*nanos);
            let mut own = Line::new(theme);
            own.own(&text, Role::Text);
            line.pad_to(width.saturating_sub(own.width())).append(own);
        }
        Some(Value::Integer(number)) => {
            let text = number.to_string();
            line.pad_to(width.saturating_sub(text.len())).own(&text, Role::Text);
        }
        _ => {
            if let Some(bytes) = record.bytes(field) {
                let role = if matches!(field.known(), Some(Field::RequestId | Field::Ip | Field::Key)) {
                    Role::Dim
                } else {
                    Role::Text
                };
                // The beginning of an id is what is compared by eye.
                let is_id = matches!(field.kind(), Kind::Id);
                let cut = match field.kind() {
                    Kind::Text if field.known() != Some(Field::Path) => Cut::End,
                    _ => Cut::Middle,
                };
                if is_id && bytes.len() > width {
                    line.foreign(&bytes[..width.min(bytes.len())], role, width, Cut::End);
                } else {
                    line.foreign(&bytes, role, width, cut);
                }
            }
        }
    }
}

/// Why it failed; what succeeded shows what it was about instead.
fn problem(line: &mut Line, record: &StoredRecord, width: usize, context: &CellContext<'_>) {
    let data = &record.record;
    let reason =
        [Field::StatusDetails, Field::ErrorMessage, Field::ErrorType].iter().find_map(|field| data.text(*field));
    if let (Outcome::Failure, Some(reason)) = (data.outcome(), reason) {
        line.foreign(reason, Role::Text, width, Cut::End);
    } else {
        let instead = [Field::Path, Field::UserAgent, Field::Collection, Field::Job]
            .iter()
            .filter(|field| !context.shown.contains(&(**field).into()))
            .find_map(|field| data.text(*field));
        if let Some(instead) = instead {
            line.foreign(instead, Role::Dim, width, Cut::Middle);
        }
    }
}
