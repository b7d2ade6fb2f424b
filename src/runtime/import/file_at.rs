//! A file that several threads read, each from its own place.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::os::unix::fs::FileExt;

/// One reader of an open file. It stays the same file, whatever becomes of its name.
#[derive(Debug, Clone, Copy)]
pub struct FileAt<'a> {
    file: &'a File,
    at: u64,
}

impl<'a> FileAt<'a> {
    /// At the beginning of a file.
    pub fn new(file: &'a File) -> Self {
        Self { file, at: 0 }
    }
}

impl Read for FileAt<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read_at(buffer, self.at)?;
        self.at += read as u64;
        Ok(read)
    }
}

impl Seek for FileAt<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
            SeekFrom::End(by) => self.file.metadata()?.len().checked_add_signed(by),
        };
        self.at = at.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readers_do_not_move_each_other() {
        let mut file = tempfile::tempfile().expect("a file");
        std::io::Write::write_all(&mut file, b"0123456789").expect("writes");
        let (mut first, mut second) = (FileAt::new(&file), FileAt::new(&file));
        let read = |at: &mut FileAt<'_>| {
            let mut two = [0; 2];
            at.read_exact(&mut two).map(|()| String::from_utf8_lossy(&two).into_owned())
        };
        assert_eq!(first.seek(SeekFrom::End(-4)).expect("seeks"), 6);
        assert_eq!(read(&mut first).expect("reads"), "67");
        assert_eq!(read(&mut second).expect("reads"), "01");
        assert_eq!(second.seek(SeekFrom::Current(3)).expect("seeks"), 5);
        assert_eq!(read(&mut second).expect("reads"), "56");
        assert_eq!(read(&mut first).expect("reads"), "89");
        assert!(read(&mut first).is_err());
        assert!(first.seek(SeekFrom::Current(-11)).is_err());
    }
}
