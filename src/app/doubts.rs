//! Readings that the requests show to be other ones than were meant: they are refused, or told.

use std::cell::RefCell;

use crate::base::time::Timestamp;
use crate::base::units;
use crate::engine::{Answer, Question, Want};
use crate::model::field::{FieldRef, Kind};
use crate::model::period::TimeRange;
use crate::query::{self, Clause, Doubt, Filter, Parsed, QueryError, Reading, Shown, Target, Test};

use super::event::{Effect, Purpose};
use super::prompt::Prompt;
use super::save::shell_word;
use super::state::State;

/// How many requests a filter keeps.
pub type Count<'a> = &'a dyn Fn(&Filter) -> u64;

/// Counts each filter once, however often it is asked for.
pub fn once(count: impl Fn(&Filter) -> u64) -> impl Fn(&Filter) -> u64 {
    let counted = RefCell::new(Vec::<(Filter, u64)>::new());
    move |filter| {
        let known = counted.borrow().iter().find(|(known, _)| known == filter).map(|(_, count)| *count);
        known.unwrap_or_else(|| {
            let count = count(filter);
            counted.borrow_mut().push((filter.clone(), count));
            count
        })
    }
}

/// So often one mistake may hide another.
const ROUNDS: usize = 4;

/// Why a query that was understood is refused all the same: it has a reading that what was sent shows to be another one
/// than was meant. `count` says how many requests a filter keeps.
pub fn refusal(parsed: &Parsed, reading: Reading<'_>, count: Count<'_>) -> Option<QueryError> {
    let first = first_shown(parsed, count)?;
    let whole = first.whole.as_deref().and_then(|whole| put_right(whole, reading, count, Wholes::None));
    Some(QueryError { whole: whole.map(String::into_boxed_str).or(first.whole.clone()), ..first })
}

/// What the requests show first.
fn first_shown(parsed: &Parsed, count: Count<'_>) -> Option<QueryError> {
    parsed.doubts.iter().find(|doubt| is_shown(doubt, count)).map(|doubt| doubt.error.clone())
}

/// A refusal as it is told where the query is taken all the same.
pub fn as_note(error: &QueryError) -> String {
    let whole = error.whole.as_deref().map(|whole| format!("; what may be meant is {}", shell_word(whole)));
    format!("{}{}", error.mistake, whole.unwrap_or_default())
}

/// The error of a query, whose whole has no such reading, either.
pub fn without_doubts(error: QueryError, text: &str, reading: Reading<'_>, count: Count<'_>) -> QueryError {
    let whole = error.whole.as_deref().and_then(|whole| put_right(whole, reading, count, wholes_of(text)));
    QueryError { whole: whole.map(String::into_boxed_str).or(error.whole.clone()), ..error }
}

/// Which values are whole ones where a query was written, though others hold them, too.
#[derive(Clone, Copy, PartialEq)]
enum Wholes {
    /// None.
    None,
    /// Those of names, as with the fields of ECS.
    Names,
    /// All, as with Datadog's names.
    All,
}

/// Which values are whole ones by the names of fields in a query: `@usr.name:`, `user.name:`.
fn wholes_of(text: &str) -> Wholes {
    let words = || text.split([' ', '(', '-', '!', '\n']).filter_map(|word| Some(word.split_once(':')?.0));
    let is_ecs = |name: &str| name.contains('.') && FieldRef::find(name).is_some_and(|field| field.known().is_some());
    if words().any(|name| name.strip_prefix('@').is_some_and(|name| name.starts_with(|c: char| c.is_alphabetic()))) {
        Wholes::All
    } else if words().any(is_ecs) {
        Wholes::Names
    } else {
        Wholes::None
    }
}

/// A query without readings that the requests show to be wrong, if it has one.
fn put_right(text: &str, reading: Reading<'_>, count: Count<'_>, wholes: Wholes) -> Option<String> {
    let mut right = None;
    for _ in 0..ROUNDS {
        let parsed = query::parse_with(right.as_deref().unwrap_or(text), reading).ok()?;
        let is_wrong = |doubt: &&Doubt| {
            let is_other = || numbers_of(doubt, count).is_some_and(|(_, meant)| meant > 0);
            is_shown(doubt, count) || asks_whole(&doubt.meant, wholes) && is_other()
        };
        let Some(doubt) = parsed.doubts.iter().find(is_wrong) else { break };
        right = doubt.error.whole.clone().map(String::from);
    }
    right
}

