//! Phrases with a number, looked for in the numbers that the shapes of texts leave out: these are a fraction of the
//! texts, and those of one shape stand together. Where the number is there, the text is put together from its shape and
//! its numbers.

use memchr::memmem::Finder;

use crate::engine::error::EngineError;
use crate::model::field::Field;
use crate::query::fold::fold;
use crate::query::matcher::contains_from_slash;

use super::select::Context;
use super::told_shapes::Order;
use crate::engine::local::columns::bits::Bits;
use crate::engine::local::columns::column::{Column, ColumnId};
use crate::engine::local::columns::shape::{Told, number_in, put_text};
use crate::engine::local::columns::text::TextRun;
use crate::engine::local::part::Part;

/// What is no longer stands among the numbers of too many texts.
const TOO_SHORT: usize = 2;

/// Texts among which a place is looked for at once.
const WINDOW: usize = 1024;

/// The rows with one of some folded phrases, of those whose shapes leave it open; `None` where a phrase has no number, or
/// the part does not keep the numbers.
pub fn rows_by_numbers(
    part: &Part,
    field: Field,
    phrases: &[&[u8]],
    is_path: bool,
    order: &Order<'_>,
    context: &Context<'_>,
) -> Result<Option<Bits>, EngineError> {
    let searches: Option<Vec<NumberSearch<'_>>> =
        phrases.iter().map(|phrase| NumberSearch::new(phrase, is_path)).collect();
    let Some(searches) = searches else { return Ok(None) };
    let column = part.column(&ColumnId::ShapeNumbers(field), context.caches)?;
    let Column::Text(numbers) = column.as_ref() else { return Ok(None) };
    let (mut found, mut text) = (Bits::none(part.rows), Vec::new());
    for places in order.places(Told::Perhaps) {
        numbers.for_each_run(places, |run| {
            context.check()?;
            for search in &searches {
                search.for_each_place(&run, |place| {
                    text.clear();
                    put_text(order.shape_at(place), run.get(place), &mut text);
                    if search.is_in(&text) {
                        found.set(place);
                    }
                });
            }
            Ok(true)
        })?;
    }
    Ok(Some(order.rows_at(found, context)?))
}

/// A phrase, and what is among the numbers of a text that has it.
struct NumberSearch<'a> {
    phrase: Finder<'a>,
    number: Finder<'static>,
    is_path: bool,
}

impl<'a> NumberSearch<'a> {
    fn new(phrase: &'a [u8], is_path: bool) -> Option<Self> {
        let number = number_in(phrase).filter(|number| number.len() > TOO_SHORT)?;
        Some(Self { phrase: Finder::new(phrase), number: Finder::new(&number).into_owned(), is_path })
    }

    /// Texts of a run that have the number, once each.
    fn for_each_place(&self, run: &TextRun<'_>, mut see: impl FnMut(usize)) {
        for first in run.rows().step_by(WINDOW) {
            let rows = first..run.rows().end.min(first + WINDOW);
            let (window, start) = (run.bytes(rows.clone()), run.start(first));
            let mut from = 0;
            while let Some(at) = window.get(from..).and_then(|rest| self.number.find(rest)) {
                let row = run.row_at(start + from + at, rows.clone());
                see(row);
                from = run.start(row + 1) - start;
            }
        }
    }

    fn is_in(&self, text: &[u8]) -> bool {
        // The shapes of older stores have letters and their accents as they were sent.
        let text = fold(text);
        if self.is_path { contains_from_slash(&text, &self.phrase) } else { self.phrase.find(&text).is_some() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_of_their_own_in_older_shapes_are_those_of_their_letters() {
        let mut text = Vec::new();
        put_text("cafe\u{301} 0".as_bytes(), b" 7712", &mut text);
        let search = NumberSearch::new("café 77".as_bytes(), false).expect("it has a number");
        assert!(search.is_in(&text));
    }
}
