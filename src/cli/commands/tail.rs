//! `tail`: requests as they arrive.

use std::io::IsTerminal;
use std::sync::Arc;
use std::time::{Duration, Instant};

use unicode_segmentation::UnicodeSegmentation;

use crate::app::source_view::{Keeper, SourceKind};
use crate::base::cancel::Cancel;
use crate::base::safe_text::{cells_of, from_start, visible, width};
use crate::base::time::{SECOND, Timestamp};
use crate::cli::args::{Format, TailArgs};
use crate::cli::context::Context;
use crate::cli::error::UserError;
use crate::cli::interrupt::{cancel_on_interrupt, end_while_waiting};
use crate::cli::option_values::read_span;
use crate::cli::output::{Out, say};
use crate::cli::sent::Sent;
use crate::cli::text;
use crate::cli::view::{chosen_source, read_query};
use crate::engine::question::{Anchor, PageWant, Sort};
use crate::engine::{Engine, Question, Want, ask_whole};
use crate::export::json;
use crate::model::field::{Field, Kind};
use crate::model::period::TimeRange;
use crate::model::record::StoredRecord;
use crate::model::view_spec::{ColumnContent, ViewSpec};
use crate::query::Filter;
use crate::runtime::keeper::Keepers;
use crate::runtime::keeper_event::{KeeperEvent, TellKeeper};
use crate::runtime::source_settings::view_of;

/// How often the store is looked at.
const LOOK: Duration = Duration::from_millis(100);

/// Records that are taken at once.
const BATCH: usize = 1_000;

/// A request that is older than this when it arrives belongs to the past that is being fetched.
const LIVE: i64 = 5 * 60 * SECOND;

/// Follows until it is ended.
pub fn run(args: &TailArgs) -> Result<(), UserError> {
    let until = match &args.timeout {
        Some(text) => Some(Instant::now() + Duration::from_micros(read_span(text, "30s or 5m")?)),
        None => None,
    };
    if !matches!(args.format, Format::Table | Format::Jsonl) {
        return Err(UserError::usage("tail writes lines").with_hint("--format table or --format jsonl"));
    }
    let context = Context::load(&args.store, args.tz.as_deref())?;
    let kept = context.kept(&[], None)?;
    let found = context.find_store()?;
    let store = context.open(&found.folder, !kept.is_empty())?;
    let cancel = Cancel::new();
    cancel_on_interrupt(&cancel)?;
    end_while_waiting(&cancel)?;
    let tell: TellKeeper = Arc::new(|event| {
        if let KeeperEvent::Notice { text, .. } = event {
            say(&text);
        }
    });
    let mut keepers = Keepers::new(Arc::clone(&store), Arc::clone(&context.registry), tell)?;
    let names: Vec<String> = kept.iter().map(|kept| kept.source().to_owned()).collect();
    for kept in kept {
        keepers.keep(kept)?;
    }

    let sources = context.sources(&store)?;
    let source = chosen_source(&context, &sources, args.source.as_deref())?;
    let snapshot = store.snapshot()?;
    let named = source.map(|source| source.name.as_str());
    let sent = Sent { store: &store, snapshot: &snapshot, source: named, is_all: false };
    let parsed = read_query(&args.queries, &args.query, (Timestamp::now(), context.zone), &sent)?;
    parsed.sentences().iter().for_each(|sentence| say(sentence));
    if args.source.is_none() {
        say(source.map_or("all sources", |source| source.name.as_str()));
    }
    if let Some(source) = source.filter(|source| source.keeper == Keeper::Nobody && !names.contains(&source.name)) {
        let name = &source.name;
        say(&match source.kind {
            SourceKind::Imported => format!("{name} was imported: only another import brings new requests"),
            SourceKind::Polled => format!("nobody polls {name} now: reqscope collect, or a screen, does"),
            SourceKind::Followed => format!("nobody follows the files of {name} now: a screen that has them open does"),
        });
    }
    let spec = source.map_or_else(|| view_of(&context.registry, "json-lines"), |source| source.view.clone());
    let mut lines = Lines::new(args.format, &spec, context.zone);
    let name = source.map(|source| source.name.clone());

    let mut after = snapshot.as_of;
    let page = PageWant { sort: Sort::default(), at: Anchor::Start, limit: args.limit };
    let question = Question {
        filter: parsed.filter.clone(),
        range: TimeRange::ALL,
        source: name.clone(),
        wants: vec![Want::Page(page)],
    };
    let answer = ask_whole(store.as_ref(), &snapshot, &question, &cancel)?;
    for record in answer.into_page().map(|page| page.rows).unwrap_or_default().iter().rev() {
        lines.write(record)?;
    }
    lines.flush()?;

    let mut count = 0_u64;
    while !cancel.is_cancelled() && until.is_none_or(|until| Instant::now() < until) {
        store.refresh()?;
        let snapshot = store.snapshot()?;
        if snapshot.as_of == after {
            cancel.wait(LOOK);
            continue;
        }
        let records = arrived(store.as_ref(), &snapshot, after, &parsed.filter)?;
        let is_more = records.len() == BATCH;
        after = if is_more { records.last().map_or(after, StoredRecord::seq) } else { snapshot.as_of };
        for record in records {
            let is_of_source = name.as_ref().is_none_or(|name| record.origin.source == *name);
            if is_of_source && record.time().plus(LIVE) >= record.first_seen {
                lines.write(&record)?;
                count += 1;
            }
        }
        lines.flush()?;
    }
    keepers.stop();
    match () {
        () if cancel.is_cancelled() => Err(UserError::interrupted()),
        () if count == 0 => Err(UserError::not_found()),
        () => Ok(()),
    }
}

