//! The list of columns, below the rows that show what comes of it.

use ratatui::buffer::Buffer;

use crate::app::column_list::{ColumnItem, ColumnList};
use crate::app::layout::Area;
use crate::app::state::State;
use crate::base::units;
use crate::model::view_spec::ColumnWidth;

use super::line::{Cut, Line};
use super::lists::clear;
use super::theme::{Role, Theme};

/// Draws the list; gives the cell of the text cursor while it is narrowed down.
pub fn draw(state: &State, list: &ColumnList, theme: Theme, buffer: &mut Buffer, area: Area) -> Option<(u16, u16)> {
    clear(buffer, area);
    let width = usize::from(area.width);
    let mut head = Line::new(theme);
    head.own("─ Columns ", Role::Title);
    let typed = head.width() + 3 + list.narrow.visual_cursor();
    if list.is_typing || !list.narrow.value().is_empty() {
        head.own(" / ", Role::Accent).foreign(list.narrow.value().as_bytes(), Role::Strong, width / 3, Cut::End);
    } else if !state.table.columns.changes.is_empty() {
        head.own("your changes, at every width ", Role::Text);
    } else {
        head.own("the source's own for this width ", Role::Dim);
    }
    if let Some(more) = state.attributes.more_words() {
        head.own("· ", Role::Rule).own(&more, Role::Dim).own(" ", Role::Rule);
    }
    head.own(" ", Role::Rule).fill_to(width, '─', Role::Rule);
    head.draw(buffer, area, 0);
    let lines = list.lines();
    let height = usize::from(area.height).saturating_sub(1);
    let cursor = list.cursor.min(lines.len().saturating_sub(1));
    let scroll = (cursor + 1).saturating_sub(height);
    if lines.is_empty() {
        let mut line = Line::new(theme);
        line.own("  no column is called so", Role::Dim);
        line.draw(buffer, area, 1);
    }
    for (row, (at, place)) in lines.iter().enumerate().skip(scroll).take(height).enumerate() {
        let is_current = at == cursor;
        let mut line = item_line(state, list, &list.items[*place], theme, width, is_current);
        if is_current {
            line.pad_to(width);
            line.restyle(theme.selected());
        }
        line.draw(buffer, area, row as u16 + 1);
    }
    list.is_typing.then(|| (area.x + typed.min(width.saturating_sub(1)) as u16, area.y))
}

fn item_line(
    state: &State,
    list: &ColumnList,
    item: &ColumnItem,
    theme: Theme,
    width: usize,
    is_current: bool,
) -> Line {
    let content = &item.spec.content;
    let field = content.field();
    let count = list.presence.get(&field).copied();
    let is_empty = count == Some(0) && list.of > 0;
    let role = if is_empty && !item.is_shown { Role::Dim } else { Role::Text };
    let (name_width, path_width, narrow) = match width {
        90.. => (24, 24, false),
        76.. => (24, 19, false),
        _ => (12, 0, true),
    };
    let mut line = Line::new(theme);
    line.own(if is_current { "▌ " } else { "  " }, Role::Accent);
    line.own(if item.is_shown { "☑ " } else { "☐ " }, if item.is_shown { Role::Accent } else { Role::Dim });
    line.foreign(item.title.as_bytes(), role, name_width - 1, Cut::of_label(&item.title)).pad_to(name_width + 6);
    if !narrow {
        line.foreign(content.name().as_bytes(), Role::Dim, path_width - 1, Cut::Middle)
            .pad_to(name_width + 6 + path_width);
        let cells = match item.spec.width {
            _ if !item.is_shown => String::new(),
            ColumnWidth::Natural => "as needed".into(),
            ColumnWidth::Cells(cells) | ColumnWidth::UpTo(cells) => format!("{cells} wide"),
            ColumnWidth::Flex(_) => "what is left".into(),
        };
        line.own(&cells, Role::Dim).pad_to(name_width + 20 + path_width);
    }
    let words = match count {
        _ if is_empty && item.is_shown && state.is_folded(content) && width < 90 => "empty: folded".to_owned(),
        _ if is_empty && item.is_shown && state.is_folded(content) => "no value here: folded".to_owned(),
        _ if is_empty => "no value here".to_owned(),
        Some(count) if list.of > 0 => format!("{:>7}", units::percent(count, list.of)),
        _ => String::new(),
    };
    line.own(&words, Role::Dim);
    if state.sort.field == field {
        line.own(if state.sort.descending { "  sorted ▾" } else { "  sorted ▴" }, Role::Accent);
    }
    line
}
