//! The first line: which source, how fresh, what is going on now, what is here, what time it is.

use chrono_tz::Tz;
use ratatui::buffer::Buffer;

use crate::app::action::Action;
use crate::app::keymap::Place;
use crate::app::layout::Area;
use crate::app::source_view::{Keeper, SourceKind};
use crate::app::state::State;
use crate::app::trail::short_step_words;
use crate::base::time::{Timestamp, zone_name};
use crate::base::units;
use crate::model::source_status::{Activity, FillStatus};

use super::line::{Cut, Line};
use super::theme::{Role, Theme};

/// The ends of a shorter gap are said to the second.
const SHORT_GAP: i64 = 600_000_000;

/// From so many seconds on a wait is long.
const LONG_WAIT: i64 = 30;

/// Of what began less than so long ago the hour is said, in microseconds.
const RECENT: i64 = 3 * 86_400_000_000;

/// A piece of the header, in words of different length, the longest first. Each has a rank: while
/// there is no room, the piece of the highest rank becomes shorter, or goes.
struct Piece {
    is_right: bool,
    words: Vec<(u8, Line)>,
}

impl Piece {
    fn line(&self) -> &Line {
        &self.words[0].1
    }
}

/// Draws the header.
pub fn draw(state: &State, theme: Theme, buffer: &mut Buffer, area: Area) {
    let mut pieces = pieces(state, theme);
    let room = usize::from(area.width);
    let total = |pieces: &[Piece]| pieces.iter().map(|piece| piece.line().width() + 2).sum::<usize>();
    while total(&pieces) > room && pieces.len() > 1 {
        let worst = (0..pieces.len()).max_by_key(|at| pieces[*at].words[0].0).unwrap_or(0);
        pieces[worst].words.remove(0);
        pieces.retain(|piece| !piece.words.is_empty());
    }
    let mut line = Line::new(theme);
    line.own(" ", Role::Text);
    let (right, left): (Vec<Piece>, Vec<Piece>) = pieces.into_iter().partition(|piece| piece.is_right);
    for piece in left {
        line.append(piece.line().clone()).own("  ", Role::Text);
    }
    let right_width = right.iter().map(|piece| piece.line().width() + 2).sum::<usize>().saturating_sub(1);
    line.pad_to(room.saturating_sub(right_width));
    for piece in right {
        line.append(piece.line().clone()).own("  ", Role::Text);
    }
    line.draw(buffer, area, 0);
}

fn sources_key(state: &State) -> String {
    state.keymap.key_of(Place::Table, Action::Sources).map(|key| key.to_string()).unwrap_or_default()
}

/// `P 1 of 2`: there is more than what is shown.
fn place_of_source(state: &State, theme: Theme) -> Line {
    let mut line = Line::new(theme);
    if state.sources.len() > 1 {
        line.own(&sources_key(state), Role::Key);
        line.own(&format!(" {} of {}", state.source + 1, state.sources.len()), Role::Dim);
    }
    line
}

fn pieces(state: &State, theme: Theme) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut add = |is_right, words: Vec<(u8, Line)>| {
        let words: Vec<_> = words.into_iter().filter(|(_, line)| !line.is_empty()).collect();
        if !words.is_empty() {
            pieces.push(Piece { is_right, words });
        }
    };
    add(false, vec![(0, name(state, theme))]);
    add(false, vec![(7, place_of_source(state, theme))]);
    add(false, vec![(15, title(state, theme))]);
    add(
        false,
        match &state.held {
            Some(held) => held_words(state, held.at, theme),
            None => vec![(9, freshness(state, theme, "newest ")), (1, freshness(state, theme, ""))],
        },
    );
    add(false, narrowed(state, theme));
    add(false, vec![(10, next_poll(state, theme))]);
    let now = if state.held.is_some() { "then" } else { "now" };
    let span = state.now_figures.map(|now| now.span_words()).unwrap_or_default();
    add(
        false,
        vec![
            (8, now_failed(state, theme, &format!("│ {now} ({span}) "), Some(" usual "))),
            (6, now_failed(state, theme, &format!("{now} "), None)),
            (4, now_failed(state, theme, "", None)),
        ],
    );
    add(false, vec![(11, now_rate(state, theme))]);
    add(false, vec![(12, now_p95(state, theme))]);
    let (least, words) = coverage(state, theme);
    let words = words.into_iter().rev().enumerate().map(|(place, line)| (least + 2 * place as u8, line));
    add(true, words.rev().collect());
    add(true, vec![(13, clock(state, theme)), (4, brief_clock(state, theme))]);
    add(true, vec![(14, utc_clock(state, theme))]);
    pieces
}

fn name(state: &State, theme: Theme) -> Line {
    let mut line = Line::new(theme);
    match state.source() {
        Some(source) => line.foreign(source.name.as_bytes(), Role::Strong, 24, Cut::Middle),
        None => line.own("reqscope", Role::Strong),
    };
    line
}

