//! Saving the view, and the commands that do the same.

use crate::base::shell::shell_word;
use crate::base::time::Timestamp;
use crate::base::units;
use crate::engine::Want;
use crate::engine::question::{Anchor, PageWant, Sort};
use crate::export::columns::{self, Layout};
use crate::model::field::Field;
use crate::model::period::Period;
use crate::model::record::StoredRecord;
use crate::model::view_spec::ColumnContent;
use crate::query::{Filter, QueryError};

use super::event::{At, Effect, SaveEvent, SaveRequest};
use super::guide::Step;
use super::prompt::{Prompt, PromptKind};
use super::state::{Saving, State};

impl State {
    /// Asks for the name of a file, with one made of the view.
    pub fn open_save(&mut self, layout: Layout) {
        if self.saving.is_some() {
            self.say_error("a save is running; Ctrl-c stops it");
            return;
        }
        let name = self.file_name();
        self.prompt = Some(Prompt::new(PromptKind::Save(layout), &name));
    }

    /// The columns of a file of the view: those of the table, and the Request-ID in any case, by which others look a
    /// request up.
    fn saved_columns(&self) -> Vec<ColumnContent> {
        let mut columns: Vec<ColumnContent> = self.columns().into_iter().map(|column| column.content).collect();
        let id = ColumnContent::Field(Field::RequestId.into());
        let is_own = self.view_spec().is_some_and(|view| view.own_columns().any(|own| *own == id));
        if is_own && !self.is_folded(&id) && !columns.contains(&id) {
            columns.push(id);
        }
        columns
    }

    /// What a file of the view would have: `312 rows · 7 columns`.
    pub fn saved_words(&self, layout: Layout) -> String {
        let columns = self.view_spec().map_or(0, |view| match layout {
            Layout::View => columns::shown(&self.saved_columns(), view).len(),
            layout => columns::columns(layout, view).len(),
        });
        let rows = self.summary.as_ref().map_or(0, |summary| summary.count);
        format!("{} · {}", units::counted(rows, "row", "rows"), units::counted(columns as u64, "column", "columns"))
    }

    /// `acme-status-5xx-2026-11-22T12-2026-11-23T12.csv`.
    fn file_name(&self) -> String {
        let source = self.source().map_or("requests", |source| source.name.as_str());
        let filter = self.effective_filter().to_string();
        let span = self.summary.as_ref().and_then(|summary| summary.first.zip(summary.last));
        let stamp = |at: Timestamp| at.in_zone(self.zone).format("%Y-%m-%dT%H%M").to_string();
        let times = span.map(|(first, last)| format!("{}-{}", stamp(first), stamp(last))).unwrap_or_default();
        let plain = |text: &str| {
            let mut out = String::new();
            for char in text.chars().take(60) {
                let kept = char.is_alphanumeric() || matches!(char, '.' | '_');
                match (kept, out.ends_with('-')) {
                    (true, _) => out.push(char),
                    (false, false) => out.push('-'),
                    (false, true) => {}
                }
            }
            out.trim_matches('-').to_owned()
        };
        let parts: Vec<String> =
            [plain(source), plain(&filter), times].into_iter().filter(|part| !part.is_empty()).collect();
        format!("{}.csv", parts.join("-"))
    }

    /// Starts saving the whole view under a name.
    pub fn start_save(&mut self, name: &str, layout: Layout) -> Vec<Effect> {
        let total = self.summary.as_ref().map_or(0, |summary| summary.count);
        self.saving = Some(Saving { done: 0, total, is_quit_asked: false });
        let question =
            self.question(vec![Want::Page(PageWant { sort: self.sort.clone(), at: Anchor::Start, limit: 0 })]);
        let at = match (&self.held, &self.answered) {
            (Some(held), _) => At::Held(held.clone()),
            // Exactly what is on the screen, not what arrived since.
            (None, Some(answered)) => At::Held(answered.snapshot.clone()),
            (None, None) => At::Newest,
        };
        let columns = self.saved_columns();
        let mut effects = self.tick_off(Step::Save);
        effects.push(Effect::Save(Box::new(SaveRequest { name: name.to_owned(), question, at, layout, columns })));
        effects
    }

