//! Files that a source was read from: which file is which, wherever it lies and however it has
//! grown, and how far it was read.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::base::hash::{hash128, hash128_parts};

/// Bytes that identify a file: enough to tell logs apart, few enough to be there early.
const PREFIX: usize = 4_096;

/// What is known of a source's files; the source's checkpoint.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileBook {
    /// The files, the latest last.
    pub files: Vec<FileEntry>,
    /// How many were ever taken down.
    #[serde(default)]
    made: u64,
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
    /// Whether it was cut there: if it still is somewhere, then as a copy.
    #[serde(default)]
    pub is_cut: bool,
    /// The inode of the open file, when somebody here reads it now.
    #[serde(skip)]
    pub followed: Option<u64>,
}

/// Whose a file is that is to be followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claim {
    /// It is the claimer's, under this identity.
    Mine(u128),
    /// It is followed already, at another place.
    Theirs {
        /// Whether it has more than is known of the one that is followed, which may be for a
        /// moment; a file that only began alike goes on having it.
        is_longer: bool,
    },
}

/// Files that are remembered of one source; more when more are followed at once.
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
    pub fn identify(&mut self, head: &[u8], path: &Path) -> &mut FileEntry {
        match self.find(head, path) {
            Some(at) => self.found(at, head, path),
            None => self.take_down(head, path),
        }
    }

    /// Finds a file as [`identify`](Self::identify) does, to follow it, unless somebody does.
    pub fn claim(&mut self, head: &[u8], path: &Path, inode: u64) -> Claim {
        if let Some(at) = self.find(head, path)
            && let Some(followed) = self.files[at].followed
        {
            // The same file under another name has as much as it has.
            let prefix = self.files[at].prefix as usize;
            return Claim::Theirs { is_longer: followed != inode && prefix < PREFIX && prefix < head.len() };
        }
        let entry = self.identify(head, path);
        entry.followed = Some(inode);
        Claim::Mine(entry.id)
    }

    /// Takes a file down as a new one, whatever it begins with, to follow it.
    pub fn claim_new(&mut self, head: &[u8], path: &Path, inode: u64) -> u128 {
        let entry = self.take_down(head, path);
        entry.followed = Some(inode);
        entry.id
    }

    /// Nobody here follows it any more.
    pub fn release(&mut self, id: u128) {
        if let Some(entry) = self.entry(id) {
            entry.followed = None;
        }
    }

    /// Takes down what a file begins with now. Says whether that is what it began with before.
    pub fn confirm(&mut self, id: u128, head: &[u8]) -> bool {
        let Some(entry) = self.entry(id) else { return true };
        let Some(known) = head.get(..entry.prefix as usize) else { return true };
        if hash128(known) != entry.hash {
            return false;
        }
        (entry.prefix, entry.hash) = (head.len() as u32, hash128(head));
        true
    }

    /// A file was cut: what stands there now is another. It is known again by a copy of it.
    pub fn retire(&mut self, id: u128, path: &Path) {
        if let Some(entry) = self.entry(id) {
            (entry.is_cut, entry.path) = (true, path.display().to_string());
        }
    }

    /// A file by its identity; nothing when it was forgotten.
    pub fn entry(&mut self, id: u128) -> Option<&mut FileEntry> {
        self.files.iter_mut().rev().find(|entry| entry.id == id)
    }

    /// The place of a file with these first bytes. Of several that begin alike it is the one of
    /// which most is known, the one that was at this place, the latest.
    fn find(&self, head: &[u8], path: &Path) -> Option<usize> {
        let name = path.display().to_string();
        let rank = |entry: &FileEntry| {
            let is_here = entry.path == name;
            // What follows where a file was cut may begin as it began.
            let is_other = entry.is_cut && is_here && (entry.prefix as usize) < PREFIX;
            let known = head.get(..entry.prefix as usize)?;
            let is_it = !known.is_empty() && !is_other && hash128(known) == entry.hash;
            is_it.then_some((entry.prefix, is_here && !entry.is_cut))
        };
        let ranked = self.files.iter().enumerate().filter_map(|(at, entry)| Some((rank(entry)?, at)));
        ranked.max().map(|(_, at)| at)
    }

    fn found(&mut self, at: usize, head: &[u8], path: &Path) -> &mut FileEntry {
        let mut entry = self.files.remove(at);
        (entry.prefix, entry.hash) = (head.len() as u32, hash128(head));
        (entry.path, entry.is_cut) = (path.display().to_string(), false);
        self.push(entry)
    }

    fn take_down(&mut self, head: &[u8], path: &Path) -> &mut FileEntry {
        let (prefix, hash) = (head.len() as u32, hash128(head));
        self.made += 1;
        // The same file gets the same identity in a book that was lost. Another that begins alike
        // gets its own, also when the first was forgotten.
        let plain = hash128_parts(&[b"file", &hash.to_le_bytes()]);
        let is_sure = head.len() == PREFIX || self.made <= MOST_FILES as u64;
        let id = if is_sure && self.entry(plain).is_none() {
            plain
        } else {
            hash128_parts(&[b"file", &hash.to_le_bytes(), &self.made.to_le_bytes()])
        };
        let path = path.display().to_string();
        self.push(FileEntry { id, prefix, hash, path, read_to: 0, line: Some(1), is_cut: false, followed: None })
    }

    fn push(&mut self, entry: FileEntry) -> &mut FileEntry {
        // The one that was longest not asked for; never one that is read now.
        if self.files.len() >= MOST_FILES
            && let Some(at) = self.files.iter().position(|entry| entry.followed.is_none())
        {
            self.files.remove(at);
        }
        self.files.push(entry);
        self.files.last_mut().expect("one was pushed")
    }
}

