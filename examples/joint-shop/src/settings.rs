//! What the environment says.

use std::env::{self, VarError};
use std::path::PathBuf;
use std::time::Duration;

use marketplace_tower::Endpoint;

use crate::BoxError;
use crate::shop::Shop;

/// The settings of a shop.
#[derive(Clone)]
pub(crate) struct Settings {
    /// Address and port.
    pub(crate) listen: String,
    /// The file of the shop.
    pub(crate) database: PathBuf,
    /// The access key of the Seller Console.
    pub(crate) access_key: String,
    /// The key of the kit, if it is another one.
    pub(crate) kit_key: Option<String>,
    /// The file of the key that opens client secrets.
    pub(crate) kit_private_key: Option<PathBuf>,
    /// How long a tenant takes to set up.
    pub(crate) provisioning: Duration,
    /// How long KooGallery has to wait for an answer at most.
    pub(crate) deadline: Duration,
}

impl Settings {
    pub(crate) fn from_environment() -> Result<Self, BoxError> {
        let access_key = variable("KOOGALLERY_ACCESS_KEY")?.ok_or(
            "KOOGALLERY_ACCESS_KEY is not set: copy the access key from the Seller Console, or try `--rehearse`",
        )?;
        let provisioning = variable("SHOP_PROVISIONING_MS")?.unwrap_or_else(|| "0".to_owned());
        let provisioning = provisioning
            .parse()
            .map_err(|_| format!("SHOP_PROVISIONING_MS: `{provisioning}` is no number of milliseconds"))?;
        Ok(Self {
            listen: variable("SHOP_LISTEN")?.unwrap_or_else(|| "127.0.0.1:8080".to_owned()),
            database: variable("SHOP_DATABASE")?.unwrap_or_else(|| "shop.db".to_owned()).into(),
            access_key,
            kit_key: variable("KOOGALLERY_KIT_KEY")?,
            kit_private_key: variable("KOOGALLERY_KIT_PRIVATE_KEY")?.map(Into::into),
            provisioning: Duration::from_millis(provisioning),
            deadline: Endpoint::<Shop>::DEFAULT_DEADLINE,
        })
    }
}

fn variable(name: &str) -> Result<Option<String>, BoxError> {
    match env::var(name) {
        Ok(value) => Ok(Some(value)),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => Err(format!("{name} is not UTF-8").into()),
    }
}
