//! Requests and failures over time, each row on its own scale, which is named.

use ratatui::buffer::Buffer;

use crate::app::layout::Area;
use crate::app::state::State;
use crate::app::timeline;
use crate::base::time::SECOND;
use crate::base::units;
use crate::model::answer::{Bucket, Timeline};

use super::line::Line;
use super::theme::{Role, Theme};

const BARS: [&str; 9] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];
const ASCII_BARS: [&str; 9] = [" ", ".", ".", ":", ":", "+", "+", "#", "#"];

const DAY: i64 = 86_400 * SECOND;

/// Cells from one time under the bars to the next.
const TICK_CELLS: i64 = 17;

/// Cells before the bars.
const LABEL: usize = 11;

/// Draws the timeline into one row (failures), or three (requests, failures, times).
pub fn draw(state: &State, theme: Theme, buffer: &mut Buffer, area: Area) {
    let Some(timeline) = &state.timeline else { return };
    if area.height == 0 || timeline.buckets.is_empty() {
        return;
    }
    let seconds = timeline.width as f64 / SECOND as f64;
    let all = |bucket: &Bucket| bucket.success + bucket.failure;
    let failed = |bucket: &Bucket| bucket.failure;
    if area.height == 1 {
        let mut line = bars(timeline, "failed", failed, Role::Bad, theme);
        line.own(&format!(" ≤{}, bar {}", peak(timeline, failed, seconds), width_words(timeline)), Role::Dim);
        line.draw(buffer, area, 0);
        return;
    }
    let mut line = bars(timeline, "requests", all, Role::Accent, theme);
    line.own(&format!(" peak {}", peak(timeline, all, seconds)), Role::Dim);
    line.draw(buffer, area, 0);
    let mut line = bars(timeline, "failed", failed, Role::Bad, theme);
    line.own(&format!(" peak {}", peak(timeline, failed, seconds)), Role::Dim);
    line.draw(buffer, area, 1);
    axis(state, timeline, theme).draw(buffer, area, 2);
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

fn bars(timeline: &Timeline, label: &str, value: impl Fn(&Bucket) -> u64, role: Role, theme: Theme) -> Line {
    let highest = timeline.buckets.iter().map(&value).max().unwrap_or(0);
    let symbols = if theme.has_unicode { BARS } else { ASCII_BARS };
    let mut line = Line::new(theme);
    line.own(&format!(" {label:<9} "), Role::Dim);
    let mut text = String::new();
    for bucket in &timeline.buckets {
        let count = value(bucket);
        // What is there is never drawn as nothing.
        let height = if count == 0 { 0 } else { (count * 8).div_ceil(highest.max(1)).clamp(1, 8) };
        text.push_str(symbols[height as usize]);
    }
    line.own(&text, role);
    line
}

/// How far apart the times under the bars are: the least round span with room for its label.
fn tick(width: i64) -> i64 {
    timeline::WIDTHS
        .iter()
        .map(|seconds| seconds * SECOND)
        .find(|tick| tick % width == 0 && tick / width >= TICK_CELLS)
        .unwrap_or(width * TICK_CELLS)
}

/// Times under the bars, at round ones: the begin, and every so many hours, minutes or days.
fn axis(state: &State, timeline: &Timeline, theme: Theme) -> Line {
    let mut line = Line::new(theme);
    let tick = tick(timeline.width);
    let mut last_date = String::new();
    let mut next = LABEL;
    for place in 0..timeline.buckets.len() {
        let at = timeline.range(place).from;
        let x = LABEL + place;
        let offset = i64::from(at.offset_secs(state.zone)) * SECOND;
        if x < next || (place > 0 && (at.0 + offset).rem_euclid(tick) != 0) {
            continue;
        }
        let date = at.in_zone(state.zone).format("%b %-d").to_string();
        let label = if timeline.width >= DAY {
            date
        } else {
            let clock = at.in_zone(state.zone).format(if tick < 60 * SECOND { "%H:%M:%S" } else { "%H:%M" });
            let text = if date == last_date { clock.to_string() } else { format!("{date} {clock}") };
            last_date = date;
            text
        };
        line.pad_to(x);
        line.own(&label, Role::Dim);
        next = x + label.len() + 3;
    }
    line.pad_to(LABEL + timeline.buckets.len());
    line.own(&format!(" one bar = {}", width_words(timeline)), Role::Dim);
    line
}