    /// Takes news of a save in.
    pub fn take_save(&mut self, event: SaveEvent) {
        match event {
            SaveEvent::Progress(done, total) => {
                let is_quit_asked = self.saving.is_some_and(|saving| saving.is_quit_asked);
                self.saving = Some(Saving { done, total, is_quit_asked });
            }
            SaveEvent::Done { path, rows, dialect, fetch } => {
                self.saving = None;
                self.fetch_line = Some(fetch.clone());
                let rows = units::counted(rows, "row", "rows");
                self.say(format!("saved {rows} to {} ({dialect}) · fetch it with: {fetch}", path.display()));
                if let Some(message) = &mut self.message {
                    message.until = None;
                }
            }
            SaveEvent::Cancelled => {
                self.saving = None;
                self.say("the save was stopped; there is no file");
            }
            SaveEvent::Failed(reason) => {
                self.saving = None;
                self.say_error(reason);
            }
            SaveEvent::Refused { name, layout, reason } => {
                self.saving = None;
                // The name can be changed, unless something else is typed by now.
                if self.prompt.is_some() || self.picker.is_some() || self.palette.is_some() {
                    return self.say_error(reason);
                }
                let mut prompt = Prompt::new(PromptKind::Save(layout), &name);
                prompt.error = Some(QueryError::new(reason, 0..0));
                self.prompt = Some(prompt);
            }
        }
    }

    /// The arguments that give the same rows on the command line, with absolute times.
    pub fn view_arguments(&self) -> String {
        let mut arguments = String::new();
        let mut add = |text: &str| {
            arguments.push(' ');
            arguments.push_str(text);
        };
        let filter = self.effective_filter();
        if !filter.is_all() {
            add(&format!("-q {}", query_word(&filter)));
        }
        add(&format!("--period {}", shell_word(&Period::of_range(self.range()).to_string())));
        if let Some(source) = self.source() {
            add(&format!("--source {}", shell_word(&source.name)));
        }
        if self.sort != Sort::default() {
            let direction = if self.sort.descending { "desc" } else { "asc" };
            add(&format!("--sort {}", shell_word(&format!("{}:{direction}", self.sort.field))));
        }
        let as_of = self.held.as_ref().or(self.answered.as_ref().map(|answered| &answered.snapshot));
        if let Some(snapshot) = as_of {
            add(&format!("--as-of {}", snapshot.as_of));
        }
        arguments + &self.place.store_arguments
    }

    /// The command that lists the view.
    pub fn search_command(&self) -> String {
        format!("reqscope search{} -n all", self.view_arguments())
    }

    /// The command that shows a request.
    pub fn get_command(&self, record: &StoredRecord) -> String {
        format!(
            "reqscope get {}{}",
            shell_word(&String::from_utf8_lossy(&record.id_text())),
            self.place.store_arguments
        )
    }
}

/// A filter as one word for a shell. The only single quotes of a printed one are those around its steps.
fn query_word(filter: &Filter) -> String {
    let printed = filter.to_string();
    if printed.contains('\'') { format!("'{}'", printed.replace('\'', "")) } else { shell_word(&printed) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_has_one_pair_of_quotes() {
        let word = |typed: &str| {
            let parsed = crate::query::parse(typed, Timestamp::from_secs(1_795_435_282), chrono_tz::UTC);
            query_word(&parsed.expect(typed).filter)
        };
        assert_eq!(word("status:5xx"), "status:5xx");
        assert_eq!(word("client:=\"ETL Partner\" status:5xx"), "'client:=\"ETL Partner\" status:5xx'");
        assert_eq!(word("client:\"O'Brien & sons\""), "'client:\"O\\x27Brien & sons\"'");
    }
}
