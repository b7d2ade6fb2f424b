//! `get`: requests by their ids, from the store and, where it lacks them, from the backend.

use std::io::Read;

use serde_json::json;

use crate::app::event::{FindReport, FoundBy, FoundLine};
use crate::base::shell::shell_word;
use crate::base::time::Timestamp;
use crate::cli::args::{Format, GetArgs};
use crate::cli::context::Context;
use crate::cli::error::UserError;
use crate::cli::output::{Out, TextTable, say};
use crate::export::detail::{self, DetailContext, LineKind};
use crate::export::json;
use crate::model::envelope::Arrival;
use crate::model::record::StoredRecord;
use crate::model::request_id::{ID_FORMS, IdQuery, ids_in};
use crate::model::value::Outcome;
use crate::query::print::typed;
use crate::runtime::finder::Finder;
use crate::runtime::source_settings::view_of;

/// Text with ids in it is read up to so many bytes.
const MOST_TEXT: u64 = 16 << 20;

/// Shows requests.
pub fn run(args: &GetArgs) -> Result<(), UserError> {
    let ids = read_ids(&args.ids)?;
    let context = Context::load(&args.store, args.tz.as_deref())?;
    let (store, _) = context.open_for_reading()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let backends = if args.offline { Vec::new() } else { context.backends(&store)? };
    let finder = Finder::new(store.clone(), backends, Some(runtime.handle().clone()));
    let mut report = FindReport { lines: Vec::new(), is_asking: false };
    finder.find(&ids, |newer| report = newer);
    runtime.shutdown_background();

    let mut out = Out::default();
    match args.format {
        Format::Table => {
            let sources = context.sources(&store)?;
            for (place, record) in report.lines.iter().flat_map(|line| &line.records).enumerate() {
                if place > 0 {
                    out.line("")?;
                }
                let source = sources.iter().find(|source| source.name == record.origin.source);
                let view = source
                    .map_or_else(|| view_of(&context.registry, &record.origin.format), |source| source.view.clone());
                print_detail(&mut out, record, &view, context.zone)?;
            }
        }
        Format::Markdown => {
            let mut table = TextTable::new(&["Request-ID", "Time", "Status", "Source"]).markdown(true);
            for record in report.lines.iter().flat_map(|line| &line.records) {
                let time = record.time().full(context.zone, 0);
                table.row([
                    &*record.id_text(),
                    time.as_bytes(),
                    &detail::status_line(record),
                    record.origin.source.as_bytes(),
                ]);
            }
            out.table(&table)?;
        }
        Format::Json => {
            let found: Vec<_> = report.lines.iter().flat_map(found_json).collect();
            let missing: Vec<_> = report
                .lines
                .iter()
                .filter(|line| line.records.is_empty())
                .map(|line| json!({"id": line.id.text(), "searched": line.searched}))
                .collect();
            out.json(&json!({"found": found, "missing": missing}))?;
        }
        Format::Jsonl => {
            for record in report.lines.iter().flat_map(found_json) {
                out.json(&record)?;
            }
        }
        Format::Csv => {
            use crate::export::columns::{Layout, columns};
            use crate::export::csv_file::{CsvWriter, Dialect};
            let columns = columns(Layout::Full, &view_of(&context.registry, "json-lines"));
            let mut writer = CsvWriter::new(&mut out, columns, Dialect::Raw)?;
            for record in report.lines.iter().flat_map(|line| &line.records) {
                writer.write(record)?;
            }
            writer.finish()?;
        }
    }
    out.flush()?;
    for line in report.lines.iter().filter(|line| !line.records.is_empty()) {
        match &line.by {
            FoundBy::Id => {}
            FoundBy::Mention => {
                say(&format!("{} is no Request-ID here; it stands inside what is shown", line.id.text()));
            }
            FoundBy::Attributes(_) => {
                let attributes = line.by.attributes().unwrap_or_default();
                say(&format!("{} is no Request-ID here, but {attributes}", line.id.text()));
            }
        }
        if line.by != FoundBy::Id && line.all > line.records.len() as u64 {
            let query = shell_word(&typed(&line.asked_inside()));
            let store = args.store.store.as_ref().map(|folder| shell_word(&folder.to_string_lossy()));
            let store = store.map(|folder| format!(" --store {folder}")).unwrap_or_default();
            say(&format!(
                "the newest {} of {} are shown; all: reqscope search{store} --source all --period all {query}",
                line.records.len(),
                line.all
            ));
        }
    }
    for line in report.lines.iter().filter(|line| line.records.is_empty()) {
        say(&format!("{} was not found: {}", line.id.text(), line.searched));
    }
    if report.lines.iter().any(|line| !line.records.is_empty()) { Ok(()) } else { Err(UserError::not_found()) }
}

