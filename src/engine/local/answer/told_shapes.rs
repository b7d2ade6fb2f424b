//! What the shapes of a part's texts tell about a test, and where the texts of each stand.

use std::ops::Range;
use std::sync::Arc;

use crate::engine::error::EngineError;
use crate::model::field::Field;
use crate::query::fold::fold;

use super::codes::sized;
use super::name_rows::rows_of_codes;
use super::select::Context;
use crate::engine::local::columns::bits::Bits;
use crate::engine::local::columns::column::{Codes, ColumnId, Dictionary, with_width};
use crate::engine::local::columns::compare::between;
use crate::engine::local::columns::shape::Told;
use crate::engine::local::part::Part;

/// The rows of each shape are looked for by themselves where so few are wanted.
const FEW_SHAPES: usize = if cfg!(test) { 2 } else { 8 };

/// The shapes of a part's texts, with what each tells.
pub struct ToldShapes<'a> {
    part: &'a Part,
    id: ColumnId,
    names: Arc<Dictionary>,
    told: Vec<Told>,
}

impl<'a> ToldShapes<'a> {
    /// Asks each shape; `None` where the part has none of the field.
    pub fn new(
        part: &'a Part,
        field: Field,
        tell: impl Fn(&[u8]) -> Told,
        context: &Context<'_>,
    ) -> Result<Option<Self>, EngineError> {
        let id = ColumnId::Shape(field);
        let Some(names) = part.kept_names(&id, context.caches)? else { return Ok(None) };
        let told = names.iter().map(|shape| tell_as_sent(shape, &tell)).collect();
        Ok(Some(Self { part, id, names, told }))
    }

    /// The rows with the shapes that tell this.
    pub fn rows(&self, wanted: Told, context: &Context<'_>) -> Result<Bits, EngineError> {
        let passes: Vec<bool> = self.told.iter().map(|told| *told == wanted).collect();
        match passes.iter().filter(|pass| **pass).count() {
            // The codes are not even read.
            0 => Ok(Bits::none(self.part.rows)),
            hits => Ok(rows_of_codes(&self.codes(context)?, self.part.rows, &passes, hits)),
        }
    }

    /// Whether any shape tells this.
    pub fn has(&self, wanted: Told) -> bool {
        self.told.contains(&wanted)
    }

    /// Where texts stand that are ordered by their shapes.
    pub fn order(&self, context: &Context<'_>) -> Result<Order<'_>, EngineError> {
        let key = (self.part.id, self.id.clone());
        let make = || self.counts(context).map(sized);
        let counts = context.caches.code_counts.get_or_make(key, make)?;
        let mut starts = Vec::with_capacity(counts.len() + 1);
        starts.push(0);
        for count in counts.iter() {
            starts.push(starts[starts.len() - 1] + *count as usize);
        }
        Ok(Order { shapes: self, starts })
    }

    /// How many rows have each shape, and none behind the last. The codes need not be kept for it.
    fn counts(&self, context: &Context<'_>) -> Result<Vec<u32>, EngineError> {
        let mut counts = vec![0_u32; self.names.len() + 1];
        let codes = self.part.numbers_once(&self.id, context.caches)?;
        let (codes, _) = codes.ok_or_else(|| self.part.damaged("there are no codes"))?;
        with_width!(codes.width, codes.values, values => {
            for code in &values[..self.part.rows] {
                if let Some(count) = counts.get_mut(*code as usize) {
                    *count += 1;
                }
            }
        });
        Ok(counts)
    }

    fn codes(&self, context: &Context<'_>) -> Result<Codes, EngineError> {
        let codes = self.part.codes(&self.id, context.caches)?;
        codes.ok_or_else(|| self.part.damaged("there are no codes"))
    }
}

/// What a shape tells. Older stores have letters and their accents in them as they were sent: an accent behind a number
/// may belong to a letter that is the end of that number, `2e\u{300}`, so that the texts have to be read.
fn tell_as_sent(shape: &[u8], tell: impl Fn(&[u8]) -> Told) -> Told {
    let folded = fold(shape);
    let is_hidden = folded.windows(2).any(|pair| pair[0] == b'0' && matches!(pair[1], 0xcc | 0xcd));
    if is_hidden { Told::Perhaps } else { tell(&folded) }
}

/// Where the texts of each shape stand: those of one are together, in the order of their rows.
pub struct Order<'a> {
    shapes: &'a ToldShapes<'a>,
    /// The first place of each shape, and of rows without a text; then the end.
    starts: Vec<usize>,
}

