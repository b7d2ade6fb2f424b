//! Locks on files of a store's folder, and the files that nobody holds any more.

use std::fs::File;
use std::path::{Path, PathBuf};

use crate::engine::error::EngineError;

use super::schema::remove_file;
use super::store::Store;

/// A lock on a file of the store; freed when dropped, or when the process dies.
#[derive(Debug)]
pub struct FolderLock(#[expect(dead_code, reason = "held for its drop")] File);

impl Store {
    fn lock_path(&self, name: &str) -> PathBuf {
        self.folder().join(format!("{name}.lock"))
    }

    fn lock_file(&self, name: &str) -> Result<File, EngineError> {
        use std::os::unix::fs::OpenOptionsExt;
        self.check_writable()?;
        let path = self.lock_path(name);
        File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .mode(0o600)
            .open(&path)
            .map_err(|source| Self::file_error(&path, source))
    }

    /// Takes a lock that only one process has; `None` when another has it.
    pub(super) fn try_lock(&self, name: &str) -> Result<Option<FolderLock>, EngineError> {
        let file = self.lock_file(name)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(FolderLock(file))),
            Err(std::fs::TryLockError::WouldBlock) => Ok(None),
            Err(std::fs::TryLockError::Error(source)) => Err(Self::file_error(&self.lock_path(name), source)),
        }
    }

    /// Takes a lock that several may have at once.
    pub(super) fn lock_shared(&self, name: &str) -> Result<FolderLock, EngineError> {
        let file = self.lock_file(name)?;
        file.lock_shared().map_err(|source| Self::file_error(&self.lock_path(name), source))?;
        Ok(FolderLock(file))
    }

    /// Removes files of segments that were never named in the database, when nobody is writing any.
    pub fn sweep(&self) -> Result<usize, EngineError> {
        let Some(_lock) = self.try_lock("writing")? else { return Ok(0) };
        let named: Vec<String> = {
            let reader = self.reader();
            let mut statement = reader
                .prepare_cached("SELECT name || '.raw' FROM segments UNION SELECT columns_name FROM segments")
                .map_err(|e| self.error(&e))?;
            let rows = statement.query_map([], |row| row.get(0)).map_err(|e| self.error(&e))?;
            rows.collect::<Result<_, _>>().map_err(|e| self.error(&e))?
        };
        let folder = self.segments_folder();
        let entries = std::fs::read_dir(&folder).map_err(|source| Self::file_error(&folder, source))?;
        let mut swept = 0;
        for entry in entries.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if (has_extension(&name, "raw") || has_extension(&name, "arrow")) && !named.contains(&name) {
                remove_file(&entry.path()).map_err(|source| Self::file_error(&entry.path(), source))?;
                swept += 1;
            }
        }
        Ok(swept)
    }
}

fn has_extension(name: &str, extension: &str) -> bool {
    Path::new(name).extension().is_some_and(|own| own == extension)
}
