//! From a row's bytes to what a store takes.

use std::borrow::Cow;
use std::sync::atomic::{AtomicU64, Ordering};

use bstr::BStr;

use crate::model::envelope::{ReadError, RowReader};
use crate::model::intake::{BadRow, IntakeRow, RowIdentity};
use crate::model::record::Record;
use crate::source::redact;

use super::identify::Identify;
use super::reader::{FormatReader, OrderedReader};
use super::split::{BadPiece, Piece, Row};

/// Takes the rows of one input: redacts, reads and identifies them. Shared by threads.
pub struct RowIntake {
    reader: FormatReader,
    identify: Identify,
    is_redacting: bool,
    /// The input's name, for bad rows.
    place: String,
    redacted: AtomicU64,
}

/// A row that was read. Everything is borrowed: from the input's bytes, or from those that
/// redaction made of them.
#[derive(Debug)]
pub struct TakenRow<'t, 'a> {
    /// The bytes to store; secrets are redacted.
    pub raw: &'a [u8],
    /// By what it is known again, within its source.
    pub identity: RowIdentity,
    /// The byte in its file where it begins; `None` when it is from no file.
    pub position: Option<u64>,
    /// What it says.
    pub record: &'t Record<'a>,
}

impl TakenRow<'_, '_> {
    /// The row as a store takes it.
    pub fn to_intake_row(&self) -> IntakeRow {
        IntakeRow { raw: self.raw.to_vec(), identity: self.identity, position: self.position }
    }
}

impl RowIntake {
    /// For one input, called `place` in bad rows.
    pub fn new(reader: FormatReader, identify: Identify, place: impl Into<String>) -> Self {
        Self { reader, identify, is_redacting: true, place: place.into(), redacted: AtomicU64::new(0) }
    }

    /// Leaves secrets where they are.
    #[must_use]
    pub fn without_redaction(mut self) -> Self {
        self.is_redacting = false;
        self
    }

    /// What reads the rows; it knows what had to be assumed so far.
    pub fn reader(&self) -> &FormatReader {
        &self.reader
    }

    /// Secrets redacted so far.
    pub fn redacted(&self) -> u64 {
        self.redacted.load(Ordering::Relaxed)
    }

    /// Takes a row. What becomes of it is up to `then`, which sees it while it is borrowed.
    pub fn take<T>(&self, row: &Row<'_>, then: impl FnOnce(TakenRow<'_, '_>) -> T) -> Result<T, BadRow> {
        let place = || self.place_of(row.position, row.line);
        let read = Reading { bytes: row.bytes, position: Some(row.position), room: &mut Vec::new() };
        self.take_at(read, place, |raw, record| self.reader.read(raw, record), then)
    }

    /// Takes many rows, one after the other, of which one helps with the next.
    pub fn in_order(&self) -> OrderedIntake<'_> {
        OrderedIntake { intake: self, reader: self.reader.in_order(), room: Vec::new() }
    }

    /// Takes a row that is from no file, as a backend's answer has them; a bad one is said to be at
    /// the input's place.
    pub fn take_bytes<T>(&self, bytes: &[u8], then: impl FnOnce(TakenRow<'_, '_>) -> T) -> Result<T, BadRow> {
        let read = Reading { bytes, position: None, room: &mut Vec::new() };
        self.take_at(read, || self.place.clone(), |raw, record| self.reader.read(raw, record), then)
    }

    fn take_at<T>(
        &self,
        Reading { bytes, position, room }: Reading<'_>,
        place: impl FnOnce() -> String,
        read: impl for<'a> FnOnce(&'a [u8], &mut Record<'a>) -> Result<(), ReadError>,
        then: impl FnOnce(TakenRow<'_, '_>) -> T,
    ) -> Result<T, BadRow> {
        let (raw, secrets) = self.redact(bytes);
        if secrets > 0 {
            self.redacted.fetch_add(secrets, Ordering::Relaxed);
        }
        let mut record = Record::default();
        record.attributes = emptied(std::mem::take(room));
        let taken = match read(&raw, &mut record) {
            Ok(()) => {
                let identity = self.identify.identity(&record, &raw, position);
                Ok(then(TakenRow { raw: &raw, identity, position, record: &record }))
            }
            Err(ReadError { reason }) => Err(BadRow::new(place(), reason, &raw)),
        };
        *room = emptied(record.attributes);
        taken
    }

    /// A bad piece of the input as a bad row.
    pub fn bad(&self, piece: &BadPiece) -> BadRow {
        let (sample, _) = self.redact(&piece.sample);
        BadRow::new(self.place_of(piece.position, piece.line), &piece.reason, &sample)
    }

    /// Takes a piece into rows to store and bad rows.
    pub fn take_piece(&self, piece: &Piece<'_>, rows: &mut Vec<IntakeRow>, bad_rows: &mut Vec<BadRow>) {
        match piece {
            Piece::Row(row) => match self.take(row, |taken| taken.to_intake_row()) {
                Ok(row) => rows.push(row),
                Err(bad) => bad_rows.push(bad),
            },
            Piece::Bad(piece) => bad_rows.push(self.bad(piece)),
        }
    }

    fn redact<'a>(&self, bytes: &'a [u8]) -> (Cow<'a, [u8]>, u64) {
        if self.is_redacting { redact::redact(bytes) } else { (Cow::Borrowed(bytes), 0) }
    }

    /// `access.log:17`, or the byte where the line is not known.
    fn place_of(&self, position: u64, line: Option<u64>) -> String {
        match line {
            Some(line) => format!("{}:{line}", self.place),
            None => format!("{}, byte {position}", self.place),
        }
    }
}

