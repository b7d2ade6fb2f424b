//! Columns of one part: numbers plain, names as codes into a dictionary, text in one buffer.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::sync::Arc;

use crate::model::field::{Field, FieldRef};

use super::bits::Bits;
use super::buffer::Buffer;
use super::text::Text;

/// Behind a field's name: the column of its shapes.
const SHAPE: &str = ".shape";

/// Behind a field's name: the column of the numbers that its shapes leave out, shape by shape.
const NUMBERS: &str = ".numbers_by_shape";

/// Names a column of a part.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ColumnId {
    /// When: numbers, never missing, growing.
    Time,
    /// The sequence number above the part's first.
    Seq,
    /// The place among the raw rows; absent when it is the row's own number.
    RawRow,
    /// Whether the Request-ID is the row's key or is kept as text.
    IdForm,
    /// A field of the table.
    Field(Field),
    /// An attribute by its dotted path.
    Attribute(String),
    /// The shapes of a field's texts, where there are few.
    Shape(Field),
    /// The numbers that these leave out.
    ShapeNumbers(Field),
}

impl ColumnId {
    /// The column that holds a field's values.
    pub fn of(field: &FieldRef) -> Self {
        match field {
            FieldRef::Known(Field::Time) => Self::Time,
            FieldRef::Known(Field::Key) => Self::Seq,
            FieldRef::Known(field) => Self::Field(*field),
            FieldRef::Attribute(path) => Self::Attribute(path.clone()),
        }
    }

    /// The column's name in files.
    pub fn name(&self) -> String {
        match self {
            Self::Time => "time".into(),
            Self::Seq => "seq".into(),
            Self::RawRow => "raw_row".into(),
            Self::IdForm => "request_id_form".into(),
            Self::Field(field) => field.name().into(),
            Self::Attribute(path) => format!("attributes.{path}"),
            Self::Shape(field) => format!("{}{SHAPE}", field.name()),
            Self::ShapeNumbers(field) => format!("{}{NUMBERS}", field.name()),
        }
    }

    /// Finds a column by its name in files.
    pub fn find(name: &str) -> Option<Self> {
        match name {
            "seq" => Some(Self::Seq),
            "raw_row" => Some(Self::RawRow),
            "request_id_form" => Some(Self::IdForm),
            _ => FieldRef::find(name).map(|field| Self::of(&field)).or_else(|| {
                let of = |suffix| Field::all().find(|field| Some(field.name()) == name.strip_suffix(suffix));
                of(SHAPE).map(Self::Shape).or_else(|| of(NUMBERS).map(Self::ShapeNumbers))
            }),
        }
    }
}

/// The values of one field for all rows of a part.
#[derive(Debug, Clone)]
pub enum Column {
    /// No row has a value.
    Absent,
    /// Plain numbers.
    Numbers(Numbers),
    /// Codes into a dictionary.
    Names(Names),
    /// Texts, one behind the other.
    Text(Text),
}

/// How many bytes a number takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Width {
    /// 0 to 255.
    U8,
    /// 0 to 65,535.
    U16,
    /// 0 to 4,294,967,295.
    U32,
    /// Any.
    I64,
}

impl Width {
    /// The narrowest that holds all numbers between two.
    pub fn for_range(low: i64, high: i64) -> Self {
        match (low, high) {
            (0.., 0..=0xff) => Self::U8,
            (0.., 0..=0xffff) => Self::U16,
            (0.., 0..=0xffff_ffff) => Self::U32,
            _ => Self::I64,
        }
    }

    /// A number of a buffer.
    #[inline]
    pub fn number(self, values: &Buffer, place: usize) -> i64 {
        match self {
            Self::U8 => i64::from(values.as_slice::<u8>()[place]),
            Self::U16 => i64::from(values.as_slice::<u16>()[place]),
            Self::U32 => i64::from(values.as_slice::<u32>()[place]),
            Self::I64 => values.as_slice::<i64>()[place],
        }
    }

    /// Bytes of one number.
    pub fn bytes(self) -> usize {
        match self {
            Self::U8 => 1,
            Self::U16 => 2,
            Self::U32 => 4,
            Self::I64 => 8,
        }
    }
}

