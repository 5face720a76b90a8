//! The way of a question about instances.

use marketplace_core::handler::{Context, Request, Run};
use marketplace_core::{Answer, Fault, InstanceId};

use crate::Ledger;

/// Asks the seller, unless one of the instances is still being made.
// A block that uses what it captured: an `async fn` would keep each argument twice, and this is allocated for each call.
#[allow(clippy::manual_async_fn, reason = "see above")]
pub(super) fn run<A: Request>(
    ledger: Ledger,
    instances: Vec<InstanceId>,
    request: A,
    context: Context,
    run: impl Run<A>,
) -> impl Future<Output = Answer> + Send + 'static {
    async move {
        match ledger.unfinished(&instances).await {
            Ok(false) => run.run(request, context).await,
            Ok(true) => Answer::processing(None),
            Err(error) => Fault::internal(error).into(),
        }
    }
}