/// A row that is read, and room for its attributes.
struct Reading<'r> {
    bytes: &'r [u8],
    position: Option<u64>,
    room: &'r mut Vec<Attribute<'static>>,
}

type Attribute<'a> = (Cow<'a, str>, Cow<'a, BStr>);

/// Attributes of another row, of which only the memory is kept.
fn emptied<'a>(mut attributes: Vec<Attribute<'_>>) -> Vec<Attribute<'a>> {
    attributes.clear();
    attributes.into_iter().map(|_| unreachable!("there are none")).collect()
}

/// Takes rows of one input, one after the other.
pub struct OrderedIntake<'k> {
    intake: &'k RowIntake,
    reader: OrderedReader<'k>,
    /// What attributes of the row before stood in.
    room: Vec<Attribute<'static>>,
}

impl OrderedIntake<'_> {
    /// Takes a row, as [`RowIntake::take`] does.
    pub fn take<T>(&mut self, row: &Row<'_>, then: impl FnOnce(TakenRow<'_, '_>) -> T) -> Result<T, BadRow> {
        let Self { intake, reader, room } = self;
        let place = || intake.place_of(row.position, row.line);
        let read = Reading { bytes: row.bytes, position: Some(row.position), room };
        intake.take_at(read, place, |raw, record| reader.read(raw, record), then)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::envelope::Decisions;
    use crate::model::field::Field;
    use crate::source::format::registry::Registry;
    use crate::source::format::split::{AtEnd, Layout, Splitter};

    fn intake() -> RowIntake {
        let reader = Registry::new().open("json-lines", None, &Decisions::default()).expect("ours");
        let identify = Identify::new(reader.format().without_id(), reader.format().ids(), true);
        RowIntake::new(reader, identify, "x.log")
    }

    const INPUT: &[u8] = b"{\"time\":1795396079,\"path\":\"/a?token=abc&x=1\"}\n\n{\"time\":\"soon\",\"path\":\"/?key=k\"}\n{\"time\":1795396080}\n";

    #[test]
    fn rows_and_bad_rows() {
        let intake = intake();
        let (mut rows, mut bad_rows) = (Vec::new(), Vec::new());
        let mut splitter = Splitter::new(INPUT, &Layout::JsonLines, AtEnd::Finish);
        while let Some(piece) = splitter.next_piece().expect("memory can be read") {
            intake.take_piece(&piece, &mut rows, &mut bad_rows);
        }
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[0].raw, b"{\"time\":1795396079,\"path\":\"/a?token=REDACTED&x=1\"}");
        assert_eq!((rows[0].position, rows[1].position), (Some(0), Some(80)));
        assert_eq!((rows[0].identity, rows[1].identity), (RowIdentity::Position, RowIdentity::Position));
        assert_eq!(intake.redacted(), 2);
        assert_eq!(bad_rows.len(), 1);
        assert_eq!(bad_rows[0].place, "x.log:3");
        assert_eq!(bad_rows[0].reason, "time: “soon” is no time; write it like 2026-11-23T12:01:22Z");
        assert_eq!(bad_rows[0].sample, b"{\"time\":\"soon\",\"path\":\"/?key=REDACTED\"}");
    }

    #[test]
    fn the_record_is_seen_while_it_is_borrowed() {
        let row = Row { bytes: INPUT.split(|b| *b == b'\n').next().expect("a line"), position: 0, line: None };
        let path = intake().take(&row, |taken| taken.record.text(Field::Path).map(ToString::to_string));
        assert_eq!(path, Ok(Some("/a?token=REDACTED&x=1".to_owned())));
        let path =
            intake().without_redaction().take(&row, |taken| taken.record.text(Field::Path).map(ToString::to_string));
        assert_eq!(path, Ok(Some("/a?token=abc&x=1".to_owned())));
        let bad = intake().take(&Row { bytes: b"{", position: 7, line: None }, |_| ()).expect_err("no JSON");
        assert_eq!(bad.place, "x.log, byte 7");
        assert_eq!(intake().take_bytes(b"{", |_| ()).expect_err("no JSON").place, "x.log");
        let row = intake().take_bytes(row.bytes, |taken| taken.to_intake_row()).expect("a record");
        assert_eq!(row.position, None);
    }
}
