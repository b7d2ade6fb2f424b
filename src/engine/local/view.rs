//! A fixed state of a store: its parts, held open.

use std::sync::Arc;

use crate::base::time::Timestamp;
use crate::model::handle::{Seq, StoreTag};

use super::missing::Missing;
use super::part::Part;

/// What a snapshot holds.
pub struct View {
    /// All parts.
    pub parts: Vec<Arc<Part>>,
    /// The newest record.
    pub as_of: Seq,
    /// When it was first seen.
    pub at: Timestamp,
    /// The store's tag in handles.
    pub tag: StoreTag,
    /// The names of all sources that the store knows.
    pub sources: Vec<String>,
    /// What should be there and cannot be read.
    pub missing: Vec<Missing>,
}

impl View {
    /// How many rows there are.
    pub fn rows(&self) -> u64 {
        self.parts.iter().map(|part| part.live_rows() as u64).sum()
    }
}