/// The first bytes of a file, by which it is known.
pub fn read_prefix(file: &File) -> io::Result<Vec<u8>> {
    let mut head = vec![0; PREFIX];
    let mut len = 0;
    while len < PREFIX {
        match file.read_at(&mut head[len..], len as u64) {
            Ok(0) => break,
            Ok(read) => len += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    head.truncate(len);
    Ok(head)
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "/a.log";
    const B: &str = "/b.log";

    fn head(text: &str) -> Vec<u8> {
        text.bytes().take(PREFIX).collect()
    }

    #[test]
    fn a_grown_and_moved_file_is_the_same() {
        let mut book = FileBook::default();
        let id = book.identify(b"one\n", Path::new(A)).id;
        let mut book = FileBook::read(Some(&book.to_checkpoint()));
        let entry = book.identify(&head(&"one\ntwo\n".repeat(2_000)), Path::new(B));
        assert_eq!((entry.id, entry.prefix), (id, PREFIX as u32));
        assert_ne!(book.identify(b"another\n", Path::new(A)).id, id);
        assert_eq!(book.identify(&head(&"one\ntwo\n".repeat(9_000)), Path::new(A)).id, id);
    }

    #[test]
    fn what_follows_a_cut_is_another_file_and_a_copy_is_the_same() {
        let mut book = FileBook::default();
        let Claim::Mine(first) = book.claim(b"heading\n", Path::new(A), 1) else { panic!("nobody follows it") };
        assert!(book.confirm(first, b"heading\nrow 1\n"));
        assert!(!book.confirm(first, b"heading\nrow 2\n"));
        book.retire(first, Path::new(A));
        book.release(first);
        let second = book.claim_new(b"heading\n", Path::new(A), 1);
        assert_ne!(second, first);
        let mut book = FileBook::read(Some(&book.to_checkpoint()));
        assert_eq!(book.claim(b"heading\nrow 1\n", Path::new(B), 2), Claim::Mine(first));
        assert_eq!(book.claim(b"heading\nrow 2\n", Path::new(A), 1), Claim::Mine(second));
        // Cut before there was a row: what comes is new again.
        book.retire(second, Path::new(A));
        assert!(![first, second].contains(&book.identify(b"heading\nrow 2\n", Path::new(A)).id));
    }

    #[test]
    fn a_file_is_followed_once_and_one_that_began_alike_is_told_apart() {
        let mut book = FileBook::default();
        let first = book.claim(b"heading\n", Path::new(A), 1);
        assert!(matches!(first, Claim::Mine(_)));
        assert_eq!(book.claim(b"heading\n", Path::new(B), 2), Claim::Theirs { is_longer: false });
        assert_eq!(book.claim(b"heading\nrow\n", Path::new(B), 2), Claim::Theirs { is_longer: true });
        assert_eq!(book.claim(b"heading\nrow\n", Path::new(B), 1), Claim::Theirs { is_longer: false });
        let Claim::Mine(id) = first else { return };
        assert!(book.confirm(id, b"heading\na row\n"));
        let second = book.claim(b"heading\n", Path::new(B), 2);
        assert!(matches!(second, Claim::Mine(second) if second != id));
        book.release(id);
        assert_eq!(book.claim(b"heading\na row\n", Path::new(B), 2), first);
    }

    #[test]
    fn files_that_are_followed_are_not_forgotten() {
        let mut book = FileBook::default();
        let text = |number: usize| format!("file {number}\n");
        let mut claims = Vec::new();
        for number in 0..MOST_FILES + 10 {
            claims.push(book.claim(text(number).as_bytes(), Path::new(A), 1));
        }
        for claim in &claims {
            assert!(matches!(claim, Claim::Mine(id) if book.entry(*id).is_some()));
        }
        // Of the others the oldest go first.
        let Claim::Mine(second) = claims[1] else { return };
        book.release(second);
        book.identify(b"another\n", Path::new(A));
        assert!(book.entry(second).is_none());
        // Its name is not given to a file that only begins like it.
        assert_ne!(book.identify(text(1).as_bytes(), Path::new(A)).id, second);
    }
}