fn arrived(
    engine: &dyn Engine,
    snapshot: &crate::engine::Snapshot,
    after: crate::model::handle::Seq,
    filter: &Filter,
) -> Result<Vec<StoredRecord>, UserError> {
    Ok(engine.follow(snapshot, after, filter, BATCH)?)
}

/// Lines as they come, in columns that stand from the first line on.
struct Lines {
    out: Out,
    format: Format,
    columns: Vec<ColumnContent>,
    is_right: Vec<bool>,
    widths: Vec<usize>,
    /// Whether names are cut to their columns: on a terminal, where those behind them would not stand below each other.
    has_cut_names: bool,
    zone: chrono_tz::Tz,
}

/// The longest of the methods that have a name in a standard.
const LONGEST_METHOD: &str = "PROPPATCH";

/// Cells of columns with longer texts.
const WIDEST: usize = 40;

impl Lines {
    fn new(format: Format, spec: &ViewSpec, zone: chrono_tz::Tz) -> Self {
        let is_terminal = std::io::stdout().is_terminal();
        let cells = is_terminal.then(crate::cli::output::terminal_width).flatten();
        let columns = text::columns(spec, cells, None);
        let is_right = text::titles(spec, &columns).iter().map(|title| title.starts_with('>')).collect();
        Self { has_cut_names: is_terminal, ..Self::of_columns(format, columns, is_right, zone) }
    }

    fn of_columns(format: Format, columns: Vec<ColumnContent>, is_right: Vec<bool>, zone: chrono_tz::Tz) -> Self {
        let widths = columns
            .iter()
            .map(|column| match column {
                ColumnContent::Problem => WIDEST,
                ColumnContent::StatusAndGateway => 12,
                ColumnContent::Field(field) => match field.known() {
                    Some(Field::Time) => 19,
                    Some(Field::Status) => 6,
                    Some(Field::Method) => LONGEST_METHOD.len(),
                    Some(Field::Duration | Field::Delay) => 7,
                    Some(Field::Path) => WIDEST,
                    Some(Field::RequestId) => 32,
                    _ => 15,
                },
            })
            .collect();
        Self { out: Out::default(), format, widths, is_right, columns, has_cut_names: false, zone }
    }

