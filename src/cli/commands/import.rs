//! `import`: files into the store.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use crate::base::cancel::Cancel;
use crate::base::units;
use crate::cli::args::ImportArgs;
use crate::cli::context::Context;
use crate::cli::error::{ErrorKind, UserError};
use crate::cli::interrupt::{cancel_on_interrupt, end_while_waiting};
use crate::cli::output::{Out, say};
use crate::cli::progress;
use crate::engine::local::Store;
use crate::engine::local::ahead::Ahead;
use crate::model::intake::IntakeResult;
use crate::runtime::import::{ImportOptions, ImportReport, Input, Progress, import};
use crate::runtime::source_settings::{IMPORTED, SourceSettings};
use crate::runtime::watched::watched;

/// Bad rows that are shown of each file; all are kept in the store.
const SHOWN_BAD_ROWS: usize = 5;

/// How often progress is shown.
const LOOK: Duration = Duration::from_millis(50);

/// Imports files.
pub fn run(args: &ImportArgs) -> Result<(), UserError> {
    let context = Context::load(&args.store, None)?;
    let redact = args.source.as_deref().and_then(|name| context.config.source(name)).map(|source| source.redact.value);
    let options = ImportOptions {
        format: args.reading.format.clone(),
        decisions: context.decisions(
            args.source.as_deref(),
            args.reading.unit.as_deref(),
            args.reading.tz.as_deref(),
        )?,
        keep_secrets: args.keep_secrets || redact == Some(false),
    };
    let cancel = Cancel::new();
    cancel_on_interrupt(&cancel)?;
    if args.files.iter().any(|path| path == Path::new("-")) {
        // Nothing of an import is there before all of it is; files of one that was given up are swept.
        end_while_waiting(&cancel)?;
    }
    let mut store = None;
    let mut out = Out::default();
    let (mut failed, mut stored) = (None, 0);
    for path in &args.files {
        match import_one(&context, &mut store, args, path, &options, &cancel) {
            Ok((source, report)) => {
                tell(&mut out, path, &source, &report)?;
                stored += report.result.stored;
                if report.result.stored + report.result.already == 0 && report.result.bad > 0 {
                    failed = Some(UserError::failed(format!("no row of {} could be read", path.display())));
                }
            }
            // The other files are imported all the same.
            Err(error) if error.kind != ErrorKind::Interrupted && args.files.len() > 1 => {
                say(&error.to_string());
                failed = Some(UserError { message: String::new(), ..error });
            }
            Err(error) => return Err(error),
        }
    }
    out.flush()?;
    if let Some(store) = store.filter(|_| stored > 0) {
        // What is not counted now is counted when it is asked for.
        let _ = store.count_ahead(Ahead::Imported(stored), &cancel);
    }
    failed.map_or(Ok(()), Err)
}

fn import_one(
    context: &Context,
    store: &mut Option<Arc<Store>>,
    args: &ImportArgs,
    path: &Path,
    options: &ImportOptions,
    cancel: &Cancel,
) -> Result<(String, ImportReport), UserError> {
    let input = Input::open(&context.registry, path, options)?;
    // No store is made for files that are not there.
    let store = match store {
        Some(store) => store,
        None => store.insert(open_store(context)?),
    };
    let source = args.source.clone().unwrap_or_else(|| input.format().to_owned());
    if store.source_record(&source)?.is_none_or(|known| known.settings.is_none()) {
        let settings = SourceSettings::of_format(&context.registry, input.format());
        store.put_source(&source, IMPORTED, Some(&settings.to_json()))?;
    }
    let bar = progress::byte_bar();
    let progress = Progress::default();
    let work = || import(store, &context.registry, &source, input, options, &progress, cancel);
    let report = watched(LOOK, work, || {
        bar.set_length(progress.total.load(Ordering::Relaxed));
        bar.set_position(progress.bytes.load(Ordering::Relaxed));
    });
    bar.finish_and_clear();
    Ok((source, report?))
}

fn open_store(context: &Context) -> Result<Arc<Store>, UserError> {
    let store = context.open(&context.usual_store()?.folder, true)?;
    store.sweep()?;
    Ok(store)
}

fn tell(out: &mut Out, path: &Path, source: &str, report: &ImportReport) -> Result<(), UserError> {
    let IntakeResult { stored, already, .. } = report.result;
    let bad = report.result.bad;
    let name = if path == Path::new("-") { "standard input".into() } else { path.display().to_string() };
    out.line(&crate::base::safe_text::visible_str(&format!(
        "{name}: {} read as {} into {source}: {} stored, {} already there, {} bad",
        units::counted(stored + already + bad, "row", "rows"),
        report.format,
        units::count(stored),
        units::count(already),
        units::count(bad)
    )))?;
    for note in &report.notes {
        say(&format!("note: {note}"));
    }
    for bad in report.bad_rows.iter().take(SHOWN_BAD_ROWS) {
        say(&format!("bad row at {}: {}", bad.place, bad.reason));
    }
    let more = report.result.bad.saturating_sub(SHOWN_BAD_ROWS as u64);
    if more > 0 {
        say(&format!("… and {} more; reqscope doctor shows the newest that are kept", units::count(more)));
    }
    Ok(())
}
