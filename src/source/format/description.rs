//! A format's description, as its TOML file says it. `assets/formats/README.md` explains the
//! file to people; this is the same for the program.

use std::collections::BTreeMap;

use chrono_tz::Tz;
use regex::bytes::Regex;
use serde::Deserialize;
use toml::Spanned;

use crate::base::spelling::did_you_mean;
use crate::model::envelope::Decisions;
use crate::model::field::{Field, Kind};
use crate::model::view_spec::ViewSpec;

use super::description_error::DescriptionError;
use super::field_source::FieldSources;

/// One format.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Description {
    /// Its name, by which it is chosen and overridden.
    pub name: String,
    /// Counts up with every change that reads a row differently.
    pub version: u32,
    /// What people call it.
    pub title: String,
    /// How rows are made of bytes.
    pub container: Container,
    /// What makes a row the same when it is seen again, beside a Request-ID that its source gives once.
    pub without_id: WithoutId,
    /// Who chooses the Request-IDs.
    #[serde(default)]
    pub ids: Ids,
    /// The zone of times that name none. Without it they are refused.
    #[serde(default)]
    pub zone: Option<ZoneName>,
    /// For `container = "lines"`.
    #[serde(default)]
    pub lines: Option<Lines>,
    /// For `container = "json"`.
    #[serde(default)]
    pub json: Json,
    /// For `container = "csv"`.
    #[serde(default)]
    pub csv: Csv,
    /// What tells the format from others.
    #[serde(default)]
    pub detect: Detect,
    /// Where each field comes from.
    pub fields: Fields,
    /// Keys whose values are taken apart.
    #[serde(default)]
    pub parse: BTreeMap<String, Parser>,
    /// Keys that say nothing.
    #[serde(default)]
    pub drop: Vec<String>,
    /// Fields that every row has alike.
    #[serde(default)]
    pub constants: BTreeMap<TargetField, String>,
    /// Fields that follow from others.
    #[serde(default)]
    pub infer: Vec<Inference>,
    /// What a source of this format shows.
    pub view: ViewSpec,
    /// Real rows and what is to be read from them.
    #[serde(default)]
    pub samples: Vec<Sample>,
}

/// Who chooses the Request-IDs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Ids {
    /// The backend, each once: a row with a known id is known.
    #[default]
    Backend,
    /// The client, which may send one id again and again: rows of a file are known by their place.
    Client,
}

/// How rows are made of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Container {
    /// Lines that a regular expression takes apart.
    Lines,
    /// JSON objects: one a line, in a list, or one behind the other.
    Json,
    /// Comma-separated values with a heading.
    Csv,
}

/// What makes a row the same when it is seen again, beside a Request-ID that its source gives once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WithoutId {
    /// Its place in its file: for logs that only grow. It counts for rows with a Request-ID, too, for
    /// clients choose it.
    Position,
    /// Its bytes, and which of several alike it is: for downloads, which overlap.
    Content,
}

/// Lines of text.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lines {
    /// Matches a whole line; its named groups are the keys.
    pub pattern: Pattern,
    /// Whether values hold escapes (`\x22`, `\"`, `\n`) that stand for bytes.
    #[serde(default)]
    pub escapes: bool,
}

/// A regular expression over bytes.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
pub struct Pattern(pub Regex);

impl TryFrom<String> for Pattern {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let pattern = regex::bytes::RegexBuilder::new(&text).unicode(false).build();
        pattern.map(Self).map_err(|error| format!("this is no regular expression: {error}"))
    }
}

/// What there is to know of the JSON around the values.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Json {
    /// Whether fields go by every name that the field table knows, besides `[fields]`.
    #[serde(default)]
    pub any_name: bool,
    /// Keys of an object around the rows whose list holds them: `results`, `data`.
    #[serde(default)]
    pub lists: Vec<String>,
    /// Keys of a row whose object, or text that is one, holds the row's values: `log_message`.
    #[serde(default)]
    pub unwrap: Vec<String>,
    /// Keys whose object holds attributes.
    #[serde(default)]
    pub merge: Vec<String>,
    /// Objects whose keys are names of headers, the same in upper and lower case.
    #[serde(default)]
    pub headers: Vec<String>,
}

/// What there is to know of the CSV.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Csv {
    /// The headings in their order, for files that were written without.
    #[serde(default)]
    pub columns: Vec<String>,
}

/// What tells a format from others: keys of JSON rows, or headings of CSV.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Detect {
    /// All of these are there.
    #[serde(default)]
    pub all: Vec<String>,
    /// Some of these are there.
    #[serde(default)]
    pub any: Vec<String>,
    /// How many of those.
    #[serde(default)]
    pub at_least: usize,
}

