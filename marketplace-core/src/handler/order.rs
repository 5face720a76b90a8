//! The order that a call names, as an argument.

use super::{Argument, Context, Request};
use crate::Fault;
use crate::open_api::Order;

/// A request that carries the ids of an order, and little else of it: its [`order_key`](Request::order_key) is never nothing.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not about an order that can be asked for",
    label = "an `Order` is not an argument of this method",
    note = "methods for `newInstance`, `refreshInstance`, `upgradeInstance` and `orderNotify` of guide V2 may take it"
)]
pub trait NamesOrder: Request {}

/// Where whoever runs the method has asked for no order, the call fails: `000005`.
impl<A: NamesOrder> Argument<A> for Order {
    const WANTS_ORDER: bool = true;

    fn from_call(context: &Context, _: &A) -> Result<Self, Fault> {
        context.order().cloned().ok_or_else(|| {
            Fault::internal(
                "the method takes an `Order`, and nobody was told where to ask for it: see `Endpoint::with_orders`",
            )
        })
    }
}

/// Nothing where whoever runs the method has nobody to ask. An order that was asked for and did not come is a failure all the
/// same.
impl<A: NamesOrder> Argument<A> for Option<Order> {
    const WANTS_ORDER: bool = true;

    fn from_call(context: &Context, _: &A) -> Result<Self, Fault> {
        Ok(context.order().cloned())
    }
}
