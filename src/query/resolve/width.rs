//! How long the time is that a text names: `10:15` is a minute, `10:15:30` a second, `10:15:30.084` a millisecond.

use crate::base::time::SECOND;

/// A minute, in microseconds.
const MINUTE: i64 = 60 * SECOND;

/// How many microseconds have what was said of a time in common. One where nothing says it: `now`, `2h ago`.
pub(super) fn width_said(text: &str) -> i64 {
    let text = text.trim();
    if let Some(behind) = behind_clock(text) {
        return match behind.strip_prefix(':').map(|seconds| seconds.trim_start_matches(|c: char| c.is_ascii_digit())) {
            Some(fraction) => of_digits(fraction.strip_prefix(['.', ',']).map_or(0, digits)),
            None => MINUTE,
        };
    }
    if text.bytes().all(|b| b.is_ascii_digit()) {
        // Seconds since 1970 have ten digits.
        return of_digits(text.len().saturating_sub(10));
    }
    let lower = text.to_ascii_lowercase();
    let words = || lower.split([' ', '_', 't']);
    if lower.contains("noon") || lower.contains("midnight") {
        return MINUTE;
    }
    let is_hour = |word: &str| {
        let hour = word.strip_suffix("am").or_else(|| word.strip_suffix("pm"));
        hour.is_some_and(|hour| hour.bytes().all(|b| b.is_ascii_digit()))
    };
    if words().any(is_hour) { 60 * MINUTE } else { 1 }
}

/// What stands behind the hour and the minute of a time.
fn behind_clock(text: &str) -> Option<&str> {
    text.match_indices(':').find_map(|(at, _)| {
        let hour = text[..at].bytes().rev().take_while(u8::is_ascii_digit).count();
        let behind = &text[at + 1..];
        // A year stands before the clock in the logs of web servers.
        ((1..=2).contains(&hour) && digits(behind) == 2).then(|| &behind[2..])
    })
}

fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

/// The width of a second of which so many digits behind its point were said.
fn of_digits(digits: usize) -> i64 {
    10_i64.pow(6 - u32::try_from(digits.min(6)).unwrap_or(6))
}
