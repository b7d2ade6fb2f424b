//! A request in full, and in a few lines below the table.

use ratatui::buffer::Buffer;

use crate::app::detail::Detail;
use crate::app::layout::Area;
use crate::app::state::State;
use crate::app::wrap::{FACT_LABEL, field_label};
use crate::export::detail::{DetailLine, LineKind};
use crate::model::value::Outcome;

use super::line::{Cut, Line};
use super::theme::{Role, Theme};

/// Draws a request over an area.
pub fn draw(state: &State, detail: &Detail, theme: Theme, buffer: &mut Buffer, area: Area) {
    let lines = state.detail_lines(detail);
    let width = usize::from(area.width);
    let label = field_label(&lines, width);
    for (row, (place, line)) in lines.iter().enumerate().skip(detail.scroll).take(usize::from(area.height)).enumerate()
    {
        let is_current = place == detail.cursor;
        let mut drawn = detail_line(line, theme, width, label, is_current);
        if is_current {
            drawn.pad_to(width);
            drawn.restyle(theme.selected());
        }
        drawn.draw(buffer, area, row as u16);
    }
}

/// Draws the request under the cursor below the table.
pub fn draw_preview(state: &State, theme: Theme, buffer: &mut Buffer, area: Area) {
    let Some(record) = state.table.current() else { return };
    if area.height == 0 {
        return;
    }
    let width = usize::from(area.width);
    let mut rule = Line::new(theme);
    rule.own("─ ", Role::Rule).foreign(&record.id_text(), Role::Dim, width / 2, Cut::Middle).own(" ", Role::Rule);
    let keys = "Enter full · J K next, previous there ";
    rule.fill_to(width.saturating_sub(keys.len() + 1), '─', Role::Rule).own(" ", Role::Rule).own(keys, Role::Dim);
    rule.draw(buffer, area, 0);
    let lines = state.record_lines(record);
    let head = lines.iter().skip(1).take_while(|line| line.kind != LineKind::Heading);
    let shown = head.filter(|line| line.kind != LineKind::Blank);
    for (row, line) in shown.take(usize::from(area.height) - 1).enumerate() {
        detail_line(line, theme, width, 0, false).draw(buffer, area, row as u16 + 1);
    }
}

fn detail_line(detail: &DetailLine, theme: Theme, width: usize, label: usize, is_current: bool) -> Line {
    let mut line = Line::new(theme);
    line.own(if is_current { "▌" } else { " " }, Role::Accent);
    let room = |line: &Line| width.saturating_sub(line.width() + 1);
    match detail.kind {
        LineKind::Blank => {}
        LineKind::Id => {
            line.foreign(detail.label.as_bytes(), Role::Dim, 20, Cut::End).own(" ", Role::Text);
            let room = room(&line);
            line.foreign(&detail.value, Role::Strong, room, Cut::Middle);
        }
        LineKind::Status(outcome) => {
            let (mark, role) = match outcome {
                Outcome::Success => ("✓ ", Role::Good),
                Outcome::Failure => ("✗ ", Role::Bad),
            };
            line.own(mark, role);
            let room = room(&line);
            line.foreign(&detail.value, role, room, Cut::End);
        }
        LineKind::Problem => {
            let room = room(&line);
            line.foreign(&detail.value, Role::Strong, room, Cut::End);
        }
        LineKind::Note => {
            let room = room(&line);
            line.foreign(&detail.value, Role::Warn, room, Cut::End);
        }
        LineKind::Fact => {
            line.foreign(detail.label.as_bytes(), Role::Dim, FACT_LABEL, Cut::End).pad_to(FACT_LABEL + 1);
            let room = room(&line);
            line.foreign(&detail.value, Role::Text, room, Cut::End);
        }
        LineKind::Heading => {
            line.foreign(detail.label.as_bytes(), Role::Title, width, Cut::End).own(" ", Role::Text);
            line.fill_to(width.saturating_sub(1), '─', Role::Rule);
        }
        LineKind::Field => {
            line.own("  ", Role::Text)
                .foreign(detail.label.as_bytes(), Role::Dim, label, Cut::Middle)
                .pad_to(label + 4);
            let room = room(&line);
            line.foreign(&detail.value, Role::Text, room, Cut::End);
        }
        LineKind::Raw => {
            line.own("│ ", Role::Rule);
            let room = room(&line);
            line.foreign(&detail.value, Role::Text, room, Cut::End);
        }
    }
    line
}
