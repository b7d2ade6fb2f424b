//! Blocks of raw rows: the source's own words, compressed, with what makes them readable again.
//! The same form in the head and in segments' raw files, complete in itself.
//!
//! ```text
//! "RQB1"  rows u32  payload length u32  compressed length u32  crc32c of all but itself u32
//! payload, zstd: envelopes (count, then each: length, JSON), then for each row
//!   envelope number, sequence step, first seen step (both zigzag), position + 1 or 0,
//!   identity (0 id, 1 position, else nth of its content + 2), length, bytes
//! ```
//! Numbers in the payload are LEB128. Steps are from the row before; sequence numbers count from
//! the part's first.

use std::ops::Range;
use std::sync::Arc;

use zstd::zstd_safe::CParameter;

use crate::base::time::Timestamp;
use crate::model::envelope::{Envelope, RowMeta};
use crate::model::intake::RowIdentity;

const MAGIC: &[u8; 4] = b"RQB1";

/// Bytes before the compressed payload.
pub const HEADER_LEN: usize = 20;

/// Payloads are closed at about this size: small enough to read one row quickly, large enough to
/// compress well.
pub const TARGET_PAYLOAD: usize = 128 * 1024;

/// A payload larger than this is not written, and is damage where it is read.
const MAX_PAYLOAD: usize = 1 << 30;

/// Gathers rows into one block.
#[derive(Default)]
pub struct BlockBuilder {
    envelopes: Vec<Arc<Envelope>>,
    /// The envelopes, and behind them the rows.
    payload: Vec<u8>,
    /// How many envelopes stand there, and how long they are.
    head_envelopes: usize,
    head_len: usize,
    rows: u32,
    last_seq: u64,
    last_seen: i64,
}

impl BlockBuilder {
    /// Adds a row.
    pub fn push(&mut self, envelope: &Arc<Envelope>, seq: u64, meta: RowMeta, raw: &[u8]) {
        let known = self.envelopes.iter().position(|known| Arc::ptr_eq(known, envelope) || known == envelope);
        let number = known.unwrap_or_else(|| {
            self.envelopes.push(Arc::clone(envelope));
            self.envelopes.len() - 1
        });
        if self.payload.is_empty() {
            // Nearly always the only one. What does not work here is told when the block is closed.
            let _ = self.write_head();
        }
        put_number(&mut self.payload, number as u64);
        put_step(&mut self.payload, seq.wrapping_sub(self.last_seq) as i64);
        put_step(&mut self.payload, meta.first_seen.0.wrapping_sub(self.last_seen));
        put_number(&mut self.payload, meta.position.map_or(0, |position| position + 1));
        let identity = match meta.identity {
            RowIdentity::Id => 0,
            RowIdentity::Position => 1,
            RowIdentity::Content(nth) => u64::from(nth) + 2,
        };
        put_number(&mut self.payload, identity);
        put_number(&mut self.payload, raw.len() as u64);
        self.payload.extend_from_slice(raw);
        (self.last_seq, self.last_seen) = (seq, meta.first_seen.0);
        self.rows += 1;
    }

    /// How many rows are in it.
    pub fn rows(&self) -> u32 {
        self.rows
    }

    /// Whether it is large enough to be closed.
    pub fn is_full(&self) -> bool {
        self.bytes() >= TARGET_PAYLOAD
    }

    /// Bytes of its rows so far.
    pub fn bytes(&self) -> usize {
        self.payload.len() - self.head_len
    }

    /// Writes the envelopes to where they stand.
    fn write_head(&mut self) -> std::io::Result<()> {
        let mut head = Vec::new();
        put_number(&mut head, self.envelopes.len() as u64);
        for envelope in &self.envelopes {
            let json = serde_json::to_vec(envelope.as_ref()).map_err(std::io::Error::other)?;
            put_number(&mut head, json.len() as u64);
            head.extend_from_slice(&json);
        }
        let old_len = std::mem::replace(&mut self.head_len, head.len());
        self.payload.splice(..old_len, head);
        self.head_envelopes = self.envelopes.len();
        Ok(())
    }

    /// The block's bytes; the builder is empty again. An error when it is larger than what is read.
    pub fn finish(&mut self, compressor: &mut zstd::bulk::Compressor<'_>) -> std::io::Result<Vec<u8>> {
        let mut compressed = Vec::new();
        let header = self.finish_into(compressor, &mut compressed)?;
        Ok([header.as_slice(), &compressed].concat())
    }

