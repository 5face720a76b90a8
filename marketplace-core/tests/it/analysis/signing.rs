//! The hashes, from their crates.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;
use sha2::{Digest as _, Sha256};

pub(crate) fn hmac(key: impl AsRef<[u8]>, text: impl AsRef<[u8]>) -> Vec<u8> {
    let mac = Hmac::<Sha256>::new_from_slice(key.as_ref()).unwrap();
    mac.chain_update(text).finalize().into_bytes().to_vec()
}

pub(crate) fn hmac_sha1(key: impl AsRef<[u8]>, text: impl AsRef<[u8]>) -> Vec<u8> {
    let mac = Hmac::<Sha1>::new_from_slice(key.as_ref()).unwrap();
    mac.chain_update(text).finalize().into_bytes().to_vec()
}

pub(crate) fn sha256(text: impl AsRef<[u8]>) -> Vec<u8> {
    Sha256::digest(text).to_vec()
}

pub(crate) fn sha1(text: impl AsRef<[u8]>) -> Vec<u8> {
    Sha1::digest(text).to_vec()
}

pub(crate) fn hex(bytes: impl AsRef<[u8]>) -> String {
    const_hex::encode(bytes)
}

pub(crate) fn base64(bytes: impl AsRef<[u8]>) -> String {
    STANDARD.encode(bytes)
}

/// `name=value&…`, in the order given.
pub(crate) fn joined(pairs: &[(&str, &str)]) -> String {
    pairs.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}

/// Every byte but letters and digits percent-encoded.
pub(crate) fn encoded(text: &str) -> String {
    let encode = |byte: u8| {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            char::from(byte).to_string()
        } else {
            format!("%{byte:02X}")
        }
    };
    text.bytes().map(encode).collect()
}
