//! `-status:404` on the command line: a term of the query and no options.

use std::ffi::OsString;

use crate::model::field::FieldRef;

/// Words before a colon that are no fields.
const WORDS: [&str; 4] = ["is", "has", "no", "not"];

/// Arguments in which terms that leave requests out begin with `not:`, so that they are no options. A
/// field's name, a parenthesis or a quote behind the minus tells them from options.
pub fn mark_negations(arguments: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
    let mut marked: Vec<OsString> = Vec::new();
    let mut is_rest = false;
    for argument in arguments {
        is_rest |= argument == "--";
        let is_value =
            marked.last().is_some_and(|last| ["-q", "--query", "--sort"].iter().any(|option| last == option));
        let term = argument.to_str().and_then(|text| text.strip_prefix('-')).filter(|term| is_term(term));
        match term {
            Some(term) if !is_rest && !is_value => marked.push(format!("not:{term}").into()),
            _ => marked.push(argument),
        }
    }
    marked
}

fn is_term(term: &str) -> bool {
    if term.starts_with(['(', '"', '\'']) {
        return true;
    }
    let Some(end) = term.find([':', '=', '<', '>', '~', '!', ' ']) else { return false };
    let name = &term[..end];
    name.len() > 1 && !name.starts_with('-') && (FieldRef::find(name).is_some() || WORDS.contains(&name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(line: &str) -> String {
        let marked = mark_negations(line.split(' ').map(OsString::from));
        marked.iter().map(|argument| argument.to_string_lossy()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn terms_are_told_from_options() {
        assert_eq!(marked("search -status:404 -n 2"), "search not:status:404 -n 2");
        assert_eq!(marked("search -q -status:404 --tz=UTC"), "search -q -status:404 --tz=UTC");
        assert_eq!(marked("search --sort -duration:asc"), "search --sort -duration:asc");
        assert_eq!(marked("search -n=5 -duration>2s"), "search -n=5 not:duration>2s");
        assert_eq!(marked("search -qstatus:404 -is:failed"), "search -qstatus:404 not:is:failed");
        assert_eq!(marked("search timeout OR -(a b)"), "search timeout OR not:(a b)");
        assert_eq!(marked("search -- -status:404"), "search -- -status:404");
    }
}
