//! `export`: everything that matches, as CSV.

use std::io::IsTerminal;
use std::path::Path;

use crate::base::cancel::Cancel;
use crate::base::units;
use crate::cli::args::ExportArgs;
use crate::cli::error::UserError;
use crate::cli::interrupt::{cancel_on_interrupt, end_while_waiting};
use crate::cli::option_values::{read_columns, read_sort};
use crate::cli::output::{Out, say};
use crate::cli::view::View;
use crate::engine::Want;
use crate::engine::question::{Anchor, PageWant};
use crate::export::columns::{columns, shown};
use crate::export::csv_file::{Dialect, EXCEL_ROWS};
use crate::runtime::save::{Rows, save_csv, write_csv};

/// Writes a view.
pub fn run(args: &ExportArgs) -> Result<(), UserError> {
    let view = View::open(&args.view, &args.query)?;
    let sort = read_sort(args.sort.as_deref())?;
    let question = view.question(vec![Want::Page(PageWant { sort, at: Anchor::Start, limit: 0 })]);
    let columns = match &args.columns {
        Some(names) => shown(&read_columns(names)?, &view.spec),
        None => columns(args.layout, &view.spec),
    };
    let cancel = Cancel::new();
    cancel_on_interrupt(&cancel)?;
    if args.output == Path::new("-") {
        end_while_waiting(&cancel)?;
    }
    let rows = Rows { engine: view.store.as_ref(), snapshot: &view.snapshot, question: &question, cancel: &cancel };
    let count = if args.output == Path::new("-") {
        let (mut out, count) = if std::io::stdout().is_terminal() {
            // A terminal is shown what is safe to show, whatever the dialect.
            let (bytes, count) = write_csv(Vec::new(), columns, args.dialect, rows, &args.output, |_, _| ())?;
            let mut out = Out::default();
            for line in bytes.split(|byte| *byte == b'\n') {
                out.line(&crate::base::safe_text::visible(line.strip_suffix(b"\r").unwrap_or(line)))?;
            }
            (out, count)
        } else {
            write_csv(Out::default(), columns, args.dialect, rows, &args.output, |_, _| ())?
        };
        out.flush()?;
        count
    } else {
        let bar = crate::cli::progress::bar("rows");
        let count = save_csv(&args.output, columns, args.dialect, rows, |done, total| {
            bar.set_length(total);
            bar.set_position(done);
        })?;
        bar.finish_and_clear();
        count
    };
    let place = if args.output == Path::new("-") { String::new() } else { format!(" to {}", args.output.display()) };
    say(&format!(
        "{}{place}, {}, dialect {}",
        units::counted(count, "row", "rows"),
        args.columns
            .as_ref()
            .map_or_else(|| format!("layout {}", args.layout.name()), |names| format!("columns {names}")),
        args.dialect.name()
    ));
    if args.dialect == Dialect::Excel && count >= EXCEL_ROWS {
        say("spreadsheets show only the first 1,048,575 rows of a file");
    }
    Ok(())
}