    fn write(&mut self, record: &StoredRecord) -> Result<(), UserError> {
        if self.format == Format::Jsonl {
            return self.out.json(&json::record(record));
        }
        let line = self.line(record);
        self.out.line(&line)
    }

    fn line(&self, record: &StoredRecord) -> String {
        let mut line = String::new();
        for (place, column) in self.columns.iter().enumerate() {
            let cell = text::cell(record, column, self.zone);
            let mut cell = visible(&cell);
            let is_name = matches!(column, ColumnContent::Field(field) if field.kind() == Kind::Name);
            if self.has_cut_names && is_name && place + 1 < self.columns.len() {
                cell = cut_in_middle(&cell, self.widths[place]).into();
            }
            let cells = width(&cell);
            let space = " ".repeat(self.widths[place].saturating_sub(cells));
            let (before, after) = if self.is_right[place] { (space.as_str(), "") } else { ("", space.as_str()) };
            line.push_str(before);
            line.push_str(&cell);
            line.push_str(after);
            line.push_str("  ");
        }
        line.truncate(line.trim_end().len());
        line
    }

    fn flush(&mut self) -> Result<(), UserError> {
        self.out.flush()
    }
}

/// Text in at most so many cells; what is cut is in its middle, since names differ at their ends.
fn cut_in_middle(text: &str, room: usize) -> String {
    if width(text) <= room {
        return text.to_owned();
    }
    let clusters: Vec<&str> = text.graphemes(true).collect();
    let ends = room.saturating_sub(1);
    let head = from_start(&clusters, ends - ends / 2);
    let tail = (head.len()..=clusters.len()).find(|from| cells_of(&clusters[*from..]) <= ends / 2);
    format!("{}…{}", head.concat(), clusters[tail.unwrap_or(clusters.len())..].concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::testing::{Driver, one_record};

    #[test]
    fn a_long_name_is_cut_on_a_terminal_alone() {
        let columns = vec![ColumnContent::Field(Field::Client.into()), ColumnContent::Field(Field::Path.into())];
        let mut driver = Driver::empty("files-com-json", SourceKind::Polled);
        let name = "customer-000412-eu-west-production";
        driver.arrive(&[one_record(1, 100, &format!("status=200;client={name};path=/orders"))]);
        let record = &driver.state.table.rows[0];
        let piped = Lines::of_columns(Format::Table, columns.clone(), vec![false; 2], chrono_tz::UTC);
        assert_eq!(piped.line(record), format!("{name}  /orders"));
        let shown =
            Lines { has_cut_names: true, ..Lines::of_columns(Format::Table, columns, vec![false; 2], chrono_tz::UTC) };
        assert_eq!(shown.line(record), "custome…duction  /orders");
    }

    #[test]
    fn columns_stand_still_whatever_the_method() {
        let columns = vec![ColumnContent::Field(Field::Method.into()), ColumnContent::Field(Field::Path.into())];
        let lines = Lines::of_columns(Format::Table, columns, vec![false; 2], chrono_tz::UTC);
        let methods =
            "GET HEAD POST PUT DELETE CONNECT OPTIONS TRACE PATCH PROPFIND PROPPATCH MKCOL COPY MOVE LOCK UNLOCK";
        let rows = methods
            .split(' ')
            .zip(1..)
            .map(|(name, number)| one_record(number, 100, &format!("status=200;method={name};path=/orders")));
        let mut driver = Driver::empty("files-com-json", SourceKind::Polled);
        driver.arrive(&rows.collect::<Vec<_>>());
        let rows = &driver.state.table.rows;
        assert_eq!(rows.len(), 16);
        for record in rows {
            let line = lines.line(record);
            assert_eq!(line.find("/orders"), Some(LONGEST_METHOD.len() + 2), "{line}");
        }
    }
}
