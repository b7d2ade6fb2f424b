//! Help about the keys of a place.

use ratatui::buffer::Buffer;

use crate::app::help::Help;
use crate::app::keymap::Place;
use crate::app::layout::Area;
use crate::app::state::State;

use super::line::{Cut, Line};
use super::theme::{Role, Theme};

/// Draws the help of a place. Gives the cell of the text cursor while it is narrowed down.
pub fn draw(state: &State, help: &Help, theme: Theme, buffer: &mut Buffer, area: Area) -> Option<(u16, u16)> {
    let name = match help.place {
        Place::Any | Place::Table => "in the table",
        Place::Panes => "in the panes",
        Place::Timeline => "on the timeline",
        Place::Detail => "in a request",
        Place::Found => "in what was found",
        Place::Help => "in the help",
        Place::Menu => "in a menu",
        Place::Sources => "in the sources",
        Place::Bad => "in the bad rows",
        Place::Steps => "in the steps of the view",
        Place::Columns => "in the columns",
    };
    let width = usize::from(area.width);
    let mut title = Line::new(theme);
    title.own(&format!(" What works {name}"), Role::Title).own("   ", Role::Text);
    let typed = title.width() + 2 + help.narrow.visual_cursor();
    if help.is_typing || !help.narrow.value().is_empty() {
        let room = width.saturating_sub(title.width() + 3);
        title.own("/ ", Role::Accent).foreign(help.narrow.value().as_bytes(), Role::Strong, room, Cut::End);
    } else {
        let room = width.saturating_sub(title.width());
        let more = ["reqscope help query explains the filter", "reqscope help query"];
        title.own(more.into_iter().find(|words| words.len() <= room).unwrap_or_default(), Role::Dim);
    }
    title.draw(buffer, area, 0);
    let lines = help.lines(&state.keymap);
    if lines.is_empty() {
        let mut line = Line::new(theme);
        line.own("  no key here is about that; ", Role::Dim).own("Esc", Role::Key).own(" shows all again", Role::Dim);
        line.draw(buffer, area, 1);
    }
    for (row, binding) in lines.iter().skip(help.scroll).take(usize::from(area.height).saturating_sub(1)).enumerate() {
        let keys: Vec<String> = binding.keys.iter().map(ToString::to_string).collect();
        let mut line = Line::new(theme);
        line.own("  ", Role::Text).own(&keys.join(" "), Role::Key).pad_to(20);
        let room = width.saturating_sub(line.width());
        line.foreign(binding.text.as_deref().unwrap_or_default().as_bytes(), Role::Text, room, Cut::End);
        line.draw(buffer, area, row as u16 + 1);
    }
    help.is_typing.then(|| (area.x + typed.min(width.saturating_sub(1)) as u16, area.y))
}
