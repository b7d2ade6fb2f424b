//! Files that a source was read from: which file is which, wherever it lies and however it has
//! grown, and how far it was read.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::base::hash::hash128;

/// Bytes that identify a file: enough to tell logs apart, few enough to be there early.
const PREFIX: usize = 4_096;

/// What is known of a source's files; the source's checkpoint.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileBook {
    /// The files, the latest last.
    pub files: Vec<FileEntry>,
}

/// One file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEntry {
    /// What identifies it in rows' keys.
    pub id: u128,
    /// How many of its first bytes are known.
    pub prefix: u32,
    /// Their hash.
    pub hash: u128,
    /// Where it last was.
    pub path: String,
    /// How far it was read.
    pub read_to: u64,
    /// The line there, from 1.
    pub line: Option<u64>,
}

/// Files that are remembered of one source.
const MOST_FILES: usize = 1_000;

impl FileBook {
    /// Reads a checkpoint; one that cannot be read is an empty book: rows are recognised anyway.
    pub fn read(checkpoint: Option<&str>) -> Self {
        checkpoint.and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default()
    }

    /// The book as a checkpoint.
    pub fn to_checkpoint(&self) -> String {
        serde_json::to_string(self).expect("a book is plain data")
    }

    /// Finds a file by its first bytes, or takes it down as a new one.
    pub fn identify(&mut self, path: &Path) -> std::io::Result<&mut FileEntry> {
        let mut head = Vec::with_capacity(PREFIX);
        File::open(path)?.take(PREFIX as u64).read_to_end(&mut head)?;
        let name = path.display().to_string();
        // A file that was short when it was first seen is known by what it had then.
        let known = (0..self.files.len()).rev().filter(|at| {
            let entry = &self.files[*at];
            let prefix = entry.prefix as usize;
            prefix > 0 && head.len() >= prefix && hash128(&head[..prefix]) == entry.hash
        });
        let (prefix, hash) = (head.len() as u32, hash128(&head));
        if let Some(at) = known.max_by_key(|at| self.files[*at].prefix) {
            let entry = &mut self.files[at];
            (entry.prefix, entry.hash, entry.path) = (prefix, hash, name);
            return Ok(&mut self.files[at]);
        }
        let id = crate::base::hash::hash128_parts(&[b"file", &hash.to_le_bytes()]);
        self.files.push(FileEntry { id, prefix, hash, path: name, read_to: 0, line: Some(1) });
        if self.files.len() > MOST_FILES {
            self.files.remove(0);
        }
        Ok(self.files.last_mut().expect("one was pushed"))
    }

    /// A file by its identity; nothing when it was forgotten.
    pub fn entry(&mut self, id: u128) -> Option<&mut FileEntry> {
        self.files.iter_mut().rev().find(|entry| entry.id == id)
    }

    /// Forgets a file.
    pub fn forget(&mut self, id: u128) {
        self.files.retain(|entry| entry.id != id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grown_and_moved_file_is_the_same() {
        let folder = tempfile::tempdir().expect("a folder");
        let (first, second) = (folder.path().join("a.log"), folder.path().join("b.log"));
        std::fs::write(&first, "one\n").expect("writes");
        let mut book = FileBook::default();
        let id = book.identify(&first).expect("reads").id;
        std::fs::write(&second, "one\ntwo\n".repeat(2_000)).expect("writes");
        let mut book = FileBook::read(Some(&book.to_checkpoint()));
        let entry = book.identify(&second).expect("reads");
        assert_eq!((entry.id, entry.prefix), (id, PREFIX as u32));
        std::fs::write(&first, "another\n").expect("writes");
        assert_ne!(book.identify(&first).expect("reads").id, id);
    }
}
