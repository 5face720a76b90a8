//! One mistake of a sender, and what comes of it.

use super::verdict::VerdictCode;

/// Longer descriptions are cut: they may hold a name that a stranger chose.
const LONGEST: usize = 120;

/// A mistake: its kind, and the parameter, key or form it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Slip {
    pub(super) code: VerdictCode,
    pub(super) about: Option<String>,
}

impl Slip {
    pub(super) fn new(code: VerdictCode) -> Self {
        Self { code, about: None }
    }

    /// Control characters and what else could fool a terminal are escaped.
    pub(super) fn about(code: VerdictCode, about: &str) -> Self {
        let mut shown = String::new();
        for letter in about.chars() {
            if shown.len() > LONGEST {
                shown.push('…');
                break;
            }
            if matches!(letter, '"' | '\'' | '\\') {
                shown.push(letter);
            } else {
                shown.extend(letter.escape_debug());
            }
        }
        Self { code, about: Some(shown) }
    }
}

/// Something that may have gone into a signature: as it should be, or with mistakes.
#[derive(Debug, Clone)]
pub(super) struct Variant<T> {
    pub(super) slips: Vec<Slip>,
    pub(super) value: T,
}

impl<T> Variant<T> {
    pub(super) fn right(value: T) -> Self {
        Self { slips: Vec::new(), value }
    }

    pub(super) fn wrong(slip: Slip, value: T) -> Self {
        Self { slips: vec![slip], value }
    }
}
