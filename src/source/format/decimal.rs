//! Decimal numbers as text, read exactly: no floating point, so that 0.009 s is 9 ms.

use crate::model::envelope::SpanUnit;

/// Digits beyond these cannot change a result.
const MAX_DIGITS: u32 = 30;

/// A decimal number: `mantissa × 10^exponent`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decimal {
    is_negative: bool,
    mantissa: u128,
    exponent: i32,
}

impl Decimal {
    /// Reads `412`, `-1`, `0.009`, `4.6998e-05`. `None` when it is anything else.
    pub fn read(text: &[u8]) -> Option<Self> {
        let (is_negative, text) = match text {
            [b'-', rest @ ..] => (true, rest),
            [b'+', rest @ ..] => (false, rest),
            _ => (false, text),
        };
        let mut number = Self { is_negative, mantissa: 0, exponent: 0 };
        let (mut digits, mut has_digit, mut is_fraction) = (0, false, false);
        let mut at = 0;
        while let Some(&byte) = text.get(at) {
            match byte {
                b'0'..=b'9' => {
                    has_digit = true;
                    if digits < MAX_DIGITS {
                        number.mantissa = number.mantissa * 10 + u128::from(byte - b'0');
                        digits += u32::from(number.mantissa > 0);
                        number.exponent -= i32::from(is_fraction);
                    } else if !is_fraction {
                        number.exponent += 1;
                    }
                }
                b'.' if !is_fraction => is_fraction = true,
                b'e' | b'E' if has_digit => break,
                _ => return None,
            }
            at += 1;
        }
        if at < text.len() {
            let power: i32 = std::str::from_utf8(&text[at + 1..]).ok()?.parse().ok()?;
            number.exponent = number.exponent.checked_add(power)?;
        }
        has_digit.then_some(number)
    }

    /// Whether it is below zero.
    pub fn is_negative(self) -> bool {
        self.is_negative && self.mantissa > 0
    }

    /// The whole number that it is; `None` when it has decimals that count or is too large.
    pub fn to_integer(self) -> Option<i64> {
        let power = 10_u128.checked_pow(self.exponent.unsigned_abs());
        let value = match power {
            _ if self.mantissa == 0 => 0,
            Some(factor) if self.exponent >= 0 => self.mantissa.checked_mul(factor)?,
            Some(divisor) if self.mantissa.is_multiple_of(divisor) => self.mantissa / divisor,
            _ => return None,
        };
        let value = i128::try_from(value).ok()?;
        i64::try_from(if self.is_negative { -value } else { value }).ok()
    }

    /// The span in nanoseconds, to the nearest; `None` below zero and beyond 584 years.
    pub fn to_nanos(self, unit: u64) -> Option<u64> {
        if self.is_negative() {
            return None;
        }
        let nanos = match u32::try_from(self.exponent) {
            Ok(up) => self.mantissa.checked_mul(u128::from(unit))?.checked_mul(10_u128.checked_pow(up)?)?,
            Err(_) => match 10_u128.checked_pow(self.exponent.unsigned_abs()) {
                Some(divisor) => {
                    // Whole units and the rest apart, so that the product stays in range.
                    let (whole, rest) = (self.mantissa / divisor, self.mantissa % divisor);
                    let unit = u128::from(unit);
                    let part = match rest.checked_mul(unit) {
                        Some(product) => (product + divisor / 2) / divisor,
                        None => rest / (divisor / unit),
                    };
                    whole.checked_mul(unit)?.checked_add(part)?
                }
                None => 0,
            },
        };
        u64::try_from(nanos).ok()
    }
}

/// What a text says of a span of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    /// So many nanoseconds.
    Nanos(u64),
    /// Less than nothing: what sources write when there was no span.
    Never,
}

