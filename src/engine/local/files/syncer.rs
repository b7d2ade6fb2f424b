//! Files on their way to the disk. An import goes on reading while those that are finished are
//! synced; it waits for all of them before the database names any.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

use crate::engine::error::EngineError;

use super::segment_write::sync_folder;

/// Syncs files on a thread of its own.
pub struct Syncer {
    files: Sender<(PathBuf, File)>,
    thread: JoinHandle<Result<(), EngineError>>,
}

/// Syncs a file, at once where nobody does it later.
pub fn sync(path: &Path, file: File, later: Option<&Syncer>) -> Result<(), EngineError> {
    match later {
        // A thread that panicked has nobody who listens: that is told by `finish`.
        Some(syncer) => drop(syncer.files.send((path.to_owned(), file))),
        None => sync_now(path, &file)?,
    }
    Ok(())
}

fn sync_now(path: &Path, file: &File) -> Result<(), EngineError> {
    file.sync_all().map_err(|source| EngineError::File { path: path.to_owned(), source })
}

impl Syncer {
    /// Starts the thread.
    pub fn start() -> Self {
        let (files, received) = channel();
        Self { files, thread: std::thread::spawn(|| sync_all(received)) }
    }

    /// Waits until all files are on the disk, and their names are.
    pub fn finish(self) -> Result<(), EngineError> {
        drop(self.files);
        self.thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }
}

fn sync_all(files: Receiver<(PathBuf, File)>) -> Result<(), EngineError> {
    let mut last = None;
    for (path, file) in files {
        sync_now(&path, &file)?;
        last = Some(path);
    }
    // All are in one folder.
    last.map_or(Ok(()), |path| sync_folder(&path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_synced_is_told_at_the_end() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a");
        let syncer = Syncer::start();
        sync(&path, File::create(&path).expect("a file"), Some(&syncer)).expect("is taken");
        syncer.finish().expect("is synced");
        let syncer = Syncer::start();
        // A folder that is not there cannot be synced.
        let gone = folder.path().join("gone/a");
        sync(&gone, File::create(&path).expect("a file"), Some(&syncer)).expect("is taken");
        assert!(syncer.finish().is_err());
        Syncer::start().finish().expect("nothing to do");
    }
}
