//! Dates among the texts that a source sent beyond the fields.

use crate::base::time_parse::parse_time;

/// The first and the last microsecond that a date covers, with a time or without: `2026-12-24`,
/// `2027-01-01T00:00:00Z`. Where no zone is named it is UTC.
pub fn date_covered(text: &str) -> Option<(i64, i64)> {
    const DAY: i64 = 86_400_000_000;
    let (text, date) = (text.trim(), text.trim().as_bytes());
    let is_dashed = date.len() >= 10 && date[4] == b'-' && date[7] == b'-' && date[..4].iter().all(u8::is_ascii_digit);
    let at = parse_time(date, Some(chrono_tz::UTC)).filter(|_| is_dashed)?.at.0;
    Some((at, if text.len() == 10 { at + DAY - 1 } else { at }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_covered_as_a_whole() {
        let day = date_covered("2026-12-24").expect("a day");
        assert_eq!(day.1 - day.0, 86_399_999_999);
        let moment = date_covered("2026-12-24T12:00:00Z").expect("a moment");
        assert!(moment.0 == moment.1 && day.0 < moment.0 && moment.0 < day.1);
        for text in ["2026.11", "1.2.3", "2026", "2026-13-01", "24/Dec/2026:00:00:00 +0000", "1795396079"] {
            assert_eq!(date_covered(text), None, "{text}");
        }
    }
}
