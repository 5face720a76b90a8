//! What the environment says.

use std::env::{self, VarError};
use std::io::IsTerminal as _;
use std::path::PathBuf;

use marketplace_tower::{AccessKey, Ledger};
use tracing_subscriber::EnvFilter;

use crate::BoxError;
use crate::admin::AdminToken;
use crate::tenants::Tenants;

/// The settings of a shop.
#[derive(Clone)]
pub(crate) struct Settings {
    /// Address and port.
    pub(crate) listen: String,
    /// The file of the tenants.
    pub(crate) database: PathBuf,
    /// The access key of the Seller Console.
    pub(crate) access_key: AccessKey,
    /// What the admin shows.
    pub(crate) admin_token: AdminToken,
}

impl Settings {
    pub(crate) fn from_environment() -> Result<Self, BoxError> {
        let access_key = variable("KOOGALLERY_ACCESS_KEY")?.ok_or(
            "KOOGALLERY_ACCESS_KEY is not set: copy the access key from the Seller Console, or try `--rehearse`",
        )?;
        Ok(Self {
            listen: variable("SHOP_LISTEN")?.unwrap_or_else(|| "127.0.0.1:8080".to_owned()),
            database: variable("SHOP_DATABASE")?.unwrap_or_else(|| "shop.db".to_owned()).into(),
            access_key: AccessKey::new(access_key)
                .map_err(|error| format!("KOOGALLERY_ACCESS_KEY: {error}"))?,
            admin_token: admin_token()?,
        })
    }

    /// The files of the shop.
    pub(crate) async fn open(&self) -> Result<(Tenants, Ledger), BoxError> {
        let unusable = |error: BoxError| format!("SHOP_DATABASE: `{}`: {error}", self.database.display());
        let tenants = Tenants::open(&self.database).map_err(|error| unusable(error.into()))?;
        let mut ledger = self.database.clone().into_os_string();
        ledger.push(".ledger");
        let ledger = Ledger::sqlite(ledger).await.map_err(|error| unusable(error.into()))?;
        Ok((tenants, ledger))
    }
}

/// The token that the shop and its commands share. Not an argument: everybody on the machine can read those.
pub(crate) fn admin_token() -> Result<AdminToken, BoxError> {
    let token = variable("SHOP_ADMIN_TOKEN")?.ok_or(
        "SHOP_ADMIN_TOKEN is not set: make one with `openssl rand -hex 32`, for the shop and its admins",
    )?;
    AdminToken::new(&token).map_err(|error| format!("SHOP_ADMIN_TOKEN: {error}").into())
}

/// Logs to stderr what `RUST_LOG` says, or else `info`.
pub(crate) fn log() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| "info".into());
    let stderr = std::io::stderr;
    // A file that is searched for a reason should not hold colours.
    let colours = stderr().is_terminal();
    tracing_subscriber::fmt().with_writer(stderr).with_ansi(colours).with_env_filter(filter).init();
}

fn variable(name: &str) -> Result<Option<String>, BoxError> {
    match env::var(name) {
        Ok(value) => Ok(Some(value)),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => Err(format!("{name} is not UTF-8").into()),
    }
}
