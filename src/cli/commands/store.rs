//! `store`: what is in it, whether it is whole, columns made again, what is old deleted.

use std::sync::Arc;

use serde_json::json;

use crate::base::cancel::Cancel;
use crate::base::time::Timestamp;
use crate::base::units;
use crate::cli::args::{Format, RetainArgs, StoreArgs, StoreCommand, StoreInfoArgs};
use crate::cli::context::{Context, FoundStore};
use crate::cli::error::UserError;
use crate::cli::interrupt::cancel_on_interrupt;
use crate::cli::option_values::read_depth;
use crate::cli::output::{Out, TextTable, say};
use crate::cli::progress;
use crate::engine::local::Store;
use crate::model::intake::Coverage;

/// Looks after a store.
pub fn run(command: &StoreCommand) -> Result<(), UserError> {
    match command {
        StoreCommand::Info(args) => info(args),
        StoreCommand::Verify(args) => verify(&args.store),
        StoreCommand::Rebuild(args) => rebuild(&args.store),
        StoreCommand::Retain(args) => retain(args),
    }
}

fn open(args: &StoreArgs) -> Result<(Context, Arc<Store>, FoundStore), UserError> {
    let context = Context::load(args, None)?;
    // What is missing is in what these commands say themselves.
    let found = context.find_store()?;
    let store = context.open(&found.folder, false)?;
    Ok((context, store, found))
}

fn info(args: &StoreInfoArgs) -> Result<(), UserError> {
    let (context, store, found) = open(&args.store)?;
    let info = store.info()?;
    let sources = store.source_records()?;
    let [raw, columns, database] = info.bytes;
    let mut out = Out::default();
    match args.format {
        Format::Json | Format::Jsonl => {
            let sources: Vec<_> = sources
                .iter()
                .map(|source| {
                    json!({
                        "name": source.name, "kind": source.kind, "bad": source.bad, "redacted": source.redacted,
                        "gaps": source.gaps.len(),
                        "complete": source.coverage.as_ref().and_then(Coverage::newest).map(|span| json!({
                            "from": span.from.rfc3339(0), "until": span.until.rfc3339(0),
                        })),
                    })
                })
                .collect();
            out.json(&json!({
                "folder": found.folder.display().to_string(), "records": info.records,
                "head_records": info.head_records, "segments": info.segments, "as_of": info.as_of,
                "bytes": { "raw": raw, "columns": columns, "database": database },
                "first": info.span.map(|(first, _)| first.rfc3339(6)),
                "last": info.span.map(|(_, last)| last.rfc3339(6)),
                "missing": info.missing.iter().map(|missing| json!({
                    "records": missing.records, "reason": missing.reason, "repair": missing.repair.advice(),
                })).collect::<Vec<_>>(),
                "sources": sources,
            }))?;
        }
        Format::Table | Format::Csv | Format::Markdown => {
            let mut table = TextTable::new(&["", ""]).markdown(args.format == Format::Markdown);
            let total = raw + columns + database;
            let each = total.checked_div(info.records).map_or(String::new(), |each| format!(", {each} a request"));
            table.row(["folder", &found.folder.display().to_string()]);
            table.row(["requests", &units::count(info.records)]);
            if let Some((first, last)) = info.span {
                table.row(["from", &first.full(context.zone, 0)]);
                table.row(["to", &last.full(context.zone, 0)]);
            }
            table.row(["bytes", &format!("{}{each}", units::bytes(total))]);
            table.row(["segments", &segments(info.segments, info.head_records, [raw, columns, database])]);
            for missing in &info.missing {
                table.row(["missing", &missing.to_string()]);
            }
            table.row(["as of", &info.as_of.to_string()]);
            if let Some(from) = info.retained_from {
                table.row(["kept from", &from.full(context.zone, 0)]);
            }
            out.table(&table)?;
            out.line("")?;
            let mut table =
                TextTable::new(&["Source", "Kind", "Complete from", ">Gaps", ">Bad rows", ">Redacted", "Last new"])
                    .markdown(args.format == Format::Markdown);
            for source in &sources {
                let from =
                    source.coverage.as_ref().and_then(Coverage::newest).map(|span| span.from.full(context.zone, 0));
                table.row([
                    source.name.clone(),
                    source.kind.clone(),
                    from.unwrap_or_default(),
                    units::count(source.gaps.len() as u64),
                    units::count(source.bad),
                    units::count(source.redacted),
                    source.last_intake.map(|at| at.full(context.zone, 0)).unwrap_or_default(),
                ]);
            }
            out.table(&table)?;
        }
    }
    out.flush()
}

fn segments(segments: usize, head: u64, [raw, columns, database]: [u64; 3]) -> String {
    format!(
        "{segments} ({} of rows, {} of columns), {} more in the database ({})",
        units::bytes(raw),
        units::bytes(columns),
        units::count(head),
        units::bytes(database)
    )
}

fn verify(args: &StoreArgs) -> Result<(), UserError> {
    let (_, store, found) = open(args)?;
    let cancel = Cancel::new();
    cancel_on_interrupt(&cancel)?;
    let bar = progress::bar("requests");
    bar.set_length(store.info()?.records);
    let verified = store.verify(&cancel, |records| bar.set_position(records))?;
    bar.finish_and_clear();
    for problem in &verified.problems {
        say(problem);
    }
    let mut out = Out::default();
    out.line(&crate::base::safe_text::visible_str(&format!(
        "{}: {} in {} and {} can be read",
        found.folder.display(),
        units::counted(verified.records, "request", "requests"),
        units::counted(verified.segments as u64, "segment", "segments"),
        units::counted(verified.batches as u64, "batch", "batches"),
    )))?;
    out.flush()?;
    if verified.problems.is_empty() {
        return Ok(());
    }
    let problems = units::counted(verified.problems.len() as u64, "problem", "problems");
    Err(UserError::failed(format!("the store has {problems}"))
        .with_hint("reqscope store rebuild makes columns again; damaged rows are read from their source again"))
}

fn rebuild(args: &StoreArgs) -> Result<(), UserError> {
    let (_, store, _) = open(args)?;
    let cancel = Cancel::new();
    cancel_on_interrupt(&cancel)?;
    store.sweep()?;
    let bar = progress::bar("segments");
    bar.set_length(store.info()?.segments as u64);
    let segments = store.rebuild(&cancel, |done| bar.set_position(done as u64))?;
    bar.finish_and_clear();
    let mut out = Out::default();
    out.line(&format!("columns of {} made again", units::counted(segments as u64, "segment", "segments")))?;
    out.flush()
}

fn retain(args: &RetainArgs) -> Result<(), UserError> {
    let span = read_depth(&args.span, "90d")?;
    let (context, store, _) = open(&args.store)?;
    let cancel = Cancel::new();
    cancel_on_interrupt(&cancel)?;
    let oldest = Timestamp::now().plus(-span);
    let retained = store.retain_from(oldest, &cancel)?;
    let mut out = Out::default();
    out.line(&format!(
        "{} from before {} deleted, {} and {} with them",
        units::counted(retained.records, "request", "requests"),
        oldest.full(context.zone, 0),
        units::counted(retained.segments as u64, "segment", "segments"),
        units::bytes(retained.bytes)
    ))?;
    out.flush()
}
