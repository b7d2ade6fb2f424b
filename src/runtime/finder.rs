//! Requests by their ids: the store first, then the backends of those sources that have one.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::mpsc::channel;

use tokio::runtime::Handle;

use crate::app::event::{FindReport, FoundBy, FoundLine};
use crate::app::find::MOST_OF_ONE;
use crate::app::held::spellings;
use crate::base::cancel::Cancel;
use crate::base::time::Timestamp;
use crate::base::units;
use crate::engine::local::Store;
use crate::engine::question::{Anchor, PageWant, Sort};
use crate::engine::{Answer, Engine, EngineError, Question, Want, ask_whole};
use crate::model::field::FieldRef;
use crate::model::intake::Coverage;
use crate::model::period::TimeRange;
use crate::model::request_id::{IdQuery, NormalId};
use crate::query::Filter;
use crate::query::filter::{Clause, Target};
use crate::source::files_com::client::Client;

/// Ids that are asked of a backend at once.
const MOST_ASKED: usize = 200;

/// Ids that are looked for inside records, and records that are shown of each.
const MOST_SEARCHED: usize = 5;
const MOST_INSIDE: usize = 10;

/// Shorter beginnings of ids stand in too many texts.
const SHORTEST_INSIDE: usize = 6;

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
                let line = |id: &IdQuery| FoundLine::missing(id, error.to_string());
                return tell(FindReport { lines: ids.iter().map(line).collect(), is_asking: false });
            }
        };
        let is_telling = |id: &IdQuery| match id {
            IdQuery::Whole(_) => true,
            IdQuery::Prefix(beginning) => beginning.as_str().len() >= SHORTEST_INSIDE,
            IdQuery::Suffix(_) | IdQuery::Handle(_) => false,
        };
        let is_lacking = |line: &FoundLine| line.records.is_empty() && is_telling(&line.id);
        let can_ask = self.runtime.is_some() && self.backends.iter().any(|(_, client)| client.is_ok());
        let is_lacking_any = lines.iter().any(is_lacking);
        let is_whole = |line: &FoundLine| matches!(line.id, IdQuery::Whole(_));
        let is_asking = can_ask && lines.iter().any(|line| is_lacking(line) && is_whole(line));
        tell(FindReport { lines: lines.clone(), is_asking: is_lacking_any });
        if !is_lacking_any {
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
        let answers = if is_asking { self.ask_backends(&lacking) } else { HashMap::new() };
        if is_asking && let Ok(again) = self.look(ids) {
            lines = again;
        }
        for line in lines.iter_mut().filter(|line| line.records.is_empty()) {
            if let IdQuery::Whole(id) = &line.id
                && let Some(answer) = answers.get(id)
            {
                line.searched = format!("{}; {answer}", line.searched);
            }
        }
        for line in lines.iter_mut().filter(|line| is_lacking(line)).take(MOST_SEARCHED) {
            self.look_inside(line);
        }
        tell(FindReport { lines, is_asking: false });
    }

    /// What the store has.
    fn look(&self, ids: &[IdQuery]) -> Result<Vec<FoundLine>, EngineError> {
        self.store.refresh()?;
        let snapshot = self.store.snapshot()?;
        let mut ids = ids.to_vec();
        let mut found = self.store.get(&snapshot, &ids, MOST_OF_ONE)?;
        // What no id begins with may be the end of one.
        let lacking = ids.iter_mut().zip(&mut found).filter(|(_, records)| records.is_empty());
        for (id, records) in lacking.take(MOST_SEARCHED) {
            let IdQuery::Prefix(text) = &*id else { continue };
            let end = IdQuery::Suffix(text.clone());
            let with_end = self.store.get(&snapshot, std::slice::from_ref(&end), MOST_OF_ONE)?.pop();
            if let Some(with_end) = with_end.filter(|records| !records.is_empty()) {
                (*id, *records) = (end, with_end);
            }
        }
        // Only where something is lacking is it told what was searched.
        let searched = if found.iter().any(Vec::is_empty) { self.searched()? } else { String::new() };
        Ok(ids
            .iter()
            .zip(found)
            .map(|(id, records)| {
                let searched = match id {
                    IdQuery::Handle(handle) if handle.tag != self.store.tag() => {
                        "it is a handle of another store".to_owned()
                    }
                    IdQuery::Prefix(_) | IdQuery::Suffix(_) if !self.backends.is_empty() => {
                        format!("{searched}; a backend is only asked for whole ids")
                    }
                    _ => searched.clone(),
                };
                FoundLine { all: records.len() as u64, records, ..FoundLine::missing(id, searched) }
            })
            .collect())
    }

    /// Looks for an id inside records whose Request-ID it is not: a response may name another id
    /// than the request, and a trace or a session has one of its own, in an attribute.
    fn look_inside(&self, line: &mut FoundLine) {
        let (IdQuery::Whole(id) | IdQuery::Prefix(id)) = &line.id else { return };
        let any_of = spellings(id);
        let Ok(snapshot) = self.store.snapshot() else { return };
        let ask = |filter, want| {
            let question = Question { filter, range: TimeRange::ALL, source: None, wants: vec![want] };
            ask_whole(self.store.as_ref(), &snapshot, &question, &Cancel::new()).ok()
        };
        let records_of = |targets: Vec<Target>| {
            let clause = |target| Filter::Clause(Clause { target, any_of: any_of.clone() });
            let page = PageWant { sort: Sort::default(), at: Anchor::Start, limit: MOST_INSIDE };
            let filter = Filter::Or(targets.into_iter().map(clause).collect());
            let page = ask(filter, Want::Page(page)).and_then(Answer::into_page);
            page.map(|page| (page.rows, page.total)).unwrap_or_default()
        };
        ((line.records, line.all), line.by) = (records_of(vec![Target::Anywhere]), FoundBy::Mention);
        if line.records.is_empty()
            && let Some(answer) = ask(Filter::ALL, Want::AttributesWith(any_of.clone()))
            && let Some(found) = answer.attributes().filter(|found| !found.names.is_empty())
        {
            let found: Vec<_> = found.names.iter().map(|(path, n)| (FieldRef::Attribute(path.clone()), *n)).collect();
            let targets = found.iter().map(|(field, _)| Target::Field(field.clone())).collect();
            ((line.records, line.all), line.by) = (records_of(targets), FoundBy::Attributes(found));
        }
    }

    /// What was searched, honestly: how much, how far back, what is missing.
    fn searched(&self) -> Result<String, EngineError> {
        let info = self.store.info()?;
        let records = units::counted(info.records, "request", "requests");
        let mut text = format!("the store was searched ({records}");
        let sources = self.store.source_records()?;
        // Single requests that were fetched say nothing of what else is here of their time.
        if let Some((first, _)) = info.span
            && sources.iter().all(|source| source.coverage.is_none())
        {
            text.push_str(&format!(" back to {}", first.date(chrono_tz::UTC)));
        }
        for source in sources {
            if let Some(span) = source.coverage.as_ref().and_then(Coverage::newest) {
                text.push_str(&format!("; all of {} since {}", source.name, span.from.date(chrono_tz::UTC)));
            }
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
        let mut found: HashSet<NormalId> = HashSet::new();
        for (name, client) in &self.backends {
            let Ok(client) = client else { continue };
            for (place, id) in ids.iter().enumerate() {
                if place >= MOST_ASKED {
                    answers.insert(id.clone(), format!("{name} was asked for the first {MOST_ASKED} only"));
                    continue;
                }
                if found.contains(id) {
                    continue;
                }
                // A task and a channel: when the program ends meanwhile, nothing waits for a dead timer.
                let (sender, receiver) = channel();
                let (asked, wanted) = (Arc::clone(client), id.clone());
                runtime.spawn(async move {
                    // Whoever asked may be gone.
                    let _ = sender.send(asked.get_by_id(&wanted).await);
                });
                let Ok(answer) = receiver.recv() else { return answers };
                let answer = match answer {
                    Ok(lookup) if lookup.is_found() => {
                        match self.store.append(name, &lookup.intake, Timestamp::now()) {
                            Ok(_) => {
                                found.insert(id.clone());
                                continue;
                            }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::testing::{intake, open};
    use crate::model::intake::RowIdentity;

    #[test]
    fn what_is_no_request_id_is_looked_for_in_attributes() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Arc::new(open(folder.path()));
        let rows =
            ["time=1;request_id=r1;attributes.session=3B50da2e-1529-668d-56c3-7ba284a0ce98", "time=2;request_id=r2"];
        let rows = rows.map(|row| (row.to_owned(), RowIdentity::Content(1)));
        store.append("one", &intake("one", &rows), Timestamp(1)).expect("appends");
        let finder = Finder::new(store, Vec::new(), None);
        for (typed, records) in [
            ("3b50da2e-1529-668d-56c3-7ba284a0ce98", 1),
            ("3b50da2e1529668d56c37ba284a0ce98", 1),
            ("3b50da2e", 1),
            ("3b50da2e-1529-668d-56c3-7ba284a0ce99", 0),
        ] {
            let mut reports = Vec::new();
            finder.find(&[IdQuery::read(typed).expect("an id")], |report| reports.push(report));
            let line = &reports.last().expect("a report").lines[0];
            assert_eq!(line.records.len(), records, "{typed}");
            let expected = (records > 0).then(|| "attributes.session of 1 request".to_owned());
            assert_eq!(line.by.attributes(), expected, "{typed}");
        }
    }

    #[test]
    fn what_no_id_begins_with_is_looked_for_at_their_ends() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Arc::new(open(folder.path()));
        let row = "time=1;request_id=e2d6641f66938d51f86fb1e50ccf0371".to_owned();
        store.append("one", &intake("one", &[(row, RowIdentity::Content(1))]), Timestamp(1)).expect("appends");
        let finder = Finder::new(store, Vec::new(), None);
        for (typed, named) in [("ccf0371", "*ccf0371"), ("e2d6641", "e2d6641*"), ("dddddd1", "dddddd1*")] {
            let mut reports = Vec::new();
            finder.find(&[IdQuery::read(typed).expect("an id")], |report| reports.push(report));
            let report = reports.last().expect("a report");
            assert_eq!(report.lines[0].id.text(), named);
            assert_eq!(report.lines[0].records.len(), usize::from(typed != "dddddd1"), "{typed}");
        }
    }
}
