//! A column as it is kept on disk: texts of which there are few different ones as names, others with
//! what helps to count them and to look through them.

use crate::model::field::Field;
use crate::query::fold::fold;

use super::buffer::Buffer;
use super::column::{Column, ColumnId, Dictionary, Names, offset};
use super::hash_list::{HashList, hash_of};
use super::repeated::Repeated;
use super::shape::put_shape;
use super::text::Text;

/// Texts of which each is there so often, as a rule, are kept as names.
const REPEATED: usize = 8;

/// So many rows tell whether texts are names: nearly always they are not.
const LOOKED_AT: usize = if cfg!(test) { 16 } else { 4096 };

/// Shapes are noted where each is there so often, as a rule: fewer are looked through sooner than the texts.
const REPEATED_SHAPE: usize = 32;

/// So many times shorter than the texts are their numbers where these are kept, too.
const SHORTER: usize = 2;

/// A column with what is kept beside it.
pub struct OnDisk {
    /// The column itself.
    pub column: Column,
    /// The hashes of texts of which there are many different ones.
    pub hashes: Option<HashList>,
    /// The shapes of such texts, where there are few.
    pub shapes: Option<Shapes>,
}

/// The shapes of texts.
pub struct Shapes {
    /// Each row's shape.
    pub names: Names,
    /// The numbers that shapes leave out, where most rows have a text and these are much shorter: texts of one shape
    /// stand together in the order of their rows, shapes in the order of their codes, and rows without a text behind
    /// them.
    pub numbers: Option<Text>,
}

impl OnDisk {
    /// A column in the form in which it is kept.
    pub fn new(id: &ColumnId, column: Column) -> Self {
        let as_it_is = |column| Self { column, hashes: None, shapes: None };
        let Column::Text(text) = &column else { return as_it_is(column) };
        let Some(texts) = text.dictionary() else { return as_it_is(column) };
        // Ids that are equal may be written differently, and they are looked for by their keys.
        let is_id = matches!(id, ColumnId::Field(Field::RequestId));
        if let Some(names) = if is_id { None } else { as_names(text, texts) } {
            return as_it_is(Column::Names(names));
        }
        let rows: Vec<u32> = (0..texts.len() as u32).filter(|row| text.has(*row as usize)).collect();
        let hashes: Vec<u128> = rows.iter().map(|row| hash_of(id, texts.get(*row as usize))).collect();
        let hashes = HashList::new(hashes.iter().copied().zip(rows.iter().copied()));
        let shapes = if is_id { None } else { shapes_of(text, texts) };
        Self { column, hashes: Some(hashes), shapes }
    }
}

/// Texts as names, where each is there often enough.
fn as_names(text: &Text, texts: &Dictionary) -> Option<Names> {
    let mut names = Repeated::new(texts.len(), REPEATED, LOOKED_AT);
    (0..texts.len()).filter(|row| text.has(*row)).all(|row| names.push(row, texts.get(row))).then_some(())?;
    names.finish()
}

/// The shapes of texts, where there are few. Stable: they are written to disk.
fn shapes_of(text: &Text, texts: &Dictionary) -> Option<Shapes> {
    // Most of them are met early.
    let (mut shapes, mut shape) = (Repeated::new(texts.len(), REPEATED_SHAPE, texts.len()), Vec::new());
    let (mut numbers, mut offsets, mut with_text) = (Vec::new(), vec![0_i32], 0);
    for row in 0..texts.len() {
        if text.has(row) {
            shape.clear();
            put_shape(&fold(texts.get(row)), &mut shape, &mut numbers);
            if !shapes.push(row, &shape) {
                return None;
            }
            with_text += 1;
        }
        offsets.push(offset(numbers.len()).ok()?);
    }
    let is_short = numbers.len() * SHORTER <= texts.buffers().1.len() && with_text * 2 > texts.len();
    let names = shapes.finish()?;
    let numbers = is_short.then(|| Text::in_memory(by_code(&names, &numbers, &offsets), None));
    Some(Shapes { names, numbers })
}

