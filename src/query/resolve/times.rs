//! Times among the words of a query: they are refused as words, with the period in their place.

use std::ops::Range;

use chrono_tz::Tz;

use super::{Reading, Resolver};
use crate::base::units;
use crate::model::field::{Field, FieldRef};
use crate::model::period::Period;
use crate::query::error::QueryError;
use crate::query::print::quoted;
use crate::query::syntax::{Node, NodeKind, Op, Term, Word};
use crate::query::times_in_words::{Readings, TimeInWords, times_in_words};

/// `time:"2 days ago"`: a point, in which no request is.
pub(super) fn point_ago(word: &Word) -> Option<QueryError> {
    let text = word.text.trim();
    text.strip_suffix(" ago").filter(|ago| !ago.contains("..") && units::parse_compound_span(ago).is_some())?;
    let problem = QueryError::new("this is a point in time and no period", word.span.clone());
    let point = quoted(text.as_bytes());
    Some(problem.with_hint(format!("write time>={point} for what is since then, time<{point} for what was before")))
}

impl Resolver<'_> {
    /// `created:2026-11-25T08:30..2026-11-25T09:30`: GitHub takes in the end of a range, too.
    pub(super) fn end_left_out(&mut self, node: &Node) {
        let NodeKind::Term(Term { field: Some(name), values, .. }) = &node.kind else { return };
        let [value] = values.as_slice() else { return };
        let Some((_, end)) = value.word.text.split_once("..").filter(|_| value.word.is_bare()) else { return };
        let is_clock = end.contains('T') && end.contains(':') && !end.starts_with('<');
        if value.op == Op::Has && name.text.eq_ignore_ascii_case("created") && is_clock {
            self.note(format!("{end} itself is left out; time<={end} takes it in"));
        }
    }

    /// `time>=2026-11-28T10:00 America/Los_Angeles`: the zone of a time, behind it without quotes.
    pub(super) fn zones_behind(&mut self, parts: &[Node]) {
        for pair in parts.windows(2) {
            let [first, second] = pair else { continue };
            let (NodeKind::Term(term), NodeKind::Term(zone)) = (&first.kind, &second.kind) else { continue };
            let (Some(name), [value], [word]) = (&term.field, term.values.as_slice(), zone.values.as_slice()) else {
                continue;
            };
            let is_time = FieldRef::find(&name.text) == Some(Field::Time.into()) && zone.field.is_none();
            let is_zone = word.word.text.contains('/') && word.word.text.parse::<Tz>().is_ok();
            let written = self.text[value.word.span.start..second.span.end].to_owned();
            if is_time && is_zone && !written.contains('"') {
                let problem = QueryError::new("a time and its zone stand in double quotes", second.span.clone());
                let (place, right) = (value.word.span.start..second.span.end, quoted(written.as_bytes()));
                self.problems.push(problem.with_hint(format!("write {right}")).with_fix(place, right));
            }
        }
    }

    /// Times among words: the period, with the words beside that have the shape of a value.
    pub(super) fn times_in_words(&mut self, parts: &[Node]) {
        /// Terms of words that are hardly meant as texts beside a time.
        const SHAPED: [&str; 5] = ["status:", "method:", "ip:", "request_id:", "is:"];
        let Reading { now, zone, .. } = self.reading;
        let is_point = |word: &str| {
            let is_begun = word.starts_with(|c: char| c.is_ascii_digit()) || matches!(word, "yesterday" | "today");
            is_begun && word.parse::<f64>().is_err() && Period::read_point(word, zone, now, false).is_ok()
        };
        let is_period = |words: &str| Period::read(words, zone).is_ok();
        let times = times_in_words(self.text, parts, &Readings { is_point: &is_point, is_period: &is_period });
        let is_shaped = |(_, term): &&(Range<usize>, String)| SHAPED.iter().any(|field| term.starts_with(field));
        let shaped: Vec<_> = self.asked.iter().filter(is_shaped).cloned().collect();
        self.times_of_alternatives(parts, &Readings { is_point: &is_point, is_period: &is_period });
        let is_any_sure = times.iter().any(|time| time.is_sure);
        for TimeInWords { place, term, is_sure } in times {
            let words = &self.text[place.clone()];
            if is_sure {
                let hint = format!("write {term}, or \"{words}\" to search for the text");
                let problem = QueryError::new("a time stands behind “time”", place.clone());
                self.problems.push(problem.with_hint(hint).with_fix(place, term));
            } else {
                self.note(format!("“{words}” is searched as text; {term} asks for the period"));
            }
        }
        for (place, term) in shaped.into_iter().filter(|_| is_any_sure) {
            let problem = QueryError::new(format!("“{}” is a word here", &self.text[place.clone()]), place);
            self.problems.push(problem.written(term));
        }
    }

    /// `client:a OR client:b last 24h`: a time at the end is of all alternatives; elsewhere it is told.
    fn times_of_alternatives(&mut self, parts: &[Node], readings: &Readings<'_>) {
        let [Node { kind: NodeKind::Or(alternatives), .. }] = parts else { return };
        for parts in alternatives {
            let NodeKind::And(parts) = &parts.kind else { continue };
            for TimeInWords { place, term, is_sure } in times_in_words(self.text, parts, readings) {
                let words = &self.text[place.clone()];
                if is_sure && self.text[place.end..].trim().is_empty() {
                    let right = format!("({}) {term}", self.text[..place.start].trim());
                    let problem = QueryError::new("a time stands behind “time”", place);
                    self.problems.push(problem.with_hint(format!("write {right}")).with_fix(0..self.text.len(), right));
                } else {
                    self.note(format!("“{words}” is searched as text; {term} asks for the time"));
                }
            }
        }
    }
}
