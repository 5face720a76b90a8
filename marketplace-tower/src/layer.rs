//! The layer and its settings.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use marketplace_core::Verified;
use marketplace_core::signature::v2::{Freshness, SortStep, Unit};
use marketplace_core::signature::{Scheme, v1};
use tower_layer::Layer;

use crate::clock::Clock;
use crate::service::Marketplace;
use crate::{Keys, Refusal, Replay};

/// Verifies KooGallery's calls before the service that it wraps, and signs every answer in `Body-Sign`.
///
/// ```
/// use marketplace_tower::{AccessKey, MarketplaceLayer, Replay};
///
/// let key = AccessKey::new("11111111-2222-3333-4444-555555555555")?;
/// let layer = MarketplaceLayer::new(key, Replay::memory());
/// # Ok::<(), marketplace_tower::UnusableKey>(())
/// ```
///
/// Around a single service, such as an [`Endpoint`](crate::Endpoint) given to axum's `route_service`, every request is
/// the marketplace's. Around a whole stack, name the marketplace's own paths with [`with_routes`](Self::with_routes):
/// all others pass untouched, gRPC with its streams and trailers too.
///
/// One address receives every guide: method and path say how a call is signed ([`Scheme::of`]). Then, in this order: does
/// a key serve such calls; the grammar of the query or the headers; the time window; the body, under a limit and a
/// deadline, hashed as it arrives; the signature, against every key of the ring in constant time; the replay store. V1 and
/// the first kit have no window unless [`with_v1_window`](Self::with_v1_window) sets one, and no nonce: the replay store is
/// not asked about them. Then the wrapped service runs, with [`Verified`](crate::Verified) in the extensions and the signed
/// bytes as its body; its whole answer is collected and signed. Nothing that a stranger sends is stored, and a refusal is
/// a signed answer as well.
#[derive(Clone, Debug)]
#[must_use]
pub struct MarketplaceLayer {
    settings: Settings,
}

pub(crate) type Hook<T> = Arc<dyn Fn(&T) + Send + Sync>;

#[derive(Clone)]
pub(crate) struct Settings {
    pub(crate) keys: Keys,
    pub(crate) replay: Replay,
    pub(crate) routes: Option<Arc<[Box<str>]>>,
    pub(crate) freshness: Freshness,
    pub(crate) v1_window: Option<v1::Window>,
    pub(crate) unit: Option<Unit>,
    pub(crate) sort_step: SortStep,
    pub(crate) body_limit: usize,
    pub(crate) body_deadline: Duration,
    pub(crate) refused: Option<Hook<Refusal>>,
    pub(crate) verified: Option<Hook<Verified>>,
    pub(crate) clock: Clock,
}

impl MarketplaceLayer {
    /// The longest body that is read unless [`with_body_limit`](Self::with_body_limit) says otherwise: 1 MiB. A call has
    /// less than 10 KiB, but for those of the kits: 500 users, or all departments of a company, can be some 100 KiB.
    pub const DEFAULT_BODY_LIMIT: usize = 1 << 20;
    /// How long the body may take to arrive unless [`with_body_deadline`](Self::with_body_deadline) says otherwise.
    pub const DEFAULT_BODY_DEADLINE: Duration = Duration::from_secs(5);

    /// Verifies with these keys, a key, a ring or [`Keys`] from a provider, and remembers in this store what was accepted. Clones
    /// share both.
    pub fn new(keys: impl Into<Keys>, replay: Replay) -> Self {
        Self {
            settings: Settings {
                keys: keys.into(),
                replay,
                routes: None,
                freshness: Freshness::VENDOR,
                v1_window: None,
                unit: None,
                sort_step: SortStep::On,
                body_limit: Self::DEFAULT_BODY_LIMIT,
                body_deadline: Self::DEFAULT_BODY_DEADLINE,
                refused: None,
                verified: None,
                clock: Clock::default(),
            },
        }
    }

    /// Only these paths are the marketplace's, compared letter by letter, and the kit's paths under them
    /// (`…/produceAPI/tenantSync`); every other request passes untouched and **unverified**. Without this, every request is
    /// the marketplace's.
    pub fn with_routes<R: Into<Box<str>>>(mut self, paths: impl IntoIterator<Item = R>) -> Self {
        self.settings.routes = Some(paths.into_iter().map(Into::into).collect());
        self
    }

