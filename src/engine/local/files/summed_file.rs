//! A file that is summed while it is written: what is written in one piece has its checksum without
//! being read again.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufWriter, Write};

/// Pieces shorter than this are not worth an entry: they are read again.
const SUMMED_FROM: usize = 4 << 10;

/// A new file on its way to the disk.
pub struct SummedFile {
    file: BufWriter<File>,
    at: u64,
    sums: Sums,
}

/// The crc32c of pieces of a file, by their place and length.
#[derive(Debug, Default)]
pub struct Sums(HashMap<(u64, u64), u32>);

impl Sums {
    /// The checksum of a piece, if it was written as one.
    pub fn get(&self, at: u64, len: u64) -> Option<u32> {
        self.0.get(&(at, len)).copied()
    }
}

impl SummedFile {
    /// A file that nothing was written to.
    pub fn new(file: File) -> Self {
        Self { file: BufWriter::with_capacity(1 << 20, file), at: 0, sums: Sums::default() }
    }

    /// The file, with everything handed to the system, and the checksums.
    pub fn finish(self) -> io::Result<(File, Sums)> {
        Ok((self.file.into_inner().map_err(io::IntoInnerError::into_error)?, self.sums))
    }
}

impl Write for SummedFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.at += written as u64;
        Ok(written)
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        if bytes.len() >= SUMMED_FROM {
            self.sums.0.insert((self.at, bytes.len() as u64), crc32c::crc32c(bytes));
        }
        self.file.write_all(bytes)?;
        self.at += bytes.len() as u64;
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Seek};

    use super::*;

    #[test]
    fn pieces_are_summed_where_they_are() {
        let mut summed = SummedFile::new(tempfile::tempfile().expect("a file"));
        let (short, long) = (b"abc".as_slice(), vec![7; 2 << 20]);
        summed.write_all(short).expect("writes");
        summed.write_all(&long).expect("writes");
        assert_eq!(summed.write(&long[..9]).expect("writes"), 9);
        summed.write_all(&long[..SUMMED_FROM]).expect("writes");
        let (mut file, sums) = summed.finish().expect("writes");
        assert_eq!(sums.get(3, 2 << 20), Some(crc32c::crc32c(&long)));
        assert_eq!(sums.get(12 + (2 << 20), SUMMED_FROM as u64), Some(crc32c::crc32c(&long[..SUMMED_FROM])));
        assert_eq!((sums.get(0, 3), sums.get(3, 1 << 20)), (None, None));
        let mut all = Vec::new();
        file.rewind().expect("seeks");
        file.read_to_end(&mut all).expect("reads");
        assert_eq!(all, [short, &long, &long[..9], &long[..SUMMED_FROM]].concat());
    }
}
