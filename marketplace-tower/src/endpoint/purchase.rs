//! The way of a purchase, and of a question about one.

use marketplace_core::handler::{Context, Request, Run};
use marketplace_core::{Answer, Fault, InstanceId, ResultCode};

use super::flight::Flight;
use super::future::caught;
use crate::Ledger;
use crate::ledger::{Outcome, Progress};

/// What a purchase needs beside its request.
pub(super) struct Purchase {
    pub(super) ledger: Ledger,
    pub(super) flight: Flight,
    pub(super) candidate: InstanceId,
}

/// Reserves the instance id, runs the method, records the answer; in this order, each step durable before the next.
// A block that uses what it captured: an `async fn` would keep each argument twice, and this is allocated for each call.
#[allow(clippy::manual_async_fn, reason = "see above")]
pub(super) fn run<A: Request>(
    purchase: Purchase,
    request: A,
    context: Context,
    run: impl Run<A>,
) -> impl Future<Output = Answer> + Send + 'static {
    async move {
        let answer = 'answer: {
            let reservation = match purchase.ledger.reserve(purchase.flight.order(), purchase.candidate).await
            {
                Ok(reservation) => reservation,
                Err(error) => break 'answer Fault::internal(error).into(),
            };
            if let Progress::Done(body) = reservation.progress {
                break 'answer Answer::repeated(body);
            }
            purchase.flight.reserve(reservation.instance.clone());
            let answer = caught(run.run(request, context.with_reserved(reservation.instance))).await;
            let outcome = match answer.code() {
                ResultCode::SUCCESS => Outcome::Done(answer.body().clone()),
                ResultCode::PROCESSING => Outcome::Accepted,
                // It stays reserved, and the next call runs the method again with the same id.
                _ => break 'answer answer,
            };
            match purchase.ledger.record(purchase.flight.order(), outcome).await {
                Ok(()) => answer,
                // Not acknowledged: the call is repeated.
                Err(error) => Fault::internal(error).into(),
            }
        };
        purchase.flight.land(&answer);
        answer
    }
}

/// Asks the seller, unless one of the instances is still being made.
#[allow(clippy::manual_async_fn, reason = "as for `run`")]
pub(super) fn query<A: Request>(
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
