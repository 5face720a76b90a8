//! Keys in a Secure Key Manager.

use std::fmt;
use std::sync::Arc;

use marketplace_core::KeyRing;

use super::{KeyProvider, KeyProviderError};
use crate::StoreFuture;
use crate::secure_key_manager::{Client, HttpService, KeyId, SecretValue, SkmError, Transport};

/// Access keys that are kept in NHN Cloud's Secure Key Manager: as confidential data, or sealed with a symmetric key.
///
/// They are one key, or a document of several; see [`KeyRing::from_document`]. They are fetched when the process starts, and as
/// often as [`KeyRefresh`](super::KeyRefresh) says, never for a request. To change them, write the new document with
/// [`Client::replace_secret`], or in the console.
pub struct SecureKeyManagerKeys<S = Transport> {
    client: Client<S>,
    kept: Kept,
}

enum Kept {
    Secret(KeyId),
    Sealed { key: KeyId, ciphertext: Arc<str> },
}

impl<S: HttpService> SecureKeyManagerKeys<S> {
    /// They are this secret (confidential data, up to 32 KB).
    #[must_use]
    pub fn secret(client: Client<S>, key: KeyId) -> Self {
        Self { client, kept: Kept::Secret(key) }
    }

    /// They were encrypted with this symmetric key by [`Client::encrypt`], and the ciphertext is kept elsewhere: in a file
    /// that may be read, or in the source.
    #[must_use]
    pub fn sealed(client: Client<S>, key: KeyId, ciphertext: impl Into<Arc<str>>) -> Self {
        Self { client, kept: Kept::Sealed { key, ciphertext: ciphertext.into() } }
    }

    async fn fetch(&self) -> Result<(SecretValue, &KeyId), SkmError> {
        match &self.kept {
            Kept::Secret(key) => Ok((self.client.secret(key).await?, key)),
            Kept::Sealed { key, ciphertext } => {
                Ok((self.client.decrypt(key, ciphertext).await?.plaintext, key))
            }
        }
    }
}

impl<S> KeyProvider for SecureKeyManagerKeys<S>
where
    S: HttpService + Send + Sync + 'static,
{
    fn load(&self) -> StoreFuture<'_, Result<KeyRing, KeyProviderError>> {
        StoreFuture::boxed(async {
            let (document, key) = self.fetch().await.map_err(KeyProviderError::provider)?;
            KeyRing::from_document(document.expose()).map_err(|source| KeyProviderError::Unusable {
                place: format!("key {key} of the Secure Key Manager").into(),
                source,
            })
        })
    }
}

impl<S> fmt::Debug for SecureKeyManagerKeys<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (how, key) = match &self.kept {
            Kept::Secret(key) => ("secret", key),
            Kept::Sealed { key, .. } => ("sealed", key),
        };
        f.debug_struct("SecureKeyManagerKeys").field("client", &self.client).field(how, key).finish()
    }
}
