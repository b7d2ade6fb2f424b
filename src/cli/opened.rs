//! Stores of files that were opened by name: kept in the cache folder, so that the same file opens
//! at once the next time, and cleared away when nobody has opened it for long.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use rustix::fs::{FlockOperation, flock};

use crate::base::hash::hash128_parts;

use super::error::UserError;
use super::folders::cache_folder;

/// How long a store is kept that nobody opens.
const KEPT_FOR: Duration = Duration::from_hours(336);

/// The file whose lock says that a store is in use, and whose time says when it was last.
const USED: &str = "used";

/// What is in front of the name of a store that is only for one run.
const ONE_RUN: &str = "pipe-";

/// A store's folder in the cache, in use while this is held.
#[derive(Debug)]
pub struct OpenedStore {
    folder: PathBuf,
    is_for_one_run: bool,
    _used: File,
}

impl OpenedStore {
    /// The store of what `parts` name: paths, and how they are read.
    pub fn of(parts: &[Vec<u8>]) -> Result<Self, UserError> {
        let root = cache_folder()?.join("opened");
        clear_away(&root, SystemTime::now());
        Ok(Self::in_folder(
            root.join(format!("{:032x}", hash128_parts(&parts.iter().map(Vec::as_slice).collect::<Vec<_>>()))),
            false,
        )?)
    }

    /// A store for one run.
    pub fn for_one_run() -> Result<Self, UserError> {
        let root = cache_folder()?.join("opened");
        clear_away(&root, SystemTime::now());
        make_folder(&root)?;
        let folder = tempfile::Builder::new().prefix(ONE_RUN).tempdir_in(&root)?.keep();
        Ok(Self::in_folder(folder, true)?)
    }

    fn in_folder(folder: PathBuf, is_for_one_run: bool) -> io::Result<Self> {
        make_folder(&folder)?;
        let used = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(folder.join(USED))?;
        flock(&used, FlockOperation::LockShared)?;
        used.set_modified(SystemTime::now())?;
        Ok(Self { folder, is_for_one_run, _used: used })
    }

    /// Where the store is.
    pub fn store(&self) -> PathBuf {
        self.folder.join("store")
    }
}

impl Drop for OpenedStore {
    fn drop(&mut self) {
        if self.is_for_one_run {
            // What cannot be removed now is cleared away by the next run.
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
}

fn make_folder(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// Removes stores that nobody uses and nobody has used for long; those of one run at once.
/// What cannot be removed stays: it is only a cache.
fn clear_away(root: &Path, now: SystemTime) {
    let Ok(entries) = fs::read_dir(root) else { return };
    for folder in entries.flatten().map(|entry| entry.path()) {
        let is_for_one_run = folder.file_name().is_some_and(|name| name.to_string_lossy().starts_with(ONE_RUN));
        let Ok(used) = File::open(folder.join(USED)) else { continue };
        let last = used.metadata().and_then(|data| data.modified()).unwrap_or(now);
        let is_old = now.duration_since(last).is_ok_and(|age| age > KEPT_FOR);
        if (is_old || is_for_one_run) && flock(&used, FlockOperation::NonBlockingLockExclusive).is_ok() {
            let _ = fs::remove_dir_all(&folder);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_and_one_run_stores_go_when_nobody_uses_them() {
        let root = tempfile::tempdir().expect("a folder");
        let in_use = OpenedStore::in_folder(root.path().join("in-use"), false).expect("made");
        let one_run = OpenedStore::in_folder(root.path().join("pipe-1"), true).expect("made");
        drop(OpenedStore::in_folder(root.path().join("left"), false).expect("made"));
        fs::create_dir(root.path().join("pipe-2")).expect("made");
        File::create(root.path().join("pipe-2").join(USED)).expect("made");

        clear_away(root.path(), SystemTime::now());
        let there = |name: &str| root.path().join(name).is_dir();
        assert_eq!(["in-use", "pipe-1", "left", "pipe-2"].map(there), [true, true, true, false]);

        clear_away(root.path(), SystemTime::now() + KEPT_FOR * 2);
        assert_eq!(["in-use", "pipe-1", "left"].map(there), [true, true, false]);
        drop((in_use, one_run));
        assert_eq!(["in-use", "pipe-1"].map(there), [true, false]);
    }
}
