//! Numbers that are written shorter, or with signs between their digits.

/// `1_000_000`, `1.5k`, `2M`, `1024*1024`: a number that is written shorter, or with signs between its digits.
pub(super) fn thousands(text: &str) -> Option<String> {
    /// Above this not every whole number is one of them.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let plain = |text: &str| {
        let is_plain = text.starts_with(|c: char| c.is_ascii_digit()) && !text.ends_with('_');
        let is_digits = text.chars().all(|c| c.is_ascii_digit() || matches!(c, '_' | '.'));
        text.replace('_', "").parse::<f64>().ok().filter(|_| is_plain && is_digits)
    };
    let is_short = |c: char| matches!(c, 'k' | 'K' | 'M' | 'G');
    let number = if let Some((one, other)) = text.split_once('*') {
        plain(one)? * plain(other)?
    } else if let Some(short) = text.strip_suffix(is_short) {
        plain(short)?
            * match text.chars().next_back()? {
                'M' => 1e6,
                'G' => 1e9,
                _ => 1e3,
            }
    } else {
        plain(text).filter(|_| text.contains('_'))?
    };
    (number < EXACT).then(|| number.to_string())
}
