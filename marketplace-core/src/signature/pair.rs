//! The pairs `name=value`, joined with `&`, over which `authToken` is made.
//!
//! Nothing in that text is escaped, so that `a=1` and `b=2` sign as `a=1&b=2` does, the value of a single `a`. What keeps
//! the readings apart: wherever `&`, a name and `=` follow one another, a pair begins, and nowhere else.

use std::cmp::Ordering;

/// More pairs are refused unread; the longest known call has about 25.
pub(super) const MOST_PAIRS: usize = 128;

/// Can this be a name? It has no `=` and no `&`, or pairs could trade letters; no blank and no `+`, which forms confuse.
pub(crate) fn is_name(name: &str) -> bool {
    let odd =
        |letter: char| matches!(letter, '=' | '&' | '+') || letter.is_whitespace() || letter.is_control();
    !name.is_empty() && !name.contains(odd)
}

/// Could a pair begin inside this value?
pub(super) fn could_be_split(value: &str) -> bool {
    let mut parts = value.split('&').skip(1);
    parts.any(|part| part.split_once('=').is_some_and(|(name, _)| is_name(name)))
}

/// The order in which names are signed: by UTF-16 units, as Java compares texts.
///
/// Every known name is ASCII, where this is the order of the bytes: `A` to `Z` before `a` to `z`.
pub(super) fn by_utf16(one: &str, other: &str) -> Ordering {
    if one.is_ascii() && other.is_ascii() {
        one.cmp(other)
    } else {
        one.encode_utf16().cmp(other.encode_utf16())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_begins_at_a_name_only() {
        for (value, split) in [
            ("", false),
            ("&", false),
            ("A & B", false),
            ("A & B = C", false),
            ("A&B", false),
            ("A&=B", false),
            ("A=B", false),
            ("A&&B&", false),
            ("A&orderId=1", true),
            ("A&&orderId=", true),
            ("&实=", true),
            ("A & B&c=", true),
        ] {
            assert_eq!(could_be_split(value), split, "{value}");
        }
        for name in ["", "a=b", "a&b", "a+b", "a b", "a\0", "a\u{85}", "\u{3000}"] {
            assert!(!is_name(name), "{name:?}");
        }
    }

    #[test]
    fn names_are_in_the_order_of_java() {
        let mut names =
            ["timeStamp", "testFlag", "\u{ff5a}", "🦀", "provisionType", "productId", "Z", "a", ""];
        names.sort_by(|one, other| by_utf16(one, other));
        // The crab is two surrogates, which are smaller than U+FF5A.
        assert_eq!(
            names,
            ["", "Z", "a", "productId", "provisionType", "testFlag", "timeStamp", "🦀", "\u{ff5a}"]
        );
    }
}
