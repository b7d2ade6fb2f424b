//! Words in lower case that join and negate elsewhere.

use super::{Node, NodeKind, Term, Value};

/// A word in lower case that would join or negate in capitals, and stands by itself.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Lower {
    And,
    Or,
    Not,
}

impl Lower {
    pub(super) fn of(node: &Node) -> Option<Self> {
        let NodeKind::Term(Term { field: None, values, .. }) = &node.kind else { return None };
        let [Value { word, .. }] = values.as_slice() else { return None };
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
