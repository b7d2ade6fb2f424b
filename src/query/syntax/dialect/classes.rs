//! Classes of statuses that other languages ask for by text.

/// The statuses that begin with some digits.
pub(super) fn statuses(digits: &str) -> Option<String> {
    let is_digits = (1..=3).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    is_digits.then(|| format!("{digits:x<3}"))
}

/// The classes of statuses that a regular expression stands for: `^5`, `4..|5..`, `[45]\d\d`, `50[0-9]`, `^[^2]`.
pub(in crate::query) fn classes(pattern: &str) -> Option<String> {
    if pattern.trim_start_matches('^').trim_end_matches('$') == ".*" {
        return Some("100..599".to_owned());
    }
    spelled(pattern).or_else(|| matching(pattern))
}

/// The statuses that a pattern with a set or a choice matches, where few classes and single ones are all of them.
fn matching(pattern: &str) -> Option<String> {
    /// More are no help.
    const MOST: usize = 16;
    // One set is one digit.
    if pattern.starts_with('[') && pattern.find(']') == Some(pattern.len() - 1) {
        return None;
    }
    // `^(?!2)` is all that does not begin so.
    let ahead = pattern.trim_start_matches('^').strip_prefix("(?!").and_then(|inner| inner.split_once(')'));
    let (pattern, is_not) = match ahead {
        Some((inner, "" | "." | ".*" | ".*$" | ".." | "..$" | "...$" | "...")) => (format!("^({inner})"), true),
        Some(_) => return None,
        None => (pattern.to_owned(), false),
    };
    let regex = regex::Regex::new(&pattern).ok().filter(|_| pattern.contains(['[', '|', '(', '\\', '^', '.']))?;
    let is_match = |status: u16| regex.is_match(&status.to_string()) != is_not;
    let mut found = Vec::new();
    for class in 1..=5_u16 {
        let all = class * 100..class * 100 + 100;
        if all.clone().all(is_match) {
            found.push(format!("{class}xx"));
            continue;
        }
        for ten in all.step_by(10) {
            let tens = ten..ten + 10;
            if tens.clone().all(is_match) {
                found.push(format!("{}x", ten / 10));
            } else {
                found.extend(tens.filter(|status| is_match(*status)).map(|status| status.to_string()));
            }
        }
    }
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
