//! What the environment says.

use std::env::{self, VarError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use marketplace_tower::AccessKey;
use marketplace_tower::open_api::{BaseAddress, Client, Credentials, Settings as Market, Site};
use marketplace_tower::usage::{PushSchedule, Pusher, UsageOutbox};

use crate::BoxError;

/// The settings of a shop.
#[derive(Clone)]
pub(crate) struct Settings {
    /// Address and port.
    pub(crate) listen: String,
    /// The file of the tenants.
    pub(crate) database: PathBuf,
    /// Where ledger and usage are.
    pub(crate) ledger: LedgerAt,
    /// The access key of the Seller Console.
    pub(crate) access_key: String,
    /// For how long is counted before it is recorded.
    pub(crate) span: Duration,
    credentials: Credentials,
    site: Site,
    url: Option<String>,
    push: Option<Duration>,
    batch: Option<u64>,
    lease: Duration,
}

/// Where ledger and usage are.
#[derive(Clone)]
pub(crate) enum LedgerAt {
    /// At this URL, which holds a password.
    Postgres(String),
    /// In this file.
    Sqlite(PathBuf),
}

impl Settings {
    pub(crate) fn from_environment() -> Result<Self, BoxError> {
        let database: PathBuf = variable("SHOP_DATABASE")?.unwrap_or_else(|| "shop.db".to_owned()).into();
        let site = variable("KOOGALLERY_SITE")?.unwrap_or_else(|| "intl".to_owned());
        let push = whole_number("SHOP_PUSH_SECONDS")?;
        let lease = whole_number("SHOP_PUSH_LEASE_MS")?;
        Ok(Self {
            listen: variable("SHOP_LISTEN")?.unwrap_or_else(|| "127.0.0.1:8080".to_owned()),
            ledger: LedgerAt::from_environment(&database)?,
            database,
            access_key: needed("KOOGALLERY_ACCESS_KEY")?,
            span: Duration::from_secs(whole_number("SHOP_SPAN_SECONDS")?.unwrap_or(3600).max(1)),
            credentials: Credentials::new(&needed("KOOGALLERY_AK")?, needed("KOOGALLERY_SK")?)?,
            site: Site::from_name(&site)
                .ok_or_else(|| format!("KOOGALLERY_SITE: `{site}` is none of `cn`, `intl`, `eu`"))?,
            url: variable("KOOGALLERY_URL")?,
            push: push.map(Duration::from_secs),
            batch: whole_number("SHOP_PUSH_BATCH")?,
            lease: lease.map_or(Pusher::DEFAULT_LEASE, Duration::from_millis),
        })
    }

    /// The market, as it is called.
    pub(crate) fn client(&self) -> Result<Client, BoxError> {
        let key = AccessKey::new(self.access_key.as_str());
        let key = key.map_err(|error| format!("KOOGALLERY_ACCESS_KEY: {error}"))?;
        let mut settings = Market::new(self.site, self.credentials.clone()).with_access_key(key);
        if let Some(url) = &self.url {
            let address = BaseAddress::new(url).map_err(|error| format!("KOOGALLERY_URL: {error}"))?;
            settings = settings.with_base_address(address);
        }
        Ok(Client::connect(settings)?)
    }

    /// Who pushes from this outbox.
    pub(crate) fn pusher(&self, outbox: UsageOutbox) -> Result<Pusher, BoxError> {
        let mut pusher = Pusher::new(outbox, self.client()?).with_lease(self.lease);
        if let Some(most) = self.batch {
            pusher = pusher.with_batch_size(usize::try_from(most).unwrap_or(usize::MAX));
        }
        Ok(match self.push {
            None => pusher,
            Some(interval) => pusher
                .with_interval(interval.max(Duration::from_millis(50)))
                .with_schedule(PushSchedule::AtOnce),
        })
    }

    /// Where the market is, for people.
    pub(crate) fn market_address(&self) -> &str {
        self.url.as_deref().unwrap_or_else(|| self.site.host())
    }
}

impl LedgerAt {
    /// What is in the variable may be a password: no error shows it.
    fn from_environment(database: &Path) -> Result<Self, BoxError> {
        match variable("SHOP_LEDGER")? {
            None => {
                let mut ledger = database.as_os_str().to_owned();
                ledger.push(".ledger");
                Ok(Self::Sqlite(ledger.into()))
            }
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

/// SIGTERM or ctrl-c.
pub(crate) async fn told_to_stop() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = terminate.recv() => return,
                _ = tokio::signal::ctrl_c() => return,
            }
        }
    }
    // Without signals, only being killed ends it.
    let _ = tokio::signal::ctrl_c().await;
}

fn needed(name: &str) -> Result<String, BoxError> {
    variable(name)?.ok_or_else(|| {
        format!("{name} is not set: copy it from the Seller Console, or try `--rehearse`").into()
    })
}

fn whole_number(name: &str) -> Result<Option<u64>, BoxError> {
    let Some(text) = variable(name)? else { return Ok(None) };
    text.parse().map(Some).map_err(|_| format!("{name}: `{text}` is no whole number").into())
}

pub(crate) fn variable(name: &str) -> Result<Option<String>, BoxError> {
    match env::var(name) {
        Ok(value) => Ok(Some(value)),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => Err(format!("{name} is not UTF-8").into()),
    }
}
