//! Registering clients with a key store: addresses, MAC addresses, certificates.

use std::borrow::Cow;

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use super::client::{Call, Client};
use super::error::SkmError;
use super::identity::{Ipv4Range, MacAddress};
use super::secret::{Exposed, SecretValue};
use super::timestamp::Timestamp;
use super::version::ApiVersion;
use crate::http_client::HttpService;

/// A client that is registered with a key store.
#[derive(Debug, Clone, Copy)]
pub enum Registered<'a> {
    /// By its address.
    Ipv4(Ipv4Range),
    /// By a MAC address.
    Mac(&'a MacAddress),
    /// By a certificate of this name.
    Certificate(&'a str),
}

impl Registered<'_> {
    /// What the paths of writing calls have. Those of reading ones have `ips` instead of `ipv4s`.
    fn path(self) -> &'static str {
        match self {
            Self::Ipv4(_) => "ipv4s",
            Self::Mac(_) => "macs",
            Self::Certificate(_) => "certificates",
        }
    }
}

/// A registration that is going to be deleted, or is deleted.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct RegistrationDeletion {
    /// When.
    #[serde(default, rename = "deletionDateTime", alias = "deletionDatetime")]
    pub deletion: Option<Timestamp>,
}

/// Certificates are told by `name`, others by `value`, also where the vendor's tables say otherwise.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Ask<'a> {
    key_store_name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<Exposed<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    life_time: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
}

impl<'a> Ask<'a> {
    fn new(key_store_name: &'a str, registered: Registered<'a>) -> Self {
        let (value, name) = match registered {
            Registered::Ipv4(range) => (Some(Cow::Owned(range.to_string())), None),
            Registered::Mac(mac) => (Some(Cow::Borrowed(mac.expose())), None),
            Registered::Certificate(name) => (None, Some(name)),
        };
        Self { key_store_name, value, name, password: None, life_time: None, description: None }
    }
}

/// All of these need version 1.2, and take the name of the key store, not its number.
impl<S: HttpService> Client<S> {
    /// Lets clients with these addresses use a key store.
    ///
    /// # Errors
    ///
    /// [`SkmError::NotInVersion`] before anything is sent; else [`SkmError`].
    pub async fn register_ipv4(
        &self,
        key_store: &str,
        range: Ipv4Range,
        description: &str,
    ) -> Result<(), SkmError> {
        let ask = Ask { description: Some(description), ..Ask::new(key_store, Registered::Ipv4(range)) };
        self.register("register_ipv4", "/auths/ipv4s", &ask).await
    }

    /// Lets clients that send this MAC address use a key store.
    ///
    /// # Errors
    ///
    /// [`SkmError::NotInVersion`] before anything is sent; else [`SkmError`].
    pub async fn register_mac(
        &self,
        key_store: &str,
        mac: &MacAddress,
        description: &str,
    ) -> Result<(), SkmError> {
        let ask = Ask { description: Some(description), ..Ask::new(key_store, Registered::Mac(mac)) };
        self.register("register_mac", "/auths/macs", &ask).await
    }

    /// Makes a certificate that lets clients use a key store, for so many days. Its file is under the password, and the
    /// console lets it be downloaded: no call is documented that does.
    ///
    /// # Errors
    ///
    /// [`SkmError::NotInVersion`] before anything is sent; else [`SkmError`].
    pub async fn register_certificate(
        &self,
        key_store: &str,
        name: &str,
        password: &SecretValue,
        days: u32,
        description: &str,
    ) -> Result<(), SkmError> {
        let ask = Ask {
            password: Some(Exposed(password)),
            life_time: Some(days),
            description: Some(description),
            ..Ask::new(key_store, Registered::Certificate(name))
        };
        self.register("register_certificate", "/auths/certificates", &ask).await
    }

    async fn register(&self, operation: &'static str, path: &str, ask: &Ask<'_>) -> Result<(), SkmError> {
        self.needs(ApiVersion::V1_2, operation)?;
        // The answer repeats the request.
        self.call::<IgnoredAny>(Call::post(operation, path).with(ask)).await.map(|_| ())
    }

    /// Has a registration deleted in 7 days. It lets nobody in from now on; the console can take the deletion back until then.
    ///
    /// # Errors
    ///
    /// [`SkmError::NotInVersion`] before anything is sent; else [`SkmError`].
    pub async fn schedule_registration_deletion(
        &self,
        key_store: &str,
        registered: Registered<'_>,
    ) -> Result<RegistrationDeletion, SkmError> {
        let operation = "schedule_registration_deletion";
        self.needs(ApiVersion::V1_2, operation)?;
        // The verb alone tells this from deleting at once: PUT schedules, POST deletes.
        let call = Call::put(operation, format!("/auths/{}/delete", registered.path()));
        self.call(call.with(&Ask::new(key_store, registered))).await
    }

    /// Deletes a registration at once, if its deletion is [scheduled](Self::schedule_registration_deletion).
    ///
    /// # Errors
    ///
    /// [`SkmError::NotInVersion`] before anything is sent; else [`SkmError`].
    pub async fn delete_registration_now(
        &self,
        key_store: &str,
        registered: Registered<'_>,
    ) -> Result<RegistrationDeletion, SkmError> {
        let operation = "delete_registration_now";
        self.needs(ApiVersion::V1_2, operation)?;
        let call = Call::post(operation, format!("/auths/{}/delete", registered.path()));
        self.call(call.with(&Ask::new(key_store, registered))).await
    }
}
