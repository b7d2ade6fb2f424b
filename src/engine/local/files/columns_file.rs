//! The columns file of a segment: one Arrow IPC file with one batch, so that other programs can
//! read it as it is. This program reads single buffers of it by position, which is why their
//! places and checksums are taken down when the file is written.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::Arc;

use arrow_array::types::{ArrowDictionaryKeyType, UInt8Type, UInt16Type, UInt32Type};
use arrow_array::{
    Array, ArrayRef, BinaryArray, DictionaryArray, FixedSizeBinaryArray, Int64Array, PrimitiveArray, RecordBatch,
    StringArray, TimestampMicrosecondArray, UInt8Array, UInt16Array, UInt32Array,
};
use arrow_buffer::{ArrowNativeType, BooleanBuffer, Buffer as ArrowBuffer, NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow_ipc::writer::FileWriter;
use arrow_schema::{ArrowError, Field as ArrowField, Schema};

use crate::model::field::{FieldRef, Kind};

use super::manifest::{
    COLUMNS_VERSION, ColumnEntry, ColumnsManifest, HASH_FENCE, HASH_FENCE_BITS, HashesEntry, Layout, Span,
};
use super::summed_file::{SummedFile, Sums};
use crate::engine::local::columns::bits::Bits;
use crate::engine::local::columns::buffer::Buffer;
use crate::engine::local::columns::builder::PartColumns;
use crate::engine::local::columns::column::{Column, ColumnId, Dictionary, Names, Numbers, Width, with_width};
use crate::engine::local::columns::value_sum::ValueSum;

const KEY: &str = "key";
const KEY_ROW: &str = "key_row";

/// Writes the columns of a part. What comes back says where everything is; the file is to be synced.
pub fn write_columns(path: &Path, part: &PartColumns) -> io::Result<(ColumnsManifest, File)> {
    let mut fields = Vec::new();
    let mut arrays: Vec<ArrayRef> = Vec::new();
    let mut layouts = Vec::new();
    let mut add = |name: String, array: ArrayRef, scale: i64, layout: Shape| {
        let field = ArrowField::new(&name, array.data_type().clone(), array.null_count() > 0);
        let mut metadata = std::collections::HashMap::new();
        if has_unit(&name) {
            metadata.insert("unit".to_owned(), unit_of(scale).to_owned());
        }
        fields.push(field.with_metadata(metadata));
        arrays.push(array);
        layouts.push((name, scale, layout));
    };
    // What is counted and sorted first, then free text, then keys: a question reads neighbours.
    let times = TimestampMicrosecondArray::from(part.times.clone()).with_timezone("UTC");
    add(ColumnId::Time.name(), Arc::new(times), 1, Shape::Numbers(Width::I64));
    add(ColumnId::Seq.name(), Arc::new(UInt32Array::from(part.seqs.clone())), 1, Shape::Numbers(Width::U32));
    if part.raw_rows.iter().enumerate().any(|(row, raw)| row != *raw as usize) {
        add(ColumnId::RawRow.name(), Arc::new(UInt32Array::from(part.raw_rows.clone())), 1, Shape::Numbers(Width::U32));
    }
    let is_text = |column: &Column| matches!(column, Column::Text(_));
    let in_order =
        part.columns.iter().filter(|(_, c)| !is_text(c)).chain(part.columns.iter().filter(|(_, c)| is_text(c)));
    for (id, column) in in_order {
        match column {
            Column::Absent => {}
            Column::Numbers(numbers) => {
                add(id.name(), number_array(numbers, part.rows), numbers.scale, Shape::Numbers(numbers.width));
            }
            Column::Names(names) => {
                let array = name_array(names, part.rows).map_err(arrow_error)?;
                add(id.name(), array, 1, Shape::Names(names.width, names.dictionary.len()));
            }
            Column::Text(text) => {
                let nulls = text.valid.as_ref().map(null_buffer);
                let texts =
                    text.dictionary().ok_or_else(|| io::Error::other("texts of a file are not written anew"))?;
                add(id.name(), text_array(texts, nulls).map_err(arrow_error)?, 1, Shape::Text);
            }
        }
    }
    let (keys, key_rows) = sorted_arrays(&part.keys, part.rows).map_err(arrow_error)?;
    add(KEY.into(), keys, 1, Shape::Key);
    add(KEY_ROW.into(), key_rows, 1, Shape::Numbers(Width::U32));
    // Where most rows have no text, hashes are made in no time.
    for (id, list) in part.hashes.iter().filter(|(_, list)| list.entries.len() * 2 >= part.rows) {
        let (hashes, rows) = sorted_arrays(&list.entries, part.rows).map_err(arrow_error)?;
        add(format!("{}.hash", id.name()), hashes, 1, Shape::Hashes);
        add(format!("{}.hash_row", id.name()), rows, 1, Shape::HashRows);
    }

    let schema = Arc::new(Schema::new(fields));
    let batch = RecordBatch::try_new(Arc::clone(&schema), arrays).map_err(arrow_error)?;
    let file = File::options().read(true).write(true).create_new(true).open(path)?;
    let mut writer = FileWriter::try_new(SummedFile::new(file), &schema).map_err(arrow_error)?;
    writer.write(&batch).map_err(arrow_error)?;
    writer.finish().map_err(arrow_error)?;
    let (file, sums) = writer.into_inner().map_err(arrow_error)?.finish()?;
    let manifest = manifest(&file, &sums, &layouts, part)?;
    Ok((manifest, file))
}

/// What a column is, as far as finding its buffers needs it.
#[derive(Clone, Copy)]
enum Shape {
    Numbers(Width),
    Names(Width, usize),
    Text,
    Key,
    Hashes,
    HashRows,
}

/// Whether a column's numbers count something that has a unit.
fn has_unit(name: &str) -> bool {
    FieldRef::find(name).is_some_and(|field| field.kind() == Kind::Duration)
}

fn unit_of(scale: i64) -> &'static str {
    match scale {
        1_000_000 => "ms",
        1_000 => "us",
        _ => "ns",
    }
}

