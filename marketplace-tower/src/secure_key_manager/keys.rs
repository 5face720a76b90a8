//! Making keys, and deleting them.

use std::fmt;

use http::Method;
use serde::{Deserialize, Serialize};

use super::client::{Call, Client, at_most};
use super::confidential::LONGEST_SECRET;
use super::error::SkmError;
use super::id::KeyId;
use super::secret::{Exposed, SecretValue};
use super::timestamp::Timestamp;
use super::version::ApiVersion;
use crate::http_client::HttpService;

/// Where a key is made, and what it is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewKey<'a> {
    /// The name of the key store, not its number.
    pub key_store: &'a str,
    /// What the key is called in the console.
    pub name: &'a str,
    /// What it is for.
    pub description: &'a str,
}

/// How often a key is rotated by the Secure Key Manager.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct RotationPeriod(u32);

impl RotationPeriod {
    /// Never by itself.
    pub const OFF: Self = Self(0);

    /// Every so many days, at least 30.
    ///
    /// # Errors
    ///
    /// [`RotationTooShort`] for less.
    pub const fn days(days: u32) -> Result<Self, RotationTooShort> {
        if days >= 30 { Ok(Self(days)) } else { Err(RotationTooShort) }
    }
}

/// A key is rotated every 30 days at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a key is rotated every 30 days at most; `RotationPeriod::OFF` switches it off")]
pub struct RotationTooShort;

/// A key that was made.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CreatedKey {
    /// Its id.
    pub key_id: KeyId,
    /// `ACTIVE`
    #[serde(default)]
    pub key_status: Option<String>,
}

/// A key that is going to be deleted, or is deleted.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct KeyDeletion {
    /// Its id.
    pub key_id: KeyId,
    /// When: 7 days ahead, or now.
    // Here it is written in another way than in the inventory.
    #[serde(default, rename = "deletionDateTime", alias = "deletionDatetime")]
    pub deletion: Option<Timestamp>,
}

/// What the paths of the three kinds are called.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Symmetric,
    Asymmetric,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Symmetric => "symmetric-keys",
            Self::Asymmetric => "asymmetric-keys",
        })
    }
}

/// All of these need version 1.2. There is no call for rotating a key now, for taking a deletion back, or for changing a
/// rotation period: the console does that. What a key store in approval mode answers is not documented.
impl<S: HttpService> Client<S> {
    /// Makes a key that holds confidential data, at most 32 KB of UTF-8.
    ///
    /// # Errors
    ///
    /// [`SkmError::TooLong`] and [`SkmError::NotInVersion`] before anything is sent; else [`SkmError`].
    pub async fn create_secret(&self, key: NewKey<'_>, value: &SecretValue) -> Result<CreatedKey, SkmError> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Ask<'a> {
            key_store_name: &'a str,
            name: &'a str,
            description: &'a str,
            secret_value: Exposed<'a>,
        }
        self.needs(ApiVersion::V1_2, "create_secret")?;
        at_most("secret", value.len(), LONGEST_SECRET)?;
        let NewKey { key_store: key_store_name, name, description } = key;
        let ask = Ask { key_store_name, name, description, secret_value: Exposed(value) };
        self.call(Call::post("create_secret", "/keys/secrets/create").with(&ask)).await
    }

    /// Makes a symmetric key.
    ///
    /// # Errors
    ///
    /// [`SkmError::NotInVersion`] before anything is sent; else [`SkmError`].
    pub async fn create_symmetric_key(
        &self,
        key: NewKey<'_>,
        rotation: RotationPeriod,
    ) -> Result<CreatedKey, SkmError> {
        self.create("create_symmetric_key", Kind::Symmetric, key, rotation).await
    }

    /// Makes an asymmetric key.
    ///
    /// # Errors
    ///
    /// [`SkmError::NotInVersion`] before anything is sent; else [`SkmError`].
    pub async fn create_asymmetric_key(
        &self,
        key: NewKey<'_>,
        rotation: RotationPeriod,
    ) -> Result<CreatedKey, SkmError> {
        self.create("create_asymmetric_key", Kind::Asymmetric, key, rotation).await
    }

    async fn create(
        &self,
        operation: &'static str,
        kind: Kind,
        key: NewKey<'_>,
        rotation: RotationPeriod,
    ) -> Result<CreatedKey, SkmError> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Ask<'a> {
            key_store_name: &'a str,
            name: &'a str,
            description: &'a str,
            auto_rotation_period: RotationPeriod,
        }
        self.needs(ApiVersion::V1_2, operation)?;
        let NewKey { key_store: key_store_name, name, description } = key;
        let ask = Ask { key_store_name, name, description, auto_rotation_period: rotation };
        self.call(Call::post(operation, format!("/keys/{kind}/create")).with(&ask)).await
    }

    /// Has a key deleted in 7 days. It cannot be used from now on; the console can take the deletion back until then.
    ///
    /// # Errors
    ///
    /// [`SkmError::NotInVersion`] before anything is sent; else [`SkmError`].
    pub async fn schedule_key_deletion(&self, key: &KeyId) -> Result<KeyDeletion, SkmError> {
        let operation = "schedule_key_deletion";
        self.needs(ApiVersion::V1_2, operation)?;
        self.call(Call::put(operation, format!("/keys/{key}/delete"))).await
    }

    /// Deletes a key at once and for ever, if its deletion is [scheduled](Self::schedule_key_deletion). What it encrypted
    /// cannot be decrypted any more.
    ///
    /// # Errors
    ///
    /// [`SkmError::NotInVersion`] before anything is sent; else [`SkmError`].
    pub async fn delete_key_now(&self, key: &KeyId) -> Result<KeyDeletion, SkmError> {
        let operation = "delete_key_now";
        self.needs(ApiVersion::V1_2, operation)?;
        self.call(Call::new(operation, Method::DELETE, format!("/keys/{key}"))).await
    }
}
