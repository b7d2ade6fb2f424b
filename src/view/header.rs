//! The first line: which source, how fresh, what is going on now, what is here, what time it is.

use ratatui::buffer::Buffer;

use crate::app::layout::Area;
use crate::app::source_view::{Keeper, SourceKind};
use crate::app::state::State;
use crate::base::time::{Timestamp, zone_name};
use crate::base::units;
use crate::model::source_status::Activity;

use super::line::{Cut, Line};
use super::theme::{Role, Theme};

/// A piece of the header; pieces of the highest rank go first when there is no room.
struct Piece {
    rank: u8,
    is_right: bool,
    line: Line,
}

/// Draws the header.
pub fn draw(state: &State, theme: Theme, buffer: &mut Buffer, area: Area) {
    let mut pieces = pieces(state, theme, area.width);
    let room = usize::from(area.width);
    let total = |pieces: &[Piece]| pieces.iter().map(|piece| piece.line.width() + 2).sum::<usize>() + 1;
    while total(&pieces) > room && pieces.len() > 1 {
        let worst = (0..pieces.len()).max_by_key(|at| pieces[*at].rank).unwrap_or(0);
        pieces.remove(worst);
    }
    let mut line = Line::new(theme);
    line.own(" ", Role::Text);
    let (right, left): (Vec<Piece>, Vec<Piece>) = pieces.into_iter().partition(|piece| piece.is_right);
    for piece in left {
        line.append(piece.line).own("  ", Role::Text);
    }
    let right_width = right.iter().map(|piece| piece.line.width() + 2).sum::<usize>().saturating_sub(1);
    line.pad_to(room.saturating_sub(right_width));
    for piece in right {
        line.append(piece.line).own("  ", Role::Text);
    }
    line.draw(buffer, area, 0);
}

fn pieces(state: &State, theme: Theme, width: u16) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut add = |rank, is_right, line: Line| {
        if !line.is_empty() {
            pieces.push(Piece { rank, is_right, line });
        }
    };
    add(0, false, name(state, theme));
    add(1, false, freshness(state, theme));
    add(6, false, next_poll(state, theme));
    add(2, false, now_failed(state, theme, width));
    add(7, false, now_rate(state, theme));
    add(8, false, now_p95(state, theme));
    add(3, true, coverage(state, theme));
    add(9, true, clocks(state, theme, false));
    add(10, true, clocks(state, theme, true));
    pieces
}

fn name(state: &State, theme: Theme) -> Line {
    let mut line = Line::new(theme);
    if let Some(source) = state.source() {
        line.foreign(source.name.as_bytes(), Role::Strong, 24, Cut::Middle);
        if state.size.0 >= 100 && source.title != source.name {
            line.own(" · ", Role::Dim).foreign(source.title.as_bytes(), Role::Dim, 20, Cut::End);
        }
    } else {
        line.own("reqscope", Role::Strong);
    }
    line
}

/// The newest row's age: from the event's own time.
fn freshness(state: &State, theme: Theme) -> Line {
    let mut line = Line::new(theme);
    if state.held.is_some() {
        let arrived = state.arrived.unwrap_or(0);
        let as_of = state.held.as_ref().map_or(0, |held| held.as_of.0);
        line.own(&format!("held as of {as_of}"), Role::Warn);
        if arrived > 0 {
            line.own(&format!(" · {} new", units::count(arrived)), Role::Strong);
        }
        return line;
    }
    let newest = state.status().and_then(|status| status.newest).or_else(|| newest_shown(state));
    if let Some(newest) = newest {
        let age = state.now.since(newest);
        let text =
            if age < -2_000_000 { format!("{} ahead", units::age(-age)) } else { format!("{} old", units::age(age)) };
        let is_live = state.source().is_some_and(|source| source.kind != SourceKind::Imported);
        let role = match age {
            ..120_000_000 if is_live => Role::Good,
            _ if is_live => Role::Warn,
            _ => Role::Dim,
        };
        line.own("● ", role);
        if state.size.0 >= 110 {
            line.own("newest ", Role::Dim);
        }
        line.own(&text, Role::Text);
    }
    line
}

fn newest_shown(state: &State) -> Option<Timestamp> {
    state.summary.as_ref().and_then(|summary| summary.last)
}

fn next_poll(state: &State, theme: Theme) -> Line {
    let mut line = Line::new(theme);
    let Some(source) = state.source() else { return line };
    if let Keeper::Elsewhere { pid, .. } = &source.keeper {
        line.own(&format!("polled by process {pid}"), Role::Dim);
        return line;
    }
    if let Some(status) = state.status()
        && let Some(next) = status.next_poll
        && matches!(status.activity, Activity::Resting)
    {
        let seconds = (next.since(state.now) + 999_999).max(0) / 1_000_000;
        line.own(&format!("next poll {seconds} s"), Role::Dim);
    }
    line
}

