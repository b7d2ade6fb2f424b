//! Where in the user's file something stands, and what is wrong there.

use std::fmt;
use std::ops::Deref;
use std::path::PathBuf;

use crate::base::safe_text::{visible_lines, visible_str};

/// A place in a text file; both count from one, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The line.
    pub line: u32,
    /// The column.
    pub column: u32,
}

impl Place {
    /// The place of a byte in a text.
    pub fn of(text: &str, byte: usize) -> Self {
        let before = text.get(..byte).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let line = before.bytes().filter(|b| *b == b'\n').count() + 1;
        let column = before[line_start..].chars().count() + 1;
        Self { line: u32::try_from(line).unwrap_or(u32::MAX), column: u32::try_from(column).unwrap_or(u32::MAX) }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// A value, and where the user wrote it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placed<T> {
    /// The value.
    pub value: T,
    /// Where it stands; nowhere when it is a default.
    pub place: Option<Place>,
}

impl<T> Placed<T> {
    /// A value that the user did not write.
    pub fn unwritten(value: T) -> Self {
        Self { value, place: None }
    }
}

impl<T> Deref for Placed<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

/// One thing that is wrong in a configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where.
    pub place: Place,
    /// What, and what would be right. Values of keys are never repeated.
    pub message: String,
}

/// Why there is no configuration to go on with.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file could not be read.
    #[error("cannot read the configuration {}: {reason}", visible_str(&file.to_string_lossy()))]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// What the system said.
        reason: std::io::Error,
    },
    /// The file was read, and something in it is wrong; everything that is, in the order of the file.
    #[error("{}", list(file, problems))]
    Wrong {
        /// The file.
        file: PathBuf,
        /// All that is wrong.
        problems: Vec<Problem>,
    },
    /// Where the user's configuration folder is could not be found out.
    #[error("there is no home folder, so no configuration folder either; name a file with --config")]
    NoHome,
}

fn list(file: &std::path::Path, problems: &[Problem]) -> String {
    let file = file.to_string_lossy();
    let lines: Vec<_> = problems
        .iter()
        .map(|problem| format!("{}:{}: {}", visible_str(&file), problem.place, visible_lines(&problem.message)))
        .collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_characters() {
        let text = "a = 1\n\"ü\" = 2\r\nc";
        let place = |byte| Place::of(text, byte).to_string();
        assert_eq!(place(0), "1:1");
        assert_eq!(place(5), "1:6");
        assert_eq!(place(6), "2:1");
        assert_eq!(place(text.find("= 2").expect("is there")), "2:5");
        assert_eq!(place(text.len()), "3:2");
        assert_eq!(place(9_999), "3:2", "beyond the end is the end");
    }
}
