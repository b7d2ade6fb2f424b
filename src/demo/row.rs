//! One row of the log as the vendor's API gives it: 21 fields, in the vendor's order.

use std::borrow::Cow;

use serde::{Serialize, Serializer};

use super::clients::endpoint;
use super::draw::{Draw, seed_of};
use super::identity::HexId;
use super::sketch::{NOBODY, Oddity, Sketch};
use super::traffic::Traffic;
use super::words::{Subject, render};

/// A row of the log (fields and order: Files.com's SDKs, `ApiRequestLog`). What is absent is null.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LogRow<'t> {
    /// When the request arrived; the deprecated name.
    pub timestamp: WholeSecond,
    /// The key's number, when a key was used.
    pub api_key_id: Option<u64>,
    /// The key's first characters, when a key was used.
    pub api_key_prefix: Option<&'t str>,
    /// The user's number.
    pub user_id: Option<u64>,
    /// The user's name.
    pub username: Option<&'t str>,
    /// Whether the user belongs to a parent site.
    pub user_is_from_parent_site: Option<bool>,
    /// The way in.
    pub interface: &'t str,
    /// The HTTP method.
    pub request_method: &'static str,
    /// The path with its query.
    pub request_path: String,
    /// The caller's address.
    pub request_ip: &'t str,
    /// The host that was called.
    pub request_host: &'static str,
    /// 32 hex digits.
    pub request_id: HexId,
    /// The endpoint's name.
    pub api_name: &'static str,
    /// The program, where it names itself.
    pub user_agent: Option<Cow<'t, str>>,
    /// The kind of error.
    pub error_type: Option<&'static str>,
    /// The error in words.
    pub error_message: Option<String>,
    /// The HTTP status.
    pub response_code: u16,
    /// False exactly for 4xx and 5xx.
    pub success: bool,
    /// Milliseconds.
    pub duration_ms: u64,
    /// The administrator who acts as the user.
    pub impersonator_user_id: Option<u64>,
    /// When the request arrived.
    pub created_at: WholeSecond,
}

/// A time in whole seconds, written as the vendor does: `2026-11-23T12:01:22Z`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct WholeSecond([u8; 20]);

impl WholeSecond {
    /// A point in seconds since 1970. Rows have nothing after the year 2106.
    pub fn new(second: u32) -> Self {
        let (days, clock) = (second / 86_400, second % 86_400);
        // Days to a date, after Howard Hinnant's public-domain algorithm.
        let shifted = days + 719_468;
        let (era, day_of_era) = (shifted / 146_097, shifted % 146_097);
        let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
        let year = year_of_era + era * 400 + u32::from(month <= 2);
        let mut text = *b"0000-00-00T00:00:00Z";
        let parts = [
            (0, year / 100),
            (2, year % 100),
            (5, month),
            (8, day),
            (11, clock / 3_600),
            (14, clock % 3_600 / 60),
            (17, clock % 60),
        ];
        for (at, value) in parts {
            text[at] = b'0' + (value / 10) as u8;
            text[at + 1] = b'0' + (value % 10) as u8;
        }
        Self(text)
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("digits and signs are ASCII")
    }
}

impl Serialize for WholeSecond {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl Serialize for HexId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl Traffic {
    /// Writes a request out.
    pub fn row(&self, sketch: &Sketch) -> LogRow<'_> {
        let caller = self.clients.get(sketch.caller);
        let channel = caller.channels[usize::from(sketch.channel)];
        let endpoint = endpoint(sketch.endpoint);
        let known = (sketch.client != NOBODY).then_some(caller);
        let with_key = known.filter(|_| channel.uses_key);
        let mut subject = Subject {
            seed: sketch.subject,
            second: i64::from(sketch.second),
            user: &caller.username,
            home: &caller.home,
            key_prefix: &caller.key_prefix,
            ip: sketch.ip(&self.clients),
            api: endpoint.name,
            path: "",
        };
        let mut path = String::with_capacity(64);
        render(endpoint.path, &subject, &mut path);
        decorate(sketch, &mut path);
        let look = sketch.failure.map(super::failures::Failure::look);
        let error_message = look.map(|look| {
            subject.path = &path;
            let mut message = String::with_capacity(80);
            render(look.message, &subject, &mut message);
            message
        });
        let user_agent = channel.agent.map(|agent| match sketch.oddity {
            Oddity::EscapeInAgent => Cow::Owned(format!("{agent}\u{1b}[2J\u{1b}]0;all is well\u{7}")),
            _ => Cow::Borrowed(agent),
        });
        let created_at = WholeSecond::new(sketch.second);
        let response_code = look.map_or(endpoint.status, |look| look.status);
        LogRow {
            timestamp: created_at,
            api_key_id: with_key.map(|client| client.key_id),
            api_key_prefix: with_key.map(|client| client.key_prefix.as_str()),
            user_id: known.map(|client| client.user_id),
            username: known.map(|client| client.username.as_str()),
            user_is_from_parent_site: known.map(|client| client.from_parent_site),
            interface: channel.interface,
            request_method: endpoint.method,
            request_path: path,
            request_ip: sketch.ip(&self.clients),
            request_host: caller.host,
            request_id: HexId::new(self.ids.id(sketch.place)),
            api_name: endpoint.name,
            user_agent,
            error_type: look.map(|look| look.error_type),
            error_message,
            response_code,
            success: response_code < 400,
            duration_ms: sketch.duration_ms(),
            impersonator_user_id: match sketch.oddity {
                Oddity::Impersonated(administrator) => Some(self.clients.get(administrator).user_id),
                _ => None,
            },
            created_at,
        }
    }
}

/// Adds to a path what is out of the ordinary.
fn decorate(sketch: &Sketch, path: &mut String) {
    use std::fmt::Write;
    let mut draw = Draw::new(seed_of(&[sketch.seed, 0x0d]));
    let sign = if path.contains('?') { '&' } else { '?' };
    // Writing into a text cannot fail.
    let _ = match sketch.oddity {
        Oddity::None | Oddity::Impersonated(_) | Oddity::EscapeInAgent => Ok(()),
        Oddity::LaterPage => write!(path, "{sign}cursor=c2:next:{:016x}", draw.bits()),
        Oddity::Secret => {
            let name = draw.pick(&["token", "access_token", "api_key"]);
            write!(path, "{sign}{name}={:016x}{:016x}", draw.bits(), draw.bits())
        }
        Oddity::Formula => {
            path.clear();
            write!(path, "/files/inbox/=cmd|'/C calc'!A{}.csv", draw.between(0, 40))
        }
        Oddity::Override => {
            path.clear();
            write!(path, "/files/inbox/statement_{}_\u{202e}fdp.exe", draw.between(1, 12))
        }
        Oddity::LongQuery => {
            let words = draw.between(300, 700);
            (0..words).try_for_each(|_| write!(path, "+{:07x}", draw.bits() & 0xfff_ffff))
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::time::Timestamp;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn seconds_are_written_as_chrono_does(second in any::<u32>()) {
            let expected = Timestamp::from_secs(i64::from(second)).rfc3339(0);
            let written = WholeSecond::new(second);
            prop_assert_eq!(written.as_str(), expected.as_str());
        }
    }
}
