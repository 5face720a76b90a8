//! The keys of a key store.

use std::fmt;

use serde::Deserialize;

use super::super::client::{Call, Client, within};
use super::super::error::{SkmError, Unit};
use super::super::id::{KeyId, KeyStoreId, KeyVersion};
use super::super::timestamp::Timestamp;
use super::query_text;
use crate::http_client::HttpService;

/// In characters.
const LONGEST_NAME: usize = 100;

/// What a key holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[non_exhaustive]
pub enum KeyKind {
    /// Confidential data.
    #[serde(rename = "SECRET")]
    Secret,
    /// A symmetric key.
    #[serde(rename = "SYMMETRIC_KEY")]
    Symmetric,
    /// An asymmetric key.
    #[serde(rename = "ASYMMETRIC_KEY")]
    Asymmetric,
    /// A kind that the vendor has added since.
    #[serde(other)]
    Unknown,
}

impl KeyKind {
    fn as_str(self) -> Option<&'static str> {
        match self {
            Self::Secret => Some("SECRET"),
            Self::Symmetric => Some("SYMMETRIC_KEY"),
            Self::Asymmetric => Some("ASYMMETRIC_KEY"),
            Self::Unknown => None,
        }
    }
}

/// A key, as the inventory describes it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct KeyDetail {
    /// Its id.
    pub key_id: KeyId,
    /// Its name.
    #[serde(default)]
    pub name: Option<String>,
    /// What it is for.
    #[serde(default)]
    pub description: Option<String>,
    /// What it holds.
    #[serde(default)]
    pub key_type: Option<KeyKind>,
    /// The newest version.
    #[serde(default)]
    pub current_key_value_version: Option<KeyVersion>,
    /// Days between rotations; 0: never by itself.
    #[serde(default)]
    pub auto_rotation_period: Option<u32>,
    /// When it is rotated next.
    #[serde(default)]
    pub next_auto_rotation_date: Option<Timestamp>,
    /// When it was used last.
    #[serde(default)]
    pub last_access_datetime: Option<Timestamp>,
    /// When it is deleted. If there is such a time, it cannot be used any more.
    // Here it is written in another way than in the answers to deletions.
    #[serde(default, rename = "deletionDatetime", alias = "deletionDateTime")]
    pub deletion: Option<Timestamp>,
    /// Who made it.
    #[serde(default)]
    pub creation_user: Option<String>,
    /// When it was made.
    #[serde(default)]
    pub creation_datetime: Option<Timestamp>,
    /// Who changed it last.
    #[serde(default)]
    pub last_change_user: Option<String>,
    /// When it was changed last.
    #[serde(default)]
    pub last_change_datetime: Option<Timestamp>,
}

/// In service, or waiting for its deletion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyState {
    /// In service.
    Active,
    /// Waiting for its deletion.
    Inactive,
}

/// Which keys are listed. By default all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeyFilter {
    kind: Option<KeyKind>,
    name: Option<String>,
    state: Option<KeyState>,
}

impl KeyFilter {
    /// Those that hold this.
    #[must_use]
    pub fn with_kind(mut self, kind: KeyKind) -> Self {
        self.kind = Some(kind);
        self
    }

    /// Those with this name, of at most 100 characters.
    #[must_use]
    pub fn with_name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Those in this state.
    #[must_use]
    pub fn with_state(mut self, state: KeyState) -> Self {
        self.state = Some(state);
        self
    }

    fn query(&self) -> Result<String, SkmError> {
        let mut query = String::from("detail=true");
        if let Some(kind) = self.kind.and_then(KeyKind::as_str) {
            query.push_str("&type=");
            query.push_str(kind);
        }
        if let Some(name) = &self.name {
            within("name to look for", Unit::Characters, name.chars().count(), LONGEST_NAME)?;
            query.push_str("&name=");
            query.push_str(&query_text(name));
        }
        match self.state {
            None => {}
            Some(KeyState::Active) => query.push_str("&status=active"),
            Some(KeyState::Inactive) => query.push_str("&status=inactive"),
        }
        Ok(query)
    }
}

/// How many keys a page has, 10 to 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PageSize(u8);

impl PageSize {
    /// 100
    pub const LARGEST: Self = Self(100);

    /// So many.
    ///
    /// # Errors
    ///
    /// [`UnusablePageSize`] for less than 10 and more than 100.
    pub const fn new(size: u8) -> Result<Self, UnusablePageSize> {
        if size >= 10 && size <= 100 { Ok(Self(size)) } else { Err(UnusablePageSize) }
    }
}

impl fmt::Display for PageSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A page has 10 to 100 keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a page has 10 to 100 keys")]
pub struct UnusablePageSize;

impl<S: HttpService> Client<S> {
    /// The ids of all keys of a key store.
    ///
    /// # Errors
    ///
    /// [`SkmError`]
    pub async fn key_ids(&self, store: KeyStoreId) -> Result<Vec<KeyId>, SkmError> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Listed {
            key_id_list: Vec<KeyId>,
        }
        let listed: Listed = self.call(Call::get("key_ids", format!("/keystores/{store}/keys"))).await?;
        Ok(listed.key_id_list)
    }

    /// One page of the keys of a key store. Pages begin with 1. How many there are is not told: after the last page come
    /// empty ones.
    ///
    /// # Errors
    ///
    /// [`SkmError`]
    pub async fn keys_page(
        &self,
        store: KeyStoreId,
        filter: &KeyFilter,
        number: u32,
        size: PageSize,
    ) -> Result<Vec<KeyDetail>, SkmError> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Listed {
            key_list: Vec<KeyDetail>,
        }
        let query = filter.query()?;
        let path = format!("/keystores/{store}/keys?{query}&pageNumber={number}&pageSize={size}");
        let listed: Listed = self.call(Call::get("keys_page", path)).await?;
        Ok(listed.key_list)
    }

    /// All keys of a key store, page by page. A key that is made or deleted meanwhile can be missing, or be there twice.
    ///
    /// # Errors
    ///
    /// [`SkmError`]; [`SkmError::UnexpectedBody`] if the server answers with the same page again and again.
    pub async fn keys(&self, store: KeyStoreId, filter: &KeyFilter) -> Result<Vec<KeyDetail>, SkmError> {
        let mut keys: Vec<KeyDetail> = Vec::new();
        let mut first: Option<KeyId> = None;
        for number in 1.. {
            let page = self.keys_page(store, filter, number, PageSize::LARGEST).await?;
            let begins_with = page.first().map(|key| key.key_id.clone());
            if begins_with.is_some() && begins_with == first {
                return Err(SkmError::UnexpectedBody { operation: "keys_page" });
            }
            first = begins_with;
            let is_last = page.len() < usize::from(PageSize::LARGEST.0);
            keys.extend(page);
            if is_last {
                break;
            }
        }
        Ok(keys)
    }

    /// One key of a key store.
    ///
    /// # Errors
    ///
    /// [`SkmError`]
    pub async fn key(&self, store: KeyStoreId, key: &KeyId) -> Result<KeyDetail, SkmError> {
        self.call(Call::get("key", format!("/keystores/{store}/keys/{key}"))).await
    }
}
