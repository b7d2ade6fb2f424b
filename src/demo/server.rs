//! The platform's API on a socket: one list, as Files.com serves it.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{ALLOW, CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::base::time::Timestamp;

use super::draw::seed_of;
use super::filter::{DEFAULT_PER_PAGE, ListQuery};
use super::identity::HexId;
use super::page::PageAt;
use super::platform::Platform;
use super::problem::Problem;
use super::throttle::Throttle;

/// The list's path (Files.com's SDKs: the root `/api/rest/v1`, then the resource).
pub const LIST_PATH: &str = "/api/rest/v1/api_request_logs";

/// Connections that are served at once, idle ones included; more wait.
const CONNECTIONS: usize = 1_024;
/// Pages that are made at once; more wait. Bounds the memory.
const PAGES: usize = 4;
/// An address and headers may be this long.
const LONGEST_HEAD: usize = 64 * 1024;
const HEAD_TIMEOUT: Duration = Duration::from_secs(75);

const KEY: HeaderName = HeaderName::from_static("x-filesapi-key");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const CURSOR: HeaderName = HeaderName::from_static("x-files-cursor");
const CURSOR_NEXT: HeaderName = HeaderName::from_static("x-files-cursor-next");
const CURSOR_PREV: HeaderName = HeaderName::from_static("x-files-cursor-prev");

/// Tells the time. A test brings its own.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// A running server. Dropped, it stops.
#[derive(Debug)]
pub struct ServerHandle {
    address: SocketAddr,
    stop: CancellationToken,
    task: Option<tokio::task::JoinHandle<()>>,
}

impl ServerHandle {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What a client is configured with: `http://127.0.0.1:PORT`.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Ends it, and waits until no connection is served any more.
    pub async fn stop(mut self) {
        self.stop.cancel();
        if let Some(task) = self.task.take() {
            // A task that was cancelled has ended too.
            let _ = task.await;
        }
    }
}