fn arrow_error(error: ArrowError) -> io::Error {
    match error {
        ArrowError::IoError(_, error) => error,
        other => io::Error::other(other),
    }
}

fn null_buffer(valid: &Bits) -> NullBuffer {
    NullBuffer::new(BooleanBuffer::new(ArrowBuffer::from_vec(valid.to_bytes()), 0, valid.len()))
}

/// The bytes of a column, without a copy.
struct Shared(Arc<Buffer>);

impl AsRef<[u8]> for Shared {
    fn as_ref(&self) -> &[u8] {
        self.0.bytes()
    }
}

/// Where texts begin, without a copy.
struct SharedOffsets(Arc<Dictionary>);

impl AsRef<[u8]> for SharedOffsets {
    fn as_ref(&self) -> &[u8] {
        self.0.buffers().0.bytes()
    }
}

/// The texts themselves.
struct SharedTexts(Arc<Dictionary>);

impl AsRef<[u8]> for SharedTexts {
    fn as_ref(&self) -> &[u8] {
        self.0.buffers().1
    }
}

fn shared(owner: impl AsRef<[u8]> + Send + 'static) -> ArrowBuffer {
    ArrowBuffer::from(bytes::Bytes::from_owner(owner))
}

fn numbers_of<T: ArrowNativeType>(buffer: &Arc<Buffer>, rows: usize) -> ScalarBuffer<T> {
    ScalarBuffer::new(shared(Shared(Arc::clone(buffer))), 0, rows)
}

fn number_array(numbers: &Numbers, rows: usize) -> ArrayRef {
    let nulls = numbers.valid.as_ref().map(null_buffer);
    match numbers.width {
        Width::U8 => Arc::new(UInt8Array::new(numbers_of(&numbers.values, rows), nulls)),
        Width::U16 => Arc::new(UInt16Array::new(numbers_of(&numbers.values, rows), nulls)),
        Width::U32 => Arc::new(UInt32Array::new(numbers_of(&numbers.values, rows), nulls)),
        Width::I64 => Arc::new(Int64Array::new(numbers_of(&numbers.values, rows), nulls)),
    }
}

fn name_array(names: &Names, rows: usize) -> Result<ArrayRef, ArrowError> {
    fn with_keys<K: ArrowDictionaryKeyType>(keys: PrimitiveArray<K>, values: ArrayRef) -> Result<ArrayRef, ArrowError> {
        Ok(Arc::new(DictionaryArray::<K>::try_new(keys, values)?))
    }
    let nulls = with_width!(names.width, names.codes, codes => named_rows(&codes[..rows], names.missing()));
    let nulls = nulls.map(|named| null_buffer(&named));
    let values = text_array(&names.dictionary, None)?;
    match names.width {
        Width::U8 => with_keys(PrimitiveArray::<UInt8Type>::new(numbers_of(&names.codes, rows), nulls), values),
        Width::U16 => with_keys(PrimitiveArray::<UInt16Type>::new(numbers_of(&names.codes, rows), nulls), values),
        Width::U32 | Width::I64 => {
            with_keys(PrimitiveArray::<UInt32Type>::new(numbers_of(&names.codes, rows), nulls), values)
        }
    }
}

