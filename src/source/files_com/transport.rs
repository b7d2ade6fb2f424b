//! The HTTP client, set up so that the key stays where it belongs, and its errors in plain words.

use std::error::Error;
use std::path::Path;
use std::sync::Once;

use reqwest::header::{ACCEPT, HeaderMap, HeaderValue, LOCATION};
use reqwest::{Certificate, redirect, tls};
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use url::Url;

use crate::base::safe_text::visible_str;
use crate::config::{FilesComConfig, Secret};

use super::client::Limits;
use super::error::{FetchError, SetupError};

pub(super) fn http_client(config: &FilesComConfig, limits: &Limits) -> Result<reqwest::Client, SetupError> {
    static PROVIDER: Once = Once::new();
    PROVIDER.call_once(|| {
        // Another part of the program may have installed one; then that is used.
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
    let address = &config.address.value;
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    let mut builder = reqwest::Client::builder()
        .user_agent(concat!("reqscope/", env!("CARGO_PKG_VERSION")))
        .default_headers(headers)
        // reqwest would send the key along: it knows only the standard headers as credentials.
        .redirect(redirect::Policy::none())
        .referer(false)
        // Failures are retried by the plan, which counts them.
        .retry(reqwest::retry::never())
        .https_only(address.is_https())
        .tls_version_min(tls::Version::TLS_1_2)
        .connect_timeout(limits.connect)
        .read_timeout(limits.idle)
        .timeout(limits.total);
    if address.is_loopback() {
        builder = builder.no_proxy();
    }
    if let Some(file) = &config.ca {
        builder = builder.tls_certs_merge(authorities(&file.value)?);
    } else if !address.is_https() {
        // Nothing is encrypted, so a machine without any certificates will do.
        builder = builder.tls_certs_only([]);
    }
    #[cfg(test)]
    for (name, to) in &limits.names {
        builder = builder.resolve(name, *to);
    }
    builder.build().map_err(|error| SetupError::Client(root_cause(&error)))
}

fn authorities(file: &Path) -> Result<Vec<Certificate>, SetupError> {
    let fault = |reason: String| SetupError::CertificateFile {
        file: visible_str(&file.to_string_lossy()).into_owned(),
        reason,
    };
    let pem = std::fs::read(file).map_err(|error| fault(error.to_string()))?;
    let mut found = Vec::new();
    for certificate in CertificateDer::pem_slice_iter(&pem) {
        let certificate = certificate.map_err(|error| fault(root_cause(&error)))?;
        // Looked at here, where the file is known; reqwest would only say that one is bad.
        RootCertStore::empty().add(certificate.clone()).map_err(|error| fault(root_cause(&error)))?;
        found.push(Certificate::from_der(&certificate).map_err(|error| fault(root_cause(&error)))?);
    }
    if found.is_empty() { Err(fault("there is no certificate in it".into())) } else { Ok(found) }
}

pub(super) fn host_of(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

pub(super) fn header_text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// The host that an answer redirects to; the rest of the address may hold secrets. The key is taken
/// out before the address is read, which would make a host of it in lower case.
pub(super) fn redirect_target(base: &Url, headers: &HeaderMap, key: &Secret) -> String {
    let target = header_text(headers, LOCATION.as_str()).and_then(|text| base.join(&key.scrub(text)).ok());
    target.map(|url| host_of(&url)).filter(|host| !host.is_empty()).unwrap_or_else(|| "another address".into())
}

/// An error without an answer. reqwest's own text has the address with its query in it.
pub(super) fn transport_error(host: &str, error: reqwest::Error, key: &Secret) -> FetchError {
    let error = error.without_url();
    let cause = key.scrub(&root_cause(&error));
    let host = host.to_owned();
    if is_certificate_error(&error) {
        return FetchError::Certificate { host, said: cause };
    }
    let said = if error.is_timeout() && error.is_connect() {
        "cannot be reached in time".to_owned()
    } else if error.is_timeout() {
        "does not answer in time".to_owned()
    } else if error.is_connect() {
        format!("cannot be reached: {cause}")
    } else {
        format!("broke the connection: {cause}")
    };
    FetchError::Unavailable { host, said, retry_after: None }
}

/// The innermost cause: what happened, without what everybody in between called it.
fn root_cause(error: &(dyn Error + 'static)) -> String {
    let innermost = causes(error).last().unwrap_or(error);
    visible_str(&innermost.to_string()).into_owned()
}

fn is_certificate_error(error: &(dyn Error + 'static)) -> bool {
    causes(error).any(|cause| matches!(cause.downcast_ref(), Some(rustls::Error::InvalidCertificate(_))))
}

/// An error and what caused it, down to the first.
fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| {
        // An I/O error passes over the error that it wraps when asked for its source.
        let wrapped = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        wrapped.map(|wrapped| wrapped as &(dyn Error + 'static)).or_else(|| error.source())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_a_redirect_leads_is_said_without_the_key() {
        const KEY: &str = "skCANARY13370123456789abcdef";
        let key = Secret::new(KEY.into());
        let base = Url::parse("https://acme.files.com/api").expect("an address");
        let target = |location: &str| {
            let location = HeaderValue::from_str(location).expect("a header");
            redirect_target(&base, &HeaderMap::from_iter([(LOCATION, location)]), &key)
        };
        assert_eq!(target("https://eu.files.com:8443/x?y"), "eu.files.com:8443");
        assert_eq!(target("/login"), "acme.files.com");
        for location in [format!("https://{KEY}.example.com/"), format!("//{KEY}"), format!("https://x/{KEY}")] {
            assert!(!target(&location).to_lowercase().contains("canary"), "{}", target(&location));
        }
    }
}
