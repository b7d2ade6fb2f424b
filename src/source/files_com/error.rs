//! Why a request brought no list, in the classes that call for different behaviour.

use std::time::Duration;

use crate::base::units;
use crate::config::KeyError;

/// Why a request brought no list. The texts hold neither the key nor the address's query.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// There is no key to ask with.
    #[error("{0}")]
    NoKey(#[from] KeyError),
    /// 401 or 403: the key is not accepted, or not for this.
    #[error("{host} refuses the key: {said}")]
    Refused {
        /// The backend.
        host: String,
        /// What it said.
        said: String,
    },
    /// 429: asked too often.
    #[error("{host} asks for a pause: {said}")]
    Throttled {
        /// The backend.
        host: String,
        /// What it said.
        said: String,
        /// How long it wants to be left alone, where it says so readably.
        retry_after: Option<Duration>,
    },
    /// The backend asked for a pause that is not over: nothing was sent.
    #[error("{host} asked for a pause; it may be asked again in {}", units::duration(wait_nanos(*.wait)))]
    Pausing {
        /// The backend.
        host: String,
        /// How long the pause still is.
        wait: Duration,
    },
    /// A server error, a time-out, a lost connection: worth another try.
    #[error("{host} {said}")]
    Unavailable {
        /// The backend.
        host: String,
        /// What happened.
        said: String,
        /// How long it wants to be left alone, where it says so.
        retry_after: Option<Duration>,
    },
    /// The cursor of the next page is not accepted (any more).
    #[error("{host} does not know its own cursor any more: {said}")]
    BadCursor {
        /// The backend.
        host: String,
        /// What it said.
        said: String,
    },
    /// Any other refusal: asking the same again will not help.
    #[error("{host} does not answer this: {said}")]
    Rejected {
        /// The backend.
        host: String,
        /// What it said.
        said: String,
    },
    /// The answer sends us elsewhere. The key does not go there.
    #[error("{host} redirects to {target}; the key is not sent there")]
    Redirected {
        /// The backend.
        host: String,
        /// The host of the other place, or `another address`.
        target: String,
    },
    /// The site demands another host, and its wish does not meet the conditions under which the key
    /// may go there.
    #[error("{host} wants to be asked at {target}, which is not done: {why}")]
    MoveRefused {
        /// The backend.
        host: String,
        /// The host that it names.
        target: String,
        /// Which condition is not met.
        why: &'static str,
    },
    /// The certificate is not one to trust.
    #[error("the certificate of {host} is not trusted: {said}")]
    Certificate {
        /// The backend.
        host: String,
        /// What is wrong with it.
        said: String,
    },
    /// 200, but not with a list: a page of HTML, an object, nothing.
    #[error("{host} answers with {said} where a list should be")]
    NotAList {
        /// The backend.
        host: String,
        /// What it was.
        said: String,
    },
}

fn wait_nanos(wait: Duration) -> u64 {
    u64::try_from(wait.as_nanos()).unwrap_or(u64::MAX)
}

/// Why a source cannot even be set up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SetupError {
    /// The file with certificate authorities is not there or not readable.
    #[error("cannot read the certificate authorities in {file}: {reason}")]
    CertificateFile {
        /// The file.
        file: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The system's certificates or the HTTP client could not be set up.
    #[error("cannot set up HTTPS: {0}")]
    Client(String),
}