/// Texts of rows in the order of the codes that their rows have; the offsets are those of the rows.
fn by_code(names: &Names, texts: &[u8], offsets: &[i32]) -> Dictionary {
    let rows = offsets.len() - 1;
    let code_of = |row: usize| names.width.number(&names.codes, row) as usize;
    let mut next = vec![0_u32; names.missing() + 2];
    (0..rows).for_each(|row| next[code_of(row) + 1] += 1);
    (1..next.len()).for_each(|code| next[code] += next[code - 1]);
    let mut order = vec![0_u32; rows];
    for row in 0..rows {
        let place = &mut next[code_of(row)];
        order[*place as usize] = row as u32;
        *place += 1;
    }
    let (mut ordered, mut ends) = (Vec::with_capacity(texts.len()), vec![0_i32]);
    for row in order {
        let row = row as usize;
        ordered.extend_from_slice(&texts[offsets[row] as usize..offsets[row + 1] as usize]);
        // No longer than the texts in the order of their rows, of which each end is such a number.
        ends.push(ordered.len() as i32);
    }
    Dictionary::new(Buffer::from_slice(&ends), ordered, rows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::local::columns::builder::TextBuilder;

    fn on_disk(texts: &[Option<&str>]) -> OnDisk {
        let mut builder = TextBuilder::default();
        for (row, text) in texts.iter().enumerate() {
            builder.push(row as u32, text.map(str::as_bytes), usize::MAX);
        }
        OnDisk::new(&ColumnId::Field(Field::Path), builder.finish(None, texts.len()).expect("little text"))
    }

    #[test]
    fn texts_that_are_there_often_are_names() {
        let texts: Vec<_> = (0..48).map(|row| [Some("b"), None, Some("a")][row % 3]).collect();
        let Column::Names(names) = on_disk(&texts).column else { panic!("they are no names") };
        let found: Vec<_> = (0..48).map(|row| names.get(row)).collect();
        assert_eq!(found, texts.iter().map(|text| text.map(str::as_bytes)).collect::<Vec<_>>());
        assert_eq!(names.dictionary.iter().collect::<Vec<_>>(), [b"a", b"b"]);
    }

    #[test]
    fn texts_that_are_there_seldom_are_not() {
        let texts: Vec<String> = (0..64).map(|row| (row % 16).to_string()).collect();
        let texts: Vec<_> = texts.iter().map(|text| Some(text.as_str())).collect();
        assert!(matches!(on_disk(&texts).column, Column::Text(_)));
        assert!(matches!(on_disk(&[Some("a"), Some("b")]).column, Column::Text(_)));
    }

    #[test]
    fn shapes_are_kept_where_there_are_few() {
        let paths: Vec<String> = (0..96).map(|row| format!("/{}/{row}", ["Users", "files"][row % 2])).collect();
        let mut texts: Vec<_> = paths.iter().map(|text| Some(text.as_str())).collect();
        texts.push(None);
        let kept = on_disk(&texts);
        let shapes = kept.shapes.expect("there are two");
        assert!(kept.hashes.is_some_and(|hashes| hashes.entries.len() == 96));
        let numbers = shapes.numbers.expect("they are short");
        let numbers = numbers.dictionary().expect("they are in memory");
        // `/files/0` comes before `/users/0`.
        let places = [0, 47, 48, 95, 96].map(|place| numbers.get(place));
        assert_eq!(places, [b" 1".as_slice(), b" 95", b" 0", b" 94", b""]);
        let found: Vec<_> = [0, 1, 95, 96].into_iter().map(|row| shapes.names.get(row)).collect();
        assert_eq!(found, [Some(b"/users/0".as_slice()), Some(b"/files/0"), Some(b"/files/0"), None]);
        let different: Vec<String> = (0..96).map(|row| "x".repeat(row)).collect();
        let different: Vec<_> = different.iter().map(|text| Some(text.as_str())).collect();
        assert!(on_disk(&different).shapes.is_none());
    }
}
