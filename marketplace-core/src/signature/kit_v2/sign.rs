//! Signing, as KooGallery does it: for tests, rehearsals and tools.

use hmac::Mac as _;

use super::incoming::begun;
use crate::AccessKey;

/// The value of the header `x-sign`, in lower case, for these values of `x-nonce` and `x-timestamp` and this body, whose
/// members stay as they are.
///
/// ```
/// use marketplace_core::{AccessKey, signature::kit_v2};
///
/// let key = AccessKey::new("test-access-key-0123456789abcdef")?;
/// let body = br#"{"clientId":"c1","flag":1,"instanceId":"i1","testFlag":1}"#;
/// assert_eq!(
///     kit_v2::sign(&key, "RLLUammMSInlrNWb", "1680508066618", body),
///     "72c6211b81e60df0134864481a36c30f07661b9822bebaac55633c9f7201a58e",
/// );
/// # Ok::<(), marketplace_core::UnusableKey>(())
/// ```
#[must_use]
pub fn sign(key: &AccessKey, nonce: &str, timestamp: &str, body: &[u8]) -> String {
    let mac = begun(key, &[nonce, timestamp].concat()).chain_update(body);
    const_hex::encode(mac.finalize().into_bytes())
}
