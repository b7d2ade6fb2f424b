//! Words in lower case that join and negate elsewhere, and signs that join without a blank.

use std::ops::Range;

use crate::model::status::reason_of;
use crate::query::error::QueryError;
use crate::query::print::quoted;
use crate::query::shape::field_of_word;

use super::Node;
use super::alternatives::Behind;
use super::dialect::terms::is_term_behind;
use super::reader::{Item, Join, Reader};

/// A word in lower case that would join or negate in capitals, and stands by itself.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Lower {
    And,
    Or,
    Not,
}

impl Lower {
    pub(super) fn of(node: &Node) -> Option<Self> {
        let word = node.word()?;
        match word.text.to_ascii_lowercase().as_str() {
            "and" if word.is_bare() => Some(Self::And),
            "or" if word.is_bare() => Some(Self::Or),
            "not" if word.is_bare() => Some(Self::Not),
            _ => None,
        }
    }

    pub(super) fn capitals(self) -> &'static str {
        match self {
            Self::And => "AND",
            Self::Or => "OR",
            Self::Not => "NOT",
        }
    }
}

impl Reader<'_> {
    /// `(status:500)&&method:POST`, `status:500 ||(method:PUT …)`: a sign that joins and stands right before a term.
    pub(super) fn take_sign_before_term(&mut self, signs: &[&str]) -> bool {
        let behind =
            |sign: &&&str| self.rest().strip_prefix(**sign).map(|rest| rest.trim_start_matches(['!', '-', '(']));
        let Some(sign) = signs.iter().find(|sign| behind(sign).is_some_and(is_term_behind)) else { return false };
        self.take(sign)
    }

    /// Whether nothing stands before this place, but what opens a group or joins.
    pub(super) fn stands_first(&self) -> bool {
        let before = self.text[..self.at].trim_end();
        before.is_empty() || before.ends_with('(') || before.rsplit(char::is_whitespace).next().is_some_and(is_join)
    }

    /// Decides what `and`, `or` and `not` in lower case are: between fields or groups they join;
    /// beside one the right spelling is told; among words they are words.
    pub(super) fn lower_case(&mut self, items: Vec<Item>) -> Vec<Item> {
        let is_structure = |item: Option<&Item>| match item {
            // A text in quotes is a term like others; a bare word goes on as prose does.
            Some(Item::Part(node)) => node.word().is_none_or(|word| self.text[word.span.clone()].starts_with('"')),
            Some(Item::Unread) => true,
            _ => false,
        };
        let mut out = Vec::with_capacity(items.len());
        let sides: Vec<(bool, bool)> = (0..items.len())
            .map(|at| (is_structure(at.checked_sub(1).and_then(|at| items.get(at))), is_structure(items.get(at + 1))))
            .collect();
        let lists: Vec<_> = (0..items.len())
            .map(|at| {
                let is_or = match items.get(at)? {
                    Item::Join(join, _) => *join == Join::Or,
                    Item::Part(node) => Lower::of(node)? == Lower::Or,
                    Item::Unread => return None,
                };
                self.behind_join(items.get(at.checked_sub(1)?)?.node()?, items.get(at + 1)?.node()?, is_or)
            })
            .collect();
        let last = items.len().saturating_sub(1);
        let is_left_out_first = self.first_left_out(&items);
        let words: Vec<bool> = (0..items.len()).map(|at| self.joins_words(&items, at)).collect();
        let shaped = if words.contains(&true) { shaped_words(self.text, &items) } else { Vec::new() };
        let (mut is_joined, mut is_beside_term) = (false, false);
        for (at, ((item, (before, behind)), list)) in items.into_iter().zip(sides).zip(lists).enumerate() {
            let is_at_end = at == 0 || at == last;
            let was_joined = std::mem::replace(&mut is_joined, matches!(item, Item::Join(..)));
            let was_unread = matches!(out.last(), Some(Item::Unread));
            let lower = match &item {
                Item::Part(node) => Lower::of(node).map(|lower| (lower, node.span.clone())),
                Item::Join(..) | Item::Unread => None,
            };
            let Some((lower, span)) = lower else {
                self.behind_capitals(&item, list);
                out.push(item);
                continue;
            };
            let (word, capitals) = (&self.text[span.clone()], lower.capitals());
            match (lower, before, behind) {
                (Lower::And, true, true) => {
                    is_joined = true;
                    out.push(Item::Join(Join::And, span));
                }
                (Lower::Or, true, true) if list.is_none() => {
                    is_joined = true;
                    self.note(format!("“{word}” between two terms is read as {capitals}"));
                    out.push(Item::Join(Join::Or, span));
                }
                (Lower::Not, _, true) | (Lower::And | Lower::Or, ..) if before || behind => {
                    (is_joined, is_beside_term) = (lower != Lower::Not, true);
                    let problem = QueryError::new(format!("“{word}” is a word here"), span.clone());
                    if let Some(list) = list.filter(|_| lower != Lower::Not) {
                        self.behind_small(lower, problem, list);
                        continue;
                    }
                    // What is behind it may go on with what was not read: that is seen when it is put right.
                    if lower != Lower::Not && !behind && !is_at_end && was_unread {
                        self.problem(problem.with_fix(span.clone(), word));
                        continue;
                    }
                    // At an end there is nothing to join.
                    if lower != Lower::Not && is_at_end {
                        let hint = format!("leave it out, or write \"{word}\" to search for the word");
                        self.problem(problem.with_hint(hint).with_fix(span, ""));
                        continue;
                    }
                    let hint = format!("write {capitals}, or \"{word}\" to search for the word");
                    // “but not”
                    let start = but_before(out.last()).filter(|_| lower == Lower::Not).unwrap_or(span.start);
                    self.problem(problem.with_hint(hint).with_fix(start..span.end, capitals));
                }
                (Lower::Not, ..) if was_joined && !is_at_end || at == 0 && is_left_out_first => {
                    let problem = QueryError::new(format!("“{word}” is a word here"), span.clone());
                    let hint = format!("write {capitals}, or \"{word}\" to search for the word");
                    self.problem(problem.with_hint(hint).with_fix(span, capitals));
                }
                // What is behind a term is seen when that is put right.
                (Lower::And | Lower::Or, ..) if words[at] && is_beside_term => is_joined = true,
                (Lower::And | Lower::Or, ..) if words[at] => {
                    is_joined = true;
                    let problem = QueryError::new(format!("“{word}” is a word here"), span.clone());
                    let hint = format!("write {capitals}, or \"{word}\" to search for the word");
                    self.problem(problem.with_hint(hint).with_fix(span, capitals));
                }
                _ => {
                    let instead = if lower == Lower::Not { "NOT or -" } else { capitals };
                    self.note(format!("“{word}” is searched as a word; the operator is {instead}"));
                    out.push(item);
                }
            }
        }
        for (place, term) in shaped {
            let problem = QueryError::new(format!("“{}” is a word here", &self.text[place.clone()]), place);
            self.problem(problem.written(term));
        }
        out
    }

    /// `not timed and status:500`: the word that is left out first, and joined with what is behind it. The words for
    /// a status begin so, too.
    fn first_left_out(&self, items: &[Item]) -> bool {
        let [first, second, third, _, ..] = items else { return false };
        let is_not = first.node().and_then(Lower::of) == Some(Lower::Not);
        let is_join = matches!(third, Item::Join(..))
            || third.node().and_then(Lower::of).is_some_and(|lower| lower != Lower::Not);
        let word = second.node().map_or("", |node| &self.text[node.span.clone()]);
        let has_field = items[3..].iter().filter_map(Item::node).any(|node| !is_word(node));
        is_not && is_join && has_field && reason_of(&format!("not {word}")).is_none()
    }

    /// Whether `and` or `or` at a place joins words. Prose has more of them on a side, and is the same without its “and”.
    fn joins_words(&self, items: &[Item], at: usize) -> bool {
        let Some(lower) = items[at].node().and_then(Lower::of) else { return false };
        let is_plain = |item: &&Item| item.node().is_some_and(|node| is_word(node) && Lower::of(node).is_none());
        // More are not told apart, and a long text has a long way to its end.
        let before = items[..at].iter().rev().take(3).take_while(is_plain).count();
        let behind = items[at + 1..].iter().take(3).take_while(is_plain).count();
        let text = |item: &Item| item.node().map_or("", |node| &self.text[node.span.clone()]);
        let is_between = || at >= 2 && text(&items[at - 2]).eq_ignore_ascii_case("between");
        match lower {
            Lower::Or => before > 0 && behind > 0,
            Lower::And => (1..=2).contains(&before) && (1..=2).contains(&behind) && !is_between(),
            Lower::Not => false,
        }
    }

    /// What is behind `OR` and has no field.
    fn behind_capitals(&mut self, item: &Item, behind: Option<Behind>) {
        let Item::Join(_, span) = item else { return };
        match behind {
            Some(Behind::Sure(place, right)) => {
                let join = &self.text[span.clone()];
                let problem = QueryError::new(format!("what is behind {join} has no field"), span.clone());
                let hint = format!("write {right}, or {join} {} to search for the word", quoted_last(&right));
                self.problem(problem.with_hint(hint).with_fix(place, right));
            }
            Some(Behind::Likely(_, right) | Behind::Either(right)) => {
                let word = right.rsplit(',').next().unwrap_or("");
                self.note(format!("“{word}” has no field: it is searched as a word; {right} takes both for values"));
            }
            None => {}
        }
    }

    /// What is behind `or` and has no field. `problem` is that of the join.
    fn behind_small(&mut self, lower: Lower, problem: QueryError, behind: Behind) {
        match behind {
            Behind::Sure(place, right) if place.start > problem.span.end => {
                self.problem(QueryError::new("this value has no field", place).written(right));
                let span = problem.span.clone();
                self.problem(problem.with_hint(format!("write {}", lower.capitals())).with_fix(span, lower.capitals()));
            }
            Behind::Sure(place, right) | Behind::Likely(place, right) => {
                let capitals = lower.capitals();
                let hint = format!("write {right}, or {capitals} {} to search for the word", quoted_last(&right));
                self.problem(problem.with_hint(hint).with_fix(place, right));
            }
            Behind::Either(right) => {
                let (word, capitals) = (right.rsplit(',').next().unwrap_or(""), lower.capitals());
                let hint = format!("write {right}, or {capitals} to search for the word “{word}” besides");
                self.problem(problem.with_hint(hint));
            }
        }
    }
}

