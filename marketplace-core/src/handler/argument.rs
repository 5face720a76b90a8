//! The further arguments of a seller's method.

use bytes::Bytes;

use super::{Context, Request};
use crate::{InstanceId, Mode, Verified};

/// A type that a method may take after its request, whose type is `A`: [`Mode`], [`InstanceId`], [`Verified`], a
/// [`Sealer`](super::Sealer) or the signed [`Bytes`].
///
/// A method that takes `Mode` is given debugging calls too; any other is not (the library answers those).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an argument of the method for `{A}`",
    label = "not an argument of this method",
    note = "after the request a method may take `Mode`, `Verified`, `Sealer`, `Bytes`, and, where the call is about one instance, `InstanceId`"
)]
pub trait Argument<A: Request> {
    /// Does a method with this argument want to see debugging calls?
    const WANTS_DEBUG_CALLS: bool = false;

    /// Takes it out of the call.
    #[doc(hidden)]
    fn from_call(context: &Context, request: &A) -> Self;
}

/// How generated code takes an argument of type `T` out of a call: the one place where it asks for an [`Argument`].
#[doc(hidden)]
#[must_use]
pub fn argument<A: Request, T: Argument<A>>() -> Taker<A, T> {
    Taker { wants_debug_calls: T::WANTS_DEBUG_CALLS, take: T::from_call }
}

/// See [`argument`].
#[doc(hidden)]
#[derive(Debug)]
pub struct Taker<A, T> {
    wants_debug_calls: bool,
    take: fn(&Context, &A) -> T,
}

// No bound on `T` here: what is no argument has been reported.
impl<A, T> Taker<A, T> {
    /// Does the argument want to see debugging calls?
    #[must_use]
    pub fn wants_debug_calls(&self) -> bool {
        self.wants_debug_calls
    }

    /// Takes it.
    #[must_use]
    pub fn take(&self, context: &Context, request: &A) -> T {
        (self.take)(context, request)
    }
}

impl<A: Request> Argument<A> for Mode {
    const WANTS_DEBUG_CALLS: bool = true;

    fn from_call(context: &Context, _: &A) -> Self {
        context.mode()
    }
}

impl<A: Request> Argument<A> for Verified {
    fn from_call(context: &Context, _: &A) -> Self {
        context.verified().clone()
    }
}

impl<A: Request> Argument<A> for Bytes {
    fn from_call(context: &Context, _: &A) -> Self {
        context.body().clone()
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
    fn from_call(context: &Context, request: &A) -> Self {
        request.instance(context)
    }
}
