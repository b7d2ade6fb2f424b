//! Comments and the order to search, which are no part of a query: `status:500 -- both`, `search "timed out"`.

use crate::query::error::QueryError;
use crate::query::syntax::reader::Reader;

impl Reader<'_> {
    /// `-- text`, `# text` and `// text` up to the end of the line behind a term, `/* text */` anywhere.
    pub(in crate::query::syntax) fn comment(&self) -> Option<(QueryError, usize)> {
        let rest = self.rest();
        let begins =
            |sign: &str| rest.strip_prefix(sign).is_some_and(|behind| behind.is_empty() || behind.starts_with(' '));
        let len = if rest.starts_with("/* ") {
            rest.find("*/")? + 2
        } else if self.at > 0 && (begins("--") || (begins("#") || begins("//")) && rest.len() > 2) {
            rest.find('\n').unwrap_or(rest.len())
        } else {
            return None;
        };
        let place = self.at..self.at + len;
        let problem = QueryError::new("a comment is no part of a query", place.clone());
        let hint = "leave it out; in double quotes it is searched as text";
        Some((problem.with_hint(hint).with_fix(place, ""), len))
    }

    /// `WHERE 1=1 AND …`, as programs put conditions together.
    pub(in crate::query::syntax) fn always_true(&self) -> Option<(QueryError, usize)> {
        let behind = ["1=1 ", "1 = 1 "].iter().find_map(|sign| self.rest().strip_prefix(sign))?.trim_start();
        let (join, behind) = behind.split_once(' ').filter(|(join, _)| join.eq_ignore_ascii_case("and"))?;
        let place = self.at..self.end - behind.len();
        let problem = QueryError::new("this is always so", self.at..place.end - join.len() - 1);
        Some((problem.with_hint("leave it out").with_fix(place.clone(), ""), place.len()))
    }

    /// Kusto's and Splunk's `search "timed out"`.
    pub(in crate::query::syntax) fn search_command(&self) -> Option<(QueryError, usize)> {
        let behind = self.rest().strip_prefix("search").filter(|behind| behind.trim_start().starts_with('"'))?;
        if !behind.starts_with(' ') || !self.stands_first() {
            return None;
        }
        let place = self.at..self.end - behind.trim_start().len();
        let problem = QueryError::new("“search” is a word here", self.at..self.at + "search".len());
        let hint = "leave it out, or write \"search\" to search for the word";
        Some((problem.with_hint(hint).with_fix(place.clone(), ""), place.len()))
    }
}
