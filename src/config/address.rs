//! Addresses of backends: what may be asked, and how it is named on the screen.

use std::fmt;
use std::net::IpAddr;

use url::{Host, Url};

/// Scheme, host and port of a backend: `https`, or plain `http` to this machine by a literal
/// loopback address. Holds no credentials, path or query.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Address(Url);

/// Why an address is not used. What was written is repeated only where it cannot hold a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Not an address at all.
    #[error("that is no address; write https://acme.files.com")]
    NotAnAddress,
    /// A scheme that is not HTTP.
    #[error("“{0}:” is not spoken here; write https://…")]
    Scheme(String),
    /// Plain HTTP to another machine would show the key to everybody on the way.
    #[error(
        "http://{0} would send the key unprotected; write https://, or for this machine http://127.0.0.1 or http://[::1]"
    )]
    Plain(String),
    /// A user name or a password in the address.
    #[error("an address with a user name or password in it is not used; the key comes from “key”")]
    Credentials,
    /// More than scheme, host and port.
    #[error("write the address without anything behind the host: {0}")]
    TooLong(String),
    /// A site name that is no DNS label.
    #[error("“{0}” is no site name; write acme for acme.files.com, or the whole address as “url”")]
    Site(String),
}

impl Address {
    /// The address of a Files.com site by its subdomain.
    pub fn site(name: &str) -> Result<Self, AddressError> {
        let is_label = (1..=63).contains(&name.len())
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !name.starts_with('-')
            && !name.ends_with('-');
        if !is_label {
            return Err(AddressError::Site(name.to_owned()));
        }
        Self::read(&format!("https://{}.files.com", name.to_ascii_lowercase()))
    }

    /// Reads an address as written.
    pub fn read(text: &str) -> Result<Self, AddressError> {
        let url = Url::parse(text.trim()).map_err(|_| AddressError::NotAnAddress)?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(AddressError::Scheme(url.scheme().to_owned()));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(AddressError::Credentials);
        }
        let address = Self(url);
        if address.0.path() != "/" || address.0.query().is_some() || address.0.fragment().is_some() {
            return Err(AddressError::TooLong(address.origin()));
        }
        if !address.is_https() && !address.is_loopback() {
            return Err(AddressError::Plain(address.host()));
        }
        Ok(address)
    }

    /// As a URL with the path `/`.
    pub fn url(&self) -> &Url {
        &self.0
    }

    /// Scheme, host and port: `https://acme.files.com`.
    pub fn origin(&self) -> String {
        format!("{}://{}", self.0.scheme(), self.host())
    }

    /// Host, and port where it is not the usual one: `acme.files.com`, `127.0.0.1:8080`.
    pub fn host(&self) -> String {
        let host = self.0.host_str().unwrap_or_default();
        match self.0.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        }
    }

    /// Whether what is sent is encrypted.
    pub fn is_https(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// Whether it is a Files.com site under the vendor's own domain.
    pub fn is_vendor(&self) -> bool {
        let host = self.0.host_str().unwrap_or_default();
        self.is_https()
            && self.0.port().is_none()
            && host.strip_suffix(".files.com").is_some_and(|site| !site.is_empty())
    }

    /// Whether the host is a loopback address, literally: names can be made to lead elsewhere.
    pub fn is_loopback(&self) -> bool {
        match self.0.host() {
            Some(Host::Ipv4(ip)) => IpAddr::V4(ip).is_loopback(),
            Some(Host::Ipv6(ip)) => IpAddr::V6(ip).is_loopback(),
            _ => false,
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.origin())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        let cases = [
            ("https://acme.files.com", "https://acme.files.com"),
            ("https://ACME.files.com/", "https://acme.files.com"),
            ("https://logs.example.org:8443", "https://logs.example.org:8443"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("http://127.8.9.1", "http://127.8.9.1"),
            ("http://[::1]:80", "http://[::1]"),
        ];
        for (text, origin) in cases {
            assert_eq!(Address::read(text).map(|a| a.origin()), Ok(origin.to_owned()), "{text}");
        }
        assert_eq!(Address::site("Acme-2").map(|a| a.host()), Ok("acme-2.files.com".into()));
    }

    #[test]
    fn refused_addresses() {
        let cases = [
            ("acme", "that is no address"),
            ("", "that is no address"),
            ("ftp://acme.files.com", "“ftp:” is not spoken here"),
            ("http://acme.files.com", "http://acme.files.com would send the key unprotected"),
            ("http://localhost:8080", "http://localhost:8080 would send the key unprotected"),
            ("http://127.0.0.1.example.org", "http://127.0.0.1.example.org would send"),
            ("http://2130706433.example.org", "would send the key unprotected"),
            ("https://user:s3cret@acme.files.com", "user name or password"),
            ("https://acme.files.com/api/rest/v1", "behind the host: https://acme.files.com"),
            ("https://acme.files.com?key=s3cret", "behind the host: https://acme.files.com"),
        ];
        for (text, expected) in cases {
            let error = Address::read(text).expect_err(text).to_string();
            assert!(error.contains(expected), "{text}: {error}");
            assert!(!error.contains("s3cret"), "{error}");
        }
        for site in ["", "a.b", "-a", "a/b", "a b", "ä"] {
            assert!(Address::site(site).is_err(), "{site}");
        }
    }
}
