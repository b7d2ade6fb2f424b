//! The second line: what narrows the view, and what is in it, of how many.

use ratatui::buffer::Buffer;

use crate::app::layout::Area;
use crate::app::source_view::SourceKind;
use crate::app::state::State;
use crate::app::trail::{short_step_words, step_words, step_words_within};
use crate::base::safe_text;
use crate::base::time::zone_name;
use crate::base::units;
use crate::engine::question::Sort;

use super::line::{Cut, Line};
use super::theme::{Role, Theme};

/// Draws the trail.
pub fn draw(state: &State, theme: Theme, buffer: &mut Buffer, area: Area) {
    // A source says which period is shown at first.
    if state.source().is_none() {
        return;
    }
    let width = usize::from(area.width);
    let order = order(state, theme);
    let figures = fitting_figures(state, theme, width, order.width());
    let room = width.saturating_sub(figures.width() + 3);
    let mut line = Line::new(theme);
    line.own(" ", Role::Text);
    line.append(steps(state, theme, room));
    // The order has its mark over its column, too.
    if line.width() + order.width() <= room {
        line.append(order);
    }
    line.pad_to(width.saturating_sub(figures.width() + 1));
    line.append(figures);
    line.draw(buffer, area, 0);
}

/// Whether the trail has room to say the order.
pub(super) fn tells_order(state: &State, theme: Theme) -> bool {
    let Some(area) = state.layout().map(|layout| layout.trail).filter(|area| area.height > 0) else { return false };
    let (width, order) = (usize::from(area.width), order(state, theme));
    let figures = fitting_figures(state, theme, width, order.width());
    let room = width.saturating_sub(figures.width() + 3);
    !order.is_empty() && 1 + steps(state, theme, room).width() + order.width() <= room
}

/// The figures beside what narrows the view, which comes first: all of them beside its whole words, else as many as leave
/// room for its short ones.
fn fitting_figures(state: &State, theme: Theme, width: usize, order: usize) -> Line {
    let short = steps_in(state, theme, MOST_CELLS, true).width();
    let whole = steps_in(state, theme, MOST_CELLS, false).width() + order;
    let figures = |told| (told, figures(state, theme, width, told));
    let fits = |(told, line): &(Told, Line)| {
        let steps = if *told == Told::Full { whole } else { short };
        *told == Told::Counts || steps + line.width() + 4 <= width
    };
    Told::ALL.into_iter().map(figures).find(fits).map_or_else(|| Line::new(theme), |(_, line)| line)
}

/// More cells than steps take.
const MOST_CELLS: usize = 10_000;

/// How much is told of a view's figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Told {
    /// How many of how many.
    Counts,
    /// And that they are requests.
    Named,
    /// And how many of them failed.
    Failed,
    /// And what all but the slowest took.
    P95,
    /// And how long they took, as far as a line of its width has room for.
    Took,
    /// And how long they took in full.
    Full,
}

impl Told {
    /// The most first.
    const ALL: [Self; 6] = [Self::Full, Self::Took, Self::P95, Self::Failed, Self::Named, Self::Counts];
}

/// From this width on, figures are told with their names.
const FULL: usize = 100;

/// Where requests come in and the list does not begin with the newest: its order, and where they appear.
fn order(state: &State, theme: Theme) -> Line {
    let mut line = Line::new(theme);
    let is_live = state.source().is_some_and(|source| source.kind != SourceKind::Imported);
    // Where nothing comes in, the mark over its column says it.
    let has_column = || state.grid().columns.iter().any(|column| column.spec.content.field() == state.sort.field);
    if state.sort == Sort::default() || !is_live && has_column() {
        return line;
    }
    let (order, place) = if state.is_sorted_by_time() {
        ("oldest first".to_owned(), "at the end")
    } else {
        let label = state.view_spec().map(|view| view.label(&state.sort.field)).unwrap_or_default();
        (format!("by {label} {}", if state.sort.descending { "▾" } else { "▴" }), "at their places")
    };
    line.own(" · ", Role::Dim).foreign(order.as_bytes(), Role::Warn, 24, Cut::End);
    if is_live && state.size.0 >= 100 {
        line.own(&format!(", new ones {place}"), Role::Dim);
    }
    line
}

/// The period and each step of the filter; in short words where whole ones leave some out.
fn steps(state: &State, theme: Theme, room: usize) -> Line {
    steps_in(state, theme, room, false)
}

