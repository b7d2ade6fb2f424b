//! Versions among the texts that a source sent: `1.10.0` is above `1.9.0`, which as numbers they are not.

/// Versions have so many parts at most.
const PARTS: usize = 5;

/// Each part has so many bits.
const BITS: u32 = 24;

/// The version that a text is, as a number to be compared: `1.10`, `v2.0.1`, `1.10.0-rc.1`, which stands before `1.10.0`,
/// and `1.10.0+build`, which is that. A release is odd.
pub fn version_number(text: &[u8]) -> Option<i128> {
    let text = std::str::from_utf8(text).ok()?;
    let text = text.strip_prefix(['v', 'V']).unwrap_or(text);
    let (text, _) = text.split_once('+').unwrap_or((text, ""));
    let (numbers, before_release) = text.split_once('-').map_or((text, None), |(text, rest)| (text, Some(rest)));
    if before_release.is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_alphabetic())) {
        return None;
    }
    let mut parts = [0; PARTS];
    for (number, part) in numbers.split('.').enumerate() {
        let is_number = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        *parts.get_mut(number)? = part.parse::<i128>().ok().filter(|part| is_number && *part < 1 << BITS)?;
    }
    let packed = parts.iter().fold(0, |packed, part| packed << BITS | part);
    Some(packed << 1 | i128::from(before_release.is_none()))
}

/// Whether a text is a release that nothing else can be: `1.9` is a number, too.
pub fn is_version(text: &str) -> bool {
    let is_marked = text.starts_with(['v', 'V']) || text.split('.').count() > 2;
    is_marked && version_number(text.as_bytes()).is_some_and(is_release)
}

/// The release that a version comes before, as `1.9.0` of `1.9.0-rc1`.
pub fn release_of(text: &str) -> Option<String> {
    let number = version_number(text.as_bytes()).filter(|number| !is_release(*number))?;
    Some(version_text(number))
}

/// Whether a number stands for a release, and not for what is next to one.
pub fn is_release(number: i128) -> bool {
    number % 2 != 0
}

/// A release as it is written, with three parts at least.
pub fn version_text(number: i128) -> String {
    let parts: Vec<i128> =
        (0..PARTS as u32).rev().map(|place| number >> (1 + place * BITS) & ((1 << BITS) - 1)).collect();
    let last = parts.iter().rposition(|part| *part > 0).unwrap_or(0).max(2);
    parts[..=last].iter().map(ToString::to_string).collect::<Vec<_>>().join(".")
}

/// The releases between two numbers, both included, as they are typed: `>1.9.0`, `1.9.0..<2.0.0`. Above a release there is
/// no end to write.
pub(crate) fn versions(low: i128, high: i128) -> String {
    let until = match high {
        i128::MAX => String::new(),
        high if is_release(high) => version_text(high),
        high => format!("<{}", version_text(high + 1)),
    };
    match low {
        i128::MIN if until.starts_with('<') => until,
        i128::MIN => format!("..{until}"),
        low if is_release(low) => format!("{}..{until}", version_text(low)),
        low => format!(">{}", version_text(low - 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_stand_in_their_order() {
        let order = ["0.9", "1.2.3", "1.9.0", "1.10.0-beta", "v1.10.0", "1.10.0.1", "1.10.1", "V2.0", "10.0.0.0.7"];
        let numbers: Vec<i128> = order.iter().map(|text| version_number(text.as_bytes()).expect(text)).collect();
        assert!(numbers.is_sorted_by(|a, b| a < b), "{numbers:?}");
        for same in ["1.10", "1.10.0", "v1.10.0", "1.10.0+5f3a", "1.10.0.0"] {
            assert_eq!(version_number(same.as_bytes()), Some(numbers[4]), "{same}");
        }
        for text in ["", "v", "1..2", "1.x", "2026-11-30", "1.2.3.4.5.6", "16777216.0", "-1.0", "1.0 "] {
            assert_eq!(version_number(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn releases_are_written_with_three_parts() {
        for (text, written) in
            [("v1.9", "1.9.0"), ("0.0.0", "0.0.0"), ("1.2.3.4", "1.2.3.4"), ("10.20.30.40.50", "10.20.30.40.50")]
        {
            let number = version_number(text.as_bytes()).expect(text);
            assert_eq!(version_text(number), written);
            assert!(is_version(written) && is_release(number));
        }
        assert!(!is_version("1.9") && !is_version("1.9.0-rc1") && is_version("v2"));
    }
}
