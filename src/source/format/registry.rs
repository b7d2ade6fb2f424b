//! All formats that this program knows, and those that stores bring along.

use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use hashbrown::HashMap;

use crate::base::hash::hash128;
use crate::base::spelling::did_you_mean;
use crate::model::envelope::{Decisions, Envelope, Formats, ReadError, RowReader};

use super::description_error::DescriptionError;
use super::reader::{Format, FormatReader};

/// The descriptions that come with the program, by the names of their formats, in the order of detection among equals.
const BUILT_IN: &[(&str, &str)] = &[
    ("files-com-json", include_str!("../../../assets/formats/files-com-json.toml")),
    ("files-com-csv", include_str!("../../../assets/formats/files-com-csv.toml")),
    ("workato-csv", include_str!("../../../assets/formats/workato-csv.toml")),
    ("caddy-json", include_str!("../../../assets/formats/caddy-json.toml")),
    ("nginx-json", include_str!("../../../assets/formats/nginx-json.toml")),
    ("nginx-combined", include_str!("../../../assets/formats/nginx-combined.toml")),
    ("json-lines", include_str!("../../../assets/formats/json-lines.toml")),
];

/// Descriptions that a store brought along and that are kept ready.
const MAX_STORED: usize = 64;

/// Formats by name.
#[derive(Debug)]
pub struct Registry {
    formats: Vec<Known>,
    /// Formats of stored descriptions, by the hash of their text.
    stored: Mutex<HashMap<u128, Arc<Format>>>,
}

/// A format that is known; those that come with the program are read when they are needed.
#[derive(Debug)]
struct Known {
    name: String,
    description: &'static str,
    format: OnceLock<Arc<Format>>,
}

impl Known {
    fn built_in((name, description): &(&str, &'static str)) -> Self {
        Self { name: (*name).to_owned(), description, format: OnceLock::new() }
    }

    fn format(&self) -> &Arc<Format> {
        self.format.get_or_init(|| {
            let place = format!("assets/formats/{}.toml", self.name);
            Arc::new(Format::read(&place, self.description).expect("a test reads every description"))
        })
    }
}

impl From<Format> for Known {
    fn from(format: Format) -> Self {
        Self { name: format.name().to_owned(), description: "", format: OnceLock::from(Arc::new(format)) }
    }
}

impl Default for Registry {
    fn default() -> Self {
        Self::new()
    }
}

impl Registry {
    /// The formats that come with the program.
    pub fn new() -> Self {
        Self { formats: BUILT_IN.iter().map(Known::built_in).collect(), stored: Mutex::default() }
    }

    /// The formats that come with the program and the user's own: every `*.toml` file of a folder,
    /// which takes the place of ours of the same name. Files with errors are left out and named.
    /// A folder that is not there is an empty one.
    pub fn with_folder(folder: &Path) -> (Self, Vec<DescriptionError>) {
        let mut registry = Self::new();
        let mut errors = Vec::new();
        let mut files: Vec<_> = match std::fs::read_dir(folder) {
            Ok(entries) => entries.filter_map(Result::ok).map(|entry| entry.path()).collect(),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
            Err(error) => {
                errors.push(DescriptionError::unreadable(&folder.display().to_string(), &error));
                Vec::new()
            }
        };
        files.retain(|file| file.extension().is_some_and(|extension| extension == "toml"));
        files.sort();
        let mut added: Vec<(String, String)> = Vec::new();
        for file in files.iter().rev() {
            let place = file.display().to_string();
            let text = std::fs::read_to_string(file).map_err(|error| DescriptionError::unreadable(&place, &error));
            match text.and_then(|text| Format::read(&place, &text)) {
                Ok(format) => {
                    if let Some((other, _)) = added.iter().find(|(_, name)| name == format.name()) {
                        let reason = format!("{other} describes “{}” as well; this one is taken", format.name());
                        errors.push(DescriptionError::new(&place, "", 0, reason));
                    }
                    added.push((place, format.name().to_owned()));
                    registry.add(format);
                }
                Err(error) => errors.push(error),
            }
        }
        (registry, errors)
    }

    /// Adds a format; one of the same name gives way. The latest is asked first in detection.
    pub fn add(&mut self, format: Format) {
        self.formats.retain(|known| known.name != format.name());
        self.formats.insert(0, format.into());
    }

    /// All formats, in the order of detection among equals.
    pub fn formats(&self) -> impl ExactSizeIterator<Item = &Arc<Format>> {
        self.formats.iter().map(Known::format)
    }

    fn find(&self, name: &str) -> Option<&Arc<Format>> {
        self.formats.iter().find(|known| known.name == name).map(Known::format)
    }

    /// A format by name; without it, the nearest name is told.
    pub fn get(&self, name: &str) -> Result<&Arc<Format>, ReadError> {
        self.find(name).ok_or_else(|| {
            let names = || self.formats.iter().map(|known| known.name.as_str());
            let hint = did_you_mean(name, names())
                .unwrap_or_else(|| format!("there are {}", names().collect::<Vec<_>>().join(", ")));
            ReadError::new(format!("there is no format “{name}”; {hint}"))
        })
    }

    /// A reader of rows of a format.
    pub fn open(&self, name: &str, heading: Option<&[u8]>, decisions: &Decisions) -> Result<FormatReader, ReadError> {
        self.get(name)?.open(heading, decisions)
    }

    /// The format that reads the rows of an envelope. The description that the store kept wins
    /// over ours: it is what the rows were read with.
    fn format_of(&self, envelope: &Envelope, definition: Option<&str>) -> Result<Arc<Format>, ReadError> {
        let ours = self.find(&envelope.format);
        let Some(definition) = definition else {
            return match ours {
                Some(format) if format.version() == envelope.format_version => Ok(Arc::clone(format)),
                Some(format) => Err(ReadError::new(format!(
                    "the rows need version {} of the format “{}”; this program has version {}, and the store did not keep the other",
                    envelope.format_version,
                    envelope.format,
                    format.version()
                ))),
                None => self.get(&envelope.format).cloned(),
            };
        };
        let hash = hash128(definition.as_bytes());
        if let Some(format) = ours.filter(|format| format.definition_hash == hash) {
            return Ok(Arc::clone(format));
        }
        let mut stored = self.stored.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(format) = stored.get(&hash) {
            return Ok(Arc::clone(format));
        }
        let place = format!("the stored description of “{}”", envelope.format);
        let format = Format::read(&place, definition).map_err(|error| ReadError::new(error.to_string()))?;
        let format = Arc::new(format);
        if stored.len() >= MAX_STORED {
            stored.clear();
        }
        stored.insert(hash, Arc::clone(&format));
        Ok(format)
    }
}

impl Formats for Registry {
    fn reader(&self, envelope: &Envelope, definition: Option<&str>) -> Result<Box<dyn RowReader>, ReadError> {
        let format = self.format_of(envelope, definition)?;
        Ok(Box::new(format.open(envelope.heading.as_deref(), &envelope.decisions)?))
    }

    fn definition(&self, envelope: &Envelope) -> Option<String> {
        let format = self.find(&envelope.format)?;
        (format.version() == envelope.format_version).then(|| format.definition().to_owned())
    }
}
