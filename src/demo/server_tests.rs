//! The protocol over a real socket.

use std::sync::atomic::AtomicI64;

use reqwest::header::HeaderMap;
use serde_json::Value;

use super::*;
use crate::demo::spec::{PlatformSpec, key};

const NOON: i64 = 1_795_435_200;

/// A server whose clock a test can move, and a client with its key.
struct Bench {
    handle: ServerHandle,
    client: reqwest::Client,
    seconds: Arc<AtomicI64>,
}

struct Answer {
    status: u16,
    headers: HeaderMap,
    body: Value,
}

impl Answer {
    async fn of(response: reqwest::Response) -> Self {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let bytes = response.bytes().await.unwrap();
        let body = if bytes.is_empty() { Value::Null } else { serde_json::from_slice(&bytes).unwrap() };
        Self { status, headers, body }
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    fn ids(&self) -> Vec<String> {
        self.body.as_array().unwrap().iter().map(|row| row["request_id"].as_str().unwrap().to_owned()).collect()
    }
}

impl Bench {
    async fn new() -> Self {
        // A second one does no harm.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let platform = Arc::new(Platform::new(PlatformSpec::new(1, 100_000, Timestamp::from_secs(NOON))));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let seconds = Arc::new(AtomicI64::new(NOON));
        let told = Arc::clone(&seconds);
        let clock: Clock = Arc::new(move || Timestamp::from_secs(told.load(Ordering::Relaxed)));
        let handle = serve(platform, listener, key(1), clock).unwrap();
        Self { handle, client: reqwest::Client::builder().no_proxy().build().unwrap(), seconds }
    }

