//! What a misspelt name was meant to be, and lists of names in messages.

/// The allowed name that is nearest to what was written, if one is near enough. Case does not count.
pub(crate) fn nearest<'a>(written: &str, allowed: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let written = written.to_lowercase();
    allowed
        .into_iter()
        .map(|name| (distance(&written, &name.to_lowercase()), name))
        .filter(|(distance, name)| *distance <= name.len().max(3) / 3)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// ` (did you mean …?)`, or nothing.
pub(crate) fn did_you_mean<'a>(written: &str, allowed: impl IntoIterator<Item = &'a str>) -> String {
    nearest(written, allowed).map(|name| format!(" (did you mean `{name}`?)")).unwrap_or_default()
}

/// `a`, `b` and `c`, each in backticks.
pub(crate) fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let mut names: Vec<_> = names.into_iter().map(|name| format!("`{name}`")).collect();
    match (names.pop(), names.is_empty()) {
        (None, _) => String::new(),
        (Some(only), true) => only,
        (Some(last), false) => format!("{} and {last}", names.join(", ")),
    }
}

/// Levenshtein's distance: how many letters to add, drop or replace.
fn distance(from: &str, to: &str) -> usize {
    let mut costs: Vec<usize> = (0..=to.chars().count()).collect();
    for (row, letter) in from.chars().enumerate() {
        let mut diagonal = row;
        let mut left = row + 1;
        if let Some(first) = costs.first_mut() {
            *first = left;
        }
        for (cost, other) in costs.iter_mut().skip(1).zip(to.chars()) {
            let replaced = diagonal + usize::from(letter != other);
            diagonal = *cost;
            left = replaced.min(diagonal + 1).min(left + 1);
            *cost = left;
        }
    }
    costs.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_what_has_to_change() {
        for (from, to, expected) in [
            ("", "", 0),
            ("", "abc", 3),
            ("abc", "", 3),
            ("kitten", "sitting", 3),
            ("biling", "billing", 1),
            ("ab", "ba", 2),
        ] {
            assert_eq!(distance(from, to), expected, "{from} → {to}");
        }
    }

    #[test]
    fn suggests_what_is_near() {
        let allowed = ["newInstance", "queryInstance", "releaseInstance"];
        assert_eq!(nearest("newinstance", allowed), Some("newInstance"));
        assert_eq!(nearest("new_instance", allowed), Some("newInstance"));
        assert_eq!(nearest("relaseInstance", allowed), Some("releaseInstance"));
        assert_eq!(nearest("orderAudit", allowed), None);
        assert_eq!(did_you_mean("orderAudit", allowed), "");
    }

    #[test]
    fn lists_names() {
        assert_eq!(listed([]), "");
        assert_eq!(listed(["a"]), "`a`");
        assert_eq!(listed(["a", "b", "c"]), "`a`, `b` and `c`");
    }
}