/// What the source is, whole or not at all.
fn title(state: &State, theme: Theme) -> Line {
    let mut line = Line::new(theme);
    if let Some(source) = state.source().filter(|source| source.title != source.name) {
        line.foreign(source.title.as_bytes(), Role::Dim, 40, Cut::End);
    }
    line
}

/// What narrows the view, where it has no line of its own.
fn narrowed(state: &State, theme: Theme) -> Vec<(u8, Line)> {
    let has_line = state.layout().is_none_or(|layout| layout.trail.height > 0 || layout.header.height == 0);
    let steps: Vec<_> = state.trail.steps().iter().filter(|step| state.trail.counts(step)).collect();
    if has_line || steps.is_empty() {
        return Vec::new();
    }
    let words = steps.iter().map(|step| short_step_words(&step.filter, state.view_spec()));
    let words = words.collect::<Vec<_>>().join(" ▸ ");
    let line = |text: &str, most: usize| {
        let mut line = Line::new(theme);
        line.own("▸ ", Role::Dim).foreign(text.as_bytes(), Role::Accent, most, Cut::End);
        line
    };
    vec![(6, line(&words, 40)), (5, line(&words, 16))]
}

/// Of which moment all on the screen is while it is held, how it goes on, and what has come since.
fn held_words(state: &State, at: Timestamp, theme: Theme) -> Vec<(u8, Line)> {
    let day = |at: Timestamp| at.in_zone(state.zone).format("%b %-d ").to_string();
    let date = if day(at) == day(state.now) { String::new() } else { day(at) };
    let moment = format!("{date}{}", at.clock(state.zone));
    let key = state.keymap.key_of(Place::Table, Action::Follow);
    let goes_on = key.map(|key| format!(" · {key} goes on")).unwrap_or_default();
    let arrived = state.arrived().filter(|arrived| *arrived > 0);
    let words = [
        (16, format!("all held at {moment} {}{goes_on}", zone_name(state.zone))),
        (9, format!("all held at {moment}{goes_on}")),
        (5, format!("held at {moment}{goes_on}")),
        (1, format!("held at {moment}")),
    ];
    words
        .into_iter()
        .map(|(rank, words)| {
            let mut line = Line::new(theme);
            line.own(&words, Role::Warn);
            if let Some(arrived) = arrived {
                line.own(&format!(" · {} new", units::count(arrived)), Role::Strong);
            }
            (rank, line)
        })
        .collect()
}

/// The newest row's age: from the event's own time.
fn freshness(state: &State, theme: Theme, word: &str) -> Line {
    let mut line = Line::new(theme);
    // What a filter or a period leaves out has come, too. Who polls knows what is merely dated ahead.
    if let Some(newest) = state.status().and_then(|status| status.newest).or(state.newest) {
        let age = state.now.since(newest);
        let text =
            if age < -2_000_000 { format!("{} ahead", units::age(-age)) } else { format!("{} old", units::age(age)) };
        let is_live = state.source().is_some_and(|source| source.kind != SourceKind::Imported);
        let role = match age {
            ..120_000_000 if is_live => Role::Good,
            _ if is_live => Role::Warn,
            _ => Role::Dim,
        };
        line.own("● ", role).own(word, Role::Dim).own(&text, Role::Text);
    }
    line
}

