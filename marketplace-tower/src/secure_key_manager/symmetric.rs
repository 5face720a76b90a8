//! Symmetric keys: AES-256, ARIA-256 in the regions of the public sector.

use serde::{Deserialize, Serialize};

use super::client::{Call, Client, at_most};
use super::error::SkmError;
use super::id::{KeyId, KeyVersion};
use super::secret::{Exposed, SecretBytes, SecretValue};
use super::version::ApiVersion;
use crate::http_client::HttpService;

/// The longest text to encrypt, in bytes: 32 KB.
const LONGEST_TEXT: usize = 32 * 1024;
/// A local key, and a symmetric key.
const KEY_BYTES: usize = 32;

/// What [`Client::encrypt`] made.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Encrypted {
    /// As it is given to [`Client::decrypt`].
    pub ciphertext: String,
    /// The version of the key that encrypted it. Keep it with the ciphertext: decrypting takes no version, and the vendor's
    /// pages disagree on whether a rotated key decrypts what an older version encrypted.
    pub key_version: KeyVersion,
}

/// What [`Client::decrypt`] made.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Decrypted {
    /// The text.
    pub plaintext: SecretValue,
    /// The version of the key that decrypted it.
    pub key_version: KeyVersion,
}

/// A key to encrypt with on this machine, and the same sealed by a key that never leaves the Secure Key Manager.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct LocalKey {
    /// 32 bytes. Use them and drop them.
    pub plaintext: SecretBytes,
    /// To be stored with what the key encrypts, and given to [`Client::open_local_key`]. Base64.
    pub ciphertext: String,
    /// The version of the key that sealed it.
    pub key_version: KeyVersion,
}

/// A symmetric key itself.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SymmetricKey {
    /// 32 bytes.
    pub bytes: SecretBytes,
    /// Its version. Version 1.0 of the API does not say it.
    pub key_version: Option<KeyVersion>,
}

impl<S: HttpService> Client<S> {
    /// Encrypts a text of at most 32 KB of UTF-8.
    ///
    /// # Errors
    ///
    /// [`SkmError::TooLong`] before anything is sent; else [`SkmError`].
    pub async fn encrypt(&self, key: &KeyId, plaintext: &SecretValue) -> Result<Encrypted, SkmError> {
        #[derive(Serialize)]
        struct Ask<'a> {
            plaintext: Exposed<'a>,
        }
        at_most("text to encrypt", plaintext.len(), LONGEST_TEXT)?;
        let call = Call::post("encrypt", format!("/symmetric-keys/{key}/encrypt"));
        self.call(call.with(&Ask { plaintext: Exposed(plaintext) })).await
    }

    /// Decrypts what [`encrypt`](Self::encrypt) made.
    ///
    /// # Errors
    ///
    /// [`SkmError`]: for example [`SkmError::InvalidUserData`] if it is not a ciphertext of this key, and
    /// [`SkmError::InvalidKeyVersion`] if the version that encrypted it is gone.
    pub async fn decrypt(&self, key: &KeyId, ciphertext: &str) -> Result<Decrypted, SkmError> {
        #[derive(Serialize)]
        struct Ask<'a> {
            ciphertext: &'a str,
        }
        let call = Call::post("decrypt", format!("/symmetric-keys/{key}/decrypt"));
        self.call(call.with(&Ask { ciphertext })).await
    }

    /// Makes a key to encrypt with on this machine: for more than 32 KB, and for not asking on every request.
    ///
    /// # Errors
    ///
    /// [`SkmError`]
    pub async fn create_local_key(&self, key: &KeyId) -> Result<LocalKey, SkmError> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Created {
            local_key_plaintext: SecretValue,
            local_key_ciphertext: String,
            key_version: KeyVersion,
        }
        let operation = "create_local_key";
        let call = Call::post(operation, format!("/symmetric-keys/{key}/create-local-key"));
        let created: Created = self.call(call).await?;
        Ok(LocalKey {
            plaintext: key_of(created.local_key_plaintext.decoded(), operation)?,
            ciphertext: created.local_key_ciphertext,
            key_version: created.key_version,
        })
    }

    /// Opens the ciphertext of a [`LocalKey`]. It is decrypted as any other; that the text is then Base64 of the key follows
    /// from how the key was given out, and is not documented.
    ///
    /// # Errors
    ///
    /// As [`decrypt`](Self::decrypt); [`SkmError::UnexpectedBody`] if what was decrypted is no such key.
    pub async fn open_local_key(&self, key: &KeyId, ciphertext: &str) -> Result<SecretBytes, SkmError> {
        let decrypted = self.decrypt(key, ciphertext).await?;
        key_of(decrypted.plaintext.decoded(), "open_local_key")
    }

    /// Reads a symmetric key itself, or one version of it. With credentials of version 1.0, asking for a version uses version
    /// 1.1 of the API, which exists for that.
    ///
    /// # Errors
    ///
    /// [`SkmError`], for example [`SkmError::InvalidKeyVersion`].
    pub async fn symmetric_key(
        &self,
        key: &KeyId,
        version: Option<KeyVersion>,
    ) -> Result<SymmetricKey, SkmError> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Read {
            symmetric_key: SecretValue,
            #[serde(default)]
            key_version: Option<KeyVersion>,
        }
        let operation = "symmetric_key";
        let path = format!("/symmetric-keys/{key}/symmetric-key");
        let call = match version {
            None => Call::get(operation, path),
            Some(version) => {
                let call = Call::get(operation, format!("{path}?keyVersion={version}"));
                if self.version() == ApiVersion::V1_0 { call.in_version(ApiVersion::V1_1) } else { call }
            }
        };
        let read: Read = self.call(call).await?;
        let bytes = key_of(read.symmetric_key.listed(), operation)?;
        Ok(SymmetricKey { bytes, key_version: read.key_version })
    }
}

fn key_of(bytes: Option<SecretBytes>, operation: &'static str) -> Result<SecretBytes, SkmError> {
    bytes.filter(|bytes| bytes.len() == KEY_BYTES).ok_or(SkmError::UnexpectedBody { operation })
}
