//! Key stores.

use serde::{Deserialize, Deserializer};

use super::super::client::{Call, Client};
use super::super::error::SkmError;
use super::super::id::KeyStoreId;
use super::super::key_stores::Methods;
use super::super::timestamp::Timestamp;
use crate::http_client::HttpService;

/// A key store. Whether its methods are joined by AND or by OR is not in the inventory.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct KeyStore {
    /// Its number.
    pub key_store_id: KeyStoreId,
    /// Its name, which writing calls take.
    pub name: String,
    /// What it is for.
    #[serde(default)]
    pub description: Option<String>,
    #[serde(default, deserialize_with = "flag")]
    ip4_auth_use: bool,
    #[serde(default, deserialize_with = "flag")]
    mac_auth_use: bool,
    #[serde(default, deserialize_with = "flag")]
    certificate_auth_use: bool,
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

impl KeyStore {
    /// What it checks of its clients. `None` if the server says that it checks nothing, which the documents exclude.
    #[must_use]
    pub fn methods(&self) -> Option<Methods> {
        Methods::of(self.ip4_auth_use, self.mac_auth_use, self.certificate_auth_use)
    }
}

impl<S: HttpService> Client<S> {
    /// The numbers of all key stores.
    ///
    /// # Errors
    ///
    /// [`SkmError`]
    pub async fn key_store_ids(&self) -> Result<Vec<KeyStoreId>, SkmError> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Listed {
            key_store_id_list: Vec<KeyStoreId>,
        }
        let listed: Listed = self.call(Call::get("key_store_ids", "/keystores")).await?;
        Ok(listed.key_store_id_list)
    }

    /// All key stores.
    ///
    /// # Errors
    ///
    /// [`SkmError`]
    pub async fn key_stores(&self) -> Result<Vec<KeyStore>, SkmError> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Listed {
            key_store_list: Vec<KeyStore>,
        }
        let listed: Listed = self.call(Call::get("key_stores", "/keystores?detail=true")).await?;
        Ok(listed.key_store_list)
    }

    /// One key store.
    ///
    /// # Errors
    ///
    /// [`SkmError`]
    pub async fn key_store(&self, id: KeyStoreId) -> Result<KeyStore, SkmError> {
        self.call(Call::get("key_store", format!("/keystores/{id}"))).await
    }
}

/// `Y` or `N`.
fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Either {
        Letter(String),
        Bool(bool),
        Nothing(()),
    }
    Ok(match Either::deserialize(deserializer)? {
        Either::Letter(letter) => letter.eq_ignore_ascii_case("y"),
        Either::Bool(on) => on,
        Either::Nothing(()) => false,
    })
}
