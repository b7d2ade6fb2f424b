//! Requests and failures over time, each row on its own scale, which is named; and what is said of the
//! bar or span under the cursor.

use chrono_tz::Tz;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::absence::BarMark;
use crate::app::layout::{Area, COMPACT, MARKED_WIDE};
use crate::app::split::Split;
use crate::app::state::{Focus, State};
use crate::app::timeline_view::{BRIEFEST, FIGURE_CELLS};
use crate::base::safe_text::width;
use crate::base::time::SECOND;
use crate::base::units;
use crate::model::bars::{Bars, Beginning};
use crate::model::field::{Field, FieldRef};
use crate::model::period::TimeRange;

use super::labels;
use super::line::{Cut, Line};
use super::theme::{Role, Theme};

const BARS: [&str; 9] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];
const ASCII_BARS: [&str; 9] = [" ", ".", ".", ":", ":", "+", "+", "#", "#"];

/// Draws the timeline into one row (failures), or into more: requests, failures, times, and what is
/// said of the cursor's place.
pub fn draw(state: &State, theme: Theme, buffer: &mut Buffer, area: Area) {
    let Some(bars) = state.bars.as_ref().filter(|bars| !bars.is_empty()) else { return };
    if area.height == 0 {
        return;
    }
    let label = usize::from(state.bar_label_cells());
    // A few bars are drawn wider, so that they fill the line too.
    let room = usize::from(area.width.saturating_sub(FIGURE_CELLS)).saturating_sub(label);
    let chart = Chart {
        bars,
        marks: state.bar_marks(bars),
        zone: if bars.beginning == Beginning::InZone { state.zone } else { Tz::UTC },
        theme,
        title: title(state),
        width: usize::from(area.width),
        label,
        // In a single line what is left has the figures' words.
        cells: cells_of_bars(bars.len(), room, area.height > 1),
        covered: state.covered_span(),
    };
    if area.height == 1 {
        let rows = rows(state, bars, 2);
        let Some(row) = rows.last() else { return };
        let mut line = chart.lines(row, 1).remove(0);
        line.own(&chart.figures(row, usize::from(area.width).saturating_sub(line.width())), Role::Dim);
        line.draw(buffer, area, 0);
        return;
    }
    let below = 1 + if state.focus == Focus::Timeline { word_lines(state) as u16 } else { 0 };
    let mut rows = rows(state, bars, usize::from(area.height.saturating_sub(below)));
    // A screen that is held shows another time than now.
    let now = state.held.is_none().then_some(state.now);
    let marked = state.marked_bars().filter(|_| state.focus == Focus::Timeline);
    // What the span has of each part stands beside the part's bars, where each has its own.
    let (drawn, has_others) = state.drawn_parts();
    let has_all = !state.bar_parts.is_empty() && rows.len() >= drawn.len() + usize::from(has_others);
    let counted = marked.filter(|_| has_all);
    let words = match marked {
        Some(_) => words(state, theme, usize::from(area.width), !has_all),
        None => Vec::new(),
    };
    chart.name(&mut rows);
    let mut y = 0;
    for (row, height) in rows.iter().zip(heights(rows.len(), area.height.saturating_sub(below))) {
        for (place, mut line) in chart.lines(row, height).into_iter().enumerate() {
            if place + 1 == usize::from(height) {
                match counted {
                    Some((first, last)) => {
                        let count = row.counts[first..=last].iter().sum();
                        line.own(&format!(" {} here", units::count(count)), Role::Text)
                    }
                    None => line.own(&format!(" peak {}", chart.peak(row)), Role::Dim),
                };
            }
            line.draw(buffer, area, y);
            y += 1;
        }
    }
    chart.axis(now, marked).draw(buffer, area, y);
    if let Some((first, last)) = marked {
        chart.draw_cursor(buffer, Area { height: y + 1, ..area }, (first, last), state.current_bar().unwrap_or(first));
    }
    for (place, line) in words.iter().enumerate() {
        line.draw(buffer, area, y + 1 + place as u16);
    }
}

