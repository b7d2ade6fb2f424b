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

/// A number as it is, whatever its size: its significant digits and the power of ten behind the last one.
/// `2`, `2.0` and `20e-1` are one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decimal {
    is_negative: bool,
    digits: Vec<u8>,
    power: i64,
}

impl Decimal {
    /// The number that a text is, as JSON writes them: `007` and `1.` are texts.
    pub fn read(text: &[u8]) -> Option<Self> {
        let is_digits = |part: &[u8]| !part.is_empty() && part.iter().all(u8::is_ascii_digit);
        let (is_negative, unsigned) = match text.strip_prefix(b"-") {
            Some(unsigned) => (true, unsigned),
            None => (false, text),
        };
        let (base, exponent) = match unsigned.iter().position(|b| matches!(b, b'e' | b'E')) {
            Some(at) => (&unsigned[..at], Some(&unsigned[at + 1..])),
            None => (unsigned, None),
        };
        let (whole, fraction) = match base.iter().position(|b| *b == b'.') {
            Some(at) => (&base[..at], Some(&base[at + 1..])),
            None => (base, None),
        };
        let is_whole = is_digits(whole) && (whole.len() == 1 || whole[0] != b'0');
        if !is_whole || fraction.is_some_and(|fraction| !is_digits(fraction)) {
            return None;
        }
        let exponent = exponent.map_or(Some(0), |text| std::str::from_utf8(text).ok()?.parse::<i32>().ok())?;
        let fraction = fraction.unwrap_or_default();
        let all: Vec<u8> = whole.iter().chain(fraction).copied().skip_while(|digit| *digit == b'0').collect();
        let kept = all.iter().rposition(|digit| *digit != b'0').map_or(0, |last| last + 1);
        if kept == 0 {
            return Some(Self { is_negative: false, digits: Vec::new(), power: 0 });
        }
        let power = i64::from(exponent) - fraction.len() as i64 + (all.len() - kept) as i64;
        Some(Self { is_negative, digits: all[..kept].to_vec(), power })
    }
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

    #[test]
    fn a_number_is_the_same_however_it_is_written() {
        let read = |text: &str| Decimal::read(text.as_bytes());
        for (one, other) in [
            ("2", "2.0"),
            ("1e3", "1000"),
            ("1000.0", "1E+3"),
            ("0", "-0.0"),
            ("0.5", "5e-1"),
            ("-20", "-2e1"),
            ("12345678901234567890123", "12345678901234567890123.0"),
        ] {
            assert!(read(one).is_some());
            assert_eq!(read(one), read(other), "{one}");
        }
        for (one, other) in [("2", "-2"), ("2", "20"), ("0.1234567", "0.1234568"), ("9223372036854775808", "9e18")] {
            assert_ne!(read(one), read(other), "{one}");
        }
        for text in ["", "-", "007", "00", ".5", "10.", "1e", "0x10", "v1", "inf", "NaN", "1.2.3", "1_000", "+2", " 2"]
        {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
