//! Views into files: streamed, whole or not at all, never over another.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::mpsc::sync_channel;
use std::thread;

use crate::base::cancel::Cancel;
use crate::engine::question::{Anchor, PageWant};
use crate::engine::{Engine, EngineError, Question, Snapshot, Want, ask_whole};
use crate::export::columns::Column;
use crate::export::csv_file::{CsvWriter, Dialect};
use crate::model::answer::Page;
use crate::model::record::StoredRecord;

/// Rows that are read at once.
const PAGE: usize = 2_000;

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

/// Visits all rows of a question's list, in its order; the next page is read meanwhile.
pub fn each_row(
    engine: &dyn Engine,
    snapshot: &Snapshot,
    question: &Question,
    cancel: &Cancel,
    mut visit: impl FnMut(&StoredRecord, u64) -> Result<(), SaveError>,
) -> Result<u64, SaveError> {
    thread::scope(|scope| {
        let (sender, pages) = sync_channel(1);
        scope.spawn(move || {
            let mut row = 0;
            loop {
                let page = read_page(engine, snapshot, question, row, cancel);
                let count = page.as_ref().map_or(0, |page| page.rows.len());
                row += count as u64;
                // Whoever visits may have given up.
                if sender.send(page).is_err() || count == 0 {
                    return;
                }
            }
        });
        let mut row = 0;
        for page in pages {
            let page = page?;
            for record in &page.rows {
                visit(record, page.total)?;
            }
            row += page.rows.len() as u64;
        }
        Ok(row)
    })
}

/// A page from a row on; row numbers stay right, because the state is fixed.
fn read_page(
    engine: &dyn Engine,
    snapshot: &Snapshot,
    question: &Question,
    row: u64,
    cancel: &Cancel,
) -> Result<Page, SaveError> {
    if cancel.is_cancelled() {
        return Err(SaveError::Cancelled);
    }
    let sort = question.wants.iter().find_map(|want| match want {
        Want::Page(page) => Some(page.sort.clone()),
        _ => None,
    });
    let want = PageWant { sort: sort.unwrap_or_default(), at: Anchor::Row(row), limit: PAGE };
    let question = Question { wants: vec![Want::Page(want)], ..question.clone() };
    let answer = ask_whole(engine, snapshot, &question, cancel).map_err(|error| match error {
        EngineError::Cancelled => SaveError::Cancelled,
        other => SaveError::Engine(other),
    })?;
    Ok(answer.into_page().unwrap_or_default())
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
    each_row(rows.engine, rows.snapshot, rows.question, rows.cancel, |record, total| {
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

/// A file without its name yet; removed when it is dropped before it gets it.
struct Draft {
    file: File,
    path: PathBuf,
}

impl Draft {
    fn create(target: &Path) -> io::Result<Self> {
        let name = target.file_name().ok_or_else(|| io::Error::other("this is no file name"))?;
        let path = target.with_file_name(format!(".{}.{}.part", name.to_string_lossy(), std::process::id()));
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
        Ok(Self { file, path })
    }

    fn publish(self, target: &Path) -> io::Result<()> {
        self.file.sync_all()?;
        // A hard link does not take the place of a file that came meanwhile; a rename would.
        match std::fs::hard_link(&self.path, target) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Err(error),
            // Some file systems have no links.
            Err(_) => std::fs::rename(&self.path, target)?,
        }
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