/// Runs code with the values of a buffer as a slice of their own width.
#[macro_export]
#[doc(hidden)]
macro_rules! with_width {
    ($width:expr, $buffer:expr, $values:ident => $body:expr) => {
        match $width {
            $crate::engine::local::columns::column::Width::U8 => {
                let $values: &[u8] = $buffer.as_slice();
                $body
            }
            $crate::engine::local::columns::column::Width::U16 => {
                let $values: &[u16] = $buffer.as_slice();
                $body
            }
            $crate::engine::local::columns::column::Width::U32 => {
                let $values: &[u32] = $buffer.as_slice();
                $body
            }
            $crate::engine::local::columns::column::Width::I64 => {
                let $values: &[i64] = $buffer.as_slice();
                $body
            }
        }
    };
}
pub use with_width;

/// Whole numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Numbers {
    /// How they are stored.
    pub width: Width,
    /// What a stored number counts: the value is `stored * scale`.
    pub scale: i64,
    /// The stored numbers; zero where there is no value.
    pub values: Arc<Buffer>,
    /// Rows that have a value; `None` when all do.
    pub valid: Option<Bits>,
    /// The least and the greatest of the stored numbers.
    pub bounds: (i64, i64),
}

impl Numbers {
    /// From stored numbers.
    pub fn new(width: Width, scale: i64, values: Buffer, valid: Option<Bits>) -> Self {
        let bounds = with_width!(width, values, numbers => {
            let least = numbers.iter().copied().reduce(Ord::min).map_or(0, i64::from);
            (least, numbers.iter().copied().reduce(Ord::max).map_or(0, i64::from))
        });
        Self { width, scale, values: Arc::new(values), valid, bounds }
    }

    /// Packs values as narrow as they allow. `scales` are tried from the largest down; the last
    /// must divide everything.
    pub fn pack(values: &[i64], valid: Option<Bits>, scales: &[i64]) -> Self {
        let scale = scales.iter().copied().find(|scale| values.iter().all(|value| value % scale == 0)).unwrap_or(1);
        // Dividing is the dear part, and most numbers count ones.
        let scaled: Cow<'_, [i64]> = match scale {
            1 => Cow::Borrowed(values),
            _ => Cow::Owned(values.iter().map(|value| value / scale).collect()),
        };
        let low = scaled.iter().copied().fold(0, i64::min);
        let high = scaled.iter().copied().fold(0, i64::max);
        let width = Width::for_range(low, high);
        let values = match width {
            Width::U8 => Buffer::from_numbers(scaled.iter().map(|v| *v as u8)),
            Width::U16 => Buffer::from_numbers(scaled.iter().map(|v| *v as u16)),
            Width::U32 => Buffer::from_numbers(scaled.iter().map(|v| *v as u32)),
            Width::I64 => Buffer::from_slice(&scaled),
        };
        Self::new(width, scale, values, valid)
    }

    /// A row's value.
    #[inline]
    pub fn get(&self, row: usize) -> Option<i64> {
        if self.valid.as_ref().is_some_and(|valid| !valid.get(row)) {
            return None;
        }
        Some(self.width.number(&self.values, row) * self.scale)
    }
}

/// Names as codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names {
    /// How codes are stored.
    pub width: Width,
    /// A code for each row; the code behind the last name stands for "no value".
    pub codes: Arc<Buffer>,
    /// The names, sorted by their bytes.
    pub dictionary: Arc<Dictionary>,
}

/// The codes of names without the names: enough to count them.
#[derive(Debug, Clone)]
pub struct Codes {
    /// How codes are stored.
    pub width: Width,
    /// A code for each row.
    pub values: Arc<Buffer>,
    /// How many names there are.
    pub names: usize,
}

impl Names {
    /// The code that stands for "no value".
    pub fn missing(&self) -> usize {
        self.dictionary.len()
    }

    /// The codes alone.
    pub fn codes(&self) -> Codes {
        Codes { width: self.width, values: Arc::clone(&self.codes), names: self.dictionary.len() }
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.codes.bytes().len() / self.width.bytes()
    }

