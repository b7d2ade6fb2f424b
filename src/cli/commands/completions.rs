//! `completions`: what shells complete by, from the tables that the program runs on.

use std::fmt::Write as _;

use clap::builder::PossibleValuesParser;
use clap::{Arg, Command, CommandFactory as _, ValueHint};
use clap_complete::{Shell, generate};

use crate::cli::args::{Args, CompletionsArgs};
use crate::cli::error::UserError;
use crate::cli::output::{Out, say};
use crate::export::columns::Layout;
use crate::model::field::FIELDS;
use crate::source::format::registry::Registry;

use super::help::TOPICS;

/// Spans of `--by`, and periods, as they are mostly wanted.
const SPANS: [&str; 9] = ["1m", "5m", "10m", "30m", "1h", "6h", "day", "week", "month"];
const PERIODS: [&str; 12] = [
    "15m",
    "1h",
    "24h",
    "7d",
    "30d",
    "today",
    "yesterday",
    "this-week",
    "last-week",
    "this-month",
    "last-month",
    "all",
];

/// Prints the completions for a shell.
pub fn run(args: &CompletionsArgs) -> Result<(), UserError> {
    let mut out = Out::default();
    out.text(&script(args.shell))?;
    out.flush()?;
    if let Some(place) = place(args.shell) {
        say(&format!("write this to {place}"));
    }
    Ok(())
}

/// What a shell is to read.
fn script(shell: Shell) -> String {
    let mut bytes = Vec::new();
    generate(shell, &mut command(), "reqscope", &mut bytes);
    let mut text = String::from_utf8_lossy(&bytes).into_owned();
    match shell {
        // In place of a command stands what is opened.
        Shell::Zsh => {
            let commands = "_describe -t commands 'reqscope commands' commands \"$@\"\n";
            text = text.replacen(commands, &format!("{commands}    _files\n"), 1);
        }
        Shell::Fish => text.push_str(&fish_positions()),
        _ => {}
    }
    text
}

/// What stands behind a command without an option's name, which the maker of the script leaves out for fish.
fn fish_positions() -> String {
    let mut text = String::new();
    for sub in command().get_subcommands() {
        for arg in sub.get_positionals() {
            let values: Vec<String> =
                arg.get_possible_values().iter().map(|value| value.get_name().to_owned()).collect();
            let is_other = arg.get_value_hint() == ValueHint::Other;
            if values.is_empty() && !is_other {
                continue;
            }
            let listed = if values.is_empty() { String::new() } else { format!(" -a '{}'", values.join(" ")) };
            let name = sub.get_name();
            let _ = writeln!(text, "complete -c reqscope -n \"__fish_reqscope_using_subcommand {name}\" -f{listed}");
        }
    }
    text
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

/// The commands as shells complete them: arguments have the values that the tables know, and what is no file
/// is not completed as one.
fn command() -> Command {
    let root = Args::command();
    let names: Vec<&'static str> = root.get_subcommands().map(|sub| &*sub.get_name().to_owned().leak()).collect();
    let of_arg = |arg: Arg| complete(arg, &names);
    // With a position of its own beside the commands, zsh takes a command for that.
    let options = root.get_arguments().filter(|arg| !arg.is_positional()).cloned().map(of_arg);
    Command::new("reqscope")
        .version(env!("CARGO_PKG_VERSION"))
        .disable_help_subcommand(true)
        .args(options.collect::<Vec<_>>())
        .subcommands(root.get_subcommands().map(|sub| sub.clone().mut_args(of_arg)).collect::<Vec<_>>())
}

/// An argument with the values that it can have.
fn complete(arg: Arg, commands: &[&'static str]) -> Arg {
    let fields = || FIELDS.iter().map(|spec| spec.name);
    let values: Vec<&'static str> = match arg.get_id().as_str() {
        "fields" | "sort" => fields().collect(),
        "split" => std::iter::once("status-class").chain(fields()).collect(),
        "layout" => Layout::ALL.iter().map(|(name, _)| *name).collect(),
        "dialect" => vec!["raw", "excel"],
        "unit" => vec!["s", "ms", "us", "ns"],
        "by" => SPANS.to_vec(),
        "period" => PERIODS.to_vec(),
        "topic" => TOPICS.into_iter().chain(commands.iter().copied()).collect(),
        // That of the output has its own. The names live as long as the program, which ends when they are printed.
        "format" if arg.get_possible_values().is_empty() => {
            Registry::new().formats().map(|format| &*format.name().to_owned().leak()).collect()
        }
        "query" | "queries" | "source" | "sources" | "since" | "until" | "tz" | "as_of" | "columns" | "limit"
        | "matching" | "timeout" | "site" | "ids" | "history" | "rate" | "seed" | "port" => {
            return arg.value_hint(ValueHint::Other);
        }
        _ => return arg,
    };
    arg.value_parser(PossibleValuesParser::new(values))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shell_completes_commands_options_and_values() {
        for shell in [Shell::Bash, Shell::Zsh, Shell::Fish] {
            let text = script(shell);
            for word in
                ["timeline", "gateway_code", "as-of", "last-week", "status-class", "files-com", "nginx-combined"]
            {
                assert!(text.contains(word), "{shell}: {word}");
            }
        }
    }

    #[test]
    fn zsh_takes_the_first_word_for_the_command() {
        let text = script(Shell::Zsh);
        assert!(text.contains("case $line[1] in") && !text.contains("$line[2]"));
        assert!(text.contains("commands \"$@\"\n    _files\n"), "files are opened without a command");
    }

    #[test]
    fn fish_completes_what_has_no_option() {
        let text = script(Shell::Fish);
        let line = |command: &str| {
            let about = format!("complete -c reqscope -n \"__fish_reqscope_using_subcommand {command}\" -f");
            text.lines().find(|line| line.starts_with(&about) && !line.contains(" -l ")).map(str::to_owned)
        };
        assert!(line("facets").is_some_and(|line| line.contains(" client ")), "fields");
        assert!(line("help").is_some_and(|line| line.contains("query keys fields demo")), "topics and commands");
        assert_eq!(line("search").map(|line| line.ends_with(" -f")), Some(true), "a query is no file");
        assert_eq!(line("import"), None, "files");
    }
}
