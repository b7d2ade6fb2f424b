//! Numbers among the texts that a source sent beyond the fields, in millionths.

/// How many make one.
const SCALE: i64 = 1_000_000;

/// The number that a text is, in millionths. What is larger than can be held is the largest.
pub fn attribute_number(text: &[u8]) -> Option<i64> {
    let text = std::str::from_utf8(text).ok()?;
    if let Ok(whole) = text.parse::<i64>() {
        return Some(whole.saturating_mul(SCALE));
    }
    // Words that mean numbers elsewhere are words here.
    let is_number = text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '.'));
    let number = text.parse::<f64>().ok().filter(|number| is_number && number.is_finite())?;
    // A conversion that does not fit gives the nearest that does.
    Some((number * SCALE as f64).round() as i64)
}

/// The number that a person asks for by its digits, in millionths. Nothing, where it is larger than can be held:
/// there the digits tell more.
pub fn number_asked(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let number = attribute_number(text.as_bytes()).filter(|_| is_digits(whole) && is_digits(fraction))?;
    (number.unsigned_abs() < i64::MAX.unsigned_abs()).then_some(number)
}

/// Millionths as a decimal number.
pub fn attribute_decimal(millionths: i64) -> String {
    let sign = if millionths < 0 { "-" } else { "" };
    let (whole, rest) = (millionths.unsigned_abs() / SCALE as u64, millionths.unsigned_abs() % SCALE as u64);
    if rest == 0 {
        return format!("{sign}{whole}");
    }
    format!("{sign}{whole}.{}", format!("{rest:06}").trim_end_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_read_and_written() {
        for (text, millionths) in
            [("0", 0), ("-1.5", -1_500_000), ("0.000001", 1), ("10000000000", 10_000_000_000 * SCALE)]
        {
            assert_eq!(attribute_number(text.as_bytes()), Some(millionths), "{text}");
            assert_eq!(attribute_decimal(millionths), text);
        }
        assert_eq!(attribute_number(b"1e3"), Some(1_000 * SCALE));
        for text in ["", "inf", "NaN", "1.2.3", "v1", "0x10"] {
            assert_eq!(attribute_number(text.as_bytes()), None, "{text}");
        }
        for (text, asked) in [
            ("10", Some(10 * SCALE)),
            ("-0.5", Some(-SCALE / 2)),
            ("1e3", None),
            (".5", None),
            ("10.", None),
            ("", None),
            ("12345678901234567890", None),
            ("-12345678901234", None),
        ] {
            assert_eq!(number_asked(text), asked, "{text}");
        }
    }
}
