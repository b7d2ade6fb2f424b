//! What a record puts into a column of the table.

use chrono_tz::Tz;

use crate::app::columns;
use crate::app::grid::TimeForm;
use crate::base::units;
use crate::model::field::{Field, FieldRef, Kind};
use crate::model::record::StoredRecord;
use crate::model::value::{Outcome, Value};
use crate::model::view_spec::ColumnContent;

use super::line::{Cut, Line};
use super::theme::{Role, Theme};

/// A cell: a record's value in a column, in at most so many cells.
pub fn cell(record: &StoredRecord, content: &ColumnContent, width: usize, context: &CellContext<'_>) -> Line {
    let mut line = Line::new(context.theme);
    match content {
        ColumnContent::Problem => problem(&mut line, record, width, context),
        ColumnContent::StatusAndGateway => {
            let code = record.record.text(Field::GatewayCode);
            // Where there is no room for a code, its mark stands behind the status.
            status(&mut line, record, width.saturating_sub(usize::from(code.is_some())));
            if let Some(code) = code {
                line.own(" ", Role::Text);
                let room = width.saturating_sub(line.width()).max(1);
                line.foreign(code, Role::Warn, room, Cut::End);
            }
        }
        ColumnContent::Field(field) => match field.known() {
            Some(Field::Status) => {
                status(&mut line, record, width);
            }
            Some(Field::Time) => time(&mut line, record, context),
            _ => value(&mut line, record, field, width, context.theme),
        },
    }
    // What a narrowed column has no room for never runs into the next one.
    line.cut_to(width);
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
    /// Fields that have a column of their own.
    pub beside: &'a [FieldRef],
    /// Whether titles stand above the rows.
    pub has_titles: bool,
}

/// The status and its mark, beside each other where there is little room.
fn status(line: &mut Line, record: &StoredRecord, room: usize) {
    let (mark, role) = match record.record.outcome() {
        Outcome::Success => ("✓", Role::Good),
        Outcome::Failure => ("✗", Role::Bad),
    };
    let status = record.record.status().map_or_else(|| "none".into(), |status| status.to_string());
    line.own(mark, role);
    if line.width() + 1 + status.len() <= room {
        line.own(" ", role);
    }
    line.own(&status, role);
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
            if own.width() > width {
                // A unit without its space is better than none.
                own = Line::new(theme);
                own.own(&text.replace(' ', ""), Role::Text);
            }
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
    let shown = columns::shown(record, &ColumnContent::Problem, context.beside);
    let Some(value) = shown.value else { return };
    let (role, cut) = if shown.is_instead { (Role::Dim, Cut::Middle) } else { (Role::Text, Cut::End) };
    line.foreign(&value, role, width, cut);
}
