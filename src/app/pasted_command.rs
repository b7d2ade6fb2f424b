//! A command that is pasted onto the screen, as one screen copies it and another one is given it: its view is shown.

use crate::base::shell::shell_words;
use crate::base::time::Timestamp;
use crate::engine::question::Sort;
use crate::model::field::FieldRef;
use crate::model::period::{Period, TimeRange};
use crate::model::zone::read_zone;
use crate::query::{self, Filter};

use super::event::Effect;
use super::prompt::{MOST_TYPED, Prompt, PromptKind};
use super::state::State;
use super::trail::Trail;

/// What a command says of a view.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PastedCommand {
    query: Vec<String>,
    period: Option<String>,
    since: Option<String>,
    until: Option<String>,
    source: Option<String>,
    sort: Option<String>,
    zone: Option<String>,
    as_of: Option<String>,
}

/// Commands whose words are a query.
const WITH_QUERY: [&str; 5] = ["search", "export", "summary", "timeline", "tail"];

/// Options of theirs that have a value and say nothing of the view.
const BESIDE: [&str; 14] = [
    "-n",
    "-o",
    "--limit",
    "--columns",
    "--format",
    "--layout",
    "--dialect",
    "--output",
    "--store",
    "--config",
    "--by",
    "--split",
    "--matching",
    "--timeout",
];

impl PastedCommand {
    /// Reads a whole command. `None` where a text is none that lists a view; an error where it says what is not known
    /// here, which could be another view.
    pub fn read(text: &str) -> Option<Result<Self, String>> {
        if text.len() > MOST_TYPED {
            return None;
        }
        let mut words = shell_words(text)?.into_iter().peekable();
        words.next_if_eq("$");
        let first = words.next()?;
        if first == "ssh" {
            // The host, and the command as one word.
            return Self::read(&words.nth(1)?);
        }
        if first.rsplit('/').next() != Some("reqscope") {
            return None;
        }
        let command = words.next()?;
        let has_query = WITH_QUERY.contains(&command.as_str());
        if !has_query && command != "facets" {
            return None;
        }
        let mut own = Self::default();
        let mut is_option = true;
        while let Some(word) = words.next() {
            if word == ">" {
                break;
            }
            if word == "--" && is_option {
                is_option = false;
                continue;
            }
            if !is_option || !word.starts_with('-') || word == "-" {
                // What facets counts is no query.
                own.query.extend(has_query.then_some(word));
                continue;
            }
            let (name, value) = match word.split_once('=').filter(|_| word.starts_with("--")) {
                Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
                None => (word, None),
            };
            let Some(value) = value.or_else(|| words.next()) else { return Some(Err(format!("{name} has no value"))) };
            match name.as_str() {
                "-q" | "--query" => own.query.push(value),
                "--period" => own.period = Some(value),
                "--since" => own.since = Some(value),
                "--until" => own.until = Some(value),
                "--source" => own.source = Some(value),
                "--sort" => own.sort = Some(value),
                "--tz" => own.zone = Some(value),
                "--as-of" => own.as_of = Some(value),
                _ if BESIDE.contains(&name.as_str()) => {}
                _ => return Some(Err(format!("{name} of the pasted command is not known on the screen"))),
            }
        }
        Some(Ok(own))
    }
}

impl State {
    /// Shows the view of a pasted command; `None` where a text is no command.
    pub(super) fn paste_command(&mut self, text: &str) -> Option<Vec<Effect>> {
        let shown = match PastedCommand::read(text)? {
            Ok(command) => self.show_command(&command),
            Err(problem) => Err(problem),
        };
        Some(shown.unwrap_or_else(|problem| {
            self.say_error(problem);
            Vec::new()
        }))
    }

