//! Bytes that are aligned so that they can be looked at as numbers.

use bytemuck::Pod;

/// A run of numbers of one width.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Buffer {
    words: Vec<u64>,
    bytes: usize,
}

impl Buffer {
    /// So many zero bytes.
    pub fn zeroed(bytes: usize) -> Self {
        Self { words: vec![0; bytes.div_ceil(8)], bytes }
    }

    /// A copy of some numbers.
    pub fn from_slice<T: Pod>(values: &[T]) -> Self {
        let source: &[u8] = bytemuck::cast_slice(values);
        let mut buffer = Self::zeroed(source.len());
        buffer.bytes_mut().copy_from_slice(source);
        buffer
    }

    /// Numbers as they come.
    pub fn from_numbers<T: Pod>(numbers: impl ExactSizeIterator<Item = T>) -> Self {
        let mut buffer = Self::zeroed(numbers.len() * size_of::<T>());
        let places: &mut [T] = bytemuck::cast_slice_mut(buffer.bytes_mut());
        for (place, number) in places.iter_mut().zip(numbers) {
            *place = number;
        }
        buffer
    }

    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        &bytemuck::cast_slice(&self.words)[..self.bytes]
    }

    /// The bytes, to be filled.
    pub fn bytes_mut(&mut self) -> &mut [u8] {
        &mut bytemuck::cast_slice_mut(&mut self.words)[..self.bytes]
    }

    /// The bytes as numbers. Files hold them little-endian, which this program requires of its
    /// machine too (checked when a store is opened).
    pub fn as_slice<T: Pod>(&self) -> &[T] {
        let len = self.bytes / size_of::<T>();
        &bytemuck::cast_slice(&self.words)[..len]
    }

    /// How much memory it takes.
    pub fn size(&self) -> usize {
        self.words.len() * 8
    }
}
