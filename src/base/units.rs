//! Durations, counts, shares and sizes as people read and type them.

/// Nanoseconds in a millisecond.
pub const NANOS_PER_MS: u64 = 1_000_000;

/// A span of time in nanoseconds as a short figure: `47 µs`, `940 ms`, `1.2 s`, `30.0 s`, `2m 05s`.
pub fn duration(nanos: u64) -> String {
    const SECOND: u64 = 1_000_000_000;
    match nanos {
        0 => "0 ms".into(),
        1..1_000 => format!("{nanos} ns"),
        1_000..1_000_000 => format!("{} µs", nanos / 1_000),
        1_000_000..10_000_000 if !nanos.is_multiple_of(NANOS_PER_MS) => {
            format!("{:.1} ms", nanos as f64 / 1e6)
        }
        1_000_000..SECOND => format!("{} ms", nanos / NANOS_PER_MS),
        SECOND..60_000_000_000 => format!("{:.1} s", nanos as f64 / 1e9),
        _ => {
            let seconds = nanos / SECOND;
            if seconds < 3600 {
                format!("{}m {:02}s", seconds / 60, seconds % 60)
            } else {
                format!("{}h {:02}m", seconds / 3600, seconds % 3600 / 60)
            }
        }
    }
}

/// Nanoseconds as milliseconds in plain decimal notation, without a digit too many: `1200`, `0.046998`.
pub fn millis_decimal(nanos: u64) -> String {
    let whole = nanos / NANOS_PER_MS;
    let rest = nanos % NANOS_PER_MS;
    if rest == 0 {
        return whole.to_string();
    }
    let fraction = format!("{rest:06}");
    format!("{whole}.{}", fraction.trim_end_matches('0'))
}

