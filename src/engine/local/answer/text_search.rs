//! Rows whose text passes a test: phrases are looked for in the shapes of the texts first, and in the
//! texts where these leave it open.

use std::ops::Range;

use memchr::memmem::Finder;

use crate::base::cancel::Cancel;
use crate::engine::error::EngineError;
use crate::query::fold::fold;
use crate::query::matcher::{Matcher, contains_from_slash};

use super::number_search::rows_by_numbers;
use super::select::Context;
use super::told_shapes::ToldShapes;
use crate::engine::local::columns::bits::Bits;
use crate::engine::local::columns::column::{Column, ColumnId};
use crate::engine::local::columns::shape::{ShapeSearch, Told};
use crate::engine::local::columns::text::{Text, TextRun};
use crate::engine::local::part::Part;

/// Rows lower-cased at once when a text is looked for.
const WINDOW: usize = 1024;

/// Texts that are read one by one rather than all of a part in one pass.
const ONE_BY_ONE: usize = 64;

/// The rows that pass, of those that have a text.
pub fn text_rows(
    text: &Text,
    rows: usize,
    matcher: &Matcher,
    is_path: bool,
    cancel: &Cancel,
) -> Result<Bits, EngineError> {
    let phrases = matcher.plain_phrases();
    if phrases.iter().flatten().any(|phrase| phrase.is_empty()) {
        return Ok(Bits::all(rows));
    }
    let search = |phrases: Vec<_>| phrases.into_iter().map(|phrase| PhraseSearch::new(phrase, is_path)).collect();
    let mut searches: Option<Vec<PhraseSearch<'_>>> = phrases.map(search);
    let mut bits = Bits::none(rows);
    text.for_each_run(0..rows, |run| {
        if cancel.is_cancelled() {
            return Err(EngineError::Cancelled);
        }
        match &mut searches {
            Some(searches) => searches.iter_mut().for_each(|search| search.mark(&run, &mut bits)),
            None => run.rows().filter(|row| matcher.matches_text(run.get(*row))).for_each(|row| bits.set(row)),
        }
        Ok(true)
    })?;
    Ok(bits)
}

/// The rows with one of some phrases as far as shapes tell, and texts of few rows; `None` where many
/// would have to be read.
pub fn rows_by_shape(
    part: &Part,
    id: &ColumnId,
    matcher: &Matcher,
    is_path: bool,
    context: &Context<'_>,
) -> Result<Option<Bits>, EngineError> {
    let ColumnId::Field(field) = id else { return Ok(None) };
    let Some(phrases) = matcher.plain_phrases() else { return Ok(None) };
    if phrases.iter().any(|phrase| phrase.is_empty()) {
        return Ok(None);
    }
    let searches: Vec<_> = phrases.iter().map(|phrase| ShapeSearch::new(phrase, is_path)).collect();
    let tell = |shape: &[u8]| searches.iter().map(|search| search.tell(shape)).max().unwrap_or(Told::No);
    let Some(shapes) = ToldShapes::new(part, *field, tell, context)? else { return Ok(None) };
    let mut passed = shapes.rows(Told::Yes, context)?;
    if !shapes.has(Told::Perhaps) {
        return Ok(Some(passed));
    }
    let order = shapes.order(context)?;
    if order.count(Told::Perhaps) > ONE_BY_ONE {
        let by_numbers = rows_by_numbers(part, *field, &phrases, is_path, &order, context)?;
        return Ok(by_numbers.map(|rows| {
            passed.or(&rows);
            passed
        }));
    }
    let open = shapes.rows(Told::Perhaps, context)?;
    let column = part.column(id, context.caches)?;
    let Column::Text(text) = column.as_ref() else { return Ok(None) };
    let mut list = Vec::new();
    open.for_each(0, part.rows, |row| list.push(row));
    for row in list {
        if text.read(row)?.is_some_and(|text| matcher.matches_text(&text)) {
            passed.set(row);
        }
    }
    Ok(Some(passed))
}

/// Looks for a folded phrase in windows of the texts; what is not ASCII is folded row by row.
struct PhraseSearch<'a> {
    finder: Finder<'a>,
    /// The longest piece of the phrase without letters, and where in it that begins: digits and slashes have
    /// no case, so that the texts need not be lower-cased.
    caseless: Option<(Finder<'a>, usize)>,
    is_path: bool,
    lower: Vec<u8>,
}

/// A piece without letters that is shorter than this stands in too many texts.
const SHORTEST_CASELESS: usize = 3;

