//! Asks a Files.com site for its log, one page at a time, and never tells anybody the key.
//!
//! The protocol, as the vendor's clients speak it: `GET /api/rest/v1/api_request_logs`, the key in the
//! header `X-FilesAPI-Key`, filters in the query, the next page's cursor in an answer's header.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use reqwest::StatusCode;
use reqwest::header::{DATE, HeaderMap, HeaderValue, RETRY_AFTER};
use tokio::sync::Mutex;
use url::Url;

use crate::base::safe_text::visible_str;
use crate::base::time::Timestamp;
use crate::base::time_parse::parse_time;
use crate::base::units;
use crate::config::{Address, FilesComConfig, KeyError, KeyOrigin, KeySource, Secret};

use super::error::{FetchError, SetupError};
use super::error_body::ErrorBody;
use super::transport::{header_text, host_of, http_client, redirect_target, transport_error};
use super::{region, retry};

/// The path of the log below a site's origin.
pub const LOG_PATH: &str = "/api/rest/v1/api_request_logs";
/// The most rows a page may have.
pub const PER_PAGE: u32 = 1_000;

const KEY_HEADER: &str = "X-FilesAPI-Key";
const WORKSPACE_HEADER: &str = "X-Files-Workspace-Id";
const HOST_HEADER: &str = "X-Files-Host";
/// The newer and the older name of the same header.
const CURSOR_HEADERS: [&str; 2] = ["X-Files-Cursor-Next", "X-Files-Cursor"];
/// How much of an error's body is read.
const ERROR_BODY: usize = 64 * 1024;

/// How much time and memory an answer may take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Until a connection stands.
    pub connect: Duration,
    /// Between two pieces of an answer.
    pub idle: Duration,
    /// For all of a request, so that an answer that trickles ends, too.
    pub total: Duration,
    /// Bytes of an answer, after decompression.
    pub body: usize,
    /// A key's command is run again at most this often.
    pub renew_key: Duration,
    /// Names that are looked up here instead of in the DNS.
    #[cfg(test)]
    pub names: Vec<(String, std::net::SocketAddr)>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            idle: Duration::from_secs(30),
            total: Duration::from_mins(2),
            body: 64 << 20,
            renew_key: Duration::from_mins(1),
            #[cfg(test)]
            names: Vec::new(),
        }
    }
}

/// Speaks with one site. May be shared: a poller and lookups use the same.
#[derive(Debug)]
pub struct Client {
    http: reqwest::Client,
    address: Address,
    workspace: Option<u64>,
    key_source: KeySource,
    keys: Mutex<Keys>,
    limits: Limits,
    requests: AtomicU64,
    /// When a pause that the backend asked for is over.
    pause: std::sync::Mutex<Option<Instant>>,
    pub(super) source: String,
    pub(super) redact: bool,
}

#[derive(Debug, Default)]
struct Keys {
    key: Option<Arc<Secret>>,
    renewed: Option<Instant>,
}

/// What is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Query {
    /// Created at or after this time.
    pub(super) from: Option<Timestamp>,
    /// Created before this time.
    pub(super) until: Option<Timestamp>,
    /// With exactly this id.
    pub(super) request_id: Option<String>,
    /// The page behind this cursor.
    pub(super) cursor: Option<String>,
}

/// Where the requests of one list go: to the configured origin until it demands another host.
#[derive(Debug, Clone, Default)]
pub(super) struct Route {
    moved: Option<Url>,
}

impl Route {
    /// The other host, if there is one.
    pub(super) fn moved_to(&self) -> Option<&str> {
        self.moved.as_ref().and_then(Url::host_str)
    }
}

/// A page as it came.
#[derive(Debug)]
pub(super) struct Answer {
    /// The body; the key is taken out of it.
    pub(super) body: Vec<u8>,
    /// Why the body is not whole, if it is not.
    pub(super) cut: Option<String>,
    /// Where the next page begins, if there is one.
    pub(super) cursor: Option<String>,
    /// The backend's clock.
    pub(super) date: Option<Timestamp>,
    /// How often the key stood in the body.
    pub(super) scrubbed: u64,
}

enum Reply {
    Page(Answer),
    /// The site demands this host.
    Elsewhere(String),
}

impl Client {
    /// A client for a site. Reads the certificate authorities, but not yet the key. `source` names the
    /// source in envelopes; `redact` says whether secrets are taken out of records.
    pub fn new(source: &str, redact: bool, config: &FilesComConfig, limits: Limits) -> Result<Self, SetupError> {
        Ok(Self {
            http: http_client(config, &limits)?,
            address: config.address.value.clone(),
            workspace: config.workspace.map(|id| id.value),
            key_source: config.key.value.clone(),
            keys: Mutex::default(),
            limits,
            requests: AtomicU64::new(0),
            pause: std::sync::Mutex::default(),
            source: source.to_owned(),
            redact,
        })
    }