/// The records of an id. Where it is not their Request-ID, that id and the attributes that have it are beside them;
/// none where it stands in another text.
fn found_json(line: &FoundLine) -> impl Iterator<Item = serde_json::Value> {
    line.records.iter().map(move |record| {
        let mut json = json::record(record);
        if let Some(object) = json.as_object_mut() {
            object.insert("just_fetched".into(), (record.origin.arrival == Arrival::Fetched).into());
            match &line.by {
                FoundBy::Id => {}
                FoundBy::Mention => {
                    object.insert("found_by".into(), json!({"id": line.id.text(), "in": []}));
                }
                FoundBy::Attributes(_) => {
                    let fields: Vec<String> = line.attributes_of(record).map(ToString::to_string).collect();
                    object.insert("found_by".into(), json!({"id": line.id.text(), "in": fields}));
                }
            }
        }
        json
    })
}

/// Ids from arguments; `-` stands for any text on standard input.
fn read_ids(arguments: &[String]) -> Result<Vec<IdQuery>, UserError> {
    let mut ids = Vec::new();
    for argument in arguments {
        if argument == "-" {
            let mut text = Vec::new();
            std::io::stdin().lock().take(MOST_TEXT).read_to_end(&mut text)?;
            let text = String::from_utf8_lossy(&text).into_owned();
            let found = ids_in(&text);
            if found.is_empty() {
                return Err(UserError::usage("there is no id in what standard input gave").with_hint(ID_FORMS));
            }
            ids.extend(found);
        } else {
            let id = IdQuery::read(argument).ok_or_else(|| {
                UserError::usage(format!("“{argument}” is no id"))
                    .with_hint("write a whole id, its first four or more characters, or a handle")
            })?;
            ids.push(id);
        }
    }
    let mut unique = Vec::new();
    for id in ids {
        if !unique.contains(&id) {
            unique.push(id);
        }
    }
    Ok(unique)
}

/// The line that fields' labels take a part of.
const LABELS: usize = 120;

fn print_detail(
    out: &mut Out,
    record: &StoredRecord,
    view: &crate::model::view_spec::ViewSpec,
    zone: chrono_tz::Tz,
) -> Result<(), UserError> {
    let context = DetailContext { view, zone, now: Timestamp::now(), inferred_impersonator: None };
    let lines = detail::lines(record, &context);
    let label = detail::label_width(&lines, LABELS);
    for line in lines {
        let value = crate::base::safe_text::visible(&line.value);
        let text = match line.kind {
            LineKind::Blank => String::new(),
            LineKind::Id => format!("{} {value}", line.label),
            LineKind::Status(Outcome::Failure) => format!("failed: {value}"),
            LineKind::Status(Outcome::Success) => format!("ok: {value}"),
            LineKind::Problem | LineKind::Note => value.into_owned(),
            LineKind::Fact => format!("{:<7} {value}", line.label),
            LineKind::Heading => format!("── {} ──", line.label),
            LineKind::Field | LineKind::Raw => {
                format!("  {:<label$} {value}", crate::base::safe_text::visible_str(&line.label))
            }
        };
        out.line(text.trim_end())?;
    }
    Ok(())
}
