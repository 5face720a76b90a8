//! Texts that PostgreSQL can hold: all but a NUL.

use std::borrow::Cow;

use marketplace_core::OrderKey;

/// The line of an order that names none. No other line is written like this.
const NO_LINE: &str = r"\N";

/// `\` becomes `\\`, NUL becomes `\000`, as in PostgreSQL's escape format of bytes; everything else stays as it is.
pub(super) fn escaped(text: &str) -> Cow<'_, str> {
    if text.bytes().any(|letter| matches!(letter, b'\\' | 0)) {
        Cow::Owned(text.replace('\\', r"\\").replace('\0', r"\000"))
    } else {
        Cow::Borrowed(text)
    }
}

pub(super) fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains('\\') {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, escape)) = rest.split_once('\\') {
        plain.push_str(before);
        (rest, _) = match escape.strip_prefix("000") {
            Some(rest) => (rest, plain.push('\0')),
            None => (escape.strip_prefix('\\').unwrap_or(escape), plain.push('\\')),
        };
    }
    plain.push_str(rest);
    Cow::Owned(plain)
}

/// The line of an order, as it is stored.
pub(super) fn line(order: &OrderKey) -> Cow<'_, str> {
    order.order_line_id().map_or(Cow::Borrowed(NO_LINE), escaped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_comes_back_and_is_held() {
        for text in ["", "CS2211181819A7LXX", r"\", r"\000", "\0", "\x000", "\\\0\\\\\0", r"\N", "订\\单\0"]
        {
            let stored = escaped(text);
            assert!(!stored.contains('\0'), "{stored}");
            assert_eq!(unescaped(&stored), text, "{stored}");
        }
        assert_eq!(escaped("CS2211181819A7LXX"), "CS2211181819A7LXX");
    }

    #[test]
    fn no_line_is_not_the_line_of_that_name() {
        assert_eq!(line(&OrderKey::new("order", None)), r"\N");
        assert_eq!(line(&OrderKey::new("order", Some(r"\N"))), r"\\N");
        assert_eq!(line(&OrderKey::new("order", Some(""))), "");
    }
}
