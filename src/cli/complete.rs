//! What could stand at the cursor of a shell's line: shells ask the program itself, so that zones, sources, columns and
//! fields are those that there are.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::sync::Arc;

use chrono_tz::TZ_VARIANTS;
use clap::builder::StyledStr;
use clap::{Arg, Command, CommandFactory as _, ValueHint};
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate, complete};

use super::commands::open::FILES_COM;
use crate::model::field::FIELDS;
use crate::model::view_spec::ColumnContent;
use crate::model::zone::zones_like;
use crate::query::complete::{Candidate, Slot};

use super::args::{Args, StoreArgs};
use super::complete_values::{self, Data};
use super::context::Context;
use super::fixed_values::fixed_values;

/// What stands in the place of files and folders, which shells complete better by themselves.
const FILES: &str = "%files";
const FOLDERS: &str = "%folders";

/// Zones that are offered for the beginning of a city's name.
const MOST_CITIES: usize = 20;

/// What could stand in the place of a word of a shell's line, and what it is: a line each, with a tabulator between.
pub fn candidates(words: &[OsString], at: usize) -> Vec<String> {
    let mut words = words[..words.len().min(at + 1)].to_vec();
    words.resize(at + 1, OsString::new());
    let is_option = words[at].to_string_lossy().starts_with('-');
    let mut command = command(&data_of(&words));
    let found = complete(&mut command, words, at, None).unwrap_or_default();
    let mut lines: Vec<String> = Vec::new();
    for candidate in found {
        let value = candidate.get_value().to_string_lossy();
        // All options, where none was begun, would hide what the word can be.
        if !is_option && value.starts_with('-') {
            continue;
        }
        let directive = [FILES, FOLDERS].into_iter().find(|directive| value.ends_with(directive));
        let about = candidate.get_help().map(ToString::to_string).unwrap_or_default();
        let about = about.lines().next().unwrap_or_default();
        let line = match directive {
            Some(directive) => directive.to_owned(),
            None if about.is_empty() => value.into_owned(),
            None => format!("{value}\t{about}"),
        };
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines
}

/// The store, the configuration and the source that the line names so far.
fn data_of(words: &[OsString]) -> Data {
    let named = |option: &str| -> Option<&str> {
        words.iter().enumerate().rev().find_map(|(at, word)| match word.to_str()?.strip_prefix(option)? {
            "" => words.get(at + 1)?.to_str(),
            rest => rest.strip_prefix('='),
        })
    };
    let path = |value: &str| {
        // A shell has not put in yet what it stands for.
        let home = value.strip_prefix("~/").zip(std::env::var_os("HOME"));
        home.map_or_else(|| PathBuf::from(value), |(rest, home)| PathBuf::from(home).join(rest))
    };
    let store = StoreArgs { store: named("--store").map(path), config: named("--config").map(path) };
    Data { store, source: named("--source").map(str::to_owned) }
}

/// The commands, with what can stand in each place.
fn command(data: &Data) -> Command {
    let root = Args::command();
    let names: Vec<String> = root.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    with_values(root, data, &names)
}

fn with_values(command: Command, data: &Data, names: &[String]) -> Command {
    // Where requests are looked at, those of all sources can be.
    let is_view = command.get_arguments().any(|arg| arg.get_id() == "as_of");
    command.mut_args(|arg| with_value(arg, data, is_view, names)).mut_subcommands(|sub| with_values(sub, data, names))
}

fn with_value(arg: Arg, data: &Data, is_view: bool, names: &[String]) -> Arg {
    let id = arg.get_id().as_str().to_owned();
    let (data, store) = (data.clone(), data.store.clone());
    match id.as_str() {
        "tz" => by(arg, zones),
        "columns" => by(arg, columns),
        "sort" => by(arg, orders),
        "query" | "queries" => by(arg, move |typed| terms(&data, typed)),
        // Of what is imported, and of what is shown or gathered.
        "source" | "sources" => by(arg, move |typed| {
            let mut known = sources(&store);
            if is_view && !known.is_empty() {
                known.push(("all".to_owned(), "every source".to_owned()));
            }
            beginning(known, typed)
        }),
        "what" => by(arg, move |typed| {
            let known = sources(&store).into_iter().chain([(FILES_COM.to_owned(), "a site of Files.com".to_owned())]);
            let mut list = beginning(known, typed);
            list.push(CompletionCandidate::new(FILES));
            list
        }),
        "store" => by(arg, |_| vec![CompletionCandidate::new(FOLDERS)]),
        "config" | "output" | "file" | "files" => by(arg, |_| vec![CompletionCandidate::new(FILES)]),
        _ => match fixed_values(&arg, names) {
            Some(values) => by(arg, move |typed| beginning(values.clone(), typed)),
            None if arg.get_possible_values().is_empty() => arg.value_hint(ValueHint::Other),
            None => arg,
        },
    }
}

fn by<F>(arg: Arg, values: F) -> Arg
where
    F: Fn(&str) -> Vec<CompletionCandidate> + Send + Sync + 'static,
{
    let values = Arc::new(values);
    arg.add(ArgValueCompleter::new(move |typed: &OsStr| typed.to_str().map_or_else(Vec::new, |typed| values(typed))))
}

fn candidate(value: impl Into<OsString>, about: &str) -> CompletionCandidate {
    let about = (!about.is_empty()).then(|| StyledStr::from(about.to_owned()));
    CompletionCandidate::new(value).help(about)
}

/// Those that begin with what is typed.
fn beginning(values: impl IntoIterator<Item = (String, String)>, typed: &str) -> Vec<CompletionCandidate> {
    values
        .into_iter()
        .filter(|(value, _)| value.starts_with(typed))
        .map(|(value, about)| candidate(value, &about))
        .collect()
}

/// Zones, continent by continent as folders are; and by the beginning of a city's name.
fn zones(typed: &str) -> Vec<CompletionCandidate> {
    let plain = typed.to_lowercase();
    let mut names: Vec<String> = Vec::new();
    for zone in TZ_VARIANTS {
        let name = zone.name();
        if !name.to_lowercase().starts_with(&plain) {
            continue;
        }
        let shown = match name[typed.len()..].find('/') {
            Some(end) => name[..=typed.len() + end].to_owned(),
            None => name.to_owned(),
        };
        // Names without a continent are old ones, but for this.
        if (shown.contains('/') || shown == "UTC") && !names.contains(&shown) {
            names.push(shown);
        }
    }
    if names.is_empty() {
        names.extend(zones_like(typed, MOST_CITIES).iter().map(|zone| zone.name().to_owned()));
    }
    names.into_iter().map(CompletionCandidate::new).collect()
}

/// The last of several columns with commas between; those that are there are not offered again.
fn columns(typed: &str) -> Vec<CompletionCandidate> {
    let (before, last) = typed.rsplit_once(',').map_or(("", typed), |(before, last)| (before, last));
    let is_there = |name: &str| before.split(',').any(|there| there.trim() == name);
    let fields = FIELDS.iter().map(|spec| (spec.name, spec.about));
    let shared = ColumnContent::SHARED.iter().map(|(name, _)| (*name, "a column of several fields"));
    let start = &typed[..typed.len() - last.len()];
    fields
        .chain(shared)
        .filter(|(name, _)| name.starts_with(last) && !is_there(name))
        .map(|(name, about)| candidate(format!("{start}{name}"), about))
        .collect()
}

/// A field, and which way.
fn orders(typed: &str) -> Vec<CompletionCandidate> {
    let Some((field, _)) = typed.split_once(':') else {
        return beginning(FIELDS.iter().map(|spec| (spec.name.to_owned(), spec.about.to_owned())), typed);
    };
    let ways = [("asc", "the smallest first"), ("desc", "the largest first")];
    beginning(ways.map(|(way, about)| (format!("{field}:{way}"), about.to_owned())), typed)
}

/// What the query language and the data know at the end of an unfinished query.
fn terms(data: &Data, typed: &str) -> Vec<CompletionCandidate> {
    // A minus alone begins an option sooner than a term.
    if typed == "-" || typed.starts_with("--") {
        return Vec::new();
    }
    let Some(slot) = Slot::at(typed, typed.len()) else { return Vec::new() };
    let start = &typed[..slot.span().start];
    let whole = |found: Candidate| (format!("{start}{}", found.text), found.about);
    // What a shell puts in stands behind what is typed; but for what is a value, whole.
    let mut found: Vec<(String, String)> =
        slot.candidates().into_iter().map(whole).filter(|(value, _)| value.starts_with(typed)).collect();
    for (value, about) in complete_values::candidates(data, &slot).into_iter().map(whole) {
        if found.iter().all(|(known, _)| *known != value) {
            found.push((value, about));
        }
    }
    found.into_iter().map(|(value, about)| candidate(value, &about)).collect()
}

/// The sources that are configured, and those of the store. What cannot be read has none: a shell's line is no place
/// for errors.
fn sources(store: &StoreArgs) -> Vec<(String, String)> {
    let Ok(context) = Context::load(store, None) else { return Vec::new() };
    let configured = context.config.sources.iter().map(|source| (source.name.value.clone(), "configured".to_owned()));
    let mut names: Vec<(String, String)> = configured.collect();
    let records = context.open_for_reading().ok().and_then(|(store, _)| store.source_records().ok());
    for record in records.unwrap_or_default() {
        if !names.iter().any(|(name, _)| *name == record.name) {
            names.push((record.name, "in the store".to_owned()));
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(line: &str) -> Vec<String> {
        let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
        let lines = candidates(&words, words.len() - 1);
        lines.iter().map(|line| line.split('\t').next().unwrap_or_default().to_owned()).collect()
    }

    #[test]
    fn zones_continent_by_continent_and_by_cities() {
        assert_eq!(values("reqscope search --tz Am"), ["America/"]);
        assert!(values("reqscope search --tz america/lo").contains(&"America/Los_Angeles".to_owned()));
        assert_eq!(values("reqscope search --tz=los"), ["--tz=America/Los_Angeles"]);
        let all = values("reqscope get x --tz ");
        assert!(all.contains(&"UTC".to_owned()) && all.contains(&"Europe/".to_owned()) && all.len() < 20, "{all:?}");
        assert!(values("reqscope search --tz é").is_empty());
    }

    #[test]
    fn every_column_of_a_list() {
        let status = ["status", "status_text", "status_details", "status+gateway"];
        assert_eq!(values("reqscope search --columns time,st"), status.map(|name| format!("time,{name}")));
        assert_eq!(values("reqscope export --columns=status,pr"), ["--columns=status,problem"]);
        assert!(!values("reqscope search --columns status,").contains(&"status,status".to_owned()));
    }

    #[test]
    fn orders_terms_and_what_has_fixed_values() {
        assert_eq!(values("reqscope search --sort time:d"), ["time:desc"]);
        assert_eq!(values("reqscope search status:5"), ["status:5xx"]);
        assert_eq!(values("reqscope search -q x stat")[0], "status:");
        assert!(values("reqscope search -").iter().all(|value| !value.starts_with("-status")));
        assert_eq!(values("reqscope timeline --split status-"), ["status-class"]);
        assert_eq!(values("reqscope search --format js"), ["json", "jsonl"]);
        assert_eq!(values("reqscope formats explain x --format caddy"), ["caddy-json"]);
        assert_eq!(values("reqscope --tz UTC sea"), ["search", FILES], "what goes with every command stands before it");
    }

    #[test]
    fn files_and_folders_are_left_to_the_shell() {
        assert_eq!(values("reqscope import "), [FILES]);
        assert_eq!(values("reqscope search --store /t"), [FOLDERS]);
        assert_eq!(values("reqscope search --config=/t"), [FILES]);
    }
}
