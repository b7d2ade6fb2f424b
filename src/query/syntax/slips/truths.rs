//! Names of fields that are true or false, where a term is expected: `NOT success`.

use crate::model::field::{FieldRef, Kind};
use crate::query::error::QueryError;
use crate::query::syntax::reader::Reader;
use crate::query::syntax::{Node, NodeKind};

/// What other words may mean, too.
const SUCCESS: &str = "success";

/// Whether a word is the name of a field that is true or false.
pub(in crate::query::syntax) fn is_truth(text: &str) -> bool {
    let is_boolean = || text.contains('_') && FieldRef::find(text).is_some_and(|field| field.kind() == Kind::Boolean);
    text == SUCCESS || is_boolean()
}

impl Reader<'_> {
    /// Notes the names of fields that stand for their truth, as in SQL, and are no words that are looked for.
    pub(in crate::query::syntax) fn truths(&mut self, node: &Node) {
        match &node.kind {
            NodeKind::And(parts) | NodeKind::Or(parts) => parts.iter().for_each(|part| self.truths(part)),
            NodeKind::Not(inner) => match name_of(inner) {
                Some(name) => self.truth(node, name, false),
                None => self.truths(inner),
            },
            NodeKind::Term(_) => {
                if let Some(name) = name_of(node).filter(|name| *name != SUCCESS || self.is_joined(node)) {
                    self.truth(node, name, true);
                }
            }
        }
    }

    fn truth(&mut self, node: &Node, name: &str, is_true: bool) {
        let problem = QueryError::new(format!("“{name}” is the name of a field"), node.span.clone());
        let right = format!("{name}:{is_true}");
        let hint = format!("write {right}, or \"{name}\" to search for the word");
        self.problem(problem.with_hint(hint).with_fix(node.span.clone(), right));
    }

    /// Whether a word stands alone, or joined to what is beside it.
    fn is_joined(&self, node: &Node) -> bool {
        let before = self.text[..node.span.start].trim_end().trim_end_matches('(').trim_end();
        let behind = self.text[node.span.end..].trim_start().trim_start_matches(')').trim_start();
        let ends_so = ["AND", "OR", "&&", "||"].iter().any(|join| before.ends_with(join));
        let begins_so = ["AND ", "OR ", "&& ", "|| "].iter().any(|join| behind.starts_with(join));
        ends_so || begins_so || before.is_empty() && behind.is_empty()
    }
}

fn name_of(node: &Node) -> Option<&str> {
    node.word().filter(|word| word.is_bare() && is_truth(&word.text)).map(|word| word.text.as_str())
}
