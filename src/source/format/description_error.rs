//! What is wrong with a description, with the place to go to.

use std::fmt;

use crate::base::spelling::did_you_mean;
use crate::model::field::FIELDS;

/// An error in a TOML file: `formats/x.toml:8:1: unknown key “staus”; did you mean “status”?`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DescriptionError {
    /// The file.
    pub place: String,
    /// The line, from 1; 0 when the file could not be read at all.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// What is wrong, and what would be right.
    pub reason: String,
}

impl std::error::Error for DescriptionError {}

impl fmt::Display for DescriptionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.place, self.reason),
            line => write!(f, "{}:{line}:{}: {}", self.place, self.column, self.reason),
        }
    }
}

impl DescriptionError {
    /// An error at a byte of the text.
    pub fn new(place: &str, text: &str, at: usize, reason: String) -> Self {
        let before = text.get(..at).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Self {
            place: place.to_owned(),
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            reason,
        }
    }

    /// An error of a file that could not be read.
    pub fn unreadable(place: &str, error: &std::io::Error) -> Self {
        Self { place: place.to_owned(), line: 0, column: 0, reason: format!("cannot be read: {error}") }
    }

    /// What the TOML reader says, in our words where it names keys.
    pub fn of_toml(place: &str, text: &str, error: &toml::de::Error) -> Self {
        let at = error.span().map_or(0, |span| span.start);
        let reason = unknown_key(error.message()).or_else(|| unknown_name(error.message()));
        let reason = reason.unwrap_or_else(|| error.message().lines().collect::<Vec<_>>().join(" "));
        let key = key_path(text, at);
        // The key itself is wrong, or the value behind it.
        let is_about_value = key.as_ref().is_some_and(|(_, value_at)| at >= *value_at);
        let reason = match key {
            Some((name, _)) if is_about_value => format!("{name}: {reason}"),
            _ => reason,
        };
        Self::new(place, text, at, reason)
    }
}

/// An unknown field and those that are expected, in our words, with the nearest of those.
fn unknown_key(message: &str) -> Option<String> {
    let rest = message.strip_prefix("unknown field `")?;
    let (wrong, rest) = rest.split_once('`')?;
    let known: Vec<&str> = rest.split('`').skip(1).step_by(2).collect();
    let right = did_you_mean(wrong, known.iter().copied());
    let right = right.unwrap_or_else(|| format!("there are {}", known.join(", ")));
    Some(format!("unknown key “{wrong}”; {right}"))
}

/// `there is no field “x”` with the nearest name, for the names that the model itself checks.
fn unknown_name(message: &str) -> Option<String> {
    let (kind, rest) = message.strip_prefix("there is no ")?.split_once(" “")?;
    let wrong = rest.strip_suffix('”')?;
    let own = if kind == "column" { ["problem", "status+gateway"].as_slice() } else { &[] };
    let names = FIELDS.iter().map(|spec| spec.name).chain(own.iter().copied());
    did_you_mean(wrong, names).map(|hint| format!("{message}; {hint}"))
}

/// The key on the line of a byte, and where its value begins.
fn key_path(text: &str, at: usize) -> Option<(String, usize)> {
    let line_start = text.get(..at)?.rfind('\n').map_or(0, |newline| newline + 1);
    let line = text[line_start..].lines().next()?;
    let (key, value) = line.split_once('=')?;
    let value_at = line_start + line.len() - value.trim_start().len();
    let key = key.trim().trim_matches('"');
    let is_key = !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'));
    is_key.then(|| (key.to_owned(), value_at))
}
