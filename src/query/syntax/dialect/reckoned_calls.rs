//! Functions of other languages that reckon a time from now: `DATE_SUB(NOW(), INTERVAL 2 DAY)`,
//! `dateadd(day, -2, getdate())`, `relative_time(now(), "-1d@d")`, `datetime('now', '-1 day')`.

use super::operand_read::closing;
use super::reckoned::{Reckoned, reckoned, snapped, step};

/// The time that a text begins with, and what is behind it.
pub(super) fn called(text: &str) -> Option<(Reckoned, &str)> {
    let (name, inside) = text.split_once('(')?;
    let (inside, behind) = inside.split_at(closing(inside)?);
    let arguments: Vec<&str> = inside.split(',').map(|argument| argument.trim().trim_matches(['"', '\''])).collect();
    let lower = name.to_ascii_lowercase();
    let math = match (lower.as_str(), arguments.as_slice()) {
        ("date_sub" | "subdate", [now, span]) => format!("{}-{}", now_of(now)?, interval(span)?),
        ("date_add" | "adddate", [now, span]) => format!("{}+{}", now_of(now)?, interval(span)?),
        ("dateadd" | "date_add" | "datetime_add" | "timestampadd", [unit, count, now]) => {
            let (sign, count) = count.strip_prefix('-').map_or(("+", *count), |count| ("-", count));
            format!("{}{sign}{}", now_of(now)?, step(&format!("{count} {unit}"))?)
        }
        ("relative_time", [now, moved]) => {
            now_of(now)?;
            snapped(moved)?
        }
        ("datetime", [now, moved]) if now.eq_ignore_ascii_case("now") => {
            format!("now-{}", step(moved.strip_prefix('-')?)?)
        }
        _ => return None,
    };
    let is_rounded = math.contains('/');
    Some((Reckoned { math, is_rounded }, &behind[1..]))
}

/// Now, as a function says it.
fn now_of(text: &str) -> Option<String> {
    reckoned(text).filter(|(found, behind)| behind.is_empty() && found.math == "now").map(|(found, _)| found.math)
}

/// `INTERVAL 2 DAY`, `interval '2' day`.
fn interval(text: &str) -> Option<String> {
    let head = text.get(..8).filter(|head| head.eq_ignore_ascii_case("interval"))?;
    step(&text[head.len()..].trim().replace(['\'', '"'], ""))
}