    fn show_command(&mut self, command: &PastedCommand) -> Result<Vec<Effect>, String> {
        let zone = command.zone.as_deref().map_or(Ok(self.zone), read_zone).map_err(|error| error.to_string())?;
        let now = self.clock();
        let mut filter = Filter::ALL;
        let mut period = None;
        for text in &command.query {
            let parsed = query::parse(text, now, zone).map_err(|error| format!("{text}: {error}"))?;
            filter = filter.and(parsed.filter);
            period = parsed.period.or(period);
        }
        let point = |text: &Option<String>, none: Timestamp, is_until: bool| match text {
            Some(text) => Period::read_point(text, zone, now, is_until).map_err(|error| error.to_string()),
            None => Ok(none),
        };
        if let Some(text) = &command.period {
            period = Some(Period::read_typed(text, now, zone).map_err(|error| error.to_string())?);
        } else if command.since.is_some() || command.until.is_some() {
            let from = point(&command.since, Timestamp::MIN, false)?;
            period = Some(Period::of_range(TimeRange::new(from, point(&command.until, Timestamp::MAX, true)?)));
        }
        let sort = match command.sort.as_deref() {
            Some(text) => read_sort(text).ok_or_else(|| format!("“{text}” is no order"))?,
            None => Sort::default(),
        };
        let place = match &command.source {
            Some(name) => {
                let place = self.sources.iter().position(|source| source.name == *name);
                place.ok_or_else(|| format!("there is no source “{name}” here"))?
            }
            None => self.source,
        };
        self.layers.clear();
        let mut effects = if place == self.source { Vec::new() } else { self.show_source(place) };
        let mut view = self.view_point();
        (view.trail, view.sort) = (Trail::of(filter), sort);
        (view.period, view.is_period_on) = (period.unwrap_or(view.period), true);
        effects.extend(self.show(view));
        self.say(match &command.as_of {
            Some(as_of) => format!("the view of the pasted command; what came after record {as_of} is here, too"),
            None => "the view of the pasted command".to_owned(),
        });
        Ok(effects)
    }

    /// Whether a pasted text can be a command where it is pasted: on the bare screen, and in an empty filter.
    pub(super) fn takes_command(&self) -> bool {
        let is_empty = |prompt: &Prompt| prompt.kind == PromptKind::Filter && prompt.input.value().is_empty();
        self.prompt.as_ref().is_none_or(is_empty) && self.picker.is_none() && self.palette.is_none()
    }
}

/// An order as commands write it: a field, and its direction.
fn read_sort(text: &str) -> Option<Sort> {
    let (name, descending) = match text.rsplit_once(':') {
        Some((name, "asc")) => (name, false),
        Some((name, "desc")) => (name, true),
        Some(_) => return None,
        None => (text.strip_prefix('-').unwrap_or(text), true),
    };
    Some(Sort { field: FieldRef::find(name)?, descending })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_read_as_shells_cut_them() {
        let read = |text: &str| PastedCommand::read(text);
        let own =
            read("reqscope search -q 'client:=\"ETL Partner\" status:5xx' --period 24h \\\n --source acme -n all\n");
        let own = own.expect("a command").expect("known");
        assert_eq!(own.query, ["client:=\"ETL Partner\" status:5xx"]);
        assert_eq!((own.period.as_deref(), own.source.as_deref()), (Some("24h"), Some("acme")));
        let own = read("$ /usr/bin/reqscope summary is:failed --sort=duration:asc -- -status:404").expect("a command");
        assert_eq!(own.expect("known").query, ["is:failed", "-status:404"]);
        let own =
            read("ssh vm \"reqscope export -q 'a\\\"b' --as-of 7 -o -\" > x.csv").expect("a command").expect("known");
        assert_eq!((own.query, own.as_of.as_deref()), (vec!["a\"b".to_owned()], Some("7")));
        assert_eq!(
            read("reqscope facets client -q is:failed").expect("a command").expect("known").query,
            ["is:failed"]
        );
        for text in
            ["reqscope get 75e182d8", "reqscope", "search is:failed", "reqscope search 'open", "", "it's reqscope"]
        {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(read(&format!("reqscope search {}", "x".repeat(MOST_TYPED))), None);
        for text in ["reqscope search --newer 3", "reqscope search --period"] {
            assert!(read(text).is_some_and(|read| read.is_err()), "{text}");
        }
    }
}