/// What the names of the rows are, where they are not those of outcomes.
fn title(state: &State) -> String {
    let field = match &state.split {
        _ if state.bar_parts.is_empty() => return String::new(),
        Split::Outcome => return String::new(),
        // The classes say it themselves where there is little room.
        Split::StatusClass if state.bar_label_cells() < 11 => return String::new(),
        Split::StatusClass => &FieldRef::Known(Field::Status),
        Split::Field(field) => field,
    };
    let label = state.view_spec().map(|view| view.label(field)).unwrap_or_default();
    let whole = format!("{label} · own scales");
    if width(&whole) + 2 <= usize::from(state.bar_label_cells()) { whole } else { label }
}

/// One row of bars.
struct Row {
    label: String,
    counts: Vec<u64>,
    role: Role,
}

/// What tells parts apart besides their names.
const ROLES: [Role; 5] = [Role::Accent, Role::Good, Role::Warn, Role::Title, Role::Key];

/// The rows of bars, at most so many: what does not fit is among the others.
fn rows(state: &State, bars: &Bars, most: usize) -> Vec<Row> {
    let parts = &state.bar_parts;
    if parts.is_empty() || parts.len() != bars.series.len() {
        let names = if state.bar_label_cells() < 11 { ["req", "fail"] } else { ["requests", "failed"] };
        let [all, failed] = names.map(str::to_owned);
        if let Some(counts) = state.among_counts() {
            let is_failed = state.keeps_failures();
            let role = if bars.buckets.iter().all(|bucket| bucket.success == 0) { Role::Bad } else { Role::Accent };
            let view = if state.bar_label_cells() < 11 { "view" } else { "in view" };
            let matches = (0..bars.len()).map(|bar| bars.total(bar)).collect();
            let label = if is_failed { failed } else { view.to_owned() };
            return vec![Row { label: all, counts, role: Role::Accent }, Row { label, counts: matches, role }];
        }
        let failures = bars.buckets.iter().map(|bucket| bucket.failure).collect();
        return vec![
            Row { label: all, counts: (0..bars.len()).map(|bar| bars.total(bar)).collect(), role: Role::Accent },
            Row { label: failed, counts: failures, role: Role::Bad },
        ];
    }
    let (drawn, has_others) = state.drawn_parts();
    let is_all = drawn.len() + usize::from(has_others) <= most;
    let (shown, merged) = drawn.split_at(if is_all { drawn.len() } else { most.saturating_sub(1).min(drawn.len()) });
    let role = |place: usize| match state.split {
        Split::StatusClass => [Role::Good, Role::Accent, Role::Warn, Role::Bad][place.min(3)],
        _ => ROLES[place % ROLES.len()],
    };
    let row =
        |place: &usize| Row { label: parts[*place].name(), counts: bars.series[*place].clone(), role: role(*place) };
    let mut rows: Vec<Row> = shown.iter().map(row).collect();
    if has_others || !merged.is_empty() {
        let of_others = |bar: usize| bars.other(bar) + merged.iter().map(|place| bars.series[*place][bar]).sum::<u64>();
        let label = if state.bar_label_cells() < 11 { "rest" } else { "others" };
        rows.push(Row { label: label.into(), counts: (0..bars.len()).map(of_others).collect(), role: Role::Text });
    }
    rows
}

/// How high each row is in so many lines; the first ones are higher.
fn heights(rows: usize, lines: u16) -> Vec<u16> {
    let rows = (rows as u16).min(lines).max(1);
    (0..rows).map(|row| lines / rows + u16::from(row < lines % rows)).collect()
}

/// Lines for what is said of the marked span.
fn word_lines(state: &State) -> usize {
    match state.size.0 {
        MARKED_WIDE.. => 1,
        COMPACT.. => 2,
        _ => 3,
    }
}

