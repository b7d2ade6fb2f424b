//! Words that look like an order or a sign of another language, and are searched: what else may be meant is told.

use crate::query::syntax::reader::{Item, Reader};
use crate::query::syntax::{Node, NodeKind};

/// Orders that people begin with: `show status:500`.
const ORDERS: [&str; 9] = ["show", "count", "get", "list", "find", "display", "fetch", "give", "requests"];

/// Words for all there is.
const EVERYTHING: [&str; 3] = ["all", "everything", "any"];

/// Words that join others and tell nothing themselves, and lines.
const SMALL: [&str; 15] =
    ["for", "in", "by", "of", "the", "with", "from", "on", "at", "to", "which", "that", "-", "–", "—"];

/// States of requests as people call them, and how they are asked for.
const STATES: [(&str, &str); 4] =
    [("failed", "is:failed"), ("failing", "is:failed"), ("successful", "is:success"), ("succeeded", "is:success")];

impl Reader<'_> {
    /// Words beside terms, or states, that are searched as words.
    pub(in crate::query::syntax) fn notes_of_small_words(&mut self, node: &Node) {
        let parts = match &node.kind {
            NodeKind::And(parts) => parts.as_slice(),
            _ => std::slice::from_ref(node),
        };
        let has_term = parts.iter().any(is_term);
        for word in parts.iter().filter_map(bare_word) {
            let state = state_of(word);
            if let Some((_, term)) = state {
                self.note(format!("“{word}” is searched as a word; {term} asks for the state"));
            } else if has_term && SMALL.iter().any(|small| word.eq_ignore_ascii_case(small)) {
                self.note(format!("“{word}” is searched as a word; leave it out to ask for the rest"));
            }
        }
        let left_out = parts.iter().filter_map(|part| match &part.kind {
            NodeKind::Not(inner) => bare_word(inner),
            _ => None,
        });
        for (word, (_, term)) in left_out.filter_map(|word| Some((word, state_of(word)?))) {
            self.note(format!("“{word}” is searched as a word, and left out; -{term} asks for the state"));
        }
    }

    /// An order before the first term, or a word for everything, alone or before it.
    pub(in crate::query::syntax) fn notes_of_words(&mut self, node: &Node) {
        let (first, second) = match &node.kind {
            NodeKind::And(parts) => match parts.as_slice() {
                [first, second, ..] => (first, Some(second)),
                _ => return,
            },
            _ => (node, None),
        };
        let Some(word) = bare_word(first) else { return };
        let is = |words: &[&str]| words.iter().any(|other| word.eq_ignore_ascii_case(other));
        let is_before_term = second.is_some_and(is_term);
        let number = second.and_then(bare_word).filter(|number| number.bytes().all(|b| b.is_ascii_digit()));
        if is(&["top"]) && number.is_some() {
            self.note(format!("“{word}” is searched as a word; reqscope facets counts by a field"));
        }
        if is(&EVERYTHING) && (second.is_none() || is_before_term) {
            self.note(format!("“{word}” is searched as a word; * stands for all requests"));
        } else if is(&ORDERS) && is_before_term {
            let method = if word == "get" { ", or write method:GET" } else { "" };
            self.note(format!("“{word}” is searched as a word; leave it out to ask for what is behind it{method}"));
        }
    }

    /// `a OR b c`: a space binds before OR, elsewhere behind it.
    pub(in crate::query::syntax) fn note_of_space(&mut self, either: &[Node]) {
        let text = |from: usize, to: usize| self.text.get(from..to).unwrap_or("");
        // Parts of one alternative with nothing but a space between them.
        let beside = |node: &Node| match &node.kind {
            NodeKind::And(parts) => {
                let before = text(0, node.span.start);
                let is_grouped = before.ends_with('(') && text(node.span.end, self.text.len()).starts_with(')');
                let mut pairs = parts.windows(2);
                let is_beside = pairs
                    .any(|pair| text(pair[0].span.end, pair[1].span.start).trim_matches([' ', '(', ')']).is_empty());
                is_beside && (!is_grouped || either.len() == 1)
            }
            _ => false,
        };
        let found: Vec<usize> = (0..either.len()).filter(|at| beside(&either[*at])).collect();
        let (Some(first), Some(last)) = (either.first(), either.last()) else { return };
        let (start, end) = (first.span.start, last.span.end);
        let whole = text(start, end);
        let parts = |node: &Node| match &node.kind {
            NodeKind::And(parts) => parts.iter().map(|part| part.span.clone()).collect(),
            _ => Vec::new(),
        };
        let readings = match found.as_slice() {
            [] => return,
            _ if whole.contains(['(', ')', '"', '\'']) => None,
            [0] => parts(first).last().map(|last| {
                let begin = text(start, last.start).trim_end();
                let this = format!("({}){}", text(start, first.span.end), text(first.span.end, end));
                (this, format!("{begin} ({})", text(last.start, end)))
            }),
            [at] if *at + 1 == either.len() => parts(last).first().map(|first| {
                let this = format!("{}({})", text(start, last.span.start), text(last.span.start, end));
                (this, format!("({}){}", text(start, first.end), text(first.end, end)))
            }),
            _ => None,
        };
        self.note(match readings {
            Some((this, other)) => format!("a space binds before OR: {this}; {other} is the other reading"),
            None => "a space binds before OR; parentheses say otherwise".to_owned(),
        });
    }

    /// Lucene's `+a b`: `b` may be missing there.
    pub(in crate::query::syntax) fn note_of_plus(&mut self, items: &[Item]) {
        let parts: Vec<&Node> = items.iter().filter_map(Item::node).collect();
        let is_asked = |node: &&&Node| {
            let (before, behind) = self.text.split_at(node.span.start);
            behind.starts_with('+') || before.trim_end_matches('(').ends_with('+')
        };
        let is_left_out = |node: &&Node| matches!(node.kind, NodeKind::Not(_));
        let asked = parts.iter().filter(is_asked).count();
        let optional = parts.iter().filter(|node| !is_asked(node) && !is_left_out(node)).count();
        if asked > 0 && optional > 0 && parts.len() == items.len() {
            self.note("all terms must match, with + or without; what may be missing is left out");
        }
    }
}

/// How the state is asked for that a word calls.
fn state_of(word: &str) -> Option<&'static (&'static str, &'static str)> {
    STATES.iter().find(|(state, _)| word.eq_ignore_ascii_case(state))
}

fn bare_word(node: &Node) -> Option<&str> {
    node.word().filter(|word| word.is_bare()).map(|word| word.text.as_str())
}

fn is_term(node: &Node) -> bool {
    match &node.kind {
        NodeKind::Term(term) => term.field.is_some(),
        NodeKind::Not(inner) => is_term(inner),
        NodeKind::And(_) | NodeKind::Or(_) => false,
    }
}
