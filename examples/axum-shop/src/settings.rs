//! What the environment says.

use std::env::{self, VarError};
use std::path::PathBuf;
use std::time::Duration;

use marketplace_tower::Endpoint;
use marketplace_tower::open_api::Client;

use crate::BoxError;
use crate::keys::KeySource;
use crate::orders;
use crate::shop::Shop;

/// The settings of a shop.
#[derive(Clone)]
pub(crate) struct Settings {
    /// Address and port.
    pub(crate) listen: String,
    /// The file of the tenants.
    pub(crate) database: PathBuf,
    /// Where the access keys of the Seller Console are.
    pub(crate) keys: KeySource,
    /// Where it is asked what was bought, if somewhere.
    pub(crate) orders: Option<Client>,
    /// How long a tenant takes to set up.
    pub(crate) provisioning: Duration,
    /// How long KooGallery has to wait for an answer at most.
    pub(crate) deadline: Duration,
}

impl Settings {
    pub(crate) fn from_environment() -> Result<Self, BoxError> {
        let provisioning = variable("SHOP_PROVISIONING_MS")?.unwrap_or_else(|| "0".to_owned());
        let provisioning = provisioning
            .parse()
            .map_err(|_| format!("SHOP_PROVISIONING_MS: `{provisioning}` is no number of milliseconds"))?;
        Ok(Self {
            listen: variable("SHOP_LISTEN")?.unwrap_or_else(|| "127.0.0.1:8080".to_owned()),
            database: variable("SHOP_DATABASE")?.unwrap_or_else(|| "shop.db".to_owned()).into(),
            keys: KeySource::from_environment()?,
            orders: orders::from_environment()?,
            provisioning: Duration::from_millis(provisioning),
            deadline: Endpoint::<Shop>::DEFAULT_DEADLINE,
        })
    }
}

pub(crate) fn variable(name: &str) -> Result<Option<String>, BoxError> {
    match env::var(name) {
        Ok(value) => Ok(Some(value)),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => Err(format!("{name} is not UTF-8").into()),
    }
}
