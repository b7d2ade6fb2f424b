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
    }
}