impl Order<'_> {
    /// How many rows have shapes that tell this.
    pub fn count(&self, wanted: Told) -> usize {
        self.places(wanted).map(|places| places.len()).sum()
    }

    /// The places of shapes that tell this; neighbours are one range.
    pub fn places(&self, wanted: Told) -> impl Iterator<Item = Range<usize>> {
        let told = &self.shapes.told;
        told.chunk_by(move |one, other| (*one == wanted) == (*other == wanted))
            .scan(0, |first, chunk| {
                let shapes = *first..*first + chunk.len();
                *first = shapes.end;
                Some((chunk[0], self.starts[shapes.start]..self.starts[shapes.end]))
            })
            .filter_map(move |(told, places)| (told == wanted && !places.is_empty()).then_some(places))
    }

    /// The shape of the text at a place.
    pub fn shape_at(&self, place: usize) -> &[u8] {
        self.shapes.names.get(self.code_at(place))
    }

    fn code_at(&self, place: usize) -> usize {
        self.starts.partition_point(|start| *start <= place) - 1
    }

    /// The rows whose texts stand at some places of shapes.
    pub fn rows_at(&self, places: Bits, context: &Context<'_>) -> Result<Bits, EngineError> {
        // Where all texts have one shape, each stands at the place of its row.
        if self.starts.windows(2).any(|ends| ends == [0, places.len()]) || places.first(0, places.len()).is_none() {
            return Ok(places);
        }
        let all = self.shapes.codes(context)?;
        let mut codes = Vec::new();
        let mut from = 0;
        while let Some(place) = places.first(from, places.len()) {
            let code = self.code_at(place);
            codes.push(code);
            from = self.starts[code + 1];
        }
        let mut rows = Bits::none(self.shapes.part.rows);
        if codes.len() <= FEW_SHAPES {
            for code in codes {
                self.add_rows_of(code, &all, &places, &mut rows);
            }
            return Ok(rows);
        }
        let mut next = self.starts.clone();
        with_width!(all.width, all.values, values => {
            for (row, code) in values[..rows.len()].iter().enumerate() {
                let Some(place) = next.get_mut(*code as usize).filter(|place| **place < places.len()) else { continue };
                if places.get(*place) {
                    rows.set(row);
                }
                *place += 1;
            }
        });
        Ok(rows)
    }

    fn add_rows_of(&self, code: usize, all: &Codes, places: &Bits, rows: &mut Bits) {
        let len = rows.len();
        let of_shape = with_width!(all.width, all.values, values => {
            between(&values[..len], code as i64, code as i64)
        });
        let start = self.starts[code];
        // So many rows of the shape are before this one.
        let (mut row, mut before) = (0, start);
        places.for_each(start, self.starts[code + 1], |place| {
            if let Some(found) = of_shape.select(row, len, place - before) {
                rows.set(found);
                (row, before) = (found + 1, place + 1);
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::local::columns::shape::ShapeSearch;

    #[test]
    fn shapes_of_older_stores_tell_nothing_of_a_letter_that_is_in_a_number() {
        let tell = |phrase: &str, shape: &str| {
            tell_as_sent(shape.as_bytes(), |shape| ShapeSearch::new(phrase.as_bytes(), false).tell(shape))
        };
        assert_eq!(tell("café", "cafe\u{301} 0"), Told::Yes);
        assert_eq!(tell("2ème", "la 0\u{300}me fois"), Told::Perhaps);
        assert_eq!(tell("2ème", "la 0ème fois"), Told::Perhaps);
        assert_eq!(tell("2ème", "la 0 fois"), Told::No);
    }
}
