//! A part's raw rows, in compressed blocks.

use std::sync::Arc;

use crate::engine::error::EngineError;

use super::super::cache::Caches;
use super::{Body, MemoryBlock, Part};
use crate::engine::local::files::block::{Block, read_header};

impl Part {
    /// The block that holds a raw row, and the row's place in it.
    pub fn block(&self, raw_row: u32, caches: &Caches) -> Result<(Arc<Block>, usize), EngineError> {
        let (number, first_row) = match &self.body {
            Body::Memory(body) => {
                let number = body.blocks.partition_point(|(first, _)| *first <= raw_row).saturating_sub(1);
                (number, body.blocks[number].0)
            }
            Body::Segment(files) => {
                let blocks = &files.manifest.blocks;
                let number = blocks.partition_point(|block| block.first_row <= raw_row).saturating_sub(1);
                (number, blocks.get(number).ok_or_else(|| self.damaged("there are no raw rows"))?.first_row)
            }
        };
        let key = (self.id, number as u32);
        let block = if let Some(block) = caches.blocks.get(&key) {
            block
        } else {
            let block = Arc::new(self.read_block(number)?);
            caches.blocks.put(key, Arc::clone(&block), block.size());
            block
        };
        Ok((block, (raw_row - first_row) as usize))
    }

    /// How many raw rows there are; not all of them are rows of the columns.
    pub fn raw_rows(&self) -> usize {
        match &self.body {
            Body::Memory(body) => {
                body.blocks.iter().map(|(_, block)| read_header(block).map_or(0, |(rows, _)| rows as usize)).sum()
            }
            Body::Segment(files) => files.manifest.raw_rows as usize,
        }
    }

    /// How many raw blocks there are.
    pub fn block_count(&self) -> usize {
        match &self.body {
            Body::Memory(body) => body.blocks.len(),
            Body::Segment(files) => files.manifest.blocks.len(),
        }
    }

    /// Reads a block by its number, without the cache.
    pub fn read_block(&self, number: usize) -> Result<Block, EngineError> {
        match &self.body {
            Body::Memory(body) => Block::read(&body.blocks[number].1).map_err(|what| self.damaged(&what)),
            Body::Segment(files) => files.read_block(number),
        }
    }

    /// The compressed bytes of a part in memory.
    pub fn memory_blocks(&self) -> Option<&[MemoryBlock]> {
        match &self.body {
            Body::Memory(body) => Some(&body.blocks),
            Body::Segment(_) => None,
        }
    }
}
