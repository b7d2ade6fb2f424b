//! The structure of a query: groups, joins, negations.

use crate::query::error::QueryError;

use super::dialect::mitmproxy::expression;
use super::slips::shaped_words::Slashed;
use super::term::known_name_len;
use super::{Node, NodeKind, Op, Reading, Term, Value};

/// Deeper than anybody writes, and safe for the stack.
const MAX_DEPTH: usize = 64;

/// Reads one text.
pub(super) struct Reader<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
    /// Where the text that is read ends: the query's end, or a quote around a group.
    pub(super) end: usize,
    depth: usize,
    pub(super) problems: Vec<QueryError>,
    pub(super) notes: Vec<String>,
    /// The name of the field that was just compared: another comparison may go on with it.
    pub(super) compared: Option<std::ops::Range<usize>>,
    /// Values between slashes, each with what it is as a pattern, where that is not sure of it alone.
    pub(super) slashed: Slashed,
}

/// Words that join and negate, longer ones first.
const AND: &[&str] = &["AND", "&&", "&"];
const OR: &[&str] = &["OR", "||", "|"];

/// What stands between the terms of a group.
pub(super) enum Item {
    Part(Node),
    /// What was not understood, and was noted.
    Unread,
    Join(Join, std::ops::Range<usize>),
}

impl Item {
    pub(super) fn node(&self) -> Option<&Node> {
        if let Self::Part(node) = self { Some(node) } else { None }
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Join {
    And,
    Or,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            end: text.len(),
            depth: 0,
            problems: Vec::new(),
            notes: Vec::new(),
            compared: None,
            slashed: Slashed::default(),
        }
    }

    pub(super) fn read(mut self) -> Reading {
        let whole = super::dialect::jq::whole(self.text)
            .or_else(|| super::dialect::loki::whole(self.text))
            .or_else(|| super::dialect::mitmproxy::joins::whole(self.text))
            .or_else(|| super::dialect::pipelines::whole(self.text))
            .or_else(|| super::slips::pasted::json(self.text))
            .or_else(|| super::slips::line_search::whole(self.text))
            .or_else(|| super::slips::wrapped::whole(self.text))
            .or_else(|| super::slips::strange::whole(self.text));
        if let Some(problem) = whole {
            let node = Node { kind: NodeKind::And(Vec::new()), span: 0..self.end };
            return Reading { node, problems: vec![problem], notes: Vec::new() };
        }
        let text = self.text.trim();
        if matches!(text, "-" | "--") {
            self.note(format!("“{text}” is searched as a word; a minus stands right before what it leaves out"));
        }
        let node = self.all();
        self.slashed_like_others();
        self.truths(&node);
        self.notes_of_words(&node);
        self.notes_of_small_words(&node);
        self.problems.sort_by_key(|problem| problem.span.start);
        Reading { node, problems: self.problems, notes: self.notes }
    }

    /// Everything up to the end.
    fn all(&mut self) -> Node {
        let start = self.at;
        let mut parts = Vec::new();
        loop {
            let group = self.at;
            parts.push(self.group());
            if self.rest().is_empty() {
                break;
            }
            let problem = self.closes_nothing(group);
            self.problem(problem);
            self.at += 1;
        }
        parts.retain(|node| !is_empty(node));
        joined(parts, NodeKind::And).unwrap_or(Node { kind: NodeKind::And(Vec::new()), span: start..self.end })
    }

    pub(super) fn problem(&mut self, problem: QueryError) {
        self.problems.push(problem);
    }

    pub(super) fn note(&mut self, note: impl Into<String>) {
        let note = note.into();
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    pub(super) fn rest(&self) -> &'a str {
        &self.text[self.at..self.end]
    }

