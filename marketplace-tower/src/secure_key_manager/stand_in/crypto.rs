//! What the keys of the stand-in do.

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::rand::SystemRandom;
use ring::signature::{
    KeyPair as _, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RSA_PSS_2048_8192_SHA256, RSA_PSS_SHA256,
    RsaEncoding, RsaKeyPair, RsaParameters, UnparsedPublicKey,
};

use super::super::asymmetric::SignatureAlgorithm;

/// Test keys that everybody knows. A key begins with one of them, and goes to the next with each rotation.
const RSA: [&[u8]; 3] =
    [include_bytes!("rsa-0.der"), include_bytes!("rsa-1.der"), include_bytes!("rsa-2.der")];

/// The frame of a SubjectPublicKeyInfo around a 2048-bit RSA key with a usual exponent.
const SPKI: &[u8] = &[
    0x30, 0x82, 0x01, 0x22, 0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01,
    0x05, 0x00, 0x03, 0x82, 0x01, 0x0f, 0x00,
];

pub(super) type SymmetricBytes = [u8; 32];

/// Random bytes.
pub(super) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    // Without randomness there is no TLS either, so nobody gets here.
    let filled = getrandom::fill(&mut bytes);
    debug_assert!(filled.is_ok());
    bytes
}

/// Random digits, as ids are written.
pub(super) fn random_id() -> String {
    random::<16>().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Nonce, ciphertext, tag.
pub(super) fn seal(key: &SymmetricBytes, plaintext: &[u8]) -> Option<Vec<u8>> {
    let nonce: [u8; NONCE_LEN] = random();
    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).ok()?);
    let mut sealed = plaintext.to_vec();
    key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::empty(), &mut sealed).ok()?;
    Some([&nonce[..], &sealed].concat())
}

pub(super) fn open(key: &SymmetricBytes, sealed: &[u8]) -> Option<Vec<u8>> {
    let (nonce, sealed) = sealed.split_first_chunk()?;
    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).ok()?);
    let mut opened = sealed.to_vec();
    let length =
        key.open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::empty(), &mut opened).ok()?.len();
    opened.truncate(length);
    Some(opened)
}

/// PKCS#8.
pub(super) fn private_key(which: usize) -> &'static [u8] {
    RSA.get(which % RSA.len()).copied().unwrap_or_default()
}

/// A SubjectPublicKeyInfo.
pub(super) fn public_key(which: usize) -> Option<Vec<u8>> {
    let pair = RsaKeyPair::from_pkcs8(private_key(which)).ok()?;
    Some([SPKI, pair.public_key().as_ref()].concat())
}

pub(super) fn sign(which: usize, message: &[u8], algorithm: SignatureAlgorithm) -> Option<Vec<u8>> {
    let pair = RsaKeyPair::from_pkcs8(private_key(which)).ok()?;
    let padding: &dyn RsaEncoding = match algorithm {
        SignatureAlgorithm::Pss => &RSA_PSS_SHA256,
        SignatureAlgorithm::Pkcs1V15 => &RSA_PKCS1_SHA256,
    };
    let mut signature = vec![0; pair.public().modulus_len()];
    pair.sign(padding, &SystemRandom::new(), message, &mut signature).ok()?;
    Some(signature)
}

pub(super) fn verify(which: usize, message: &[u8], signature: &[u8], algorithm: SignatureAlgorithm) -> bool {
    let Ok(pair) = RsaKeyPair::from_pkcs8(private_key(which)) else { return false };
    let parameters: &'static RsaParameters = match algorithm {
        SignatureAlgorithm::Pss => &RSA_PSS_2048_8192_SHA256,
        SignatureAlgorithm::Pkcs1V15 => &RSA_PKCS1_2048_8192_SHA256,
    };
    UnparsedPublicKey::new(parameters, pair.public_key()).verify(message, signature).is_ok()
}
