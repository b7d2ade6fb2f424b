//! Where the key may go, and where not.

use std::net::SocketAddr;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

use super::backend::{Asked, Backend, Log, Reply, row};
use super::*;
use crate::base::time::Timestamp;
use crate::model::source_status::Activity;

fn stopped(stored: &Stored) -> Option<String> {
    stored.statuses.iter().find_map(|status| match &status.activity {
        Activity::Stopped { reason, hint, .. } => Some(format!("{reason}; {hint}")),
        _ => None,
    })
}

async fn stop_of(run: &Run) -> String {
    run.until("the stop", |stored| stopped(stored).is_some()).await;
    run.look(stopped).expect("just seen")
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let target = Backend::start(|_, _| Reply::json("[]")).await;
    for status in [301, 302, 307, 308] {
        let location = format!("{}/elsewhere?key={KEY}", target.url());
        let backend = Backend::start(move |_, _| Reply::status(status, "").header("Location", location.clone())).await;
        let run = Run::start(&backend.url(), |_| {});
        let said = stop_of(&run).await;
        assert!(said.contains(&format!("redirects to {}; the key is not sent there", target.address)), "{said}");
        assert_eq!(backend.asked().len(), 1);
        assert!(!run.look(Stored::everything).contains("elsewhere"));
    }
    assert!(target.asked().is_empty(), "nothing arrives there");
}

#[tokio::test]
async fn a_key_that_is_echoed_goes_nowhere() {
    let bodies: [(u16, String); 6] = [
        (401, format!(r#"{{"error":"Invalid key {KEY}","type":"{KEY}","instance":"{KEY}"}}"#)),
        (403, format!("<html>{KEY}</html>")),
        (500, format!("\"{KEY}\"")),
        (429, format!("{{\"title\":\"{KEY}\"}}")),
        (422, KEY.to_owned()),
        (200, format!("{{\"error\":\"{KEY}\"}}")),
    ];
    for (status, body) in bodies {
        let backend = Backend::start(move |_, _| Reply::status(status, body.clone()).header("X-Files-Host", KEY)).await;
        let run = Run::start(&backend.url(), |_| {});
        run.until("the error", |stored| {
            stored.statuses.iter().any(|status| !matches!(status.activity, Activity::Asking { .. } | Activity::Resting))
        })
        .await;
        let everything = run.look(Stored::everything);
        assert!(!everything.contains("CANARY"), "{everything}");
        assert!(status == 403 || everything.contains("***"), "{everything}");
    }
    // In records, too, good and bad.
    let at = Timestamp::now();
    let body = format!("[{},\"{KEY}\",{{\"created_at\":{KEY}}}]", row(at, &format!("\"request_path\":\"/x/{KEY}\"")));
    let backend = Backend::start(move |_, _| Reply::json(body.clone())).await;
    let run = Run::start(&backend.url(), |settings| settings.redact = false);
    run.until("the rows", |stored| stored.rows.len() == 1 && stored.bad.len() == 2).await;
    let stored = run.stop().await;
    assert!(!stored.everything().contains("CANARY"));
    assert!(stored.redacted >= 3);
    assert!(stored.rows.values().all(|raw| raw.windows(8).any(|part| part == b"\"/x/***\"")));
}

#[test]
fn plain_http_is_refused_before_a_key_is_read() {
    for url in ["http://acme.files.com", "http://10.0.0.1", "http://localhost:8080", "http://[::ffff:127.0.0.1]"] {
        assert!(Address::read(url).is_err(), "{url}");
    }
}

#[test]
fn settings_show_no_secret() {
    let folder = tempfile::tempdir().expect("a folder");
    assert!(!format!("{:?}", settings("http://127.0.0.1:1", &folder)).contains("CANARY"));
}

/// An authority and a server's configuration with a certificate by it.
struct Authority {
    pem: String,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).expect("no names");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        let pem = params.self_signed(&key).expect("signed").pem();
        Self { pem, issuer: Issuer::new(params, key) }
    }

    fn server(&self, names: &[&str]) -> Arc<rustls::ServerConfig> {
        let names: Vec<_> = names.iter().map(|&name| name.to_owned()).collect();
        let key = KeyPair::generate().expect("a key");
        let certificate = CertificateParams::new(names).expect("names").signed_by(&key, &self.issuer).expect("signed");
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("usual versions")
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key);
        Arc::new(config.expect("a matching key"))
    }

    /// A poller of `https://acme.files.com` that trusts this authority and finds hosts at these places.
    fn run(&self, names: &[(&str, SocketAddr)]) -> Run {
        let names = names.iter().map(|(name, to)| ((*name).to_owned(), *to)).collect();
        let ca = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(ca.path(), &self.pem).expect("written");
        Run::start("https://acme.files.com", |settings| {
            settings.limits.names = names;
            settings.config.ca = Some(Placed::unwritten(ca.path().to_owned()));
        })
    }
}

fn demand(host: &str) -> Reply {
    Reply::status(
        403,
        format!(
            r#"{{"type":"not-authenticated/lockout-region-mismatch","http-code":"403","data":{{"host":"{host}"}}}}"#
        ),
    )
}

fn keys(asked: &[Asked]) -> usize {
    asked.iter().filter(|asked| asked.header("X-FilesAPI-Key") == Some(KEY)).count()
}