/// Rows that have a name; `None` when all do.
fn named_rows<T: Copy + Into<i64>>(codes: &[T], missing: usize) -> Option<Bits> {
    let is_missing = |code: &T| (*code).into() == missing as i64;
    if !codes.iter().any(is_missing) {
        return None;
    }
    Some(Bits::from_words(codes.len(), |first| {
        let codes = &codes[first..codes.len().min(first + 64)];
        codes.iter().enumerate().fold(0, |bits, (place, code)| bits | u64::from(!is_missing(code)) << place)
    }))
}

/// Sorted numbers and their rows. All columns are of one length: where a row has no number, there is
/// nothing at the end.
fn sorted_arrays(list: &[(u128, u32)], rows: usize) -> Result<(ArrayRef, ArrayRef), ArrowError> {
    let (mut numbers, mut rows_of) = (Vec::with_capacity(rows * 16), Vec::with_capacity(rows));
    for (number, row) in list {
        numbers.extend_from_slice(&number.to_be_bytes());
        rows_of.push(*row);
    }
    numbers.resize(rows * 16, 0);
    rows_of.resize(rows, 0);
    let numbers = FixedSizeBinaryArray::try_new(16, ArrowBuffer::from_vec(numbers), None)?;
    Ok((Arc::new(numbers), Arc::new(UInt32Array::from(rows_of))))
}

/// Strings where all of it is UTF-8, else bytes.
fn text_array(texts: &Arc<Dictionary>, nulls: Option<NullBuffer>) -> Result<ArrayRef, ArrowError> {
    let offsets = ScalarBuffer::new(shared(SharedOffsets(Arc::clone(texts))), 0, texts.len() + 1);
    let offsets = OffsetBuffer::new(offsets);
    let values = shared(SharedTexts(Arc::clone(texts)));
    match StringArray::try_new(offsets.clone(), values.clone(), nulls.clone()) {
        Ok(strings) => Ok(Arc::new(strings)),
        Err(_) => Ok(Arc::new(BinaryArray::try_new(offsets, values, nulls)?)),
    }
}

/// Finds each buffer in a file that was just written.
fn manifest(
    file: &File,
    sums: &Sums,
    layouts: &[(String, i64, Shape)],
    part: &PartColumns,
) -> io::Result<ColumnsManifest> {
    let damaged = || io::Error::new(io::ErrorKind::InvalidData, "the Arrow file does not read back");
    let len = file.metadata()?.len();
    let mut tail = [0; 10];
    file.read_exact_at(&mut tail, len - 10)?;
    let footer_len = u64::from(u32::from_le_bytes([tail[0], tail[1], tail[2], tail[3]]));
    let mut footer = vec![0; footer_len as usize];
    file.read_exact_at(&mut footer, len - 10 - footer_len)?;
    let footer = arrow_ipc::root_as_footer(&footer).map_err(|_| damaged())?;

    let batch_block = footer.recordBatches().filter(|b| b.len() == 1).map(|b| *b.get(0)).ok_or_else(damaged)?;
    let batch = BufferList::read(file, &batch_block)?;
    let mut dictionaries = std::collections::HashMap::new();
    for block in footer.dictionaries().iter().flatten() {
        let list = BufferList::read(file, block)?;
        dictionaries.insert(list.dictionary, list.spans);
    }
    let schema = footer.schema().and_then(|schema| schema.fields()).ok_or_else(damaged)?;

    let mut at = 0;
    let mut next = |valid: bool| -> io::Result<Option<(u64, u64)>> {
        let span = batch.spans.get(at).copied().ok_or_else(damaged)?;
        at += 1;
        Ok((!valid || span.1 > 0).then_some(span))
    };
    let check = |(at, len): (u64, u64)| match sums.get(at, len) {
        Some(crc) => Ok(Span { at, len, crc }),
        None => span_of(file, (at, len)),
    };
    let mut columns = Vec::new();
    let (mut keys, mut key_rows) = (None, None);
    let (mut hashes, mut hash_rows) = (Vec::new(), Vec::new());
    for (place, (name, scale, shape)) in layouts.iter().enumerate() {
        let has_nulls = batch.nulls.get(place).is_some_and(|nulls| *nulls > 0);
        let valid = next(true)?.filter(|_| has_nulls).map(check).transpose()?;
        let layout = match *shape {
            Shape::Numbers(width) => {
                let values = check(next(false)?.ok_or_else(damaged)?)?;
                if name == KEY_ROW {
                    key_rows = Some(values);
                    continue;
                }
                Layout::Numbers { width, scale: *scale, valid, values }
            }
            Shape::Key => {
                keys = Some(check(next(false)?.ok_or_else(damaged)?)?);
                continue;
            }
            Shape::Hashes | Shape::HashRows => {
                let span = check(next(false)?.ok_or_else(damaged)?)?;
                if matches!(shape, Shape::Hashes) { &mut hashes } else { &mut hash_rows }.push((name, span));
                continue;
            }
            Shape::Names(width, names) => {
                let codes = check(next(false)?.ok_or_else(damaged)?)?;
                let id = schema.get(place).dictionary().map(|dictionary| dictionary.id());
                let spans = id.and_then(|id| dictionaries.get(&Some(id))).ok_or_else(damaged)?;
                let [_, offsets, bytes] = spans.as_slice() else { return Err(damaged()) };
                Layout::Names { width, codes, names, offsets: check(*offsets)?, bytes: check(*bytes)? }
            }
            Shape::Text => Layout::Text {
                valid,
                offsets: check(next(false)?.ok_or_else(damaged)?)?,
                bytes: check(next(false)?.ok_or_else(damaged)?)?,
            },
        };
        let missing = batch.nulls.get(place).map(|nulls| *nulls as u64);
        columns.push(ColumnEntry { name: name.clone(), missing, sum: sum_of(name, part), layout });
    }
    let hashes = hashes.into_iter().zip(hash_rows).filter_map(|((name, hashes), (_, rows))| {
        let column = name.strip_suffix(".hash")?;
        let (_, list) = part.hashes.iter().find(|(id, _)| id.name() == column)?;
        let fences = list.entries.iter().step_by(HASH_FENCE).map(|(hash, _)| hash & HASH_FENCE_BITS).collect();
        Some(HashesEntry { column: column.into(), hashes, rows, count: list.entries.len(), fences })
    });
    Ok(ColumnsManifest {
        hashes: hashes.collect(),
        version: COLUMNS_VERSION,
        columns,
        keys: keys.ok_or_else(damaged)?,
        key_rows: key_rows.ok_or_else(damaged)?,
        key_sum: Some(ValueSum::of_hashes(part.keys.iter().map(|(key, _)| *key))),
        has_more_attributes: part.has_more_attributes,
    })
}