    pub(super) fn skip_space(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    pub(super) fn take(&mut self, token: &str) -> bool {
        let found = self.rest().starts_with(token);
        if found {
            self.at += token.len();
        }
        found
    }

    /// Takes a word that stands alone.
    pub(super) fn take_word(&mut self, words: &[&str]) -> bool {
        self.skip_space();
        let rest = self.rest();
        let stands_alone = |word: &&&str| {
            rest.strip_prefix(**word)
                .is_some_and(|rest| rest.chars().next().is_none_or(|c| c.is_whitespace() || matches!(c, '(' | ')')))
        };
        let found = words.iter().find(stands_alone);
        self.at += found.map_or(0, |word| word.len());
        found.is_some()
    }

    /// Everything up to a closing parenthesis or the end.
    fn group(&mut self) -> Node {
        let start = self.at;
        let items = self.items();
        self.note_of_plus(&items);
        let items = self.forgotten_colons(items);
        let items = self.values_beside(items);
        let items = self.lower_case(items);
        let mut either: Vec<Node> = Vec::new();
        let mut all: Vec<Node> = Vec::new();
        let mut open: Option<(Join, std::ops::Range<usize>)> = None;
        let mut has_or = false;
        let mut has_side = false;
        for item in items {
            match item {
                Item::Part(node) => {
                    (open, has_side) = (None, true);
                    all.push(node);
                }
                Item::Unread => (open, has_side) = (None, true),
                Item::Join(join, span) => {
                    if !has_side || open.is_some() {
                        // The same twice is once too many.
                        let is_twice = open.as_ref().is_some_and(|(before, _)| *before == join);
                        self.lonely(join, span.clone(), !has_side || is_twice);
                        continue;
                    }
                    if join == Join::Or {
                        has_or = true;
                        either.extend(joined(std::mem::take(&mut all), NodeKind::And));
                    }
                    open = Some((join, span));
                }
            }
        }
        if let Some((join, span)) = open {
            // `a b OR` is another language's way to say either.
            let is_sure = join == Join::And || !matches!(either.last(), Some(Node { kind: NodeKind::And(_), .. }));
            self.lonely(join, span, is_sure);
        }
        either.extend(joined(all, NodeKind::And));
        if has_or {
            self.note_of_space(&either);
        }
        let empty = Node { kind: NodeKind::And(Vec::new()), span: start..self.at };
        joined(either, if has_or { NodeKind::Or } else { NodeKind::And }).unwrap_or(empty)
    }

    pub(super) fn lonely(&mut self, join: Join, span: std::ops::Range<usize>, is_at_end: bool) {
        let word = if join == Join::And { "AND" } else { "OR" };
        let problem = QueryError::new(format!("{word} needs something on both sides"), span.clone());
        // The blank beside it goes, too.
        let before = self.text[..span.start].trim_end().len();
        let behind = self.text.len() - self.text[span.end..].trim_start().len();
        let is_first = self.text[..before].is_empty() || self.text[..before].ends_with('(');
        let place = if is_first { span.start..behind } else { before..span.end };
        self.problem(if is_at_end { problem.with_fix(place, "") } else { problem });
    }

    fn items(&mut self) -> Vec<Item> {
        let (mut items, mut group) = (Vec::new(), self.at);
        loop {
            self.skip_space();
            let start = self.at;
            if self.rest().is_empty() || self.rest().starts_with(')') {
                return items;
            }
            let join = if self.take_word(AND)
                || self.take_sign_before_expression("&")
                || self.take_sign_before_term(&["&&", "&"])
            {
                Join::And
            } else if self.take_word(OR)
                || self.take_sign_before_expression("|")
                || self.take_sign_before_term(&["||", "|"])
                || self.take_bar_behind_group()
                || self.begins_stage() && self.take("|")
            {
                Join::Or
            } else {
                let is_told = self.in_field(&items) || self.joined_in_prose(&items);
                items.push((!is_told).then(|| self.one()).flatten().map_or(Item::Unread, Item::Part));
                debug_assert!(self.at > start, "something was read");
                continue;
            };
            if &self.text[start..self.at] == "|" {
                if self.stage(group, start..self.at) {
                    group = self.at;
                    continue;
                }
                self.note("“|” is read as OR; to search for it, put it in double quotes");
            }
            items.push(Item::Join(join, start..self.at));
        }
    }

    /// A term, a group, or what is left out. Nothing, where a mistake was noted instead.
    fn one(&mut self) -> Option<Node> {
        let start = self.at;
        if self.depth >= MAX_DEPTH {
            self.problem(QueryError::new("the query is nested too deeply", start..self.end));
            self.at = self.end;
            return None;
        }
        self.depth += 1;
        let node = self.one_inside(start);
        self.depth -= 1;
        node
    }

    fn one_inside(&mut self, start: usize) -> Option<Node> {
        if let Some((problem, len)) = self.comment() {
            self.at += len;
            self.problem(problem);
            return None;
        }
        if let Some((problem, len)) = self.any_column() {
            self.at += len;
            self.problem(problem);
            return None;
        }
        if self.take_word(&["NOT"]) || self.take("not:") || self.take_sign() {
            self.skip_space();
            if self.rest().is_empty() || self.rest().starts_with(')') {
                self.problem(QueryError::new("there is nothing here to leave out", start..self.at));
                return None;
            }
            let inner = self.one()?;
            if self.shaped_word_left_out(start, &inner) {
                return None;
            }
            return Some(Node { kind: NodeKind::Not(Box::new(inner)), span: start..self.at });
        }
        if self.rest().starts_with("not(") {
            let place = start..start + 3;
            self.at = place.end;
            let problem = QueryError::new("“not” is a word here", place.clone());
            self.problem(problem.with_hint("write NOT").with_fix(place, "NOT "));
            self.one();
            return None;
        }
        // Lucene's sign for what must be there, as everything must here.
        if self.rest().starts_with('+')
            && self.rest()[1..].starts_with(|c: char| c.is_alphanumeric() || "(\"".contains(c))
        {
            self.at += 1;
        }
        if self.take("(") {
            let inner = self.group();
            if !self.take(")") {
                let problem = self.not_closed(start);
                self.problem(problem);
            }
            if self.text[start + 1..self.at].trim_end_matches(')').trim().is_empty() {
                let problem = QueryError::new("nothing stands in these parentheses", start..self.at);
                self.problem(problem.with_fix(start..self.at, ""));
            }
            return (!is_empty(&inner)).then_some(inner);
        }
        if let Some((problem, len)) = self.name_in_single_quotes() {
            self.at += len;
            self.problem(problem);
            return None;
        }
        if let Some(end) = self.shell_quoted() {
            return self.inside_quotes(end);
        }
        // Lucene's and Kibana's "everything".
        if self.take_word(&["*:*", "*"]) {
            return Some(Node { kind: NodeKind::And(Vec::new()), span: start..self.at });
        }
        if self.rest().starts_with("*:") && self.rest()[2..].trim_start().starts_with(|c: char| c != ')') {
            self.at += 2;
            self.skip_space();
            let place = start..self.at;
            let problem = QueryError::new("words are looked for anywhere without a field", place.clone());
            self.problem(problem.with_hint("write the word alone").with_fix(place, ""));
            return self.one();
        }
        if self.rest().starts_with('\'') {
            let problem = QueryError::new("this quote is not closed", start..start + 1);
            self.problem(problem.with_hint("a text with an apostrophe in front stands in double quotes"));
            self.at += 1;
            return None;
        }
        if self.named_elsewhere() || self.foreign_term() || self.strange_term() {
            return None;
        }
        let (term, is_left_out) = self.term()?;
        let node = Node { kind: NodeKind::Term(term), span: start..self.at };
        Some(if is_left_out { Node { span: node.span.clone(), kind: NodeKind::Not(Box::new(node)) } } else { node })
    }

    /// What stands in single quotes, as a shell would hand it over: read on its own.
    fn inside_quotes(&mut self, end: usize) -> Option<Node> {
        let outer = std::mem::replace(&mut self.end, end);
        self.at += 1;
        let node = self.all();
        self.at = end + 1;
        self.end = outer;
        if is_empty(&node) {
            return None;
        }
        if let NodeKind::And(parts) = &node.kind
            && parts.iter().all(|part| matches!(&part.kind, NodeKind::Term(Term { field: None, .. })))
        {
            self.note("words in single quotes are searched one by one; double quotes keep them together");
        }
        Some(node)
    }

    /// A minus or an exclamation mark right before a term; alone they are words.
    fn take_sign(&mut self) -> bool {
        let rest = self.rest();
        let Some(behind) = rest.strip_prefix(['-', '!']) else { return false };
        let behind_space = behind.trim_start();
        let is_term = |text: &str| text.starts_with('(') || known_name_len(text).is_some();
        let is_sign = if rest.starts_with('!') && (expression(behind_space).is_some() || is_term(behind_space)) {
            true
        } else {
            behind.chars().next().is_some_and(|c| !c.is_whitespace() && c != ')')
                && !(rest.starts_with('!') && behind.starts_with(['=', '~']))
        };
        self.at += usize::from(is_sign);
        is_sign
    }

    /// mitmproxy joins its expressions without spaces: `~m POST&~c 500`.
    fn take_sign_before_expression(&mut self, sign: &str) -> bool {
        let behind = self.rest().strip_prefix(sign).map(|behind| behind.trim_start_matches(['!', '(', ' ']));
        behind.is_some_and(|behind| expression(behind).is_some()) && self.take(sign)
    }

    /// `(timed out)|refused`: a bar that stands right behind a group.
    fn take_bar_behind_group(&mut self) -> bool {
        self.text[..self.at].ends_with(')') && !self.rest().starts_with("||") && self.take("|")
    }

    pub(super) fn word_term(word: super::Word) -> Term {
        Term { field: None, values: vec![Value { op: Op::Has, word }], is_all: false, without: Vec::new() }
    }
}

/// One node of several; nothing of none.
fn joined(mut parts: Vec<Node>, join: fn(Vec<Node>) -> NodeKind) -> Option<Node> {
    match parts.len() {
        0 => None,
        1 => parts.pop(),
        _ => {
            let span = parts[0].span.start..parts[parts.len() - 1].span.end;
            Some(Node { kind: join(parts), span })
        }
    }
}

fn is_empty(node: &Node) -> bool {
    matches!(&node.kind, NodeKind::And(parts) if parts.is_empty())
}