#[tokio::test]
async fn a_region_move_is_followed_for_one_list_at_a_time() {
    let authority = Authority::new();
    let demands: [fn() -> Reply; 3] = [
        || demand("acme-eu.files.com"),
        || {
            Reply::status(403, r#"{"type":"not-authenticated/lockout-region-mismatch"}"#)
                .header("X-Files-Host", "https://acme-eu.files.com/")
        },
        || {
            Reply::status(403, "You have connected to a URL that is not yours")
                .header("X-Files-Host", "acme-eu.files.com")
        },
    ];
    for reply in demands {
        let first = Backend::start_tls(authority.server(&["acme.files.com"]), move |_, _| reply()).await;
        let log = Log::new(Timestamp::now(), 100, 20).with_page(9);
        let second =
            Backend::start_tls(authority.server(&["acme-eu.files.com"]), move |asked, _| log.reply(asked)).await;
        let run = authority.run(&[("acme.files.com", first.address), ("acme-eu.files.com", second.address)]);
        run.until("the fill", Stored::is_filled).await;
        run.until("the word", |stored| {
            stored.status().is_some_and(|status| status.moved_to.as_deref() == Some("acme-eu.files.com"))
        })
        .await;
        let stored = run.stop().await;
        assert!(stored.rows.len() >= 99);
        // Each list asks the configured host first, and goes on where it was sent.
        assert!(first.asked().iter().all(|asked| asked.pair("cursor").is_none()));
        assert!(second.asked().iter().any(|asked| asked.pair("cursor").is_some()));
        assert_eq!(keys(&second.asked()), second.asked().len());
        assert!(
            stored
                .statuses
                .last()
                .is_some_and(|status| status.requests >= (first.asked().len() + second.asked().len()) as u64 - 2)
        );
        assert!(stored.rows.values().all(|raw| !raw.is_empty()));
    }
}

#[tokio::test]
async fn a_region_move_elsewhere_is_refused() {
    let authority = Authority::new();
    let trap = Backend::start(|_, _| Reply::json("[]")).await;
    let port = trap.address.port();
    let hosts = [
        ("127.0.0.1".to_owned(), "it is an address, not a name"),
        (format!("127.0.0.1:{port}"), "it is an address, not a name"),
        (format!("trap.files.com:{port}"), "it is on another port"),
        ("localhost".to_owned(), "it is a local name"),
        ("trap.internal".to_owned(), "it is a local name"),
        (format!("http://trap.files.com:{port}"), "it is not HTTPS"),
        ("trap.files.com/path".to_owned(), "it names no host"),
        ("acme.files.com".to_owned(), "it is the host that was asked"),
    ];
    for (host, why) in hosts {
        let named = host.clone();
        let first = Backend::start_tls(authority.server(&["acme.files.com"]), move |_, _| demand(&named)).await;
        let run = authority.run(&[
            ("acme.files.com", first.address),
            ("trap.files.com", trap.address),
            ("localhost", trap.address),
            ("trap.internal", trap.address),
        ]);
        let said = stop_of(&run).await;
        assert!(said.contains(&format!("wants to be asked at {host}, which is not done: {why}")), "{said}");
        assert_eq!(first.asked().len(), 1, "{host}");
    }
    // Over plain HTTP no demand is believed.
    let plain = Backend::start(|_, _| demand("acme-eu.files.com")).await;
    let run =
        Run::start(&plain.url(), |settings| settings.limits.names = vec![("acme-eu.files.com".into(), trap.address)]);
    let said = stop_of(&run).await;
    assert!(said.contains("the demand did not come over HTTPS"), "{said}");
    assert!(trap.asked().is_empty());

    // Only once.
    let first = Backend::start_tls(authority.server(&["acme.files.com"]), |_, _| demand("one.files.com")).await;
    let one = Backend::start_tls(authority.server(&["one.files.com"]), |_, _| demand("two.files.com")).await;
    let two = Backend::start_tls(authority.server(&["two.files.com"]), |_, _| Reply::json("[]")).await;
    let run = authority.run(&[
        ("acme.files.com", first.address),
        ("one.files.com", one.address),
        ("two.files.com", two.address),
    ]);
    let said = stop_of(&run).await;
    assert!(said.contains("the other host demands a move, too"), "{said}");
    assert!(two.asked().is_empty());
}

#[tokio::test]
async fn certificates_are_checked() {
    let (good, bad) = (Authority::new(), Authority::new());
    // By an authority that is not trusted, and for another name.
    let cases = [
        (bad.server(&["acme.files.com"]), "invalid peer certificate"),
        (good.server(&["other.files.com"]), "not valid for name"),
    ];
    for (server, words) in cases {
        let backend = Backend::start_tls(server, |_, _| Reply::json("[]")).await;
        let run = good.run(&[("acme.files.com", backend.address)]);
        let said = stop_of(&run).await;
        assert!(said.contains("the certificate of acme.files.com is not trusted"), "{said}");
        assert!(said.contains(words) && said.contains("name its PEM file as “ca”"), "{said}");
        assert!(backend.asked().is_empty());
    }
}

#[test]
fn a_file_of_authorities_that_is_none_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("ca.pem");
    let setup = || {
        let mut settings = settings("https://acme.files.com", &folder);
        settings.config.ca = Some(Placed::unwritten(file.clone()));
        let made = super::super::client::Client::new("acme", true, &settings.config, settings.limits);
        made.expect_err("no authorities").to_string()
    };
    assert!(setup().contains("ca.pem: No such file"), "{}", setup());
    for text in ["", "not a certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
        std::fs::write(&file, text).expect("written");
        assert!(setup().contains("ca.pem"), "{}", setup());
    }
}
