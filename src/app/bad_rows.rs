//! The rows of a source that could not be read: which, why, and how they begin.

use crate::model::intake::BadRow;

use super::event::Effect;
use super::state::{Layer, State};

/// Bad rows that are listed at most, the newest.
pub const MOST_LISTED: usize = 500;

/// A line of the list of sources.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourceLine {
    /// The source at a place.
    Source(usize),
    /// The bad rows of the source at a place, below it.
    Bad(usize),
}

impl SourceLine {
    /// The place of its source.
    pub fn source(self) -> usize {
        match self {
            Self::Source(place) | Self::Bad(place) => place,
        }
    }
}

/// The bad rows of a source, while they are looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadList {
    /// Of which source.
    pub source: String,
    /// The newest ones, once they are read.
    pub rows: Option<Vec<BadRow>>,
    /// How many the source had when they were asked for.
    pub all: u64,
    /// Whether they are being read: one read at a time, so that an older one is never taken last.
    pub is_reading: bool,
    /// The one under the cursor.
    pub cursor: usize,
}

impl BadList {
    /// The row under the cursor.
    pub fn current(&self) -> Option<&BadRow> {
        self.rows.as_ref()?.get(self.cursor)
    }
}

impl State {
    /// The lines of the list of sources: each, and below it its bad rows where it has some.
    pub fn source_lines(&self) -> Vec<SourceLine> {
        let lines = self.sources.iter().enumerate().flat_map(|(place, source)| {
            let bad = (source.bad > 0).then_some(SourceLine::Bad(place));
            [Some(SourceLine::Source(place)), bad].into_iter().flatten()
        });
        lines.collect()
    }

    /// Opens the list of sources at the one that is shown.
    pub(super) fn open_sources(&mut self) {
        let lines = self.source_lines();
        let shown = lines.iter().position(|line| *line == SourceLine::Source(self.source));
        self.layers.push(Layer::Sources(shown.unwrap_or(0)));
    }

    /// Opens the list of a source's bad rows.
    pub(super) fn open_bad_rows(&mut self, place: usize) -> Vec<Effect> {
        let Some(name) = self.sources.get(place).map(|source| source.name.clone()) else { return Vec::new() };
        let all = self.sources[place].bad;
        self.layers.push(Layer::Bad(BadList { source: name.clone(), rows: None, all, is_reading: true, cursor: 0 }));
        vec![Effect::ListBad(name, MOST_LISTED)]
    }

    /// Takes in which bad rows a source has.
    pub(super) fn take_bad_rows(&mut self, source: &str, rows: Result<Vec<BadRow>, String>) -> Vec<Effect> {
        let list = self.layers.iter_mut().rev().find_map(|layer| match layer {
            Layer::Bad(list) if list.source == source => Some(list),
            _ => None,
        });
        // It may be closed by now.
        let Some(list) = list else { return Vec::new() };
        list.is_reading = false;
        match rows {
            Ok(rows) => {
                // The cursor stays on its row while others come before it.
                let same = list.current().and_then(|current| rows.iter().position(|row| row == current));
                list.cursor = same.unwrap_or(list.cursor).min(rows.len().saturating_sub(1));
                list.rows = Some(rows);
                // There may be more since.
                self.list_new_bad_rows()
            }
            Err(reason) => {
                // Nothing is being read any more; they are asked for again when there are more.
                list.rows.get_or_insert_default();
                self.say_error(reason);
                Vec::new()
            }
        }
    }

    /// Asks again for the bad rows that are listed, where there are more by now.
    pub(super) fn list_new_bad_rows(&mut self) -> Vec<Effect> {
        // The help may lie over it.
        let list = self.layers.iter_mut().rev().find_map(|layer| match layer {
            Layer::Bad(list) => Some(list),
            _ => None,
        });
        let Some(list) = list else { return Vec::new() };
        let source = self.sources.iter().find(|source| source.name == list.source);
        let Some(source) = source.filter(|source| source.bad != list.all && !list.is_reading) else {
            return Vec::new();
        };
        (list.all, list.is_reading) = (source.bad, true);
        vec![Effect::ListBad(source.name.clone(), MOST_LISTED)]
    }
}