    /// Refuses bodies of more bytes than this, with HTTP status 413.
    pub fn with_body_limit(mut self, bytes: usize) -> Self {
        self.settings.body_limit = bytes;
        self
    }

    /// Refuses bodies that take longer than this to arrive, with HTTP status 408. KooGallery itself gives up after 5 to
    /// 20 seconds.
    pub fn with_body_deadline(mut self, deadline: Duration) -> Self {
        self.settings.body_deadline = deadline;
        self
    }

    /// Accepts timestamps this far from the clock, to either side, instead of the vendor's 60 seconds; at most an hour.
    /// A wider window makes the replay store remember for longer.
    pub fn with_freshness(mut self, width: Duration) -> Self {
        self.settings.freshness = Freshness::new(width);
        self
    }

    /// Refuses calls of V1 and of the first kit whose `timeStamp` is further than this from the clock.
    ///
    /// Their pages know no such rule, and without this there is none: the debugging console lets a link be made and called
    /// later. They have no nonce either, so that a call can be sent again by whoever has seen it; what protects the seller
    /// is that a repeat changes nothing. If this is set, be generous: a day, for example.
    pub fn with_v1_window(mut self, width: Duration) -> Self {
        self.settings.v1_window = Some(v1::Window::new(width));
        self
    }

    /// Refuses timestamps of the other unit. Unless set, both are read.
    ///
    /// Set it once the log shows which unit your market sends; the China site says milliseconds, and every example has
    /// them. The signed text has no separators, so that in rare hours an old call in seconds, its nonce cut by three
    /// digits, could pass for a fresh one in milliseconds. The other way round is always refused, and with it one in 400
    /// genuine calls in seconds whose nonce is hexadecimal; with the unit set, none is.
    pub fn with_timestamp_unit(mut self, unit: Unit) -> Self {
        self.settings.unit = Some(unit);
        self
    }

    /// Whether a body whose bytes do not verify is tried again with sorted members. See [`SortStep`].
    pub fn with_sort_step(mut self, sort_step: SortStep) -> Self {
        self.settings.sort_step = sort_step;
        self
    }

    /// Calls this with the reason of each refusal, for example to count them. It must not block.
    pub fn with_refusal_hook(mut self, hook: impl Fn(&Refusal) + Send + Sync + 'static) -> Self {
        self.settings.refused = Some(Arc::new(hook));
        self
    }

    /// Calls this with each verified call, for example to count which key it was signed with: [`Verified::key`] has its name
    /// and version. It must not block.
    pub fn with_verified_hook(mut self, hook: impl Fn(&Verified) + Send + Sync + 'static) -> Self {
        self.settings.verified = Some(Arc::new(hook));
        self
    }

    /// Reads the time from here instead of the machine's clock.
    #[cfg(feature = "test-util")]
    #[cfg_attr(docsrs, doc(cfg(feature = "test-util")))]
    pub fn with_test_clock(
        mut self,
        now: impl Fn() -> marketplace_core::UnixMillis + Send + Sync + 'static,
    ) -> Self {
        self.settings.clock = Clock::from_fn(now);
        self
    }
}

impl<S> Layer<S> for MarketplaceLayer {
    type Service = Marketplace<S>;

    fn layer(&self, inner: S) -> Marketplace<S> {
        Marketplace::new(inner, self.settings.clone())
    }
}

impl Settings {
    pub(crate) fn claims(&self, path: &str) -> bool {
        match &self.routes {
            None => true,
            Some(routes) => {
                routes.iter().any(|route| **route == *path || Scheme::is_kit_path_under(path, route))
            }
        }
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("keys", &self.keys)
            .field("replay", &self.replay)
            .field("routes", &self.routes)
            .field("freshness", &self.freshness)
            .field("v1_window", &self.v1_window)
            .field("unit", &self.unit)
            .field("sort_step", &self.sort_step)
            .field("body_limit", &self.body_limit)
            .field("body_deadline", &self.body_deadline)
            .field("clock", &self.clock)
            .finish_non_exhaustive()
    }
}
