//! The line that is typed: its text with what is wrong marked, and beside or above it what is said of it.

use std::ops::Range;

use ratatui::buffer::Buffer;

use crate::app::layout::Area;
use crate::app::prompt::{Prompt, PromptKind};
use crate::app::state::State;
use crate::base::safe_text;
use crate::base::units;

use super::bottom::draw_message;
use super::completion;
use super::line::{Cut, Line};
use super::theme::{Role, Theme};

/// Cells of a text that are looked at.
const MOST_CELLS: usize = 2_000;

/// Draws the prompt; gives the cell of the text cursor.
pub fn draw(state: &State, theme: Theme, buffer: &mut Buffer, area: Area) -> Option<(u16, u16)> {
    let prompt = state.prompt.as_ref()?;
    let width = usize::from(area.width);
    let mut line = Line::new(theme);
    line.own(&format!(" {} › ", prompt.label()), Role::Accent);
    let start = line.width();
    let at = start + draw_text(prompt, theme, &mut line, width.saturating_sub(start + 1).max(8));
    // What finds no room behind the text stands above it.
    let mut above = Above { rows: 0, area };
    if let Some(error) = prompt.error_words() {
        let left = width.saturating_sub(line.width() + 3);
        if left < safe_text::width(&error) {
            above.draw(&error, Role::Bad, theme, buffer);
        } else {
            line.own("  ", Role::Text).foreign(error.as_bytes(), Role::Bad, left, Cut::End);
        }
    } else {
        let help = help(state, prompt);
        let fits = |text: &&String| line.width() + safe_text::width(text) + 4 < width;
        match help.words.iter().find(fits) {
            Some(words) => {
                line.pad_to(width.saturating_sub(safe_text::width(words) + 1)).own(words, Role::Dim);
            }
            None if help.is_needed => {
                let fits = |text: &&String| safe_text::width(text) + 2 <= width;
                let words = help.words.iter().find(fits).or(help.words.last());
                above.draw(words.map_or("", String::as_str), Role::Dim, theme, buffer);
            }
            None => {}
        }
        let said: Vec<&str> = prompt.doubts.iter().chain(&prompt.notes).map(String::as_str).collect();
        if !said.is_empty() {
            above.draw(&said.join("; "), Role::Warn, theme, buffer);
        }
    }
    line.draw(buffer, area, 0);
    if let Some(completion) = &prompt.completion
        && prompt.error.is_none()
    {
        let height = area.y.saturating_sub(above.rows);
        completion::draw(completion, theme, buffer, Area { y: 0, height, ..area }, start as u16);
    }
    Some((area.x + at.min(width.saturating_sub(1)) as u16, area.y))
}

/// Draws the text in so many cells, scrolled so that the cursor is seen, with what is wrong marked. Gives the cell of
/// the cursor in it.
fn draw_text(prompt: &Prompt, theme: Theme, line: &mut Line, room: usize) -> usize {
    let (value, cursor) = (prompt.input.value(), prompt.cursor_byte());
    let end = line.width() + room;
    let cells = |text: &str| safe_text::width(&safe_text::visible_str(text));
    let mut from = 0;
    if cells(&value[..cursor]) + 2 > room {
        // The mark of what is scrolled away takes a cell, too.
        let mut left = room.saturating_sub(3);
        from = cursor;
        for (at, char) in value[..cursor].char_indices().rev() {
            let Some(rest) = left.checked_sub(cells(char.encode_utf8(&mut [0; 4]))) else { break };
            (from, left) = (at, rest);
        }
        line.own(theme.mark(), Role::Dim);
    }
    let wrong = prompt.wrong_part();
    let marked = wrong.clone().unwrap_or(value.len()..value.len());
    let parts =
        [(0..marked.start, Role::Strong), (marked.clone(), Role::Wrong), (marked.end..value.len(), Role::Strong)];
    let from_before = theme.selected();
    for (Range { start, end }, role) in parts {
        let text = value.get(start.max(from)..end).unwrap_or_default();
        let mut piece = Line::new(theme);
        piece.foreign(text.as_bytes(), role, MOST_CELLS, Cut::End);
        if prompt.is_fresh {
            piece.restyle(from_before);
        }
        line.append(piece);
    }
    // What is missing at the end is marked there.
    if wrong.is_some() && marked.start == value.len() {
        line.own(" ", Role::Wrong);
    }
    line.cut_to(end);
    usize::from(from > 0) + cells(&value[from..cursor])
}

/// What is said behind the text.
struct Help {
    /// The words, the longest first.
    words: Vec<String>,
    /// Whether it is said above the text where there is no room behind it.
    is_needed: bool,
}

fn help(state: &State, prompt: &Prompt) -> Help {
    let plain = |text: &str| Help { words: vec![text.to_owned()], is_needed: false };
    let needed = |words: Vec<String>| Help { words, is_needed: true };
    let has_text = !prompt.input.value().trim().is_empty();
    match (prompt.kind, prompt.keeps) {
        _ if prompt.is_reading => needed(vec!["reading the file of ids …".into()]),
        (PromptKind::Filter | PromptKind::Step(_), _) if prompt.is_counting(state.now) => {
            needed(vec!["counting …".into()])
        }
        (PromptKind::Filter | PromptKind::Step(_), Some(keeps)) if has_text => {
            let offers = prompt.completion.as_ref().is_some_and(|completion| !completion.candidates.is_empty());
            let end = if offers { " · Tab completes" } else { "" };
            let keeps = keeps_words(prompt, keeps);
            // The dates that a period in words comes to, where there is room for them.
            let dated = prompt.period.iter().map(|period| format!("{keeps} · {period}{end}"));
            needed(dated.chain([format!("{keeps}{end}"), keeps.clone()]).collect())
        }
        (PromptKind::Filter, _) => plain("words · status:5xx · client:acme · duration>1s · -user_agent:curl"),
        (PromptKind::Find, _) => plain("ids, or a whole mail pasted"),
        (PromptKind::PaneSearch(_), _) => plain("Enter keep these · Esc all values again"),
        (PromptKind::Save(layout), _) => {
            let saved = state.saved_words(layout);
            needed(vec![format!("{saved} · Enter save · Esc back"), saved])
        }
        (PromptKind::Text(_), _) => plain("Enter stay there · Esc back"),
        (PromptKind::Step(_), _) => Help { words: Vec::new(), is_needed: false },
    }
}

/// What the text would keep, of the requests of its period.
fn keeps_words(prompt: &Prompt, (keeps, of): (u64, u64)) -> String {
    // What cannot be read yet keeps nothing away.
    let without = prompt.unread.as_ref().map(|unread| format!(" without “{unread}”")).unwrap_or_default();
    format!("keeps {} of {}{without}", units::count(keeps), units::count(of))
}

/// The lines above the text, filled from below.
struct Above {
    rows: u16,
    area: Area,
}

impl Above {
    fn draw(&mut self, text: &str, role: Role, theme: Theme, buffer: &mut Buffer) {
        if let Some(y) = self.area.y.checked_sub(self.rows + 1) {
            self.rows += draw_message(text, role, theme, buffer, Area { y, height: 1, ..self.area });
        }
    }
}