fn next_poll(state: &State, theme: Theme) -> Line {
    let mut line = Line::new(theme);
    let Some(source) = state.source() else { return line };
    if let Keeper::Elsewhere { pid, .. } = &source.keeper {
        let done = if source.kind == SourceKind::Polled { "polled" } else { "read" };
        line.own(&format!("{done} by process {pid}"), Role::Dim);
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

/// The share of failures now; without requests there is none.
fn now_failed(state: &State, theme: Theme, before: &str, usual_word: Option<&str>) -> Line {
    let mut line = Line::new(theme);
    let Some(now) = state.now_figures.filter(|now| now.count > 0) else { return line };
    let more = now.fails_more();
    line.own(before, Role::Dim).own("failed ", Role::Dim);
    line.own(&units::percent(now.failed, now.count), if more { Role::Bad } else { Role::Text });
    if more {
        line.own(" ▲", Role::Bad);
    }
    if let Some(usual) = &now.usual
        && (usual_word.is_some() || more && !before.is_empty())
    {
        line.own(&format!("{}{:.1} %", usual_word.unwrap_or(" "), usual.failed.0 * 100.0), Role::Dim);
    }
    line
}

fn now_rate(state: &State, theme: Theme) -> Line {
    let mut line = Line::new(theme);
    if let Some(rate) = state.now_figures.and_then(|now| now.rate()) {
        line.own(&rate, Role::Text);
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

/// What is here of what was asked for: a yellow sentence while something is missing. The rank of
/// its shortest words, and the words, the longest first.
fn coverage(state: &State, theme: Theme) -> (u8, Vec<Line>) {
    let Some(source) = state.source() else { return (0, Vec::new()) };
    let line = |text: &str, role: Role, most: usize| {
        let mut line = Line::new(theme);
        line.foreign(text.as_bytes(), role, most, Cut::End);
        line
    };
    let all = |text: &str, role: Role| [100, 80, 60, 50, 40, 32, 24].map(|most| line(text, role, most)).to_vec();
    if let Some(status) = state.status() {
        match &status.activity {
            // Nothing is more worth knowing than that nothing comes any more.
            Activity::Stopped { reason, .. } => return (2, all(reason, Role::Bad)),
            Activity::Waiting { until, reason, .. } => {
                let left = until.since(state.now).max(0) / 1_000_000;
                // Who waits long wants to know that it can be asked for.
                let key = state.keymap.key_of(Place::Table, Action::PollNow).filter(|_| left >= LONG_WAIT);
                let hint = key.map(|key| format!(" ({key} now)")).unwrap_or_default();
                let words = [80, 60, 50, 40, 32, 24].map(|most| {
                    let mut words = line(reason, Role::Warn, most);
                    let hint = if most < 40 { "" } else { &hint };
                    words.own(&format!(" · again in {left} s{hint}"), Role::Warn);
                    words
                });
                return (2, words.to_vec());
            }
            Activity::Asking { .. } | Activity::Resting => {}
        }
        if let Some(fill) = &status.fill {
            return (3, filling(state, theme, fill));
        }
    }
    let range = state.range();
    let mut gaps = source.gaps.iter().rev().filter(|gap| gap.until > range.from && gap.from < range.until);
    if let Some(gap) = gaps.next() {
        let at = |t: Timestamp, form: &str| t.in_zone(state.zone).format(form).to_string();
        let text = if gap.until.since(gap.from) < SHORT_GAP {
            format!("gap {} – {}", at(gap.from, "%b %-d %H:%M:%S"), at(gap.until, "%H:%M:%S"))
        } else {
            format!("gap {} – {}", at(gap.from, "%b %-d %H:%M"), at(gap.until, "%b %-d %H:%M"))
        };
        let text = match gaps.count() {
            0 => text,
            more => format!("{text} and {more} more"),
        };
        return (3, vec![line(&format!("{text}: {}", gap.reason), Role::Warn, 80), line(&text, Role::Warn, 80)]);
    }
    if source.bad > 0 {
        let bad = units::counted(source.bad, "bad row", "bad rows");
        return (
            5,
            vec![
                line(&format!("{bad}: {} tells more", sources_key(state)), Role::Warn, 60),
                line(&bad, Role::Warn, 20),
            ],
        );
    }
    if let Some(span) = source.coverage.as_ref().and_then(|coverage| coverage.spans.last()) {
        // Within the last days the hour counts; of a day that is not here from its beginning the next one is said.
        let is_recent = state.now.since(span.from) < RECENT;
        let (at, form) =
            if is_recent { (span.from.plus_secs(59), "%b %-d %H:%M") } else { (span.from.plus_secs(86_399), "%b %-d") };
        let from = at.in_zone(state.zone).format(form).to_string();
        return (12, vec![line(&format!("all since {from} is here"), Role::Dim, 40)]);
    }
    (0, Vec::new())
}

/// How far back the history is here.
fn filling(state: &State, theme: Theme, fill: &FillStatus) -> Vec<Line> {
    let back_to = fill.back_to.in_zone(state.zone).format("%b %-d %H:%M").to_string();
    let percent = (fill.share * 100.0).floor();
    let whole = units::age(state.now.since(fill.wanted_from).max(0));
    let rate = fill.rate().map(|rate| format!("have back to {back_to} · {percent:.0} % of {whole} · {rate}"));
    let texts = [
        format!("have back to {back_to} · {percent:.0} % of {whole}"),
        format!("back to {back_to} · {percent:.0} %"),
        format!("{percent:.0} % here"),
    ];
    rate.into_iter()
        .chain(texts)
        .map(|text| {
            let mut line = Line::new(theme);
            line.own(&text, Role::Warn);
            line
        })
        .collect()
}

/// The clock of the zone in which times are shown.
fn clock(state: &State, theme: Theme) -> Line {
    let mut line = Line::new(theme);
    line.own(&format!("{} {}", time_of_day(state, state.zone), zone_name(state.zone)), Role::Text);
    line
}

/// The same in few cells. Where the times of the rows are not UTC, it has to be seen of what zone they are.
fn brief_clock(state: &State, theme: Theme) -> Line {
    let mut line = Line::new(theme);
    if state.zone != Tz::UTC {
        line.own(&format!("{} {}", &state.now.clock(state.zone)[..5], zone_name(state.zone)), Role::Text);
    }
    line
}

/// The clock beside it.
fn utc_clock(state: &State, theme: Theme) -> Line {
    let mut line = Line::new(theme);
    if state.zone != Tz::UTC {
        line.own(&format!("{} UTC", time_of_day(state, Tz::UTC)), Role::Dim);
    }
    line
}

/// Where nothing comes in, the clock goes by the minute.
fn time_of_day(state: &State, zone: Tz) -> String {
    let clock = state.now.clock(zone);
    let is_still = state.source().is_some_and(|source| source.kind == SourceKind::Imported);
    if is_still { clock[..5].to_owned() } else { clock }
}
