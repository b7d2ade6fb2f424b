//! What could stand at the cursor of the prompt, above it.

use ratatui::buffer::Buffer;

use crate::app::completion::Completion;
use crate::app::layout::Area;
use crate::base::safe_text;
use crate::query::complete::Candidate;

use super::line::{Cut, Line};
use super::lists::clear;
use super::theme::{Role, Theme};

/// Cells of a candidate and of what is said about it, at most.
const MOST: usize = 48;

/// Draws the candidates at the bottom of an area, from a column on.
pub fn draw(completion: &Completion, theme: Theme, buffer: &mut Buffer, area: Area, column: u16) {
    let candidates = &completion.candidates;
    let height = (candidates.len() as u16).min(area.height.saturating_sub(2));
    if height == 0 {
        return;
    }
    // The operator in front is put in, and says nothing here.
    let shown_text = |candidate: &Candidate| candidate.text.trim_start_matches([':', '=']).to_owned();
    let cells = |text: &str| safe_text::width(&safe_text::visible_str(text)).min(MOST);
    let text_width = candidates.iter().map(|candidate| cells(&shown_text(candidate))).max().unwrap_or(0);
    let about_width = candidates.iter().map(|candidate| cells(&candidate.about)).max().unwrap_or(0);
    let width = ((text_width + about_width + 5) as u16).min(area.width);
    let x = area.x + column.min(area.width - width);
    let shown = Area { x, y: area.y + area.height - height, width, height };
    // Bits of other lines beside them would be read with them.
    clear(buffer, Area { x: area.x, width: area.width, ..shown });
    // The chosen one is always among those that are shown.
    let first = completion.chosen.map_or(0, |chosen| (chosen + 1).saturating_sub(usize::from(height)));
    for (row, candidate) in candidates.iter().enumerate().skip(first).take(usize::from(height)) {
        let is_chosen = completion.chosen == Some(row);
        let mut line = Line::new(theme);
        let role = if is_chosen { Role::Accent } else { Role::Text };
        line.own(if is_chosen { "▌ " } else { "  " }, Role::Accent);
        line.foreign(shown_text(candidate).as_bytes(), role, text_width, Cut::Middle);
        line.pad_to(text_width + 4);
        line.foreign(candidate.about.as_bytes(), Role::Dim, about_width, Cut::End);
        line.draw(buffer, shown, (row - first) as u16);
    }
}