/// What is told of readings that keep others than what may be meant.
pub fn told(parsed: &Parsed, reading: Reading<'_>, count: Count<'_>) -> Vec<String> {
    let told = parsed.doubts.iter().filter_map(|doubt| {
        numbers_of(doubt, count)?;
        // What is counted is the whole query, in which the value may be left out.
        let whole = doubt.error.whole.as_deref()?;
        let requests = |filter: &Filter| units::counted(count(filter), "request", "requests");
        let (own, other) = (requests(&parsed.filter), requests(&query::parse_with(whole, reading).ok()?.filter));
        Some(format!("{}: {own}; {} asks for {other}", doubt.error.mistake, shell_word(whole)))
    });
    told.collect()
}

/// What a reading keeps and what may be meant, if that is told.
fn numbers_of(doubt: &Doubt, count: Count<'_>) -> Option<(u64, u64)> {
    if matches!(doubt.shown, Shown::Nothing | Shown::Others) {
        return None;
    }
    // What is hardly ever there is asked first.
    let meant = count(&doubt.meant);
    if meant == 0 && doubt.shown != Shown::Part {
        return None;
    }
    let read = count(&doubt.read);
    let is_told = if doubt.shown == Shown::NothingTold { read == 0 } else { read > 0 && read != meant };
    is_told.then_some((read, meant))
}

/// Whether the requests show that a reading was not meant.
fn is_shown(doubt: &Doubt, count: Count<'_>) -> bool {
    if doubt.shown == Shown::NothingTold {
        return false;
    }
    let read = count(&doubt.read);
    let may_be = read == 0 || doubt.shown == Shown::Others;
    let meant = if may_be { count(&doubt.meant) } else { 0 };
    meant > 0 && read != meant
}

/// Whether a filter asks for whole values of a field, which these are.
fn asks_whole(filter: &Filter, wholes: Wholes) -> bool {
    let Filter::Clause(Clause { target: Target::Field(field), any_of }) = filter else { return false };
    let is_name = || field.known().is_some() && field.kind() == Kind::Name;
    let is_of_these = wholes == Wholes::All || wholes == Wholes::Names && is_name();
    is_of_these && any_of.iter().all(|test| matches!(test, Test::Exact(_)))
}

/// More readings than these are not counted while somebody types.
const COUNTED: usize = 6;

/// A query on the screen whose readings are counted.
#[derive(Debug, Clone)]
pub struct AskedDoubts {
    parsed: Parsed,
    now: Timestamp,
    /// What is counted.
    filters: Vec<Filter>,
    /// What was said of it already.
    said: Vec<String>,
}

impl State {
    /// Asks how many requests the doubtful readings of a query keep, of a period or of that of the view.
    pub(super) fn ask_doubts(&mut self, parsed: &Parsed, range: Option<TimeRange>, said: Vec<String>) -> Vec<Effect> {
        self.forget(Purpose::Doubts);
        if parsed.doubts.is_empty() {
            return Vec::new();
        }
        let now = self.clock();
        let reading = Reading { now, zone: self.zone, read_ids: None };
        let mut filters = vec![parsed.filter.clone()];
        for doubt in parsed.doubts.iter().take(COUNTED) {
            let whole = doubt.error.whole.as_deref().and_then(|whole| query::parse_with(whole, reading).ok());
            filters.extend([doubt.read.clone(), doubt.meant.clone()]);
            filters.extend(whole.map(|whole| whole.filter));
        }
        let question = self.question(vec![Want::Count]);
        let range = range.unwrap_or(question.range);
        let ask = |filter: &Filter| Question { filter: filter.clone(), range, ..question.clone() };
        let questions = filters.iter().map(ask).collect();
        self.doubts_asked = Some(AskedDoubts { parsed: parsed.clone(), now, filters, said });
        vec![Effect::AskAll(self.ask_id(Purpose::Doubts), self.at(), questions)]
    }

