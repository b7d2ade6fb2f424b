//! What a person is told when something goes wrong: what, why, and what helps.

use std::fmt;
use std::io;

use crate::base::safe_text::visible_lines;
use crate::base::shell::shell_word;
use crate::base::spelling::nearest;
use crate::engine::EngineError;
use crate::model::zone::TypedTimeError;
use crate::query::QueryError;
use crate::runtime::import::ImportError;
use crate::runtime::save::SaveError;

/// What kind of thing went wrong; it decides the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// Nothing was found: 1.
    NotFound,
    /// Wrong use or configuration: 2.
    Usage,
    /// A source or a store failed: 3.
    Failed,
    /// Interrupted: 130.
    Interrupted,
    /// Nobody reads the output any more: no error at all.
    ClosedPipe,
}

impl ErrorKind {
    /// The exit code.
    pub fn code(self) -> u8 {
        match self {
            Self::ClosedPipe => 0,
            Self::NotFound => 1,
            Self::Usage => 2,
            Self::Failed => 3,
            Self::Interrupted => 130,
        }
    }
}

/// What a person is told.
#[derive(Debug)]
pub struct UserError {
    /// What kind.
    pub kind: ErrorKind,
    /// What went wrong, in words.
    pub message: String,
    /// What helps.
    pub hint: Option<String>,
}

impl UserError {
    /// Wrong use or configuration.
    pub fn usage(message: impl Into<String>) -> Self {
        Self { kind: ErrorKind::Usage, message: message.into(), hint: None }
    }

    /// A source or a store failed.
    pub fn failed(message: impl Into<String>) -> Self {
        Self { kind: ErrorKind::Failed, message: message.into(), hint: None }
    }

    /// Nothing was found, and that was said already.
    pub fn not_found() -> Self {
        Self { kind: ErrorKind::NotFound, message: String::new(), hint: None }
    }

    /// Interrupted by the person.
    pub fn interrupted() -> Self {
        Self { kind: ErrorKind::Interrupted, message: String::new(), hint: None }
    }

    /// Adds what helps.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds the name that is nearest to a misspelt one; or else what helps.
    #[must_use]
    pub fn with_nearest<'n>(
        self,
        wrong: &str,
        names: impl IntoIterator<Item = &'n str>,
        otherwise: impl Into<String>,
    ) -> Self {
        match nearest(wrong, names) {
            Some(close) => self.with_hint(format!("did you mean {close}?")),
            None => self.with_hint(otherwise),
        }
    }

    /// A query that was not understood, with a caret under the place.
    pub fn query(text: &str, error: &QueryError) -> Self {
        let whole = error.whole.as_deref().map(whole_for_shells).unwrap_or_default();
        Self::usage(format!("the query was not understood\n{}{whole}", error.pointed(text)))
            .with_hint("reqscope help query explains the language")
    }

    /// Adds what is to be said of a query that is proposed.
    #[must_use]
    pub fn with_told(mut self, told: &[String]) -> Self {
        for sentence in told {
            self.message.push('\n');
            self.message.push_str(sentence);
        }
        self
    }

    /// A time, a period or a zone was not understood.
    pub fn typed_time(what: &str, text: &str, error: TypedTimeError) -> Self {
        Self::usage(format!("{what} was not understood\n{}", QueryError::from(error).pointed(text)))
    }
}

/// A query put right, as one argument that bash, zsh and fish hand over as it is.
fn whole_for_shells(whole: &str) -> String {
    // Behind a minus there would be an option.
    let whole = whole.strip_prefix('-').map_or_else(|| whole.to_owned(), |behind| format!("not:{behind}"));
    format!("\nthe whole of it: {}", shell_word(&whole))
}

/// Everything that comes from outside is made safe here.
impl fmt::Display for UserError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "reqscope: {}", visible_lines(&self.message))?;
        match &self.hint {
            Some(hint) => write!(f, "\n  {}", visible_lines(hint)),
            None => Ok(()),
        }
    }
}

impl From<io::Error> for UserError {
    fn from(error: io::Error) -> Self {
        let kind = if error.kind() == io::ErrorKind::BrokenPipe { ErrorKind::ClosedPipe } else { ErrorKind::Failed };
        Self { kind, message: error.to_string(), hint: None }
    }
}

impl From<EngineError> for UserError {
    fn from(error: EngineError) -> Self {
        let (kind, hint) = match &error {
            EngineError::Cancelled => (ErrorKind::Interrupted, None),
            EngineError::Question(_) => (ErrorKind::Usage, None),
            EngineError::Missing { .. } => (
                ErrorKind::Failed,
                Some(
                    "reqscope demo makes one with made-up requests; reqscope import FILE or a configured source makes one with yours",
                ),
            ),
            EngineError::Damaged { .. } => (
                ErrorKind::Failed,
                Some("reqscope store verify says how much is damaged; reqscope store rebuild makes the columns again"),
            ),
            error if error.is_full() => {
                (ErrorKind::Failed, Some("free some space, or keep the store on another disk: --store DIR"))
            }
            EngineError::Newer { .. } => (ErrorKind::Failed, Some("use the newer reqscope that wrote it")),
            _ => (ErrorKind::Failed, None),
        };
        Self { kind, message: error.to_string(), hint: hint.map(str::to_owned) }
    }
}

impl From<ImportError> for UserError {
    fn from(error: ImportError) -> Self {
        match error {
            ImportError::Store(error) => error.into(),
            ImportError::Format(_) => Self::usage(error.to_string()),
            ImportError::Read { ref source, .. } if source.kind() == io::ErrorKind::NotFound => {
                Self::usage(error.to_string())
            }
            _ => Self::failed(error.to_string()),
        }
    }
}

impl From<SaveError> for UserError {
    fn from(error: SaveError) -> Self {
        match error {
            SaveError::Cancelled => Self::interrupted(),
            SaveError::Engine(error) => error.into(),
            SaveError::Write { source, .. } if source.kind() == io::ErrorKind::BrokenPipe => source.into(),
            SaveError::Exists { .. } => Self::usage(error.to_string()),
            SaveError::Write { .. } => Self::failed(error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_put_right_is_one_word_for_a_shell() {
        let said = |whole: &str| {
            let error = QueryError { whole: Some(whole.into()), ..QueryError::new("wrong", 0..1) };
            let message = UserError::query("x", &error).message;
            message.lines().last().unwrap_or("").trim_start_matches("the whole of it: ").to_owned()
        };
        assert_eq!(said("status:404"), "status:404");
        assert_eq!(said("status:>499"), "'status:>499'");
        assert_eq!(said("is:failed & method:GET"), "'is:failed & method:GET'");
        assert_eq!(said("(path:/api/rest*)"), "'(path:/api/rest*)'");
        assert_eq!(said("attributes.geo.city.name:\"New Delhi\""), "'attributes.geo.city.name:\"New Delhi\"'");
        assert_eq!(said("-status:404"), "not:status:404");
        assert_eq!(said("-client:=\"it's\""), "'not:client:=\"it'\\''s\"'");
    }
}
