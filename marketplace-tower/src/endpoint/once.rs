//! The way of a work: it is done once, here or on another machine.

use std::time::Duration;

use marketplace_core::handler::{Context, Request, Run};
use marketplace_core::{Answer, Fault, ResultCode, WorkKind};
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
const PAUSES: [Duration; 2] = [Duration::from_millis(50), Duration::from_secs(1)];
/// How often, and how often at most, an outcome is written again that the ledger did not take.
const RECORD_AGAIN: (Duration, u32) = (Duration::from_secs(1), 60);

/// What a work needs beside its request.
pub(super) struct Once {
    pub(super) ledger: Ledger,
    pub(super) flight: Flight,
    pub(super) claim: Claim,
    pub(super) counters: Counters,
    pub(super) background: Background,
    /// For how long what another machine does is waited for.
    pub(super) patience: Duration,
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
                    if once.claim.work.kind() != WorkKind::State {
                        once.flight.begin(instance);
                    }
                    Box::pin(wait(&once.ledger, &once.claim, once.patience)).await
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
                Progress::Held => break 'answer once.held(),
            };
            once.flight.begin(reservation.instance.clone());
            let context = match once.claim.work.kind() {
                WorkKind::Purchase => context.with_reserved(reservation.instance),
                _ => context,
            };
            // The call has been written down, and the claim may be needed again.
            once.claim.call.clear();
            let lease = Lease { work: once.claim.work.clone(), fence };
            failpoint::reach("begun");
            let work = caught(run.run(request, context));
            let mut answer = keeping(work, &once.ledger, &lease, once.claim.lease).await;
            let purchase = once.claim.work.kind() == WorkKind::Purchase;
            if purchase && answer.code() == ResultCode::PROCESSING && answer.fault().is_some() {
                // Said as a failure, it has no instance id, and nobody could ask for the instance.
                answer = once.flight.passenger().processing().unwrap_or(answer);
            }
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
                // Not acknowledged: the call is repeated, and flies with this one until the ledger knows.
                Err(error) => {
                    record_later(once, lease, answer, outcome);
                    return Fault::internal(error).into();
                }
            }
        };
        once.flight.land(&answer);
        answer
    }
}

impl Once {
    /// Another machine is at it, or at another state of the instance, and this work is not on the disk.
    fn held(&self) -> Answer {
        let held = || Fault::internal("another change of the instance is still at work").into();
        self.flight.passenger().processing().unwrap_or_else(held)
    }

    /// Does this call say the same as the first one?
    fn judge(&self, reservation: &Reservation) {
        if reservation.digest.is_some_and(|digest| digest != self.claim.digest) {
            self.counters.conflict(&self.claim.work);
        }
    }

    /// This machine was taken for dead. What the other one has answered counts; if it has died as well, this answer does.
    async fn after_another(&self, answer: Answer, outcome: Outcome) -> Answer {
        match wait(&self.ledger, &self.claim, self.patience).await {
            Err(error) => Fault::internal(error).into(),
            Ok(Reservation { progress: Progress::Done(answer), .. }) => Answer::repeated(answer),
            Ok(Reservation { progress: Progress::Held, .. }) => self.held(),
            // Something else has been done to the instance since: this state is not its last one.
            Ok(Reservation { progress: Progress::New(fence), .. })
                if self.claim.work.kind() == WorkKind::State =>
            {
                let lease = Lease { work: self.claim.work.clone(), fence };
                match self.ledger.record(&lease, Outcome::Failed).await {
                    Ok(()) => answer,
                    Err(error) => Fault::internal(error).into(),
                }
            }
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

    /// Tells the ledger when it can be told.
    async fn record_again(&self, lease: &Lease, answer: Answer, outcome: Outcome) -> Answer {
        let (pause, times) = RECORD_AGAIN;
        for _ in 0..times {
            sleep(pause).await;
            match self.ledger.record(lease, outcome.clone()).await {
                Ok(()) => {
                    tracing::info!(work = %lease.work, "the ledger has been told what was done");
                    return answer;
                }
                Err(LedgerError::Superseded { .. }) => {
                    self.counters.superseded();
                    return self.after_another(answer, outcome).await;
                }
                Err(error) => tracing::debug!(work = %lease.work, %error, "the ledger cannot be told yet"),
            }
        }
        tracing::error!(work = %lease.work, "the ledger was never told what was done: the next call does it again");
        Fault::internal("the ledger could not be told what was done").into()
    }
}

/// Asks until the work is no longer another machine's, for so long.
async fn wait(ledger: &Ledger, claim: &Claim, patience: Duration) -> Result<Reservation, LedgerError> {
    let [mut pause, longest] = PAUSES;
    let since = Instant::now();
    loop {
        let begun = ledger.begin(claim).await?;
        if begun.progress != Progress::Held || since.elapsed() >= patience {
            return Ok(begun);
        }
        sleep(pause).await;
        pause = (pause * 2).min(longest);
    }
}

/// The method has done its work, and only the ledger does not know. Until it does, calls that come wait: after the lease is over, one of them would run the method again.
fn record_later(once: Once, lease: Lease, answer: Answer, outcome: Outcome) {
    let Ok(runtime) = Handle::try_current() else { return };
    let running = once.background.begin();
    runtime.spawn(async move {
        let answer = once.record_again(&lease, answer, outcome).await;
        once.flight.land(&answer);
        drop(running);
    });
}
