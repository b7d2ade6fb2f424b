//! What a condition of another language comes to here: terms, joined.

use super::sql::negated;

/// Terms, joined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Condition {
    /// One term, as it is written.
    Term(String),
    /// Not this.
    Not(Box<Self>),
    /// All of these.
    All(Vec<Self>),
    /// One of these.
    Any(Vec<Self>),
}

impl Condition {
    /// Both of two; what is the same stands once.
    pub(in crate::query::syntax) fn and(self, other: Self) -> Self {
        let (mut parts, others) = (self.parts_of_all(), other.parts_of_all());
        for other in others {
            if !parts.contains(&other) {
                parts.push(other);
            }
        }
        if parts.len() == 1 { parts.remove(0) } else { Self::All(parts) }
    }

    /// One of two; what is the same stands once.
    pub(in crate::query::syntax) fn or(self, other: Self) -> Self {
        match (self, other) {
            (one, other) if one == other => one,
            (Self::Any(mut parts), other) => {
                if !parts.contains(&other) {
                    parts.push(other);
                }
                Self::Any(parts)
            }
            (one, other) => Self::Any(vec![one, other]),
        }
    }

    /// What it does not keep.
    pub(super) fn not(self) -> Self {
        match self {
            Self::Term(term) => Self::Term(match term.as_str() {
                "is:success" => "is:failed".to_owned(),
                "is:failed" => "is:success".to_owned(),
                other => negated(other),
            }),
            Self::Not(inner) => *inner,
            other => Self::Not(Box::new(other)),
        }
    }

    /// This, or what it does not keep.
    pub(super) fn not_if(self, is_left_out: bool) -> Self {
        if is_left_out { self.not() } else { self }
    }

    /// As one term.
    pub(in crate::query::syntax) fn term(&self) -> String {
        match self {
            Self::Term(term) => term.clone(),
            Self::Not(inner) => format!("-{}", inner.term()),
            Self::All(_) | Self::Any(_) => format!("({})", self.whole()),
        }
    }

    /// As a query.
    pub(super) fn whole(&self) -> String {
        let joined = |parts: &[Self], between: &str| parts.iter().map(Self::term).collect::<Vec<_>>().join(between);
        match self {
            Self::All(parts) => joined(parts, " "),
            Self::Any(parts) => joined(parts, " OR "),
            Self::Term(_) | Self::Not(_) => self.term(),
        }
    }

    fn parts_of_all(self) -> Vec<Self> {
        match self {
            Self::All(parts) => parts,
            other => vec![other],
        }
    }
}
