//! `completions`: what shells complete by, from the tables that the program runs on.

use clap::builder::PossibleValuesParser;
use clap::{Arg, Command, CommandFactory as _};
use clap_complete::{Shell, generate};

use crate::cli::args::{Args, CompletionsArgs};
use crate::cli::complete::candidates;
use crate::cli::error::UserError;
use crate::cli::fixed_values::fixed_values;
use crate::cli::output::{Out, say};

/// What is asked when a shell completes a line: the scripts of these shells ask the program itself.
const SCRIPTS: [(Shell, &str, &str); 3] = [
    (
        Shell::Bash,
        include_str!("../../../assets/completions/reqscope.bash"),
        "~/.local/share/bash-completion/completions/reqscope",
    ),
    (Shell::Zsh, include_str!("../../../assets/completions/reqscope.zsh"), "a file _reqscope in a folder of $fpath"),
    (
        Shell::Fish,
        include_str!("../../../assets/completions/reqscope.fish"),
        "~/.config/fish/completions/reqscope.fish",
    ),
];

/// Prints what a shell completes by; or, as its script asks, what could stand at the cursor.
pub fn run(args: &CompletionsArgs) -> Result<(), UserError> {
    let mut out = Out::default();
    if let Some(at) = args.at {
        for line in candidates(&args.words, at) {
            out.line(&line)?;
        }
        return out.flush();
    }
    let asking = SCRIPTS.iter().find(|(shell, ..)| *shell == args.shell);
    out.text(&asking.map_or_else(|| script(args.shell), |(_, script, _)| (*script).to_owned()))?;
    out.flush()?;
    if let Some((.., place)) = asking {
        say(&format!("write this to {place}"));
    }
    Ok(())
}

/// The script of a shell that does not ask: with what is known beforehand.
fn script(shell: Shell) -> String {
    let mut bytes = Vec::new();
    generate(shell, &mut command(), "reqscope", &mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The commands, with the values that the tables know.
fn command() -> Command {
    let root = Args::command();
    let names: Vec<String> = root.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    root.mut_subcommands(|sub| sub.mut_args(|arg| with_values(arg, &names)))
}

fn with_values(arg: Arg, commands: &[String]) -> Arg {
    match fixed_values(&arg, commands) {
        // The names live as long as the program, which ends when they are printed.
        Some(values) => {
            let values = values.into_iter().map(|(value, _)| &*value.leak());
            arg.value_parser(PossibleValuesParser::new(values.collect::<Vec<&'static str>>()))
        }
        None => arg,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shells_that_do_not_ask_complete_commands_options_and_values() {
        for shell in [Shell::Elvish, Shell::PowerShell] {
            let text = script(shell);
            for word in ["timeline", "as-of", "incidents"] {
                assert!(text.contains(word), "{shell}: {word}");
            }
        }
    }
}
