//! `search`: requests as rows.

use serde_json::json;

use crate::base::cancel::Cancel;
use crate::base::units;
use crate::cli::args::{Format, SearchArgs};
use crate::cli::error::{ErrorKind, UserError};
use crate::cli::option_values::{read_columns, read_limit, read_sort};
use crate::cli::output::{Out, TextTable, say, terminal_width};
use crate::cli::text;
use crate::cli::view::View;
use crate::engine::Want;
use crate::engine::question::{Anchor, PageWant};
use crate::export::columns::{Column, Layout, chosen, columns};
use crate::export::csv_file::{CsvWriter, Dialect};
use crate::export::json::{record, record_columns};
use crate::model::record::StoredRecord;
use crate::model::view_spec::ColumnContent;
use crate::runtime::save::{SaveError, each_row};

/// Lists requests.
pub fn run(args: &SearchArgs) -> Result<(), UserError> {
    let view = View::open(&args.view, &args.query)?;
    let sort = read_sort(args.sort.as_deref())?;
    let limit = read_limit(&args.limit)?.unwrap_or(u64::MAX);
    let chosen = args.columns.as_deref().map(read_columns).transpose()?;
    let question = view.question(vec![Want::Page(PageWant { sort, at: Anchor::Start, limit: 0 })]);

    let mut out = Out::default();
    let mut sink = Sink::new(args.format, &view, chosen.as_deref(), &mut out)?;
    let total = each_row(view.store.as_ref(), &view.snapshot, &question, limit, &Cancel::new(), |row, _| {
        sink.row(row).map_err(SaveError::from)
    })?;
    sink.finish(total)?;
    out.flush()?;
    if limit < total {
        say(&format!(
            "{} of {}; -n all shows every one",
            units::count(limit),
            units::counted(total, "request", "requests")
        ));
    } else {
        say(&units::counted(total, "request", "requests"));
    }
    if total == 0 {
        view.say_why_nothing_matches()?;
        return Err(UserError::not_found());
    }
    Ok(())
}

impl From<UserError> for SaveError {
    fn from(error: UserError) -> Self {
        let kind = match error.kind {
            ErrorKind::ClosedPipe => std::io::ErrorKind::BrokenPipe,
            _ => std::io::ErrorKind::Other,
        };
        Self::Write { path: "standard output".into(), source: std::io::Error::new(kind, error.message) }
    }
}

/// Where rows go.
enum Sink<'a> {
    Table { table: TextTable, columns: Vec<ColumnContent>, view: &'a View, out: &'a mut Out },
    Json { is_first: bool, chosen: Option<&'a [ColumnContent]>, is_lines: bool, out: &'a mut Out },
    Csv(Box<CsvWriter<&'a mut Out>>),
}

impl<'a> Sink<'a> {
    fn new(
        format: Format,
        view: &'a View,
        own: Option<&'a [ColumnContent]>,
        out: &'a mut Out,
    ) -> Result<Self, UserError> {
        Ok(match format {
            Format::Table | Format::Markdown => {
                let width = terminal_width();
                let columns = text::columns(&view.spec, width, own);
                let titles = text::titles(&view.spec, &columns);
                let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
                let table = TextTable::new(&titles).markdown(format == Format::Markdown).cut_to(width);
                Self::Table { table, columns, view, out }
            }
            Format::Json | Format::Jsonl => {
                Self::Json { is_first: true, chosen: own, is_lines: format == Format::Jsonl, out }
            }
            Format::Csv => {
                let columns: Vec<Column> = match own {
                    Some(contents) => chosen(contents),
                    None => columns(Layout::View, &view.spec),
                };
                Self::Csv(Box::new(CsvWriter::new(out, columns, Dialect::Raw)?))
            }
        })
    }

    fn row(&mut self, row: &StoredRecord) -> Result<(), UserError> {
        match self {
            Self::Table { table, columns, view, .. } => {
                table.row(columns.iter().map(|column| text::cell(row, column, view.context.zone)));
            }
            Self::Json { is_first, chosen, is_lines, out } => {
                let json = chosen.map_or_else(|| record(row), |contents| record_columns(row, contents));
                if !*is_lines {
                    out.text(if *is_first { "{\"records\":[" } else { "," })?;
                    *is_first = false;
                }
                out.json(&json)?;
            }
            Self::Csv(writer) => writer.write(row)?,
        }
        Ok(())
    }

    fn finish(self, total: u64) -> Result<(), UserError> {
        match self {
            Self::Table { table, out, .. } => out.table(&table),
            Self::Json { is_lines: true, .. } => Ok(()),
            Self::Json { is_first: true, out, .. } => out.json(&json!({"records": [], "total": total, "exact": true})),
            Self::Json { out, .. } => out.line(&format!("],\"total\":{total},\"exact\":true}}")),
            Self::Csv(writer) => {
                writer.finish()?;
                Ok(())
            }
        }
    }
}
