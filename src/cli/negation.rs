//! `-status:404` on the command line: a term of the query and no options.

use std::ffi::OsString;

use crate::model::field::FieldRef;
use crate::query::is_plain_name;

/// Words before a colon that are no fields.
const WORDS: [&str; 6] = ["is", "has", "no", "not", "_exists_", "_missing_"];

/// Options of one letter that have values.
const WITH_VALUES: [char; 3] = ['q', 'n', 'o'];

/// Arguments in which terms that leave requests out begin with `not:`, so that they are no options. A
/// name and an operator, a parenthesis or a quote behind the minus tells them from options.
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
    if term.starts_with(['(', '"', '\'', '@']) {
        return true;
    }
    let Some(end) = term.find([':', '=', '<', '>', '~', '!', ' ', '(']) else { return false };
    let (name, behind) = term.split_at(end);
    if name.len() < 2 || name.starts_with('-') {
        return false;
    }
    is_known(name) || !behind.starts_with(' ') && is_plain_name(name) && !is_joined(name)
}

fn is_known(name: &str) -> bool {
    FieldRef::find(name).is_some() || WORDS.contains(&name)
}

/// `-qstatus:404`: whether a value stands right behind an option.
fn is_joined(name: &str) -> bool {
    let value = name.strip_prefix(WITH_VALUES);
    value.is_some_and(|value| is_known(value) || name.starts_with('o') && value.len() == 1)
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
        for term in ["env:prod", "@env:prod", "label:vip", "CIDR(@ip,10.0.0.0/8)", "_exists_:x", "origin=x", "quota:5"]
        {
            assert_eq!(marked(&format!("search -{term}")), format!("search not:{term}"), "{term}");
        }
        for line in
            ["search -n=5 -q=x", "search -qclient:x", "export -oC:x.csv", "search -qstatus>=500", "search --tz=UTC"]
        {
            assert_eq!(marked(line), line);
        }
        assert_eq!(marked("search -- -status:404"), "search -- -status:404");
    }
}
