//! KooGallery's Open APIs on the seller's own desk: order query, usage and licence codes, over real sockets.
//!
//! A [`Market`] checks both signatures as the vendor's pages have it, answers with the documented codes, and fails on demand: for
//! the tests of a seller, and for a shop that runs on a desk. What the pages leave open is said at each setting of [`MarketSettings`].
//!
//! ```
//! use marketplace_core::AccessKey;
//! use marketplace_core::open_api::MockOrder;
//! use marketplace_core::signature::sdk_hmac::Credentials;
//! use marketplace_debugger::market::{Fault, Market, MarketSettings, PlacedOrder};
//!
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let settings = MarketSettings::new(Credentials::new("ak", "sk")?, AccessKey::new("access-key")?);
//! let market = Market::start(settings).await?;
//! market.place(PlacedOrder::like(MockOrder::PeriodYearNew, "CS1"));
//! market.fail_next(1, Fault::CloseAfterTaking);
//! // The seller's client is given `market.url()`, the AK/SK and the access key, and does its work. Then:
//! assert!(market.usage().is_empty());
//! # Ok(()) }
//! ```

mod answer;
mod code;
mod control;
mod drive;
mod fault;
mod gateway;
mod handled;
mod instance;
mod licence;
mod order;
mod parameters;
mod push;
mod query;
mod record;
mod service;
mod settings;
mod sorted;
mod state;
mod taken;

pub use code::MarketCode;
pub use drive::{Drive, DrivenStep, Plan, StepOutcome};
pub use fault::{Api, Fault, UnknownFault};
pub use handled::Handled;
pub use instance::{InstanceState, MarketInstance};
pub use licence::LicenceState;
pub use order::{NoOrder, PlacedOrder};
pub use settings::MarketSettings;
pub use taken::{Billed, TakenRecord};

use std::collections::BTreeMap;
use std::future::pending;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use marketplace_tower::server::Server;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use self::service::Desk;
use self::state::Shared;

/// A market that runs, until it is stopped or dropped.
#[derive(Debug)]
pub struct Market {
    shared: Arc<Shared>,
    task: JoinHandle<io::Result<()>>,
}

impl Market {
    /// Starts a market on a task of this tokio runtime.
    ///
    /// # Errors
    ///
    /// [`CannotStart`], if its address cannot be had.
    pub async fn start(settings: MarketSettings) -> Result<Self, CannotStart> {
        if !settings.listen.ip().is_loopback() {
            return Err(CannotStart::NotLoopback(settings.listen));
        }
        let listen = |source| CannotStart::Listen { address: settings.listen, source };
        let listener = TcpListener::bind(settings.listen).await.map_err(listen)?;
        let address = listener.local_addr().map_err(listen)?;
        let shared = Arc::new(Shared::new(settings, address));
        let server = Server::new().with_shutdown(pending());
        let task = tokio::spawn(server.serve(listener, Desk(Arc::clone(&shared))));
        Ok(Self { shared, task })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.shared.address
    }

    /// What the seller's client takes for `https://mkt-intl.myhuaweicloud.com`: `http://127.0.0.1:…`, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address())
    }

    /// Somebody bought something: the order can be queried from now on. One of the same id is replaced.
    pub fn place(&self, order: PlacedOrder) {
        let rendered = order.rendered(self.shared.second());
        self.shared.state().orders.insert(order.order_id().to_owned(), rendered);
    }

    /// Usage of this instance may be pushed from now on, or is refused from now on. One of the same id is replaced.
    pub fn instance(&self, instance: MarketInstance) {
        self.shared.state().instances.insert(instance.id.clone(), instance);
    }

    /// A licence code. The market knows `MOCKLICENCEALIVE`, `MOCKLICENCEEXPIRED`, `MOCKLICENCERELEASED` and
    /// `MOCKLICENCENOTRECEIVED` by itself.
    pub fn licence(&self, code: impl Into<String>, state: LicenceState) {
        self.shared.state().licences.insert(code.into(), state);
    }

    /// The next `next` requests are answered with `MKT.0250` and status 406.
    pub fn throttle(&self, next: usize) {
        self.fail_next(next, Fault::THROTTLED_406);
    }

    /// The next `next` requests go wrong, after those for which something was planned before. Requests to paths that are no API
    /// do not count.
    pub fn fail_next(&self, next: usize, fault: Fault) {
        self.shared.state().faults.plan(next, fault, None);
    }

    /// The same, for requests to one API.
    pub fn fail_next_of(&self, api: Api, next: usize, fault: Fault) {
        self.shared.state().faults.plan(next, fault, Some(api));
    }

    /// Nothing goes wrong on purpose any more.
    pub fn heal(&self) {
        self.shared.state().faults.clear();
    }

    /// The usage that was taken, in the order of its arrival.
    #[must_use]
    pub fn usage(&self) -> Vec<TakenRecord> {
        self.shared.state().taken.records()
    }

    /// How many records were taken: as many as [`usage`](Self::usage) has.
    #[must_use]
    pub fn usage_count(&self) -> usize {
        self.shared.state().taken.len()
    }

    /// How often a serial number arrived in a push that was signed rightly and readable, whether the record was taken or not.
    #[must_use]
    pub fn arrivals(&self, metering_sn: &str) -> u32 {
        self.shared.state().taken.arrivals(metering_sn)
    }

    /// What each instance is billed for.
    #[must_use]
    pub fn billed(&self) -> BTreeMap<String, Billed> {
        self.shared.state().taken.billed()
    }

    /// What one instance is billed for.
    #[must_use]
    pub fn billed_of(&self, instance_id: &str) -> Billed {
        self.shared.state().taken.of_instance(instance_id)
    }

    /// How many requests to an API were handled or went wrong on purpose.
    #[must_use]
    pub fn calls(&self, api: Api) -> u64 {
        self.shared.state().calls.get(&api).copied().unwrap_or_default()
    }

    /// Waits until something is so; it is asked now and after each request.
    ///
    /// ```
    /// # async fn example(market: &marketplace_debugger::market::Market) {
    /// market.wait_until(|market| market.usage_count() == 3).await;
    /// # }
    /// ```
    pub async fn wait_until(&self, mut is_so: impl FnMut(&Self) -> bool) {
        let mut changes = self.shared.changes();
        while !is_so(self) {
            if changes.changed().await.is_err() {
                return;
            }
        }
    }

    /// Closes every connection, and frees the port. So does dropping it, a moment later.
    pub async fn stop(mut self) {
        self.task.abort();
        // That it was aborted is no news.
        let _ = (&mut self.task).await;
    }
}

impl Drop for Market {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Why there is no market.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CannotStart {
    /// It is a toy: nobody else on the network should meet it.
    #[error("{0} is not an address of the loopback interface")]
    NotLoopback(SocketAddr),
    /// The port is in use, for example.
    #[error("cannot listen on {address}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
}
