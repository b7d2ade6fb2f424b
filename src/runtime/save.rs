//! Views into files: streamed, whole or not at all, never over another.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::mpsc::sync_channel;
use std::thread;

use rustix::fs::{AtFlags, CWD, RenameFlags, linkat, renameat_with};
use rustix::io::Errno;

use crate::base::cancel::Cancel;
use crate::base::units;
use crate::engine::question::{Anchor, PageWant, Sort};
use crate::engine::{Engine, EngineError, Question, Snapshot, Want, ask_whole};
use crate::export::columns::Column;
use crate::export::csv_file::{CsvWriter, Dialect};
use crate::model::answer::Page;
use crate::model::field::{Field, FieldRef};
use crate::model::record::StoredRecord;

/// Rows that are read at once.
const PAGE: usize = 2_000;

/// Rows that are read at once in an order other than that of time, where each page costs a look at
/// all rows.
const LARGE_PAGE: usize = 50_000;

/// Bytes of rows that are read at once, about; no fewer rows than this, however large.
const PAGE_BYTES: usize = 64 << 20;
const SMALL_PAGE: usize = 200;

/// Why a view was not saved.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// It was stopped.
    #[error("stopped; there is no file")]
    Cancelled,
    /// The file is there already.
    #[error("{path} is there already; choose another name", path = path.display())]
    Exists {
        /// Which file.
        path: PathBuf,
    },
    /// It cannot be written.
    #[error("{path} cannot be written: {source}", path = path.display())]
    Write {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The rows cannot be read.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

/// Visits the rows of a question's list, in its order, up to so many; the next page is read
/// meanwhile. Gives how many rows the list has. One that ends before its last row is an error: what
/// is short must not look whole.
pub fn each_row(
    engine: &dyn Engine,
    snapshot: &Snapshot,
    question: &Question,
    most: u64,
    cancel: &Cancel,
    mut visit: impl FnMut(&StoredRecord, u64) -> Result<(), SaveError>,
) -> Result<u64, SaveError> {
    thread::scope(|scope| {
        // No place in between: of large pages there are two, one that is visited and one that is read.
        let (sender, pages) = sync_channel(0);
        scope.spawn(move || {
            let sort = sort_of(question);
            let (mut row, mut limit) = (0, PAGE);
            loop {
                limit = limit.min(usize::try_from(most - row).unwrap_or(usize::MAX));
                let page = read_page(engine, snapshot, question, (&sort, row, limit), cancel);
                let rows = page.as_ref().map_or(&[] as &[_], |page| &page.rows);
                row += rows.len() as u64;
                limit = next_limit(&sort, limit, rows);
                let is_last = page.as_ref().map_or(true, |page| page.rows.is_empty() || row >= page.total.min(most));
                // Whoever visits may have given up.
                if sender.send(page).is_err() || is_last {
                    return;
                }
            }
        });
        let (mut row, mut total) = (0, 0);
        for page in pages {
            let page = page?;
            for record in &page.rows {
                visit(record, page.total)?;
            }
            row += page.rows.len() as u64;
            total = page.total;
        }
        if row == total.min(most) { Ok(total) } else { Err(incomplete(row, total)) }
    })
}

fn incomplete(rows: u64, total: u64) -> SaveError {
    let of = units::counted(total, "row", "rows");
    SaveError::Engine(EngineError::Question(format!("only {} of {of} could be read", units::count(rows))))
}

fn sort_of(question: &Question) -> Sort {
    let sort = question.wants.iter().find_map(|want| match want {
        Want::Page(page) => Some(page.sort.clone()),
        _ => None,
    });
    sort.unwrap_or_default()
}

/// How many rows to read next: more each time where a page is dear, so that whoever wants only the
/// first ones need not wait, and fewer where rows are large.
fn next_limit(sort: &Sort, limit: usize, rows: &[StoredRecord]) -> usize {
    let most = if sort.field == FieldRef::Known(Field::Time) { PAGE } else { LARGE_PAGE };
    let bytes: usize = rows.iter().map(|row| size_of::<StoredRecord>() + 2 * row.raw.len()).sum();
    let fitting = PAGE_BYTES / (bytes / rows.len().max(1)).max(1);
    limit.saturating_mul(2).min(most).min(fitting.max(SMALL_PAGE))
}

/// A page from a row on; row numbers stay right, because the state is fixed.
fn read_page(
    engine: &dyn Engine,
    snapshot: &Snapshot,
    question: &Question,
    (sort, row, limit): (&Sort, u64, usize),
    cancel: &Cancel,
) -> Result<Page, SaveError> {
    if cancel.is_cancelled() {
        return Err(SaveError::Cancelled);
    }
    let want = PageWant { sort: sort.clone(), at: Anchor::Row(row), limit };
    let question = Question { wants: vec![Want::Page(want)], ..question.clone() };
    let answer = ask_whole(engine, snapshot, &question, cancel).map_err(|error| match error {
        EngineError::Cancelled => SaveError::Cancelled,
        other => SaveError::Engine(other),
    })?;
    let missing = || SaveError::Engine(EngineError::Question("there is no list of rows".into()));
    let page = answer.into_page().ok_or_else(missing)?;
    let expected = page.total.saturating_sub(row).min(limit as u64);
    if page.rows.len() as u64 == expected {
        Ok(page)
    } else {
        Err(incomplete(row + page.rows.len() as u64, page.total))
    }
}

/// Writes a list as CSV to any place. `progress` is told rows written and rows there are.
pub fn write_csv<W: Write>(
    sink: W,
    columns: Vec<Column>,
    dialect: Dialect,
    rows: Rows<'_>,
    place: &Path,
    mut progress: impl FnMut(u64, u64),
) -> Result<(W, u64), SaveError> {
    let write_error = |source: io::Error| SaveError::Write { path: place.to_owned(), source };
    let mut writer = CsvWriter::new(sink, columns, dialect).map_err(write_error)?;
    each_row(rows.engine, rows.snapshot, rows.question, u64::MAX, rows.cancel, |record, total| {
        writer.write(record).map_err(write_error)?;
        if writer.rows().is_multiple_of(PAGE as u64) {
            progress(writer.rows(), total);
        }
        Ok(())
    })?;
    let rows = writer.rows();
    Ok((writer.finish().map_err(write_error)?, rows))
}

/// Which rows are written.
#[derive(Clone, Copy)]
pub struct Rows<'a> {
    /// From where.
    pub engine: &'a dyn Engine,
    /// In which state.
    pub snapshot: &'a Snapshot,
    /// Which of them.
    pub question: &'a Question,
    /// Whether it should stop.
    pub cancel: &'a Cancel,
}

