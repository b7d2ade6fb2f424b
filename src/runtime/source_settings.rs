//! What a store keeps beside a source's records, so that every process shows it alike: how it is
//! read, what it is called, where its backend is. Never a secret.

use serde::{Deserialize, Serialize};

use crate::app::source_view::{Keeper, SourceKind, SourceView};
use crate::engine::local::sources::SourceRecord;
use crate::model::view_spec::ViewSpec;
use crate::source::format::registry::Registry;

/// Settings of a source, kept in its store.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceSettings {
    /// The format whose `[view]` it shows.
    pub format: String,
    /// What it is called besides its name.
    #[serde(default)]
    pub title: String,
    /// The backend's address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// The seed of a made-up platform, from which its key follows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made_up: Option<u64>,
}

/// Kinds of sources, as a store writes them.
pub const POLLED: &str = "files-com";
/// A file that is followed.
pub const FOLLOWED: &str = "file";
/// Imported once.
pub const IMPORTED: &str = "import";

impl SourceSettings {
    /// A source that shows what a format shows.
    pub fn of_format(registry: &Registry, format: &str) -> Self {
        let title = registry.get(format).map(|format| format.title().to_owned()).unwrap_or_default();
        Self { format: format.to_owned(), title, ..Self::default() }
    }

    /// Reads what a store kept; what cannot be read is as if it was not there.
    pub fn read(json: Option<&str>) -> Self {
        json.and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default()
    }

    /// As a store keeps it.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("settings are plain data")
    }
}

/// What a format shows; any format's view when the store's is not known here.
pub fn view_of(registry: &Registry, format: &str) -> ViewSpec {
    registry
        .get(format)
        .or_else(|_| registry.get("json-lines"))
        .map(|format| format.view().clone())
        .expect("json-lines comes with the program")
}

/// A source as the screen knows it.
pub fn source_view(record: &SourceRecord, keeper: Keeper, registry: &Registry) -> SourceView {
    let settings = SourceSettings::read(record.settings.as_deref());
    let title = if settings.title.is_empty() { settings.format.clone() } else { settings.title };
    SourceView {
        name: record.name.clone(),
        title,
        kind: match record.kind.as_str() {
            POLLED => SourceKind::Polled,
            FOLLOWED => SourceKind::Followed,
            _ => SourceKind::Imported,
        },
        view: view_of(registry, &settings.format),
        coverage: record.coverage.clone(),
        gaps: record.gaps.clone(),
        bad: record.bad,
        redacted: record.redacted,
        last_intake: record.last_intake,
        keeper,
    }
}