    /// The same in two pieces: the block's header, and what stands behind it.
    pub fn finish_into(
        &mut self,
        compressor: &mut zstd::bulk::Compressor<'_>,
        compressed: &mut Vec<u8>,
    ) -> std::io::Result<[u8; HEADER_LEN]> {
        if self.head_envelopes != self.envelopes.len() || self.payload.is_empty() {
            self.write_head()?;
        }
        let payload_len = block_len(self.payload.len())?;
        compressed.clear();
        compressed.reserve(zstd::compress_bound(self.payload.len()));
        compressor.compress_to_buffer(&self.payload, compressed)?;
        let compressed_len = block_len(compressed.len())?;
        let mut header = [0; HEADER_LEN];
        header[..4].copy_from_slice(MAGIC);
        for (place, number) in [self.rows, payload_len, compressed_len].into_iter().enumerate() {
            header[4 + 4 * place..][..4].copy_from_slice(&number.to_le_bytes());
        }
        let (summed, checksum) = header.split_at_mut(HEADER_LEN - 4);
        checksum.copy_from_slice(&crc32c::crc32c_append(crc32c::crc32c(summed), compressed).to_le_bytes());
        self.payload.clear();
        self.envelopes.clear();
        (self.head_envelopes, self.head_len) = (0, 0);
        (self.rows, self.last_seq, self.last_seen) = (0, 0, 0);
        Ok(header)
    }
}

/// A length as it stands in a block; an error where [`Block::read`] would refuse it.
fn block_len(bytes: usize) -> std::io::Result<u32> {
    let too_large = || std::io::Error::other(format!("{bytes} bytes of rows are too many for one block"));
    if bytes > MAX_PAYLOAD { Err(too_large()) } else { u32::try_from(bytes).map_err(|_| too_large()) }
}

/// A compressor for blocks: fast, and small enough on repetitive text.
pub fn compressor() -> zstd::bulk::Compressor<'static> {
    let mut compressor = zstd::bulk::Compressor::new(1).expect("level 1 exists");
    // Its table leaves room in a processor's nearest cache, and short repeats are not worth a look:
    // an eighth faster, and less than one per cent larger.
    for parameter in [CParameter::HashLog(12), CParameter::MinMatch(7)] {
        compressor.set_parameter(parameter).expect("level 1 takes it");
    }
    compressor
}

/// The rows of one block.
#[derive(Debug)]
pub struct Block {
    payload: Vec<u8>,
    envelopes: Vec<Arc<Envelope>>,
    rows: Vec<BlockRow>,
}

#[derive(Debug)]
struct BlockRow {
    envelope: u32,
    seq: u64,
    meta: RowMeta,
    raw: Range<usize>,
}

/// One raw row.
#[derive(Debug, Clone, Copy)]
pub struct RawRow<'a> {
    /// What makes it readable.
    pub envelope: &'a Arc<Envelope>,
    /// Its sequence number above the part's first.
    pub seq: u64,
    /// What the store knows of it.
    pub meta: RowMeta,
    /// The source's own words.
    pub raw: &'a [u8],
}

/// The numbers in front of a block: rows, and how long the whole block is.
pub fn read_header(header: &[u8]) -> Result<(u32, usize), String> {
    let number = |at: usize| header.get(at..at + 4).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]));
    match (header.get(..4), number(4), number(12)) {
        (Some(magic), Some(rows), Some(compressed)) if magic == MAGIC => Ok((rows, HEADER_LEN + compressed as usize)),
        _ => Err("a block does not begin where it should".into()),
    }
}

/// How many bytes a block has when it is unpacked; 0 where that does not stand.
pub fn payload_len(block: &[u8]) -> usize {
    block.get(8..12).map_or(0, |b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]) as usize)
}

impl Block {
    /// Reads a block after checking its checksum. Errors say what is wrong.
    pub fn read(bytes: &[u8]) -> Result<Self, String> {
        let (rows, len) = read_header(bytes)?;
        if bytes.len() != len {
            return Err(format!("a block has {} bytes instead of {len}", bytes.len()));
        }
        let number = |at: usize| u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
        let (payload_len, checksum) = (number(8) as usize, number(16));
        let compressed = &bytes[HEADER_LEN..];
        if crc32c::crc32c_append(crc32c::crc32c(&bytes[..HEADER_LEN - 4]), compressed) != checksum {
            return Err("a block's checksum is wrong".into());
        }
        if payload_len > MAX_PAYLOAD {
            return Err("a block is larger than any that is written".into());
        }
        let payload =
            zstd::bulk::decompress(compressed, payload_len).map_err(|e| format!("a block does not unpack: {e}"))?;
        Self::parse(payload, rows).ok_or_else(|| "a block's rows are cut".into())
    }

