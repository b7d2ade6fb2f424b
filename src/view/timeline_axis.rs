//! The line under the bars: times at round places, where now is, and what bars lack that count something.

use crate::app::absence::BarMark;
use crate::base::time::Timestamp;
use crate::model::bar_step::{STEPS, Step};
use crate::model::bars::Beginning;

use super::line::{Cut, Line};
use super::theme::Role;
use super::timeline::Chart;

/// Cells from one time under the bars to the next.
const TICK_CELLS: i64 = 17;

/// Where the clock is, under the bars.
const NOW: &str = "now";

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
    /// How far apart the times under the bars are: the least round span with room for its label.
    fn tick(&self) -> Option<Step> {
        if self.bars.beginning == Beginning::Even {
            return None;
        }
        let width = self.bars.step.micros();
        let cells = |bars: i64| bars * self.cells as i64 / self.bars.len() as i64;
        let has_room = |tick: &&Step| cells(tick.micros() / width) >= TICK_CELLS;
        STEPS.iter().filter(has_room).find(|tick| is_of_borders(**tick, self.bars.step)).copied()
    }

    /// The cells of the word for now. It gives way to the marks of a span: to their left where they begin
    /// in it, else it is left out.
    fn cells_of_now(&self, now: Timestamp, marked: Option<(usize, usize)>) -> Option<(usize, usize)> {
        let bar = self.bars.place_of(now);
        let (_, end) = self.cells_of((bar, bar));
        let from = end.saturating_sub(NOW.len()).max(self.label);
        match marked.map(|marked| self.cells_of(marked)) {
            Some((first, until)) if first < end && until > from => {
                let moved = first.checked_sub(NOW.len()).filter(|moved| first >= from && *moved >= self.label)?;
                Some((moved, first))
            }
            _ => Some((from, end)),
        }
    }

    /// Under the bars: times at round ones, where now is, and what bars lack that count something.
    pub(super) fn axis(&self, now: Option<Timestamp>, marked: Option<(usize, usize)>) -> Line {
        let (bars, label) = (self.bars, self.label);
        let tick = self.tick();
        let mut last_date = String::new();
        let mut next = label;
        let end = self.edge(bars.len());
        let is_shown = |now: &Timestamp| bars.span().is_some_and(|span| span.contains(*now));
        let now_at = now.filter(is_shown).and_then(|now| self.cells_of_now(now, marked));
        let marked = marked.map(|marked| self.cells_of(marked));
        let mut texts: Vec<(usize, String)> = Vec::new();
        for bar in 0..bars.len() {
            let at = bars.range(bar).from;
            let x = self.edge(bar);
            let is_round = tick.is_none_or(|tick| tick.border_before(at, self.zone) == at);
            if x < next || (bar > 0 && !is_round) {
                continue;
            }
            let before = last_date.clone();
            let text = self.time_of(at, tick, &mut last_date);
            let is_over_now = now_at.is_some_and(|(from, until)| x < until + 1 && x + text.len() + 1 > from);
            let is_cut = marked.is_some_and(|(from, until)| x < until && x + text.len() > from);
            if is_cut || x > label && (x + text.len() > end || is_over_now) {
                last_date = before;
                continue;
            }
            next = x + text.len() + 3;
            texts.push((x, text));
        }
        // A first time that stands where the bars begin is not moved away.
        let is_free =
            |(from, until): &(usize, usize)| texts.iter().all(|(x, text)| x + text.len() < *from || *x > *until);
        if let Some((x, _)) = now_at.filter(is_free) {
            texts.push((x, NOW.into()));
        }
        texts.sort_by_key(|(x, _)| *x);
        let mut line = Line::new(self.theme);
        if !self.title.is_empty() {
            line.own(" ", Role::Dim).foreign(self.title.as_bytes(), Role::Title, label.saturating_sub(2), Cut::End);
        }
        for (x, text) in texts {
            self.pad_with_marks(&mut line, x);
            line.own(&text, if text == NOW { Role::Text } else { Role::Dim });
        }
        self.pad_with_marks(&mut line, end);
        let words = bars.step_words();
        // What it is called gives way to how long it is.
        let name = if line.width() + " bar ".len() + words.len() <= self.width { " bar " } else { " " };
        line.own(name, Role::Dim).own(&words, Role::Dim);
        line
    }

    /// Fills up to a cell: blank, but for bars that count something and lack something.
    fn pad_with_marks(&self, line: &mut Line, to: usize) {
        line.pad_to(self.label.min(to));
        while line.width() < to {
            let bar = self.bar_at(line.width());
            let lacks = self.marks.get(bar) == Some(&BarMark::Absent) && self.bars.total(bar) > 0;
            if lacks {
                line.own("░", Role::Warn);
            } else {
                line.pad_to(line.width() + 1);
            }
        }
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
