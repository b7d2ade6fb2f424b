//! Bytes that are aligned so that they can be looked at as numbers.

use bytemuck::Pod;
use memmap2::MmapMut;

use super::spare;

/// A run of numbers of one width.
#[derive(Debug)]
pub struct Buffer {
    memory: Memory,
    bytes: usize,
}

/// Memory that is aligned for numbers.
#[derive(Debug)]
enum Memory {
    Words(Vec<u64>),
    /// Used again when the column is gone.
    Mapped(Option<MmapMut>),
}

impl Memory {
    /// Memory of so many bytes or a few more.
    fn of(bytes: usize) -> Self {
        let map = if bytes < spare::SHORTEST { None } else { spare::take(bytes) };
        map.map_or_else(|| Self::Words(vec![0; bytes.div_ceil(8)]), |map| Self::Mapped(Some(map)))
    }

    fn bytes(&self) -> &[u8] {
        match self {
            Self::Words(words) => bytemuck::cast_slice(words),
            Self::Mapped(map) => map.as_deref().unwrap_or_default(),
        }
    }

    fn bytes_mut(&mut self) -> &mut [u8] {
        match self {
            Self::Words(words) => bytemuck::cast_slice_mut(words),
            Self::Mapped(map) => map.as_deref_mut().unwrap_or_default(),
        }
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        if let Self::Mapped(map) = self
            && let Some(map) = map.take()
        {
            spare::give_back(map);
        }
    }
}

impl PartialEq for Buffer {
    fn eq(&self, other: &Self) -> bool {
        self.bytes() == other.bytes()
    }
}

impl Eq for Buffer {}

impl Buffer {
    /// So many bytes that are still to be written: there may be anything in them.
    pub fn unwritten(bytes: usize) -> Self {
        Self { memory: Memory::of(bytes), bytes }
    }

    /// A copy of some numbers.
    pub fn from_slice<T: Pod>(values: &[T]) -> Self {
        let source: &[u8] = bytemuck::cast_slice(values);
        let mut buffer = Self::unwritten(source.len());
        buffer.bytes_mut().copy_from_slice(source);
        buffer
    }

    /// Numbers as they come.
    pub fn from_numbers<T: Pod>(numbers: impl ExactSizeIterator<Item = T>) -> Self {
        let mut buffer = Self::unwritten(numbers.len() * size_of::<T>());
        let places: &mut [T] = bytemuck::cast_slice_mut(buffer.bytes_mut());
        for (place, number) in places.iter_mut().zip(numbers) {
            *place = number;
        }
        buffer
    }

    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.memory.bytes()[..self.bytes]
    }

    /// The bytes, to be filled.
    pub fn bytes_mut(&mut self) -> &mut [u8] {
        &mut self.memory.bytes_mut()[..self.bytes]
    }

    /// The bytes as numbers. Files hold them little-endian, which this program requires of its
    /// machine too (checked when a store is opened).
    pub fn as_slice<T: Pod>(&self) -> &[T] {
        let len = self.bytes / size_of::<T>();
        bytemuck::cast_slice(&self.memory.bytes()[..len * size_of::<T>()])
    }

    /// How much memory it takes.
    pub fn size(&self) -> usize {
        self.memory.bytes().len()
    }
}