/// Where each field comes from, with the place in the file for errors.
pub type Fields = BTreeMap<TargetField, Spanned<FieldSources>>;

/// A field that a description may set: the record's own, not what the store makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub struct TargetField(pub Field);

impl TargetField {
    /// All of them.
    pub fn all() -> impl Iterator<Item = Field> {
        Field::all().filter(|field| !matches!(field, Field::Key | Field::Source | Field::Failure))
    }
}

impl TryFrom<String> for TargetField {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        Self::all().find(|field| field.name() == name).map(Self).ok_or_else(|| {
            let hint = did_you_mean(&name, Self::all().map(Field::name));
            let hint = hint.map(|hint| format!("; {hint}")).unwrap_or_default();
            format!("there is no field “{name}” to fill{hint}")
        })
    }
}

/// A zone by its IANA name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct ZoneName(pub Tz);

impl TryFrom<String> for ZoneName {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        name.parse().map(Self).map_err(|_| format!("there is no time zone “{name}”; write UTC or Europe/Berlin"))
    }
}

/// How a value is taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Parser {
    /// `GET /path HTTP/1.1`, as nginx's `$request` and Apache's `%r`: method, path, and the
    /// protocol as an attribute.
    RequestLine,
    /// `https://host/path?query`: host, path, and the scheme as an attribute. An address without a
    /// scheme is left as it is.
    Url,
}

/// A field that follows from another.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inference {
    /// The field that is set, unless it has a value.
    pub field: TargetField,
    /// Its value.
    pub value: String,
    /// The field that must be there.
    pub when: TargetField,
}

/// A row and what is to be read from it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sample {
    /// What the row shows.
    pub about: String,
    /// The row.
    pub row: String,
    /// Whether `\xFF` in the row stands for that byte.
    #[serde(default)]
    pub escaped: bool,
    /// The heading of a CSV.
    #[serde(default)]
    pub heading: Option<String>,
    /// What the user decided.
    #[serde(default)]
    pub decisions: Decisions,
    /// All fields of the record, but for those that every record derives alike.
    #[serde(default)]
    pub record: BTreeMap<String, toml::Value>,
    /// All attributes.
    #[serde(default)]
    pub attributes: BTreeMap<String, toml::Value>,
    /// Instead of a record: a part of the reason why there is none.
    #[serde(default)]
    pub bad: Option<String>,
}

impl Description {
    /// Reads a description and checks that its parts fit. `place` names it in errors.
    pub fn read(place: &str, text: &str) -> Result<Self, DescriptionError> {
        let description: Self = toml::from_str(text).map_err(|error| DescriptionError::of_toml(place, text, &error))?;
        description.check(place, text)?;
        Ok(description)
    }

    fn check(&self, place: &str, text: &str) -> Result<(), DescriptionError> {
        let error = |at: usize, reason: String| Err(DescriptionError::new(place, text, at, reason));
        let groups = match (&self.lines, self.container) {
            (Some(lines), Container::Lines) => Some(lines.pattern.0.capture_names().flatten().collect::<Vec<_>>()),
            (None, Container::Lines) => {
                return error(0, "container = \"lines\" needs a [lines] table with a pattern".into());
            }
            (Some(_), _) => return error(0, "a [lines] table needs container = \"lines\"".into()),
            (None, _) => None,
        };
        if self.name.is_empty() || !self.name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
            return error(0, format!("“{}” is no name: letters, digits and “-” are", self.name));
        }
        if !self.fields.contains_key(&TargetField(Field::Time)) && !self.json.any_name {
            return error(0, "[fields] must say where the time is".into());
        }
        for (target, sources) in &self.fields {
            let at = sources.span().start;
            for source in &sources.get_ref().0 {
                if source.path.split('.').any(str::is_empty) {
                    return error(at, format!("“{}” is no key: parts stand between single dots", source.path));
                }
                if source.unit.is_some() != (target.0.kind() == Kind::Duration) {
                    let name = target.0.name();
                    return error(
                        at,
                        match source.unit {
                            None => format!(
                                "{name} is a span and needs a unit: {{ path = \"{}\", unit = \"ms\" }}",
                                source.path
                            ),
                            Some(_) => format!("{name} is no span and has no unit"),
                        },
                    );
                }
                if let Some(groups) = &groups
                    && !groups.contains(&source.path.as_str())
                {
                    let hint = did_you_mean(&source.path, groups.iter().copied());
                    let hint = hint.map(|hint| format!("; {hint}")).unwrap_or_default();
                    return error(at, format!("the pattern has no group “{}”{hint}", source.path));
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
#[path = "description_tests.rs"]
mod tests;
