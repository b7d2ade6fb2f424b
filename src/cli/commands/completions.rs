//! `completions`: what shells complete by, from the tables that the program runs on.

use clap::builder::PossibleValuesParser;
use clap::{Command, CommandFactory as _};
use clap_complete::{Shell, generate};

use crate::cli::args::{Args, CompletionsArgs};
use crate::cli::error::UserError;
use crate::cli::output::{Out, say};
use crate::model::field::FIELDS;

use super::help::TOPICS;

/// Prints the completions for a shell.
pub fn run(args: &CompletionsArgs) -> Result<(), UserError> {
    let mut bytes = Vec::new();
    generate(args.shell, &mut command(), "reqscope", &mut bytes);
    let mut out = Out::default();
    out.text(&String::from_utf8_lossy(&bytes))?;
    out.flush()?;
    if let Some(place) = place(args.shell) {
        say(&format!("write this to {place}"));
    }
    Ok(())
}

/// Where shells look for completions of their users.
fn place(shell: Shell) -> Option<&'static str> {
    Some(match shell {
        Shell::Bash => "~/.local/share/bash-completion/completions/reqscope",
        Shell::Zsh => "a file _reqscope in a folder of $fpath",
        Shell::Fish => "~/.config/fish/completions/reqscope.fish",
        _ => return None,
    })
}

/// The commands; arguments that are fields are completed by the field table.
fn command() -> Command {
    let fields = || PossibleValuesParser::new(FIELDS.iter().map(|spec| spec.name));
    Args::command()
        .mut_subcommand("facets", |command| command.mut_arg("fields", |arg| arg.value_parser(fields())))
        .mut_subcommand("search", |command| command.mut_arg("sort", |arg| arg.value_parser(fields())))
        .mut_subcommand("help", |command| {
            command.mut_arg("topic", |arg| arg.value_parser(PossibleValuesParser::new(TOPICS)))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shell_completes_commands_and_fields() {
        for shell in [Shell::Bash, Shell::Zsh, Shell::Fish] {
            let mut bytes = Vec::new();
            generate(shell, &mut command(), "reqscope", &mut bytes);
            let text = String::from_utf8(bytes).expect("text");
            for word in ["timeline", "gateway_code", "--as-of"] {
                assert!(text.contains(word) || text.contains(word.trim_start_matches('-')), "{shell}: {word}");
            }
        }
    }
}
