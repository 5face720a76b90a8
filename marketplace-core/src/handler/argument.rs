//! The further arguments of a seller's method.

use bytes::Bytes;

use super::{Context, Request};
use crate::{Answer, Fault, InstanceId, Mode, Verified};

/// A type that a method may take after its request, whose type is `A`: [`Mode`], [`InstanceId`], [`Order`], [`Verified`], a
/// [`Sealer`](super::Sealer) or the signed [`Bytes`].
///
/// A method that takes `Mode` is given debugging calls too; any other is not (the library answers those).
///
/// [`Order`]: crate::open_api::Order
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an argument of the method for `{A}`",
    label = "not an argument of this method",
    note = "after the request a method may take `Mode`, `Verified`, `Sealer`, `Bytes`, `InstanceId` where the call is about one instance, and `Order` or `Option<Order>` where guide V2 names an order"
)]
pub trait Argument<A: Request>: Sized {
    /// Does a method with this argument want to see debugging calls?
    const WANTS_DEBUG_CALLS: bool = false;

    /// Has the order that the call names to be asked for first?
    const WANTS_ORDER: bool = false;

    /// Takes it out of the call.
    ///
    /// # Errors
    ///
    /// What is answered instead of running the method.
    #[doc(hidden)]
    fn from_call(context: &Context, request: &A) -> Result<Self, Fault>;
}

/// How generated code takes an argument of type `T` out of a call: the one place where it asks for an [`Argument`].
#[doc(hidden)]
#[must_use]
pub fn argument<A: Request, T: Argument<A>>() -> Taker<A, T> {
    Taker { wants_debug_calls: T::WANTS_DEBUG_CALLS, wants_order: T::WANTS_ORDER, take: T::from_call }
}

/// See [`argument`].
#[doc(hidden)]
#[derive(Debug)]
pub struct Taker<A, T> {
    wants_debug_calls: bool,
    wants_order: bool,
    take: fn(&Context, &A) -> Result<T, Fault>,
}

// No bound on `T` here: what is no argument has been reported.
impl<A, T> Taker<A, T> {
    /// Does the argument want to see debugging calls?
    #[must_use]
    pub fn wants_debug_calls(&self) -> bool {
        self.wants_debug_calls
    }

    /// Has the order that the call names to be asked for first?
    #[must_use]
    pub fn wants_order(&self) -> bool {
        self.wants_order
    }

    /// Takes it.
    ///
    /// # Errors
    ///
    /// What is answered instead of running the method.
    pub fn take(&self, context: &Context, request: &A) -> Result<T, Answer> {
        (self.take)(context, request).map_err(Answer::from)
    }
}

impl<A: Request> Argument<A> for Mode {
    const WANTS_DEBUG_CALLS: bool = true;

    fn from_call(context: &Context, _: &A) -> Result<Self, Fault> {
        Ok(context.mode())
    }
}

impl<A: Request> Argument<A> for Verified {
    fn from_call(context: &Context, _: &A) -> Result<Self, Fault> {
        Ok(context.verified().clone())
    }
}

impl<A: Request> Argument<A> for Bytes {
    fn from_call(context: &Context, _: &A) -> Result<Self, Fault> {
        Ok(context.body().clone())
    }
}

/// A request that is about exactly one instance.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not about one instance",
    label = "an `InstanceId` is not an argument of this method",
    note = "the ids that a call names are in its request"
)]
pub trait NamesInstance: Request {
    /// The instance: for `newInstance` the reserved one, else the one that the call names.
    #[doc(hidden)]
    fn instance(&self, context: &Context) -> InstanceId;
}

impl<A: NamesInstance> Argument<A> for InstanceId {
    fn from_call(context: &Context, request: &A) -> Result<Self, Fault> {
        Ok(request.instance(context))
    }
}
