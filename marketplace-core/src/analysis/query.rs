//! The pairs of a query or of a form.

pub(super) use crate::percent::{Encoding, percent_decoded, percent_encoded};

/// One `name=value`, raw and decoded.
#[derive(Debug, Clone)]
pub(super) struct RawPair<'q> {
    pub(super) name: &'q str,
    pub(super) value: &'q str,
}

impl RawPair<'_> {
    pub(super) fn decoded_name(&self) -> Vec<u8> {
        percent_decoded(self.name.as_bytes(), true)
    }

    /// The value, with `+` as a blank.
    pub(super) fn form_value(&self) -> Vec<u8> {
        percent_decoded(self.value.as_bytes(), true)
    }

    /// The value, with `+` as itself.
    pub(super) fn plain_value(&self) -> Vec<u8> {
        percent_decoded(self.value.as_bytes(), false)
    }

    pub(super) fn is(&self, name: &str) -> bool {
        self.name == name || self.decoded_name() == name.as_bytes()
    }
}

/// Splits a query without its `?`. A name alone has an empty value.
pub(super) fn pairs(query: &str) -> impl Iterator<Item = RawPair<'_>> {
    query.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        RawPair { name, value }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_split_at_the_first_equals_sign() {
        let pairs: Vec<_> = pairs("a=1&&b&c==&=d").map(|pair| (pair.name, pair.value)).collect();
        assert_eq!(pairs, [("a", "1"), ("b", ""), ("c", "="), ("", "d")]);
    }
}
