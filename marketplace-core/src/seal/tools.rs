//! Sealing and opening at a desk, without a call.

use super::{CannotOpen, Iv, KeySize, Opened, SealError, Sealed, Shape, open, seal};
use crate::AccessKey;

/// Seals a text under a given vector: for tools, rehearsals and tests.
///
/// A seller's answers are sealed by the library, which chooses the vectors. No two texts may have the same one.
///
/// # Errors
///
/// [`SealError`] if the sealed text is longer than `MAX`.
///
/// ```
/// use marketplace_core::AccessKey;
/// use marketplace_core::seal::{Iv, KeySize, Sealed, open_unverified_for_tools, seal_with_iv};
///
/// let key = AccessKey::new("11111111-2222-3333-4444-555555555555")?;
/// let iv = Iv::new("AbCdEfGh12345678").expect("16 letters and digits");
/// let sealed: Sealed<128> = seal_with_iv(&key, KeySize::Aes128, iv, "admin")?;
/// assert!(sealed.as_str().starts_with("AbCdEfGh12345678"));
///
/// let opened = open_unverified_for_tools(&key, KeySize::Aes128, sealed.as_str())?;
/// assert_eq!(opened.as_str(), "admin");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn seal_with_iv<const MAX: usize>(
    key: &AccessKey,
    size: KeySize,
    iv: Iv,
    plain: &str,
) -> Result<Sealed<MAX>, SealError> {
    seal(key.seal_keys(), size, iv, plain)
}

/// Opens a text that did not come with a verified call: for a tool on the desk of whoever holds the key.
///
/// **Never behind a network.** Whoever can have texts of his own opened, and sees or measures what becomes of them, reads
/// every text that was ever sealed under this key, without the key. In a server, a text is opened from the
/// [`Verified`](crate::Verified) call that it came with.
///
/// Both key sizes are tried; of two that look right, `size` counts. A text with control characters does not look right.
///
/// # Errors
///
/// [`CannotOpen`], whatever is wrong.
pub fn open_unverified_for_tools(key: &AccessKey, size: KeySize, sealed: &str) -> Result<Opened, CannotOpen> {
    open(key.seal_keys(), size, sealed, Shape::Text)
}
