//! The ciphers of one access key.

use std::fmt;

use aes::cipher::KeyInit as _;
use aes::{Aes128, Aes256};
use zeroize::Zeroizing;

use super::java_prng::first_32_bytes;
use super::{CannotOpen, Iv, KeySize, aes_cbc};

/// Both AES ciphers of an access key, prepared once.
///
/// `Debug` shows nothing, and the memory is wiped on drop.
pub(crate) struct SealKeys {
    aes256: Aes256,
    aes128: Aes128,
}

impl SealKeys {
    pub(crate) fn derive(access_key: &[u8]) -> Self {
        let key = first_32_bytes(access_key);
        let mut half = Zeroizing::new([0; 16]);
        for (to, from) in half.iter_mut().zip(key.iter()) {
            *to = *from;
        }
        Self { aes256: Aes256::new((&*key).into()), aes128: Aes128::new((&*half).into()) }
    }

    pub(super) fn encrypt(&self, size: KeySize, iv: &Iv, plain: &[u8]) -> Vec<u8> {
        match size {
            KeySize::Aes256 => aes_cbc::encrypt(&self.aes256, iv.as_bytes(), plain),
            KeySize::Aes128 => aes_cbc::encrypt(&self.aes128, iv.as_bytes(), plain),
        }
    }

    pub(super) fn decrypt(
        &self,
        size: KeySize,
        iv: &[u8; 16],
        ciphertext: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, CannotOpen> {
        match size {
            KeySize::Aes256 => aes_cbc::decrypt(&self.aes256, iv, ciphertext),
            KeySize::Aes128 => aes_cbc::decrypt(&self.aes128, iv, ciphertext),
        }
    }
}

impl fmt::Debug for SealKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealKeys(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wiped_on_drop<T: zeroize::ZeroizeOnDrop>(_: &T) {}

    #[test]
    fn shows_nothing_and_is_wiped() {
        let keys = SealKeys::derive(b"canary");
        assert_eq!(format!("{keys:?} {keys:#?}"), "SealKeys(…) SealKeys(…)");
        wiped_on_drop(&keys.aes256);
        wiped_on_drop(&keys.aes128);
    }
}