/// Reads a span: a bare number is in `unit`, and one or more numbers with units name their own:
/// `412`, `412 ms`, `0.412s`, `1m30.5s`. Tells whether `unit` was needed.
pub fn read_span(text: &[u8], unit: SpanUnit) -> Option<(Span, bool)> {
    let text = text.trim_ascii();
    if let Some(number) = Decimal::read(text) {
        if number.is_negative() {
            return Some((Span::Never, false));
        }
        let nanos = number.to_nanos(unit.nanos())?;
        // Nothing is nothing in every unit.
        return Some((Span::Nanos(nanos), nanos > 0));
    }
    let mut rest = text;
    let mut total = 0_u64;
    while !rest.is_empty() {
        let digits = rest.iter().take_while(|b| b.is_ascii_digit() || **b == b'.').count();
        let number = Decimal::read(&rest[..digits])?;
        let behind = rest[digits..].trim_ascii_start();
        let letters = behind.iter().position(|b| b.is_ascii_digit() || *b == b' ').unwrap_or(behind.len());
        total = total.checked_add(number.to_nanos(nanos_of(&behind[..letters])?)?)?;
        rest = behind[letters..].trim_ascii_start();
    }
    (!text.is_empty()).then_some((Span::Nanos(total), false))
}

fn nanos_of(unit: &[u8]) -> Option<u64> {
    Some(match unit.to_ascii_lowercase().as_slice() {
        b"ns" => 1,
        // Latin letter u, micro sign, Greek mu.
        b"us" | b"\xC2\xB5s" | b"\xCE\xBCs" => 1_000,
        b"ms" | b"msec" | b"millis" | b"milliseconds" => 1_000_000,
        b"s" | b"sec" | b"secs" | b"second" | b"seconds" => 1_000_000_000,
        b"m" | b"min" => 60_000_000_000,
        b"h" => 3_600_000_000_000,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers() {
        let read = |text: &str| Decimal::read(text.as_bytes());
        for (text, whole) in [
            ("0", Some(0)),
            ("200", Some(200)),
            ("200.0", Some(200)),
            ("2e2", Some(200)),
            ("-1", Some(-1)),
            ("+7", Some(7)),
            ("007", Some(7)),
            ("200.5", None),
            ("9223372036854775807", Some(i64::MAX)),
            ("9223372036854775808", None),
            ("1e400", None),
            ("0e-99", Some(0)),
            ("0.000000000000000000000000000000000000000000000", Some(0)),
        ] {
            assert_eq!(read(text).expect(text).to_integer(), whole, "{text}");
        }
        for text in ["", "-", ".", "1.2.3", "1e", "e5", "1x", "0x10", "NaN", "1e99999999999", " 1"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn spans() {
        let read = |text: &str| read_span(text.as_bytes(), SpanUnit::Seconds);
        for (text, nanos, is_assumed) in [
            ("0.009", 9_000_000, true),
            ("0.000046998", 46_998, true),
            ("4.6998e-05", 46_998, true),
            ("0.00020931", 209_310, true),
            ("0.0000000004", 0, false),
            ("0.0000000005", 1, true),
            ("0", 0, false),
            ("412 ms", 412_000_000, false),
            ("412ms", 412_000_000, false),
            ("0.412s", 412_000_000, false),
            ("46.998µs", 46_998, false),
            ("1m30.5s", 90_500_000_000, false),
            ("1 m 2 s", 62_000_000_000, false),
            ("18446744073.709551615", u64::MAX, true),
        ] {
            assert_eq!(read(text), Some((Span::Nanos(nanos), is_assumed)), "{text}");
        }
        assert_eq!(read("-1"), Some((Span::Never, false)));
        assert_eq!(read("-0.5"), Some((Span::Never, false)));
        for text in ["", "ms", "412 parsecs", "1:30", "18446744073.709551616", "1,5", "5 ms later"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in "[-+0-9.eEmsµ ]{0,40}") {
            for unit in [SpanUnit::Seconds, SpanUnit::Nanos] {
                let _ = read_span(text.as_bytes(), unit);
            }
            let _ = Decimal::read(text.as_bytes()).map(Decimal::to_integer);
        }

        #[test]
        fn written_spans_are_read(nanos in any::<u64>()) {
            let text = crate::base::units::millis_decimal(nanos);
            let read = read_span(text.as_bytes(), SpanUnit::Millis);
            prop_assert_eq!(read, Some((Span::Nanos(nanos), nanos > 0)));
        }
    }
}
