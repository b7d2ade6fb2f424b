//! The values of a term: one, several with commas, several in parentheses.

use std::ops::Range;

use crate::model::field::{Field, FieldRef, Kind};
use crate::model::status::{reason_of, reasons};
use crate::query::error::QueryError;
use crate::query::print::{field_name, pattern_text, quoted};

use super::dialect::terms::is_term_behind;
use super::reader::{Join, Reader};
use super::slips::web_address::address_as_value;
use super::term::is_counted;
use super::value::{Meaning, anchored, any_letter_beside, foreign_value};
use super::{Op, Style, Value, Word};

/// Operators that may stand before one of several values.
pub(super) const VALUE_OPERATORS: &[(&str, Op)] = &[
    ("<=", Op::LessEq),
    (">=", Op::GreaterEq),
    ("<", Op::Less),
    (">", Op::Greater),
    ("=", Op::Exact),
    ("~", Op::Regex),
];

impl Reader<'_> {
    /// One value, several with commas, or several in parentheses with `or` or `and`; whether all must
    /// pass; and those that must not.
    pub(super) fn values(&mut self, op: Op, field: &Word) -> (Vec<Value>, bool, Vec<Value>) {
        let mut values = Vec::new();
        if self.rest().starts_with('(') && !(op == Op::Regex && self.is_group_of_regex()) {
            if self.range_in_parentheses(field) {
                return (values, false, Vec::new());
            }
            return self.values_in_parentheses(op, field);
        }
        let first = self.at;
        loop {
            let rest = self.rest();
            if rest.is_empty() || rest.starts_with(|c: char| c.is_whitespace() || c == ')') {
                return (values, false, Vec::new());
            }
            values.extend(self.value(op, field));
            self.blanks_before_comma();
            let comma = self.at;
            if !self.take(",") {
                if self.range_in_words(field, first)
                    || self.decimal_comma(field, first)
                    || self.thousands(field, op, first)
                {
                    values.clear();
                }
                return (values, false, Vec::new());
            }
            if self.is_term_behind_comma() {
                let problem = self.comma_before_term(field, comma);
                self.problem(problem);
                return (values, false, Vec::new());
            }
            // A space behind the comma is forgiven where more is to come.
            if self.rest().starts_with(' ') && !self.rest().trim_start().is_empty() {
                if FieldRef::find(&field.text).is_some_and(|field| matches!(field.kind(), Kind::Name | Kind::Text)) {
                    self.note("a comma stands between values; in double quotes it is a part of one: \"Acme, Inc.\"");
                }
                self.skip_space();
            }
        }
    }

    fn values_in_parentheses(&mut self, op: Op, field: &Word) -> (Vec<Value>, bool, Vec<Value>) {
        let open = self.at;
        let name = &self.text[field.span.clone()];
        self.at += 1;
        let (mut values, mut without) = (Vec::new(), Vec::new());
        let (mut either, mut all) = (false, false);
        // Values that were not understood are put right on their own, and joined all the same.
        let (mut is_joined, mut has_side) = (false, false);
        let mut last_join: Option<(Join, Range<usize>)> = None;
        loop {
            self.skip_space();
            let open_join = last_join.as_ref().map(|(join, _)| *join);
            if self.take(")") {
                if let Some((join, span)) = last_join {
                    self.lonely(join, span, true);
                }
                break;
            }
            if self.rest().is_empty() {
                // How they are joined is told when they are closed.
                let problem = self.values_not_closed(open);
                self.problem(problem);
                return (Vec::new(), false, Vec::new());
            }
            let start = self.at;
            let was_joined = std::mem::replace(&mut is_joined, false);
            if self.take(",") {
                (either, is_joined) = (true, true);
            } else if let Some(join) = self.take_join_of_values() {
                let (is_first, is_twice) = (!has_side, open_join == Some(join));
                // Behind a comma “or” says the same once more.
                if is_first || open_join.is_some() {
                    self.lonely(join, start..self.at, is_first || is_twice);
                }
                (either, all) = (either || join == Join::Or, all || join == Join::And);
                (is_joined, last_join) = (true, Some((join, start..self.at)));
                continue;
            } else if self.rest().starts_with('(') && op != Op::Regex {
                self.at += 1;
                let problem = QueryError::new("values cannot be grouped in here", start..self.at);
                self.problem(problem.with_hint(format!("write ({name}:a OR {name}:b) {name}:c")));
            } else if self.take_word(&["not", "NOT"]) || self.take_sign_of_value(field) {
                let is_word = &self.text[start..self.at] == "not";
                self.skip_space();
                if self.nothing_left_out(start) {
                    continue;
                }
                if is_word && !either && !all {
                    self.note_of_not(field, open);
                }
                without.extend(self.value(op, field));
            } else {
                // Lucene's sign for what must be there.
                all |= self.rest().starts_with('+') && self.take("+");
                let is_beside = !values.is_empty() && !was_joined;
                if is_beside && !all && op == Op::Has {
                    self.note(format!(
                        "of values side by side in parentheses one is enough; {name}:(a and b) wants both"
                    ));
                }
                values.extend(self.value(op, field));
            }
            (last_join, has_side) = (None, true);
        }
        if either && (all || !without.is_empty()) {
            let problem = QueryError::new("“or” cannot be mixed with “and” and “not” among values", open..self.at);
            self.problem(
                problem.with_hint(format!("write ({name}:a OR {name}:b) {name}:c, or ({name}:a OR -{name}:b)")),
            );
        }
        (values, all, without)
    }

    /// A word or a sign that joins values.
    fn take_join_of_values(&mut self) -> Option<Join> {
        if self.take_word(&["or", "OR", "||", "|"]) {
            return Some(Join::Or);
        }
        self.take_word(&["and", "AND", "&&", "&"]).then_some(Join::And)
    }

    /// `status:(not AND 500)`: a “not” before no value. `start` is where it stands.
    fn nothing_left_out(&mut self, start: usize) -> bool {
        let at = self.at;
        let is_end = self.rest().is_empty() || self.rest().starts_with(')') || self.take_join_of_values().is_some();
        self.at = at;
        if is_end {
            self.problem(QueryError::new("there is nothing here to leave out", start..start + "not".len()));
        }
        is_end
    }

    /// `error:(not found)`: what is left out as Kibana has it, where the words may be meant. `open` is the parenthesis.
    fn note_of_not(&mut self, field: &Word, open: usize) {
        let is_text = FieldRef::find(&field.text)
            .is_some_and(|known| known.kind() == Kind::Text || known.known() == Some(Field::StatusText));
        let inner = self.text[open + 1..self.end].split_once(')').map(|(inner, _)| inner.trim());
        let Some(inner) = inner.filter(|inner| is_text && !inner.contains(['"', '(', ',', '\\'])) else { return };
        let (name, behind) = (&self.text[field.span.clone()], self.rest().split([' ', ')']).next().unwrap_or(""));
        let words = quoted(inner.as_bytes());
        self.note(format!("“not” leaves out “{behind}”; {name}:{words} asks for the words"));
    }

    /// A minus or an exclamation mark before a value that must not pass; numbers have a minus of their own.
    fn take_sign_of_value(&mut self, field: &Word) -> bool {
        let is_number = |field: FieldRef| field.kind() == Kind::Integer || matches!(field, FieldRef::Attribute(_));
        let behind = self.rest().strip_prefix(['-', '!']).and_then(|behind| behind.chars().next());
        let is_sign = behind.is_some_and(|c| {
            let may_be_number = c.is_ascii_digit() && FieldRef::find(&field.text).is_some_and(is_number);
            !c.is_whitespace() && !matches!(c, ')' | ',') && !may_be_number
        });
        self.at += usize::from(is_sign);
        is_sign
    }

    /// A value without jq's `|not` behind it, which is about all of the condition.
    fn without_negation(&mut self, word: Word) -> Word {
        match word.text.strip_suffix("|not") {
            Some(text) if !text.is_empty() && self.text[..word.span.end].ends_with("|not") => {
                self.at = word.span.end - "|not".len();
                Word { text: text.to_owned(), span: word.span.start..self.at, ..word }
            }
            _ => word,
        }
    }

    /// `Not Found`: the words for a status that a text begins with.
    fn reason(&self, field: &Word) -> Option<Word> {
        FieldRef::find(&field.text).filter(|field| *field == Field::Status.into())?;
        let rest = self.rest();
        let is_end = |behind: &str| behind.chars().next().is_none_or(|c| c.is_whitespace() || matches!(c, ')' | ','));
        let begins = |reason: &&str| {
            let head = rest.get(..reason.len()).filter(|head| head.eq_ignore_ascii_case(reason));
            reason.contains(' ') && head.is_some() && is_end(&rest[reason.len()..])
        };
        let len = reasons().filter(begins).map(str::len).max()?;
        Some(Word { text: rest[..len].to_owned(), style: Style::Quoted, span: self.at..self.at + len })
    }

    /// Go's and Loki's `` `a b` ``.
    fn back_quoted(&mut self, op: Op, field: &Word) -> bool {
        let Some((inner, _)) = self.rest().strip_prefix('`').and_then(|inner| inner.split_once('`')) else {
            return false;
        };
        let place = self.at..self.at + inner.len() + 2;
        let before = self.text[..self.at].trim_end();
        // In texts they are signs like any other.
        let is_text = FieldRef::find(&field.text).is_none_or(|field| field.kind() == Kind::Text);
        if before.ends_with(":=") || is_text && before.ends_with([':', '(', ',']) {
            return false;
        }
        // Loki's patterns are for all of a value.
        let is_whole = op == Op::Regex && ["=~", "!~"].iter().any(|sign| before.ends_with(sign));
        let right = if is_whole { quoted(anchored(inner).as_bytes()) } else { quoted(inner.as_bytes()) };
        self.at = place.end;
        self.problem(QueryError::new("back-quotes are no quotes here", place).written(right));
        true
    }

    /// Whether a value means something else in another language, which is noted.
    fn means_elsewhere(&mut self, op: Op, field: &Word, word: &Word) -> bool {
        let raw = &self.text[word.span.clone()];
        // What was escaped or quoted means itself.
        let is_unquoted = word.is_bare() && raw == word.text && !raw.contains('"');
        if self.alternatives_inside(op, field, word) || self.goes_on_in_words(op, field, word) {
            return true;
        }
        if self.sign_behind_value(word) {
            return true;
        }
        if op == Op::Has && word.text.len() > 1 && raw.ends_with(';') && is_term_behind(self.rest().trim_start()) {
            let problem = self.comma_before_term(field, word.span.end - 1);
            self.problem(problem);
            return true;
        }
        if let Some(right) = whole_address(field, word).filter(|_| op == Op::Has) {
            let meaning = Meaning::term("host and path stand apart", right);
            self.foreign(meaning, word.span.start, field.span.start);
            return true;
        }
        let known = FieldRef::find(&field.text);
        if let Some(meaning) = known.as_ref().filter(|_| op == Op::Has).and_then(|known| any_letter_beside(known, raw))
        {
            self.foreign(meaning, word.span.start, field.span.start);
            return true;
        }
        let Some(known) = known.filter(|_| is_unquoted) else { return false };
        let is_asked = op == Op::Has || op == Op::Exact && is_counted(known.kind());
        let meaning = if is_asked { foreign_value(&known, &word.text) } else { None };
        // GitHub's names.
        if known == Field::Client.into()
            && let Some(name) = word.text.strip_prefix('@').filter(|name| name.starts_with(char::is_alphanumeric))
        {
            self.note(format!("“@{name}” is searched with its sign; {}:{name} asks for the name", field.text));
        }
        if op == Op::Has {
            self.slashed_value(&known, word, field.span.start, meaning.is_some());
        }
        let is_foreign = meaning.is_some();
        if let Some(meaning) = meaning {
            self.foreign(meaning, word.span.start, field.span.start);
        }
        is_foreign
    }

    fn value(&mut self, op: Op, field: &Word) -> Option<Value> {
        let mut op = op;
        if op == Op::Has
            && let Some((token, found)) = VALUE_OPERATORS.iter().find(|(token, _)| self.rest().starts_with(token))
        {
            self.at += token.len();
            op = *found;
            self.skip_space();
        }
        if let Some(word) = self.bracket_range() {
            return Some(Value { op, word });
        }
        if op != Op::Regex && self.bracket_list(field) {
            return None;
        }
        let start = self.at;
        if matches!(op, Op::Has | Op::Exact)
            && let Some(word) = self.reason(field)
        {
            self.at = word.span.end;
            return Some(Value { op, word });
        }
        if let Some((problem, len)) = self.typographic_quotes() {
            self.at += len;
            self.problem(problem);
            return None;
        }
        if self.reckoned_value(op, field)
            || self.slashed_regex(op, field)
            || self.back_quoted(op, field)
            || self.called_value(op, field)
            || self.spoken_span(op, field)
            || self.compared_in_words(op, field)
            || op != Op::Regex && (self.escaped_apostrophe() || self.doubled_quotes())
        {
            return None;
        }
        let word = match op {
            Op::Regex => self.regex_word(),

            _ => match self.regex_of_path() {
                Some(word) => word,
                None => self.value_or_time(field),
            },
        };
        let word = self.without_negation(word);
        if self.quoted_comparison(op, field, &word) || self.glued_to_comparison(op, field, &word) {
            return None;
        }
        if self.at == start {
            let end = (self.at + 1).min(self.end);
            let problem = QueryError::new("a value is missing here", start..end);
            self.problem(if self.rest().starts_with(',') { problem.with_fix(start..end, "") } else { problem });
            return None;
        }
        if op == Op::Has && word.is_bare() && word.text.eq_ignore_ascii_case("not") && self.rest().starts_with(' ') {
            self.skip_space();
            let value = self.at;
            self.value_word();
            // Texts begin so, too: “Not Found”.
            let is_text = FieldRef::find(&field.text)
                .is_some_and(|field| field.kind() == Kind::Text || field.known() == Some(Field::StatusText));
            if is_text && word.text != "NOT" {
                let whole = quoted(&self.text.as_bytes()[start..self.at]);
                let is_reason = reason_of(whole.trim_matches('"')).is_some();
                let name = &self.text[field.span.clone()];
                let hint = format!("write {name}:{whole}, or -{name}:{} to leave it out", &self.text[value..self.at]);
                let problem = QueryError::new("a text with spaces stands in double quotes", start..self.at);
                let problem = problem.with_hint(hint);
                self.problem(if is_reason { problem.with_fix(start..self.at, whole) } else { problem });
                return None;
            }
            let right = format!("-{}:{}", &self.text[field.span.clone()], &self.text[value..self.at]);
            let problem = QueryError::new("a term is negated, not its value", field.span.start..self.at);
            self.problem(problem.written(right));
            return None;
        }
        let raw = &self.text[word.span.clone()];
        if raw.ends_with("\";") && self.rest().trim().is_empty() {
            let end = word.span.end;
            self.problem(QueryError::new("nothing ends a query", end - 1..end).with_fix(end - 1..end, ""));
            return None;
        }
        if self.means_elsewhere(op, field, &word) {
            return None;
        }
        if let Some(problem) = protocol(field, &word) {
            self.problem(problem);
            return None;
        }
        if op != Op::Regex
            && let Some(problem) = self.foreign_escapes(&word)
        {
            self.problem(problem);
            return None;
        }
        if let Some(problem) = self.near_words(&word, Some(&field.text)) {
            self.problem(problem);
            return None;
        }
        Some(Value { op, word })
    }
}

