//! The part of an input that is in memory.

use std::io::{self, Read};

/// Bytes that are read at once.
const BLOCK: usize = 256 << 10;

/// A sliding part of an input.
#[derive(Debug)]
pub struct Window<R> {
    input: R,
    buffer: Vec<u8>,
    /// The unused bytes are `buffer[start..end]`.
    start: usize,
    end: usize,
    /// Where `start` is in the input.
    position: u64,
}

impl<R: Read> Window<R> {
    /// Empty, before an input whose next byte is at `position`.
    pub fn new(input: R, position: u64) -> Self {
        Self { input, buffer: Vec::new(), start: 0, end: 0, position }
    }

    pub fn input(&mut self) -> &mut R {
        &mut self.input
    }

    /// What was read and is not used yet.
    #[inline]
    pub fn data(&self) -> &[u8] {
        &self.buffer[self.start..self.end]
    }

    /// Where the first of those bytes is in the input.
    #[inline]
    pub fn position(&self) -> u64 {
        self.position
    }

    /// Where the first of those bytes is in memory, for [`taken`](Self::taken).
    #[inline]
    pub fn place(&self) -> usize {
        self.start
    }

    /// Bytes that were used since the last reading.
    #[inline]
    pub fn taken(&self, place: usize, length: usize) -> &[u8] {
        &self.buffer[place..place + length]
    }

    /// Bytes of memory that are held.
    #[cfg(test)]
    pub fn size(&self) -> usize {
        self.buffer.capacity()
    }

    /// Uses bytes.
    #[inline]
    pub fn consume(&mut self, length: usize) {
        self.start += length;
        self.position += length as u64;
    }

    /// Reads a block more. Says whether there was anything.
    pub fn fill(&mut self) -> io::Result<bool> {
        if self.buffer.len() - self.end < BLOCK / 4 {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
            if self.buffer.len() - self.end < BLOCK / 2 {
                self.buffer.resize(self.end + BLOCK, 0);
            }
        }
        loop {
            match self.input.read(&mut self.buffer[self.end..]) {
                Ok(read) => {
                    self.end += read;
                    return Ok(read > 0);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}
