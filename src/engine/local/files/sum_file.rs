//! What the values of whole segments come to, kept from one process to the next. It can be made again at any time:
//! what cannot be read or written is done without.

use std::fs::DirBuilder;
use std::io::Write;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::base::hash::hex128;
use crate::engine::local::schema::remove_file;

/// The folder of these files within a store.
pub const SUMS: &str = "sums";

/// The version of what is written, and of how it is counted.
const VERSION: u32 = 1;

/// So many sums are kept, of some kilobytes each.
const MOST_FILES: usize = if cfg!(test) { 8 } else { 64 };

/// Files of which there is one for whatever was counted; the oldest go.
pub struct SumFiles {
    folder: PathBuf,
    can_write: bool,
}

/// What some values come to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptSum {
    /// Stands for the values.
    #[serde(with = "hex128")]
    pub of: u128,
    /// How many different values there are.
    pub different: u64,
    /// How many rows have one.
    pub rows: u64,
    /// How many rows have none.
    pub missing: u64,
    /// The most frequent, in their order.
    pub shown: Vec<KeptValue>,
}

/// One of the most frequent values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptValue {
    /// How many rows have it.
    pub count: u64,
    /// Its hash.
    #[serde(with = "hex128")]
    pub hash: u128,
    /// The value.
    pub value: Vec<u8>,
}

impl SumFiles {
    /// Those of a store.
    pub fn new(store: &Path, can_write: bool) -> Self {
        Self { folder: store.join(SUMS), can_write }
    }

    /// What is kept of some values.
    pub fn read(&self, of: u128) -> Option<KeptSum> {
        let text = std::fs::read_to_string(self.path(of)).ok()?;
        let (_, body) = text.split_once('\n').filter(|(_, body)| text == sealed(body))?;
        let sum: KeptSum = serde_json::from_str(body).ok()?;
        (sum.of == of).then_some(sum)
    }

    /// Keeps a sum, if that can be done.
    pub fn write(&self, sum: &KeptSum) {
        if self.can_write {
            // It is counted again where it is wanted.
            let _ = self.try_write(sum);
        }
    }

    fn try_write(&self, sum: &KeptSum) -> std::io::Result<()> {
        let body = serde_json::to_string(sum)?;
        // Nobody else may read what paths there are.
        DirBuilder::new().recursive(true).mode(0o700).create(&self.folder)?;
        let mut draft = tempfile::NamedTempFile::new_in(&self.folder)?;
        draft.write_all(sealed(&body).as_bytes())?;
        draft.persist(self.path(sum.of))?;
        self.remove_oldest()
    }

    /// Forgets all sums: they may tell of what was deleted.
    pub fn clear(&self) {
        if self.can_write {
            // Where there are none, nothing is to be done.
            let _ = std::fs::remove_dir_all(&self.folder);
        }
    }

    fn remove_oldest(&self) -> std::io::Result<()> {
        let mut files = Vec::new();
        for entry in std::fs::read_dir(&self.folder)? {
            let entry = entry?;
            files.push((entry.metadata()?.modified()?, entry.path()));
        }
        files.sort_unstable_by(|a, b| b.cmp(a));
        files.iter().skip(MOST_FILES).try_for_each(|(_, path)| remove_file(path))
    }

    fn path(&self, of: u128) -> PathBuf {
        self.folder.join(format!("{of:032x}.json"))
    }
}

/// A text under a heading, without which it is not whole, or of another version.
pub fn sealed(body: &str) -> String {
    format!("{VERSION} {:08x}\n{body}", crc32c::crc32c(body.as_bytes()))
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::time::SystemTime;

    use super::*;

    fn sum(of: u128) -> KeptSum {
        let shown = vec![KeptValue { count: 3, hash: u128::MAX - 1, value: vec![b'/', 0xff] }];
        KeptSum { of, different: 2, rows: 4, missing: 1, shown }
    }

    #[test]
    fn a_sum_is_kept_until_there_are_many_newer_ones() {
        let store = tempfile::tempdir().expect("a folder");
        let files = SumFiles::new(store.path(), true);
        assert_eq!(files.read(7), None);
        files.write(&sum(7));
        assert_eq!((files.read(7), files.read(8)), (Some(sum(7)), None));
        let of_7 = File::options().write(true).open(files.path(7)).expect("opens");
        of_7.set_modified(SystemTime::UNIX_EPOCH).expect("is dated");
        for of in 10..10 + MOST_FILES as u128 {
            files.write(&sum(of));
            assert_eq!(files.read(of), Some(sum(of)));
        }
        assert_eq!(files.read(7), None);
        let names = std::fs::read_dir(store.path().join(SUMS)).expect("a folder").count();
        assert_eq!(names, MOST_FILES, "no draft stays");
    }

    #[test]
    fn what_is_damaged_is_none() {
        let store = tempfile::tempdir().expect("a folder");
        let files = SumFiles::new(store.path(), true);
        files.write(&sum(7));
        let path = files.path(7);
        let whole = std::fs::read_to_string(&path).expect("reads");
        for damaged in ["", "1", &whole[..whole.len() - 3], &whole.replace("\"rows\":4", "\"rows\":5")] {
            std::fs::write(&path, damaged).expect("writes");
            assert_eq!(files.read(7), None, "{damaged}");
        }
        std::fs::write(&path, whole).expect("writes");
        std::fs::rename(path, files.path(8)).expect("renames");
        assert_eq!(files.read(8), None, "it is of other values");
    }

    #[test]
    fn a_store_that_is_only_read_stays_as_it_is() {
        let store = tempfile::tempdir().expect("a folder");
        SumFiles::new(store.path(), false).write(&sum(7));
        assert!(!store.path().join(SUMS).exists());
    }
}