/// `@http.url:"https://acme.com/orders"`, `url.full:*acme.com/orders*`: whole addresses, where the field's name is
/// that of one. In `path` they are texts.
fn whole_address(field: &Word, value: &Word) -> Option<String> {
    let name = field.text.to_ascii_lowercase();
    let is_named = ["url", "uri"].iter().any(|part| name.contains(part)) && !name.contains("path");
    let known = FieldRef::find(&field.text).filter(|known| is_named && known.known() == Some(Field::Path))?;
    if !value.is_bare() {
        return address_as_value(&known, &value.text, Op::Has);
    }
    // The name of a host has a dot, and letters behind it.
    let inner = value.text.trim_start_matches('*');
    let (host, path) = inner.split_once('/')?;
    let is_host = host.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'))
        && host.rsplit_once('.').is_some_and(|(_, end)| end.len() > 1 && end.bytes().all(|b| b.is_ascii_alphabetic()));
    let is_begun = inner.len() < value.text.len();
    (is_host && is_begun).then(|| format!("(host:*{host} path:{})", pattern_text(&format!("/{path}"), false)))
}

/// `protocol:HTTP/1.1`, as servers log it, where the vendor's word is the way in.
fn protocol(name: &Word, value: &Word) -> Option<QueryError> {
    let is_named = name.text.trim_start_matches('@').eq_ignore_ascii_case("protocol");
    let lower = value.text.to_ascii_lowercase();
    let is_version = lower.starts_with("http/") || matches!(lower.as_str(), "h2" | "h2c" | "h3" | "http1.1" | "http2");
    let right = field_name(&FieldRef::Attribute("protocol".into()));
    let problem = QueryError::new("“protocol” is the interface here: restapi, web, sftp", name.span.clone());
    let hint = format!("write {right} for what a server logs");
    (is_named && is_version).then(|| problem.with_hint(hint).with_fix(name.span.clone(), right))
}
