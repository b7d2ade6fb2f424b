//! Where names, counts and shares stand on the lines of the panes.

use std::collections::HashMap;
use std::ops::Range;

use chrono_tz::Tz;

use crate::app::panes::PaneLine;
use crate::base::safe_text;
use crate::base::time_parse::parse_time;
use crate::base::units;
use crate::model::field::{Field, FieldRef, Kind};
use crate::model::span_range::SpanRange;
use crate::model::status;

use super::labels;
use super::line::Cut;
use super::theme::Theme;

/// Cells of the share behind the count, where there is one.
pub(super) const SHARE: usize = 7;

/// Where things stand on a line of the panes.
#[derive(Clone, Copy)]
pub(super) struct Columns {
    /// Cells of a whole line.
    pub(super) width: usize,
    /// Cells of the shares; none while nothing narrows the view.
    pub(super) share: usize,
}

/// Whether only a part of the value's own traffic is in the view.
pub(super) fn has_share(line: &PaneLine<'_>) -> bool {
    match line {
        PaneLine::Class { count, total, .. } => count < total,
        PaneLine::Value { value, .. } => value.count < value.total,
        _ => false,
    }
}

/// Where things stand on each of the lines that are seen: a pane without shares has their cells for its names.
pub(super) fn columns_of(lines: &[PaneLine<'_>], seen: Range<usize>, columns: Columns) -> Vec<Columns> {
    let mut of_lines = Vec::with_capacity(seen.len());
    let mut first = 0;
    for pane in lines.chunk_by(|one, other| one.pane() == other.pane()) {
        let own = first..first + pane.len();
        first = own.end;
        let shown = own.start.max(seen.start)..own.end.min(seen.end);
        if !shown.is_empty() {
            let keeps = pane.iter().any(has_share) || !pane.iter().any(has_count);
            let own = if keeps { columns } else { Columns { share: 0, ..columns } };
            of_lines.extend(shown.map(|_| own));
        }
    }
    of_lines
}

/// Whether a line says how many requests have a value.
fn has_count(line: &PaneLine<'_>) -> bool {
    matches!(line, PaneLine::Class { .. } | PaneLine::Value { .. })
}

/// The names of values that have no room, each cut so that it can be told from those beside it, and so that what was
/// looked for in its pane is seen.
pub(super) fn names_apart(
    lines: &[PaneLine<'_>],
    theme: Theme,
    columns: &[Columns],
    matching: &HashMap<FieldRef, String>,
) -> Vec<Option<String>> {
    let mut told = vec![None; lines.len()];
    let mut first = 0;
    for pane in lines.chunk_by(|one, other| one.pane() == other.pane()) {
        let text = pane.iter().find_map(|line| match line {
            PaneLine::Value { field, .. } => matching.get(*field),
            _ => None,
        });
        let values = pane.iter().enumerate().filter_map(|(place, line)| match line {
            PaneLine::Value { field, value, .. } if cut_of(field) == Cut::Middle || text.is_some() => {
                let name = String::from_utf8(value_words(field, value.value.as_deref(), Tz::UTC)).ok()?;
                // What has to be made visible first is drawn as what it is.
                let is_plain = field.kind() != Kind::Time && safe_text::visible_str(&name) == name;
                let room = room_of(columns[first + place], INDENT, &units::count(value.count));
                is_plain.then_some((first + place, name, room))
            }
            _ => None,
        });
        let values: Vec<(usize, String, usize)> = values.collect();
        let names: Vec<String> = values.iter().map(|(_, name, _)| name.clone()).collect();
        let room = values.iter().map(|(.., room)| *room).min().unwrap_or(0);
        if names.iter().any(|name| safe_text::width(name) > room) {
            let labels = match text {
                Some(text) => labels::apart_with(&names, text, room, theme.mark()),
                None => labels::apart(&names, room, theme.mark()),
            };
            for ((place, name, room), label) in values.into_iter().zip(labels) {
                told[place] = (safe_text::width(&name) > room).then_some(label);
            }
        }
        first += pane.len();
    }
    told
}

/// Cells before a value's name.
pub(super) const INDENT: usize = 4;

/// The cells that a value's name has.
pub(super) fn room_of(columns: Columns, before: usize, number: &str) -> usize {
    columns.width.saturating_sub(before + number.len() + columns.share)
}

/// What kind of failure it is stands at the beginning; names and paths differ at their ends.
pub(super) fn cut_of(field: &FieldRef) -> Cut {
    match field.known() {
        Some(Field::Failure | Field::Status | Field::StatusDetails | Field::ErrorMessage | Field::ErrorType) => {
            Cut::End
        }
        _ => Cut::Middle,
    }
}

/// A value as a person reads it: a status with its words, a time on the clock of the zone.
pub(super) fn value_words(field: &FieldRef, value: Option<&[u8]>, zone: Tz) -> Vec<u8> {
    let Some(bytes) = value else {
        return if *field == FieldRef::Known(Field::Status) { b"no response".to_vec() } else { "(none)".into() };
    };
    if *field == FieldRef::Known(Field::Status)
        && let Some(reason) =
            std::str::from_utf8(bytes).ok().and_then(|text| text.parse().ok()).and_then(status::reason)
    {
        return [bytes, b" ", reason.as_bytes()].concat();
    }
    if field.kind() == Kind::Time
        && let Some(moment) = parse_time(bytes, None)
    {
        return moment.at.in_zone(zone).format("%Y-%m-%d %H:%M:%S%.f").to_string().into_bytes();
    }
    match SpanRange::read(bytes).filter(|_| field.kind() == Kind::Duration) {
        Some(range) => range.words().into_bytes(),
        None => bytes.to_vec(),
    }
}
