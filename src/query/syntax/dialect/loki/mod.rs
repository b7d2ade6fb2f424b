//! Loki's queries: selectors, line filters, label filters. They are read as a whole, for a bar in them is no OR.

pub(super) mod stages;

use crate::model::field::{Field, FieldRef, Kind};
use crate::query::error::{Mistake, QueryError};
use crate::query::filter::ANYWHERE;
use crate::query::print::quoted;
use crate::query::shape::field_of_word;
use crate::query::syntax::dialect::pipelines::stages::{CONDITIONS, ONLY_WHICH, PARSERS, STAGES};
use crate::query::syntax::name::is_of_name;
use crate::query::syntax::reader::Reader;
use crate::query::syntax::value::{anchored, regex_term};

use super::classes::classes;
use super::condition::Condition;
use super::functions::searched;
use super::literal::Literal;
use super::operand::{self, Change};
use super::scan::Scan;
use super::sign::Sign;

/// Stages that change what is shown of a line, and need no more than that.
const SHOWN: &[&str] = &["decolorize"];

/// Deeper than anybody writes, and safe for the stack.
const MAX_DEPTH: usize = 32;

/// What could not be read: its bytes, and what helps.
struct Unread {
    at: usize,
    hint: &'static str,
}

/// A query that begins with a selector or a bar.
pub(in crate::query::syntax) fn whole(text: &str) -> Option<QueryError> {
    let start = text.len() - text.trim_start().len();
    let rest = &text[start..];
    if let Some(lines) = counted_lines(rest) {
        let problem = QueryError::new(Mistake::LokiQuery, start..text.trim_end().len());
        let right = whole(lines)?.fix.map(|(_, right)| right);
        let problem = problem.with_hint(ONLY_WHICH);
        return Some(match right {
            Some(right) => problem.with_fix(start..text.trim_end().len(), right),
            None => problem,
        });
    }
    let is_selected = rest.starts_with('{') && is_selector(rest);
    if !is_selected && !is_pipe(rest) {
        return None;
    }
    let mut query = Query { scan: Scan::at(text, start), depth: 0 };
    Some(match query.read(is_selected) {
        Ok(condition) => {
            let right = condition.map_or_else(|| "*".to_owned(), |condition| condition.whole());
            QueryError::new(Mistake::LokiQuery, start..text.trim_end().len()).written(right)
        }
        Err(Unread { at, hint }) => {
            let end = text[at..].trim_end().len();
            QueryError::new("this cannot stand here", at..at + end.max(1).min(text.len() - at)).with_hint(hint)
        }
    })
}

impl Reader<'_> {
    /// Loki's line filters among terms of ours: `!= "timeout"`.
    pub(super) fn line_filter(&self) -> Option<(QueryError, usize)> {
        let rest = self.rest();
        if !["|=", "!=", "|~", "!~"].iter().any(|sign| rest.starts_with(sign)) {
            return None;
        }
        let mut query = Query { scan: Scan::at(&self.text[..self.end], self.at), depth: 0 };
        let condition = query.line()?;
        let problem = QueryError::new(format!("“{}” cannot stand here", &rest[..2]), self.at..query.scan.at);
        Some((problem.written(condition.term()), query.scan.at - self.at))
    }

    /// Loki's selector among terms of ours.
    pub(super) fn selector(&self) -> Option<(QueryError, usize)> {
        let rest = self.rest();
        if !rest.starts_with('{') || !is_selector(rest) {
            return None;
        }
        let mut query = Query { scan: Scan::at(&self.text[..self.end], self.at + 1), depth: 0 };
        let condition = query.either().ok()?;
        query.scan.take("}").then_some(())?;
        let problem = QueryError::new("a selector cannot stand here", self.at..query.scan.at);
        Some((problem.written(condition.term()), query.scan.at - self.at))
    }
}