/// What is said of the marked span, with what it has of each part or without.
fn words(state: &State, theme: Theme, width: usize, with_parts: bool) -> Vec<Line> {
    let (mut brief, mut is_whole, mut lines) = (0, false, Vec::new());
    while !is_whole && brief <= BRIEFEST {
        (lines, is_whole) = words_as(state, theme, width, with_parts, brief);
        brief += 1;
    }
    lines
}

/// The same in some words, and whether all figures are there.
fn words_as(state: &State, theme: Theme, width: usize, with_parts: bool, brief: u8) -> (Vec<Line>, bool) {
    let most = word_lines(state);
    let mut is_whole = true;
    let mut pieces: Vec<Line> = Vec::new();
    for (place, words) in state.marked_words(brief).iter().enumerate() {
        let mut piece = Line::new(theme);
        piece.own(words, if place == 0 { Role::Strong } else { Role::Text });
        pieces.push(piece);
    }
    if let Some(absence) = state.marked_absence() {
        let mut piece = Line::new(theme);
        // It takes the room that the figures leave.
        let figures: usize = pieces.iter().map(|piece| piece.width() + 5).sum();
        let room = (most * width).saturating_sub(figures + 10).clamp(40, 60);
        piece.foreign(absence.as_bytes(), Role::Warn, width.min(room), Cut::End);
        pieces.insert(pieces.len().min(1), piece);
    }
    let figures = pieces.len();
    let (mut names, counts): (Vec<String>, Vec<u64>) = state.marked_parts().into_iter().unzip();
    if !with_parts {
        names.clear();
    }
    for (name, count) in labels::apart(&names, 24, theme.mark()).iter().zip(counts) {
        let mut piece = Line::new(theme);
        piece.foreign(name.as_bytes(), Role::Dim, 24, Cut::End).own(&format!(" {}", units::count(count)), Role::Text);
        pieces.push(piece);
    }
    let mut lines = vec![Line::new(theme)];
    for (place, piece) in pieces.into_iter().enumerate() {
        // What is between them, and the mark behind the last one.
        let needed = piece.width() + 5;
        if lines.last().is_some_and(|line| !line.is_empty() && line.width() + needed > width) {
            if lines.len() == most {
                lines.last_mut().expect("there is a line").own(" …", Role::Dim);
                is_whole = place >= figures;
                break;
            }
            lines.push(Line::new(theme));
        }
        let line = lines.last_mut().expect("there is a line");
        line.own(if line.is_empty() { " " } else { " · " }, Role::Dim).append(piece);
    }
    lines.resize(most, Line::new(theme));
    (lines, is_whole)
}

/// Cells of one bar at most.
const WIDEST_BAR: usize = 12;

/// The cells of so many bars: as many for each, but where that left much of the room, some have one more.
fn cells_of_bars(count: usize, room: usize, fills: bool) -> usize {
    let alike = (room / count).clamp(1, WIDEST_BAR) * count;
    let is_much = fills && room.saturating_sub(alike) > room / 4 && room / count < WIDEST_BAR;
    if is_much { room } else { alike }
}

/// What is drawn, and how.
pub(super) struct Chart<'a> {
    pub(super) bars: &'a Bars,
    pub(super) marks: Vec<BarMark>,
    /// By whose clock the bars begin.
    pub(super) zone: Tz,
    pub(super) theme: Theme,
    /// What the bars are split by.
    pub(super) title: String,
    /// Cells of the whole line.
    pub(super) width: usize,
    /// Cells before the bars.
    pub(super) label: usize,
    /// Cells of all bars.
    pub(super) cells: usize,
    /// From when to when there can be requests.
    pub(super) covered: TimeRange,
}

