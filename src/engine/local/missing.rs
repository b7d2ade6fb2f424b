//! What a store should hold and cannot read: it is counted and named, and everything else answers.

use std::fmt;

use crate::base::units;
use crate::engine::error::EngineError;

/// Requests that cannot be read, for one reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// How many.
    pub records: u64,
    /// Why, naming the file or the place.
    pub reason: String,
    /// What brings them back.
    pub repair: Repair,
}

/// What brings back requests that cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repair {
    /// The raw rows are there: `store rebuild` makes the columns again.
    Rebuild,
    /// The raw rows are not there, or not whole.
    Restore,
    /// The rows are there, but their format's description does not take them.
    Format,
}

impl Repair {
    /// What is to be done, as a sentence's end.
    pub fn advice(self) -> &'static str {
        match self {
            Self::Rebuild => "reqscope store rebuild repairs it",
            Self::Restore => "put the file back from a copy of the store",
            Self::Format => "they are kept, and come back with a description of their format that takes them",
        }
    }
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let records = units::counted(self.records, "request", "requests");
        write!(f, "{records} cannot be read: {}; {}", self.reason, self.repair.advice())
    }
}

/// One sentence about all that is missing.
pub fn sentence(missing: &[Missing]) -> Option<String> {
    let [first, others @ ..] = missing else { return None };
    if others.is_empty() {
        return Some(first.to_string());
    }
    let all = Missing { records: missing.iter().map(|missing| missing.records).sum(), ..first.clone() };
    Some(format!("{all}; reqscope store verify names {} more", others.len()))
}

/// Whether an error is about what is on the disk, and not about what this process may still open.
pub fn is_lasting(error: &EngineError) -> bool {
    match error {
        EngineError::Damaged { .. } => true,
        EngineError::File { source, .. } => {
            let limits = [rustix::io::Errno::MFILE, rustix::io::Errno::NFILE, rustix::io::Errno::NOMEM];
            limits.iter().all(|limit| source.raw_os_error() != Some(limit.raw_os_error()))
        }
        _ => false,
    }
}