    /// The site.
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// Where the key comes from, in words.
    pub fn key_origin(&self) -> KeyOrigin {
        self.key_source.origin()
    }

    /// Requests sent so far.
    pub fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    /// Fetches one page of a list.
    pub(super) async fn list(&self, query: &Query, route: &mut Route) -> Result<Answer, FetchError> {
        if let Some(wait) = self.pause_left() {
            return Err(FetchError::Pausing { host: self.address.host(), wait });
        }
        let key = self.key().await?;
        let base = route.moved.as_ref().unwrap_or(self.address.url());
        let demanded = match self.ask(base, query, &key).await? {
            Reply::Page(answer) => return Ok(answer),
            Reply::Elsewhere(demanded) => demanded,
        };
        let refused = |why| FetchError::MoveRefused {
            host: self.address.host(),
            target: visible_str(&key.scrub(&demanded)).into_owned(),
            why,
        };
        if route.moved.is_some() {
            return Err(refused("it moved once already"));
        }
        let target = region::target(&self.address, &demanded).map_err(refused)?;
        match self.ask(&target, query, &key).await? {
            Reply::Page(answer) => {
                route.moved = Some(target);
                Ok(answer)
            }
            Reply::Elsewhere(_) => Err(refused("the other host demands a move, too")),
        }
    }

    /// Reads the key again after it was refused. Whether it is another one now. A command is run again
    /// never more often than the limit says.
    pub(super) async fn renew_key(&self) -> Result<bool, KeyError> {
        if !self.key_source.may_change() {
            return Ok(false);
        }
        let mut keys = self.keys.lock().await;
        let is_command = matches!(self.key_source, KeySource::Command(_));
        if is_command && keys.renewed.is_some_and(|at| at.elapsed() < self.limits.renew_key) {
            return Ok(false);
        }
        keys.renewed = Some(Instant::now());
        let key = self.key_source.read().await?;
        let is_new = keys.key.as_ref().is_none_or(|old| !old.is_same(&key));
        keys.key = Some(Arc::new(key));
        Ok(is_new)
    }

    async fn key(&self) -> Result<Arc<Secret>, FetchError> {
        let mut keys = self.keys.lock().await;
        if let Some(key) = &keys.key {
            return Ok(Arc::clone(key));
        }
        let key = Arc::new(self.key_source.read().await?);
        keys.key = Some(Arc::clone(&key));
        Ok(key)
    }

    async fn ask(&self, base: &Url, query: &Query, key: &Secret) -> Result<Reply, FetchError> {
        let host = host_of(base);
        let mut header = HeaderValue::from_str(key.expose()).map_err(|_| FetchError::Rejected {
            host: host.clone(),
            said: "the key cannot stand in a header".into(),
        })?;
        header.set_sensitive(true);
        let mut request = self.http.get(Self::url(base, query)).header(KEY_HEADER, header);
        if let Some(workspace) = self.workspace {
            request = request.header(WORKSPACE_HEADER, workspace);
        }
        self.requests.fetch_add(1, Ordering::Relaxed);
        let response = request.send().await.map_err(|error| transport_error(&host, error, key))?;
        let status = response.status();
        let headers = response.headers().clone();
        let date = header_text(&headers, DATE.as_str()).and_then(|text| parse_time(text.as_bytes(), None));
        let date = date.map(|moment| moment.at);
        if status.is_redirection() {
            return Err(FetchError::Redirected { host, target: redirect_target(base, &headers, key) });
        }
        if status.is_success() {
            let (body, cut) =
                self.body(response, self.limits.body).await.map_err(|e| transport_error(&host, e, key))?;
            let cursor = CURSOR_HEADERS.iter().find_map(|name| headers.get(*name));
            // One that is no text is sent back as well as can be, and refused: it is not the end of the list.
            let cursor = cursor.map(|value| String::from_utf8_lossy(value.as_bytes()).trim().to_owned());
            let cursor = cursor.filter(|text| !text.is_empty());
            let (scrubbed, count) = key.scrub_bytes(&body);
            let body = if count == 0 { body } else { scrubbed.into_owned() };
            return Ok(Reply::Page(Answer { body, cut, cursor, date, scrubbed: count }));
        }
        // An error's body is only read for its words, so one that is cut is as good.
        let body = self.body(response, ERROR_BODY).await.map(|(body, _)| body).unwrap_or_default();
        let error = ErrorBody::read(&body);
        if let Some(demanded) = region::demanded(status.as_u16(), &body, &error, header_text(&headers, HOST_HEADER)) {
            return Ok(Reply::Elsewhere(demanded));
        }
        let said = error.said(status.as_u16(), status.canonical_reason(), key);
        Err(self.refusal(host, status, &error, said, &headers, date.unwrap_or_else(Timestamp::now)))
    }

