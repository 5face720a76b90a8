//! When and where a key is in service.

use std::sync::Arc;

use crate::UnixMillis;
use crate::signature::Scheme;

/// Whether a key is in service. The words are those of key managers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum KeyState {
    /// In service.
    #[default]
    InService,
    /// On its way out. What is signed with it is still accepted, and told; refusals are signed with another key, if there is one.
    ScheduledForDeletion,
    /// Kept, and not used: what is signed with it is refused.
    Disabled,
}

/// When and where a key is in service.
#[derive(Clone)]
pub(super) struct Service {
    pub(super) state: KeyState,
    pub(super) from: UnixMillis,
    pub(super) until: UnixMillis,
    pub(super) routes: Option<Arc<[Box<str>]>>,
}

impl Default for Service {
    fn default() -> Self {
        let (from, until) = (UnixMillis(0), UnixMillis(u64::MAX));
        Self { state: KeyState::InService, from, until, routes: None }
    }
}

impl Service {
    /// Always and everywhere?
    pub(super) fn is_unlimited(&self) -> bool {
        self.state == KeyState::InService
            && self.from == UnixMillis(0)
            && self.until == UnixMillis(u64::MAX)
            && self.routes.is_none()
    }

    /// Now, and at this address?
    pub(super) fn covers(&self, now: UnixMillis, path: &str) -> bool {
        let at = |route: &str| route == path || Scheme::is_kit_path_under(path, route);
        self.state != KeyState::Disabled
            && (self.from..=self.until).contains(&now)
            && self.routes.as_ref().is_none_or(|routes| routes.iter().any(|route| at(route)))
    }
}