/// The same, in short words at any rate where these are wanted.
fn steps_in(state: &State, theme: Theme, room: usize, is_brief: bool) -> Line {
    let mut line = Line::new(theme);
    let mut off = Line::new(theme);
    if state.trail.is_off() {
        off.own(" (all off)", Role::Warn);
    }
    let room = room.saturating_sub(off.width());
    let (steps, spec) = (state.trail.steps(), state.view_spec());
    let period = state.period.label(state.zone);
    let whole: Vec<String> = steps.iter().map(|step| step_words(&step.filter, spec)).collect();
    let is_off = |place: usize| !steps[place].is_on;
    let cells = |place: usize, words: &str| safe_text::width(words) + 3 + if is_off(place) { OFF } else { 0 };
    let all: usize = whole.iter().enumerate().map(|(place, words)| cells(place, words)).sum();
    let off_period = if state.is_period_on { 0 } else { OFF };
    let is_short = is_brief || safe_text::width(&period) + off_period + all + line.width() > room;
    let (period, words) = if is_short {
        (short_period(&period, state), steps.iter().map(|step| short_step_words(&step.filter, spec)).collect())
    } else {
        (period, whole)
    };
    let rest = if steps.is_empty() { 0 } else { REST };
    step(&mut line, &period, (state.is_period_on, true), room.saturating_sub(rest));
    for (place, words) in words.iter().enumerate() {
        let rest = steps.len() - place;
        // A step of which hardly anything could be read is not begun.
        let least = cells(place, words).min(LEAST_STEP + if is_off(place) { OFF } else { 0 });
        if room.saturating_sub(line.width()) < least + if rest > 1 { REST } else { 0 } {
            line.own(&format!(" ▸ … {rest} more"), Role::Dim);
            break;
        }
        line.own(" ▸ ", Role::Dim);
        let left = room.saturating_sub(line.width() + if rest > 1 { REST } else { 0 });
        let own_room = left.saturating_sub(if is_off(place) { OFF } else { 0 });
        let told = if is_short { short_step_words } else { step_words };
        let words = &step_words_within(&steps[place].filter, |filter| told(filter, spec), own_room);
        step(&mut line, words, (!is_off(place), !state.trail.is_off()), left);
    }
    line.append(off);
    line
}

/// A period without what is known: the year that it is, and the zone that the header names.
pub(super) fn short_period(label: &str, state: &State) -> String {
    if let Some(rest) = label.strip_prefix("Last ").filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit())) {
        return rest.to_owned();
    }
    let zone = format!(" {}", zone_name(state.zone));
    let label = label.strip_suffix(&zone).unwrap_or(label);
    let year = state.now.date(state.zone).get(..5).unwrap_or_default().to_owned();
    let words: Vec<&str> = label.split(' ').map(|word| word.strip_prefix(&year).unwrap_or(word)).collect();
    words.join(" ")
}

/// Cells that a step needs to be worth beginning.
const LEAST_STEP: usize = 10;

/// Cells of what stands around a step that is off.
const OFF: usize = 7;

/// Cells of the words for the steps that are left.
const REST: usize = 11;

/// One step: `Status 5xx`, or `(Status 5xx: off)`.
fn step(line: &mut Line, words: &str, (is_on, are_on): (bool, bool), room: usize) {
    let role = if is_on && are_on { Role::Accent } else { Role::Dim };
    if is_on {
        line.foreign(words.as_bytes(), role, room, Cut::End);
    } else {
        line.own("(", Role::Dim).foreign(words.as_bytes(), role, room.saturating_sub(OFF), Cut::End);
        line.own(": off)", Role::Dim);
    }
}

/// How many of how many, and how long they took.
fn figures(state: &State, theme: Theme, width: usize, told: Told) -> Line {
    let mut line = Line::new(theme);
    let Some(summary) = &state.summary else { return line };
    let is_narrowed = summary.count != summary.of;
    if let Some(back_to) = state.so_far {
        let back_to = if width >= FULL { back_to.full(state.zone, 0) } else { back_to.date(state.zone) };
        line.own(&format!("so far, back to {back_to}: "), Role::Warn);
    }
    // Until there is an answer, the figures are those of the view before.
    let is_behind = state.is_view_behind();
    if is_behind {
        line.own(&format!("{} ", theme.mark()), Role::Warn);
    }
    line.own(&units::count(summary.count), if is_behind { Role::Dim } else { Role::Strong });
    if is_narrowed {
        line.own(&format!(" of {}", units::count(summary.of)), Role::Dim);
    }
    let is_full = told == Told::Full;
    let width = if is_full { width.max(FULL) } else { width };
    // Where not all is told, what narrows the view needs the room more.
    if is_full || told >= Told::Named && (width >= 150 || width >= FULL && (is_narrowed || state.trail.is_empty())) {
        line.own(if summary.of == 1 { " request" } else { " requests" }, Role::Dim);
    }
    if summary.count > 0 && width >= FULL && told >= Told::Failed {
        if summary.failed == summary.count {
            line.own(" · all failed", Role::Dim);
        } else {
            line.own(&format!(" · failed {}", units::percent(summary.failed, summary.count)), Role::Dim);
        }
    }
    let mut figure = |name: &str, nanos: Option<u64>, least: usize| {
        if let Some(nanos) = nanos
            && width >= least
            && told >= if name == "p95" { Told::P95 } else { Told::Took }
        {
            line.own(&format!(" · {name} "), Role::Dim).own(&units::duration(nanos), Role::Text);
        }
    };
    figure("p50", summary.duration.p50, 120);
    figure("p95", summary.duration.p95, 78);
    figure("p99", summary.duration.p99, 150);
    line
}
