//! Gaps that are told: those that touch are one.

use super::intake::Gap;

/// Whether reasons are the same but for numbers, as how often something was tried.
pub fn is_alike(one: &str, other: &str) -> bool {
    one.chars().filter(|char| !char.is_ascii_digit()).eq(other.chars().filter(|char| !char.is_ascii_digit()))
}

/// Gaps from the oldest to the newest. Those that touch are one where their reasons are the same but for numbers: a list
/// that is not answered is given up piece by piece.
pub fn joined(mut gaps: Vec<Gap>) -> Vec<Gap> {
    gaps.sort_by_key(|gap| (gap.from, gap.until));
    let mut joined: Vec<Gap> = Vec::with_capacity(gaps.len());
    for gap in gaps {
        match joined.last_mut().filter(|last| gap.from <= last.until && is_alike(&last.reason, &gap.reason)) {
            Some(last) => *last = Gap { from: last.from, until: last.until.max(gap.until), reason: gap.reason },
            None => joined.push(gap),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::time::Timestamp;

    #[test]
    fn gaps_that_touch_are_one() {
        let gap =
            |from, until, reason: &str| Gap { from: Timestamp(from), until: Timestamp(until), reason: reason.into() };
        let pieces = vec![
            gap(30, 40, "500, 3 times"),
            gap(20, 30, "500, 2 times"),
            gap(50, 60, "500"),
            gap(5, 21, "500, 9 times"),
        ];
        assert_eq!(joined(pieces), [gap(5, 40, "500, 3 times"), gap(50, 60, "500")]);
        let others = vec![gap(30, 40, "the file was cut"), gap(20, 30, "500")];
        assert_eq!(joined(others.clone()), [others[1].clone(), others[0].clone()], "each has its own reason");
    }
}
