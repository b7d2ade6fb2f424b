//! Requests by their ids: the store first, then the backends of those sources that have one.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::runtime::Handle;

use crate::app::event::{FindReport, FoundLine};
use crate::base::time::Timestamp;
use crate::base::units;
use crate::engine::local::Store;
use crate::engine::{Engine, EngineError};
use crate::model::request_id::{IdQuery, NormalId};
use crate::source::files_com::client::Client;

/// Records that are shown of one id.
const MOST_OF_ONE: usize = 50;

/// Ids that are asked of a backend at once.
const MOST_ASKED: usize = 200;

/// A backend that can be asked for an id, or why not.
pub type Backend = (String, Result<Arc<Client>, String>);

/// Looks for ids.
pub struct Finder {
    store: Arc<Store>,
    backends: Vec<Backend>,
    runtime: Option<Handle>,
}

impl Finder {
    /// In a store, and in backends.
    pub fn new(store: Arc<Store>, backends: Vec<Backend>, runtime: Option<Handle>) -> Self {
        Self { store, backends, runtime }
    }

    /// Looks for ids. Tells what is known as soon as the store has answered, and again when the
    /// backends have.
    pub fn find(&self, ids: &[IdQuery], mut tell: impl FnMut(FindReport)) {
        let mut lines = match self.look(ids) {
            Ok(lines) => lines,
            Err(error) => {
                let line =
                    |id: &IdQuery| FoundLine { id: id.clone(), records: Vec::new(), searched: error.to_string() };
                return tell(FindReport { lines: ids.iter().map(line).collect(), is_asking: false });
            }
        };
        let is_lacking = |line: &FoundLine| line.records.is_empty() && matches!(line.id, IdQuery::Whole(_));
        let can_ask = self.runtime.is_some() && self.backends.iter().any(|(_, client)| client.is_ok());
        let is_asking = can_ask && lines.iter().any(is_lacking);
        tell(FindReport { lines: lines.clone(), is_asking });
        if !is_asking {
            return;
        }
        let lacking: Vec<NormalId> = lines
            .iter()
            .filter(|line| is_lacking(line))
            .filter_map(|line| match &line.id {
                IdQuery::Whole(id) => Some(id.clone()),
                _ => None,
            })
            .collect();
        let answers = self.ask_backends(&lacking);
        if let Ok(again) = self.look(ids) {
            lines = again;
        }
        for line in lines.iter_mut().filter(|line| line.records.is_empty()) {
            if let IdQuery::Whole(id) = &line.id
                && let Some(answer) = answers.get(id)
            {
                line.searched = format!("{}; {answer}", line.searched);
            }
        }
        tell(FindReport { lines, is_asking: false });
    }

    /// What the store has.
    fn look(&self, ids: &[IdQuery]) -> Result<Vec<FoundLine>, EngineError> {
        self.store.refresh()?;
        let snapshot = self.store.snapshot()?;
        let found = self.store.get(&snapshot, ids, MOST_OF_ONE)?;
        let searched = self.searched()?;
        Ok(ids
            .iter()
            .zip(found)
            .map(|(id, records)| {
                let searched = match id {
                    IdQuery::Handle(handle) if handle.tag != self.store.tag() => {
                        "it is a handle of another store".to_owned()
                    }
                    _ => searched.clone(),
                };
                FoundLine { id: id.clone(), records, searched }
            })
            .collect())
    }

    /// What was searched, honestly: how much, how far back, what is missing.
    fn searched(&self) -> Result<String, EngineError> {
        let info = self.store.info()?;
        let records = units::counted(info.records, "request", "requests");
        let back = info.span.map_or_else(String::new, |(first, _)| format!(" back to {}", first.date(chrono_tz::UTC)));
        let mut text = format!("the store was searched ({records}{back}");
        for source in self.store.source_records()? {
            if !source.gaps.is_empty() {
                text.push_str(&format!(
                    "; {} has {}",
                    source.name,
                    units::counted(source.gaps.len() as u64, "gap", "gaps")
                ));
            }
            if let Some(coverage) = &source.coverage
                && let Some(from) = coverage.wanted_from
                && coverage.share(crate::model::period::TimeRange::new(from, Timestamp::now())) < 0.999
            {
                text.push_str(&format!("; {} is still being filled", source.name));
            }
        }
        text.push(')');
        for (name, client) in &self.backends {
            if let Err(reason) = client {
                text.push_str(&format!("; {name} was not asked: {reason}"));
            }
        }
        Ok(text)
    }

    /// Asks the backends for ids, one after the other, and stores what they have.
    fn ask_backends(&self, ids: &[NormalId]) -> HashMap<NormalId, String> {
        let Some(runtime) = &self.runtime else { return HashMap::new() };
        let mut answers: HashMap<NormalId, String> = HashMap::new();
        for (name, client) in &self.backends {
            let Ok(client) = client else { continue };
            for (place, id) in ids.iter().enumerate() {
                if place >= MOST_ASKED {
                    answers.insert(id.clone(), format!("{name} was asked for the first {MOST_ASKED} only"));
                    continue;
                }
                let answer = match runtime.block_on(client.get_by_id(id)) {
                    Ok(lookup) if lookup.is_found() => {
                        match self.store.append(name, &lookup.intake, Timestamp::now()) {
                            Ok(_) => continue,
                            Err(error) => format!("{name} has it, but it could not be stored: {error}"),
                        }
                    }
                    Ok(_) => format!("{} was asked and does not have it", client.address().host()),
                    Err(error) => format!("{name} could not be asked: {error}"),
                };
                answers.entry(id.clone()).and_modify(|text| *text = format!("{text}; {answer}")).or_insert(answer);
            }
        }
        answers
    }
}
