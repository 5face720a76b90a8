//! The console: it plays KooGallery against a seller, and judges every answer.

mod answer;
mod credentials;
mod judge;
mod leak;
mod lengths;
mod plan;
mod rules;
mod run;
mod session;
mod signer;

pub use plan::{CannotRun, guide_name, guide_of};
pub use session::Event;

pub(crate) use answer::{Answer, shortened};
pub(crate) use judge::{Judge, Purpose};
pub(crate) use plan::Plan;
pub(crate) use rules::Rules;
pub(crate) use run::run_id;
pub(crate) use session::{Session, succeeded};
pub(crate) use signer::{Clock, Signed, Signer, json};

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use http::{Request, Response};
use http_body::Body;
use marketplace_core::{AccessKey, Guide, UnixMillis};
use tower_service::Service;

use self::session::Observer;
use crate::billing::Billing;
use crate::call_body::CallBody;
use crate::case::Case;
use crate::in_process::InProcess;
use crate::life_cycle;
use crate::report::Report;
use crate::wire::Wire;

/// KooGallery's debugging console, on the seller's own desk.
///
/// It plays the whole life of an instance, repeats what KooGallery repeats, makes the debugging calls that the vendor's console
/// replays twice a day, and a row of calls that have to be refused; and it judges every answer as the vendor's console does.
///
/// In a test, against the service itself; over a socket with [`check_url`](Self::check_url):
///
/// ```
/// # use std::convert::Infallible;
/// # use bytes::Bytes;
/// # use http::{Request, Response};
/// # use http_body_util::Full;
/// # use marketplace_debugger::{CallBody, Console};
/// # use marketplace_core::AccessKey;
/// # async fn test<S>(shop: S) -> Result<(), Box<dyn std::error::Error>>
/// # where S: tower_service::Service<Request<CallBody>, Response = Response<Full<Bytes>>, Error = Infallible, Future: Send> + Clone + Send
/// # {
/// let key = AccessKey::new("11111111-2222-3333-4444-555555555555")?;
/// Console::new(key).check(shop).await?.assert_passed();
/// # Ok(()) }
/// ```
///
/// **It makes real purchases**, with order ids of its own, and releases what came of them. A shop that is in use is checked
/// [with debugging calls only](Self::with_debugging_calls_only).
pub struct Console {
    key: AccessKey,
    kit_key: Option<AccessKey>,
    plan: Plan,
    path: String,
    deadline: Duration,
    patience: Duration,
    oversize: usize,
    overrides: BTreeMap<String, String>,
    clock: Clock,
    observer: Option<Observer>,
}

impl Console {
    /// When an answer is late: after 5 seconds, say the requirements.
    pub const DEFAULT_DEADLINE: Duration = Duration::from_secs(5);
    /// When the vendor's console gives up: after 20 seconds.
    pub const DEFAULT_PATIENCE: Duration = Duration::from_secs(20);
    /// How long the body is that is far too long: 8 MiB. A call has less than 10 KiB.
    pub const DEFAULT_OVERSIZE: usize = 8 << 20;

    /// Checks guide V2 with billing by period, unless told otherwise; signs with this key.
    #[must_use]
    pub fn new(key: AccessKey) -> Self {
        Self {
            key,
            kit_key: None,
            plan: Plan::default(),
            path: "/saasproduce".to_owned(),
            deadline: Self::DEFAULT_DEADLINE,
            patience: Self::DEFAULT_PATIENCE,
            oversize: Self::DEFAULT_OVERSIZE,
            overrides: BTreeMap::new(),
            clock: Arc::new(now),
            observer: None,
        }
    }

    /// The key of the type "joint SaaS sync", with which calls of the kits are signed. Unless set, they are signed with the
    /// other one.
    #[must_use]
    pub fn with_kit_key(mut self, key: AccessKey) -> Self {
        self.kit_key = Some(key);
        self
    }

    /// Which guide the seller serves: V1, V2 or one of the kits.
    #[must_use]
    pub fn with_guide(mut self, guide: Guide) -> Self {
        self.plan.guide = guide;
        self
    }

    /// How the product is billed, which decides what the seller has to serve. The kits do not ask.
    #[must_use]
    pub fn with_billing(mut self, billing: Billing) -> Self {
        self.plan.billing = billing;
        self
    }

    /// Calls an activity that the guide leaves to the seller as well, such as `upgradeInstance`.
    #[must_use]
    pub fn with_optional(mut self, activity: impl Into<String>) -> Self {
        self.plan.optional.push(activity.into());
        self
    }

    /// Makes no real calls but questions: for a shop that is in use. The life of an instance is then not checked.
    #[must_use]
    pub fn with_debugging_calls_only(mut self) -> Self {
        self.plan.debugging_only = true;
        self
    }