/// Saves a list as a CSV file that only its owner can read. It gets its name when it is whole; on
/// every way out before that, nothing is left.
pub fn save_csv(
    path: &Path,
    columns: Vec<Column>,
    dialect: Dialect,
    rows: Rows<'_>,
    progress: impl FnMut(u64, u64),
) -> Result<u64, SaveError> {
    let write_error = |source: io::Error| SaveError::Write { path: path.to_owned(), source };
    if path.symlink_metadata().is_ok() {
        return Err(SaveError::Exists { path: path.to_owned() });
    }
    let mut draft = Draft::create(path).map_err(write_error)?;
    let sink = BufWriter::with_capacity(1 << 18, &mut draft.file);
    let (sink, count) = write_csv(sink, columns, dialect, rows, path, progress)?;
    sink.into_inner().map_err(|error| write_error(error.into_error()))?;
    draft.publish(path).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => SaveError::Exists { path: path.to_owned() },
        _ => write_error(error),
    })?;
    Ok(count)
}

/// Gives a file another name that nobody has: one that came meanwhile stays.
fn take_name(from: &Path, to: &Path) -> io::Result<()> {
    match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
        // Some file systems and kernels know no such thing.
        Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => link_name(from, to),
        other => Ok(other?),
    }
}

/// The same by a second name; the first one goes with the draft.
fn link_name(from: &Path, to: &Path) -> io::Result<()> {
    match linkat(CWD, from, CWD, to, AtFlags::empty()) {
        // Some file systems have no links either. The look before the rename leaves a moment in which
        // a file may come; nothing there can be done without one.
        Err(Errno::PERM | Errno::NOSYS | Errno::OPNOTSUPP | Errno::MLINK) => {
            if to.symlink_metadata().is_ok() {
                return Err(io::ErrorKind::AlreadyExists.into());
            }
            std::fs::rename(from, to)
        }
        other => Ok(other?),
    }
}

/// A file without its name yet; removed when it is dropped before it gets it.
struct Draft {
    file: File,
    path: PathBuf,
}

impl Draft {
    fn create(target: &Path) -> io::Result<Self> {
        let name = target.file_name().ok_or_else(|| io::Error::other("this is no file name"))?;
        let mut tries = 0;
        loop {
            // A program that was killed leaves its draft: the next one has another name.
            let suffix = format!("{}-{:08x}", std::process::id(), fastrand::u32(..));
            let path = target.with_file_name(format!(".{}.{suffix}.part", name.to_string_lossy()));
            match OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path) {
                Ok(file) => return Ok(Self { file, path }),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists && tries < 10 => tries += 1,
                Err(error) => return Err(error),
            }
        }
    }

    fn publish(self, target: &Path) -> io::Result<()> {
        self.file.sync_all()?;
        take_name(&self.path, target)?;
        let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(folder)?.sync_all()
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // Gone already when it was renamed.
        let _ = std::fs::remove_file(&self.path);
    }
}

#[cfg(test)]
#[path = "save_tests.rs"]
mod tests;
