//! Where usage is pushed to.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use marketplace_core::open_api::{ApiFailure, MeteredRecord, PushAnswer};

use crate::StoreFuture;

/// What takes usage: the market. The client of the Open APIs is one.
pub trait UsageMarket: Send + Sync + 'static {
    /// Pushes these records, at most 1000 of them, **once**: whether to do it again is up to the caller, who has to know that the
    /// market may have them by then.
    ///
    /// # Errors
    ///
    /// [`PushFailure`] tells whether the market may have taken them all the same.
    fn push<'a>(&'a self, records: &'a [MeteredRecord]) -> StoreFuture<'a, Result<PushAnswer, PushFailure>>;
}

/// Why records were not pushed.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum PushFailure {
    /// The market has judged the push, and refused it as a whole.
    #[error("the market refused the push")]
    Refused(#[source] ApiFailure),
    /// The market has surely not taken them, and may when they come again: it was not reached, or too busy, or does not know the
    /// seller.
    #[error("the market was not reached, or did not look at the push")]
    NotTaken {
        /// Why.
        #[source]
        source: Arc<dyn Error + Send + Sync>,
        /// How long the market, or a guard before it, wants to be left alone.
        pause: Option<Duration>,
    },
    /// It is larger than somebody on the way lets through; fewer records may come.
    #[error("the push is too large for somebody on the way")]
    TooLarge {
        /// Who says so.
        #[source]
        source: Arc<dyn Error + Send + Sync>,
    },
    /// The market may have taken them or not: the answer did not come, or was none.
    #[error("it is not known whether the market took the push")]
    Unknown {
        /// Why.
        #[source]
        source: Arc<dyn Error + Send + Sync>,
    },
}
