//! Terms of other languages that are written in another way here: each is answered with it, never read
//! as something else. Kibana's, Datadog's, GitHub's, Loki's and jq's own documentation say what they mean.

use crate::model::field::{Field, FieldRef, Kind};
use crate::query::error::QueryError;
use crate::query::print::field_name;
use crate::query::syntax::dialect::pipelines::stages::regex_of_splunk;
use crate::query::syntax::joins::is_join;
use crate::query::syntax::name::is_of_name;
use crate::query::syntax::operators::comparison;
use crate::query::syntax::reader::Reader;
use crate::query::syntax::slips::truths::is_truth;
use crate::query::syntax::term::{is_counted, known_name_len, operator_len};
use crate::query::syntax::value::{CLOSING_QUOTES, OPENING_QUOTES};

use super::absence::presence_term;
use super::literal::argument_word;

/// Typographic signs that stand for an operator.
const SIGNS: &[(char, &str)] =
    &[('：', ":"), ('≥', ">="), ('≤', "<="), ('≠', "!="), ('＝', "="), ('＞', ">"), ('＜', "<")];

/// Operators that no word begins with.
const OPERATORS_ALONE: [&str; 6] = ["==", "!=", ">=", "<=", "=~", "!~"];

/// Dashes that text programs make of a minus.
const DASHES: [char; 3] = ['–', '—', '−'];

