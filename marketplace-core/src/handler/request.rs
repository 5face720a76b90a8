//! Typed requests.

use std::fmt;

use crate::call::{CallText, DecodeError, InstanceIdList};
use crate::handler::StandIn;
use crate::open_api::MockOrder;
use crate::reply::Answer;
use crate::{Mode, OrderKey, Work};

/// The request of one activity.
pub trait Request: fmt::Debug + Sized + Send + Sync + 'static {
    /// The activity's name on the wire.
    const ACTIVITY: &'static str;

    /// Reads it out of the signed text.
    ///
    /// # Errors
    ///
    /// [`DecodeError`] names the field and the rule.
    fn decode(text: CallText) -> Result<Self, DecodeError>;

    /// Whether the call is real.
    fn mode(&self) -> Mode;

    /// What the call is about.
    fn subject(&self) -> Subject<'_> {
        Subject::Other
    }

    /// The order that the call names, and that can be asked for at the market: what an
    /// [`Order`](crate::open_api::Order) is fetched by.
    fn order_key(&self) -> Option<OrderKey> {
        None
    }

    /// What the order of a debugging call is made after, if it names none of the [`MockOrder`]s itself.
    fn mock_order(&self) -> MockOrder {
        MockOrder::PeriodYearNew
    }

    /// The answer to a debugging call that the seller's method does not want to see: it succeeds, is the same each time,
    /// and creates nothing.
    fn stand_in(&self, _: &StandIn) -> Answer {
        Answer::success()
    }
}

/// What a call is about: it decides how often, and on which instance, the seller's method runs.
#[derive(Debug)]
#[non_exhaustive]
pub enum Subject<'a> {
    /// It makes a new instance: once for each order line.
    NewInstance {
        /// The order line.
        order: OrderKey,
        /// The call's business id; see [`InstanceId::suggested`](crate::InstanceId::suggested).
        business_id: Option<&'a str>,
    },
    /// It asks for instances, and changes nothing.
    Query(InstanceIdList<'a>),
    /// It changes an instance: once, until something else does.
    Change(Work),
    /// It is about one instance, which it does not change.
    Instance(&'a str),
    /// It is about something else.
    Other,
}

/// `Self` is the request of the activity whose request is `A`: the same type.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the request of this activity",
    label = "this activity sends `{A}`",
    note = "the first argument after `&self` is the activity's request"
)]
pub trait RequestOf<A> {
    /// The same request.
    #[doc(hidden)]
    fn from_request(request: A) -> Self;
}

impl<A: Request> RequestOf<A> for A {
    fn from_request(request: A) -> Self {
        request
    }
}