impl<'a> PhraseSearch<'a> {
    fn new(phrase: &'a [u8], is_path: bool) -> Self {
        let pieces = phrase.split(u8::is_ascii_alphabetic);
        let longest = pieces.max_by_key(|piece| piece.len()).unwrap_or_default();
        let is_telling = longest.len() >= SHORTEST_CASELESS || longest.len() == phrase.len();
        let caseless = is_telling.then(|| {
            let finder = Finder::new(longest);
            let place = finder.find(phrase).unwrap_or(0);
            (finder, place)
        });
        Self { finder: Finder::new(phrase), caseless, is_path, lower: Vec::new() }
    }

    /// Puts the rows in that have the phrase.
    fn mark(&mut self, run: &TextRun<'_>, bits: &mut Bits) {
        for first in run.rows().step_by(WINDOW) {
            let rows = first..run.rows().end.min(first + WINDOW);
            let window = run.bytes(rows.clone());
            if !window.is_ascii() {
                rows.filter(|row| self.is_in(run.get(*row))).for_each(|row| bits.set(row));
                continue;
            }
            let phrase = self.finder.needle();
            let hits = Hits { phrase, is_path: self.is_path, run, rows };
            if let Some((finder, place)) = &self.caseless {
                let find = |from: usize| {
                    let at = finder.find(window.get(from + place..)?)? + from;
                    let text = window.get(at..at + phrase.len());
                    Some((at, text.is_some_and(|text| text.eq_ignore_ascii_case(phrase))))
                };
                hits.mark(window, find, bits);
            } else {
                self.lower.clear();
                self.lower.extend(window.iter().map(u8::to_ascii_lowercase));
                let lower = &self.lower;
                hits.mark(lower, |from| Some((from + self.finder.find(lower.get(from..)?)?, true)), bits);
            }
        }
    }

    fn is_in(&self, text: &[u8]) -> bool {
        let folded = fold(text);
        if self.is_path { contains_from_slash(&folded, &self.finder) } else { self.finder.find(&folded).is_some() }
    }
}

/// Places of a window where a phrase is, to be made rows.
struct Hits<'a> {
    phrase: &'a [u8],
    is_path: bool,
    run: &'a TextRun<'a>,
    rows: Range<usize>,
}

impl Hits<'_> {
    /// `find` gives the next place from another on where the phrase may be, and whether it is.
    fn mark(&self, window: &[u8], find: impl Fn(usize) -> Option<(usize, bool)>, bits: &mut Bits) {
        let start = self.run.start(self.rows.start);
        let mut from = 0;
        while let Some((at, is_there)) = find(from) {
            from = at + 1;
            if !is_there {
                continue;
            }
            let row = self.run.row_at(start + at, self.rows.clone());
            let (row_start, row_end) = (self.run.start(row) - start, self.run.start(row + 1) - start);
            let is_inside = at + self.phrase.len() <= row_end;
            let is_at_border = !self.is_path || self.phrase[0] == b'/' || at == row_start || window[at - 1] == b'/';
            if is_inside && is_at_border {
                bits.set(row);
                from = row_end;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::engine::local::columns::column::Dictionary;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]
        #[test]
        fn phrases_are_found_as_in_each_folded_text(
            mut texts in proptest::collection::vec("[aA7/b]{0,9}", 1..12),
            phrase in "[ab]{0,1}[7/]{1,3}[ab]{0,1}",
            folds_texts_one_by_one: bool,
            is_path: bool,
        ) {
            if folds_texts_one_by_one {
                texts.push("É7".into());
            }
            let finder = Finder::new(phrase.as_bytes());
            let has = |text: &String| {
                let folded = fold(text.as_bytes());
                if is_path { contains_from_slash(&folded, &finder) } else { finder.find(&folded).is_some() }
            };
            let dictionary = Dictionary::from_texts(texts.iter().map(String::as_bytes)).expect("it is short");
            let mut found = Bits::none(texts.len());
            let mut search = PhraseSearch::new(phrase.as_bytes(), is_path);
            let text = Text::in_memory(dictionary, None);
            text.for_each_run(0..texts.len(), |run| {
                search.mark(&run, &mut found);
                Ok(true)
            }).expect("it is in memory");
            let found: Vec<bool> = (0..texts.len()).map(|row| found.get(row)).collect();
            prop_assert_eq!(found, texts.iter().map(has).collect::<Vec<_>>());
        }
    }
}
