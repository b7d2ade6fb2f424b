//! A frame as text that a person can compare.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};
use unicode_width::UnicodeWidthStr;

use crate::app::state::State;
use crate::view::{Theme, draw};

/// A drawn frame.
pub(super) struct Frame {
    /// The cells.
    pub buffer: Buffer,
    /// The cell of the text cursor.
    pub cursor: Option<(u16, u16)>,
}

/// Draws a state in its size.
pub(super) fn frame(state: &State, theme: Theme) -> Frame {
    let mut buffer = Buffer::empty(Rect::new(0, 0, state.size.0, state.size.1));
    let cursor = draw(state, theme, &mut buffer);
    Frame { buffer, cursor }
}

/// The text of a state's frame, in colours and Unicode.
pub(super) fn text(state: &State) -> String {
    frame(state, Theme::default()).text()
}

impl Frame {
    /// The lines, without what is blank at their ends.
    pub(super) fn lines(&self) -> Vec<String> {
        let area = self.buffer.area;
        (0..area.height)
            .map(|y| {
                let mut line = String::new();
                let mut x = 0;
                while x < area.width {
                    let symbol = self.buffer[(x, y)].symbol();
                    line.push_str(symbol);
                    x += symbol.width().max(1) as u16;
                }
                line.trim_end().to_owned()
            })
            .collect()
    }

    /// The text between borders, so that every edge is seen.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        for line in self.lines() {
            text.push_str(&line);
            text.push('\n');
        }
        if let Some((x, y)) = self.cursor {
            text.push_str(&format!("(text cursor in column {x} of line {y})\n"));
        }
        text
    }

    /// For each line the runs of cells that are not plain: where, what they say, how they look.
    pub(super) fn styles(&self) -> String {
        let area = self.buffer.area;
        let mut out = String::new();
        for y in 0..area.height {
            let mut runs: Vec<(u16, String, Style)> = Vec::new();
            let mut x = 0;
            while x < area.width {
                let cell = &self.buffer[(x, y)];
                match runs.last_mut() {
                    Some((_, text, style)) if *style == cell.style() => text.push_str(cell.symbol()),
                    _ => runs.push((x, cell.symbol().to_owned(), cell.style())),
                }
                x += cell.symbol().width().max(1) as u16;
            }
            for (x, run, style) in runs {
                let words = words(style);
                if !words.is_empty() {
                    out.push_str(&format!("{y:>2}:{x:<3} {words:<24} {:?}\n", run.trim_end()));
                }
            }
        }
        out
    }

    /// Text, then styles.
    pub(super) fn picture(&self) -> String {
        format!("{}\n{}", self.text(), self.styles())
    }
}

fn words(style: Style) -> String {
    let mut words = Vec::new();
    for (modifier, word) in [
        (Modifier::BOLD, "bold"),
        (Modifier::DIM, "dim"),
        (Modifier::UNDERLINED, "underlined"),
        (Modifier::REVERSED, "reversed"),
    ] {
        if style.add_modifier.contains(modifier) {
            words.push(word.to_owned());
        }
    }
    let name = |colour: Color| colour.to_string().to_lowercase();
    match style.fg {
        None | Some(Color::Reset) => {}
        Some(colour) => words.push(name(colour)),
    }
    match style.bg {
        None | Some(Color::Reset) => {}
        Some(colour) => words.push(format!("on {}", name(colour))),
    }
    words.join(" ")
}
