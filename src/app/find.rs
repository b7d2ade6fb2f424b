//! Finding requests by their ids.

use crate::base::cancel::Generation;
use crate::base::units;
use crate::model::field::FieldRef;
use crate::model::record::StoredRecord;
use crate::model::request_id::{self, IdQuery};
use crate::query::evaluate::Evaluator;
use crate::query::{Clause, Filter, Target, Test};

use super::detail::Detail;
use super::event::{Effect, FindReport, FoundBy, FoundLine};
use super::held::spellings;
use super::state::{Layer, State};

/// What was found for some ids.
#[derive(Debug, Clone)]
pub struct FoundList {
    /// The search that it shows.
    pub generation: Generation,
    /// What came of each id.
    pub report: FindReport,
    /// The line under the cursor.
    pub cursor: usize,
    /// Lines scrolled away.
    pub scroll: usize,
}

/// A line on the screen: a record, or an id without one.
#[derive(Debug, Clone, Copy)]
pub enum FoundRow<'a> {
    /// A record that has the id.
    Record(&'a FoundLine, &'a StoredRecord),
    /// An id that no record has.
    Missing(&'a FoundLine),
}

impl FoundList {
    /// The lines on the screen.
    pub fn rows(&self) -> Vec<FoundRow<'_>> {
        self.report
            .lines
            .iter()
            .flat_map(|line| {
                let missing = line.records.is_empty().then_some(FoundRow::Missing(line));
                line.records.iter().map(move |record| FoundRow::Record(line, record)).chain(missing)
            })
            .collect()
    }

    /// The record under the cursor.
    pub fn current(&self) -> Option<&StoredRecord> {
        match self.rows().get(self.cursor) {
            Some(FoundRow::Record(_, record)) => Some(record),
            _ => None,
        }
    }

    /// What was found: for one id how many requests have it or begin so, for several how many of them have some.
    pub fn words(&self) -> String {
        let [line] = self.report.lines.as_slice() else {
            let all = self.report.lines.len() as u64;
            return format!("Found {} of {}", self.found(), units::counted(all, "id", "ids"));
        };
        if let Some(attributes) = line.by.attributes() {
            let count = line.records.len() as u64;
            let rest =
                if line.all > count { format!("; the newest {count} are here, / finds all") } else { String::new() };
            return format!("{} in {attributes}{rest}", line.id.text());
        }
        let count = line.records.len() as u64;
        if line.by == FoundBy::Mention && line.all > count {
            let all = units::counted(line.all, "request", "requests");
            return format!("{}: the newest {count} of {all} that have it in them; / finds all", line.id.text());
        }
        let (one, several) = match &line.id {
            _ if line.by == FoundBy::Mention => ("has it in it", "have it in them"),
            IdQuery::Prefix(_) => ("begins so", "begin so"),
            IdQuery::Suffix(_) => ("ends so", "end so"),
            IdQuery::Whole(_) | IdQuery::Handle(_) => ("has it", "have it"),
        };
        let most = if count >= MOST_OF_ONE as u64 { "at least " } else { "" };
        let requests = units::counted(count, "request", "requests");
        format!("{}: {most}{requests} {}", line.id.text(), if count == 1 { one } else { several })
    }

    /// How many ids have a record.
    pub fn found(&self) -> usize {
        self.report.lines.iter().filter(|line| !line.records.is_empty()).count()
    }
}

impl FoundLine {
    /// The filter that keeps all requests that have the id inside.
    pub fn asked_inside(&self) -> Filter {
        let clause = |target, any_of| Filter::Clause(Clause { target, any_of });
        Filter::Or(match &self.by {
            FoundBy::Attributes(found) => {
                found.iter().map(|(field, _)| clause(Target::Field(field.clone()), self.tests())).collect()
            }
            FoundBy::Id | FoundBy::Mention => {
                self.tests().into_iter().map(|test| clause(Target::Anywhere, vec![test])).collect()
            }
        })
    }

