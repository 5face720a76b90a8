//! Which AES the product uses.

/// The size of the AES key, chosen for each product when it is released (敏感信息加密算法, the algorithm that encrypts
/// sensitive information).
///
/// It decides what the seller's answers are sealed with. What KooGallery sends is opened with either size: its calls
/// have been seen to use 256 bits for a product whose own answers said 128.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum KeySize {
    /// `AES256_CBC_PKCS5Padding`, the console's default.
    #[default]
    Aes256,
    /// `AES128_CBC_PKCS5Padding`.
    Aes128,
}

impl KeySize {
    /// The value of `encryptType` on the wire: `1` for 256 bits, `2` for 128.
    #[must_use]
    pub fn encrypt_type(self) -> &'static str {
        match self {
            Self::Aes256 => "1",
            Self::Aes128 => "2",
        }
    }

    /// The other size.
    pub(super) fn other(self) -> Self {
        match self {
            Self::Aes256 => Self::Aes128,
            Self::Aes128 => Self::Aes256,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speaks_the_wire() {
        assert_eq!(KeySize::default().encrypt_type(), "1");
        assert_eq!(KeySize::Aes128.encrypt_type(), "2");
        assert_eq!(KeySize::Aes128.other().other(), KeySize::Aes128);
    }
}