    /// Which class of behaviour an error answer calls for.
    fn refusal(
        &self,
        host: String,
        status: StatusCode,
        error: &ErrorBody,
        said: String,
        headers: &HeaderMap,
        answered: Timestamp,
    ) -> FetchError {
        let retry_after = headers.get(RETRY_AFTER).and_then(|value| retry::retry_after(value.as_bytes(), answered));
        if status == StatusCode::TOO_MANY_REQUESTS || error.is_in("rate-limited") {
            self.set_pause(retry_after);
            return FetchError::Throttled { host, said, retry_after };
        }
        // The vendor answers 422 where a service is unavailable.
        let is_passing = matches!(status, StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY)
            || status.is_server_error() && status != StatusCode::NOT_IMPLEMENTED
            || error.is_in("service-unavailable");
        if is_passing {
            self.set_pause(retry_after);
            return FetchError::Unavailable { host, said: format!("answers {said}"), retry_after };
        }
        if matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) {
            return FetchError::Refused { host, said };
        }
        if error.kind.as_deref() == Some("bad-request/invalid-cursor") {
            return FetchError::BadCursor { host, said };
        }
        FetchError::Rejected { host, said }
    }

    fn url(base: &Url, query: &Query) -> Url {
        let mut url = base.clone();
        url.set_path(LOG_PATH);
        {
            let mut pairs = url.query_pairs_mut();
            pairs.append_pair("per_page", &PER_PAGE.to_string());
            if let Some(from) = query.from {
                pairs.append_pair("filter_gteq[created_at]", &from.rfc3339(0));
            }
            if let Some(until) = query.until {
                pairs.append_pair("filter_lt[created_at]", &until.rfc3339(0));
            }
            if let Some(id) = &query.request_id {
                pairs.append_pair("filter[request_id]", id);
            }
            if let Some(cursor) = &query.cursor {
                pairs.append_pair("cursor", cursor);
            }
        }
        url
    }

    /// The body up to a bound, and why it is not whole. Only running out of time is an error: of
    /// everything else the beginning is of use.
    async fn body(
        &self,
        mut response: reqwest::Response,
        bound: usize,
    ) -> Result<(Vec<u8>, Option<String>), reqwest::Error> {
        let mut body = Vec::new();
        loop {
            match response.chunk().await {
                Ok(None) => return Ok((body, None)),
                Ok(Some(chunk)) => {
                    let room = bound - body.len();
                    body.extend_from_slice(&chunk[..chunk.len().min(room)]);
                    if chunk.len() > room {
                        let why = format!("the answer is longer than {}", units::bytes(bound as u64));
                        return Ok((body, Some(why)));
                    }
                }
                Err(error) if error.is_timeout() => return Err(error),
                Err(_) => {
                    let why = format!("the answer breaks off after {}", units::bytes(body.len() as u64));
                    return Ok((body, Some(why)));
                }
            }
        }
    }

    fn pause_left(&self) -> Option<Duration> {
        let until = (*self.pause.lock().unwrap_or_else(std::sync::PoisonError::into_inner))?;
        let left = until.saturating_duration_since(Instant::now());
        (!left.is_zero()).then_some(left)
    }

    /// Answers that were under way together may wish for different pauses: the longest is kept.
    fn set_pause(&self, wish: Option<Duration>) {
        let until = wish.and_then(|wish| Instant::now().checked_add(wish));
        let mut pause = self.pause.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        *pause = (*pause).max(until);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shorter_pause_does_not_end_a_longer_one() {
        let config = FilesComConfig::new(Address::read("https://acme.files.com").expect("an address"));
        let client = Client::new("acme", true, &config, Limits::default()).expect("set up");
        assert_eq!(client.pause_left(), None);
        let hour = Duration::from_hours(1);
        for wish in [Some(hour), Some(Duration::from_secs(1)), None] {
            client.set_pause(wish);
            assert!(client.pause_left().is_some_and(|left| left > hour / 2), "{wish:?}");
        }
        client.set_pause(Some(2 * hour));
        assert!(client.pause_left().is_some_and(|left| left > hour));
    }
}
