//! Requests and failures over time, each row on its own scale, which is named.

use ratatui::buffer::Buffer;

use crate::app::layout::{Area, WIDE};
use crate::app::state::State;
use chrono_tz::Tz;

use crate::base::time::{SECOND, Timestamp};
use crate::base::units;
use crate::model::answer::Bucket;
use crate::model::bar_step::{STEPS, Step};
use crate::model::bars::Bars;

use super::line::Line;
use super::theme::{Role, Theme};

const BARS: [&str; 9] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];
/// Cells from one time under the bars to the next.
const TICK_CELLS: i64 = 17;

const ASCII_BARS: [&str; 9] = [" ", ".", ".", ":", ":", "+", "+", "#", "#"];

/// Cells before the bars.
fn label_width(state: &State) -> usize {
    if state.size.0 < WIDE { 6 } else { 11 }
}

/// Draws the timeline into one row (failures), or three (requests, failures, times).
pub fn draw(state: &State, theme: Theme, buffer: &mut Buffer, area: Area) {
    let Some(bars) = state.bars.as_ref().filter(|bars| !bars.is_empty()) else { return };
    if area.height == 0 {
        return;
    }
    let all = |bucket: &Bucket| bucket.success + bucket.failure;
    let failed = |bucket: &Bucket| bucket.failure;
    let label = label_width(state);
    // A few bars are drawn wider, so that they fill the line too.
    let room = usize::from(area.width).saturating_sub(label + FIGURES);
    let chart = Chart { bars, zone: state.zone, theme, label, cells: (room / bars.len()).clamp(1, 12) };
    let (all_word, failed_word) = if label < 11 { ("req", "fail") } else { ("requests", "failed") };
    if area.height == 1 {
        let mut line = chart.row(failed_word, failed, Role::Bad);
        line.own(&format!(" peak {}, bar {}", chart.peak(failed), bars.step.words()), Role::Dim);
        line.draw(buffer, area, 0);
        return;
    }
    let mut line = chart.row(all_word, all, Role::Accent);
    line.own(&format!(" peak {}", chart.peak(all)), Role::Dim);
    line.draw(buffer, area, 0);
    let mut line = chart.row(failed_word, failed, Role::Bad);
    line.own(&format!(" peak {}", chart.peak(failed)), Role::Dim);
    line.draw(buffer, area, 1);
    chart.axis().draw(buffer, area, 2);
}

/// Cells behind the bars.
const FIGURES: usize = 15;

/// What is drawn, and how.
struct Chart<'a> {
    bars: &'a Bars,
    zone: Tz,
    theme: Theme,
    /// Cells before the bars.
    label: usize,
    /// Cells of one bar.
    cells: usize,
}

/// Whether every border of a longer step is one of a shorter.
fn is_of_borders(longer: Step, shorter: Step) -> bool {
    match (longer, shorter) {
        (Step::Secs(longer), Step::Secs(shorter))
        | (Step::Days(longer), Step::Days(shorter))
        | (Step::Months(longer), Step::Months(shorter)) => longer % shorter == 0,
        (Step::Days(_) | Step::Months(_), Step::Secs(seconds)) => 86_400 % seconds == 0,
        (Step::Months(_), Step::Days(days)) => days == 1,
        _ => false,
    }
}

impl Chart<'_> {
    /// The most frequent bar.
    fn peak(&self, value: impl Fn(&Bucket) -> u64) -> String {
        let highest =
            (0..self.bars.len()).map(|bar| (value(&self.bars.buckets[bar]), bar)).max_by_key(|(count, _)| *count);
        let (count, bar) = highest.unwrap_or((0, 0));
        units::per_second(count, self.bars.range(bar).micros() as f64 / SECOND as f64)
    }

    fn row(&self, label: &str, value: impl Fn(&Bucket) -> u64, role: Role) -> Line {
        let highest = self.bars.buckets.iter().map(&value).max().unwrap_or(0);
        let symbols = if self.theme.has_unicode { BARS } else { ASCII_BARS };
        let mut line = Line::new(self.theme);
        line.own(" ", Role::Dim).own(label, Role::Dim).pad_to(self.label);
        let mut text = String::new();
        for bucket in &self.bars.buckets {
            let count = value(bucket);
            // What is there is never drawn as nothing.
            let height = if count == 0 { 0 } else { (count * 8).div_ceil(highest.max(1)).clamp(1, 8) };
            text.push_str(&symbols[height as usize].repeat(self.cells));
        }
        line.own(&text, role);
        line
    }

    /// How far apart the times under the bars are: the least round span with room for its label.
    fn tick(&self) -> Option<Step> {
        let width = self.bars.step.micros();
        let has_room = |tick: &&Step| tick.micros() / width * self.cells as i64 >= TICK_CELLS;
        STEPS.iter().filter(has_room).find(|tick| is_of_borders(**tick, self.bars.step)).copied()
    }

    /// Times under the bars, at round ones: the begin, and every so many hours, minutes or days.
    fn axis(&self) -> Line {
        let (bars, label) = (self.bars, self.label);
        let mut line = Line::new(self.theme);
        line.pad_to(label);
        let tick = self.tick();
        let mut last_date = String::new();
        let mut next = label;
        let end = label + bars.len() * self.cells;
        for bar in 0..bars.len() {
            let at = bars.range(bar).from;
            let x = label + bar * self.cells;
            let is_round = tick.is_none_or(|tick| tick.border_before(at, self.zone) == at);
            if x < next || (bar > 0 && !is_round) {
                continue;
            }
            let text = self.time_of(at, tick, &mut last_date);
            if x > label && x + text.len() > end {
                break;
            }
            line.pad_to(x);
            next = x + text.len() + 3;
            line.own(&text, Role::Dim);
        }
        line.pad_to(end);
        line.own(&format!(" bar {}", bars.step.words()), Role::Dim);
        line
    }

    /// A time under the bars; its date is said when it is another one than before it.
    fn time_of(&self, at: Timestamp, tick: Option<Step>, last_date: &mut String) -> String {
        let there = at.in_zone(self.zone);
        match self.bars.step {
            Step::Months(months) if months % 12 == 0 => there.format("%Y").to_string(),
            Step::Months(_) => there.format("%b %Y").to_string(),
            Step::Days(_) => there.format("%b %-d").to_string(),
            Step::Secs(_) => {
                let has_seconds = matches!(tick, Some(Step::Secs(seconds)) if seconds < 60);
                let clock = there.format(if has_seconds { "%H:%M:%S" } else { "%H:%M" });
                let date = there.format("%b %-d").to_string();
                let text = if date == *last_date { clock.to_string() } else { format!("{date} {clock}") };
                *last_date = date;
                text
            }
        }
    }
}