impl Reader<'_> {
    /// Passes over a term of another language, and notes what it is here.
    pub(in crate::query::syntax) fn foreign_term(&mut self) -> bool {
        let found = self
            .mitmproxy()
            .or_else(|| self.search_command())
            .or_else(|| self.always_true())
            .or_else(|| self.command())
            .or_else(|| self.request_line())
            .or_else(|| self.line_filter())
            .or_else(|| self.selector())
            .or_else(|| self.predicate())
            .or_else(|| self.sql())
            .or_else(|| self.turned_comparison())
            .or_else(|| self.sum())
            .or_else(|| self.jq_call())
            .or_else(|| self.network())
            .or_else(|| self.nested_group())
            .or_else(|| self.people())
            .or_else(|| self.indexed_name())
            .or_else(|| self.slashed_name())
            .or_else(|| self.except())
            .or_else(|| self.field_pattern())
            .or_else(|| self.typographic())
            .or_else(|| self.comparison_goes_on())
            .or_else(|| self.comparison_alone())
            .or_else(|| self.range_alone())
            .or_else(|| self.either_in_braces())
            .or_else(|| self.stray());
        let is_found = found.is_some();
        if let Some((problem, len)) = found {
            self.at += len;
            self.problem(problem);
        }
        is_found
    }

    /// Loki's `ip("10.1.0.0/16")`, alone or behind a name and an equals sign.
    fn network(&self) -> Option<(QueryError, usize)> {
        let rest = self.rest();
        let (before, inside) = rest.split_once("ip(\"")?;
        let name = before.trim_end().trim_end_matches(['=', ':', '!']).trim_end();
        let field = if before.is_empty() { Field::Ip.into() } else { FieldRef::find(name)? };
        let (value, behind) = inside.split_once("\")")?;
        let is_network = field.kind() == Kind::Address && !value.contains(['"', ' ']);
        let is_asked = before.is_empty() || before.trim_end().len() > name.len();
        if !is_network || !is_asked {
            return None;
        }
        let sign = if before.contains('!') { "-" } else { "" };
        let len = rest.len() - behind.len();
        let problem = QueryError::new("“ip(…)” is Loki's", self.at..self.at + len);
        Some((problem.written(format!("{sign}{}:{value}", field_name(&field))), len))
    }

    /// `status % 100 = 4`: what no range says.
    fn sum(&self) -> Option<(QueryError, usize)> {
        let rest = self.rest();
        let (name, behind) = rest.split_at(rest.find(|c| !is_of_name(c))?);
        let field = FieldRef::find(name).filter(|field| is_counted(field.kind()))?;
        let operand = behind.trim_start().strip_prefix(['%', '*', '+'])?.trim_start();
        let compared = operand.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
        let (_, behind) = comparison(compared.trim_start()).filter(|_| compared.len() < operand.len())?;
        let len = rest.len() - argument_word(behind)?.1.len();
        let range = match field.kind() {
            Kind::Duration => "100ms..2s",
            Kind::Time => "24h",
            _ => "500..599",
        };
        let problem = QueryError::new("there are no sums here", self.at..self.at + len);
        Some((problem.with_hint(format!("write a value or a range: {field}:{range}")), len))
    }

    /// Signs and quotes that text programs make of plain ones.
    fn typographic(&self) -> Option<(QueryError, usize)> {
        let rest = self.rest();
        let first = rest.chars().next()?;
        let place = |from: usize, to: usize| self.at + from..self.at + to;
        if DASHES.contains(&first) {
            let len = first.len_utf8();
            known_name_len(&rest[len..])?;
            let problem = QueryError::new(format!("“{first}” is a dash"), place(0, len));
            return Some((problem.with_hint("write a minus: -").with_fix(place(0, len), "-"), len));
        }
        if OPENING_QUOTES.contains(&first) {
            let (problem, len) = self.typographic_quotes()?;
            let inside = &rest[first.len_utf8()..];
            let inside = &inside[..inside.find(CLOSING_QUOTES)?];
            // A term stands in none.
            return Some((if known_name_len(inside).is_some() { problem.written(inside) } else { problem }, len));
        }
        let len = rest.find(|c: char| !crate::query::syntax::name::is_of_name(c))?;
        let at = rest.len() - rest[len..].trim_start().len();
        let sign = rest[at..].chars().next()?;
        let (_, right) = SIGNS.iter().find(|(other, _)| *other == sign)?;
        FieldRef::find(&rest[..len])?;
        let end = at + sign.len_utf8();
        let end = rest.len() - rest[end..].trim_start().len();
        let problem = QueryError::new(format!("“{sign}” is no operator here"), place(at, at + sign.len_utf8()));
        let value = rest[end..].find(char::is_whitespace).map_or(rest.len(), |at| end + at);
        Some((problem.with_hint(format!("write {right}")).with_fix(place(len, end), *right), value))
    }

    /// `“Acme Ltd”`.
    pub(in crate::query::syntax) fn typographic_quotes(&self) -> Option<(QueryError, usize)> {
        let rest = self.rest();
        // An apostrophe opens a text where another one closes it.
        let is_open = |first: &char| OPENING_QUOTES.contains(first) || *first == '’' && rest.matches('’').count() == 2;
        let open = rest.chars().next().filter(is_open)?.len_utf8();
        let close = open + rest[open..].find(CLOSING_QUOTES)?;
        let len = close + rest[close..].chars().next().map_or(0, char::len_utf8);
        let problem = QueryError::new("these are no quotes here", self.at..self.at + len);
        Some((problem.written(format!("\"{}\"", rest[open..close].replace('"', "\\\""))), len))
    }

    /// What stands where a term should.
    fn stray(&self) -> Option<(QueryError, usize)> {
        let rest = self.rest();
        let word = rest.split_whitespace().next()?;
        let behind = rest[word.len()..].trim_start();
        let space = rest.len() - behind.len();
        let problem = |len: usize| QueryError::new(format!("“{word}” cannot stand here"), self.at..self.at + len);
        let dropped = |problem: QueryError, len: usize| problem.with_fix(self.at..self.at + len, "");
        let next = behind.split_whitespace().next().unwrap_or("");
        let lower = word.to_ascii_lowercase();
        let found = match lower.as_str() {
            ";" if behind.is_empty() => dropped(problem(1).with_hint("nothing ends a query"), rest.len()),
            "+" | ";" if known_name_len(behind).is_some() => {
                dropped(problem(1).with_hint("terms stand side by side, without signs"), space)
            }
            "," if known_name_len(behind).is_some() => {
                dropped(problem(1).with_hint("terms stand side by side, without commas"), space)
            }
            "=" | "==" | "<<" | ">>" | "<<=" | ">>=" | ":" | ":=" | ">" | "<" | ">=" | "<=" | "!=" | "=~" | "!~"
            | "~" => problem(word.len()).with_hint("an operator stands behind the name of a field: status>=500"),
            "//" => problem(word.len())
                .with_hint("what is missing is asked for with no:client, a path begins with one slash"),
            _ if OPERATORS_ALONE.iter().any(|operator| word.starts_with(operator)) => {
                problem(word.len()).with_hint("an operator stands behind the name of a field: status>=500")
            }
            "|=" | "|~" => problem(word.len()).with_hint("write the text that is looked for alone: \"timeout\""),
            "-" | "--" | "–" | "—" if known_name_len(behind).is_some() => problem(word.len())
                .with_hint("a minus stands right before what it leaves out")
                .with_fix(self.at..self.at + space, "-"),
            "regex" if regex_of_splunk(rest).is_some() => {
                let (term, len) = regex_of_splunk(rest)?;
                let found = QueryError::new("“regex” cannot stand here", self.at..self.at + len);
                return Some((found.written(term), len));
            }
            "where" | "filter" | "select" | "search" if self.is_condition(word, behind) => {
                dropped(problem(word.len()).with_hint("terms stand side by side: status:5xx client:acme"), space)
            }
            "select" if is_of_sql(word, &behind.to_ascii_lowercase()) => {
                let problem = problem(word.len()).with_hint("terms stand side by side: status:5xx client:acme");
                let condition = rest.to_ascii_lowercase().find(" where ").map(|at| at + " where ".len());
                let Some(len) = condition else { return Some((problem, word.len())) };
                return Some((dropped(problem, len), len));
            }
            "case" if next.eq_ignore_ascii_case("when") => {
                problem(rest.len()).with_hint("there are no cases here: write the condition behind WHEN alone")
            }
            "exists" if self.is_presence(behind, next) => {
                let name = field_name(&FieldRef::find(next)?);
                let right = presence_term(&name, true);
                let problem = problem(space + next.len());
                return Some((problem.written(right), space + next.len()));
            }
            "order" | "group" | "sort" if next.eq_ignore_ascii_case("by") => {
                let problem = problem(word.len() + 1 + next.len())
                    .with_hint("it is no part of a query: --sort orders, reqscope facets counts by a field");
                dropped(problem, rest.len())
            }
            "limit" if next.parse::<u64>().is_ok() && behind.trim_end().trim_end_matches(';') == next => {
                dropped(problem(word.len()).with_hint("the number of rows is no part of a query: use -n"), rest.len())
            }
            // Lucene's weight of a group, and how far its words may be apart.
            _ if self.text[..self.at].ends_with([')', '"'])
                && word.strip_prefix(['^', '~']).is_some_and(|number| number.parse::<f64>().is_ok()) =>
            {
                dropped(problem(word.len()).with_hint("no term weighs more than another"), word.len())
            }
            _ => return self.wrapped(word),
        };
        // The text behind it is read on.
        Some((found, if found_is_long(&lower) { rest.len() } else { word.len() }))
    }

    /// Whether what is behind a word is a condition and no text.
    fn is_condition(&self, word: &str, text: &str) -> bool {
        let is_first = self.text[..self.at].trim().is_empty();
        let mut text = text;
        let mut is_sure = is_first && word == "WHERE" && !text.is_empty();
        while let Some(behind) = ["(", "-", "!", "NOT ", "not ", "NOT("].iter().find_map(|sign| text.strip_prefix(sign))
        {
            is_sure |= is_first && text.starts_with("NOT");
            text = behind.trim_start();
        }
        let mut inner = Reader::new(&self.text[..self.end]);
        inner.at = self.end - text.len();
        let is_asked =
            || is_first && word.eq_ignore_ascii_case("where") && (inner.predicate().or_else(|| inner.sql()).is_some());
        // `where success`
        let name = text.split(|c: char| c.is_whitespace() || c == ')').next().unwrap_or("");
        is_sure |= is_first && is_truth(name);
        is_sure || known_name_len(text).is_some() || is_asked()
    }

    /// Whether `exists` and the name behind it are a term of their own.
    fn is_presence(&self, behind: &str, name: &str) -> bool {
        let is_begun = self.stands_first() || self.text[..self.at].ends_with(['-', '!']);
        let next = behind[name.len()..].trim_start();
        let is_end = next.is_empty()
            || next.starts_with(')')
            || known_name_len(next).is_some()
            || is_join(next.split_whitespace().next().unwrap_or(""));
        is_begun && is_end && FieldRef::find(name).is_some_and(|field| field.known().is_some())
    }

    /// Names in the wrappings of other languages.
    fn wrapped(&self, word: &str) -> Option<(QueryError, usize)> {
        let rest = self.rest();
        let problem =
            |len: usize| QueryError::new(format!("“{}” cannot stand here", &rest[..len]), self.at..self.at + len);
        if let Some(head) = [".", "$.", "$"].into_iter().find(|head| word.starts_with(head)) {
            let behind = &rest[head.len()..];
            let (name, next) = behind.split_at(behind.find(' ').unwrap_or(behind.len()));
            let is_asked = || FieldRef::find(name).is_some() && super::words::operator(next.trim_start()).is_some();
            if known_name_len(behind).is_none() && !is_asked() {
                return None;
            }
            let place = self.at..self.at + head.len();
            return Some((
                problem(head.len()).with_hint("a field's name stands alone").with_fix(place, ""),
                head.len(),
            ));
        }
        let inside = [('[', ']'), ('{', '}'), ('`', '`')]
            .into_iter()
            .find_map(|(open, close)| word.strip_prefix(open)?.strip_suffix(close));
        if let Some(inside) = inside
            && known_name_len(inside).is_some()
            && !inside.contains(['[', ']', '{', '}', '`', ','])
        {
            return Some((problem(word.len()).written(inside), word.len()));
        }
        if let Some(inside) = rest.strip_prefix('`') {
            let (name, _) = inside.split_once('`').filter(|(name, _)| FieldRef::find(name).is_some())?;
            let place = self.at..self.at + name.len() + 2;
            let name = field_name(&FieldRef::find(name)?);
            let found = problem(place.len()).with_hint("names stand in double quotes or in none");
            let len = place.len() + operator_at(&rest[place.len()..]);
            return Some((found.with_fix(place, name), len));
        }
        None
    }
}

/// Whether a word begins a query of SQL's. `behind` is in small letters.
fn is_of_sql(word: &str, behind: &str) -> bool {
    let condition = behind.split_once(" where ").map(|(_, condition)| condition);
    word == "SELECT" || behind.contains(" from ") || condition.is_some_and(|text| known_name_len(text).is_some())
}

/// Whether what is behind a word belongs to it.
fn found_is_long(word: &str) -> bool {
    matches!(word, "order" | "group" | "sort" | "limit" | "case")
}

/// How long the operator and the value behind a name are.
fn operator_at(text: &str) -> usize {
    let space = text.len() - text.trim_start().len();
    let value = space + operator_len(&text[space..]);
    let value = value + text[value..].len() - text[value..].trim_start().len();
    value + text[value..].find(|c: char| c.is_whitespace() || c == ')').unwrap_or(text.len() - value)
}

/// Where a comma is followed by another term.
pub(in crate::query) fn is_term_behind(text: &str) -> bool {
    known_name_len(text).is_some_and(|len| operator_len(text[len..].trim_start()) > 0)
}
