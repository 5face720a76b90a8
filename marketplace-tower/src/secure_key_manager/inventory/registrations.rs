//! The clients that are registered with a key store.

use serde::Deserialize;

use super::super::client::{Call, Client};
use super::super::error::SkmError;
use super::super::id::KeyStoreId;
use super::super::identity::MacAddress;
use super::super::secret::SecretValue;
use super::super::timestamp::Timestamp;
use super::query_text;
use crate::http_client::HttpService;

/// The registration of an address or of a MAC address.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Registration {
    /// What it is for.
    #[serde(default)]
    pub description: Option<String>,
    /// When it let a client in last.
    #[serde(default)]
    pub last_access_datetime: Option<Timestamp>,
    /// When it is deleted. If there is such a time, it lets nobody in any more.
    #[serde(default, rename = "deletionDatetime", alias = "deletionDateTime")]
    pub deletion: Option<Timestamp>,
    /// Who made it.
    #[serde(default)]
    pub creation_user: Option<String>,
    /// When it was made.
    #[serde(default)]
    pub creation_datetime: Option<Timestamp>,
}

/// The registration of a certificate.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CertificateRegistration {
    /// Its name.
    #[serde(default)]
    pub name: Option<String>,
    /// The password of its file: the Secure Key Manager tells it to everybody who may ask.
    #[serde(default)]
    pub password: Option<SecretValue>,
    /// When it expires.
    #[serde(default)]
    pub expiration_date: Option<Timestamp>,
    /// What it is for.
    #[serde(default)]
    pub description: Option<String>,
    /// When it let a client in last.
    #[serde(default)]
    pub last_access_datetime: Option<Timestamp>,
    /// When it is deleted. If there is such a time, it lets nobody in any more.
    #[serde(default, rename = "deletionDatetime", alias = "deletionDateTime")]
    pub deletion: Option<Timestamp>,
    /// Who made it.
    #[serde(default)]
    pub creation_user: Option<String>,
    /// When it was made.
    #[serde(default)]
    pub creation_datetime: Option<Timestamp>,
}

/// One answer has this form for all three: the field is named for what it lists.
#[derive(Deserialize)]
struct Listed<T> {
    #[serde(alias = "ipv4List", alias = "macList", alias = "certificateList")]
    list: Vec<T>,
}

impl<S: HttpService> Client<S> {
    /// The addresses that are registered with a key store, as they are written there: [`Ipv4Range`](super::super::Ipv4Range)
    /// reads them.
    ///
    /// # Errors
    ///
    /// [`SkmError`]
    pub async fn ipv4s(&self, store: KeyStoreId) -> Result<Vec<String>, SkmError> {
        // Read as `ips`, written as `ipv4s`.
        self.listed("ipv4s", format!("/keystores/{store}/ips")).await
    }

    /// The MAC addresses that are registered with a key store.
    ///
    /// # Errors
    ///
    /// [`SkmError`]
    pub async fn macs(&self, store: KeyStoreId) -> Result<Vec<MacAddress>, SkmError> {
        self.listed("macs", format!("/keystores/{store}/macs")).await
    }

    /// The names of the certificates that are registered with a key store.
    ///
    /// # Errors
    ///
    /// [`SkmError`]
    pub async fn certificates(&self, store: KeyStoreId) -> Result<Vec<String>, SkmError> {
        self.listed("certificates", format!("/keystores/{store}/certificates")).await
    }

    /// The registration of an address, as it is written there; several, if it is there more than once.
    ///
    /// # Errors
    ///
    /// [`SkmError`]
    pub async fn ipv4_registrations(
        &self,
        store: KeyStoreId,
        value: &str,
    ) -> Result<Vec<Registration>, SkmError> {
        let value = query_text(value);
        self.listed("ipv4_registrations", format!("/keystores/{store}/ips?value={value}")).await
    }

    /// The registration of a MAC address; several, if it is there more than once.
    ///
    /// # Errors
    ///
    /// [`SkmError`]
    pub async fn mac_registrations(
        &self,
        store: KeyStoreId,
        mac: &MacAddress,
    ) -> Result<Vec<Registration>, SkmError> {
        let value = query_text(mac.expose());
        self.listed("mac_registrations", format!("/keystores/{store}/macs?value={value}")).await
    }

    /// The registration of a certificate by its name; several, if it is there more than once.
    ///
    /// # Errors
    ///
    /// [`SkmError`]
    pub async fn certificate_registrations(
        &self,
        store: KeyStoreId,
        name: &str,
    ) -> Result<Vec<CertificateRegistration>, SkmError> {
        let value = query_text(name);
        let path = format!("/keystores/{store}/certificates?value={value}");
        self.listed("certificate_registrations", path).await
    }

    async fn listed<T>(&self, operation: &'static str, path: String) -> Result<Vec<T>, SkmError>
    where
        Listed<T>: serde::de::DeserializeOwned,
    {
        let listed: Listed<T> = self.call(Call::get(operation, path)).await?;
        Ok(listed.list)
    }
}
