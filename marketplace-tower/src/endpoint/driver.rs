//! What is done with the method that the dispatch picked.

use std::sync::Arc;

use marketplace_core::call::CallText;
use marketplace_core::handler::{Context, Driver, Method, Request, Run, Subject};
use marketplace_core::{Answer, InstanceId, Mode, Verified, Work, WorkKind};

use super::flight::Boarding;
use super::future::{EndpointFuture, Late};
use super::once::{self, Once};
use super::order::WithOrder;
use super::{Shared, query};
use crate::ledger::Claim;
use crate::{BoxError, Refusal};

/// From the operating system.
fn randomness(bytes: &mut [u8]) -> Result<(), BoxError> {
    getrandom::fill(bytes).map_err(Into::into)
}

/// One call, on its way to a method.
pub(super) struct Call<'a, H> {
    pub(super) shared: &'a Arc<Shared<H>>,
    pub(super) text: CallText,
    pub(super) verified: Verified,
}

impl<H> Driver for Call<'_, H> {
    type Output = EndpointFuture;

    fn run<A: Request>(self, method: Method, run: impl Run<A>) -> EndpointFuture {
        let Self { shared, text, verified } = self;
        let request = match A::decode(text) {
            Ok(request) => request,
            Err(error) => return EndpointFuture::refused(error.into()),
        };
        let mode = request.mode();
        if mode.is_debug() && !method.wants_debug_calls {
            return EndpointFuture::answered(A::ACTIVITY, request.stand_in(&shared.stand_in));
        }
        let run = WithOrder::new(run, method, shared);
        let once = match request.subject() {
            Subject::NewInstance { order, business_id } if !mode.is_debug() => {
                let digest = verified.digest(business_id);
                let work = Work::purchase(order);
                if let Some(answer) = known(shared, &work, digest) {
                    return EndpointFuture::answered(A::ACTIVITY, answer);
                }
                let candidate = InstanceId::suggested(business_id, work.order());
                Some(Claim::new(work, candidate).with_digest(digest))
            }
            Subject::Change(work) if !mode.is_debug() => {
                let digest = verified.digest(None);
                if let Some(answer) = known(shared, &work, digest) {
                    return EndpointFuture::answered(A::ACTIVITY, answer);
                }
                let instance = work.instance().cloned();
                instance.map(|instance| Claim::new(work, instance).with_digest(digest))
            }
            _ => None,
        };
        if let Some(claim) = once {
            return run_once(shared, verified, request, run, claim);
        }
        let context = context(shared, verified, mode);
        let deadline = shared.deadline;
        match request.subject() {
            Subject::Query(instances) if !mode.is_debug() => {
                // Ids that no ledger can hold are left for the seller to deny.
                let instances: Vec<_> = instances.iter().filter_map(|id| InstanceId::new(id).ok()).collect();
                let query = query::run(shared.ledger.clone(), instances, request, context, run);
                EndpointFuture::asking(A::ACTIVITY, query, deadline, shared.late(Late::Other))
            }
            Subject::Query(_) => {
                let query = run.run(request, context);
                EndpointFuture::asking(A::ACTIVITY, query, deadline, shared.late(Late::Other))
            }
            _ => {
                let (work, background) = (run.run(request, context), shared.background.clone());
                EndpointFuture::working(A::ACTIVITY, work, deadline, shared.late(Late::Other), background)
            }
        }
    }

    fn unknown(self) -> EndpointFuture {
        // Only activities that are served are dispatched.
        EndpointFuture::refused(Refusal::UnknownActivity("".into()))
    }
}

/// What a method is told beside its request.
fn context<H>(shared: &Shared<H>, verified: Verified, mode: Mode) -> Context {
    Context::new(verified, mode).with_sealing(shared.key_size, randomness)
}

/// The answer about a work, if the ledger has it at hand.
fn known<H>(shared: &Shared<H>, work: &Work, digest: u64) -> Option<Answer> {
    let known = shared.ledger.answered(work)?;
    shared.counters.repeated();
    if known.digest.is_some_and(|known| known != digest) {
        shared.counters.conflict(work);
    }
    Some(Answer::repeated(known.answer))
}

/// Work that is done once.
fn run_once<H, A: Request>(
    shared: &Shared<H>,
    verified: Verified,
    request: A,
    run: impl Run<A>,
    claim: Claim,
) -> EndpointFuture {
    let flight = match shared.flights.board(&claim.work, claim.digest) {
        Boarding::First(flight) => flight,
        Boarding::Passenger(passenger) => {
            if !passenger.says(claim.digest) {
                shared.counters.conflict(&claim.work);
            }
            let late = shared.late(Late::Once(passenger.clone()));
            return EndpointFuture::asking(A::ACTIVITY, passenger.landing(), shared.deadline, late);
        }
    };
    let late = shared.late(Late::Once(flight.passenger()));
    let mut claim = claim.with_lease(shared.lease);
    if shared.ledger.keeps_calls() {
        claim = claim.with_call(verified.set_aside());
    }
    let background = shared.background.clone();
    let (ledger, counters) = (shared.ledger.clone(), shared.counters.clone());
    let patience = match claim.work.kind() {
        // It may wait for another state, and is not on the disk meanwhile: nobody has been promised that it will be done, and
        // later it could undo what came after it.
        WorkKind::State => shared.deadline,
        // Until a machine that has died is noticed.
        _ => shared.lease.saturating_mul(2),
    };
    let once = Once { ledger, flight, claim, counters, background: background.clone(), patience };
    let context = context(shared, verified, request.mode());
    let work = once::run(once, request, context, run);
    EndpointFuture::working(A::ACTIVITY, work, shared.deadline, late, background)
}
