//! GitHub's `timeout in:error`: the words of a query are looked for in one field.

use std::ops::Range;

use crate::model::field::{Field, Kind};
use crate::query::error::QueryError;
use crate::query::print::pattern_text;
use crate::query::syntax::joins::{Lower, is_join};
use crate::query::syntax::reader::{Item, Join, Reader};
use crate::query::syntax::{Node, NodeKind, Word};

use super::terms::is_term_behind;

impl Reader<'_> {
    /// Words beside `in:field`, wherever they stand in its group.
    pub(in crate::query::syntax) fn in_field(&mut self, items: &[Item]) -> bool {
        let rest = self.rest();
        let Some(names) = rest.strip_prefix("in:") else { return false };
        let names = &names[..names.find(|c: char| c.is_whitespace() || c == ')').unwrap_or(names.len())];
        let is_searched = |field: &Field| matches!(field.kind(), Kind::Name | Kind::Text);
        let fields: Option<Vec<Field>> = names.split(',').map(|name| Field::find(name).filter(is_searched)).collect();
        let Some(fields) = fields else { return false };
        let place = self.at..self.at + "in:".len() + names.len();
        // Which of some alternatives would be looked for there, it does not tell.
        let is_either = |item: &Item| match item {
            Item::Join(join, _) => *join == Join::Or,
            Item::Part(node) => Lower::of(node) == Some(Lower::Or),
            Item::Unread => false,
        };
        if items.iter().any(is_either) {
            return false;
        }
        let mut words: Vec<(Range<usize>, String)> = items.iter().filter_map(Item::node).filter_map(word_of).collect();
        let mut end = place.end;
        if words.is_empty() {
            words = self.words_from(place.end);
            end = words.last().map_or(end, |(place, _)| place.end);
        }
        let Some(start) = words.first().map(|(word, _)| word.start.min(place.start)) else { return false };
        // What is behind goes on with the words before it.
        let behind = self.text[end..self.end].trim_start();
        let next = behind.split([' ', ')']).next().unwrap_or("");
        let is_last = next.is_empty() || is_term_behind(behind.trim_start_matches(['-', '!', '('])) || is_join(next);
        if !is_last {
            return false;
        }
        let mut right = String::new();
        let mut at = start;
        let mut pieces: Vec<(Range<usize>, String)> =
            words.into_iter().map(|(word, text)| (word, looked_for(&fields, &text))).collect();
        pieces.push((place.clone(), String::new()));
        pieces.sort_by_key(|(piece, _)| piece.start);
        for (piece, text) in pieces {
            right.push_str(&self.text[at..piece.start]);
            right.push_str(&text);
            at = piece.end;
        }
        let right = right.trim().to_owned();
        self.at = end;
        let problem = QueryError::new("a field stands before what is looked for", place);
        self.problem(problem.with_hint(format!("write {right}")).with_fix(start..end, right));
        true
    }

    /// The words that stand right behind a place.
    fn words_from(&self, from: usize) -> Vec<(Range<usize>, String)> {
        let (mut at, mut words) = (from, Vec::new());
        loop {
            let rest = &self.text[at..self.end];
            let next = rest.trim_start();
            let len = next.find(|c: char| c.is_whitespace() || c == ')').unwrap_or(next.len());
            let is_word = next[..len].starts_with(char::is_alphanumeric) && !next[..len].contains(['"', '(', ':', '=']);
            if !is_word || is_join(&next[..len]) {
                return words;
            }
            let start = self.end - next.len();
            at = start + len;
            words.push((start..at, next[..len].to_owned()));
        }
    }
}

/// A word as it is looked for in one of some fields.
fn looked_for(fields: &[Field], word: &str) -> String {
    let term = |field: &Field| match field {
        // A path is matched from a slash on.
        Field::Path => format!("path:{}", pattern_text(&format!("*{}*", word.trim_matches(['"', '*'])), false)),
        _ => format!("{}:{word}", field.name()),
    };
    match fields {
        [only] => term(only),
        _ => format!("({})", fields.iter().map(term).collect::<Vec<_>>().join(" OR ")),
    }
}

/// The word that a part is, or leaves out, and where it stands.
fn word_of(node: &Node) -> Option<(Range<usize>, String)> {
    let node = match &node.kind {
        NodeKind::Not(inner) => inner,
        _ => node,
    };
    let Word { text, span, style } = node.word()?;
    let is_quoted = *style == crate::query::syntax::Style::Quoted;
    let text = if is_quoted { format!("\"{text}\"") } else { text.clone() };
    (Lower::of(node).is_none()).then(|| (span.clone(), text))
}
