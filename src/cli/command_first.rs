//! `reqscope --store DIR import FILE`: what goes with every command may stand before it.

use std::ffi::OsString;

use clap::{Command, CommandFactory};

use super::args::Args;

/// Options of the screen that commands have, too; each has a value.
const COMMON: [&str; 3] = ["--store", "--config", "--tz"];

/// Arguments in which these options stand behind the command, where it is told them.
pub fn command_first(arguments: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let mut at = 1;
    while let Some(argument) = arguments.get(at).and_then(|argument| argument.to_str()) {
        let is_joined = COMMON.iter().any(|name| argument.strip_prefix(name).is_some_and(|rest| rest.starts_with('=')));
        match argument {
            _ if COMMON.contains(&argument) => at += 2,
            _ if is_joined => at += 1,
            _ => break,
        }
    }
    if at == 1 || at >= arguments.len() {
        return arguments;
    }
    let (before, rest) = arguments.split_at(at);
    // `store info` are two words.
    let mut command = Args::command();
    let mut words = 0;
    while let Some(found) = rest.get(words).and_then(|word| subcommand(&command, word.to_str()?)) {
        command = found;
        words += 1;
    }
    let (path, rest) = rest.split_at(words);
    [&before[..1], path, &before[1..], rest].concat()
}

fn subcommand(command: &Command, name: &str) -> Option<Command> {
    command.get_subcommands().find(|sub| sub.get_name() == name).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moved(line: &str) -> String {
        let moved = command_first(line.split(' ').map(OsString::from));
        moved.iter().map(|argument| argument.to_string_lossy()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn common_options_stand_behind_the_command() {
        for (line, expected) in [
            ("reqscope --store d import x", "reqscope import --store d x"),
            ("reqscope --config=c --tz UTC search a", "reqscope search --config=c --tz UTC a"),
            ("reqscope --store d store info", "reqscope store info --store d"),
            ("reqscope --store d access.log", "reqscope --store d access.log"),
            ("reqscope --store import", "reqscope --store import"),
            ("reqscope --store d", "reqscope --store d"),
            ("reqscope import --store d x", "reqscope import --store d x"),
            ("reqscope --version", "reqscope --version"),
        ] {
            assert_eq!(moved(line), expected, "{line}");
        }
    }
}
