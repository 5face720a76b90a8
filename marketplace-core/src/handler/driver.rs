//! The seam between the generated dispatch and whoever runs it.

use std::sync::Arc;

use super::argument::Taker;
use super::{Context, Request};
use crate::guide::{self, Marker};
use crate::reply::Answer;

/// A seller that serves a guide: what `#[marketplace_handler]` implements for the type that it annotates, once for each
/// guide.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not handle marketplace calls",
    note = "annotate its impl block with `#[marketplace_handler(billing = …)]`"
)]
pub trait Handler<G: Marker = guide::V2>: Send + Sync + 'static {
    /// The wire names of the activities that it serves.
    const ACTIVITIES: &'static [&'static str];

    /// Picks the method of an activity and hands it to the driver.
    fn dispatch<D: Driver>(self: &Arc<Self>, activity: &str, driver: D) -> D::Output;

    /// The name of an activity that it serves, without borrowing the call that it was read from.
    #[must_use]
    fn served(activity: &str) -> Option<&'static str> {
        Self::ACTIVITIES.iter().find(|served| **served == activity).copied()
    }
}

/// Runs what the dispatch picks. It decodes the request, decides whether and when the method runs, and what becomes of
/// the answer; an endpoint is one, a test may be another.
pub trait Driver {
    /// What comes of a call.
    type Output;

    /// The seller serves this activity, with this method.
    fn run<A: Request>(self, method: Method, run: impl Run<A>) -> Self::Output;

    /// The seller does not serve this activity.
    fn unknown(self) -> Self::Output;
}

/// What the dispatch knows of a method.
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct Method {
    /// Does it want to see debugging calls?
    pub wants_debug_calls: bool,
    /// Does it take the order that the call names? Then ask for it, and run the method
    /// [with it](Context::with_order).
    pub wants_order: bool,
}

impl Method {
    /// One that takes nothing but its request.
    #[doc(hidden)]
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// One that takes this as well.
    #[doc(hidden)]
    #[must_use]
    pub fn taking<A, T>(mut self, argument: &Taker<A, T>) -> Self {
        self.wants_debug_calls |= argument.wants_debug_calls();
        self.wants_order |= argument.wants_order();
        self
    }
}

/// Hands a method that a generated dispatch has picked to the driver.
#[doc(hidden)]
pub fn serve<H, A, D, F, R>(shop: &Arc<H>, driver: D, method: Method, call: F) -> D::Output
where
    H: Send + Sync + 'static,
    A: Request,
    D: Driver,
    F: FnOnce(Arc<H>, A, Context) -> R + Send + 'static,
    R: Future<Output = Answer> + Send + 'static,
{
    let shop = Arc::clone(shop);
    driver.run::<A>(method, move |request, context| call(shop, request, context))
}

/// One method of a seller, ready to be run once.
pub trait Run<A>: Send + 'static {
    /// Runs it.
    fn run(self, request: A, context: Context) -> impl Future<Output = Answer> + Send + 'static;
}

impl<A, F, R> Run<A> for F
where
    F: FnOnce(A, Context) -> R + Send + 'static,
    R: Future<Output = Answer> + Send + 'static,
{
    fn run(self, request: A, context: Context) -> impl Future<Output = Answer> + Send + 'static {
        self(request, context)
    }
}
