//! `confirm`: what the server sees of this client.

use std::net::IpAddr;

use serde::Deserialize;

use super::client::{Call, Client};
use super::error::SkmError;
use super::identity::MacAddress;
use crate::http_client::HttpService;

/// What the server sees of this client.
///
/// It says that the credentials are right, and nothing about a key: no key store is asked.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Confirmation {
    #[serde(default)]
    client_ip: Option<String>,
    #[serde(default)]
    client_mac_header: Option<MacAddress>,
    // The vendor's sample has had it misspelt since 2019.
    #[serde(default, alias = "clientSentCerfificate")]
    client_sent_certificate: Option<bool>,
}

impl Confirmation {
    /// The address that the call came from, which is the one that is compared. Behind a NAT or on an internal path it is not
    /// the machine's own. `None` if it is no address.
    #[must_use]
    pub fn address(&self) -> Option<IpAddr> {
        self.client_ip.as_deref()?.trim().parse().ok()
    }

    /// What arrived in `X-TOAST-CLIENT-MAC-ADDR`.
    #[must_use]
    pub fn mac(&self) -> Option<&MacAddress> {
        self.client_mac_header.as_ref().filter(|mac| !mac.expose().is_empty())
    }

    /// Did a client certificate arrive?
    #[must_use]
    pub fn sent_certificate(&self) -> bool {
        self.client_sent_certificate.unwrap_or(false)
    }
}

impl<S: HttpService> Client<S> {
    /// Asks what the server sees of this client.
    ///
    /// # Errors
    ///
    /// [`SkmError`], for example [`SkmError::InvalidAppkey`].
    pub async fn confirm(&self) -> Result<Confirmation, SkmError> {
        self.call(Call::get("confirm", "/confirm")).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_both_spellings_and_what_is_missing() {
        for (text, sent) in [
            (r#"{"clientIp":"203.0.113.7","clientMacHeader":"aa","clientSentCertificate":true}"#, true),
            (r#"{"clientIp":"203.0.113.7","clientMacHeader":"aa","clientSentCerfificate":true}"#, true),
            (r#"{"clientIp":"203.0.113.7","clientMacHeader":"aa"}"#, false),
        ] {
            let seen: Confirmation = serde_json::from_str(text).unwrap();
            assert_eq!(seen.sent_certificate(), sent, "{text}");
            assert_eq!(seen.address(), Some("203.0.113.7".parse().unwrap()));
            assert_eq!(seen.mac().unwrap().expose(), "aa");
        }
        let seen: Confirmation = serde_json::from_str(r#"{"clientMacHeader":null}"#).unwrap();
        assert!(seen.mac().is_none() && seen.address().is_none());
    }
}
