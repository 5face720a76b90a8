//! Asymmetric keys: RSA-2048.

mod standard;

use serde::{Deserialize, Serialize};

use super::client::{Call, Client, at_most};
use super::error::SkmError;
use super::id::{KeyId, KeyVersion};
use super::secret::{Exposed, SecretBytes, SecretValue};
use crate::http_client::HttpService;

pub use self::standard::{SignatureAlgorithm, StandardSignature};

/// The longest text to sign in the vendor's own form, in bytes: what a 2048-bit key takes of a text that is not hashed.
const LONGEST_TEXT: usize = 245;

/// A signature in the vendor's own form, for [`Client::verify`].
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Signature {
    /// As it is given to [`Client::verify`].
    pub signature: String,
    /// The version of the key that signed.
    pub key_version: KeyVersion,
}

/// What a verification found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[must_use = "a signature that does not match is no error"]
#[non_exhaustive]
pub struct Verification {
    /// Is it the signature of this text? A signature that cannot be read is an error instead.
    #[serde(rename = "result")]
    pub matches: bool,
    /// The version of the key that verified.
    pub key_version: KeyVersion,
}

/// A private key.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct PrivateKey {
    /// DER, PKCS#8 in every sample.
    pub der: SecretBytes,
    /// Its version.
    pub key_version: Option<KeyVersion>,
}

/// A public key.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PublicKey {
    /// DER, a SubjectPublicKeyInfo in every sample.
    pub der: Vec<u8>,
    /// Its version.
    pub key_version: Option<KeyVersion>,
}

impl<S: HttpService> Client<S> {
    /// Signs a text of at most 245 bytes of UTF-8, in a form that only [`verify`](Self::verify) is known to read. For longer
    /// ones, and to verify elsewhere, use [`sign_standard`](Self::sign_standard).
    ///
    /// # Errors
    ///
    /// [`SkmError::TooLong`] before anything is sent; else [`SkmError`].
    pub async fn sign(&self, key: &KeyId, plaintext: &SecretValue) -> Result<Signature, SkmError> {
        #[derive(Serialize)]
        struct Ask<'a> {
            plaintext: Exposed<'a>,
        }
        at_most("text to sign", plaintext.len(), LONGEST_TEXT)?;
        let call = Call::post("sign", format!("/asymmetric-keys/{key}/sign"));
        self.call(call.with(&Ask { plaintext: Exposed(plaintext) })).await
    }

    /// Verifies what [`sign`](Self::sign) made.
    ///
    /// # Errors
    ///
    /// [`SkmError::TooLong`] before anything is sent; [`SkmError::InvalidUserData`] if the signature cannot be read; else
    /// [`SkmError`]. One that does not match is no error: look at [`Verification::matches`].
    pub async fn verify(
        &self,
        key: &KeyId,
        plaintext: &SecretValue,
        signature: &str,
    ) -> Result<Verification, SkmError> {
        #[derive(Serialize)]
        struct Ask<'a> {
            plaintext: Exposed<'a>,
            signature: &'a str,
        }
        at_most("text to verify", plaintext.len(), LONGEST_TEXT)?;
        let call = Call::post("verify", format!("/asymmetric-keys/{key}/verify"));
        self.call(call.with(&Ask { plaintext: Exposed(plaintext), signature })).await
    }

    /// Reads the private key, of the newest version unless one is given.
    ///
    /// # Errors
    ///
    /// [`SkmError`], for example [`SkmError::InvalidKeyVersion`].
    pub async fn private_key(
        &self,
        key: &KeyId,
        version: Option<KeyVersion>,
    ) -> Result<PrivateKey, SkmError> {
        let (der, key_version) = self.half("private_key", key, "privateKey", version).await?;
        Ok(PrivateKey { der, key_version })
    }

    /// Reads the public key, of the newest version unless one is given. Every client that has the credentials may, whatever
    /// the key store checks.
    ///
    /// # Errors
    ///
    /// [`SkmError`], for example [`SkmError::InvalidKeyVersion`].
    pub async fn public_key(&self, key: &KeyId, version: Option<KeyVersion>) -> Result<PublicKey, SkmError> {
        let (der, key_version) = self.half("public_key", key, "publicKey", version).await?;
        Ok(PublicKey { der: der.expose().to_vec(), key_version })
    }

    async fn half(
        &self,
        operation: &'static str,
        key: &KeyId,
        half: &str,
        version: Option<KeyVersion>,
    ) -> Result<(SecretBytes, Option<KeyVersion>), SkmError> {
        /// The same bytes stand there in Base64 and as a list.
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Read {
            #[serde(default)]
            encoded_key: Option<SecretValue>,
            #[serde(default)]
            key: Option<SecretValue>,
            #[serde(default)]
            key_version: Option<KeyVersion>,
        }
        let query = version.map(|version| format!("?keyVersion={version}")).unwrap_or_default();
        let call = Call::get(operation, format!("/asymmetric-keys/{key}/{half}{query}"));
        let read: Read = self.call(call).await?;
        let from_base64 = read.encoded_key.and_then(|key| key.decoded());
        let der = from_base64.or_else(|| read.key.and_then(|key| key.listed()));
        let der = der.filter(|der| der.len() > 0).ok_or(SkmError::UnexpectedBody { operation })?;
        Ok((der, read.key_version))
    }
}
