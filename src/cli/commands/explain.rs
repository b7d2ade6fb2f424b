//! `formats explain`: what a file is read as, and why; its first request, field by field.

use std::fs::File;
use std::path::Path;

use crate::base::safe_text::visible_str;
use crate::base::units;
use crate::cli::args::{ExplainArgs, StoreArgs};
use crate::cli::context::Context;
use crate::cli::error::UserError;
use crate::cli::output::{Out, TextTable};
use crate::model::envelope::{Decisions, RowReader as _};
use crate::model::field::Field;
use crate::model::record::Record;
use crate::runtime::import::{ImportOptions, detect, read_head};
use crate::source::format::detect::Detected;
use crate::source::format::split::{AtEnd, Layout, Piece, Splitter};
use crate::source::redact::redact;

/// Explains a file.
pub fn run(args: &ExplainArgs) -> Result<(), UserError> {
    let context = Context::load(&StoreArgs::default(), None)?;
    let options = ImportOptions {
        format: args.reading.format.clone(),
        decisions: context.decisions(None, args.reading.unit.as_deref(), args.reading.tz.as_deref())?,
        keep_secrets: false,
    };
    let is_stdin = args.file == Path::new("-");
    let name = if is_stdin { "standard input".into() } else { args.file.display().to_string() };
    let read =
        || if is_stdin { read_head(&mut std::io::stdin().lock()) } else { read_head(&mut File::open(&args.file)?) };
    let head = read().map_err(|error| UserError::failed(format!("{name}: {error}")))?;
    let found = detect(&context.registry, &name, &head, &options)?;
    let mut out = Out::default();
    let title = found.format.title();
    out.line(&visible_str(&format!(
        "{name} is read as {}: {title}, {}",
        found.format.name(),
        layout_words(&found.layout)
    )))?;
    if args.reading.format.is_none() {
        for (format, fit) in context.registry.fits(&head, &options.decisions) {
            let said = match fit {
                Ok(keys) if format == found.format.name() => {
                    format!("fits best, by {}", units::counted(keys, "sign", "signs"))
                }
                Ok(keys) => format!("fits too, by {}", units::counted(keys, "sign", "signs")),
                Err(reason) => format!("does not fit: {reason}"),
            };
            out.line(&visible_str(&format!("  {format:<16} {said}")))?;
        }
    }
    first_row(&mut out, &found, &head, &options.decisions)?;
    out.flush()
}

fn layout_words(layout: &Layout) -> String {
    match layout {
        Layout::Lines => "a row is a line".into(),
        Layout::JsonLines => "a row is a line of JSON".into(),
        Layout::JsonElements => "rows are JSON objects, in a list or one behind the other".into(),
        Layout::JsonList(key) => format!("rows are the JSON objects under “{key}”"),
        Layout::Csv { delimiter, heading } => {
            let heading = if heading.is_some() { "with a heading" } else { "without a heading" };
            let delimiter = match delimiter {
                b'\t' => "tabs".to_owned(),
                other => format!("“{}”", char::from(*other)),
            };
            format!("CSV {heading}, parted by {delimiter}")
        }
    }
}

/// Prints the first row as it is read; secrets are taken out, as on import.
fn first_row(out: &mut Out, found: &Detected, head: &[u8], decisions: &Decisions) -> Result<(), UserError> {
    let failed = |error: &dyn std::fmt::Display| UserError::failed(error.to_string());
    let reader = found.format.open(found.layout.heading(), decisions).map_err(|error| failed(&error))?;
    let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    let mut splitter = Splitter::new(head, &found.layout, AtEnd::Finish);
    let mut bad = 0_u64;
    loop {
        let (row, line) = match splitter.next_piece().map_err(|error| failed(&error))? {
            None => return out.line("there is no row to show"),
            Some(Piece::Row(row)) => (redact(row.bytes).0.into_owned(), row.line),
            Some(Piece::Bad(_)) => {
                bad += 1;
                continue;
            }
        };
        let mut record = Record::default();
        if reader.read(&row, &mut record).is_ok() {
            if bad > 0 {
                out.line(&format!("{} before it cannot be read", units::counted(bad, "row", "rows")))?;
            }
            let at = line.map_or(String::new(), |line| format!(", line {line}"));
            out.line(&format!("\nThe first row{at}, as it is read:"))?;
            return print(out, &record);
        }
        bad += 1;
    }
}

fn print(out: &mut Out, record: &Record<'_>) -> Result<(), UserError> {
    let mut table = TextTable::new(&["Field", "Value"]);
    for field in Field::all() {
        if let Some(value) = record.bytes(&field.into()) {
            table.row([field.name().as_bytes(), value.as_ref()]);
        }
    }
    for (path, value) in &record.attributes {
        table.row([format!("attributes.{path}").as_bytes(), value.as_ref()]);
    }
    out.table(&table)
}