    /// The path of the calls in this process. Unless set, `/saasproduce`.
    #[must_use]
    pub fn with_path(mut self, path: impl Into<String>) -> Self {
        self.path = path.into();
        self
    }

    /// After this time an answer is late.
    #[must_use]
    pub fn with_deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// After this time nobody waits for an answer any more.
    #[must_use]
    pub fn with_patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// How long an instance may be on its way (`000004`), and how often is asked for it. Unless set, a minute, and every
    /// half second.
    #[must_use]
    pub fn with_provisioning(mut self, patience: Duration, pause: Duration) -> Self {
        self.plan.provisioning = patience;
        self.plan.pause = pause;
        self
    }

    /// How many bytes the body has that is far too long.
    #[must_use]
    pub fn with_oversize(mut self, bytes: usize) -> Self {
        self.oversize = bytes;
        self
    }

    /// Gives a field another value, wherever a call has it: an order that the seller knows, for example.
    #[must_use]
    pub fn with_field(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.overrides.insert(name.into(), value.into());
        self
    }

    /// Reads the time from here instead of the machine's clock.
    #[must_use]
    pub fn with_clock(mut self, now: impl Fn() -> UnixMillis + Send + Sync + 'static) -> Self {
        self.clock = Arc::new(now);
        self
    }

    /// Tells somebody what happens, for example to show how far it is.
    #[must_use]
    pub fn with_observer(mut self, observer: impl FnMut(Event<'_>) + Send + 'static) -> Self {
        self.observer = Some(Box::new(observer));
        self
    }

    /// The debugging calls that it would make, to choose from.
    ///
    /// # Errors
    ///
    /// [`CannotRun`], if there is nothing to check.
    pub fn cases(&self) -> Result<Vec<Case>, CannotRun> {
        self.plan.check(self.overrides.keys().map(String::as_str), None)?;
        let purchase = life_cycle::Purchase::new(&run::run_id()?, 0);
        let calls = life_cycle::debugging(&self.plan, &purchase).into_iter();
        Ok(calls
            .map(|(activity, fields)| Case::of_fields(activity, self.plan.guide, activity, fields))
            .collect())
    }

    /// Checks a service in this process. It needs a tokio runtime with a clock, such as that of `#[tokio::test]`.
    ///
    /// How `Body-Sign` is spelled cannot be seen here, where header names have no case; the report says so.
    ///
    /// # Errors
    ///
    /// [`CannotRun`], if there is nothing to check. What is wrong with the seller is in the report.
    pub async fn check<S, B>(self, service: S) -> Result<Report, CannotRun>
    where
        S: Service<Request<CallBody>, Response = Response<B>> + Clone + Send,
        S::Error: Into<Box<dyn Error + Send + Sync>>,
        S::Future: Send,
        B: Body<Data = Bytes> + Send,
        B::Error: Into<Box<dyn Error + Send + Sync>>,
    {
        self.check_over(&mut InProcess(service), None, None).await
    }

    /// Checks whoever listens at a URL, over sockets, and looks at the bytes as they travelled.
    ///
    /// # Errors
    ///
    /// [`CannotRun`], if it is no URL, or there is nothing to check. That nobody listens is in the report.
    pub async fn check_url(self, url: &str) -> Result<Report, CannotRun> {
        self.check_wire(Wire::new(url.parse()?)).await
    }

    /// The same, with a wire that trusts other authorities.
    ///
    /// # Errors
    ///
    /// As [`check_url`](Self::check_url).
    pub async fn check_wire(self, wire: Wire) -> Result<Report, CannotRun> {
        let mut wire = wire;
        let address = wire.address().clone();
        self.check_over(&mut wire, Some(&address), None).await
    }

    /// Makes these calls and no others, and judges their answers as the vendor's console would.
    ///
    /// # Errors
    ///
    /// As [`check`](Self::check).
    pub async fn replay<S, B>(self, service: S, cases: &[Case]) -> Result<Report, CannotRun>
    where
        S: Service<Request<CallBody>, Response = Response<B>> + Clone + Send,
        S::Error: Into<Box<dyn Error + Send + Sync>>,
        S::Future: Send,
        B: Body<Data = Bytes> + Send,
        B::Error: Into<Box<dyn Error + Send + Sync>>,
    {
        self.check_over(&mut InProcess(service), None, Some(cases)).await
    }

    /// The same, over sockets.
    ///
    /// # Errors
    ///
    /// As [`check_url`](Self::check_url).
    pub async fn replay_wire(self, wire: Wire, cases: &[Case]) -> Result<Report, CannotRun> {
        let mut wire = wire;
        let address = wire.address().clone();
        self.check_over(&mut wire, Some(&address), Some(cases)).await
    }
}

impl fmt::Debug for Console {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Console").field("key", &self.key).field("plan", &self.plan).finish_non_exhaustive()
    }
}

pub(crate) fn now() -> UnixMillis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    UnixMillis(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}