/// A count with thousands separators: `1,043,901`.
pub fn count(value: u64) -> String {
    let digits = value.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A count with its noun, `1 request`, `2 requests`.
pub fn counted(value: u64, singular: &str, plural: &str) -> String {
    let noun = if value == 1 { singular } else { plural };
    format!("{} {noun}", count(value))
}

/// A share of a whole as `9.8 %`; `–` of nothing. A share that is neither none nor all never
/// reads as `0.0 %` or `100.0 %`.
pub fn percent(part: u64, whole: u64) -> String {
    if whole == 0 {
        return "–".into();
    }
    let share = part as f64 * 100.0 / whole as f64;
    if part > 0 && share < 0.05 {
        "<0.1 %".into()
    } else if part < whole && share >= 99.95 {
        ">99.9 %".into()
    } else {
        format!("{share:.1} %")
    }
}

/// Events per second with a fitting number of digits: `12.4/s`, `0.30/s`, `480/s`, `1.0/y`.
pub fn per_second(events: u64, seconds: f64) -> String {
    if seconds <= 0.0 {
        return "–".into();
    }
    let rate = events as f64 / seconds;
    if rate == 0.0 {
        "0/s".into()
    } else if rate * 86_400.0 < 0.1 {
        format!("{:.1}/y", rate * 86_400.0 * 365.0)
    } else if rate * 3_600.0 < 0.1 {
        format!("{:.1}/d", rate * 86_400.0)
    } else if rate * 60.0 < 0.1 {
        format!("{:.1}/h", rate * 3_600.0)
    } else if rate < 0.1 {
        format!("{:.1}/min", rate * 60.0)
    } else if rate < 1.0 {
        format!("{rate:.2}/s")
    } else if rate < 100.0 {
        format!("{rate:.1}/s")
    } else {
        format!("{}/s", count(rate.round() as u64))
    }
}

/// A size in bytes: `532 B`, `41.2 MB` (decimal units).
pub fn bytes(size: u64) -> String {
    const UNITS: [&str; 5] = ["B", "kB", "MB", "GB", "TB"];
    if size < 1000 {
        return format!("{size} B");
    }
    let mut value = size as f64;
    let mut unit = 0;
    while value >= 1000.0 && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    format!("{value:.1} {}", UNITS[unit])
}

/// An age or a distance in time, coarse: `4 s`, `12 min`, `3 h`, `21 d`.
pub fn age(micros: i64) -> String {
    let seconds = micros.max(0) / 1_000_000;
    match seconds {
        0..120 => format!("{seconds} s"),
        120..7_200 => format!("{} min", seconds / 60),
        7_200..172_800 => format!("{} h", seconds / 3_600),
        _ => format!("{} d", seconds / 86_400),
    }
}

/// A span exactly, in the largest unit that goes into it: `30d`, `90m`, `1500us`. [`parse_span`]
/// reads it.
pub fn exact_span(nanos: u64) -> String {
    const UNITS: [(u64, &str); 7] = [
        (86_400_000_000_000, "d"),
        (3_600_000_000_000, "h"),
        (60_000_000_000, "m"),
        (1_000_000_000, "s"),
        (1_000_000, "ms"),
        (1_000, "us"),
        (1, "ns"),
    ];
    let (factor, unit) = UNITS.iter().find(|(factor, _)| nanos.is_multiple_of(*factor)).unwrap_or(&UNITS[6]);
    format!("{}{unit}", nanos / factor)
}

/// Reads a span with its unit (`250ms`, `1.5s`, `90us`, `15m`, `24h`, `30d`, `2w`) into nanoseconds.
/// `None` when there is no number, no known unit, or the span is beyond `u64`.
pub fn parse_span(text: &str) -> Option<u64> {
    let text = text.trim();
    let split = text.find(|c: char| !c.is_ascii_digit() && c != '.')?;
    let (number, unit) = text.split_at(split);
    let factor: f64 = match unit.trim().to_ascii_lowercase().as_str() {
        "ns" | "nsec" | "nanosecond" | "nanoseconds" => 1.0,
        "us" | "µs" | "μs" | "usec" | "microsecond" | "microseconds" => 1e3,
        "ms" | "msec" | "msecs" | "millis" | "millisecond" | "milliseconds" => 1e6,
        "s" | "sec" | "secs" | "second" | "seconds" => 1e9,
        "m" | "min" | "mins" | "minute" | "minutes" => 60e9,
        "h" | "hour" | "hours" => 3_600e9,
        "d" | "day" | "days" => 86_400e9,
        "w" | "week" | "weeks" => 604_800e9,
        _ => return None,
    };
    let nanos = number.parse::<f64>().ok()? * factor;
    (nanos.is_finite() && nanos < u64::MAX as f64).then_some(nanos.round() as u64)
}

/// Reads a span of one unit or of several, larger ones first: `1m30s`, `2m 05s`, `1h 2m 3.5s`.
pub fn parse_compound_span(text: &str) -> Option<u64> {
    let (mut rest, mut sum, mut least) = (text.trim(), 0_u64, u64::MAX);
    while !rest.is_empty() {
        let number = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let unit = rest[number..].find(|c: char| c.is_ascii_digit()).map_or(rest.len(), |at| number + at);
        let one = parse_span(&format!("1{}", &rest[number..unit])).filter(|one| *one < least)?;
        let part = parse_span(&rest[..unit])?;
        (sum, least, rest) = (sum.checked_add(part)?, one, &rest[unit..]);
    }
    (least < u64::MAX).then_some(sum)
}

/// Reads a size with its unit (`256 MB`, `1GiB`, `4096 B`) into bytes. `None` when there is no number,
/// no known unit, or the size is beyond `u64`.
pub fn parse_bytes(text: &str) -> Option<u64> {
    let text = text.trim();
    let split = text.find(|c: char| !c.is_ascii_digit() && c != '.')?;
    let (number, unit) = text.split_at(split);
    let factor: f64 = match unit.trim().to_ascii_lowercase().as_str() {
        "b" => 1.0,
        "kb" => 1e3,
        "mb" => 1e6,
        "gb" => 1e9,
        "tb" => 1e12,
        "kib" => 1024.0,
        "mib" => 1_048_576.0,
        "gib" => 1_073_741_824.0,
        "tib" => 1_099_511_627_776.0,
        _ => return None,
    };
    let size = number.parse::<f64>().ok()? * factor;
    (size.is_finite() && size < u64::MAX as f64).then_some(size.round() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        let cases = [
            (0, "0 ms"),
            (46_998, "46 µs"),
            (9_000_000, "9 ms"),
            (1_500_000, "1.5 ms"),
            (940_000_000, "940 ms"),
            (1_200_000_000, "1.2 s"),
            (30_000_000_000, "30.0 s"),
            (125_000_000_000, "2m 05s"),
        ];
        for (nanos, text) in cases {
            assert_eq!(duration(nanos), text);
        }
    }

    #[test]
    fn rates_have_the_unit_in_which_they_are_something() {
        let year = 365.0 * 86_400.0;
        let cases =
            [(0, year, "0/s"), (1, year, "1.0/y"), (50, year, "0.1/d"), (1, 86_400.0, "1.0/d"), (3, 7_200.0, "1.5/h")];
        for (events, seconds, text) in cases {
            assert_eq!(per_second(events, seconds), text);
        }
    }

    #[test]
    fn exact_spans_read_as_the_same() {
        for (nanos, text) in
            [(2_592_000_000_000_000, "30d"), (5_400_000_000_000, "90m"), (1_500_000, "1500us"), (0, "0d")]
        {
            assert_eq!(exact_span(nanos), text);
            assert_eq!(parse_span(text), Some(nanos));
        }
    }

    #[test]
    fn milliseconds_are_exact() {
        assert_eq!(millis_decimal(1_200_000_000), "1200");
        assert_eq!(millis_decimal(46_998), "0.046998");
        assert_eq!(millis_decimal(9_500_000), "9.5");
    }

    #[test]
    fn counts_and_shares() {
        assert_eq!(count(1_043_901), "1,043,901");
        assert_eq!(count(999), "999");
        assert_eq!(percent(1, 10_000), "<0.1 %");
        assert_eq!(percent(9_999_999, 10_000_000), ">99.9 %");
        assert_eq!(percent(0, 10), "0.0 %");
        assert_eq!(percent(0, 0), "–");
    }

    #[test]
    fn spans() {
        assert_eq!(parse_span("1.5s"), Some(1_500_000_000));
        assert_eq!(parse_span("250 ms"), Some(250_000_000));
        assert_eq!(parse_span("24h"), Some(86_400_000_000_000));
        assert_eq!(parse_span("12"), None);
        assert_eq!(parse_span("5 parsecs"), None);
        assert_eq!(parse_span("1m30s"), None);
        for (text, nanos) in [
            ("1m30s", Some(90_000_000_000)),
            ("2m 05s", Some(125_000_000_000)),
            ("1h 2m 3.5s", Some(3_723_500_000_000)),
            ("250ms", Some(250_000_000)),
            ("30s1m", None),
            ("1m2m", None),
            ("1m30", None),
            ("30", None),
            ("", None),
        ] {
            assert_eq!(parse_compound_span(text), nanos, "{text}");
        }
    }

    #[test]
    fn sizes() {
        assert_eq!(parse_bytes("256 MB"), Some(256_000_000));
        assert_eq!(parse_bytes("1.5GiB"), Some(1_610_612_736));
        assert_eq!(parse_bytes("0 b"), Some(0));
        for text in ["256", "MB", "", "1 parsec", "99999999999 TB", "-1 MB"] {
            assert_eq!(parse_bytes(text), None, "{text}");
        }
    }
}
