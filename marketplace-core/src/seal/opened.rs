//! What was sealed, in clear.

use std::fmt;

use zeroize::Zeroizing;

/// A text that KooGallery sealed: a buyer's mobile phone or e-mail address, or a client secret.
///
/// To be read with [`as_str`](Self::as_str) and in no other way: `Debug` shows nothing, there is no `Display`, no `==`
/// and no serialisation, and its memory is wiped on drop.
#[derive(Clone)]
pub struct Opened(Zeroizing<String>);

impl Opened {
    pub(super) fn new(text: &str) -> Self {
        Self(Zeroizing::new(text.to_owned()))
    }

    /// The plain text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Opened(…)")
    }
}

/// A sealed text cannot be opened. Why is not said, not even to the operator: the difference between a wrong padding
/// and a wrong text is what such a text could be guessed by.
///
/// The usual cause is an access key (or RSA key) other than the one it was sealed with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a sealed text cannot be opened: was it sealed with this key?")]
#[non_exhaustive]
pub struct CannotOpen;
