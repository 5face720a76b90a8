//! Instances that the market knows.

use marketplace_core::UtcTime;

/// An instance of which usage may be pushed, for [`Market::instance`](super::Market::instance).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarketInstance {
    pub(super) id: String,
    pub(super) state: InstanceState,
    pub(super) opened: Option<UtcTime>,
    pub(super) closed: Option<UtcTime>,
}

impl MarketInstance {
    /// A pay-per-use instance that runs.
    #[must_use]
    pub fn on_demand(id: impl Into<String>) -> Self {
        Self { id: id.into(), state: InstanceState::Running, opened: None, closed: None }
    }

    /// In this state.
    #[must_use]
    pub fn with_state(mut self, state: InstanceState) -> Self {
        self.state = state;
        self
    }

    /// It began then: usage before is refused (011).
    #[must_use]
    pub fn with_beginning(mut self, opened: UtcTime) -> Self {
        self.opened = Some(opened);
        self
    }

    /// It ended then: usage afterwards is refused (011), usage before is still taken.
    #[must_use]
    pub fn with_end(mut self, closed: UtcTime) -> Self {
        self.closed = Some(closed);
        self
    }

    /// The id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The state.
    #[must_use]
    pub fn state(&self) -> InstanceState {
        self.state
    }
}

/// What is with an instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum InstanceState {
    /// Its usage is taken.
    Running,
    /// Its product was withdrawn (006).
    Withdrawn,
    /// It is of another seller (009).
    OfAnotherSeller,
    /// It is not pay-per-use (012).
    NotPayPerUse,
    /// Its state is abnormal (013).
    Abnormal,
}