    /// A row's code.
    #[inline]
    pub fn code(&self, row: usize) -> usize {
        match self.width {
            Width::U8 => usize::from(self.codes.as_slice::<u8>()[row]),
            Width::U16 => usize::from(self.codes.as_slice::<u16>()[row]),
            _ => self.codes.as_slice::<u32>()[row] as usize,
        }
    }

    /// A row's name.
    pub fn get(&self, row: usize) -> Option<&[u8]> {
        let code = self.code(row);
        (code < self.dictionary.len()).then(|| self.dictionary.get(code))
    }

    /// Packs codes; `u32::MAX` stands for "no value".
    pub fn from_codes(codes: impl ExactSizeIterator<Item = u32>, dictionary: Dictionary) -> Self {
        let missing = dictionary.len() as u32;
        let codes = codes.map(|code| code.min(missing));
        let width = Width::for_range(0, i64::from(missing));
        let codes = match width {
            Width::U8 => Buffer::from_numbers(codes.map(|code| code as u8)),
            Width::U16 => Buffer::from_numbers(codes.map(|code| code as u16)),
            Width::U32 | Width::I64 => Buffer::from_numbers(codes),
        };
        Self { width, codes: Arc::new(codes), dictionary: Arc::new(dictionary) }
    }
}

/// A column whose texts are longer together than 32 bits can count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("more than 2 GiB of text in one column")]
pub struct TooMuchText;

/// A place in the bytes of a column.
pub fn offset(bytes: usize) -> Result<i32, TooMuchText> {
    i32::try_from(bytes).map_err(|_| TooMuchText)
}

/// Texts by their number.
#[derive(Debug, PartialEq, Eq)]
pub struct Dictionary {
    offsets: Buffer,
    bytes: Vec<u8>,
    len: usize,
}

impl Dictionary {
    /// From offsets (one more than there are texts) and bytes.
    pub fn new(offsets: Buffer, bytes: Vec<u8>, len: usize) -> Self {
        Self { offsets, bytes, len }
    }

    /// From texts.
    pub fn from_texts<'a>(texts: impl Iterator<Item = &'a [u8]>) -> Result<Self, TooMuchText> {
        let (mut offsets, mut bytes) = (vec![0_i32], Vec::new());
        for text in texts {
            bytes.extend_from_slice(text);
            offsets.push(offset(bytes.len())?);
        }
        bytes.shrink_to_fit();
        Ok(Self { len: offsets.len() - 1, offsets: Buffer::from_slice(&offsets), bytes })
    }

    /// How many texts there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// A text by its number. Offsets that a damaged file could bring out of order give an empty
    /// text, never a panic; checksums have caught that before.
    #[inline]
    pub fn get(&self, number: usize) -> &[u8] {
        let offsets: &[i32] = self.offsets.as_slice();
        self.bytes.get(offsets[number] as usize..offsets[number + 1] as usize).unwrap_or_default()
    }

    /// Where a text is among sorted ones, or would be.
    pub fn find(&self, text: &[u8]) -> Result<usize, usize> {
        let (mut low, mut high) = (0, self.len);
        while low < high {
            let middle = usize::midpoint(low, high);
            match self.get(middle).cmp(text) {
                Ordering::Less => low = middle + 1,
                Ordering::Equal => return Ok(middle),
                Ordering::Greater => high = middle,
            }
        }
        Err(low)
    }

    /// All texts in order.
    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.len).map(|number| self.get(number))
    }

    /// How much memory they take.
    pub fn size(&self) -> usize {
        self.offsets.size() + self.bytes.capacity()
    }

    /// Offsets and bytes.
    pub fn buffers(&self) -> (&Buffer, &[u8]) {
        (&self.offsets, &self.bytes)
    }
}

impl Column {
    /// How much memory it takes.
    pub fn size(&self) -> usize {
        let valid = |valid: &Option<Bits>| valid.as_ref().map_or(0, |bits| bits.words().len() * 8);
        64 + match self {
            Self::Absent => 0,
            Self::Numbers(numbers) => numbers.values.size() + valid(&numbers.valid),
            Self::Names(names) => names.codes.size() + names.dictionary.size(),
            Self::Text(text) => text.size(),
        }
    }
}
