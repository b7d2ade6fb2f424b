//! What becomes of a query.

use chrono_tz::Tz;

use super::doubts::Doubt;
use crate::base::time::Timestamp;
use crate::model::period::Period;
use crate::query::error::QueryError;
use crate::query::filter::Filter;

/// A query that was understood.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parsed {
    /// What is kept.
    pub filter: Filter,
    /// The period that a `time:` term asked for.
    pub period: Option<Period>,
    /// How something was read that could be read in another way.
    pub notes: Vec<String>,
    /// Words that look like the value of a field.
    pub offers: Vec<Offer>,
    /// The whole query with those terms in place of the words, where it is more than one of them.
    pub with_fields: Option<String>,
    /// Readings that the requests may show to be other ones than were meant.
    pub doubts: Vec<Doubt>,
}

/// A word that looks like the value of a field, and the term that asks for the field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The word.
    pub word: String,
    /// The term.
    pub term: String,
}

impl std::fmt::Display for Offer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "“{}” is searched as a word; {} asks for the field", self.word, self.term)
    }
}

impl Parsed {
    /// Narrows the period by one more.
    pub fn take_period(&mut self, period: Period, now: Timestamp, zone: Tz) {
        self.period = Some(self.period.map_or(period, |known| known.and(period, now, zone)));
    }

    /// Everything that is to be said about how it was read.
    pub fn sentences(&self) -> Vec<String> {
        let said = self.notes.iter().cloned().chain(self.offers.iter().map(Offer::to_string));
        said.chain(self.with_fields.as_ref().map(|whole| format!("with their fields: {whole}"))).collect()
    }
}

/// A query that need not be finished: what could be understood, and what could not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Draft {
    /// What could be understood.
    pub parsed: Parsed,
    /// What could not, in the order of its places.
    pub problems: Vec<QueryError>,
}

/// A query with terms in place of words.
pub(super) fn with_fields(text: &str, mut asked: Vec<(std::ops::Range<usize>, String)>) -> Option<String> {
    asked.sort_by_key(|(place, _)| (place.start, std::cmp::Reverse(place.end)));
    let (mut out, mut end) = (String::new(), 0);
    for (place, term) in asked {
        // A word of two that are a term is in its place already.
        if place.start < end {
            continue;
        }
        out.push_str(text.get(end..place.start)?);
        out.push_str(&term);
        end = place.end;
    }
    let is_more = !out.is_empty() && (out.contains(' ') || !text[end..].trim().is_empty());
    is_more.then(|| out + &text[end..])
}
