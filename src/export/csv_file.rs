//! CSV in two dialects. `raw` keeps every byte and suits programs; `excel` is made for
//! spreadsheets, which take text that begins like a formula for one.

use std::io::{self, Write};

use crate::model::record::StoredRecord;

use super::columns::Column;

/// How a CSV file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Dialect {
    /// Bytes as they are; lines end with LF.
    #[default]
    Raw,
    /// With a byte-order mark, CRLF, everything but numbers in quotes, a guard before what could be a
    /// formula, and no cell longer than a spreadsheet takes.
    Excel,
}

impl Dialect {
    /// Its name on the command line and in messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Raw => "raw",
            Self::Excel => "excel",
        }
    }
}

/// Characters in a cell of a spreadsheet.
const EXCEL_CELL: usize = 32_767;

/// Rows in a spreadsheet, the heading included.
pub const EXCEL_ROWS: u64 = 1_048_576;

/// What stands where a cell was cut.
const CUT_MARK: &str = "…[cut]";

/// Writes records as CSV.
pub struct CsvWriter<W: Write> {
    writer: csv::Writer<W>,
    columns: Vec<Column>,
    dialect: Dialect,
    rows: u64,
}

impl<W: Write> CsvWriter<W> {
    /// Writes the heading.
    pub fn new(mut sink: W, columns: Vec<Column>, dialect: Dialect) -> io::Result<Self> {
        if dialect == Dialect::Excel {
            sink.write_all(b"\xef\xbb\xbf")?;
        }
        let mut writer = builder(dialect).from_writer(sink);
        writer.write_record(columns.iter().map(|column| column.heading.as_bytes())).map_err(io_error)?;
        Ok(Self { writer, columns, dialect, rows: 0 })
    }

    /// Writes a record.
    pub fn write(&mut self, record: &StoredRecord) -> io::Result<()> {
        for column in &self.columns {
            let cell = column.cell(record);
            match self.dialect {
                Dialect::Excel if column.is_text() => self.writer.write_field(excel_cell(&cell)),
                Dialect::Raw | Dialect::Excel => self.writer.write_field(&cell),
            }
            .map_err(io_error)?;
        }
        self.writer.write_record(None::<&[u8]>).map_err(io_error)?;
        self.rows += 1;
        Ok(())
    }

    /// How many records were written.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Writes what is left and gives the sink back.
    pub fn finish(self) -> io::Result<W> {
        self.writer.into_inner().map_err(|error| io::Error::new(error.error().kind(), error.to_string()))
    }
}

fn builder(dialect: Dialect) -> csv::WriterBuilder {
    let mut builder = csv::WriterBuilder::new();
    builder.buffer_capacity(1 << 16);
    if dialect == Dialect::Excel {
        // Quotes hold a cell together, a row's first also where the country separates with semicolons.
        builder.terminator(csv::Terminator::CRLF).quote_style(csv::QuoteStyle::NonNumeric);
    }
    builder
}

fn io_error(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

/// A text cell for a spreadsheet. The guard is one apostrophe in front; a text that begins with
/// apostrophes before a trigger gets one more, so that taking one away gives the text back. The same
/// behind what could be taken for the end of a cell.
pub fn excel_cell(cell: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(cell.len() + 1);
    if needs_guard(cell) {
        out.push(b'\'');
    }
    for (at, byte) in cell.iter().enumerate() {
        match byte {
            // Returns inside a cell upset spreadsheets; line feeds do not.
            b'\r' if cell.get(at + 1) == Some(&b'\n') => {}
            b'\r' => out.push(b'\n'),
            _ => out.push(*byte),
        }
        if ends_cell(*byte) && needs_guard_inside(&cell[at + 1..]) {
            out.push(b'\'');
        }
    }
    cut_to_characters(out)
}

/// Where the country separates with semicolons, the first comma is text and so are the quotes behind
/// it: then each of these ends a cell.
fn ends_cell(byte: u8) -> bool {
    matches!(byte, b';' | b'\t' | b'\r' | b'\n')
}

/// Whether a text inside a cell could become a cell with a formula. With a space in front it could
/// not, and many texts have that: `(compatible; +https://…)`.
fn needs_guard_inside(rest: &[u8]) -> bool {
    let end = rest.iter().position(|byte| ends_cell(*byte)).unwrap_or(rest.len());
    !rest.starts_with(b" ") && needs_guard(&rest[..end])
}

fn cut_to_characters(mut cell: Vec<u8>) -> Vec<u8> {
    if cell.len() <= EXCEL_CELL {
        return cell;
    }
    let text = String::from_utf8_lossy(&cell);
    // Spreadsheets count UTF-16 units.
    let mut units = 0;
    for (at, char) in text.char_indices() {
        units += char.len_utf16();
        if units > EXCEL_CELL - CUT_MARK.chars().count() {
            let cut = format!("{}{CUT_MARK}", &text[..at]);
            cell.clear();
            cell.extend_from_slice(cut.as_bytes());
            return cell;
        }
    }
    cell
}

/// Whether a spreadsheet could take a text for a formula: the first character that it sees is a
/// trigger, full-width ones included, or the text begins with a tab or a line break. Plain
/// numbers, a lone dash and telephone numbers stay as they are.
pub fn needs_guard(cell: &[u8]) -> bool {
    let text = String::from_utf8_lossy(cell);
    let bare = text.trim_start_matches('\'');
    if bare.len() < text.len() && is_trigger(bare) {
        return true;
    }
    is_trigger(&text)
}

fn is_trigger(text: &str) -> bool {
    if text.starts_with(['\t', '\r', '\n']) {
        return true;
    }
    // Behind a tab or a line break the guard is inside.
    let is_passed_over = |c: char| c == ' ' || c.is_control() && !matches!(c, '\t' | '\r' | '\n') || is_invisible(c);
    let seen = text.trim_start_matches(is_passed_over);
    if !seen.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']) {
        return false;
    }
    let is_number = seen.parse::<f64>().is_ok_and(f64::is_finite);
    let is_phone = seen.strip_prefix('+').is_some_and(|rest| {
        rest.chars().any(|c| c.is_ascii_digit())
            && rest.chars().all(|c| c.is_ascii_digit() || matches!(c, ' ' | '(' | ')'))
    });
    !(seen == "-" || is_number || is_phone)
}