/// The lines that are counted in `sum by (client) (rate({app="api"} |= "timeout" [5m]))`.
fn counted_lines(text: &str) -> Option<&str> {
    const FUNCTIONS: [&str; 10] = [
        "rate(",
        "count_over_time(",
        "bytes_rate(",
        "bytes_over_time(",
        "sum_over_time(",
        "avg_over_time(",
        "max_over_time(",
        "min_over_time(",
        "quantile_over_time(",
        "absent_over_time(",
    ];
    let (head, _) = text.split_once('{')?;
    let is_call = FUNCTIONS.iter().any(|call| head.contains(call)) && !head.contains([':', '"', '|']);
    let lines = text.get(head.len()..).filter(|_| is_call)?;
    let end = lines.rfind('[')?;
    let range = &lines[end + 1..];
    let is_range = range.starts_with(|c: char| c.is_ascii_digit() || c == '$') && range.contains(']');
    is_range.then(|| lines[..end].trim())
}

/// Whether a brace is a selector's: JSON and ids have them, too.
fn is_selector(text: &str) -> bool {
    let inside = text[1..].trim_start();
    let name = inside.find(|c: char| !is_of_name(c)).unwrap_or(inside.len());
    let behind = inside[name..].trim_start();
    inside.starts_with('}') || name > 0 && (behind.starts_with('=') || behind.starts_with('!'))
}

/// Whether a bar at the beginning is Loki's: Splunk and Kusto have stages behind it.
fn is_pipe(text: &str) -> bool {
    let Some(behind) = text.strip_prefix('|').filter(|behind| !behind.starts_with('|')) else { return false };
    let behind = behind.trim_start();
    let word = &behind[..behind.find(|c: char| !is_of_name(c)).unwrap_or(behind.len())];
    let is_stage = CONDITIONS.contains(&word) || STAGES.contains(&word) || word == "select";
    !is_stage && !behind.is_empty()
}

pub(super) struct Query<'t> {
    pub(super) scan: Scan<'t>,
    pub(in crate::query::syntax) depth: usize,
}

