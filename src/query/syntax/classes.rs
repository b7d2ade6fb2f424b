//! Classes of statuses that other languages ask for by text.

/// The statuses that begin with some digits.
pub(super) fn statuses(digits: &str) -> Option<String> {
    let is_digits = (1..=3).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    is_digits.then(|| format!("{digits:x<3}"))
}

/// The classes of statuses that a regular expression stands for: `^5`, `4..|5..`, `[45]\d\d`, `50[0-9]`.
pub(in crate::query) fn classes(pattern: &str) -> Option<String> {
    spelled(pattern).or_else(|| matching(pattern))
}

/// The statuses that a pattern with a set or a choice matches, if they are few: `[45]0[0-4]`.
fn matching(pattern: &str) -> Option<String> {
    /// More are no help.
    const MOST: usize = 16;
    let regex = regex::Regex::new(pattern).ok().filter(|_| pattern.contains(['[', '|']))?;
    let found: Vec<String> = (100..600).map(|status: u16| status.to_string()).filter(|s| regex.is_match(s)).collect();
    (1..=MOST).contains(&found.len()).then(|| found.join(","))
}

fn spelled(pattern: &str) -> Option<String> {
    let (plain, is_begun) = match pattern.strip_prefix('^') {
        Some(plain) => (plain, true),
        None => (pattern, false),
    };
    let plain = plain.strip_suffix('$').unwrap_or(plain);
    let plain = plain.strip_prefix('(').and_then(|plain| plain.strip_suffix(')')).unwrap_or(plain);
    let mut found = Vec::new();
    for one in plain.split('|') {
        let one = one.replace("[0-9]", ".").replace("\\d", ".").replace(".{2}", "..").replace("xx", "..");
        if let Some(statuses) = one.split_once('[').and_then(|(head, set)| listed(head, set.strip_suffix(']')?)) {
            found.extend(statuses);
            continue;
        }
        let set = one.strip_prefix('[').and_then(|one| one.split_once(']'));
        let (heads, rest) = set.or_else(|| one.split_at_checked(1))?;
        let heads: Vec<String> = heads.chars().map(String::from).collect();
        let rest = rest.strip_suffix(".*").map_or_else(|| rest.to_owned(), |rest| format!("{rest:.<2}"));
        let rest = if rest.is_empty() && is_begun { "..".to_owned() } else { rest };
        let is_rest =
            rest.len() == 2 && rest.bytes().all(|b| b.is_ascii_digit() || b == b'.') && !rest.starts_with('.')
                || rest == "..";
        let is_heads = heads.iter().all(|head| matches!(head.as_str(), "1" | "2" | "3" | "4" | "5"));
        if !is_rest || !is_heads {
            return None;
        }
        found.extend(heads.iter().map(|head| format!("{head}{}", rest.replace('.', "x"))));
    }
    (!found.is_empty()).then(|| found.join(","))
}

/// The statuses of two digits and a set of last ones: `50[234]`.
fn listed(head: &str, set: &str) -> Option<Vec<String>> {
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let is_listed = head.len() == 2 && is_digits(head) && head.starts_with(['1', '2', '3', '4', '5']) && is_digits(set);
    is_listed.then(|| set.chars().map(|digit| format!("{head}{digit}")).collect())
}