/// Words that have the shape of a value of a field, with their terms.
fn shaped_words(text: &str, items: &[Item]) -> Vec<(Range<usize>, String)> {
    const FIELDS: [&str; 4] = ["status:", "method:", "ip:", "request_id:"];
    let shaped = |node: &Node| {
        let word = text.get(node.span.clone()).filter(|_| is_word(node))?;
        let term = field_of_word(word).filter(|term| FIELDS.iter().any(|field| term.starts_with(field)))?;
        Some((node.span.clone(), term))
    };
    items.iter().filter_map(Item::node).filter_map(shaped).collect()
}

/// Whether a part is a word without a field.
fn is_word(node: &Node) -> bool {
    node.word().is_some()
}

/// The last value of a term, as it is searched as a word.
fn quoted_last(term: &str) -> String {
    quoted(term.rsplit([',', ':']).next().unwrap_or(term).as_bytes())
}

/// Where the word “but” begins that stands before another one.
fn but_before(item: Option<&Item>) -> Option<usize> {
    let node = item?.node()?;
    let word = node.word()?;
    (word.is_bare() && word.text.eq_ignore_ascii_case("but")).then_some(node.span.start)
}

/// Whether a word is one that joins or negates, in any case.
pub(in crate::query) fn is_join(word: &str) -> bool {
    ["and", "or", "not"].iter().any(|join| word.eq_ignore_ascii_case(join))
}
