//! The id that was reserved before a seller's method ran.

use crate::handler::Context;
use crate::{Fault, InstanceId, OrderKey, Text};

/// A reply names the instance that is reserved: KooGallery's later calls would not find another.
pub(super) fn check(context: &Context, named: &Text<64>) -> Result<(), Fault> {
    match context.reserved() {
        Some(reserved) if reserved.as_str() != named.as_str() => Err(Fault::internal(format!(
            "the reply names the instance `{named}`, but `{reserved}` is reserved for this order"
        ))),
        _ => Ok(()),
    }
}

/// The id that is reserved for an order. Nothing is for a debugging call: it gets an id of its own, the same each time.
pub(super) fn or_derived(context: &Context, order: &OrderKey) -> InstanceId {
    context.reserved().cloned().unwrap_or_else(|| for_debugging(order))
}

/// The id that a debugging call gets, the same each time.
pub(super) fn for_debugging(order: &OrderKey) -> InstanceId {
    InstanceId::derived("debug-", order)
}
