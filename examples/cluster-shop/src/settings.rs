//! What the environment says.

use std::env::{self, VarError};
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;

use marketplace_tower::Endpoint;

use crate::BoxError;
use crate::shop::{Provisioning, Shop};

/// How long PostgreSQL and Redis have to answer a question. If PostgreSQL hangs, a call can wait for it twice, once for the
/// ledger and once for the tenants; and KooGallery is to be told within a second.
const DEFAULT_PATIENCE_MS: u64 = 300;

/// The settings of a machine.
pub(crate) struct Settings {
    /// Address and port.
    pub(crate) listen: String,
    /// Where ledger and tenants are.
    pub(crate) ledger: LedgerAt,
    /// Where the replay store is.
    pub(crate) replay: ReplayAt,
    /// The access key of the Seller Console.
    pub(crate) access_key: String,
    /// How long a tenant takes to set up.
    pub(crate) provisioning: Provisioning,
    /// After how long a machine is taken for dead.
    pub(crate) lease: Duration,
    /// How long PostgreSQL and Redis have to answer a question.
    pub(crate) patience: Duration,
}

/// Where ledger and tenants are.
pub(crate) enum LedgerAt {
    /// At this URL, which holds a password.
    Postgres(String),
    /// The file of the tenants.
    Sqlite(PathBuf),
}

/// Where the replay store is.
pub(crate) enum ReplayAt {
    /// At this URL, which may hold a password.
    Redis(String),
    Memory,
}

impl Settings {
    pub(crate) fn from_environment() -> Result<Self, BoxError> {
        let access_key = variable("KOOGALLERY_ACCESS_KEY")?.ok_or(
            "KOOGALLERY_ACCESS_KEY is not set: copy the access key from the Seller Console, or try `--rehearse`",
        )?;
        let lease = whole_number("SHOP_LEASE_SECONDS", 1..=3600)?;
        let patience = whole_number("SHOP_PATIENCE_MS", 1..=10_000)?.unwrap_or(DEFAULT_PATIENCE_MS);
        Ok(Self {
            listen: variable("SHOP_LISTEN")?.unwrap_or_else(|| "127.0.0.1:8080".to_owned()),
            ledger: LedgerAt::from_environment()?,
            replay: ReplayAt::from_environment()?,
            access_key,
            provisioning: provisioning()?,
            lease: lease.map_or(Endpoint::<Shop>::DEFAULT_LEASE, Duration::from_secs),
            patience: Duration::from_millis(patience),
        })
    }
}

impl LedgerAt {
    /// What is in the variable may be a password: no error shows it.
    pub(crate) fn from_environment() -> Result<Self, BoxError> {
        match variable("SHOP_LEDGER")? {
            None => Ok(Self::Sqlite("shop.db".into())),
            Some(url) if url.starts_with("postgres://") || url.starts_with("postgresql://") => {
                Ok(Self::Postgres(url))
            }
            Some(text) => match text.strip_prefix("sqlite:") {
                Some(path) if !path.is_empty() => Ok(Self::Sqlite(path.into())),
                _ => Err("SHOP_LEDGER: it is neither `postgres://…` nor `sqlite:PATH`".into()),
            },
        }
    }
}

impl ReplayAt {
    fn from_environment() -> Result<Self, BoxError> {
        match variable("SHOP_REPLAY")? {
            None => Ok(Self::Memory),
            Some(text) if text == "memory" => Ok(Self::Memory),
            Some(url) if url.starts_with("redis://") || url.starts_with("rediss://") => Ok(Self::Redis(url)),
            Some(_) => Err("SHOP_REPLAY: it is neither `redis://…` nor `memory`".into()),
        }
    }
}

fn provisioning() -> Result<Provisioning, BoxError> {
    match variable("SHOP_PROVISIONING_MS")?.as_deref() {
        None => Ok(Provisioning::Takes(Duration::ZERO)),
        Some("by-order") => Ok(Provisioning::ByOrder),
        Some(text) => match text.parse() {
            Ok(millis) => Ok(Provisioning::Takes(Duration::from_millis(millis))),
            Err(_) => Err(format!(
                "SHOP_PROVISIONING_MS: `{text}` is neither a number of milliseconds nor `by-order`"
            )
            .into()),
        },
    }
}

fn whole_number(name: &str, allowed: RangeInclusive<u64>) -> Result<Option<u64>, BoxError> {
    let Some(text) = variable(name)? else { return Ok(None) };
    match text.parse() {
        Ok(number) if allowed.contains(&number) => Ok(Some(number)),
        _ => {
            let (least, most) = (allowed.start(), allowed.end());
            Err(format!("{name}: `{text}` is no number from {least} to {most}").into())
        }
    }
}

/// A variable of the environment.
pub(crate) fn variable(name: &str) -> Result<Option<String>, BoxError> {
    match env::var(name) {
        Ok(value) => Ok(Some(value)),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => Err(format!("{name} is not UTF-8").into()),
    }
}