fn now_failed(state: &State, theme: Theme, width: u16) -> Line {
    let mut line = Line::new(theme);
    let Some(now) = &state.now_figures else { return line };
    if now.count == 0 && state.source().is_some_and(|source| source.kind == SourceKind::Imported) {
        return line;
    }
    let is_wide = width >= 110;
    line.own(if is_wide { "│ now (5 min) " } else { "now " }, Role::Dim);
    let more = now.fails_more();
    line.own("failed ", Role::Dim);
    line.own(&units::percent(now.failed, now.count), if more { Role::Bad } else { Role::Text });
    if more {
        line.own(" ▲", Role::Bad);
    }
    if let Some(usual) = &now.usual
        && (more || is_wide)
    {
        let word = if is_wide { " usual " } else { " " };
        line.own(&format!("{word}{:.1} %", usual.failed.0 * 100.0), Role::Dim);
    }
    line
}

fn now_rate(state: &State, theme: Theme) -> Line {
    let mut line = Line::new(theme);
    if let Some(now) = &state.now_figures
        && now.count > 0
    {
        line.own(&units::per_second(now.count, crate::app::now::NOW_SECS as f64), Role::Text);
    }
    line
}

fn now_p95(state: &State, theme: Theme) -> Line {
    let mut line = Line::new(theme);
    if let Some(now) = &state.now_figures
        && let Some(p95) = now.p95
    {
        let slower = now.is_slower();
        line.own("p95 ", Role::Dim).own(&units::duration(p95), if slower { Role::Bad } else { Role::Text });
        if slower {
            line.own(" ▲", Role::Bad);
            if let Some((middle, _)) = now.usual.and_then(|usual| usual.p95) {
                line.own(&format!(" {}", units::duration(middle)), Role::Dim);
            }
        }
    }
    line
}

/// What is here of what was asked for: a yellow sentence while something is missing.
fn coverage(state: &State, theme: Theme) -> Line {
    let mut line = Line::new(theme);
    let Some(source) = state.source() else { return line };
    if let Some(status) = state.status() {
        match &status.activity {
            Activity::Stopped { reason, .. } => {
                line.foreign(reason.as_bytes(), Role::Bad, 60, Cut::End);
                return line;
            }
            Activity::Waiting { until, reason, .. } => {
                let left = until.since(state.now).max(0) / 1_000_000;
                line.foreign(reason.as_bytes(), Role::Warn, 40, Cut::End)
                    .own(&format!(" · again in {left} s"), Role::Warn);
                return line;
            }
            Activity::Asking { .. } | Activity::Resting => {}
        }
        if let Some(fill) = &status.fill {
            let back_to = fill.back_to.in_zone(state.zone).format("%b %-d %H:%M").to_string();
            let percent = (fill.share * 100.0).floor();
            let days = fill.back_to.since(fill.wanted_from).max(0);
            let whole = state.now.since(fill.wanted_from).max(days);
            let text = if state.size.0 >= 110 {
                format!("have back to {back_to} · {percent:.0} % of {}", units::age(whole))
            } else {
                format!("back to {back_to} · {percent:.0} %")
            };
            line.own(&text, Role::Warn);
            if fill.per_minute > 0 && state.size.0 >= 150 {
                line.own(&format!(" · {}/min", units::count(fill.per_minute)), Role::Dim);
            }
            return line;
        }
    }
    if let Some(gap) = source.gaps.iter().rev().find(|gap| {
        let range = state.range();
        gap.until > range.from && gap.from < range.until
    }) {
        let at = |t: Timestamp| t.in_zone(state.zone).format("%b %-d %H:%M").to_string();
        line.own(&format!("gap {} – {}: ", at(gap.from), at(gap.until)), Role::Warn);
        line.foreign(gap.reason.as_bytes(), Role::Warn, 40, Cut::End);
        return line;
    }
    if source.bad > 0 {
        let bad = units::counted(source.bad, "bad row", "bad rows");
        line.own(&format!("{bad}: reqscope doctor lists them"), Role::Warn);
        return line;
    }
    if let Some(coverage) = &source.coverage
        && let Some(span) = coverage.spans.last()
    {
        let from = span.from.in_zone(state.zone).format("%b %-d").to_string();
        line.own(&format!("all since {from} is here"), Role::Dim);
    }
    line
}

fn clocks(state: &State, theme: Theme, second: bool) -> Line {
    let mut line = Line::new(theme);
    let utc = chrono_tz::UTC;
    match (second, state.zone == utc) {
        (false, _) => {
            line.own(&format!("{} {}", state.now.clock(state.zone), zone_name(state.zone)), Role::Text);
        }
        (true, false) => {
            line.own(&format!("{} UTC", state.now.clock(utc)), Role::Dim);
        }
        (true, true) => {}
    }
    line
}
