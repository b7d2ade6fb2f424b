//! The second line: what narrows the view, and what is in it, of how many.

use ratatui::buffer::Buffer;

use crate::app::layout::Area;
use crate::app::state::State;
use crate::base::units;
use crate::model::field::Kind;
use crate::query::Filter;
use crate::query::filter::{Clause, Target, Test};

use super::line::{Cut, Line};
use super::theme::{Role, Theme};

/// Draws the trail.
pub fn draw(state: &State, theme: Theme, buffer: &mut Buffer, area: Area) {
    let width = usize::from(area.width);
    let figures = figures(state, theme, width);
    let room = width.saturating_sub(figures.width() + 3);
    let mut line = Line::new(theme);
    line.own(" ", Role::Text);
    line.append(steps(state, theme, room));
    line.pad_to(width.saturating_sub(figures.width() + 1));
    line.append(figures);
    line.draw(buffer, area, 0);
}

/// The period and each step of the filter.
fn steps(state: &State, theme: Theme, room: usize) -> Line {
    let mut line = Line::new(theme);
    let mut off = Line::new(theme);
    if !state.is_filter_on {
        off.own(" (off)", Role::Warn);
    }
    let room = room.saturating_sub(off.width());
    line.foreign(state.period.label(state.zone).as_bytes(), Role::Accent, room, Cut::End);
    if state.filter.is_all() {
        return line;
    }
    let role = if state.is_filter_on { Role::Accent } else { Role::Dim };
    for step in state.filter.steps() {
        // A step of which hardly anything could be read is not begun.
        if room.saturating_sub(line.width()) < 10 {
            line.own(" …", Role::Dim);
            break;
        }
        line.own(" ▸ ", Role::Dim);
        let left = room.saturating_sub(line.width() + 2);
        line.foreign(step_words(state, step).as_bytes(), role, left, Cut::End);
    }
    line.append(off);
    line
}

/// A step as a person reads it: `Status 5xx`, `not User “Monitor”`, else as it is typed.
fn step_words(state: &State, step: &Filter) -> String {
    let label = |field: &crate::model::field::FieldRef| {
        state.view_spec().map_or_else(|| field.name().into_owned(), |view| view.label(field))
    };
    match step {
        Filter::Not(inner) => format!("not {}", step_words(state, inner)),
        Filter::Clause(Clause { target: Target::Field(field), any_of }) => {
            let values: Option<Vec<String>> = any_of
                .iter()
                .map(|test| match test {
                    Test::Exact(bytes) if field.known() == Some(crate::model::field::Field::Outcome) => {
                        Some(String::from_utf8_lossy(bytes).into_owned())
                    }
                    Test::Exact(bytes) => Some(format!("“{}”", String::from_utf8_lossy(bytes))),
                    Test::Missing => Some("none".into()),
                    // More than a round span: the next nanosecond is nothing that people read.
                    Test::Range(low, i64::MAX) if field.kind() == Kind::Duration && low % 1_000 == 1 => {
                        Some(format!("> {}", units::duration((low - 1) as u64)))
                    }
                    Test::Range(..) => {
                        let text = Filter::field(field.clone(), test.clone()).to_string();
                        text.split_once(':').map(|(_, value)| value.to_owned())
                    }
                    _ => None,
                })
                .collect();
            match values {
                Some(values) => format!("{} {}", label(field), values.join(" or ")),
                None => step.to_string(),
            }
        }
        _ => step.to_string(),
    }
}

/// How many of how many, and how long they took.
fn figures(state: &State, theme: Theme, width: usize) -> Line {
    let mut line = Line::new(theme);
    let Some(summary) = &state.summary else { return line };
    let is_narrowed = summary.count != summary.of;
    line.own(&units::count(summary.count), Role::Strong);
    if is_narrowed || state.filter.is_all() && width >= 60 {
        if is_narrowed {
            line.own(&format!(" of {}", units::count(summary.of)), Role::Dim);
        }
        if width >= 100 {
            line.own(" requests", Role::Dim);
        }
    }
    if summary.count > 0 && width >= 100 {
        if summary.failed == summary.count {
            line.own(" · all failed", Role::Dim);
        } else {
            line.own(&format!(" · failed {}", units::percent(summary.failed, summary.count)), Role::Dim);
        }
    }
    let mut figure = |name: &str, nanos: Option<u64>, least: usize| {
        if let Some(nanos) = nanos
            && width >= least
        {
            line.own(&format!(" · {name} "), Role::Dim).own(&units::duration(nanos), Role::Text);
        }
    };
    figure("p50", summary.duration.p50, 120);
    figure("p95", summary.duration.p95, 78);
    figure("p99", summary.duration.p99, 150);
    line
}
