//! The way of a work: it is done once, here or on another machine.

use std::time::Duration;

use marketplace_core::handler::{Context, Request, Run};
use marketplace_core::{Answer, Fault, InstanceId, ResultCode, WorkKind};
use tokio::runtime::Handle;
use tokio::time::{Instant, sleep};

use super::background::Background;
use super::counts::Counters;
use super::flight::Flight;
use super::future::caught;
use super::keeping::keeping;
use crate::ledger::{Claim, Lease, LedgerError, Outcome, Progress, Reservation};
use crate::{Ledger, failpoint};

/// How often another machine's work is asked after, at first and at most.
const PATIENCE: [Duration; 2] = [Duration::from_millis(50), Duration::from_secs(1)];
/// How often, and how often at most, an outcome is written again that the ledger did not take.
const RECORD_AGAIN: (Duration, u32) = (Duration::from_secs(1), 60);

/// What a work needs beside its request.
pub(super) struct Once {
    pub(super) ledger: Ledger,
    pub(super) flight: Flight,
    pub(super) claim: Claim,
    pub(super) counters: Counters,
    pub(super) background: Background,
}

/// Begins the work in the ledger, runs the method, records the answer; in this order, each step durable before the next.
// A block that uses what it captured: an `async fn` would keep each argument twice, and this is allocated for each call.
#[allow(clippy::manual_async_fn, reason = "see above")]
pub(super) fn run<A: Request>(
    mut once: Once,
    request: A,
    context: Context,
    run: impl Run<A>,
) -> impl Future<Output = Answer> + Send + 'static {
    async move {
        let answer = 'answer: {
            failpoint::reach("beginning");
            let begun = match once.ledger.begin(&once.claim).await {
                Ok(Reservation { instance, progress: Progress::Held, .. }) => {
                    once.reserve(&instance);
                    Box::pin(wait(&once.ledger, &once.claim)).await
                }
                begun => begun,
            };
            let reservation = match begun {
                Ok(reservation) => reservation,
                Err(error) => break 'answer Fault::internal(error).into(),
            };
            once.judge(&reservation);
            let fence = match reservation.progress {
                Progress::New(fence) | Progress::Accepted(fence) => fence,
                Progress::Interrupted(fence) => {
                    once.counters.taken_up();
                    fence
                }
                Progress::Done(answer) => {
                    once.counters.repeated();
                    break 'answer Answer::repeated(answer);
                }
                Progress::Held => break 'answer once.processing(&reservation.instance),
            };
            once.reserve(&reservation.instance);
            let context = match once.claim.work.kind() {
                WorkKind::Purchase => context.with_reserved(reservation.instance),
                _ => context,
            };
            // The call has been written down, and the claim may be needed again.
            once.claim.call.clear();
            let lease = Lease { work: once.claim.work.clone(), fence };
            failpoint::reach("begun");
            let work = caught(run.run(request, context));
            let answer = keeping(work, &once.ledger, &lease, once.claim.lease).await;
            let outcome = match answer.code() {
                ResultCode::SUCCESS => Outcome::Done(answer.body().clone()),
                ResultCode::PROCESSING => Outcome::Accepted,
                // An instance id stays reserved, and the next call runs the method again with the same one.
                _ => Outcome::Failed,
            };
            failpoint::reach("worked");
            let failed = outcome == Outcome::Failed;
            match once.ledger.record(&lease, outcome.clone()).await {
                Ok(()) => {
                    failpoint::reach("recorded");
                    answer
                }
                // The lease ends by itself.
                Err(error) if failed => {
                    tracing::warn!(work = %lease.work, %error, "the ledger was not told of a failure");
                    answer
                }
                Err(LedgerError::Superseded { .. }) => {
                    once.counters.superseded();
                    tracing::warn!(work = %lease.work, "another machine has taken this work over");
                    Box::pin(once.after_another(answer, outcome)).await
                }
                // Not acknowledged: the call is repeated.
                Err(error) => {
                    record_later(&once, lease, outcome);
                    Fault::internal(error).into()
                }
            }
        };
        once.flight.land(&answer);
        answer
    }
}

impl Once {
    /// The id of a new instance is known from now on.
    fn reserve(&self, instance: &InstanceId) {
        if self.claim.work.kind() == WorkKind::Purchase {
            self.flight.reserve(instance.clone());
        }
    }

    fn processing(&self, instance: &InstanceId) -> Answer {
        Answer::processing((self.claim.work.kind() == WorkKind::Purchase).then_some(instance))
    }

    /// Does this call say the same as the first one?
    fn judge(&self, reservation: &Reservation) {
        if reservation.digest.is_some_and(|digest| digest != self.claim.digest) {
            self.counters.conflict(&self.claim.work);
        }
    }

    /// This machine was taken for dead. What the other one has answered counts; if it has died as well, this answer does.
    async fn after_another(&self, answer: Answer, outcome: Outcome) -> Answer {
        match wait(&self.ledger, &self.claim).await {
            Err(error) => Fault::internal(error).into(),
            Ok(Reservation { progress: Progress::Done(answer), .. }) => Answer::repeated(answer),
            Ok(Reservation { progress: Progress::Held, instance, .. }) => self.processing(&instance),
            Ok(Reservation {
                progress: Progress::New(fence) | Progress::Interrupted(fence) | Progress::Accepted(fence),
                ..
            }) => {
                let lease = Lease { work: self.claim.work.clone(), fence };
                match self.ledger.record(&lease, outcome).await {
                    Ok(()) => answer,
                    Err(error) => Fault::internal(error).into(),
                }
            }
        }
    }
}

/// Asks until the work is no longer another machine's, for as long as that takes to be noticed as dead.
async fn wait(ledger: &Ledger, claim: &Claim) -> Result<Reservation, LedgerError> {
    let [mut pause, longest] = PATIENCE;
    let until = Instant::now() + 2 * claim.lease;
    loop {
        let begun = ledger.begin(claim).await?;
        if begun.progress != Progress::Held || Instant::now() >= until {
            return Ok(begun);
        }
        sleep(pause).await;
        pause = (pause * 2).min(longest);
    }
}

/// The method has done its work, and only the ledger does not know: tells it when it can be told.
fn record_later(once: &Once, lease: Lease, outcome: Outcome) {
    let Ok(runtime) = Handle::try_current() else { return };
    let (ledger, running) = (once.ledger.clone(), once.background.begin());
    runtime.spawn(async move {
        let (pause, times) = RECORD_AGAIN;
        for _ in 0..times {
            sleep(pause).await;
            match ledger.record(&lease, outcome.clone()).await {
                Ok(()) => {
                    tracing::info!(work = %lease.work, "the ledger has been told what was done");
                    break;
                }
                Err(LedgerError::Superseded { .. }) => break,
                Err(error) => tracing::debug!(work = %lease.work, %error, "the ledger cannot be told yet"),
            }
        }
        drop(running);
    });
}
