//! What is kept from one run of the screen to the next, in the user's state folder.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use crate::app::remembered::Remembered;

/// The file that holds it.
#[derive(Debug, Clone)]
pub struct SettingsFile {
    path: PathBuf,
}

impl SettingsFile {
    /// In a folder.
    pub fn new(folder: &Path) -> Self {
        Self { path: folder.join("screen.json") }
    }

    /// What was kept. A file that cannot be read is an empty one: nothing in it is worth stopping
    /// for.
    pub fn read(&self) -> Remembered {
        fs::read(&self.path).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
    }

    /// Keeps for the next time what has changed since it was `before`; what other screens have kept meanwhile stays. An
    /// error names the file.
    pub fn write(&self, before: &Remembered, now: &Remembered) -> io::Result<()> {
        let named = |error: io::Error| {
            io::Error::new(error.kind(), format!("{} could not be written: {error}", self.path.display()))
        };
        self.put(before, now).map_err(named)
    }

    fn put(&self, before: &Remembered, now: &Remembered) -> io::Result<()> {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        if !folder.is_dir() {
            DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        }
        let lock = self.path.with_extension("lock");
        let lock = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(lock)?;
        // It is held while a small file is written, and goes with the process.
        lock.lock()?;
        let merged = now.changed_on(before, self.read());
        let draft = self.path.with_extension(format!("{}.part", std::process::id()));
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
        file.write_all(&serde_json::to_vec_pretty(&merged).map_err(io::Error::other)?)?;
        fs::rename(&draft, &self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_screens_do_not_write_over_one_another() {
        let folder = tempfile::tempdir().expect("a folder");
        let (one, other) = (SettingsFile::new(folder.path()), SettingsFile::new(folder.path()));
        let begun = (one.read(), other.read());
        let with_two_lines = |source: &str| Remembered { two_lines: vec![source.into()], ..Remembered::default() };
        other.write(&begun.1, &with_two_lines("other")).expect("writes");
        one.write(&begun.0, &with_two_lines("one")).expect("writes");
        assert_eq!(one.read().two_lines, ["other", "one"]);
    }

    #[test]
    fn an_error_names_the_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let blocked = folder.path().join("state");
        fs::write(&blocked, "no folder").expect("a file in its place");
        let error = SettingsFile::new(&blocked)
            .write(&Remembered::default(), &Remembered::default())
            .expect_err("it is no folder");
        let said = error.to_string();
        assert!(said.starts_with(&format!("{}/screen.json could not be written: ", blocked.display())), "{said}");
    }
}
