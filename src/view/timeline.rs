//! Requests and failures over time, each row on its own scale, which is named.

use ratatui::buffer::Buffer;

use crate::app::layout::{Area, WIDE};
use crate::app::state::State;
use crate::app::timeline;
use crate::base::time::SECOND;
use crate::base::units;
use crate::model::answer::{Bucket, Timeline};

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
    let Some(timeline) = &state.timeline else { return };
    if area.height == 0 || timeline.buckets.is_empty() {
        return;
    }
    let seconds = timeline.width as f64 / SECOND as f64;
    let all = |bucket: &Bucket| bucket.success + bucket.failure;
    let failed = |bucket: &Bucket| bucket.failure;
    let label = label_width(state);
    // A few buckets are drawn wider, so that they fill the line too.
    let room = usize::from(area.width).saturating_sub(label + FIGURES);
    let chart = Chart { timeline, theme, label, cells: (room / timeline.buckets.len()).clamp(1, 12) };
    let (all_word, failed_word) = if label < 11 { ("req", "fail") } else { ("requests", "failed") };
    if area.height == 1 {
        let mut line = chart.bars(failed_word, failed, Role::Bad);
        line.own(&format!(" peak {}, bar {}", peak(timeline, failed, seconds), width_words(timeline)), Role::Dim);
        line.draw(buffer, area, 0);
        return;
    }
    let mut line = chart.bars(all_word, all, Role::Accent);
    line.own(&format!(" peak {}", peak(timeline, all, seconds)), Role::Dim);
    line.draw(buffer, area, 0);
    let mut line = chart.bars(failed_word, failed, Role::Bad);
    line.own(&format!(" peak {}", peak(timeline, failed, seconds)), Role::Dim);
    line.draw(buffer, area, 1);
    chart.axis(state).draw(buffer, area, 2);
}

/// Cells behind the bars.
const FIGURES: usize = 15;

/// What is drawn, and how.
struct Chart<'a> {
    timeline: &'a Timeline,
    theme: Theme,
    /// Cells before the bars.
    label: usize,
    /// Cells of one bucket.
    cells: usize,
}

fn peak(timeline: &Timeline, value: impl Fn(&Bucket) -> u64, seconds: f64) -> String {
    units::per_second(timeline.buckets.iter().map(value).max().unwrap_or(0), seconds)
}

fn width_words(timeline: &Timeline) -> String {
    let seconds = timeline.width / SECOND;
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3_600 => format!("{} min", seconds / 60),
        3_600..86_400 => format!("{} h", seconds / 3_600),
        _ => format!("{} d", seconds / 86_400),
    }
}

/// How far apart the times under the bars are: the least round span with room for its label.
fn tick(width: i64, cells: i64) -> i64 {
    timeline::WIDTHS
        .iter()
        .map(|seconds| seconds * SECOND)
        .find(|tick| tick % width == 0 && tick / width * cells >= TICK_CELLS)
        .unwrap_or(width * TICK_CELLS)
}

impl Chart<'_> {
    fn bars(&self, label: &str, value: impl Fn(&Bucket) -> u64, role: Role) -> Line {
        let highest = self.timeline.buckets.iter().map(&value).max().unwrap_or(0);
        let symbols = if self.theme.has_unicode { BARS } else { ASCII_BARS };
        let mut line = Line::new(self.theme);
        line.own(" ", Role::Dim).own(label, Role::Dim).pad_to(self.label);
        let mut text = String::new();
        for bucket in &self.timeline.buckets {
            let count = value(bucket);
            // What is there is never drawn as nothing.
            let height = if count == 0 { 0 } else { (count * 8).div_ceil(highest.max(1)).clamp(1, 8) };
            text.push_str(&symbols[height as usize].repeat(self.cells));
        }
        line.own(&text, role);
        line
    }

    /// Times under the bars, at round ones: the begin, and every so many hours, minutes or days.
    fn axis(&self, state: &State) -> Line {
        let (timeline, label) = (self.timeline, self.label);
        let mut line = Line::new(self.theme);
        line.pad_to(label);
        let day = 86_400 * SECOND;
        let tick = tick(timeline.width, self.cells as i64);
        let mut last_date = String::new();
        let mut next = label;
        let end = label + timeline.buckets.len() * self.cells;
        for place in 0..timeline.buckets.len() {
            let at = timeline.range(place).from;
            let x = label + place * self.cells;
            let offset = i64::from(at.offset_secs(state.zone)) * SECOND;
            if x < next || (place > 0 && (at.0 + offset).rem_euclid(tick) != 0) {
                continue;
            }
            let date = at.in_zone(state.zone).format("%b %-d").to_string();
            let text = if timeline.width >= day {
                date
            } else {
                let form = if tick < 60 * SECOND { "%H:%M:%S" } else { "%H:%M" };
                let clock = at.in_zone(state.zone).format(form);
                let text = if date == last_date { clock.to_string() } else { format!("{date} {clock}") };
                last_date = date;
                text
            };
            if x > label && x + text.len() > end {
                break;
            }
            line.pad_to(x);
            next = x + text.len() + 3;
            line.own(&text, Role::Dim);
        }
        line.pad_to(end);
        line.own(&format!(" bar {}", width_words(timeline)), Role::Dim);
        line
    }
}