    fn parse(payload: Vec<u8>, row_count: u32) -> Option<Self> {
        let mut at = 0;
        let mut envelopes = Vec::new();
        for _ in 0..take_number(&payload, &mut at)? {
            let len = take_number(&payload, &mut at)? as usize;
            let json = payload.get(at..at.checked_add(len)?)?;
            envelopes.push(Arc::new(serde_json::from_slice(json).ok()?));
            at += len;
        }
        let mut rows = Vec::with_capacity((row_count as usize).min(payload.len()));
        let (mut seq, mut seen) = (0_u64, 0_i64);
        for _ in 0..row_count {
            let envelope = take_number(&payload, &mut at)? as u32;
            seq = seq.wrapping_add(take_step(&payload, &mut at)? as u64);
            seen = seen.wrapping_add(take_step(&payload, &mut at)?);
            let position = take_number(&payload, &mut at)?.checked_sub(1);
            let identity = match take_number(&payload, &mut at)? {
                0 => RowIdentity::Id,
                1 => RowIdentity::Position,
                nth => RowIdentity::Content(u32::try_from(nth - 2).ok()?),
            };
            let len = take_number(&payload, &mut at)? as usize;
            let end = at.checked_add(len)?;
            payload.get(at..end)?;
            envelopes.get(envelope as usize)?;
            let meta = RowMeta { first_seen: Timestamp(seen), position, identity };
            rows.push(BlockRow { envelope, seq, meta, raw: at..end });
            at = end;
        }
        (at == payload.len()).then_some(Self { payload, envelopes, rows })
    }

    /// How many rows it has.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// A row by its place in the block.
    pub fn row(&self, place: usize) -> Option<RawRow<'_>> {
        self.rows.get(place).map(|row| RawRow {
            envelope: &self.envelopes[row.envelope as usize],
            seq: row.seq,
            meta: row.meta,
            raw: &self.payload[row.raw.clone()],
        })
    }

    /// All rows in order.
    pub fn rows(&self) -> impl Iterator<Item = RawRow<'_>> {
        (0..self.rows.len()).filter_map(|place| self.row(place))
    }

    /// How much memory it takes.
    pub fn size(&self) -> usize {
        self.payload.len() + self.rows.len() * size_of::<BlockRow>() + 64
    }
}

fn put_number(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// A step up or down: small ones either way are short.
fn put_step(out: &mut Vec<u8>, step: i64) {
    put_number(out, ((step << 1) ^ (step >> 63)) as u64);
}

fn take_step(bytes: &[u8], at: &mut usize) -> Option<i64> {
    let step = take_number(bytes, at)?;
    Some((step >> 1) as i64 ^ -((step & 1) as i64))
}

fn take_number(bytes: &[u8], at: &mut usize) -> Option<u64> {
    let mut number = 0_u64;
    for shift in (0..64).step_by(7) {
        let byte = *bytes.get(*at)?;
        *at += 1;
        number |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::envelope::{Arrival, Decisions};

    fn envelope(source: &str) -> Arc<Envelope> {
        Arc::new(Envelope {
            source: source.into(),
            format: "json-lines".into(),
            format_version: 1,
            decisions: Decisions::default(),
            heading: None,
            place: String::new(),
            file: Some(u128::MAX - 7),
            arrival: Arrival::Polled,
        })
    }

    type Rows = Vec<(bool, u32, i64, Option<u32>, Vec<u8>)>;

    fn build(rows: &Rows) -> Vec<u8> {
        let envelopes = [envelope("a"), envelope("b")];
        let mut builder = BlockBuilder::default();
        let mut seq = 0;
        for (second, step, seen, position, raw) in rows {
            seq += u64::from(*step);
            let identity = match (second, position) {
                (true, _) => RowIdentity::Id,
                (false, Some(_)) => RowIdentity::Position,
                (false, None) => RowIdentity::Content(*step),
            };
            let meta = RowMeta { first_seen: Timestamp(*seen), position: position.map(u64::from), identity };
            builder.push(&envelopes[usize::from(*second)], seq, meta, raw);
        }
        builder.finish(&mut compressor()).expect("compresses")
    }

    #[test]
    fn nothing_is_written_that_is_not_read() {
        assert_eq!(block_len(MAX_PAYLOAD).expect("is read") as usize, MAX_PAYLOAD);
        assert!(block_len(MAX_PAYLOAD + 1).is_err());
        assert!(block_len(usize::MAX).is_err());
    }

    proptest! {
        #[test]
        fn round_trip(rows: Rows) {
            let block = Block::read(&build(&rows)).expect("reads");
            prop_assert_eq!(block.len(), rows.len());
            let mut seq = 0;
            for (row, (second, step, seen, position, raw)) in block.rows().zip(&rows) {
                seq += u64::from(*step);
                prop_assert_eq!(row.seq, seq);
                prop_assert_eq!(row.raw, raw.as_slice());
                prop_assert_eq!(row.meta.first_seen, Timestamp(*seen));
                prop_assert_eq!(row.meta.position, position.map(u64::from));
                if row.meta.identity != RowIdentity::Id && position.is_none() {
                    prop_assert_eq!(row.meta.identity, RowIdentity::Content(*step));
                }
                prop_assert_eq!(row.envelope.source.as_str(), if *second { "b" } else { "a" });
            }
        }

        #[test]
        fn damage_is_noticed(rows: Rows, at: prop::sample::Index, flip in 1_u8..) {
            let mut bytes = build(&rows);
            let at = at.index(bytes.len());
            bytes[at] ^= flip;
            prop_assert!(Block::read(&bytes).is_err());
        }
    }
}
