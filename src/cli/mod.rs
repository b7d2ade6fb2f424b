//! Arguments, commands, exit codes.

pub mod args;
pub mod commands;
pub mod context;
pub mod error;
pub mod output;
pub mod session;

use std::process::ExitCode;

use clap::Parser;

use args::{Args, Command};
use error::{ErrorKind, UserError};

/// Runs the program.
pub fn main() -> ExitCode {
    // Files that this program makes are its user's alone.
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
    let args = Args::parse();
    match run(args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            if !error.message.is_empty() && error.kind != ErrorKind::ClosedPipe {
                eprintln!("{error}");
            }
            ExitCode::from(error.kind.code())
        }
    }
}

fn run(args: Args) -> Result<(), UserError> {
    match args.command {
        Some(Command::Demo(args)) => commands::demo::run(&args),
        _ => Err(UserError::usage("not there yet")),
    }
}
