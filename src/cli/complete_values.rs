//! The values that a field has in the store, and the names of attributes, for a shell's line. They are there at once
//! or not at all, and what goes wrong is not said: a shell's line is no place for errors.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crate::base::cancel::Cancel;
use crate::base::safe_text;
use crate::base::units;
use crate::engine::question::{FacetField, FacetsWant};
use crate::engine::{Answer, Engine as _, Question, Want};
use crate::model::field::Kind;
use crate::model::period::TimeRange;
use crate::query::Filter;
use crate::query::complete::{Candidate, Slot};

use super::args::StoreArgs;
use super::context::Context;
use super::view::chosen_source;

/// What a line is about, as far as it says.
#[derive(Debug, Clone, Default)]
pub struct Data {
    /// Which store, which configuration.
    pub store: StoreArgs,
    /// Which source; else the one that the screen shows.
    pub source: Option<String>,
}

/// Nobody waits longer for a key.
const PATIENCE: Duration = Duration::from_millis(60);
/// So many values are looked through for those that begin with what is typed.
const LOOKED_THROUGH: usize = 500;
/// So many are offered.
const OFFERED: usize = 40;

/// What of the data could stand in a slot.
pub fn candidates(data: &Data, slot: &Slot) -> Vec<Candidate> {
    let want = match slot {
        Slot::Word { typed, .. } if typed.starts_with("attributes.") => Want::Attributes,
        _ => match slot.counted() {
            // Any id is as likely as all others.
            Some((field, typed)) if !typed.is_empty() || field.kind() != Kind::Id => {
                let matching = (!typed.is_empty()).then(|| typed.to_owned());
                let field = FacetField { matching, ..FacetField::new(field, LOOKED_THROUGH) };
                Want::Facets(FacetsWant { fields: vec![field], with_totals: false })
            }
            _ => return Vec::new(),
        },
    };
    let (sender, answers) = mpsc::channel();
    let data = data.clone();
    // It ends with the program, which does not wait for it.
    thread::spawn(move || sender.send(ask(&data, want)));
    let Ok(Some(answer)) = answers.recv_timeout(PATIENCE) else { return Vec::new() };
    let mut found = match slot {
        Slot::Word { typed, .. } => names(&answer, typed),
        _ => values(&answer, slot),
    };
    found.retain(|candidate| safe_text::visible_str(&candidate.text) == candidate.text);
    found.truncate(OFFERED);
    found
}

fn ask(data: &Data, want: Want) -> Option<Answer> {
    let context = Context::load(&data.store, None).ok()?;
    let (store, _) = context.open_for_reading().ok()?;
    let sources = context.sources(&store).ok()?;
    let source = chosen_source(&context, &sources, data.source.as_deref()).ok()?;
    let source = source.map(|source| source.name.clone());
    let question = Question { filter: Filter::ALL, range: TimeRange::ALL, source, wants: vec![want] };
    store.answer(&store.snapshot().ok()?, &question, &Cancel::new()).ok()
}

fn names(answer: &Answer, typed: &str) -> Vec<Candidate> {
    let names = answer.attributes().map(|attributes| attributes.names.as_slice()).unwrap_or_default();
    let is_plain = |name: &str| name.chars().all(|c| c.is_alphanumeric() || "._-".contains(c));
    let named = names.iter().map(|(name, count)| (format!("attributes.{name}"), *count));
    named
        .filter(|(name, _)| name.starts_with(typed) && is_plain(name))
        .map(|(name, count)| Candidate { text: format!("{name}:"), about: counted(count) })
        .collect()
}

/// Those that begin with what is typed, else those that hold it.
fn values(answer: &Answer, slot: &Slot) -> Vec<Candidate> {
    let typed = slot.counted().map(|(_, typed)| typed.to_lowercase()).unwrap_or_default();
    let facet = answer.facets().and_then(<[_]>::first);
    let values = facet.map(|facet| facet.values.as_slice()).unwrap_or_default();
    let begins = |value: &[u8]| String::from_utf8_lossy(value).to_lowercase().starts_with(&typed);
    let there = || values.iter().filter(|value| value.count > 0);
    let is_any = there().any(|value| value.value.as_deref().is_some_and(begins));
    there()
        .filter(|value| !is_any || typed.is_empty() || value.value.as_deref().is_some_and(begins))
        .filter_map(|value| {
            let text = slot.value_text(value.value.as_deref())?;
            Some(Candidate { text, about: counted(value.count) })
        })
        .collect()
}

fn counted(count: u64) -> String {
    units::counted(count, "request", "requests")
}
