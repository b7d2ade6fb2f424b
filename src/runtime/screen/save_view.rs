//! The view as a file.

use std::path::Path;
use std::time::{Duration, Instant};

use crate::app::event::{At, Event, SaveEvent, SaveRequest};
use crate::base::cancel::Cancel;
use crate::base::shell::{command_word, shell_word};
use crate::engine::local::Store;
use crate::engine::{Engine, Snapshot};
use crate::export::columns::{self, Layout};
use crate::export::csv_file::{Dialect, EXCEL_ROWS};
use crate::model::view_spec::{ColumnContent, ViewSpec};
use crate::runtime::save::{Rows, SaveError, save_csv};
use crate::runtime::typed_path::expand;

use super::queue::Outlet;

/// How often progress is told.
const TELL: Duration = Duration::from_millis(100);

/// Saves a view; says how it ended.
pub(super) fn save_view(
    store: &Store,
    request: &SaveRequest,
    view: &ViewSpec,
    arguments: &str,
    cancel: &Cancel,
    outlet: &Outlet,
) -> SaveEvent {
    let snapshot: Snapshot = match &request.at {
        At::Held(snapshot) => snapshot.clone(),
        At::Newest => match store.snapshot() {
            Ok(snapshot) => snapshot,
            Err(error) => return SaveEvent::Failed(error.to_string()),
        },
    };
    let path = expand(&request.name);
    let rows = Rows { engine: store, snapshot: &snapshot, question: &request.question, cancel };
    let columns = match request.layout {
        Layout::View => columns::shown(&request.columns, view),
        layout => columns::columns(layout, view),
    };
    let dialect = Dialect::Excel;
    let mut last = Instant::now();
    let saved = save_csv(&path, columns, dialect, rows, |done, total| {
        if last.elapsed() >= TELL {
            last = Instant::now();
            outlet.send(Event::Save(SaveEvent::Progress(done, total)));
        }
    });
    match saved {
        Ok(rows) => {
            let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
            let dialect = match dialect {
                _ if rows >= EXCEL_ROWS => "excel; spreadsheets show only the first 1,048,575 rows".to_owned(),
                dialect => dialect.name().to_owned(),
            };
            let command = format!("reqscope export{arguments} {} --dialect excel -o -", layout_argument(request));
            let fetch = format!("ssh {host} {} > {}", command_word(&command), file_name(&path));
            SaveEvent::Done { path, rows, dialect, fetch }
        }
        Err(SaveError::Cancelled) => SaveEvent::Cancelled,
        Err(error @ (SaveError::Exists { .. } | SaveError::Write { .. })) => {
            SaveEvent::Refused { name: request.name.clone(), layout: request.layout, reason: error.to_string() }
        }
        Err(error) => SaveEvent::Failed(error.to_string()),
    }
}

/// The argument that gives the same columns on the command line.
fn layout_argument(request: &SaveRequest) -> String {
    match request.layout {
        Layout::View => {
            let names: Vec<String> = request.columns.iter().map(ColumnContent::name).collect();
            format!("--columns {}", shell_word(&names.join(",")))
        }
        layout => format!("--layout {}", layout.name()),
    }
}

fn file_name(path: &Path) -> String {
    shell_word(&path.file_name().unwrap_or_default().to_string_lossy())
}
