//! `clientSecret`, which is encrypted for the seller.

use std::fmt;

use serde::de::Deserializer;

use crate::Text;
use crate::call::{Decoder, RequestField, Source};

/// An OAuth client secret, encrypted with the seller's public key: the base64 of one RSA block, padding OAEP, a key of at
/// least 3072 bits (`zh-cn_topic_0070649434`).
///
/// The vendor gives no length. A key of 3072 bits makes 512 letters, one of 4096 bits 684; 2048 UTF-16 units are read, enough
/// for 12288 bits.
#[derive(Debug)]
pub struct SealedClientSecret;

type Letters = Text<2048>;

impl RequestField for SealedClientSecret {
    type Stored = <Letters as RequestField>::Stored;
    type View<'a> = ClientSecretView<'a>;

    fn decode<'de, D: Deserializer<'de>>(
        deserializer: D,
        decoder: &mut Decoder<'de>,
    ) -> Result<Self::Stored, D::Error> {
        Letters::decode(deserializer, decoder)
    }

    fn decode_optional<'de, D: Deserializer<'de>>(
        deserializer: D,
        decoder: &mut Decoder<'de>,
    ) -> Result<Option<Self::Stored>, D::Error> {
        Letters::decode_optional(deserializer, decoder)
    }

    fn view<'a>(stored: &'a Self::Stored, source: &'a Source) -> ClientSecretView<'a> {
        ClientSecretView { sealed: Letters::view(stored, source) }
    }
}

/// An OAuth client secret as it was sent. `Debug` shows nothing of it.
#[derive(Clone, Copy)]
pub struct ClientSecretView<'a> {
    sealed: &'a str,
}

impl<'a> ClientSecretView<'a> {
    /// The encrypted secret: base64.
    #[must_use]
    pub fn as_sent(self) -> &'a str {
        self.sealed
    }

    /// Opens it with the seller's private key.
    ///
    /// The call has to be verified, for the reason that [`SealedField`](crate::call::SealedField) gives.
    ///
    /// # Errors
    ///
    /// [`CannotOpen`](crate::seal::CannotOpen), whatever is wrong.
    #[cfg(feature = "kit")]
    #[cfg_attr(docsrs, doc(cfg(feature = "kit")))]
    pub fn open(
        self,
        key: &crate::seal::ClientSecretKey,
        _: &crate::Verified,
    ) -> Result<crate::seal::Opened, crate::seal::CannotOpen> {
        key.open(self.sealed)
    }
}

impl fmt::Debug for ClientSecretView<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientSecretView(…)")
    }
}
