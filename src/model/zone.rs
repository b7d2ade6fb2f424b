//! Zones by the names that people type.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

use chrono_tz::{TZ_VARIANTS, Tz};

use crate::base::spelling::nearest;
use crate::base::time::Timestamp;

/// What is wrong with a typed time, period or zone, where, and what would be right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}; {hint}")]
pub struct TypedTimeError {
    /// In words.
    pub message: String,
    /// What would be right.
    pub hint: String,
    /// The bytes of the text that it is about.
    pub span: Range<usize>,
}

impl TypedTimeError {
    /// An error about some bytes of a text.
    pub fn new(message: impl Into<String>, hint: impl Into<String>, span: Range<usize>) -> Self {
        Self { message: message.into(), hint: hint.into(), span }
    }

    /// The same where the text stands in a longer one.
    #[must_use]
    pub fn shifted(mut self, by: usize) -> Self {
        self.span = self.span.start + by..self.span.end + by;
        self
    }
}

/// Letters that people use for a part of the year in some zone, and what they mean by them. Some are
/// names of the database too, of zones without summer time, which hardly anybody means.
const SHORT: &[(&[&str], &str)] = &[
    (&["pst", "pdt", "pt", "pacific"], "America/Los_Angeles"),
    (&["mst", "mdt", "mt", "mountain"], "America/Denver"),
    (&["cst", "cdt", "ct", "central"], "America/Chicago, or Asia/Shanghai"),
    (&["est", "edt", "et", "eastern"], "America/New_York"),
    (&["akst", "akdt"], "America/Anchorage"),
    (&["hst"], "Pacific/Honolulu"),
    (&["bst"], "Europe/London, or Asia/Dhaka"),
    (&["wet", "west"], "Europe/Lisbon"),
    (&["cet", "cest", "met", "mez", "mesz"], "Europe/Berlin, or another city there"),
    (&["eet", "eest"], "Europe/Athens, or another city there"),
    (&["ist"], "Asia/Kolkata, Europe/Dublin or Asia/Jerusalem"),
    (&["jst"], "Asia/Tokyo"),
    (&["kst"], "Asia/Seoul"),
    (&["sgt"], "Asia/Singapore"),
    (&["hkt"], "Asia/Hong_Kong"),
    (&["aest", "aedt"], "Australia/Sydney"),
    (&["awst"], "Australia/Perth"),
    (&["nzst", "nzdt"], "Pacific/Auckland"),
    (&["brt"], "America/Sao_Paulo"),
];

/// Zones by the last word of their names, in small letters with spaces.
static CITIES: LazyLock<BTreeMap<String, Vec<Tz>>> = LazyLock::new(|| {
    let mut cities: BTreeMap<String, Vec<Tz>> = BTreeMap::new();
    for zone in TZ_VARIANTS {
        if let Some((_, city)) = zone.name().rsplit_once('/') {
            cities.entry(plain(city)).or_default().push(zone);
        }
    }
    cities
});

fn plain(name: &str) -> String {
    name.trim().to_lowercase().replace(['_', ' '], " ")
}

/// Whether two names stand for clocks that agree today: one is a link to the other.
fn agree(one: Tz, other: Tz) -> bool {
    const QUARTER: i64 = 7_889_400;
    // From 2020 to 2030.
    (0..44).all(|n| {
        let at = Timestamp::from_secs(1_577_836_800 + n * QUARTER);
        at.offset_secs(one) == at.offset_secs(other)
    })
}

/// The zones, in words, that people mean by some letters, if there are such.
pub fn zones_of_letters(letters: &str) -> Option<&'static str> {
    let name = plain(letters);
    SHORT.iter().find(|(words, _)| words.contains(&name.as_str())).map(|(_, meant)| *meant)
}

/// The one zone that people mean by some letters, if there is one.
pub fn zone_of_letters(letters: &str) -> Option<&'static str> {
    let meant = zones_of_letters(letters)?;
    // The clocks of its other cities agree.
    let meant = meant.strip_suffix(", or another city there").unwrap_or(meant);
    Some(meant).filter(|meant| !meant.contains([',', ' ']))
}

