//! Confidential data: texts that the Secure Key Manager keeps.

use serde::{Deserialize, Serialize};

use super::client::{Call, Client, at_most};
use super::error::SkmError;
use super::id::KeyId;
use super::secret::{Exposed, SecretValue};
use super::timestamp::Timestamp;
use super::version::ApiVersion;
use crate::http_client::HttpService;

/// The longest secret, in bytes: 32 KB.
pub(super) const LONGEST_SECRET: usize = 32 * 1024;

/// What is known about a secret after it was replaced.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ReplacedSecret {
    /// The key that holds it.
    pub key_id: KeyId,
    /// The name of the key.
    #[serde(default)]
    pub name: Option<String>,
    /// Its description.
    #[serde(default)]
    pub description: Option<String>,
    /// Who made it.
    #[serde(default)]
    pub creation_user: Option<String>,
    /// When it was made.
    #[serde(default)]
    pub creation_datetime: Option<Timestamp>,
    /// Who replaced it.
    #[serde(default)]
    pub last_change_user: Option<String>,
    /// When it was replaced.
    #[serde(default)]
    pub last_change_datetime: Option<Timestamp>,
}

impl<S: HttpService> Client<S> {
    /// Reads confidential data.
    ///
    /// # Errors
    ///
    /// [`SkmError`], for example [`SkmError::InvalidKeyId`] for an unknown key and one that is going to be deleted.
    pub async fn secret(&self, key: &KeyId) -> Result<SecretValue, SkmError> {
        /// Read under one name, written under another.
        #[derive(Deserialize)]
        struct Read {
            secret: SecretValue,
        }
        let read: Read = self.call(Call::get("secret", format!("/secrets/{key}"))).await?;
        Ok(read.secret)
    }

    /// Replaces confidential data. At most 32 KB of UTF-8; needs version 1.2.
    ///
    /// The Secure Key Manager repeats the value in its answer; it is read and wiped.
    ///
    /// # Errors
    ///
    /// [`SkmError::TooLong`] before anything is sent; else [`SkmError`].
    pub async fn replace_secret(&self, key: &KeyId, value: &SecretValue) -> Result<ReplacedSecret, SkmError> {
        #[derive(Serialize)]
        struct Write<'a> {
            #[serde(rename = "secretValue")]
            secret_value: Exposed<'a>,
        }
        self.needs(ApiVersion::V1_2, "replace_secret")?;
        at_most("secret", value.len(), LONGEST_SECRET)?;
        let call = Call::put("replace_secret", format!("/secrets/{key}"));
        self.call(call.with(&Write { secret_value: Exposed(value) })).await
    }
}
