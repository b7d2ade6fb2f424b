//! Free texts of a part's rows. Those of a segment stay in their file: a column that is looked
//! through once is read a run of rows at a time, and is never whole in memory.

use std::borrow::Cow;
use std::cell::RefCell;
use std::ops::Range;
use std::sync::Arc;

use crate::engine::error::EngineError;

use super::bits::Bits;
use super::column::Dictionary;
use crate::engine::local::files::manifest::Span;
use crate::engine::local::files::segment_files::SegmentFiles;

/// Rows of a run at most.
const RUN_ROWS: usize = 4096;

/// Bytes of a run, unless a single text is longer: they stay in a processor's own cache.
const RUN_BYTES: usize = 256 * 1024;

/// Free texts, one for each row.
#[derive(Debug, Clone)]
pub struct Text {
    source: Source,
    /// Rows that have a value; `None` when all do.
    pub valid: Option<Bits>,
}

#[derive(Debug, Clone)]
enum Source {
    Memory(Arc<Dictionary>),
    File(TextFile),
}

/// Where the texts of a segment lie.
#[derive(Debug, Clone)]
pub struct TextFile {
    /// The segment's files.
    pub files: Arc<SegmentFiles>,
    /// Where each text begins: one place more than there are rows, of 32 bits.
    pub offsets: Span,
    /// The texts, one behind the other.
    pub bytes: Span,
    /// How many there are.
    pub rows: usize,
}

/// The texts of neighbouring rows; those without a value are empty.
#[derive(Debug, Clone, Copy)]
pub struct TextRun<'a> {
    /// The first row.
    pub first: usize,
    /// Where each text begins, with the end of the last; they count from the first of all texts.
    offsets: &'a [i32],
    /// The texts of these rows alone.
    bytes: &'a [u8],
}

impl<'a> TextRun<'a> {
    /// The rows.
    pub fn rows(&self) -> Range<usize> {
        self.first..self.first + self.offsets.len().saturating_sub(1)
    }

    /// Where the text of a row begins among the bytes of the run; the row behind the last is where they end.
    #[inline]
    pub fn start(&self, row: usize) -> usize {
        (self.offsets[row - self.first] - self.offsets[0]) as usize
    }

    /// The text of a row. Offsets that a damaged file could bring out of order give an empty text,
    /// never a panic; checksums catch that.
    #[inline]
    pub fn get(&self, row: usize) -> &'a [u8] {
        self.bytes.get(self.start(row)..self.start(row + 1)).unwrap_or_default()
    }

    /// Those of some rows; `None` where it has none of them.
    fn among(&self, rows: &Range<usize>) -> Option<Self> {
        let own = self.rows();
        let (first, end) = (rows.start.max(own.start), rows.end.min(own.end));
        let offsets = self.offsets.get(first.checked_sub(self.first)?..=end.checked_sub(self.first)?)?;
        (first < end).then(|| Self { first, offsets, bytes: self.bytes(first..end) })
    }

    /// The bytes of some of the rows.
    pub fn bytes(&self, rows: Range<usize>) -> &'a [u8] {
        self.bytes.get(self.start(rows.start)..self.start(rows.end)).unwrap_or_default()
    }

    /// The row that has the byte at a place among those of the run.
    pub fn row_at(&self, place: usize, among: Range<usize>) -> usize {
        let offsets = &self.offsets[among.start - self.first..=among.end - self.first];
        offsets.partition_point(|offset| (*offset - self.offsets[0]) as usize <= place) - 1 + among.start
    }
}

impl Text {
    /// Texts in memory.
    pub fn in_memory(texts: Dictionary, valid: Option<Bits>) -> Self {
        Self { source: Source::Memory(Arc::new(texts)), valid }
    }

    /// Texts in a file.
    pub fn in_file(file: TextFile, valid: Option<Bits>) -> Self {
        Self { source: Source::File(file), valid }
    }

    /// The texts, where they are in memory.
    pub fn dictionary(&self) -> Option<&Arc<Dictionary>> {
        match &self.source {
            Source::Memory(texts) => Some(texts),
            Source::File(_) => None,
        }
    }

    /// Whether a row has a value.
    #[inline]
    pub fn has(&self, row: usize) -> bool {
        self.valid.as_ref().is_none_or(|valid| valid.get(row))
    }

