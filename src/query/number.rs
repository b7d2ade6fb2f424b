//! Numbers among the texts that a source sent beyond the fields.

/// How many digits behind the point are told apart where numbers are compared.
const DIGITS: i64 = 12;

/// How many units make one.
const SCALE: i128 = 1_000_000_000_000;

/// The number that a text is, to be compared, in units of 10⁻¹². What is larger than can be held (26 digits can) is the
/// largest.
pub fn attribute_number(text: &[u8]) -> Option<i128> {
    let (is_negative, unsigned) = match text.split_first()? {
        (b'-', rest) => (true, rest),
        (b'+', rest) => (false, rest),
        _ => (false, text),
    };
    let (base, exponent) = match unsigned.iter().position(|b| matches!(b, b'e' | b'E')) {
        Some(at) => (&unsigned[..at], std::str::from_utf8(&unsigned[at + 1..]).ok()?.parse::<i32>().ok()?),
        None => (unsigned, 0),
    };
    let (whole, fraction) = match base.iter().position(|b| *b == b'.') {
        Some(at) => (&base[..at], &base[at + 1..]),
        None => (base, &base[base.len()..]),
    };
    if whole.len() + fraction.len() == 0 || !whole.iter().chain(fraction).all(u8::is_ascii_digit) {
        return None;
    }
    // As many digits as stand in front of the point of the number in units.
    let wanted = whole.len() as i64 + i64::from(exponent) + DIGITS;
    let digits = whole.iter().chain(fraction).map(|digit| i128::from(digit - b'0'));
    let in_front = digits.clone().take_while(|digit| *digit == 0).count();
    if in_front == whole.len() + fraction.len() {
        return Some(0);
    }
    let mut number: i128 = 0;
    for digit in digits.chain(std::iter::repeat(0)).take(usize::try_from(wanted).unwrap_or(0)).skip(in_front) {
        match number.checked_mul(10).and_then(|number| number.checked_add(digit)) {
            Some(larger) => number = larger,
            None => return Some(if is_negative { i128::MIN } else { i128::MAX }),
        }
    }
    Some(if is_negative { -number } else { number })
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

/// Units of 10⁻¹² as a decimal number.
pub fn attribute_decimal(units: i128) -> String {
    let sign = if units < 0 { "-" } else { "" };
    let (whole, rest) = (units.unsigned_abs() / SCALE.unsigned_abs(), units.unsigned_abs() % SCALE.unsigned_abs());
    if rest == 0 {
        return format!("{sign}{whole}");
    }
    format!("{sign}{whole}.{}", format!("{rest:012}").trim_end_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_read_and_written() {
        for (text, units) in [
            ("0", 0),
            ("-1.5", -1_500_000_000_000),
            ("0.000000000001", 1),
            ("10000000000", 10_000_000_000 * SCALE),
            ("1764000005000000", 1_764_000_005_000_000 * SCALE),
            ("18446744073709551615", i128::from(u64::MAX) * SCALE),
        ] {
            assert_eq!(attribute_number(text.as_bytes()), Some(units), "{text}");
            assert_eq!(attribute_decimal(units), text);
        }
        for (text, same) in [("1e3", "1000"), ("007", "7"), (".5", "0.5"), ("5.", "5"), ("+2", "2"), ("25E-1", "2.5")] {
            assert_eq!(attribute_number(text.as_bytes()), attribute_number(same.as_bytes()), "{text}");
        }
        for (less, more) in [("0.0000001", "0.0000002"), ("9223372036854775807", "9223372036854775808"), ("-2", "-1")] {
            assert!(attribute_number(less.as_bytes()) < attribute_number(more.as_bytes()), "{less} {more}");
        }
        assert_eq!(attribute_number(b"-1e99"), Some(i128::MIN));
        assert_eq!((attribute_number(b"0e99999"), attribute_number(b"1e-99999")), (Some(0), Some(0)));
        for text in ["", "-", ".", "e3", "1e", "inf", "NaN", "1.2.3", "v1", "0x10", "1 ", "1_000"] {
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