impl Query<'_> {
    fn take_word(&mut self, word: &str) -> bool {
        self.scan.skip_space();
        let behind = self.scan.rest().get(..word.len()).filter(|here| here.eq_ignore_ascii_case(word));
        let is_here = behind.is_some() && !self.scan.rest()[word.len()..].starts_with(is_of_name);
        self.scan.at += if is_here { word.len() } else { 0 };
        is_here
    }

    fn unread<T>(&self, hint: &'static str) -> Result<T, Unread> {
        Err(Unread { at: self.scan.at, hint })
    }

    /// All of it: nothing, where all requests are meant.
    fn read(&mut self, is_selected: bool) -> Result<Option<Condition>, Unread> {
        const FIELDS: &str = "fields stand side by side: status:5xx client:acme path~\"^/orders\" duration>1.5s";
        let mut found: Option<Condition> = None;
        let add = |found: &mut Option<Condition>, more: Condition| {
            *found = Some(match found.take() {
                Some(known) => known.and(more),
                None => more,
            });
        };
        if is_selected {
            self.scan.at += 1;
            if !self.scan.take("}") {
                let labels = self.either()?;
                if !self.scan.take("}") {
                    return self.unread(FIELDS);
                }
                add(&mut found, labels);
            }
        }
        loop {
            self.scan.skip_space();
            if self.scan.rest().is_empty() {
                return Ok(found);
            }
            if let Some(line) = self.line() {
                add(&mut found, line);
                continue;
            }
            let bar = self.scan.at;
            // `{status="500"} or {status="502"}`
            if self.take_word("or") && self.scan.take("{") {
                self.depth += 1;
                self.scan.at -= 1;
                if self.depth > MAX_DEPTH {
                    return self.unread(FIELDS);
                }
                let other = self.read(true)?;
                return Ok(found.zip(other).map(|(one, other)| one.or(other)));
            }
            self.scan.at = bar;
            if !self.scan.take("|") {
                return self.unread(FIELDS);
            }
            self.scan.skip_space();
            let word =
                &self.scan.rest()[..self.scan.rest().find(|c: char| !is_of_name(c)).unwrap_or(self.scan.rest().len())];
            let behind = self.scan.rest()[word.len()..].trim_start();
            if (PARSERS.contains(&word) || SHOWN.contains(&word))
                && (behind.is_empty() || behind.starts_with(['|', '!']))
            {
                self.scan.at += word.len();
            } else if word == "line_format"
                && let Some(end) = self.end_of_format(word.len())
            {
                // What is shown of a line keeps it.
                self.scan.at = end;
            } else if word == "unwrap" && !behind.is_empty() && behind.chars().all(is_of_name) {
                // A number for a function around it.
                self.scan.at = self.scan.text.len();
            } else if word == "__error__" && self.is_read_well(word.len()) {
                // Lines that could be read; all of these were.
            } else if (STAGES.contains(&word) || PARSERS.contains(&word)) && Sign::read(behind).is_none() {
                self.scan.at = bar;
                return self.unread(ONLY_WHICH);
            } else {
                add(&mut found, self.either()?);
            }
        }
    }

    /// A line filter: `|= "timeout" or "reset"`.
    fn line(&mut self) -> Option<Condition> {
        let (start, rest) = (self.scan.at, self.scan.rest());
        let sign = ["|=", "!=", "|~", "!~"].into_iter().find(|sign| rest.starts_with(sign))?;
        self.scan.at += sign.len();
        let mut found: Option<Condition> = None;
        loop {
            let is_network = self.scan.take("ip(");
            let text = self.quoted().filter(|text| !text.is_empty() && (!is_network || self.scan.take(")")));
            let Some(text) = text else {
                self.scan.at = start;
                return None;
            };
            let one = if is_network {
                operand::one_of(&Field::Ip.into(), &Change::None, &[Literal { text, is_quoted: true }])?
            } else if sign.ends_with('~') {
                line_matches(&text)
            } else {
                Condition::Term(line_holds(&text))
            };
            found = Some(match found {
                Some(known) => known.or(one),
                None => one,
            });
            if !self.take_word("or") {
                return found.map(|found| found.not_if(sign.starts_with('!')));
            }
        }
    }

    /// A text in either quotes.
    pub(in crate::query::syntax) fn quoted(&mut self) -> Option<String> {
        self.scan.skip_space();
        let rest = self.scan.rest();
        if let Some(inner) = rest.strip_prefix('`') {
            let (text, _) = inner.split_once('`')?;
            self.scan.at += text.len() + 2;
            return Some(text.to_owned());
        }
        let mut found = String::new();
        let mut chars = rest.strip_prefix('"')?.char_indices();
        while let Some((at, c)) = chars.next() {
            match c {
                '"' => {
                    self.scan.at += at + 2;
                    return Some(found);
                }
                '\\' => match chars.next()?.1 {
                    'n' => found.push('\n'),
                    't' => found.push('\t'),
                    sign @ ('"' | '\\') => found.push(sign),
                    // Go refuses it; one backslash is what people mean in a pattern.
                    sign => {
                        found.push('\\');
                        found.push(sign);
                    }
                },
                _ => found.push(c),
            }
        }
        None
    }

    fn either(&mut self) -> Result<Condition, Unread> {
        let mut found = self.all()?;
        while self.take_word("or") {
            found = found.or(self.all()?);
        }
        Ok(found)
    }

    fn all(&mut self) -> Result<Condition, Unread> {
        let mut found = self.one()?;
        loop {
            let is_joined = self.scan.take(",") || self.take_word("and");
            let next = self.scan.rest().trim_start();
            let is_end = next.is_empty()
                || next.starts_with([')', '|', '}', '!'])
                || next.get(..2) == Some("or") && !next[2..].starts_with(is_of_name);
            let is_list_over = next.starts_with('}');
            if is_end && is_joined && !is_list_over {
                return self.unread("something stands behind a comma and behind “and”");
            }
            if is_end {
                return Ok(found);
            }
            found = found.and(self.one()?);
        }
    }

    /// A label with its operator and value, or several in parentheses.
    fn one(&mut self) -> Result<Condition, Unread> {
        const LABEL: &str = "a field stands before an operator and a value: status:5xx client:acme path~\"^/orders\"";
        self.scan.skip_space();
        if self.depth > MAX_DEPTH {
            return self.unread(LABEL);
        }
        if self.scan.take("(") {
            self.depth += 1;
            let found = self.either()?;
            self.depth -= 1;
            return if self.scan.take(")") { Ok(found) } else { self.unread(LABEL) };
        }
        let start = self.scan.at;
        let len = self.scan.rest().find(|c: char| !is_of_name(c)).unwrap_or(self.scan.rest().len());
        let name = &self.scan.rest()[..len];
        self.scan.at += len;
        self.scan.skip_space();
        let found = (len > 0).then(|| self.label(name)).flatten();
        if let Some(found) = found {
            return Ok(found);
        }
        self.scan.at = start;
        self.unread(LABEL)
    }

    /// What is asked of a label, from its operator on.
    fn label(&mut self, name: &str) -> Option<Condition> {
        let field = FieldRef::find(name)
            .filter(|field| *field != Field::Job.into())
            .unwrap_or_else(|| FieldRef::Attribute(name.to_owned()));
        for (token, is_not) in [("=~", false), ("!~", true)] {
            if self.scan.take(token) {
                let pattern = self.quoted()?;
                return Some(matching(&field, &pattern)?.not_if(is_not));
            }
        }
        let (sign, behind) = Sign::read(self.scan.rest())?;
        self.scan.at = self.scan.text.len() - behind.len();
        self.scan.skip_space();
        let is_network = self.scan.take("ip(");
        let value = if let Some(text) = self.quoted() {
            Literal { text, is_quoted: true }
        } else {
            let end = self.scan.rest().find(|c: char| c.is_whitespace() || matches!(c, ',' | ')' | '|' | '}' | '"'));
            let text = &self.scan.rest()[..end.unwrap_or(self.scan.rest().len())];
            self.scan.at += text.len();
            (!text.is_empty() && !is_network).then(|| Literal { text: text.to_owned(), is_quoted: false })?
        };
        if is_network && (!self.scan.take(")") || field.kind() != Kind::Address) {
            return None;
        }
        operand::compare(&field, &Change::None, sign, &value)
    }
}