    /// A row's text.
    pub fn read(&self, row: usize) -> Result<Option<Cow<'_, [u8]>>, EngineError> {
        if !self.has(row) {
            return Ok(None);
        }
        Ok(Some(match &self.source {
            Source::Memory(texts) => Cow::Borrowed(texts.get(row)),
            Source::File(file) => Cow::Owned(file.read(row)?),
        }))
    }

    /// Visits the texts of some rows, a run at a time, until a `false`.
    pub fn for_each_run(
        &self,
        rows: Range<usize>,
        mut visit: impl FnMut(TextRun<'_>) -> Result<bool, EngineError>,
    ) -> Result<(), EngineError> {
        match &self.source {
            Source::Memory(texts) => {
                let (offsets, bytes) = texts.buffers();
                let (offsets, bytes): (&[i32], _) = (offsets.as_slice(), bytes);
                for first in rows.clone().step_by(RUN_ROWS) {
                    let offsets = &offsets[first..=rows.end.min(first + RUN_ROWS)];
                    let bytes = bytes.get(offsets[0] as usize..offsets[offsets.len() - 1] as usize);
                    if !visit(TextRun { first, offsets, bytes: bytes.unwrap_or_default() })? {
                        break;
                    }
                }
                Ok(())
            }
            Source::File(file) => file.for_each_run(rows, visit),
        }
    }

    /// How much memory it takes.
    pub fn size(&self) -> usize {
        let texts = match &self.source {
            Source::Memory(texts) => texts.size(),
            Source::File(_) => size_of::<TextFile>(),
        };
        texts + self.valid.as_ref().map_or(0, |bits| bits.words().len() * 8)
    }
}

thread_local! {
    /// The bytes of a run: making room for them each time costs more than reading them.
    static RUN: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

impl TextFile {
    fn read(&self, row: usize) -> Result<Vec<u8>, EngineError> {
        self.files.check(&self.offsets)?;
        self.files.check(&self.bytes)?;
        let ends = self.files.read_some_unchecked(&self.offsets, row * 4, 8)?;
        let ends: &[i32] = ends.as_slice();
        let len = usize::try_from(ends[1] - ends[0]).map_err(|_| self.disordered())?;
        let mut text = vec![0; len];
        self.files.read_into(&self.bytes, ends[0] as usize, &mut text)?;
        Ok(text)
    }

    fn disordered(&self) -> EngineError {
        let what = format!("the texts at {} are not one behind the other", self.offsets.at);
        EngineError::Damaged { path: self.files.columns_path.clone(), what }
    }

    fn for_each_run(
        &self,
        rows: Range<usize>,
        mut visit: impl FnMut(TextRun<'_>) -> Result<bool, EngineError>,
    ) -> Result<(), EngineError> {
        // What is read for the first time is read whole, and checked while it is read.
        let is_checked = self.files.is_checked(&self.offsets) && self.files.is_checked(&self.bytes);
        let mut check = (!is_checked).then(Check::default);
        let read = if is_checked { rows.clone() } else { 0..self.rows };
        // A visit may look through another column.
        let mut bytes = RUN.take();
        let mut first = read.start;
        let mut goes_on = true;
        while first < read.end && goes_on {
            let wanted = (read.end - first).min(RUN_ROWS);
            let places = self.files.read_some_unchecked(&self.offsets, first * 4, (wanted + 1) * 4)?;
            let places: &[i32] = places.as_slice();
            let start = places[0];
            // As many as fit, but one in any case.
            let fits = places[1..].partition_point(|end| (end.wrapping_sub(start)) as usize <= RUN_BYTES).max(1);
            let offsets = &places[..=fits];
            // They may not be checked yet: what they say is believed only where it can be.
            let are_in_order = offsets.windows(2).all(|pair| pair[0] <= pair[1]);
            if start < 0 || !are_in_order || offsets[fits] as u64 > self.bytes.len {
                return Err(self.disordered());
            }
            let len = (offsets[fits] - start) as usize;
            if bytes.len() < len {
                bytes.resize(len, 0);
            }
            self.files.read_into(&self.bytes, start as usize, &mut bytes[..len])?;
            if let Some(check) = &mut check {
                check.add(offsets, &bytes[..len]);
            }
            if let Some(run) = (TextRun { first, offsets, bytes: &bytes[..len] }).among(&rows) {
                goes_on = visit(run)?;
            }
            first += fits;
        }
        // One long text does not keep its room.
        bytes.truncate(RUN_BYTES);
        bytes.shrink_to(RUN_BYTES);
        RUN.set(bytes);
        match check {
            Some(check) if goes_on => check.finish(self),
            Some(_) => self.files.check(&self.offsets).and_then(|()| self.files.check(&self.bytes)),
            None => Ok(()),
        }
    }
}

/// The checksums of what was read so far, in its order.
#[derive(Default)]
struct Check {
    offsets: u32,
    bytes: u32,
    /// The last offset of the run before, which is the first of the next.
    last: i32,
}

impl Check {
    fn add(&mut self, offsets: &[i32], bytes: &[u8]) {
        let (last, rest) = offsets.split_last().unwrap_or((&0, &[]));
        self.offsets = crc32c::crc32c_append(self.offsets, bytemuck::cast_slice(rest));
        self.bytes = crc32c::crc32c_append(self.bytes, bytes);
        self.last = *last;
    }

    fn finish(mut self, file: &TextFile) -> Result<(), EngineError> {
        self.offsets = crc32c::crc32c_append(self.offsets, bytemuck::cast_slice(&[self.last]));
        file.files.found(&file.offsets, self.offsets)?;
        file.files.found(&file.bytes, self.bytes)
    }
}
