//! A backend over real sockets that does whatever a test wants, byte by byte, and logs what it was asked
//! and when.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use crate::base::time::Timestamp;
use crate::base::time_parse::parse_time;

/// A request as it arrived.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub(super) at: Instant,
    pub(super) path: String,
    pub(super) pairs: Vec<(String, String)>,
    pub(super) headers: Vec<(String, String)>,
}

impl Asked {
    pub(super) fn pair(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    pub(super) fn from(&self) -> Option<Timestamp> {
        self.pair("filter_gteq[created_at]").and_then(|text| parse_time(text.as_bytes(), None)).map(|at| at.at)
    }

    pub(super) fn until(&self) -> Option<Timestamp> {
        self.pair("filter_lt[created_at]").and_then(|text| parse_time(text.as_bytes(), None)).map(|at| at.at)
    }

    /// Whether it asks for the newest.
    pub(super) fn is_live(&self) -> bool {
        self.until().is_none()
    }
}

/// What the backend does with the bytes of an answer.
#[derive(Debug, Clone, Copy)]
pub(super) enum Manner {
    Whole,
    /// Says that the body is so much longer, and closes.
    Short(usize),
    /// One byte after the other.
    Drip(Duration),
    /// Resets the connection at once.
    Reset,
    /// Never answers.
    Hang,
}

#[derive(Debug, Clone)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
    pub(super) manner: Manner,
    /// The `Date` that it says; its own clock when nothing is said.
    pub(super) date: Option<String>,
}

impl Reply {
    pub(super) fn json(body: impl Into<Vec<u8>>) -> Self {
        Self { status: 200, headers: Vec::new(), body: body.into(), manner: Manner::Whole, date: None }
            .header("Content-Type", "application/json")
    }

    pub(super) fn status(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self { status, ..Self::json(body) }
    }

    pub(super) fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    pub(super) fn manner(self, manner: Manner) -> Self {
        Self { manner, ..self }
    }

    pub(super) fn hang() -> Self {
        Self::json("").manner(Manner::Hang)
    }

    fn head(&self) -> Vec<u8> {
        let extra = if let Manner::Short(more) = self.manner { more } else { 0 };
        let date = self.date.clone().unwrap_or_else(|| http_date(Timestamp::now()));
        let mut head = format!("HTTP/1.1 {} Said\r\nDate: {date}\r\nConnection: close\r\n", self.status);
        for (name, value) in &self.headers {
            head.extend([name, ": ", value, "\r\n"]);
        }
        format!("{head}Content-Length: {}\r\n\r\n", self.body.len() + extra).into_bytes()
    }
}

/// As HTTP writes dates.
pub(super) fn http_date(at: Timestamp) -> String {
    at.in_zone(chrono_tz::UTC).format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

type Handler = dyn Fn(&Asked, usize) -> Reply + Send + Sync;

/// A running backend; it ends with the test's runtime.
pub(super) struct Backend {
    pub(super) address: SocketAddr,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Backend {
    /// Answers each request with what `handler` says; it is told which one it is, counted from 0.
    pub(super) async fn start(handler: impl Fn(&Asked, usize) -> Reply + Send + Sync + 'static) -> Self {
        Self::serve(None, Arc::new(handler)).await
    }

    /// The same over TLS.
    pub(super) async fn start_tls(
        tls: Arc<rustls::ServerConfig>,
        handler: impl Fn(&Asked, usize) -> Reply + Send + Sync + 'static,
    ) -> Self {
        Self::serve(Some(tls.into()), Arc::new(handler)).await
    }

    async fn serve(tls: Option<TlsAcceptor>, handler: Arc<Handler>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("bound");
        let asked: Arc<Mutex<Vec<Asked>>> = Arc::default();
        let log = Arc::clone(&asked);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (handler, log, tls) = (Arc::clone(&handler), Arc::clone(&log), tls.clone());
                tokio::spawn(async move {
                    // A client that goes away is part of the tests.
                    let _ = match tls {
                        None => plain(stream, &*handler, &log).await,
                        Some(tls) => match tls.accept(stream).await {
                            Ok(stream) => converse(stream, &*handler, &log).await.map(|_| ()),
                            Err(error) => Err(error),
                        },
                    };
                });
            }
        });
        Self { address, asked }
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(super) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().expect("no test panics while it holds this").clone()
    }
}

