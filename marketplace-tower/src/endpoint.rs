//! Typed calls, answered on time and once.

mod background;
mod counts;
mod driver;
mod flight;
mod future;
mod keeping;
mod once;
mod order;
mod query;
mod resume;
mod serves;

use std::convert::Infallible;
use std::fmt;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use marketplace_core::call::CallText;
use marketplace_core::guide::Marker;
use marketplace_core::handler::{Handler, StandIn};
use marketplace_core::seal::KeySize;
use marketplace_core::{Text, Verified};
use tower_service::Service;

use self::background::Background;
use self::counts::Counters;
pub use self::counts::Counts;
use self::flight::Flights;
pub use self::future::EndpointFuture;
use self::future::Late;
pub use self::resume::Resumed;
use self::serves::Serves;
use crate::{Ledger, Orders, Refusal};

/// Serves a seller: picks the annotated method, and sees to it that it runs when it should and is answered in time.
///
/// It is a [`Service`] that stands behind a [`MarketplaceLayer`](crate::MarketplaceLayer); a call that was not verified
/// is refused. For each call:
///
/// - the typed request is decoded; what does not fit is `000002`;
/// - a debugging call that the method does not ask for (see [`Mode`](crate::Mode)) is answered by a stand-in;
/// - work that is to be done once, a purchase or a change, is begun in the ledger before the method runs, which reserves the
///   id of a new instance. A repeat of an answered call gets that answer again; one of a running call waits for it, also if
///   it runs on another machine; one that failed or was interrupted runs again, with the same id. See [`Work`](crate::Work);
/// - for a method that takes an [`Order`](crate::Order), what the call has bought is asked for
///   [where it was said](Self::with_orders), right before the method runs;
/// - a method that takes longer than the deadline is answered for with `000004`, and goes on in the background. So it
///   does when the caller hangs up. `queryInstance` answers `000004` until it is done;
/// - a panic is `000005`.
///
/// Clones share everything.
pub struct Endpoint<H> {
    shared: Arc<Shared<H>>,
}

pub(crate) struct Shared<H> {
    handler: Arc<H>,
    serves: Serves<H>,
    ledger: Ledger,
    orders: Option<Arc<dyn Orders>>,
    flights: Flights,
    background: Background,
    counters: Counters,
    deadline: Duration,
    lease: Duration,
    stand_in: StandIn,
    key_size: KeySize,
}