fn is_invisible(char: char) -> bool {
    matches!(char, '\u{a0}' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What reads a guarded cell: exactly one apostrophe goes, also inside.
    fn unguarded(cell: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        for (at, byte) in cell.iter().enumerate() {
            let is_guard = *byte == b'\''
                && match at.checked_sub(1) {
                    None => needs_guard(&cell[1..]),
                    Some(before) => ends_cell(cell[before]) && needs_guard_inside(&cell[at + 1..]),
                };
            if !is_guard {
                out.push(*byte);
            }
        }
        out
    }

    #[test]
    fn formulas_inside_a_cell_are_guarded() {
        for (text, expected) in [
            ("a;=cmd()", "a;'=cmd()"),
            ("a\t@x;+1+2;b", "a\t'@x;'+1+2;b"),
            ("a\r\n=1+1", "a\n'=1+1"),
            ("a;'=1", "a;''=1"),
            ("a;-5;+49 30;-", "a;-5;+49 30;-"),
            ("(compatible; +https://example.com)", "(compatible; +https://example.com)"),
            ("a=1;b=2", "a=1;b=2"),
        ] {
            assert_eq!(String::from_utf8_lossy(&excel_cell(text.as_bytes())), expected);
        }
    }

    #[test]
    fn cells_of_the_excel_dialect_are_quoted() {
        for (dialect, expected) in
            [(Dialect::Excel, "\"a;=cmd()\",12.5,\"\",\"-\"\r\n"), (Dialect::Raw, "a;=cmd(),12.5,,-\n")]
        {
            let mut writer = builder(dialect).from_writer(Vec::new());
            writer.write_record(["a;=cmd()", "12.5", "", "-"]).expect("to memory");
            let text = String::from_utf8(writer.into_inner().expect("to memory")).expect("UTF-8");
            assert_eq!(text, expected);
        }
    }

    #[test]
    fn formulas_are_guarded() {
        for text in [
            "=1+1",
            "+cmd|' /C calc'!A0",
            "-2+3",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "\n=1",
            " =1",
            "\u{200b}=cmd",
            "＝1",
            "'=1",
            "''=1",
        ] {
            assert!(needs_guard(text.as_bytes()), "{text:?}");
            assert!(excel_cell(text.as_bytes()).starts_with(b"'"));
        }
        for text in
            ["", "-", "-12.5", "+1e5", "+49 30 123456", "a=1", "10.2.3.4", "it's", "'quoted'", "/path?x==y", "−5"]
        {
            assert!(!needs_guard(text.as_bytes()), "{text:?}");
        }
    }

    #[test]
    fn long_cells_are_cut_with_a_mark() {
        let cell = excel_cell("é".repeat(40_000).as_bytes());
        let text = String::from_utf8(cell).expect("UTF-8");
        assert!(text.ends_with(CUT_MARK));
        assert_eq!(text.encode_utf16().count(), EXCEL_CELL);
    }

    proptest! {
        #[test]
        fn the_guard_comes_off_again(text in "['=+@ \\-a-z0-9.;\n\u{200b}\t＝]{0,12}") {
            prop_assume!(!text.contains('\r'));
            prop_assert_eq!(unguarded(&excel_cell(text.as_bytes())), text.as_bytes());
        }
    }
}
