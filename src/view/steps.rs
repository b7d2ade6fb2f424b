//! The steps that narrow the view, below the line that names them.

use ratatui::buffer::Buffer;

use crate::app::layout::Area;
use crate::app::state::State;
use crate::app::trail::{step_words, step_words_within};
use crate::base::units;

use super::line::{Cut, Line};
use super::lists::{box_width, draw_frame};
use super::theme::{Role, Theme};

/// Cells that the list takes at most.
const MOST_WIDTH: u16 = 100;

/// Draws the list below the first line of an area.
pub fn draw(state: &State, cursor: usize, theme: Theme, buffer: &mut Buffer, area: Area) {
    let steps = state.trail.steps();
    let skipped = u16::from(area.height > 12);
    let height = (steps.len() as u16).saturating_add(3).min(area.height - skipped);
    let area = Area { y: area.y + skipped, width: box_width(MOST_WIDTH, area.width), height, ..area };
    let inner = draw_frame("What narrows the view", theme, buffer, area);
    let (width, height) = (usize::from(inner.width), usize::from(inner.height));
    let scroll = (cursor + 1).saturating_sub(height);
    for (row, place) in (0..=steps.len()).skip(scroll).take(height).enumerate() {
        let is_current = place == cursor;
        let mut line = Line::new(theme);
        line.own(if is_current { "▌" } else { " " }, Role::Accent);
        let step = place.checked_sub(1).map(|step| &steps[step]);
        let (is_on, counts) = match step {
            None => (state.is_period_on, state.is_period_on),
            Some(step) => (step.is_on, state.trail.counts(step)),
        };
        line.own(if is_on { "☑ " } else { "☐ " }, if counts { Role::Accent } else { Role::Dim });
        let mut figure = Line::new(theme);
        if let Some(count) = state.count_when_switched(place) {
            figure.own(if counts { "  without it " } else { "  with it " }, Role::Dim);
            figure.own(&units::count(count), Role::Text).own(" ", Role::Text);
        }
        let room = width.saturating_sub(line.width() + figure.width());
        let words = match step {
            None => state.period.label(state.zone),
            Some(step) => step_words_within(&step.filter, |filter| step_words(filter, state.view_spec()), room),
        };
        line.foreign(words.as_bytes(), if counts { Role::Text } else { Role::Dim }, room, Cut::Middle);
        line.pad_to(width.saturating_sub(figure.width())).append(figure);
        if is_current {
            line.pad_to(width);
            line.restyle(theme.selected());
        }
        line.draw(buffer, inner, row as u16);
    }
}