async fn plain(mut stream: TcpStream, handler: &Handler, log: &Mutex<Vec<Asked>>) -> std::io::Result<()> {
    if matches!(converse(&mut stream, handler, log).await?, Manner::Reset) {
        stream.set_zero_linger()?;
    }
    Ok(())
}

async fn converse(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    handler: &Handler,
    log: &Mutex<Vec<Asked>>,
) -> std::io::Result<Manner> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
    }
    let asked = read_head(&String::from_utf8_lossy(&head));
    let reply = {
        let mut log = log.lock().expect("no test panics while it holds this");
        log.push(asked.clone());
        handler(&asked, log.len() - 1)
    };
    match reply.manner {
        Manner::Reset => return Ok(reply.manner),
        Manner::Hang => std::future::pending().await,
        _ => {}
    }
    stream.write_all(&reply.head()).await?;
    if let Manner::Drip(pause) = reply.manner {
        for byte in &reply.body {
            stream.write_u8(*byte).await?;
            stream.flush().await?;
            tokio::time::sleep(pause).await;
        }
    } else {
        stream.write_all(&reply.body).await?;
    }
    stream.shutdown().await?;
    Ok(reply.manner)
}

fn read_head(head: &str) -> Asked {
    let mut lines = head.split("\r\n");
    let target = lines.next().and_then(|line| line.split(' ').nth(1)).unwrap_or_default();
    let url = url::Url::parse("http://backend").and_then(|base| base.join(target)).expect("a target");
    Asked {
        at: Instant::now(),
        path: url.path().to_owned(),
        pairs: url.query_pairs().into_owned().collect(),
        headers: lines
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
    }
}

/// A log that is served as the vendor serves it: filtered by time, newest first, in pages.
#[derive(Debug, Clone, Default)]
pub(super) struct Log {
    /// Time and words of each row.
    pub(super) rows: Vec<(Timestamp, String)>,
    /// Rows to a page.
    pub(super) page: usize,
}

impl Log {
    /// A row with an id every so many seconds, up to `newest`.
    pub(super) fn new(newest: Timestamp, count: i64, step: i64) -> Self {
        let rows = (0..count).map(|n| {
            let at = newest.plus_secs(-n * step).floor_secs();
            (at, row(at, &format!("\"request_id\":\"{n:032x}\",\"n\":{n}")))
        });
        Self { rows: rows.collect(), page: 1_000 }
    }

    pub(super) fn with_page(self, page: usize) -> Self {
        Self { page, ..self }
    }

    pub(super) fn reply(&self, asked: &Asked) -> Reply {
        let inside =
            |at: Timestamp| asked.from().is_none_or(|from| from <= at) && asked.until().is_none_or(|until| at < until);
        let rows: Vec<_> = self.rows.iter().filter(|(at, _)| inside(*at)).map(|(_, row)| row.as_str()).collect();
        let start: usize = asked.pair("cursor").map_or(0, |cursor| cursor.parse().expect("our own cursor"));
        let end = (start + self.page).min(rows.len());
        let reply = Reply::json(format!("[{}]", rows[start.min(end)..end].join(",")));
        if end < rows.len() { reply.header("X-Files-Cursor", end.to_string()) } else { reply }
    }
}

/// A row with more in it than its time.
pub(super) fn row(at: Timestamp, more: &str) -> String {
    format!("{{\"created_at\":\"{}\",{more}}}", at.rfc3339(0))
}
