//! What is done with the method that the dispatch picked.

use std::sync::Arc;

use marketplace_core::call::CallText;
use marketplace_core::handler::{Context, Driver, Method, Request, Run, Subject};
use marketplace_core::{Answer, InstanceId, Verified};

use super::future::{EndpointFuture, Late};
use super::purchase::{self, Purchase};
use super::{Shared, flight};
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
        let request = match A::decode(self.text) {
            Ok(request) => request,
            Err(error) => return EndpointFuture::refused(error.into()),
        };
        let mode = request.mode();
        if mode.is_debug() && !method.wants_debug_calls {
            return EndpointFuture::answered(A::ACTIVITY, request.stand_in(&self.shared.stand_in));
        }
        let context = Context::new(self.verified, mode).with_sealing(self.shared.key_size, randomness);
        let deadline = self.shared.deadline;
        match request.subject() {
            Subject::NewInstance { order, business_id } if !mode.is_debug() => {
                if let Some(answer) = self.shared.ledger.answered(&order) {
                    return EndpointFuture::answered(A::ACTIVITY, Answer::repeated(answer));
                }
                let candidate = InstanceId::suggested(business_id, &order);
                match self.shared.flights.board(order) {
                    flight::Boarding::First(flight) => {
                        let late = Late::Purchase(flight.passenger());
                        let purchase = Purchase { ledger: self.shared.ledger.clone(), flight, candidate };
                        let work = purchase::run(purchase, request, context, run);
                        EndpointFuture::working(
                            A::ACTIVITY,
                            work,
                            deadline,
                            late,
                            self.shared.background.clone(),
                        )
                    }
                    flight::Boarding::Passenger(passenger) => {
                        let late = Late::Purchase(passenger.clone());
                        EndpointFuture::asking(A::ACTIVITY, passenger.landing(), deadline, late)
                    }
                }
            }
            Subject::Query(instances) if !mode.is_debug() => {
                // Ids that no ledger can hold are left for the seller to deny.
                let instances: Vec<_> = instances.iter().filter_map(|id| InstanceId::new(id).ok()).collect();
                let query = purchase::query(self.shared.ledger.clone(), instances, request, context, run);
                EndpointFuture::asking(A::ACTIVITY, query, deadline, Late::Other)
            }
            Subject::Query(_) => {
                EndpointFuture::asking(A::ACTIVITY, run.run(request, context), deadline, Late::Other)
            }
            _ => {
                let background = self.shared.background.clone();
                EndpointFuture::working(
                    A::ACTIVITY,
                    run.run(request, context),
                    deadline,
                    Late::Other,
                    background,
                )
            }
        }
    }

    fn unknown(self) -> EndpointFuture {
        // Only activities that are served are dispatched.
        EndpointFuture::refused(Refusal::UnknownActivity("".into()))
    }
}
