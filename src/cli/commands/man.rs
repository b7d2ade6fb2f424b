//! `man`: the manual page, from the tables that the program runs on.

use clap::{Command, CommandFactory as _};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use crate::cli::args::Args;
use crate::cli::error::UserError;
use crate::cli::output::Out;
use crate::cli::session::read_keymap;
use crate::model::field::FIELDS;
use crate::query::forms::{ABOUT, FORMS, NOTES};

use super::help::PLACES;

/// Prints the manual page.
pub fn run() -> Result<(), UserError> {
    let mut out = Out::default();
    out.text(&page()?)?;
    out.flush()
}

fn page() -> Result<String, UserError> {
    let mut root = Args::command();
    root.build();
    let man = Man::new(root.clone());
    let mut bytes = Vec::new();
    // Writing to memory does not fail.
    let written = man
        .render_title(&mut bytes)
        .and_then(|()| man.render_name_section(&mut bytes))
        .and_then(|()| man.render_synopsis_section(&mut bytes))
        .and_then(|()| man.render_description_section(&mut bytes))
        .and_then(|()| man.render_options_section(&mut bytes));
    written.expect("memory takes all");
    let mut text = String::from_utf8_lossy(&bytes).into_owned();
    let mut roff = Roff::new();
    roff.control("SH", ["COMMANDS"]);
    for command in root.get_subcommands_mut() {
        commands(&mut roff, command, "reqscope");
    }
    query(&mut roff);
    keys(&mut roff)?;
    roff.control("SH", ["FIELDS"]);
    for spec in FIELDS {
        entry(&mut roff, spec.name, spec.about);
    }
    roff.control("SH", ["EXIT STATUS"]);
    roff.text([roman(
        "0 done; 1 nothing found; 2 wrong use or configuration; 3 a source or store failed; 130 interrupted.",
    )]);
    text.push_str(&roff.to_roff());
    Ok(text)
}

fn entry(roff: &mut Roff, term: &str, meaning: &str) {
    roff.control("TP", []);
    roff.text([bold(term)]);
    roff.text([roman(meaning)]);
}

/// A command's own help, and that of the commands below it.
fn commands(roff: &mut Roff, command: &mut Command, above: &str) {
    let name = format!("{above} {}", command.get_name());
    roff.control("SS", [name.as_str()]);
    roff.control("nf", []);
    for line in command.render_long_help().to_string().trim_end().lines() {
        roff.text([roman(line)]);
    }
    roff.control("fi", []);
    for inner in command.get_subcommands_mut() {
        if inner.get_name() != "help" {
            commands(roff, inner, &name);
        }
    }
}

fn query(roff: &mut Roff) {
    roff.control("SH", ["QUERY LANGUAGE"]);
    roff.text([roman(ABOUT)]);
    for group in FORMS {
        roff.control("SS", [group.title]);
        for (example, meaning) in group.forms {
            entry(roff, example, meaning);
        }
    }
    for note in NOTES {
        roff.control("PP", []);
        roff.text([roman(*note)]);
    }
}

fn keys(roff: &mut Roff) -> Result<(), UserError> {
    let keymap = read_keymap()?;
    roff.control("SH", ["KEYS"]);
    for (place, title) in PLACES {
        roff.control("SS", [title]);
        for binding in keymap.for_place(place) {
            let keys: Vec<String> = binding.keys.iter().map(ToString::to_string).collect();
            let text = binding.text.clone().unwrap_or_else(|| binding.action.title().to_lowercase());
            entry(roff, &keys.join(" "), &text);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_has_every_command_field_and_form() {
        let page = page().expect("a page").replace('\\', "");
        for command in Args::command().get_subcommands() {
            assert!(page.contains(&format!("reqscope {}", command.get_name())), "{}", command.get_name());
        }
        for spec in FIELDS {
            assert!(page.contains(spec.name), "{}", spec.name);
        }
        assert!(page.contains("duration>1.5s") && page.contains("QUERY LANGUAGE"));
    }
}
