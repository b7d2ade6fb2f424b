//! What the user wrote: `config.toml` in the configuration folder, or the file named with `--config`.
//!
//! Every value keeps the place where it stands. Keys that are not known, and values of the wrong
//! kind, are refused with file, line and column, all of them at once. Secrets never stand in the
//! file: it only says where they come from ([`KeySource`]).

mod address;
mod key;
mod place;
mod print;
mod read;
mod secret;
mod section;

use std::path::{Path, PathBuf};

use chrono_tz::Tz;
use etcetera::BaseStrategy;

use crate::model::envelope::SpanUnit;

pub use address::{Address, AddressError};
pub use key::{FILES_API_KEY, KeyError, KeyOrigin, KeySource};
pub use place::{ConfigError, Place, Placed, Problem};
pub use secret::Secret;

/// Microseconds in a day.
const DAY: i64 = 86_400_000_000;

/// The whole configuration. Without a file everything is a default and there are no sources.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The file that was read.
    pub file: Option<PathBuf>,
    /// The folder of the store.
    pub store: Option<Placed<PathBuf>>,
    /// The zone that times are shown in, and that days are counted in.
    pub zone: Option<Placed<Tz>>,
    /// The most memory that caches take, in bytes.
    pub memory: Option<Placed<u64>>,
    /// How long records are kept, in microseconds.
    pub retain: Placed<i64>,
    /// The source that opens when none is named.
    pub view: Option<Placed<String>>,
    /// The sources, in the order of the file.
    pub sources: Vec<SourceConfig>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            file: None,
            store: None,
            zone: None,
            memory: None,
            retain: Placed::unwritten(180 * DAY),
            view: None,
            sources: Vec::new(),
        }
    }
}

/// One configured source, `[sources.NAME]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceConfig {
    /// Its name.
    pub name: Placed<String>,
    /// Whether secrets inside records are taken out before they are stored.
    pub redact: Placed<bool>,
    /// What kind it is, and what that kind needs.
    pub kind: SourceKind,
}

/// The kinds of sources.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SourceKind {
    /// A Files.com site, polled.
    FilesCom(FilesComConfig),
    /// A Workato workspace, whose CSV downloads are imported.
    Workato(WorkatoConfig),
    /// A log file that is followed.
    File(FileConfig),
}

/// How a Files.com site is polled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilesComConfig {
    /// The site.
    pub address: Placed<Address>,
    /// The workspace, by its id.
    pub workspace: Option<Placed<u64>>,
    /// Where the key comes from.
    pub key: Placed<KeySource>,
    /// How far back the log is fetched, in microseconds.
    pub fill: Placed<i64>,
    /// How often new records are asked for, in microseconds.
    pub poll: Placed<i64>,
    /// Certificate authorities that are trusted beside the system's, as PEM.
    pub ca: Option<Placed<PathBuf>>,
}

impl FilesComConfig {
    /// A site with defaults for all else: the key from `FILES_API_KEY`, 30 days, every 5 seconds.
    pub fn new(address: Address) -> Self {
        Self {
            address: Placed::unwritten(address),
            workspace: None,
            key: Placed::unwritten(KeySource::default()),
            fill: Placed::unwritten(30 * DAY),
            poll: Placed::unwritten(5_000_000),
            ca: None,
        }
    }
}

/// What Workato's download leaves open.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WorkatoConfig {
    /// Types of collections by their names.
    pub collection_types: Vec<(String, String)>,
    /// The zone of times that name none.
    pub zone: Option<Placed<Tz>>,
    /// The unit of spans that name none.
    pub unit: Option<Placed<SpanUnit>>,
}

/// A followed log file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileConfig {
    /// The file, or a pattern for several.
    pub path: Placed<String>,
    /// The name of its format, where it should not be found out from the file.
    pub format: Option<Placed<String>>,
    /// The zone of times that name none.
    pub zone: Option<Placed<Tz>>,
    /// The unit of spans that name none.
    pub unit: Option<Placed<SpanUnit>>,
}

impl Config {
    /// Reads the file named, else the one in the user's configuration folder if there is one.
    pub fn load(named: Option<&Path>) -> Result<Self, ConfigError> {
        let file = match named {
            Some(file) => file.to_owned(),
            None => Self::default_file()?,
        };
        match std::fs::read(&file) {
            Ok(bytes) => Self::read(&file, &bytes),
            Err(error) if named.is_none() && error.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(reason) => Err(ConfigError::Unreadable { file, reason }),
        }
    }

    /// Where the configuration is looked for: `reqscope/config.toml` in the user's configuration
    /// folder.
    pub fn default_file() -> Result<PathBuf, ConfigError> {
        let folders = etcetera::base_strategy::Xdg::new().map_err(|_| ConfigError::NoHome)?;
        Ok(folders.config_dir().join("reqscope").join("config.toml"))
    }

    /// Reads the bytes of a file. Relative paths in it start at its folder, `~/` at the home folder.
    pub fn read(file: &Path, bytes: &[u8]) -> Result<Self, ConfigError> {
        read::read(file, bytes).map_err(|problems| ConfigError::Wrong { file: file.to_owned(), problems })
    }

    /// The source of that name.
    pub fn source(&self, name: &str) -> Option<&SourceConfig> {
        self.sources.iter().find(|source| source.name.value == name)
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
