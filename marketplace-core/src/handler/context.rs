//! What is known of a call beside its request.

use bytes::Bytes;

use super::sealer::{Randomness, Sealing};
use crate::open_api::Order;
use crate::seal::KeySize;
use crate::{InstanceId, Mode, Text, Verified};

/// What is known of a call beside its request. Its parts are arguments of a seller's method (see [`Argument`](super::Argument)).
#[derive(Debug, Clone)]
pub struct Context {
    verified: Verified,
    mode: Mode,
    reserved: Option<InstanceId>,
    order: Option<Order>,
    sealing: Sealing,
}

impl Context {
    /// The context of a verified call.
    #[must_use]
    pub fn new(verified: Verified, mode: Mode) -> Self {
        Self { verified, mode, reserved: None, order: None, sealing: Sealing::default() }
    }

    /// With the instance id that was reserved for a `newInstance`.
    #[must_use]
    pub fn with_reserved(mut self, instance: InstanceId) -> Self {
        self.reserved = Some(instance);
        self
    }

    /// With the order that the call names, for methods that take an [`Order`].
    #[must_use]
    pub fn with_order(mut self, order: Order) -> Self {
        self.order = Some(order);
        self
    }

    /// With what a [`Sealer`](super::Sealer) needs: the size of key that was chosen for the product when it was released,
    /// and a source of randomness, such as the operating system's. Without it, nothing can be sealed.
    #[must_use]
    pub fn with_sealing(mut self, size: KeySize, randomness: Randomness) -> Self {
        self.sealing = Sealing { size, randomness: Some(randomness) };
        self
    }

    /// The verified call.
    #[must_use]
    pub fn verified(&self) -> &Verified {
        &self.verified
    }

    /// Whether the call is real.
    #[must_use]
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// The instance id that was reserved, if the activity is `newInstance`.
    #[must_use]
    pub fn reserved(&self) -> Option<&InstanceId> {
        self.reserved.as_ref()
    }

    /// The order that the call names, if it was asked for.
    #[must_use]
    pub fn order(&self) -> Option<&Order> {
        self.order.as_ref()
    }

    pub(super) fn sealing(&self) -> Sealing {
        self.sealing
    }

    /// The bytes that were signed.
    #[must_use]
    pub fn body(&self) -> &Bytes {
        self.verified.body()
    }
}

/// What debugging calls are answered with when the seller's method does not want to see them.
#[derive(Debug, Clone)]
pub struct StandIn {
    /// The `frontEndUrl` that a debugged `queryInstance` shows: at most 512 UTF-16 units.
    pub front_end_url: Text<512>,
}

impl Default for StandIn {
    /// `https://example.com/`.
    fn default() -> Self {
        Self { front_end_url: Text::from_static("https://example.com/") }
    }
}