/// A pattern for all of a label's value.
fn matching(field: &FieldRef, pattern: &str) -> Option<Condition> {
    if pattern.is_empty() || pattern == ".+" || pattern == ".*" {
        return (pattern != ".*").then(|| operand::presence(field, !pattern.is_empty()));
    }
    match field.kind() {
        Kind::Status => classes(pattern).map(|classes| Condition::Term(format!("status:{classes}"))),
        Kind::Name | Kind::Text | Kind::Address => {
            let (flags, plain) = pattern.strip_prefix("(?i)").map_or(("", pattern), |plain| ("(?i)", plain));
            Some(Condition::Term(regex_term(field, &format!("{flags}{}", anchored(plain)))))
        }
        _ => None,
    }
}

/// The term for a text that a line holds. Ids and addresses are none of the texts that are searched.
fn line_holds(text: &str) -> String {
    match field_of_word(text) {
        Some(term) if !term.starts_with(Field::Status.name()) => term,
        Some(_) => text.to_owned(),
        None => searched(text),
    }
}

fn line_matches(pattern: &str) -> Condition {
    // Without a sign of its own it is a text.
    if pattern.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '/' | ' ')) {
        return Condition::Term(searched(pattern));
    }
    let any = ANYWHERE.iter().map(|field| Condition::Term(format!("{}~{}", field.name(), quoted(pattern.as_bytes()))));
    Condition::Any(any.collect())
}
