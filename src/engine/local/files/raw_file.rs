//! The raw file of a segment: blocks, one behind the other.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::Arc;

use crate::model::envelope::{Envelope, RowMeta};

use super::block::{BlockBuilder, compressor};
use super::manifest::BlockEntry;

/// Writes a raw file.
pub struct RawWriter {
    file: BufWriter<File>,
    block: BlockBuilder,
    compressor: zstd::bulk::Compressor<'static>,
    compressed: Vec<u8>,
    blocks: Vec<BlockEntry>,
    at: u64,
    rows: u32,
}

impl RawWriter {
    /// A new file; it must not exist.
    pub fn create(path: &Path) -> io::Result<Self> {
        Ok(Self {
            file: BufWriter::with_capacity(1 << 20, File::create_new(path)?),
            block: BlockBuilder::default(),
            compressor: compressor(),
            compressed: Vec::new(),
            blocks: Vec::new(),
            at: 0,
            rows: 0,
        })
    }

    /// Adds a row and gives its number. `seq` counts from the segment's first.
    pub fn push(&mut self, envelope: &Arc<Envelope>, seq: u64, meta: RowMeta, raw: &[u8]) -> io::Result<u32> {
        let row = self.rows;
        self.block.push(envelope, seq, meta, raw);
        self.rows += 1;
        if self.block.is_full() {
            self.close_block()?;
        }
        Ok(row)
    }

    /// How many rows were added.
    pub fn rows(&self) -> u32 {
        self.rows
    }

    /// Bytes written so far.
    pub fn bytes(&self) -> u64 {
        self.at
    }

    fn close_block(&mut self) -> io::Result<()> {
        let rows = self.block.rows();
        if rows == 0 {
            return Ok(());
        }
        let header = self.block.finish_into(&mut self.compressor, &mut self.compressed)?;
        self.file.write_all(&header)?;
        self.file.write_all(&self.compressed)?;
        let len = header.len() + self.compressed.len();
        self.blocks.push(BlockEntry { first_row: self.rows - rows, at: self.at, len: len as u32 });
        self.at += len as u64;
        Ok(())
    }

    /// Writes what is left. The file is to be synced.
    pub fn finish(mut self) -> io::Result<(Vec<BlockEntry>, File)> {
        self.close_block()?;
        let file = self.file.into_inner().map_err(io::IntoInnerError::into_error)?;
        Ok((self.blocks, file))
    }
}