impl Drop for ServerHandle {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

struct Server {
    platform: Arc<Platform>,
    key: String,
    clock: Clock,
    throttle: Mutex<Throttle>,
    pages: Semaphore,
    answers: AtomicU64,
    started: Timestamp,
}

/// Serves a platform to whoever has the key. Must be called inside a tokio runtime.
pub fn serve(
    platform: Arc<Platform>,
    listener: TcpListener,
    key: String,
    clock: Clock,
) -> std::io::Result<ServerHandle> {
    let address = listener.local_addr()?;
    let stop = CancellationToken::new();
    let server = Arc::new(Server {
        platform,
        key,
        started: clock(),
        clock,
        throttle: Mutex::new(Throttle::new(Instant::now())),
        pages: Semaphore::new(PAGES),
        answers: AtomicU64::new(0),
    });
    let task = tokio::spawn(accept(server, listener, stop.clone()));
    Ok(ServerHandle { address, stop, task: Some(task) })
}

async fn accept(server: Arc<Server>, listener: TcpListener, stop: CancellationToken) {
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let mut connections = tokio::task::JoinSet::new();
    loop {
        while connections.try_join_next().is_some() {}
        let next = async {
            let place = Arc::clone(&places).acquire_owned().await;
            (listener.accept().await, place)
        };
        let (accepted, place) = tokio::select! {
            next = next => next,
            () = stop.cancelled() => break,
        };
        match accepted {
            Ok((stream, _)) => {
                let (server, stop) = (Arc::clone(&server), stop.clone());
                connections.spawn(async move {
                    converse(server, stream, stop).await;
                    drop(place);
                });
            }
            // Too many open files, for example: others will be closed meanwhile.
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
    while connections.join_next().await.is_some() {}
}

async fn converse(server: Arc<Server>, stream: TcpStream, stop: CancellationToken) {
    let service = service_fn(move |request| {
        let server = Arc::clone(&server);
        async move { Ok::<_, Infallible>(server.answer(request).await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_buf_size(LONGEST_HEAD)
        .serve_connection(TokioIo::new(stream), service);
    // A connection that breaks is the client's business.
    tokio::select! {
        _ = connection => {}
        () = stop.cancelled() => {}
    }
}

impl Server {
    async fn answer(self: Arc<Self>, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let request_id = self.next_id();
        let mut response = match Arc::clone(&self).list(&request).await {
            Ok(page) => page,
            Err(problem) => refusal(&problem, request_id.as_str()),
        };
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
        insert(headers, REQUEST_ID, request_id.as_str());
        response
    }

    async fn list(self: Arc<Self>, request: &Request<Incoming>) -> Result<Response<Full<Bytes>>, Problem> {
        if request.uri().path() != LIST_PATH {
            let text = format!("There is nothing at {}", request.uri().path());
            return Err(Problem::new(404, "not-found", text));
        }
        if request.method() != Method::GET {
            let text = format!("{} is not possible here, only GET", request.method());
            return Err(Problem::new(405, "bad-request/method-not-allowed", text));
        }
        self.check_key(request)?;
        self.throttle.lock().unwrap_or_else(PoisonError::into_inner).take(Instant::now()).map_err(|wait| Problem {
            retry_after: Some((wait.as_secs_f64().ceil() as u64).max(1)),
            ..Problem::new(429, "rate-limited/too-many-requests", "Too many requests, try again later")
        })?;
        let query = ListQuery::read(request.uri().query().unwrap_or_default())?;
        let busy = || Problem::new(503, "service-unavailable/site-disabled", "The demo is shutting down");
        let _place = self.pages.acquire().await.map_err(|_| busy())?;
        let (platform, now) = (Arc::clone(&self.platform), (self.clock)());
        tokio::task::spawn_blocking(move || page(&platform, &query, now)).await.map_err(|_| busy())
    }

    fn check_key(&self, request: &Request<Incoming>) -> Result<(), Problem> {
        match request.headers().get(KEY) {
            None => Err(Problem::new(
                401,
                "not-authenticated/authentication-required",
                "Authentication is required: send an API key in X-FilesAPI-Key",
            )),
            Some(key) if key.as_bytes() != self.key.as_bytes() => {
                Err(Problem::new(401, "not-authenticated/invalid-credentials", "Invalid API key"))
            }
            Some(_) => Ok(()),
        }
    }

    fn next_id(&self) -> HexId {
        let number = self.answers.fetch_add(1, Ordering::Relaxed);
        let half = |part| u128::from(seed_of(&[self.platform.spec().seed, self.started.0 as u64, number, part]));
        HexId::new(half(1) << 64 | half(2))
    }
}

fn page(platform: &Platform, query: &ListQuery, now: Timestamp) -> Response<Full<Bytes>> {
    let at = query.cursor.unwrap_or_else(|| PageAt::start(now));
    let found = platform.page(&query.filters, at, query.per_page.unwrap_or(DEFAULT_PER_PAGE), now);
    let mut body = Vec::with_capacity(2 + found.rows.len() * 640);
    body.push(b'[');
    for (place, sketch) in found.rows.iter().enumerate() {
        if place > 0 {
            body.push(b',');
        }
        serde_json::to_writer(&mut body, &platform.row(sketch)).expect("a row is always JSON, and memory takes it");
    }
    body.push(b']');
    let mut response = Response::new(Full::new(Bytes::from(body)));
    let headers = response.headers_mut();
    if let Some(next) = found.next {
        let cursor = next.cursor();
        // The vendor's older clients read the first, its newer ones the second.
        insert(headers, CURSOR, &cursor);
        insert(headers, CURSOR_NEXT, &cursor);
    }
    if let Some(prev) = found.prev {
        insert(headers, CURSOR_PREV, &prev.cursor());
    }
    response
}

fn refusal(problem: &Problem, request_id: &str) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(problem.body(request_id))));
    *response.status_mut() = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    if let Some(seconds) = problem.retry_after {
        headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    if problem.status == 405 {
        headers.insert(ALLOW, HeaderValue::from_static("GET"));
    }
    response
}

fn insert(headers: &mut hyper::HeaderMap, name: HeaderName, value: &str) {
    let value = HeaderValue::from_str(value).expect("ids and cursors are visible ASCII");
    headers.insert(name, value);
}

#[cfg(test)]
#[path = "server_tests.rs"]
mod tests;
