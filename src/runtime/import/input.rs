//! Files and standard input, with their formats found.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::source::format::detect::{Detected, ENOUGH};
use crate::source::format::registry::Registry;

use super::{ImportError, ImportOptions};

/// A file, or standard input, whose format is known.
pub struct Input {
    pub(super) path: PathBuf,
    pub(super) head: Vec<u8>,
    pub(super) detected: Detected,
}

impl Input {
    /// Opens a file, or standard input when the path is `-`, and finds its format.
    pub fn open(registry: &Registry, path: &Path, options: &ImportOptions) -> Result<Self, ImportError> {
        let read = || -> io::Result<Vec<u8>> {
            if path == Path::new("-") { read_head(&mut io::stdin().lock()) } else { read_head(&mut File::open(path)?) }
        };
        let head = read().map_err(|source| ImportError::Read { path: path.to_owned(), source })?;
        let input = Self { detected: detect(registry, &Self::name_of(path), &head, options)?, head, path: path.into() };
        Ok(input)
    }

    fn name_of(path: &Path) -> String {
        if path == Path::new("-") { "standard input".into() } else { path.display().to_string() }
    }

    /// What it is called.
    pub fn name(&self) -> String {
        Self::name_of(&self.path)
    }

    /// The name of its format.
    pub fn format(&self) -> &str {
        self.detected.format.name()
    }
}

/// Finds the format of an input by its first bytes.
pub fn detect(registry: &Registry, name: &str, head: &[u8], options: &ImportOptions) -> Result<Detected, ImportError> {
    Ok(match &options.format {
        Some(wanted) => registry.detect_as(wanted, head, name, &options.decisions)?,
        None => registry.detect(head, name, &options.decisions)?,
    })
}

/// The first bytes, by which the format is found.
pub fn read_head(input: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    input.take(ENOUGH as u64).read_to_end(&mut head)?;
    Ok(head)
}
