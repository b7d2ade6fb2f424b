//! Arguments, commands, exit codes.

pub mod args;
mod command_first;
pub mod commands;
mod complete;
mod complete_values;
pub mod context;
pub mod error;
pub mod fixed_values;
pub mod folders;
mod foreign_options;
pub mod interrupt;
pub mod negation;
pub mod opened;
pub mod option_values;
pub mod output;
pub mod progress;
mod sent;
pub mod session;
pub mod text;
pub mod view;

use std::process::ExitCode;

use clap::Parser;

use crate::base::time::Timestamp;

use args::{Args, Command};
use command_first::command_first;
use error::{ErrorKind, UserError};
use foreign_options::{instead_of_options, instead_of_order};
use negation::mark_negations;
use output::say;

/// Runs the program.
pub fn main() -> ExitCode {
    // Files that this program makes are its user's alone.
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
    keep_secrets_out_of_cores();
    let args = match Args::try_parse_from(mark_negations(command_first(std::env::args_os()))) {
        Ok(args) => args,
        Err(error) if error.use_stderr() => {
            // It repeats what was typed or pasted.
            say(error.render().to_string().trim_end());
            if let Some(word) = left_out_word(&error) {
                say(&format!("to leave a word out of what is searched, write not:{word}"));
            }
            if error.kind() == clap::error::ErrorKind::UnknownArgument {
                let arguments: Vec<String> = std::env::args().collect();
                let instead = [instead_of_options(&arguments, Timestamp::now()), instead_of_order(&arguments)];
                instead.iter().flatten().for_each(|sentence| say(sentence));
            }
            return ExitCode::from(ErrorKind::Usage.code());
        }
        // Help and version are no errors.
        Err(asked_for) => asked_for.exit(),
    };
    match run(args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            if !error.message.is_empty() && error.kind != ErrorKind::ClosedPipe {
                say(&error.to_string());
            }
            ExitCode::from(error.kind.code())
        }
    }
}

/// The word behind a minus that was taken for options.
fn left_out_word(error: &clap::Error) -> Option<String> {
    (error.kind() == clap::error::ErrorKind::UnknownArgument).then_some(())?;
    let is_word = |word: &str| word.len() > 1 && word.chars().all(char::is_alphanumeric);
    std::env::args()
        .skip(1)
        .find_map(|argument| argument.strip_prefix('-').filter(|word| is_word(word)).map(str::to_owned))
}

/// Keys are in this process's memory: a crash must not write them to a disk.
fn keep_secrets_out_of_cores() {
    use rustix::process::{Resource, Rlimit, setrlimit};
    // Where this is refused, it was forbidden from outside already.
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    // Cores that go to a program are not bound by the limit.
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
}

fn run(args: Args) -> Result<(), UserError> {
    use commands::{
        collect, completions, config, demo, doctor, export, figures, formats, get, help, import, man, open, search,
        store, tail, timeline,
    };
    match args.command {
        None => open::run(&args.open),
        Some(Command::Demo(args)) => demo::run(&args),
        Some(Command::Open(args)) => open::run(&args),
        Some(Command::Collect(args)) => collect::run(&args),
        Some(Command::Import(args)) => import::run(&args),
        Some(Command::Search(args)) => search::run(&args),
        Some(Command::Get(args)) => get::run(&args),
        Some(Command::Facets(args)) => figures::facets(&args),
        Some(Command::Timeline(args)) => timeline::timeline(&args),
        Some(Command::Summary(args)) => figures::summary(&args),
        Some(Command::Tail(args)) => tail::run(&args),
        Some(Command::Export(args)) => export::run(&args),
        Some(Command::Store(command)) => store::run(&command),
        Some(Command::Formats(args)) => formats::run(&args),
        Some(Command::Doctor(args)) => doctor::run(&args),
        Some(Command::Config(command)) => config::run(&command),
        Some(Command::Help(args)) => help::run(&args),
        Some(Command::Completions(args)) => completions::run(&args),
        Some(Command::Man) => man::run(),
    }
}
