//! The open files of a segment, read at places and checked.

use std::collections::HashSet;
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use crate::engine::error::EngineError;

use super::block::Block;
use super::manifest::{SegmentManifest, Span};
use crate::engine::local::columns::buffer::Buffer;

/// Bytes that are read at once where all are only looked at.
const CHUNK: usize = 256 * 1024;

/// The open files of a segment: they stay readable when the segment is deleted.
#[derive(Debug)]
pub struct SegmentFiles {
    /// The raw rows.
    pub raw: File,
    /// Where they are, for messages.
    pub raw_path: PathBuf,
    /// The columns.
    pub columns: File,
    /// Where they are, for messages.
    pub columns_path: PathBuf,
    /// What lies where in them.
    pub manifest: SegmentManifest,
    /// Where the buffers begin, and how long they are, that were found to be as they were written.
    pub checked: Mutex<HashSet<(u64, u64)>>,
}

impl SegmentFiles {
    /// Reads some bytes of the columns file and checks them.
    pub fn read(&self, span: &Span) -> Result<Buffer, EngineError> {
        let mut buffer = Buffer::unwritten(span.len as usize);
        self.read_columns_at(buffer.bytes_mut(), span.at)?;
        self.found(span, crc32c::crc32c(buffer.bytes()))?;
        Ok(buffer)
    }

    /// The same for what is looked at as bytes only.
    pub fn read_bytes(&self, span: &Span) -> Result<Vec<u8>, EngineError> {
        let mut bytes = vec![0; span.len as usize];
        self.read_columns_at(&mut bytes, span.at)?;
        self.found(span, crc32c::crc32c(&bytes))?;
        Ok(bytes)
    }

    /// Takes down that a buffer has this checksum: an error unless it is the one it was written with.
    pub fn found(&self, span: &Span, crc: u32) -> Result<(), EngineError> {
        if crc != span.crc {
            return Err(EngineError::Damaged {
                path: self.columns_path.clone(),
                what: format!("checksum of bytes {}..{} is wrong", span.at, span.at + span.len),
            });
        }
        self.checked.lock().unwrap_or_else(PoisonError::into_inner).insert((span.at, span.len));
        Ok(())
    }

    /// Whether a buffer was found to be as it was written.
    pub fn is_checked(&self, span: &Span) -> bool {
        self.checked.lock().unwrap_or_else(PoisonError::into_inner).contains(&(span.at, span.len))
    }

    /// Checks a buffer, once.
    pub fn check(&self, span: &Span) -> Result<(), EngineError> {
        if self.is_checked(span) {
            return Ok(());
        }
        let (mut crc, mut done) = (0, 0);
        let mut chunk = vec![0; (span.len as usize).min(CHUNK)];
        while done < span.len {
            let step = chunk.len().min((span.len - done) as usize);
            self.read_columns_at(&mut chunk[..step], span.at + done)?;
            crc = crc32c::crc32c_append(crc, &chunk[..step]);
            done += step as u64;
        }
        self.found(span, crc)
    }

    /// Reads a run of a buffer, which as a whole is checked once.
    pub fn read_some(&self, span: &Span, at: usize, len: usize) -> Result<Buffer, EngineError> {
        self.check(span)?;
        self.read_some_unchecked(span, at, len)
    }

    /// Reads a run of a buffer that is checked elsewhere.
    pub fn read_some_unchecked(&self, span: &Span, at: usize, len: usize) -> Result<Buffer, EngineError> {
        let mut buffer = Buffer::unwritten(len);
        self.read_into(span, at, buffer.bytes_mut())?;
        Ok(buffer)
    }

    /// Reads a run of a buffer that is checked elsewhere to where there is room for it.
    pub fn read_into(&self, span: &Span, at: usize, bytes: &mut [u8]) -> Result<(), EngineError> {
        if at.checked_add(bytes.len()).is_none_or(|end| end as u64 > span.len) {
            let what = format!("{} bytes at {at} are more than there are", bytes.len());
            return Err(EngineError::Damaged { path: self.columns_path.clone(), what });
        }
        self.read_columns_at(bytes, span.at + at as u64)
    }

    fn read_columns_at(&self, bytes: &mut [u8], at: u64) -> Result<(), EngineError> {
        self.columns
            .read_exact_at(bytes, at)
            .map_err(|source| EngineError::File { path: self.columns_path.clone(), source })
    }

    /// Reads a raw block and checks it.
    pub fn read_block(&self, number: usize) -> Result<Block, EngineError> {
        let damaged = |what: String| EngineError::Damaged { path: self.raw_path.clone(), what };
        let entry = self.manifest.blocks.get(number).ok_or_else(|| damaged(format!("there is no block {number}")))?;
        let mut bytes = vec![0; entry.len as usize];
        self.raw
            .read_exact_at(&mut bytes, entry.at)
            .map_err(|source| EngineError::File { path: self.raw_path.clone(), source })?;
        Block::read(&bytes).map_err(damaged)
    }

    /// So many keys from a place on, each with its row.
    pub fn key_chunk(&self, at: usize, count: usize) -> Result<Vec<(u128, u32)>, EngineError> {
        let (mut keys, mut rows) = (vec![0; count * 16], vec![0; count * 4]);
        self.read_columns_at(&mut keys, self.manifest.columns.keys.at + at as u64 * 16)?;
        self.read_columns_at(&mut rows, self.manifest.columns.key_rows.at + at as u64 * 4)?;
        let keys = keys.as_chunks::<16>().0.iter().map(|b| u128::from_be_bytes(*b));
        let rows = rows.as_chunks::<4>().0.iter().map(|b| u32::from_le_bytes(*b));
        Ok(keys.zip(rows).collect())
    }
}
