//! A sentence for every screen without rows: what is going on, and what helps.

use crate::base::units;
use crate::model::period::Period;
use crate::model::source_status::Activity;

use super::action::Action;
use super::hiding::{Part, WayOut, Words};
use super::keymap::Place;
use super::source_view::SourceKind;
use super::state::State;

impl State {
    /// Why there are no rows, and what helps; the first line is the answer.
    pub fn empty_sentences(&self) -> Vec<String> {
        if let Some(reason) = &self.failure {
            return vec!["This view could not be read.".into(), reason.clone()];
        }
        let Some(source) = self.source() else {
            return vec![
                "There is no source yet.".into(),
                "reqscope demo shows a made-up one; README says how to add your own.".into(),
            ];
        };
        if !self.table.has_answer {
            return vec![format!("Reading {} …", source.name)];
        }
        let of = self.summary.as_ref().map_or(0, |summary| summary.of);
        let key = |action| self.keymap.key_of(Place::Table, action).map(|key| key.to_string()).unwrap_or_default();
        if of > 0 {
            let mut lines = vec![format!(
                "Nothing matches: the filter hides all {} of this period.",
                units::counted(of, "request", "requests")
            )];
            lines.extend(self.hiding_sentences());
            lines.push(format!(
                "{} drops the filter, {} switches it off and on.",
                key(Action::ClearFilter),
                key(Action::ToggleFilter)
            ));
            return lines;
        }
        if let Some(sentence) = self.source_trouble() {
            return sentence;
        }
        if source.bad > 0 && self.effective_period() == Period::All {
            return vec![
                format!(
                    "No row of {} could be read: {}.",
                    source.name,
                    units::counted(source.bad, "bad row", "bad rows")
                ),
                format!(
                    "reqscope doctor{} lists them; --format says how the file is to be read.",
                    self.place.store_arguments
                ),
            ];
        }
        if self.latest.as_ref().is_none_or(|latest| latest.as_of.0 == 0) {
            return match source.kind {
                SourceKind::Polled => vec![format!("No request of {} is here yet.", source.name)],
                SourceKind::Followed => vec![format!("{} is empty; new lines will appear here.", source.name)],
                SourceKind::Imported => vec![format!("{} holds no requests.", source.name)],
            };
        }
        let mut lines = vec![format!("No request of {} in this period.", source.name)];
        lines.extend(self.hiding_sentences());
        if self.effective_period() != Period::All {
            lines.push(format!("{} chooses another period.", key(Action::Period)));
        }
        lines
    }

    /// Which steps hide everything, and what the key that opens a row does about it.
    fn hiding_sentences(&self) -> Vec<String> {
        let Some(hiding) = self.hiding() else { return Vec::new() };
        let (filter, period) = (self.effective_filter(), self.period.label(self.zone));
        let words = Words { filter: &filter, spec: self.view_spec(), period: &period };
        let mut lines = hiding.sentences(&words, self.now);
        let key = self.keymap.key_of(Place::Table, Action::Open).map(|key| key.to_string()).unwrap_or_default();
        lines.extend(hiding.way_out(&filter).map(|way_out| match way_out {
            WayOut::Take(step, _, value) => {
                let value = String::from_utf8_lossy(&value);
                let is_one = hiding.unknown.len() + hiding.held.len() == 1;
                let place =
                    if is_one { "its place".into() } else { format!("the place of {}", words.of(Part::Step(step))) };
                format!("{key} takes {value} in {place}.")
            }
            WayOut::SwitchOff(parts) => format!("{key} switches {} off.", words.of_all(&parts)),
        }));
        lines
    }

    /// What keeps a source's records away.
    fn source_trouble(&self) -> Option<Vec<String>> {
        let status = self.status()?;
        match &status.activity {
            Activity::Asking { since, .. } if status.newest.is_none() => {
                let seconds = self.now.since(*since).max(0) / 1_000_000;
                Some(vec![format!("Asking {} … first page ({seconds} s)", status.host)])
            }
            Activity::Waiting { until, reason, attempt } => {
                let left = until.since(self.now).max(0) / 1_000_000;
                Some(vec![reason.clone(), format!("Try {} follows in {left} s.", attempt)])
            }
            Activity::Stopped { reason, hint, .. } => Some(vec![reason.clone(), hint.clone()]),
            _ => None,
        }
    }
}
