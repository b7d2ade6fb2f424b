//! GitHub's names for who did something, more than once: `author:bob author:alice`. A request has one caller, so
//! that one of them is meant.

use crate::query::error::QueryError;
use crate::query::syntax::joins::is_join;
use crate::query::syntax::reader::Reader;

/// Names that are the client here.
const PEOPLE: [&str; 6] = ["author", "assignee", "involves", "mentions", "actor", "commenter"];

impl Reader<'_> {
    /// The people from here on to the next alternative or parenthesis.
    pub(super) fn people(&self) -> Option<(QueryError, usize)> {
        let rest = self.rest();
        person(rest.split_whitespace().next()?)?;
        let before = self.text[..self.at].trim_end();
        if ["-", "!", "NOT", "not", "not:"].iter().any(|sign| before.ends_with(sign)) {
            return None;
        }
        let end = rest.find(['(', ')', '|', '"']).unwrap_or(rest.len());
        let (mut names, mut others, mut len) = (Vec::new(), Vec::new(), 0);
        // Others that stand behind the last of them are read on their own.
        let mut behind = Vec::new();
        for word in rest[..end].split_whitespace() {
            if let Some(name) = person(word) {
                names.push(name);
                others.append(&mut behind);
                len = word.as_ptr() as usize + word.len() - rest.as_ptr() as usize;
            } else if is_join(word) && !word.eq_ignore_ascii_case("and") {
                break;
            } else if !word.eq_ignore_ascii_case("and") && word != "&&" {
                behind.push(word);
            }
        }
        if names.len() < 2 {
            return None;
        }
        let right = std::iter::once(format!("client:{}", names.join(",")))
            .chain(others.into_iter().map(ToOwned::to_owned))
            .collect::<Vec<_>>()
            .join(" ");
        let problem = QueryError::new("a request has one client", self.at..self.at + len);
        Some((problem.written(right), len))
    }
}

/// Who is named by a term of GitHub's.
fn person(word: &str) -> Option<&str> {
    let (name, value) = word.split_once(':')?;
    let is_plain =
        !value.is_empty() && value.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ','));
    (PEOPLE.iter().any(|person| name.eq_ignore_ascii_case(person)) && is_plain).then_some(value)
}
