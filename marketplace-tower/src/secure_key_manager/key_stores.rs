//! Making, changing and deleting key stores.

use std::fmt;

use http::Method;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize, Serializer};

use super::client::{Call, Client, within};
use super::error::{SkmError, Unit};
use super::id::KeyStoreId;
use super::version::ApiVersion;
use crate::http_client::HttpService;

/// In characters.
const LONGEST_NAME: usize = 100;
/// In characters.
const LONGEST_DESCRIPTION: usize = 1000;

/// What a key store checks of its clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Methods {
    ipv4: bool,
    mac: bool,
    certificate: bool,
}

impl Methods {
    /// The address.
    pub const IPV4: Self = Self { ipv4: true, mac: false, certificate: false };
    /// The MAC address in `X-TOAST-CLIENT-MAC-ADDR`.
    pub const MAC: Self = Self { ipv4: false, mac: true, certificate: false };
    /// The client certificate.
    pub const CERTIFICATE: Self = Self { ipv4: false, mac: false, certificate: true };

    /// These and those. There is no empty set: a key store checks something.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self {
            ipv4: self.ipv4 || other.ipv4,
            mac: self.mac || other.mac,
            certificate: self.certificate || other.certificate,
        }
    }

    /// Are all of those among these?
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        (self.ipv4 || !other.ipv4) && (self.mac || !other.mac) && (self.certificate || !other.certificate)
    }

    /// `None` if nothing is checked.
    pub(super) fn of(ipv4: bool, mac: bool, certificate: bool) -> Option<Self> {
        (ipv4 || mac || certificate).then_some(Self { ipv4, mac, certificate })
    }

    /// How many they are.
    pub(super) fn count(self) -> usize {
        usize::from(self.ipv4) + usize::from(self.mac) + usize::from(self.certificate)
    }
}

impl fmt::Display for Methods {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named =
            [(self.ipv4, "IPv4 address"), (self.mac, "MAC address"), (self.certificate, "certificate")];
        let on: Vec<_> = named.into_iter().filter(|(on, _)| *on).map(|(_, name)| name).collect();
        f.write_str(&on.join(", "))
    }
}

/// Has a client to satisfy all methods of a key store, or one of them?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum AuthMode {
    /// All. Every key store was so until 2026-05-27.
    #[serde(rename = "AND")]
    And,
    /// One. For going from one method to another without an interruption.
    #[serde(rename = "OR")]
    Or,
}

/// A key store as it is to be: all of it, also when one is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyStoreDescription<'a> {
    /// 1 to 100 characters.
    pub name: &'a str,
    /// At most 1,000 characters.
    pub description: &'a str,
    /// What is checked.
    pub methods: Methods,
    /// All of it, or one.
    pub mode: AuthMode,
}

impl KeyStoreDescription<'_> {
    fn check(&self) -> Result<(), SkmError> {
        within("name of the key store", Unit::Characters, self.name.chars().count(), LONGEST_NAME)?;
        let length = self.description.chars().count();
        within("description of the key store", Unit::Characters, length, LONGEST_DESCRIPTION)
    }
}

impl Serialize for KeyStoreDescription<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Written<'a> {
            name: &'a str,
            description: &'a str,
            ip4_auth_use: &'static str,
            mac_auth_use: &'static str,
            certificate_auth_use: &'static str,
            auth_mode: AuthMode,
        }
        let flag = |on| if on { "Y" } else { "N" };
        let written = Written {
            name: self.name,
            description: self.description,
            ip4_auth_use: flag(self.methods.ipv4),
            mac_auth_use: flag(self.methods.mac),
            certificate_auth_use: flag(self.methods.certificate),
            auth_mode: self.mode,
        };
        written.serialize(serializer)
    }
}

/// All of these need version 1.3.
impl<S: HttpService> Client<S> {
    /// Makes a key store.
    ///
    /// # Errors
    ///
    /// [`SkmError::TooLong`] and [`SkmError::NotInVersion`] before anything is sent; else [`SkmError`].
    pub async fn create_key_store(&self, store: KeyStoreDescription<'_>) -> Result<KeyStoreId, SkmError> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Created {
            key_store_id: KeyStoreId,
        }
        let operation = "create_key_store";
        self.needs(ApiVersion::V1_3, operation)?;
        store.check()?;
        let created: Created = self.call(Call::post(operation, "/keystores").with(&store)).await?;
        Ok(created.key_store_id)
    }

    /// Replaces everything that is said about a key store; its keys and registrations stay.
    ///
    /// # Errors
    ///
    /// As [`create_key_store`](Self::create_key_store).
    pub async fn replace_key_store(
        &self,
        id: KeyStoreId,
        store: KeyStoreDescription<'_>,
    ) -> Result<(), SkmError> {
        let operation = "replace_key_store";
        self.needs(ApiVersion::V1_3, operation)?;
        store.check()?;
        let call = Call::put(operation, format!("/keystores/{id}")).with(&store);
        self.call::<IgnoredAny>(call).await.map(|_| ())
    }

    /// Deletes a key store, which the vendor also calls deactivating it.
    ///
    /// # Errors
    ///
    /// [`SkmError::NotInVersion`] before anything is sent; else [`SkmError`].
    pub async fn delete_key_store(&self, id: KeyStoreId) -> Result<(), SkmError> {
        let operation = "delete_key_store";
        self.needs(ApiVersion::V1_3, operation)?;
        let call = Call::new(operation, Method::DELETE, format!("/keystores/{id}"));
        self.call::<IgnoredAny>(call).await.map(|_| ())
    }
}