/// What stands for the values of a column.
fn sum_of(name: &str, part: &PartColumns) -> Option<ValueSum> {
    let (id, column) = part.columns.iter().find(|(id, _)| id.name() == name)?;
    let hashes = part.hashes.iter().find(|(of, _)| of == id).map(|(_, list)| list);
    ValueSum::of_column(id, column, part.rows, hashes)
}

/// Where the buffers of one message lie in the file.
struct BufferList {
    dictionary: Option<i64>,
    spans: Vec<(u64, u64)>,
    nulls: Vec<i64>,
}

impl BufferList {
    fn read(file: &File, block: &arrow_ipc::Block) -> io::Result<Self> {
        let damaged = || io::Error::new(io::ErrorKind::InvalidData, "the Arrow file does not read back");
        let start = block.offset() as u64;
        let meta_len = block.metaDataLength() as usize;
        let mut meta = vec![0; meta_len];
        file.read_exact_at(&mut meta, start)?;
        // A continuation mark and the message's length stand before it.
        let message = arrow_ipc::root_as_message(meta.get(8..).ok_or_else(damaged)?).map_err(|_| damaged())?;
        let body = start + meta_len as u64;
        let dictionary = message.header_as_dictionary_batch();
        let batch = match dictionary {
            Some(dictionary) => dictionary.data(),
            None => message.header_as_record_batch(),
        };
        let batch = batch.ok_or_else(damaged)?;
        let spans = batch.buffers().iter().flatten().map(|b| (body + b.offset() as u64, b.length() as u64)).collect();
        let nulls = batch.nodes().iter().flatten().map(arrow_ipc::FieldNode::null_count).collect();
        Ok(Self { dictionary: dictionary.map(|d| d.id()), spans, nulls })
    }
}

fn span_of(file: &File, (at, len): (u64, u64)) -> io::Result<Span> {
    let mut crc = 0;
    let mut chunk = vec![0; (len as usize).min(1 << 20)];
    let mut done = 0;
    while done < len {
        let step = chunk.len().min((len - done) as usize);
        file.read_exact_at(&mut chunk[..step], at + done)?;
        crc = crc32c::crc32c_append(crc, &chunk[..step]);
        done += step as u64;
    }
    Ok(Span { at, len, crc })
}
