//! Comparisons of other languages.

/// A comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    Is,
    IsNot,
    Less,
    LessEq,
    Greater,
    GreaterEq,
}

impl Sign {
    /// The signs of other languages; longer ones first.
    const WRITTEN: [(&'static str, Self); 10] = [
        ("===", Self::Is),
        ("!==", Self::IsNot),
        ("==", Self::Is),
        ("!=", Self::IsNot),
        ("<>", Self::IsNot),
        ("<=", Self::LessEq),
        (">=", Self::GreaterEq),
        ("=", Self::Is),
        ("<", Self::Less),
        (">", Self::Greater),
    ];

    /// The sign that a text begins with, and what is behind it.
    pub(in crate::query::syntax) fn read(text: &str) -> Option<(Self, &str)> {
        Self::WRITTEN.iter().find_map(|(token, sign)| Some((*sign, text.strip_prefix(token)?)))
    }

    /// The same with its sides exchanged.
    pub(super) fn turned(self) -> Self {
        match self {
            Self::Less => Self::Greater,
            Self::LessEq => Self::GreaterEq,
            Self::Greater => Self::Less,
            Self::GreaterEq => Self::LessEq,
            Self::Is | Self::IsNot => self,
        }
    }

    /// The sign that a text is.
    pub(super) fn of_word(sign: &str) -> Option<Self> {
        Self::read(sign).filter(|(_, behind)| behind.is_empty()).map(|(sign, _)| sign)
    }

    /// As it is written here.
    pub(in crate::query::syntax) fn written(self) -> &'static str {
        match self {
            Self::Is => "=",
            Self::IsNot => "!=",
            Self::Less => "<",
            Self::LessEq => "<=",
            Self::Greater => ">",
            Self::GreaterEq => ">=",
        }
    }

    /// Whether it holds between two values.
    pub(super) fn holds<T: PartialOrd>(self, one: &T, other: &T) -> bool {
        match self {
            Self::Is => one == other,
            Self::IsNot => one != other,
            Self::Less => one < other,
            Self::LessEq => one <= other,
            Self::Greater => one > other,
            Self::GreaterEq => one >= other,
        }
    }
}
