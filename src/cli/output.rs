//! Results on standard output, everything else on standard error; a closed pipe ends quietly.

use std::io::{self, BufWriter, IsTerminal, Stdout, Write};

use serde_json::Value as Json;

use crate::base::safe_text::{from_start, visible, width};

use super::error::UserError;

/// Standard output.
pub struct Out(BufWriter<Stdout>);

impl Default for Out {
    fn default() -> Self {
        Self(BufWriter::with_capacity(1 << 16, io::stdout()))
    }
}

impl Out {
    /// Writes a line that is safe already.
    pub fn line(&mut self, text: &str) -> Result<(), UserError> {
        writeln!(self.0, "{text}")?;
        Ok(())
    }

    /// Writes part of a line that is safe already.
    pub fn text(&mut self, text: &str) -> Result<(), UserError> {
        Ok(self.0.write_all(text.as_bytes())?)
    }

    /// Writes JSON on one line. Into a terminal, control characters are escaped by JSON itself,
    /// and what is left that could act on it is escaped too.
    pub fn json(&mut self, json: &Json) -> Result<(), UserError> {
        let text = json.to_string();
        if io::stdout().is_terminal() {
            writeln!(self.0, "{}", terminal_json(&text))?;
        } else {
            writeln!(self.0, "{text}")?;
        }
        Ok(())
    }

    /// Writes a table.
    pub fn table(&mut self, table: &TextTable) -> Result<(), UserError> {
        table.write(&mut self.0)?;
        Ok(())
    }

    /// Writes what is left.
    pub fn flush(&mut self) -> Result<(), UserError> {
        Ok(self.0.flush()?)
    }
}

/// For writers of CSV: bytes as they are.
impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// JSON for a terminal: what is not ASCII and could reorder or hide text is written as `\u…`.
fn terminal_json(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for char in text.chars() {
        if char.is_ascii() || visible(char.to_string().as_bytes()) == char.to_string() {
            out.push(char);
        } else {
            let mut units = [0; 2];
            for unit in char.encode_utf16(&mut units) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }
    out
}

/// Says something on standard error.
pub fn say(text: &str) {
    // Nobody is left to be told that this did not work.
    let _ = writeln!(io::stderr(), "{}", crate::base::safe_text::visible_lines(text));
}

/// A cell that is wider does not push the columns behind it apart.
const WIDEST: usize = 72;

/// A table for people: cells are made safe, columns are as wide as they need.
#[derive(Debug, Clone, Default)]
pub struct TextTable {
    heading: Vec<String>,
    rows: Vec<Vec<String>>,
    right: Vec<bool>,
    is_markdown: bool,
    widest: Option<usize>,
}

impl TextTable {
    /// A table with a heading; columns whose title begins with `>` stand at the right.
    pub fn new(heading: &[&str]) -> Self {
        Self {
            right: heading.iter().map(|title| title.starts_with('>')).collect(),
            heading: heading
                .iter()
                .map(|title| visible(title.trim_start_matches('>').as_bytes()).into_owned())
                .collect(),
            ..Self::default()
        }
    }

    /// As a Markdown table.
    #[must_use]
    pub fn markdown(mut self, is_markdown: bool) -> Self {
        self.is_markdown = is_markdown;
        self
    }

    /// Lines are cut to so many cells.
    #[must_use]
    pub fn cut_to(mut self, cells: Option<usize>) -> Self {
        self.widest = cells;
        self
    }

    /// Adds a row of foreign cells.
    pub fn row<B: AsRef<[u8]>>(&mut self, cells: impl IntoIterator<Item = B>) {
        self.rows.push(cells.into_iter().map(|cell| visible(cell.as_ref()).into_owned()).collect());
    }

    fn write(&self, out: &mut impl Write) -> io::Result<()> {
        if self.is_markdown {
            return self.write_markdown(out);
        }
        let widths: Vec<usize> = (0..self.heading.len())
            .map(|column| {
                let cells = self.rows.iter().filter_map(|row| row.get(column));
                cells
                    .chain([&self.heading[column]])
                    .map(|cell| width(cell))
                    .filter(|cells| *cells <= WIDEST)
                    .max()
                    .unwrap_or(0)
            })
            .collect();
        let heading = self.heading.iter().any(|title| !title.is_empty()).then_some(&self.heading);
        for row in heading.into_iter().chain(&self.rows) {
            let mut line = String::new();
            for (column, cell) in row.iter().enumerate() {
                let pad = " ".repeat(widths[column].saturating_sub(width(cell)));
                if self.right[column] {
                    line.push_str(&pad);
                    line.push_str(cell);
                } else {
                    line.push_str(cell);
                    line.push_str(&pad);
                }
                line.push_str("  ");
            }
            writeln!(out, "{}", self.cut(line.trim_end()))?;
        }
        Ok(())
    }

    fn cut(&self, line: &str) -> String {
        use unicode_segmentation::UnicodeSegmentation;
        match self.widest {
            Some(widest) if width(line) > widest => {
                let clusters: Vec<&str> = line.graphemes(true).collect();
                format!("{}…", from_start(&clusters, widest.saturating_sub(1)).concat())
            }
            _ => line.to_owned(),
        }
    }

    fn write_markdown(&self, out: &mut impl Write) -> io::Result<()> {
        let line = |cells: &[String]| -> String {
            let cells: Vec<String> = cells.iter().map(|cell| cell.replace('|', "\\|")).collect();
            format!("| {} |", cells.join(" | "))
        };
        writeln!(out, "{}", line(&self.heading))?;
        let rule: Vec<String> =
            self.right.iter().map(|right| if *right { "---:".into() } else { "---".into() }).collect();
        writeln!(out, "|{}|", rule.join("|"))?;
        for row in &self.rows {
            writeln!(out, "{}", line(row))?;
        }
        Ok(())
    }
}

/// The width of the terminal on standard output; `None` when it is none.
pub fn terminal_width() -> Option<usize> {
    if !io::stdout().is_terminal() {
        return None;
    }
    rustix::termios::tcgetwinsize(io::stdout()).ok().map(|size| usize::from(size.ws_col)).filter(|cells| *cells > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_into_a_terminal_is_harmless_and_equal() {
        let json = Json::from("a\u{202e}b\u{9b}2J é \u{1b}[2J 日本 \u{1f468}\u{200d}\u{1f469}");
        let text = terminal_json(&json.to_string());
        assert_eq!(serde_json::from_str::<Json>(&text).expect("still JSON"), json);
        assert!(!text.contains(['\u{202e}', '\u{9b}', '\u{1b}']));
        assert!(text.contains("é") && text.contains("日本"));
    }

    #[test]
    fn tables_are_straight_and_safe() {
        let mut table = TextTable::new(&["Name", ">Count"]);
        table.row([b"a\x1b[2J".as_slice(), b"1"]);
        table.row(["日本".as_bytes(), b"1,000"]);
        let mut out = Vec::new();
        table.write(&mut out).expect("memory can be written");
        assert_eq!(String::from_utf8_lossy(&out), "Name   Count\na␛[2J      1\n日本   1,000\n");
    }
}