    /// Tests on the id in a text, in all its spellings.
    fn tests(&self) -> Vec<Test> {
        match &self.id {
            IdQuery::Whole(id) | IdQuery::Prefix(id) => spellings(id),
            IdQuery::Suffix(_) | IdQuery::Handle(_) => Vec::new(),
        }
    }

    /// The attributes of one of its records that have the id.
    pub fn attributes_of(&self, record: &StoredRecord) -> impl Iterator<Item = &FieldRef> {
        let any_of = self.tests();
        let found = match &self.by {
            FoundBy::Attributes(found) => found.as_slice(),
            FoundBy::Id | FoundBy::Mention => &[],
        };
        let has_id = move |field: &&FieldRef| {
            let target = Target::Field((*field).clone());
            Evaluator::new(&Filter::Clause(Clause { target, any_of: any_of.clone() })).keeps(record)
        };
        found.iter().map(|(field, _)| field).filter(has_id)
    }
}

/// Requests that are found of one id at most.
pub const MOST_OF_ONE: usize = 50;

/// Ids that are looked for at once.
pub const MOST_IDS: usize = 2_000;

impl State {
    /// Looks for the ids in a text.
    pub fn find_in(&mut self, text: &str) -> Vec<Effect> {
        let mut ids = request_id::ids_in(text);
        if ids.is_empty() {
            self.say_error(format!("there is no id in this text; {}", request_id::ID_FORMS));
            return Vec::new();
        }
        let cut = ids.len().saturating_sub(MOST_IDS);
        ids.truncate(MOST_IDS);
        let what = if ids.len() == 1 { ids[0].text() } else { format!("{} ids", ids.len()) };
        let rest = if cut > 0 { format!(" (the first {MOST_IDS}; {cut} more are left)") } else { String::new() };
        self.say(format!("looking for {what}{rest} …"));
        let generation = self.find_generation.advance();
        vec![Effect::Find(generation, ids)]
    }

    /// Shows what was found: a single request at once, several as a list. Of an older search
    /// nothing is shown any more but in its own list.
    pub fn take_found(&mut self, generation: Generation, report: FindReport) {
        let shown = self.layers.iter_mut().find_map(|layer| match layer {
            Layer::Found(list) if list.generation == generation => Some(list),
            _ => None,
        });
        if let Some(list) = shown {
            list.report = report;
            list.cursor = list.cursor.min(list.rows().len().saturating_sub(1));
            return;
        }
        if generation != self.find_generation {
            return;
        }
        if let [line] = report.lines.as_slice()
            && line.records.is_empty()
        {
            if report.is_asking {
                self.say(format!("{} is not in the store as a Request-ID; looking further …", line.id.text()));
            } else {
                self.say_error(format!("{} was not found: {}", line.id.text(), line.searched));
            }
            return;
        }
        if self.find_shown == generation {
            // Its list was closed by hand.
            let found = report.lines.iter().filter(|line| !line.records.is_empty()).count();
            let all = units::counted(report.lines.len() as u64, "id was", "ids were");
            self.say(format!("{found} of {all} found"));
            return;
        }
        self.message = None;
        self.find_shown = generation;
        if let [line] = report.lines.as_slice()
            && let [record] = line.records.as_slice()
        {
            if line.by == FoundBy::Mention {
                self.say(format!("{} is not its Request-ID, but stands in this request", line.id.text()));
            }
            if let Some(attributes) = line.by.attributes() {
                self.say(format!("{} is no Request-ID, but {attributes}", line.id.text()));
            }
            if let IdQuery::Suffix(end) = &line.id {
                self.say(format!("its Request-ID ends with {}", end.written()));
            }
            self.layers.push(Layer::Detail(Box::new(Detail::new(record.clone(), false))));
            return;
        }
        self.layers.push(Layer::Found(FoundList { generation, report, cursor: 0, scroll: 0 }));
    }
}
