//! Licence codes.

use http::Method;
use marketplace_core::open_api::{Licence, LicenceCode, encode_licence, path, read_licence};

use super::super::error::OpenApiError;
use super::super::repeat::Repeat;
use super::Client;
use super::call::Call;
use crate::http_client::HttpService;

impl<S: HttpService> Client<S> {
    /// Activates a licence code.
    ///
    /// It is not repeated once it may have been sent: [`licence_status`](Self::licence_status) says what became of it.
    ///
    /// "Activating a licence code" `zh-cn_topic_0070649244` (2025-05-23); see [`LicenceCode`] for what of it is known.
    ///
    /// # Errors
    ///
    /// [`OpenApiError`], with [`Meaning::LicenceNotReceived`](marketplace_core::open_api::Meaning::LicenceNotReceived) or
    /// [`NoSuchLicence`](marketplace_core::open_api::Meaning::NoSuchLicence) for example.
    pub async fn activate_licence(&self, code: &LicenceCode) -> Result<Licence, OpenApiError> {
        self.licence(path::ACTIVATE_LICENCE, code, Repeat::Unsent).await
    }

    /// Asks for the state of a licence code; this call was the heartbeat before.
    ///
    /// "Querying a licence code" `zh-cn_topic_0070649245` (2025-07-03).
    ///
    /// # Errors
    ///
    /// [`OpenApiError`]
    pub async fn licence_status(&self, code: &LicenceCode) -> Result<Licence, OpenApiError> {
        self.licence(path::QUERY_LICENCE, code, Repeat::Read).await
    }

    async fn licence(&self, path: &str, code: &LicenceCode, repeat: Repeat) -> Result<Licence, OpenApiError> {
        let call = Call {
            method: Method::POST,
            path: path.to_owned(),
            body: encode_licence(code),
            key: None,
            is_for_gateway: true,
            repeat,
            read: read_licence,
        };
        Ok(self.call(&call).await?.answer)
    }
}
