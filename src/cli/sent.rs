//! What can be asked of what was sent, to judge a query by.

use crate::base::cancel::Cancel;
use crate::engine::local::Store;
use crate::engine::question::{FacetField, FacetsWant};
use crate::engine::{Answer, Question, Snapshot, Want, ask_whole};
use crate::model::answer::Attributes;
use crate::model::field::FieldRef;
use crate::model::period::TimeRange;
use crate::query::Filter;

use crate::app::hiding;

/// More values of a field are not looked through for what may be meant.
const VALUES: usize = 2_000;

/// The requests of a source, or of all, whatever their time.
pub struct Sent<'a> {
    /// Where they are.
    pub store: &'a Store,
    /// The state of the data.
    pub snapshot: &'a Snapshot,
    /// Which source; `None` is all.
    pub source: Option<&'a str>,
    /// Whether a reading that keeps nothing is refused where another one keeps some; else that is told. Who waits for
    /// requests may ask for some that are none yet.
    pub is_all: bool,
}

impl Sent<'_> {
    /// How many of them a filter keeps.
    pub fn count(&self, filter: &Filter) -> u64 {
        self.ask(filter.clone(), Want::Count).and_then(|answer| answer.count()).unwrap_or(0)
    }

    /// Their attributes, if all of them are known.
    pub fn attributes(&self) -> Option<Attributes> {
        let answer = self.ask(Filter::ALL, Want::Attributes)?;
        answer.attributes().filter(|sent| !sent.has_more).cloned()
    }

    /// Their attributes, where a filter looks at others and all of them are known.
    pub fn attributes_beside(&self, filter: &Filter) -> Option<Attributes> {
        let mut paths = Vec::new();
        hiding::attribute_paths(filter, &mut paths);
        let sent = (!paths.is_empty()).then(|| self.attributes()).flatten()?;
        paths.iter().any(|path| !sent.names.iter().any(|(name, _)| name == path)).then_some(sent)
    }

    /// The values of a field, if they are not too many.
    pub fn values(&self, field: &FieldRef) -> Option<Vec<String>> {
        let fields = vec![FacetField::new(field.clone(), VALUES)];
        let answer = self.ask(Filter::ALL, Want::Facets(FacetsWant { fields, with_totals: false }))?;
        let facet = answer.facets()?.first().filter(|facet| facet.other_values == 0)?;
        let values = facet.values.iter().filter_map(|value| value.value.as_deref());
        Some(values.map(|value| String::from_utf8_lossy(value).into_owned()).collect())
    }

    fn ask(&self, filter: Filter, want: Want) -> Option<Answer> {
        let source = self.source.map(ToOwned::to_owned);
        let question = Question { filter, range: TimeRange::ALL, source, wants: vec![want] };
        ask_whole(self.store, self.snapshot, &question, &Cancel::new()).ok()
    }
}