impl<H: Send + Sync + 'static> Endpoint<H> {
    /// How long a method may take before it is answered for, unless [`with_deadline`](Self::with_deadline) says
    /// otherwise: 4 seconds. KooGallery gives up after 5 seconds, on some pages after 20.
    pub const DEFAULT_DEADLINE: Duration = Duration::from_secs(4);

    /// For how long a work is this machine's, unless [`with_lease`](Self::with_lease) says otherwise: 15 seconds.
    pub const DEFAULT_LEASE: Duration = Duration::from_secs(15);

    /// Serves this seller, whose instances this ledger keeps.
    ///
    /// `G` is the guide that the seller implements, which the compiler finds out if there is only one. A seller of
    /// several names one here and adds the others with [`with_guide`](Self::with_guide).
    #[must_use]
    pub fn new<G: Marker>(seller: H, ledger: Ledger) -> Self
    where
        H: Handler<G>,
    {
        let shared = Shared {
            handler: Arc::new(seller),
            serves: Serves::one::<G>(),
            ledger,
            orders: None,
            flights: Flights::default(),
            background: Background::default(),
            counters: Counters::default(),
            deadline: Self::DEFAULT_DEADLINE,
            lease: Self::DEFAULT_LEASE,
            stand_in: StandIn::default(),
            key_size: KeySize::default(),
        };
        Self { shared: Arc::new(shared) }
    }

    /// Serves one more guide at the same address: what it is about is told from how a call is signed.
    ///
    /// ```
    /// use marketplace_tower::{Endpoint, Ledger, guide, handler::Handler};
    ///
    /// fn endpoint<S>(shop: S) -> Endpoint<S>
    /// where
    ///     S: Handler<guide::V2> + Handler<guide::V1> + Handler<guide::KitV2>,
    /// {
    ///     Endpoint::new::<guide::V2>(shop, Ledger::memory()).with_guide::<guide::V1>().with_guide::<guide::KitV2>()
    /// }
    /// ```
    #[must_use]
    pub fn with_guide<G: Marker>(self) -> Self
    where
        H: Handler<G>,
    {
        self.with(|shared| shared.serves.add::<G>())
    }

    /// Answers for methods that take longer than this.
    #[must_use]
    pub fn with_deadline(self, deadline: Duration) -> Self {
        self.with(|shared| shared.deadline = deadline)
    }

    /// Takes a machine for dead that has not been heard of for so long: its work may be done by another one then.
    ///
    /// A machine extends the lease of what it does three times as often. Where the clock or the network stands still for
    /// longer, a method can run twice at the same time, with the same instance id; only one answer is ever written.
    #[must_use]
    pub fn with_lease(self, lease: Duration) -> Self {
        self.with(|shared| shared.lease = lease)
    }

    /// Asks here for the orders that calls of V2 name, where a method takes an [`Order`](crate::Order). Without this, such a
    /// method never runs, and the call fails with `000005`; one that takes an `Option<Order>` is given none.
    ///
    /// Each order is asked for once each time the method is about to run: a repeat that is answered from the ledger asks for
    /// nothing, nor does one that waits for the call before it. The order has to come within three quarters of the
    /// [deadline](Self::with_deadline), counted from the call, and be the one that was asked for, with the line that the call
    /// names. If not, the method does not run, and the answer is `000005`, in time: KooGallery repeats the call, and the method
    /// then runs with the same instance id. The operator is told why.
    ///
    /// For a debugging call nothing is asked. If the method takes [`Mode`](crate::Mode) too, it is given the
    /// [`MockOrder`](crate::MockOrder) that the call names; if it names none, one that fits the activity, under the ids of the
    /// call. A real call that names a mock order asks for it like for any other.
    #[must_use]
    pub fn with_orders(self, orders: impl Orders) -> Self {
        self.with(|shared| shared.orders = Some(Arc::new(orders)))
    }

    /// The `frontEndUrl` that debugging calls of `queryInstance` are shown. Unless set, `https://example.com/`.
    #[must_use]
    pub fn with_debug_front_end_url(self, url: Text<512>) -> Self {
        self.with(|shared| shared.stand_in.front_end_url = url)
    }

    /// What a [`Sealer`](marketplace_core::handler::Sealer) seals accounts and first passwords with: what was chosen for the
    /// product when it was released. Unless set, 256 bits, as on the release page.
    #[must_use]
    pub fn with_key_size(self, size: KeySize) -> Self {
        self.with(|shared| shared.key_size = size)
    }

    /// What has happened here so far, for metrics.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.shared.counters.counts()
    }

    /// Waits until no method goes on in the background: when the server has stopped, and before the runtime does.
    ///
    /// A purchase that is cut off here was promised to KooGallery, which now only asks for it; it is made when KooGallery
    /// sends it again, or [`resume`](Self::resume) takes it up. So wait, within what the machine's stop allows:
    ///
    /// ```
    /// # use marketplace_tower::{Endpoint, handler::Handler};
    /// # async fn stop<H: Handler>(shop: Endpoint<H>) {
    /// let all_done = tokio::time::timeout(std::time::Duration::from_secs(30), shop.drained()).await;
    /// # }
    /// ```
    pub async fn drained(&self) {
        self.shared.background.ended().await;
    }

    /// Settings come before the first clone; later ones would split what clones share, so they make a new endpoint.
    fn with(self, set: impl FnOnce(&mut Shared<H>)) -> Self {
        let mut shared = Arc::try_unwrap(self.shared).unwrap_or_else(|shared| Shared {
            handler: Arc::clone(&shared.handler),
            serves: shared.serves.clone(),
            ledger: shared.ledger.clone(),
            orders: shared.orders.clone(),
            flights: shared.flights.clone(),
            background: shared.background.clone(),
            counters: shared.counters.clone(),
            deadline: shared.deadline,
            lease: shared.lease,
            stand_in: shared.stand_in.clone(),
            key_size: shared.key_size,
        });
        set(&mut shared);
        Self { shared: Arc::new(shared) }
    }
}

impl<H> Shared<H> {
    fn late(&self, late: Late) -> (Late, Counters) {
        (late, self.counters.clone())
    }
}

impl<H: Send + Sync + 'static, B> Service<Request<B>> for Endpoint<H> {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = EndpointFuture;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: Request<B>) -> EndpointFuture {
        let Some(verified) = request.extensions_mut().remove::<Verified>() else {
            return EndpointFuture::refused(Refusal::NotVerified);
        };
        let text = match CallText::of(&verified) {
            Ok(text) => text,
            Err(error) => return EndpointFuture::refused(error.into()),
        };
        let activity = match text.activity() {
            Ok(activity) => activity,
            Err(error) => return EndpointFuture::refused(error.into()),
        };
        match self.shared.serves.find(verified.scheme(), &activity) {
            Some((served, _)) if !verified.key().serves(served.guide) => {
                EndpointFuture::refused(Refusal::KeyOfOtherGuide(served.guide))
            }
            Some((served, activity)) => served.run(&self.shared, activity, text, verified),
            // The name comes from a verified call, but it goes into a log: not all of it has to.
            None => {
                let activity: String = activity.chars().take(64).collect();
                EndpointFuture::refused(Refusal::UnknownActivity(activity.into()))
            }
        }
    }
}

impl<H> Clone for Endpoint<H> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared) }
    }
}

impl<H> fmt::Debug for Endpoint<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoint")
            .field("seller", &std::any::type_name::<H>())
            .field("guides", &self.shared.serves)
            .field("ledger", &self.shared.ledger)
            .field("deadline", &self.shared.deadline)
            .finish_non_exhaustive()
    }
}
