//! Signing, as KooGallery does it: for tests, rehearsals and tools.

use hmac::Mac as _;

use super::incoming::signature;
use crate::AccessKey;

/// The query of a signed request, `signature=…&timestamp=…&nonce=…`, as KooGallery would send it.
///
/// `timestamp` and `nonce` are signed and written as they are.
///
/// ```
/// use marketplace_core::{AccessKey, signature::v2};
///
/// let key = AccessKey::new("test-access-key-0123456789abcdef")?;
/// let body = br#"{"activity":"queryInstance","instanceId":"10e758d0-31ad-4c4b-8f1b-81d03469a10e","testFlag":"1"}"#;
/// assert_eq!(
///     v2::sign(&key, "RLLUammMSInlrNWb", "1680508066618", body),
///     "signature=3CE5D419D41D12E52E71B164352F3B9CB7373C965421088C337D6463940F01A6\
///      &timestamp=1680508066618&nonce=RLLUammMSInlrNWb",
/// );
/// # Ok::<(), marketplace_core::UnusableKey>(())
/// ```
#[must_use]
pub fn sign(key: &AccessKey, nonce: &str, timestamp: &str, body: &[u8]) -> String {
    let signature = signature(key, [nonce, timestamp].concat().as_bytes(), key.mac().chain_update(body));
    format!("signature={}&timestamp={timestamp}&nonce={nonce}", const_hex::encode_upper(signature))
}