impl Chart<'_> {
    /// How many a second there are in the highest bar.
    fn peak(&self, row: &Row) -> String {
        let highest = row.counts.iter().enumerate().max_by_key(|(_, count)| **count);
        let (bar, count) = highest.map_or((0, 0), |(bar, count)| (bar, *count));
        let range = self.bars.range(bar);
        // Of a bar that the source begins in, or that is not over, what is covered counts.
        let covered = range.intersect(self.covered).micros();
        let micros = if covered >= SECOND { covered } else { range.micros() };
        units::per_second(count, micros as f64 / SECOND as f64)
    }

    /// The peak of a row and how long its bars are, in one line: as much of it as there is room for.
    fn figures(&self, row: &Row, room: usize) -> String {
        let (peak, step) = (self.peak(row), self.bars.step_words());
        let all = [format!(" peak {peak}, bar {step}"), format!(" peak {peak}, {step}"), format!(" ≤{peak}, {step}")];
        all.into_iter().find(|text| width(text) <= room).unwrap_or_else(|| format!(" ≤{peak}"))
    }

    /// The names of the rows, in the room before the bars.
    fn name(&self, rows: &mut [Row]) {
        let names: Vec<String> = rows.iter().map(|row| row.label.clone()).collect();
        let labels = labels::apart(&names, self.label.saturating_sub(2), self.theme.mark());
        for (row, label) in rows.iter_mut().zip(labels) {
            row.label = label;
        }
    }

    /// A row of bars in some lines, the name before the last one.
    fn lines(&self, row: &Row, height: u16) -> Vec<Line> {
        let highest = row.counts.iter().max().copied().unwrap_or(0);
        let symbols = if self.theme.has_unicode { BARS } else { ASCII_BARS };
        let levels = u64::from(height) * 8;
        let level = |count: u64| match count {
            0 => 0,
            // What is there is never drawn as nothing.
            _ => (count * levels).div_ceil(highest.max(1)).clamp(1, levels),
        };
        let line = |below: u64| {
            let mut line = Line::new(self.theme);
            if below == 0 {
                line.own(" ", Role::Dim);
                line.foreign(row.label.as_bytes(), Role::Dim, self.label.saturating_sub(2), Cut::Middle);
            }
            line.pad_to(self.label);
            for (bar, count) in row.counts.iter().enumerate() {
                let is_empty = below == 0 && *count == 0 && self.bars.total(bar) == 0;
                let (symbol, role) = match self.marks[bar] {
                    BarMark::Absent if is_empty => ("░", Role::Warn),
                    BarMark::ToCome if is_empty => ("·", Role::Rule),
                    _ => (symbols[level(*count).saturating_sub(below).min(8) as usize], row.role),
                };
                line.own(&symbol.repeat(self.edge(bar + 1) - self.edge(bar)), role);
            }
            line
        };
        (0..u64::from(height)).rev().map(|place| line(place * 8)).collect()
    }

    /// Marks the cursor's bar and the span: over the bars, and in the line below them.
    fn draw_cursor(&self, buffer: &mut Buffer, area: Area, (first, last): (usize, usize), current: usize) {
        let end = (area.x + area.width).min(buffer.area.width);
        let (from, until) = self.cells_of((first, last));
        let [from, until] = [from, until].map(|cell| (area.x + cell as u16).min(end));
        let height = area.height.min(buffer.area.height.saturating_sub(area.y));
        buffer.set_style(Rect { x: from, y: area.y, width: until - from, height }, self.theme.selected());
        let axis = Area { y: area.y + height.saturating_sub(1), height: 1, x: from, width: until - from };
        let mut line = Line::new(self.theme);
        for bar in first..=last {
            let (unicode, ascii) = if bar == current { ("▲", "^") } else { ("─", "-") };
            let mark = if self.theme.has_unicode { unicode } else { ascii };
            line.own(&mark.repeat(self.edge(bar + 1) - self.edge(bar)), Role::Key);
        }
        line.draw(buffer, axis, 0);
    }

    /// The cell in which a bar begins.
    pub(super) fn edge(&self, bar: usize) -> usize {
        self.label + bar * self.cells / self.bars.len()
    }

    /// The bar that a cell is of.
    pub(super) fn bar_at(&self, cell: usize) -> usize {
        ((cell - self.label + 1) * self.bars.len() - 1) / self.cells
    }

    /// The cells of some bars.
    pub(super) fn cells_of(&self, (first, last): (usize, usize)) -> (usize, usize) {
        (self.edge(first), self.edge(last + 1))
    }
}
