//! The command that looks for lines in files: `grep -i "timed out" access.log`. Its text is searched as one here.

use crate::query::error::QueryError;
use crate::query::print::{needs_quotes, quoted};

/// What such commands are called.
const COMMANDS: [&str; 6] = ["grep", "egrep", "fgrep", "zgrep", "rg", "ack"];

/// What is right for such a command. Two words alone may be a text.
pub(in crate::query::syntax) fn whole(text: &str) -> Option<QueryError> {
    let start = text.len() - text.trim_start().len();
    let inner = text.trim();
    let (command, mut rest) = inner.split_once(' ').filter(|(command, _)| COMMANDS.contains(command))?;
    let mut flags = String::new();
    while let Some(option) = rest.trim_start().strip_prefix('-') {
        let (option, behind) = option.split_once(' ')?;
        flags.push_str(option);
        rest = behind;
    }
    rest = rest.trim_start();
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''));
    let (pattern, files) = match quote {
        Some(quote) => rest[1..].split_once(quote)?,
        None => rest.split_once(' ').unwrap_or((rest, "")),
    };
    let is_file = |name: &str| name == "-" || name.contains(['.', '/', '*']);
    let has_files = files.split_whitespace().all(is_file);
    if quote.is_none() && flags.is_empty() && (files.trim().is_empty() || !has_files) {
        return None;
    }
    let problem = QueryError::new(format!("“{command}” is a command"), start..start + inner.len());
    let is_text = pattern.contains(char::is_alphabetic)
        && pattern.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '/' | ':'));
    // Others choose files, or have a value behind them.
    let is_known = flags.chars().all(|flag| matches!(flag, 'i' | 'n' | 'c' | 'F' | 'E' | 'v' | 'r' | 'a' | 'H' | 'h'));
    let sign = if flags.contains('v') { "-" } else { "" };
    if !is_text || !is_known || !has_files {
        return Some(problem.with_hint("write error_message~\"timed.out\" or path~\"^/orders\" for a pattern"));
    }
    let is_word = !needs_quotes(pattern) && pattern.chars().all(char::is_alphanumeric);
    let right = if is_word { pattern.to_owned() } else { quoted(pattern.as_bytes()) };
    Some(problem.written(format!("{sign}{right}")))
}
