//! The body signature of a usage push: the headers `signature`, `ts` and `nonce`.
//!
//! "Pushing usage data (new)", `zh-cn_topic_0070649410` (2025-11-13), `topic_0070649117` (2025-11-18): the seller signs with the
//! access key that is bound to the basic interfaces. The pages say that the body is "naturally sorted" and no more; a body whose
//! members are in ascending order, signed as it travels, is that in every reading.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::Mac as _;
use subtle::ConstantTimeEq as _;

use crate::AccessKey;

/// The header with the signature.
pub const SIGNATURE: &str = "signature";
/// The header with the time: Unix milliseconds.
pub const TS: &str = "ts";
/// The header with the random text, of at most 64 characters.
pub const NONCE: &str = "nonce";

/// The value of the header `signature`: base64 of the HMAC-SHA256 of `ts={ts}&nonce={nonce}&body={body}`.
///
/// The bytes that are signed are those that have to be sent.
///
/// ```
/// use marketplace_core::{AccessKey, signature::usage_push};
///
/// let key = AccessKey::new("example-key")?;
/// let signature = usage_push::sign(&key, "1709690865879", "6c63c221-1f6b-4141-8ff4-22f5dfe82b65", br#"{"usage_records":[]}"#);
/// assert_eq!(signature.len(), 44);
/// # Ok::<(), marketplace_core::UnusableKey>(())
/// ```
#[must_use]
pub fn sign(key: &AccessKey, ts: &str, nonce: &str, body: &[u8]) -> String {
    STANDARD.encode(computed(key, ts, nonce, body))
}

/// Did this key sign the push? In constant time, whatever was provided.
#[must_use]
pub fn verify(key: &AccessKey, ts: &str, nonce: &str, body: &[u8], signature: &str) -> bool {
    let computed = computed(key, ts, nonce, body);
    match STANDARD.decode(signature) {
        Ok(provided) => computed.as_slice().ct_eq(&provided).into(),
        Err(_) => false,
    }
}

fn computed(key: &AccessKey, ts: &str, nonce: &str, body: &[u8]) -> [u8; 32] {
    let mac = key.mac().chain_update("ts=").chain_update(ts).chain_update("&nonce=").chain_update(nonce);
    mac.chain_update("&body=").chain_update(body).finalize().into_bytes().into()
}
