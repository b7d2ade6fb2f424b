//! `help`: the query language, keys, fields, commands; all from the tables that the program runs on.

use clap::CommandFactory as _;

use crate::app::action::Action;
use crate::app::keymap::Place;
use crate::base::safe_text::to_ascii;
use crate::cli::args::{Args, HelpArgs};
use crate::cli::error::UserError;
use crate::cli::output::{Out, TextTable};
use crate::cli::session::read_keymap;
use crate::engine::local::columns::builder::MAX_ATTRIBUTES;
use crate::model::field::{FIELDS, Kind};
use crate::query::forms::{ABOUT, FORMS, NOTES};

/// What can be explained besides commands.
pub const TOPICS: [&str; 3] = ["query", "keys", "fields"];

/// Explains.
pub fn run(args: &HelpArgs) -> Result<(), UserError> {
    let mut out = Out::default();
    match args.topic.as_deref() {
        None => out.line(Args::command().render_long_help().to_string().trim_end())?,
        Some("query") => query(&mut out)?,
        Some("keys") => keys(&mut out)?,
        Some("fields") => fields(&mut out)?,
        Some(name) => {
            let mut root = Args::command();
            root.build();
            let names: Vec<String> = root.get_subcommands().map(|command| command.get_name().to_owned()).collect();
            let Some(command) = root.find_subcommand_mut(name) else {
                let error = UserError::usage(format!("there is no command “{name}”"));
                let known = names.iter().map(String::as_str).chain(TOPICS);
                return Err(error.with_nearest(name, known, "reqscope help lists them"));
            };
            out.line(command.render_long_help().to_string().trim_end())?;
        }
    }
    out.flush()
}

/// The query language by examples.
fn query(out: &mut Out) -> Result<(), UserError> {
    out.line(ABOUT)?;
    for group in FORMS {
        out.line("")?;
        out.line(group.title)?;
        let mut table = TextTable::new(&["", ""]);
        for (example, meaning) in group.forms {
            table.row([format!("  {example}"), (*meaning).to_owned()]);
        }
        out.table(&table)?;
    }
    out.line("")?;
    for note in NOTES {
        out.line(note)?;
    }
    Ok(())
}

/// Where keys work, in the order and the words of the help.
pub const PLACES: [(Place, &str); 12] = [
    (Place::Table, "In the table"),
    (Place::Panes, "In the filter panes"),
    (Place::Timeline, "On the timeline"),
    (Place::Detail, "In a request"),
    (Place::Found, "In what was found"),
    (Place::Steps, "In the steps that narrow the view"),
    (Place::Columns, "In the list of columns"),
    (Place::Sources, "In the list of sources"),
    (Place::Bad, "In the list of bad rows"),
    (Place::Menu, "In a menu"),
    (Place::Help, "In the help"),
    (Place::Any, "Everywhere but where text is typed"),
];

fn keys(out: &mut Out) -> Result<(), UserError> {
    let keymap = read_keymap()?;
    for (place, title) in PLACES {
        out.line(title)?;
        let mut table = TextTable::new(&["", "", ""]);
        for binding in keymap.for_place(place) {
            let keys: Vec<String> = binding.keys.iter().map(ToString::to_string).collect();
            let text = binding.text.clone().unwrap_or_else(|| binding.action.title().to_lowercase());
            table.row([format!("  {}", keys.join(" ")), text, binding.action.name().to_owned()]);
        }
        out.table(&table)?;
        out.line("")?;
    }
    let bound: Vec<Action> = keymap.bindings.iter().map(|binding| binding.action).collect();
    let free: Vec<&str> =
        Action::ALL.iter().filter(|action| !bound.contains(action)).map(|action| action.name()).collect();
    if !free.is_empty() {
        out.line(&format!("Without a key, in the palette: {}", free.join(", ")))?;
    }
    Ok(())
}

fn fields(out: &mut Out) -> Result<(), UserError> {
    let mut table = TextTable::new(&["Field", "Kind", "What it is", "Also called"]);
    for spec in FIELDS {
        let mut names: Vec<String> = spec.aliases.iter().map(|alias| (*alias).to_owned()).collect();
        for heading in [spec.files_com, spec.workato].into_iter().flatten() {
            let quoted = format!("\"{heading}\"");
            if !names.contains(&heading.to_owned()) && !names.contains(&quoted) {
                names.push(quoted);
            }
        }
        table.row([spec.name.to_owned(), kind(spec.kind).to_owned(), spec.about.to_owned(), names.join(", ")]);
    }
    out.table(&table)?;
    out.line("")?;
    out.line(&to_ascii("attributes.NAME is what a source sent beyond these fields."))?;
    out.line(&to_ascii(&format!(
        "Lists on the screen name at most {MAX_ATTRIBUTES} of them for each part of a store, and say when there are more; \
         any other is searched, counted and shown by its name all the same."
    )))
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Handle | Kind::Id => "id",
        Kind::Time => "time",
        Kind::Status => "status",
        Kind::Outcome => "outcome",
        Kind::Integer => "number",
        Kind::Boolean => "true or false",
        Kind::Name => "name",
        Kind::Text => "text",
        Kind::Address => "address",
        Kind::Duration => "milliseconds",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_explained_wherever_they_work() {
        let keymap = crate::app::keymap::Keymap::default();
        for place in keymap.bindings.iter().flat_map(|binding| &binding.when) {
            assert!(PLACES.iter().any(|(known, _)| known == place), "{place:?}");
        }
    }

    #[test]
    fn every_topic_is_explained() {
        let mut out = Out::default();
        query(&mut out).expect("the language has forms");
        keys(&mut out).expect("the keys have a table");
        fields(&mut out).expect("the fields have one");
    }
}
