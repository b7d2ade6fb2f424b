//! Misspelt names, and which of those that there are may be meant.

/// The name that is nearest to a misspelt one.
pub fn nearest<'a>(wrong: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    nearest_and_distance(wrong, names).map(|(name, _)| name)
}

/// The same, and how far away it is.
pub fn nearest_and_distance<'a>(wrong: &str, names: impl IntoIterator<Item = &'a str>) -> Option<(&'a str, usize)> {
    let wrong = wrong.to_lowercase();
    let near = names.into_iter().filter_map(|name| Some((name, distance(&wrong, name)?)));
    near.min_by_key(|(_, distance)| *distance)
}

/// How far a name is from a misspelt one in small letters, if it may be what was meant.
pub fn distance(wrong: &str, name: &str) -> Option<usize> {
    let most = 1 + name.len().min(wrong.len()) / 4;
    // What is much longer or shorter is at least that far away: most names need no comparing.
    if name.chars().count().abs_diff(wrong.chars().count()) > most {
        return None;
    }
    Some(strsim::osa_distance(wrong, &name.to_lowercase())).filter(|distance| *distance <= most)
}

/// The question for the nearest name, if one may be meant.
pub fn did_you_mean<'a>(wrong: &str, names: impl IntoIterator<Item = &'a str>) -> Option<String> {
    nearest(wrong, names).map(|near| format!("did you mean “{near}”?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn misspellings() {
        let names = ["status", "client", "path"];
        assert_eq!(nearest("staus", names), Some("status"));
        assert_eq!(nearest("clinet", names), Some("client"));
        assert_eq!(nearest("frobnicate", names), None);
        assert_eq!(nearest_and_distance("Pahts", names), Some(("path", 2)));
        assert_eq!(did_you_mean("clinet", names).as_deref(), Some("did you mean “client”?"));
        assert_eq!(did_you_mean("frobnicate", names), None);
    }
}
