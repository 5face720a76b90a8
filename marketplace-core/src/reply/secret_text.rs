//! Text of an answer that must not be seen elsewhere.

use std::fmt;

use serde::{Serialize, Serializer};
use zeroize::Zeroizing;

use crate::TooLong;
use crate::text::check_length;

/// Text of at most `MAX` UTF-16 code units that is written into the answer and nowhere else: a first password.
///
/// `Debug` shows nothing of it, there is no `==`, and its memory is wiped on drop.
#[derive(Clone)]
pub struct SecretText<const MAX: usize>(Zeroizing<String>);

impl<const MAX: usize> SecretText<MAX> {
    /// Takes a value of at most `MAX` UTF-16 code units.
    ///
    /// # Errors
    ///
    /// [`TooLong`] with the limit and the length.
    pub fn new(value: impl Into<String>) -> Result<Self, TooLong> {
        let value = Zeroizing::new(value.into());
        check_length(&value, MAX)?;
        Ok(Self(value))
    }
}

impl<const MAX: usize> fmt::Debug for SecretText<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretText(…)")
    }
}

impl<const MAX: usize> Serialize for SecretText<MAX> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_shown_in_the_answer_only() {
        let secret = SecretText::<128>::new("canary").unwrap();
        assert!(!format!("{secret:?}").contains("canary"));
        assert_eq!(serde_json::to_string(&secret).unwrap(), "\"canary\"");
        assert!(SecretText::<2>::new("canary").is_err());
    }
}