    /// Takes in what the readings keep: it is told beside a query that is typed, or of the one that was.
    pub(super) fn take_doubts(&mut self, answers: &[Answer]) {
        let Some(AskedDoubts { mut parsed, now, filters, said }) = self.doubts_asked.take() else { return };
        let counts: Vec<u64> = answers.iter().map(|answer| answer.count().unwrap_or_default()).collect();
        let count = |filter: &Filter| {
            let at = filters.iter().position(|counted| counted == filter);
            at.and_then(|at| counts.get(at)).copied().unwrap_or_default()
        };
        parsed.doubts.truncate(COUNTED);
        // A value that is still typed is a part of others.
        let is_typed = self.prompt.as_ref().is_some_and(Prompt::is_query);
        parsed.doubts.retain(|doubt| !is_typed || doubt.shown != Shown::Part || count(&doubt.meant) > 0);
        let reading = Reading { now, zone: self.zone, read_ids: None };
        let shown = first_shown(&parsed, &count).map(|error| as_note(&error));
        let told: Vec<String> = shown.into_iter().chain(told(&parsed, reading, &count)).collect();
        match self.prompt.as_mut().filter(|prompt| prompt.is_query()) {
            Some(prompt) => prompt.doubts = told,
            None if !told.is_empty() => self.say(told.into_iter().chain(said).collect::<Vec<_>>().join("; ")),
            None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sent_shows_what_was_meant() {
        let reading = Reading { now: Timestamp(1_795_435_282_000_000), zone: chrono_tz::UTC, read_ids: None };
        // Words side by side keep more than the value of both, but for “order by”.
        let known = [
            ("client:=nobody", 9),
            ("client:\"success team\"", 5),
            ("client:success team", 7),
            ("client:\"order by\"", 4),
            ("client:order by", 4),
            ("client:=\"acme ltd\"", 3),
            ("attributes.cached:=true", 8),
            ("client:alice,bob", 6),
            ("client:svc-*", 2),
            ("path:*/orders/*", 3),
            ("job:*j-*", 59),
            ("id:b723*", 1),
            ("path:Report", 2),
            ("path:*Report*", 5),
            ("path:*csv*", 1),
            ("path:*/v2/orders/*", 3),
            ("error:*\"timed out\"*", 3),
            ("method:get", 4),
            ("client~\"(?i)^ROOT$\"", 4),
            ("client:\"Maria Lopez\"", 27),
            ("client:=\"Maria Lopez\"", 14),
            ("host:api.acme.example", 9),
            ("host:=api.acme.example", 4),
            ("-host:api.acme.example", 7),
            ("-host:=api.acme.example", 12),
            ("path:/v2/orders", 782),
            ("path:=/v2/orders", 334),
            ("attributes.country:DE", 1247),
            ("attributes.country:=DE", 600),
            ("interface:web,mobile", 1142),
            ("interface:=web,mobile", 726),
            ("client:root,\"Maria Lopez\"", 164),
            ("client:=root,\"Maria Lopez\"", 104),
            ("path:/graphql,/health", 460),
            ("path:=/graphql,/health", 305),
            ("interface:ftp", 536),
            ("interface:=sftp,web", 900),
            ("interface:sftp,web", 1054),
            ("attributes.tenant:7", 789),
            ("attributes.tenant:=7", 386),
            ("has:attributes.region", 2835),
            ("has:attributes.level", 12),
            ("level", 3),
        ];
        let count = |filter: &Filter| {
            let words = Filter::to_string;
            let is = |text: &&(&str, u64)| {
                query::parse_with(text.0, reading).is_ok_and(|known| words(&known.filter) == words(filter))
            };
            known.iter().find(is).map_or(0, |(_, count)| *count)
        };
        for (text, whole) in [
            ("client:success team", Some("client:\"success team\"")),
            ("client:success team status:500", Some("client:\"success team\" status:500")),
            ("-client:success team timeout", Some("-client:\"success team\" timeout")),
            ("client=acme ltd", Some("client=\"acme ltd\"")),
            ("attributes.cached=yes", Some("attributes.cached=true")),
            ("attributes.cached=yes client:success team", Some("attributes.cached=true client:\"success team\"")),
            ("user:alice user:bob", Some("user:alice,bob")),
            ("user:alice AND status:500 AND user:bob", Some("user:alice,bob AND status:500")),
            ("client:order by", None),
            ("client:\"svc-*\"", Some("client:svc-*")),
            ("error:\"timed out*\"", Some("error:*\"timed out\"*")),
            ("path:/orders/*", Some("path:*/orders/*")),
            ("job:j-*", Some("job:*j-*")),
            ("id:b723", Some("id:b723*")),
            ("id:b724", None),
            ("path:/v2/orders/{id}", Some("path:*/v2/orders/*")),
            ("path:/v2/orders/:id status:500", Some("path:*/v2/orders/* status:500")),
            ("path:csv", Some("path:*csv*")),
            ("path:Report", None),
            ("method=get", Some("method:get")),
            ("client = ROOT", Some("client~\"(?i)^ROOT$\"")),
            ("client=nobody", None),
            ("client:\"Maria Lopez\"", None),
            ("client:acme timeout", None),
            ("client:success status:500 team", None),
            ("user:alice user:carol", None),
            ("attributes.cached=no", None),
            ("attributes.cached=true", None),
        ] {
            let parsed = query::parse_with(text, reading).expect(text);
            let error = refusal(&parsed, reading, &count);
            assert_eq!(error.and_then(|error| error.whole).as_deref(), whole, "{text}");
        }
        for (text, sentence) in [
            (
                "host:api.acme.example",
                "the words of a name are in others, too: 9 requests; 'host:=api.acme.example' asks for 4 requests",
            ),
            (
                "-host:api.acme.example",
                "the words of a name are in others, too: 7 requests; '-host:=api.acme.example' asks for 12 requests",
            ),
            (
                "url.path:\"/v2/orders\"",
                "a path is looked for within longer ones, too: 782 requests; 'url.path:=/v2/orders' asks for 334 requests",
            ),
            (
                "attributes.country:DE",
                "letters have their case behind an equals sign only: 1,247 requests; 'attributes.country:=DE' asks for \
                 600 requests",
            ),
            ("path:Report", "a path is looked for from a slash on: 2 requests; 'path:*Report*' asks for 5 requests"),
            (
                "client:\"Maria Lopez\"",
                "the words of a name are in others, too: 27 requests; 'client:=\"Maria Lopez\"' asks for 14 requests",
            ),
        ] {
            assert_eq!(told(&query::parse_with(text, reading).expect(text), reading, &count), [sentence]);
        }
        for (text, sentence) in [
            (
                "interface:(web or mobile)",
                "the words of a name are in others, too: 1,142 requests; 'interface:=(web or mobile)' asks for 726 requests",
            ),
            (
                "interface:ftp",
                "the words of a name are in others, too: 536 requests; 'interface:=ftp' asks for 0 requests",
            ),
            (
                "interface: web,mobile",
                "the words of a name are in others, too: 1,142 requests; 'interface:= web,mobile' asks for 726 requests",
            ),
            (
                "@usr.name:(root OR \"Maria Lopez\")",
                "the words of a name are in others, too: 164 requests; '@usr.name:=(root OR \"Maria Lopez\")' asks for \
                 104 requests",
            ),
            (
                "@http.url_details.path:(/graphql OR /health)",
                "a path is looked for within longer ones, too: 460 requests; '@http.url_details.path:=(/graphql OR \
                 /health)' asks for 305 requests",
            ),
            (
                "attributes.tenant:7",
                "a value is looked for in longer ones, too: 789 requests; 'attributes.tenant:=7' asks for 386 requests",
            ),
            (
                "region",
                "“region” is the name of what a source sent: 0 requests; has:attributes.region asks for 2,835 requests",
            ),
        ] {
            assert_eq!(told(&query::parse_with(text, reading).expect(text), reading, &count), [sentence]);
        }
        for text in [
            "path:/v2/orders",
            "attributes.country:de",
            "url.path:/v2/ord",
            "level",
            "interface:(web or mob*)",
            "interface:FTP",
        ] {
            assert!(told(&query::parse_with(text, reading).expect(text), reading, &count).is_empty(), "{text}");
        }
        let counted = RefCell::new(Vec::new());
        let once = once(|filter| {
            counted.borrow_mut().push(filter.to_string());
            count(filter)
        });
        let parsed = query::parse_with("host:api.acme.example", reading).expect("a host");
        assert_eq!(refusal(&parsed, reading, &once), None);
        assert_eq!(told(&parsed, reading, &once).len(), 1);
        assert_eq!(*counted.borrow(), ["host:api.acme.example", "host:=api.acme.example"]);
        let error = QueryError { whole: Some("attributes.cached=yes".into()), ..QueryError::new("no name", 0..1) };
        assert_eq!(
            without_doubts(error, "attributes.cached=yes", reading, &count).whole.as_deref(),
            Some("attributes.cached=true")
        );
        for (text, proposed, whole) in [
            ("@country:DE", "attributes.country:DE", "attributes.country:=DE"),
            ("country:DE", "attributes.country:DE", "attributes.country:DE"),
            ("@country:de", "attributes.country:de", "attributes.country:de"),
            ("url.domain: api.acme.example", "host: api.acme.example", "host:=api.acme.example"),
            ("host: api.acme.example", "host: api.acme.example", "host: api.acme.example"),
            ("url.path: /v2/orders", "url.path: /v2/orders", "url.path: /v2/orders"),
        ] {
            let error = QueryError { whole: Some(proposed.into()), ..QueryError::new("no name", 0..1) };
            assert_eq!(without_doubts(error, text, reading, &count).whole.as_deref(), Some(whole), "{text}");
        }
    }
}
