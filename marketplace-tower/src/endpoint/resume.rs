//! Works that a crash interrupted, taken up at start.

use std::convert::Infallible;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use marketplace_core::{KeyRing, Verified};
use tokio::task::{JoinError, JoinSet};
use tower_service::Service as _;

use super::Endpoint;
use crate::{LedgerError, Refusal};

/// So many calls are read from the ledger at a time.
const PAGE: usize = 100;
/// So many of them are at work at a time, until they are answered or answered for.
const AT_A_TIME: usize = 8;

/// What [`Endpoint::resume`] has found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Resumed {
    /// Works that were taken up.
    pub taken_up: usize,
    /// Works that no key of the ring can vouch for, because it was replaced since or serves the guide no longer. They wait for
    /// KooGallery to repeat the call.
    pub left: usize,
}

impl Resumed {
    fn count(&mut self, answered: Result<Result<Response<Full<Bytes>>, Infallible>, JoinError>) {
        let refusal = match &answered {
            Ok(Ok(response)) => response.extensions().get::<Refusal>(),
            _ => None,
        };
        match refusal {
            None => self.taken_up += 1,
            Some(error) => {
                tracing::warn!(%error, "an interrupted call is not taken up");
                self.left += 1;
            }
        }
    }
}

impl<H: Send + Sync + 'static> Endpoint<H> {
    /// Takes up what a crash interrupted: purchases and changes that were begun, and promised to KooGallery with `000004` or
    /// never answered. Without this they wait for KooGallery to repeat the call.
    ///
    /// Call it at start, beside the server, in a task of its own. It can be called at any time, on every machine: a work that
    /// somebody is at is not taken up. Returns when each work is answered or goes on in the background. The ledger keeps a
    /// call, as it was signed, until its work is done; each is verified again with these keys.
    ///
    /// ```
    /// # use marketplace_tower::{Endpoint, KeyRing, handler::Handler};
    /// # fn start<H: Handler>(shop: Endpoint<H>, keys: KeyRing) {
    /// tokio::spawn(async move {
    ///     if let Err(error) = shop.resume(&keys).await {
    ///         tracing::error!(%error, "what was interrupted waits for KooGallery to repeat it");
    ///     }
    /// });
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`LedgerError`]: the ledger could not be asked. What was taken up until then goes on.
    pub async fn resume(&self, keys: &KeyRing) -> Result<Resumed, LedgerError> {
        let mut resumed = Resumed::default();
        let mut working = JoinSet::new();
        let mut after = None;
        loop {
            let page = self.shared.ledger.interrupted(after, PAGE).await?;
            let Some(last) = page.last() else { break };
            after = Some(last.position);
            for interrupted in page {
                match Verified::take_up(&interrupted.call, keys) {
                    Ok(verified) => {
                        if working.len() >= AT_A_TIME
                            && let Some(answered) = working.join_next().await
                        {
                            resumed.count(answered);
                        }
                        let mut request = Request::new(());
                        request.extensions_mut().insert(verified);
                        working.spawn(self.clone().call(request));
                    }
                    Err(error) => {
                        tracing::warn!(%error, "an interrupted call is not taken up");
                        resumed.left += 1;
                    }
                }
            }
        }
        while let Some(answered) = working.join_next().await {
            resumed.count(answered);
        }
        if resumed != Resumed::default() {
            let Resumed { taken_up, left } = resumed;
            tracing::info!(taken_up, left, "looked for interrupted works");
        }
        Ok(resumed)
    }
}
