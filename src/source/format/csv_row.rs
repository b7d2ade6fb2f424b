//! One CSV record to one record, by its heading.

use std::borrow::Cow;

use crate::model::envelope::ReadError;

use super::convert::Scalar;
use super::gather::Gather;
use super::key_tree::{Key, KeyTree, loose_name};

/// The columns of a file.
#[derive(Debug, Clone)]
pub struct Columns {
    delimiter: u8,
    columns: Vec<Column>,
}

#[derive(Debug, Clone)]
struct Column {
    heading: String,
    key: Key,
}

impl Columns {
    /// From a heading line, without its line break.
    pub fn new(tree: &KeyTree, heading: &[u8]) -> Self {
        let delimiter = delimiter_of(heading);
        let names = fields(heading, delimiter).map(|name| String::from_utf8_lossy(&name).trim().to_owned());
        Self { delimiter, columns: names.map(|name| Column::new(tree, name)).collect() }
    }

    /// From the order of columns that a description gives.
    pub fn in_order(tree: &KeyTree, headings: &[String]) -> Self {
        Self { delimiter: b',', columns: headings.iter().map(|name| Column::new(tree, name.clone())).collect() }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.columns.len()
    }

    /// The headings without case, `-` and space written as `_`.
    pub fn loose_names(&self) -> Vec<String> {
        self.columns.iter().map(|column| loose_name(&column.heading)).collect()
    }

    /// Reads one row.
    pub fn read<'k, 'a>(&'k self, raw: &'a [u8], gather: &mut Gather<'k, '_, 'a>) -> Result<(), ReadError> {
        let mut count = 0;
        for value in fields(raw, self.delimiter) {
            if let Some(column) = self.columns.get(count) {
                let words = match &value {
                    Cow::Borrowed(words) => *words,
                    Cow::Owned(_) => raw,
                };
                gather.put(&column.key, Scalar::Text(value), words, || Cow::Owned(column.heading.clone()));
            }
            count += 1;
        }
        if count == self.columns.len() {
            return Ok(());
        }
        let (has, wants) = (crate::base::units::counted(count as u64, "value", "values"), self.columns.len());
        Err(ReadError::new(format!("the row has {has}, its heading {wants}: is a quote or a comma missing?")))
    }
}

impl Column {
    fn new(tree: &KeyTree, heading: String) -> Self {
        let key = tree.child(tree.root(), heading.as_bytes()).map(|found| found.key.clone()).unwrap_or_default();
        Self { heading, key }
    }
}

/// What separates the values: what the heading has most of.
pub fn delimiter_of(heading: &[u8]) -> u8 {
    let count = |delimiter: u8| memchr::memchr_iter(delimiter, heading).count();
    // The last of several equal ones is the maximum.
    [b'\t', b';', b','].into_iter().max_by_key(|delimiter| count(*delimiter)).unwrap_or(b',')
}

/// The values of a row. Quotes count at a value's beginning only; two of them inside are one.
pub fn fields(raw: &[u8], delimiter: u8) -> impl Iterator<Item = Cow<'_, [u8]>> {
    let mut rest = Some(raw);
    std::iter::from_fn(move || {
        let text = rest?;
        let (value, behind) = match text.strip_prefix(b"\"") {
            Some(inside) => quoted(inside, delimiter),
            None => match memchr::memchr(delimiter, text) {
                Some(end) => (Cow::Borrowed(&text[..end]), Some(&text[end + 1..])),
                None => (Cow::Borrowed(text), None),
            },
        };
        rest = behind;
        Some(value)
    })
}

/// A value behind its opening quote, and what follows its delimiter.
fn quoted(inside: &[u8], delimiter: u8) -> (Cow<'_, [u8]>, Option<&[u8]>) {
    let mut text = Cow::Borrowed(&inside[..0]);
    let mut from = 0;
    loop {
        let quote = memchr::memchr(b'"', &inside[from..]).map_or(inside.len(), |found| from + found);
        match &mut text {
            Cow::Borrowed(text) => *text = &inside[from..quote],
            Cow::Owned(text) => text.extend_from_slice(&inside[from..quote]),
        }
        if inside.get(quote + 1) == Some(&b'"') {
            text.to_mut().push(b'"');
            from = quote + 2;
            continue;
        }
        let behind = inside.get(quote + 1..).unwrap_or_default();
        let end = memchr::memchr(delimiter, behind);
        let stray = &behind[..end.unwrap_or(behind.len())];
        if !stray.is_empty() {
            text.to_mut().extend_from_slice(stray);
        }
        return (text, end.map(|end| &behind[end + 1..]));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn values(raw: &str) -> Vec<String> {
        fields(raw.as_bytes(), b',').map(|value| String::from_utf8_lossy(&value).into_owned()).collect()
    }

    #[test]
    fn quotes() {
        for (raw, expected) in [
            ("a,b", vec!["a", "b"]),
            ("", vec![""]),
            (",", vec!["", ""]),
            ("\"a,b\",c", vec!["a,b", "c"]),
            ("\"say \"\"hi\"\"\",\"\"", vec!["say \"hi\"", ""]),
            ("5\" disk,b", vec!["5\" disk", "b"]),
            ("\"a\"b,c", vec!["ab", "c"]),
            ("\"never ends,b", vec!["never ends,b"]),
            ("\"two\nlines\",c", vec!["two\nlines", "c"]),
            ("\"\"\"\"", vec!["\""]),
        ] {
            assert_eq!(values(raw), expected, "{raw}");
        }
    }

    #[test]
    fn plain_values_are_borrowed() {
        assert!(fields(b"a,\"b c\",d", b',').all(|value| matches!(value, Cow::Borrowed(_))));
    }

    #[test]
    fn delimiters() {
        assert_eq!(delimiter_of(b"Date,Type,Code"), b',');
        assert_eq!(delimiter_of(b"Date;Type;Code"), b';');
        assert_eq!(delimiter_of(b"Date\tType"), b'\t');
        assert_eq!(delimiter_of(b"Date"), b',');
    }

    proptest! {
        #[test]
        fn agrees_with_the_csv_crate(row in proptest::collection::vec("[a\", ;\n]{0,6}", 1..6)) {
            let mut writer = csv::Writer::from_writer(Vec::new());
            writer.write_record(&row).expect("to memory");
            let text = writer.into_inner().expect("to memory");
            let read: Vec<String> = values(std::str::from_utf8(&text).expect("UTF-8").trim_end_matches('\n'));
            // A lone empty value is written as two quotes; a last line break inside quotes stays.
            prop_assert_eq!(read, row);
        }
    }
}
