//! The least texts of runs of a column's rows: which runs can have one of the least values, without reading the others.

use std::sync::Arc;

use rayon::prelude::*;

use crate::engine::error::EngineError;

use super::least::Least;
use super::select::Context;
use super::value_source::Source;
use crate::engine::local::columns::bits::Bits;
use crate::engine::local::columns::text::Text;

/// Rows of a run.
const RUN: usize = if cfg!(test) { 4 } else { 256 };

/// Fewer places than one of so many runs are read without knowing the floors, which all texts are read for.
const FEW: usize = if cfg!(test) { 2 } else { 16 };

/// So many texts of a run are read one by one.
const SINGLE: usize = 2;

/// Bytes of a floor: how a text begins is no more than the text, and texts may be of any length.
const MOST_BYTES: usize = if cfg!(test) { 3 } else { 128 };

/// Runs that are read before it is looked whether others can have less.
const AT_ONCE: usize = 16;

/// How the least text of each run begins; `None` where no row has one.
#[derive(Debug)]
pub struct Floors(Vec<Option<Box<[u8]>>>);

impl Floors {
    fn of(text: &Text, rows: usize, context: &Context<'_>) -> Result<Self, EngineError> {
        let mut floors: Vec<Option<Box<[u8]>>> = vec![None; rows.div_ceil(RUN)];
        text.for_each_run(0..rows, |run| {
            context.check()?;
            for row in run.rows().filter(|row| text.has(*row)) {
                let (floor, text) = (&mut floors[row / RUN], run.get(row));
                let text = &text[..text.len().min(MOST_BYTES)];
                if floor.as_deref().is_none_or(|floor| text < floor) {
                    *floor = Some(text.into());
                }
            }
            Ok(true)
        })?;
        Ok(Self(floors))
    }

    /// How much memory they take.
    fn size(&self) -> usize {
        self.0.iter().map(|floor| 16 + floor.as_ref().map_or(0, |text| text.len())).sum()
    }
}

/// Texts at some places of a source.
pub struct Sought<'a, 's, 'q> {
    /// Its number.
    pub number: usize,
    /// The source.
    pub source: &'a Source<'s, 'q>,
    /// Its texts.
    pub text: &'a Text,
    /// The places.
    pub places: &'a Bits,
}

impl Sought<'_, '_, '_> {
    /// Whether there are so few places that they are read one by one.
    pub fn are_few(&self) -> bool {
        let rows = self.places.len();
        self.places.count(0, rows) * FEW <= rows.div_ceil(RUN)
    }

    fn floors(&self, context: &Context<'_>) -> Result<Arc<Floors>, EngineError> {
        let make = || {
            let floors = Floors::of(self.text, self.places.len(), context)?;
            let size = floors.size();
            Ok((floors, size))
        };
        context.caches.floors.get_or_make(self.source.column_key(), make)
    }

    fn read(&self, run: usize, least: &Least<'_>, context: &Context<'_>) -> Result<(), EngineError> {
        let rows = run * RUN..self.places.len().min((run + 1) * RUN);
        context.check()?;
        if self.places.count(rows.start, rows.end) <= SINGLE {
            let mut read = Ok(());
            self.places.for_each(rows.start, rows.end, |row| match self.text.read(row) {
                Ok(text) => text.iter().for_each(|text| least.offer(text, self.number, row as u32)),
                Err(error) => read = Err(error),
            });
            return read;
        }
        self.text.for_each_run(rows, |texts| {
            let rows = texts.rows();
            self.places.for_each(rows.start, rows.end, |row| least.offer(texts.get(row), self.number, row as u32));
            Ok(true)
        })
    }
}

/// Whether the floors of all are of use again, and can be kept: to read all texts for them each time would take longer
/// than to read those that are tied.
pub fn can_keep(sought: &[Sought<'_, '_, '_>], context: &Context<'_>) -> bool {
    const USUAL: usize = 80;
    let size: usize = sought.iter().map(|sought| sought.places.len().div_ceil(RUN) * USUAL).sum();
    !context.is_once && size <= context.caches.floors.bound()
}

/// Offers the texts of all that can be among the least, the runs with the least texts first.
pub fn offer_least(sought: &[Sought<'_, '_, '_>], least: &Least<'_>, context: &Context<'_>) -> Result<(), EngineError> {
    let floors: Vec<Arc<Floors>> =
        sought.par_iter().map(|sought| sought.floors(context)).collect::<Result<_, EngineError>>()?;
    let mut runs: Vec<(&[u8], &Sought<'_, '_, '_>, usize)> = Vec::new();
    for (sought, floors) in sought.iter().zip(&floors) {
        for (run, floor) in floors.0.iter().enumerate() {
            let (first, end) = (run * RUN, sought.places.len().min((run + 1) * RUN));
            if let Some(floor) = floor
                && sought.places.count(first, end) > 0
            {
                runs.push((floor, sought, run));
            }
        }
    }
    runs.sort_unstable_by_key(|(floor, ..)| *floor);
    for some in runs.chunks(AT_ONCE) {
        if some.first().is_some_and(|(floor, ..)| !least.can_take(floor)) {
            break;
        }
        some.par_iter().try_for_each(|(_, sought, run)| sought.read(*run, least, context))?;
    }
    Ok(())
}
