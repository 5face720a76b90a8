//! Asking the server.

use std::fmt::{self, Write as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use ::redis::{RedisError, Value};
use tokio::sync::watch;
use tokio::task::AbortHandle;
use tokio::time::timeout;

use super::keeper::{Keeper, Link, State};
use super::{Settings, UnusableRedis};
use crate::StoreFuture;
use crate::replay::{Admission, ReplayError, ReplayStore, Sighting};

/// How long a call waits for a connection that is being made.
const CONNECT_WAIT: Duration = Duration::from_millis(300);

/// Accepted requests, each a key that expires by itself: `SET prefix… 1 NX PX …`.
pub(super) struct RedisStore {
    settings: Arc<Settings>,
    state: watch::Receiver<State>,
    keeper: AbortHandle,
    /// The latest `signed_at` of an accepted request, and the latest `now` of any.
    newest: Arc<AtomicU64>,
    latest: AtomicU64,
}

impl RedisStore {
    pub(super) async fn connect(settings: Settings) -> Result<Self, UnusableRedis> {
        let (settings, newest) = (Arc::new(settings), Arc::default());
        let (keeper, state) = Keeper::start(Arc::clone(&settings), Arc::clone(&newest)).await?;
        let keeper = tokio::spawn(keeper).abort_handle();
        Ok(Self { settings, state, keeper, newest, latest: AtomicU64::new(0) })
    }

    async fn ask(&self, sighting: &Sighting) -> Result<Admission, Arc<UnusableRedis>> {
        if sighting.until < sighting.now || self.may_have_expired(sighting) {
            return Ok(Admission::TooOld);
        }
        let mut link = self.link().await?;
        if sighting.signed_at <= link.floor {
            return Ok(Admission::TooOld);
        }
        let mut set = ::redis::cmd("SET");
        set.arg(self.key(sighting)).arg(1).arg("NX").arg("PX").arg(self.lifetime(sighting));
        match timeout(self.settings.timeout, set.query_async(&mut link.connection)).await {
            Ok(Ok(Value::Okay)) => {
                self.newest.fetch_max(sighting.signed_at.0, Relaxed);
                Ok(Admission::First)
            }
            Ok(Ok(Value::Nil)) => Ok(Admission::Repeated),
            Ok(Ok(_)) => {
                link.broken.notify_one();
                Err(Arc::new(UnusableRedis::Lost { address: self.settings.name(), source: None }))
            }
            Ok(Err(error)) if error.code() == Some("OOM") => Ok(Admission::Full),
            Ok(Err(error)) => {
                if !is_passing(&error) {
                    link.broken.notify_one();
                }
                Err(Arc::new(self.settings.problem(error)))
            }
            Err(_) => {
                link.broken.notify_one();
                let limit = self.settings.timeout;
                Err(Arc::new(UnusableRedis::Silent { address: self.settings.name(), limit }))
            }
        }
    }

    /// The connection, once it is there.
    async fn link(&self) -> Result<Link, Arc<UnusableRedis>> {
        if self.keeper.is_finished() {
            return Err(Arc::new(UnusableRedis::Abandoned));
        }
        let mut state = self.state.clone();
        let settled = state.wait_for(|state| !matches!(state, State::Connecting));
        let state = match timeout(CONNECT_WAIT, settled).await {
            Ok(settled) => settled.map_err(|_| UnusableRedis::Abandoned)?.clone(),
            Err(_) => State::Connecting,
        };
        match state {
            State::Up(link) => Ok(link),
            State::Down(error) => Err(error),
            State::Connecting => {
                Err(Arc::new(UnusableRedis::Silent { address: self.settings.name(), limit: CONNECT_WAIT }))
            }
        }
    }

    /// Has this clock been so far ahead already that a copy would have expired there?
    fn may_have_expired(&self, Sighting { until, now, .. }: &Sighting) -> bool {
        let latest = self.latest.fetch_max(now.0, Relaxed);
        until.0.saturating_add(self.skew_millis()) < latest
    }

    fn key(&self, sighting: &Sighting) -> String {
        let mut key = String::with_capacity(self.settings.prefix.len() + 2 * sighting.mac.len());
        key.push_str(&self.settings.prefix);
        for byte in sighting.mac {
            // Writing to a string cannot fail.
            let _ = write!(key, "{byte:02x}");
        }
        key
    }

    /// In milliseconds, at least one.
    fn lifetime(&self, Sighting { until, now, .. }: &Sighting) -> u64 {
        until.0.saturating_sub(now.0).saturating_add(self.skew_millis()).max(1)
    }

    fn skew_millis(&self) -> u64 {
        u64::try_from(self.settings.clock_skew.as_millis()).unwrap_or(u64::MAX)
    }
}

/// The server is as it was, and only did not do this.
fn is_passing(error: &RedisError) -> bool {
    use ::redis::ErrorKind::{Extension, Server};
    matches!(error.kind(), Server(_) | Extension)
        && !matches!(error.code(), Some("READONLY" | "NOAUTH" | "MASTERDOWN"))
}

impl ReplayStore for RedisStore {
    fn admit(&self, sighting: &Sighting) -> StoreFuture<'_, Result<Admission, ReplayError>> {
        let sighting = *sighting;
        StoreFuture::boxed(async move { self.ask(&sighting).await.map_err(ReplayError::new) })
    }
}

impl Drop for RedisStore {
    fn drop(&mut self) {
        self.keeper.abort();
    }
}

impl fmt::Debug for RedisStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.settings.fmt(f)
    }
}