    fn request(&self, method: reqwest::Method, path: &str) -> reqwest::RequestBuilder {
        self.client.request(method, format!("{}{path}", self.handle.base_url()))
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> Answer {
        Answer::of(request.send().await.unwrap()).await
    }

    async fn list(&self, query: &str) -> Answer {
        let path = format!("{LIST_PATH}?{query}");
        self.send(self.request(reqwest::Method::GET, &path).header("X-FilesAPI-Key", key(1))).await
    }
}

fn assert_problem(answer: &Answer, status: u16, kind: &str) {
    assert_eq!((answer.status, answer.body["type"].as_str()), (status, Some(kind)), "{}", answer.body);
    assert_eq!(answer.body["http-code"], status);
    let keys: Vec<&String> = answer.body.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["error", "http-code", "instance", "title", "type"]);
    assert_eq!(answer.body["instance"].as_str(), answer.header("x-request-id"));
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_come_with_cursors_and_stay_while_time_goes_on() {
    let bench = Bench::new().await;
    let window = "filter_gteq[created_at]=2026-11-23T11:50:00Z&filter_lteq[created_at]=2026-11-23T13:00:00Z";
    let whole = bench.list(&format!("{window}&per_page=1000")).await;
    assert_eq!(whole.status, 200);
    assert!(whole.header("content-type").unwrap().starts_with("application/json"));
    let (mut ids, mut next, mut pages) = (Vec::new(), Some(String::new()), 0);
    while let Some(cursor) = next {
        let page = bench.list(&format!("{window}&per_page=60{cursor}")).await;
        assert_eq!(page.header("x-request-id").map(str::len), Some(32));
        assert_eq!(page.header("x-files-cursor"), page.header("x-files-cursor-next"));
        assert_eq!(page.header("x-files-cursor-prev").is_some(), pages > 0);
        if let Some(prev) = page.header("x-files-cursor-prev") {
            assert!(prev.starts_with("c2:prev:") && !prev.ends_with('='));
        }
        ids.extend(page.ids());
        next = page.header("x-files-cursor-next").map(|cursor| {
            assert!(cursor.starts_with("c2:next:"));
            format!("&cursor={}", cursor.replace('+', "%2B").replace('/', "%2F"))
        });
        pages += 1;
        bench.seconds.fetch_add(30, Ordering::Relaxed);
    }
    assert!(pages > 5 && ids.len() < 1_000);
    assert_eq!(ids, whole.ids());
    let newer = bench.list(&format!("{window}&per_page=1000")).await;
    assert!(newer.ids().len() > ids.len(), "a new list has what came since");
    let page = bench.list("").await;
    assert_eq!(page.ids().len(), DEFAULT_PER_PAGE);
    bench.handle.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_ask_and_for_what() {
    let bench = Bench::new().await;
    let get = |path: &str| bench.request(reqwest::Method::GET, path);
    assert_problem(&bench.send(get(LIST_PATH)).await, 401, "not-authenticated/authentication-required");
    for wrong in ["demo", "", &key(2)] {
        let answer = bench.send(get(LIST_PATH).header("X-FilesAPI-Key", wrong)).await;
        assert_problem(&answer, 401, "not-authenticated/invalid-credentials");
    }
    let with_key = |request: reqwest::RequestBuilder| request.header("X-FilesAPI-Key", key(1));
    for path in ["/", "/api/rest/v1/users", "/api/rest/v1/api_request_logs/1"] {
        assert_problem(&bench.send(with_key(get(path))).await, 404, "not-found");
    }
    let post = bench.send(with_key(bench.request(reqwest::Method::POST, LIST_PATH)).body("x=1")).await;
    assert_problem(&post, 405, "bad-request/method-not-allowed");
    assert_eq!(post.header("allow"), Some("GET"));
    let head = bench.send(with_key(bench.request(reqwest::Method::HEAD, LIST_PATH))).await;
    assert_eq!((head.status, head.body), (405, Value::Null));
    let workspace = with_key(get(&format!("{LIST_PATH}?per_page=1"))).header("X-Files-Workspace-Id", "0");
    assert_eq!(bench.send(workspace).await.ids().len(), 1);
    assert_problem(&bench.list("filter[api_name]=x").await, 422, "bad-request/invalid-filter-field");
    assert_problem(&bench.list("cursor=c2:next:AAAA").await, 422, "bad-request/invalid-cursor");
    assert_problem(&bench.list("per_page=1001").await, 422, "bad-request/request-params-invalid");
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_requests_are_told_when_to_come_back() {
    let bench = Bench::new().await;
    let path = format!("{LIST_PATH}?per_page=1");
    let mut all = tokio::task::JoinSet::new();
    for _ in 0..400 {
        all.spawn(bench.request(reqwest::Method::GET, &path).header("X-FilesAPI-Key", key(1)).send());
    }
    let answers: Vec<reqwest::Response> = all.join_all().await.into_iter().map(Result::unwrap).collect();
    let (fine, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status() == 200);
    assert!(fine.len() >= 80, "{} at once", fine.len());
    let refused = Answer::of(refused.into_iter().next().expect("so many at once are too many")).await;
    assert_problem(&refused, 429, "rate-limited/too-many-requests");
    let wait: u64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert_eq!(wait, 1);
    tokio::time::sleep(Duration::from_secs(wait)).await;
    assert_eq!(bench.list("per_page=1").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn odd_bytes_on_the_socket_do_no_harm() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let bench = Bench::new().await;
    let long = format!("GET {LIST_PATH}?x={} HTTP/1.1\r\nhost: a\r\n\r\n", "y".repeat(200_000));
    for bytes in [b"\0\xff\xfe\r\n\r\n".as_slice(), b"GET / HTTP/9\r\n\r\n", long.as_bytes(), b"GET"] {
        let mut stream = TcpStream::connect(bench.handle.address()).await.unwrap();
        // The server may hang up while it is being told.
        let _ = stream.write_all(bytes).await;
        let _ = stream.shutdown().await;
        let mut rest = Vec::new();
        let _ = stream.read_to_end(&mut rest).await;
    }
    assert_eq!(bench.list("per_page=1").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_stops_when_told() {
    let bench = Bench::new().await;
    let address = bench.handle.address();
    assert_eq!(bench.list("per_page=1").await.status, 200);
    // Also with a connection that is kept alive.
    tokio::time::timeout(Duration::from_secs(5), bench.handle.stop()).await.expect("it ends at once");
    TcpListener::bind(address).await.expect("the port is free again");
}
