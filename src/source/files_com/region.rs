//! The one case in which the key goes to another host: a site demands its own region.
//!
//! The vendor's newest client (Python SDK 2.0.4) repeats a request once at the host that the answer
//! names, for the rest of that list, if the answer came straight from the configured origin over
//! verified HTTPS, and the host is a DNS name on the default port that is not local.

use url::{Host, Url};

use crate::config::Address;

use super::error_body::ErrorBody;

/// The error type of the demand.
const MISMATCH: &str = "not-authenticated/lockout-region-mismatch";
/// How the older answer in plain text begins.
const PLAIN: &[u8] = b"You have connected to a URL";
/// Names that lead to this machine or its network, by the registries of special-use names.
const LOCAL: [&str; 7] = ["localhost", "test", "local", "internal", "invalid", "example", "home.arpa"];

/// The host that a refusal demands, if it is a demand at all. `header` is `X-Files-Host`.
pub(super) fn demanded(status: u16, body: &[u8], error: &ErrorBody, header: Option<&str>) -> Option<String> {
    if status != 403 {
        return None;
    }
    if body.starts_with(PLAIN) {
        return header.map(str::to_owned);
    }
    if error.kind.as_deref() == Some(MISMATCH) { error.names_host(header) } else { None }
}

/// Where to go, or why not. `from` is the configured origin, which has answered itself.
pub(super) fn target(from: &Address, demanded: &str) -> Result<Url, &'static str> {
    const NO_HOST: &str = "it names no host";
    if !from.is_https() {
        return Err("the demand did not come over HTTPS");
    }
    let rest = match demanded.split_once("://") {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => rest,
        Some(_) => return Err("it is not HTTPS"),
        None => demanded,
    };
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    if rest.is_empty() || rest.chars().any(|c| c.is_whitespace() || c.is_control() || "/?#@\\".contains(c)) {
        return Err(NO_HOST);
    }
    let url = Url::parse(&format!("https://{rest}/")).map_err(|_| NO_HOST)?;
    let Some(Host::Domain(name)) = url.host() else {
        return Err("it is an address, not a name");
    };
    // The default port is not kept by the parser, so any port left is another one.
    if url.port().is_some() {
        return Err("it is on another port");
    }
    let bare = name.trim_end_matches('.');
    let is_local = !bare.contains('.')
        || LOCAL
            .iter()
            .any(|local| bare.strip_suffix(local).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')));
    if is_local {
        return Err("it is a local name");
    }
    if from.url().host_str() == Some(name) && from.url().port().is_none() {
        return Err("it is the host that was asked");
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn https() -> Address {
        Address::read("https://acme.files.com").expect("good")
    }

    #[test]
    fn good_targets() {
        for (host, expected) in [
            ("eu.files.com", "https://eu.files.com/"),
            ("EU.files.com", "https://eu.files.com/"),
            ("https://logs.acme.org", "https://logs.acme.org/"),
            ("https://logs.acme.org/", "https://logs.acme.org/"),
            ("eu.files.com:443", "https://eu.files.com/"),
        ] {
            assert_eq!(target(&https(), host).map(String::from), Ok(expected.to_owned()), "{host}");
        }
    }

    #[test]
    fn refused_targets() {
        for (host, why) in [
            ("10.0.0.1", "it is an address, not a name"),
            ("[::1]", "it is an address, not a name"),
            ("2130706433", "it is an address, not a name"),
            ("localhost", "it is a local name"),
            ("intranet", "it is a local name"),
            ("printer.local", "it is a local name"),
            ("db.internal.", "it is a local name"),
            ("router.home.arpa", "it is a local name"),
            ("eu.files.com:8443", "it is on another port"),
            ("http://eu.files.com", "it is not HTTPS"),
            ("eu.files.com/path", "it names no host"),
            ("user@eu.files.com", "it names no host"),
            ("eu.files.com?x", "it names no host"),
            ("eu files.com", "it names no host"),
            ("eu.files.com\r\nX: y", "it names no host"),
            ("", "it names no host"),
            ("acme.files.com", "it is the host that was asked"),
        ] {
            assert_eq!(target(&https(), host), Err(why), "{host}");
        }
        let plain = Address::read("http://127.0.0.1:8080").expect("loopback");
        assert_eq!(target(&plain, "eu.files.com"), Err("the demand did not come over HTTPS"));
    }

    #[test]
    fn demands() {
        let ask =
            |status, body: &str, header| demanded(status, body.as_bytes(), &ErrorBody::read(body.as_bytes()), header);
        let typed = r#"{"type":"not-authenticated/lockout-region-mismatch","data":{"host":"eu.files.com"}}"#;
        assert_eq!(ask(403, typed, None).as_deref(), Some("eu.files.com"));
        assert_eq!(ask(401, typed, None), None);
        let plain = "You have connected to a URL that is not yours";
        assert_eq!(ask(403, plain, Some("eu.files.com")).as_deref(), Some("eu.files.com"));
        assert_eq!(ask(403, plain, None), None);
        assert_eq!(ask(403, "Forbidden", Some("eu.files.com")), None);
        assert_eq!(ask(403, r#"{"type":"not-authorized/x"}"#, Some("eu.files.com")), None);
        let header_only = r#"{"type":"not-authenticated/lockout-region-mismatch"}"#;
        assert_eq!(ask(403, header_only, Some("eu.files.com")).as_deref(), Some("eu.files.com"));
    }
}