/// Reads a zone: an IANA name in any case, with spaces or underscores, or a city that only one has.
pub fn read_zone(text: &str) -> Result<Tz, TypedTimeError> {
    let typed = text.trim();
    let whole = 0..text.len();
    let name = plain(typed);
    if matches!(name.as_str(), "utc" | "gmt" | "z" | "zulu" | "etc/utc") {
        return Ok(Tz::UTC);
    }
    let short = SHORT.iter().find(|(words, _)| words.contains(&name.trim_end_matches(" time")));
    if let Some((_, meant)) = short {
        return Err(TypedTimeError::new(
            format!("“{typed}” is a clock of several places or of half a year"),
            format!("write {meant}"),
            whole,
        ));
    }
    if let Some(zone) = TZ_VARIANTS.iter().find(|zone| plain(zone.name()) == name) {
        return Ok(*zone);
    }
    match CITIES.get(&name).map(Vec::as_slice) {
        Some([first, rest @ ..]) if rest.iter().all(|other| agree(*first, *other)) => {
            // Of several names for one clock, the plainest.
            let all = std::iter::once(first).chain(rest);
            Ok(*all.min_by_key(|zone| zone.name().len()).unwrap_or(first))
        }
        Some(several) => {
            let names: Vec<&str> = several.iter().take(3).map(|zone| zone.name()).collect();
            Err(TypedTimeError::new(
                format!("there are several “{typed}”"),
                format!("write {}", names.join(" or ")),
                whole,
            ))
        }
        None => {
            let close = nearest(&name, CITIES.keys().map(String::as_str))
                .and_then(|city| CITIES.get(city))
                .and_then(|zones| zones.first())
                .map(|zone| zone.name())
                .or_else(|| nearest(typed, TZ_VARIANTS.iter().map(|zone| zone.name())));
            let hint = match close {
                Some(close) => format!("did you mean {close}?"),
                None => "write a name such as America/Los_Angeles, a city such as Los Angeles, or UTC".into(),
            };
            Err(TypedTimeError::new(format!("“{typed}” is no time zone"), hint, whole))
        }
    }
}

/// Zones whose name holds some letters, those that begin with them first.
pub fn zones_like(text: &str, most: usize) -> Vec<Tz> {
    let typed = plain(text);
    let rank = |zone: &Tz| {
        let name = plain(zone.name());
        let city = name.rsplit('/').next().unwrap_or_default();
        match (city.starts_with(&typed) || name.starts_with(&typed), name.contains(&typed)) {
            (true, _) => Some(0),
            (false, true) => Some(1),
            _ => None,
        }
    };
    let mut found: Vec<(i32, Tz)> = TZ_VARIANTS
        .iter()
        // Names without a place are old ones, but for UTC.
        .filter(|zone| zone.name().contains('/') && !zone.name().starts_with("Etc/") || **zone == Tz::UTC)
        .filter_map(|zone| Some((rank(zone)?, *zone)))
        .collect();
    found.sort_by_key(|(rank, zone)| (*rank, zone.name()));
    found.into_iter().take(most).map(|(_, zone)| zone).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono_tz::America::{Los_Angeles, New_York};

    #[test]
    fn names_as_they_are_typed() {
        for text in ["America/Los_Angeles", "america/los_angeles", "los angeles", "Los_Angeles", " LOS ANGELES "] {
            assert_eq!(read_zone(text), Ok(Los_Angeles), "{text}");
        }
        assert_eq!(read_zone("new york"), Ok(New_York));
        assert_eq!(read_zone("utc"), Ok(Tz::UTC));
        assert_eq!(read_zone("Tokyo"), Ok(Tz::Asia__Tokyo));
        // Two names, one clock.
        assert_eq!(read_zone("Indianapolis"), Ok(Tz::America__Indianapolis));
    }

    #[test]
    fn short_words_are_answered_with_the_right_spelling() {
        let said = |text: &str| read_zone(text).expect_err(text).to_string();
        for text in ["PST", "pdt", "PT", "Pacific", "pacific time"] {
            assert!(said(text).ends_with("write America/Los_Angeles"), "{}", said(text));
        }
        assert!(said("EST").ends_with("write America/New_York"), "also where the database has such a name");
        assert!(said("CET").contains("Europe/Berlin"));
        assert_eq!(said("Los Angels"), "“Los Angels” is no time zone; did you mean America/Los_Angeles?");
        assert!(said("Mars/Base").contains("is no time zone"), "{}", said("Mars/Base"));
    }

    #[test]
    fn zones_while_they_are_typed() {
        let names = |text: &str| zones_like(text, 3).iter().map(|zone| zone.name()).collect::<Vec<_>>();
        assert_eq!(names("los"), ["America/Los_Angeles"]);
        assert_eq!(names("tok")[0], "Asia/Tokyo", "before those that only hold it");
        assert_eq!(names("utc"), ["UTC"]);
        assert_eq!(names("europe/b").len(), 3);
    }
}
