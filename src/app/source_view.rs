//! A source as the screen knows it.

use crate::base::time::Timestamp;
use crate::model::intake::{Coverage, Gap};
use crate::model::period::Period;
use crate::model::view_spec::ViewSpec;

/// How records come from a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourceKind {
    /// Asked of a backend again and again.
    Polled,
    /// Read from a file or a stream that is followed.
    Followed,
    /// Imported once; what is there is there.
    Imported,
}

/// Who brings a source's new records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Keeper {
    /// This process.
    Here,
    /// Another one.
    Elsewhere {
        /// Its number.
        pid: u32,
        /// Its machine.
        host: String,
    },
    /// Nobody.
    Nobody,
}

/// A source as the screen knows it.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceView {
    /// Its name in the store.
    pub name: String,
    /// What it is, for the header: `Files.com`, `nginx, combined`.
    pub title: String,
    /// How records come from it.
    pub kind: SourceKind,
    /// What it shows.
    pub view: ViewSpec,
    /// What is complete.
    pub coverage: Option<Coverage>,
    /// What is missing.
    pub gaps: Vec<Gap>,
    /// Rows that could not be read.
    pub bad: u64,
    /// Secrets that were redacted.
    pub redacted: u64,
    /// When it last brought something.
    pub last_intake: Option<Timestamp>,
    /// Who brings its new records.
    pub keeper: Keeper,
}

impl SourceView {
    /// The period that is shown when none is asked for: what its description says where records
    /// come in by themselves, everything where they came from files.
    pub fn own_period(&self, zone: chrono_tz::Tz) -> Period {
        match self.kind {
            SourceKind::Polled => Period::read(&self.view.period, zone).unwrap_or(Period::All),
            SourceKind::Followed | SourceKind::Imported => Period::All,
        }
    }
}
