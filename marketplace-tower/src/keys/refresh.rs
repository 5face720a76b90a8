//! Keys that are kept up to date.

use std::sync::Weak;
use std::time::Duration;

use marketplace_core::KeyRing;
use tokio::time::{Instant, sleep_until, timeout};

use super::{Inner, KeyProvider};

/// How keys are kept up to date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyRefresh {
    every: Duration,
    max_stale: Duration,
    timeout: Duration,
}

impl Default for KeyRefresh {
    /// Every 30 seconds; the last keys serve for an hour; 10 seconds for an answer.
    fn default() -> Self {
        let (every, max_stale) = (Duration::from_secs(30), Duration::from_secs(60 * 60));
        Self { every, max_stale, timeout: Duration::from_secs(10) }
    }
}

impl KeyRefresh {
    /// Asks so often, give or take a tenth, so that machines that started together do not ask together. A key that was taken
    /// back is refused after this time at the latest.
    #[must_use]
    pub fn every(self, every: Duration) -> Self {
        Self { every, ..self }
    }

    /// When there are no newer keys for so long, the last ones no longer serve: every call is refused with `000005`, which
    /// KooGallery sends again, until there are keys again.
    #[must_use]
    pub fn with_max_stale(self, max_stale: Duration) -> Self {
        Self { max_stale, ..self }
    }

    /// Gives a provider that does not answer up after so long.
    #[must_use]
    pub fn with_timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }

    /// Give or take a tenth.
    fn pause(&self) -> Duration {
        let mut byte = [128];
        // Without randomness, machines ask together.
        let _ = getrandom::fill(&mut byte);
        let [byte] = byte;
        self.every.mul_f64(0.9 + 0.2 * f64::from(byte) / 255.0)
    }
}

/// Keeps the keys up to date until nobody has them any more.
pub(super) fn keep_fresh(keys: Weak<Inner>, provider: impl KeyProvider, refresh: KeyRefresh) {
    tokio::spawn(async move {
        let mut good = Instant::now();
        let mut failures: u32 = 0;
        while keys.strong_count() > 0 {
            // After a failure sooner, and again more and more rarely.
            let soon = refresh.pause().min(Duration::from_secs(1) * 2_u32.saturating_pow(failures.min(16)));
            let next = Instant::now() + if failures == 0 { refresh.pause() } else { soon };
            let stale = good + refresh.max_stale;
            let is_stale_first = failures > 0 && stale > Instant::now() && stale < next;
            let waited = timeout_at_or_changed(if is_stale_first { stale } else { next }, &provider).await;
            let Some(keys) = keys.upgrade() else { return };
            if is_stale_first && !waited {
                keys.make_stale();
                continue;
            }
            match timeout(refresh.timeout, provider.load()).await {
                Ok(Ok(ring)) => {
                    (good, failures) = (Instant::now(), 0);
                    keys.replace(ring);
                }
                failed => {
                    failures = failures.saturating_add(1);
                    match failed {
                        Ok(Err(error)) => tracing::warn!(
                            error = &error as &dyn std::error::Error,
                            "the keys could not be fetched: the last ones go on to serve"
                        ),
                        _ => tracing::warn!(
                            "the keys could not be fetched in time: the last ones go on to serve"
                        ),
                    }
                    if good.elapsed() >= refresh.max_stale {
                        keys.make_stale();
                    }
                }
            }
        }
    });
}

/// Waits until then, or until the provider has other keys. Has it?
async fn timeout_at_or_changed(until: Instant, provider: &impl KeyProvider) -> bool {
    let mut changed = provider.changed();
    let mut sleep = std::pin::pin!(sleep_until(until));
    std::future::poll_fn(|cx| {
        if std::pin::Pin::new(&mut changed).poll(cx).is_ready() {
            return std::task::Poll::Ready(true);
        }
        sleep.as_mut().poll(cx).map(|()| false)
    })
    .await
}

impl Inner {
    fn replace(&self, ring: KeyRing) {
        self.change(|provided| {
            if provided.is_stale {
                tracing::info!("there are keys again: calls are served");
            }
            let name = |ring: &KeyRing| -> Vec<_> {
                ring.iter().map(|key| (key.name().to_owned(), key.version(), key.state())).collect()
            };
            let (before, after) = (name(&provided.ring), name(&ring));
            if before != after {
                tracing::info!(?before, ?after, "the access keys have changed");
            }
            provided.ring = ring;
            provided.is_stale = false;
        });
    }

    fn make_stale(&self) {
        self.change(|provided| {
            if !provided.is_stale {
                tracing::error!(
                    "there were no newer keys for too long: every call is refused until there are"
                );
                provided.is_stale = true;
            }
        });
    }
}
