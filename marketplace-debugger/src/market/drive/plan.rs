//! What is to be bought, and how fast time passes.

use std::fmt;
use std::time::Duration;

use super::step::DrivenStep;
use crate::billing::Billing;
use crate::wire::TrustedRoots;

type Observer = Box<dyn FnMut(&DrivenStep) + Send>;

/// What a [`Market`](super::super::Market) plays against a seller.
///
/// By period: a purchase, a renewal, an upgrade, a freeze for the expired period, a release. Once: a purchase and a release. By use:
/// a purchase, the usage if it is [waited for](Self::with_usage_within), a freeze and its end, a release.
pub struct Plan {
    pub(super) billing: Billing,
    pub(super) hour: Duration,
    pub(super) patience: Duration,
    pub(super) pause: Option<Duration>,
    pub(super) bound: Option<Duration>,
    pub(super) usage_within: Option<Duration>,
    pub(super) has_upgrade: bool,
    pub(super) has_release: bool,
    pub(super) roots: TrustedRoots,
    pub(super) observer: Option<Observer>,
}

impl Plan {
    /// How long an hour of KooGallery's takes: one second.
    pub const DEFAULT_HOUR: Duration = Duration::from_secs(1);
    /// When a call is given up: after 5 seconds, say the requirements (`zh-cn_topic_0070649247`, 2023-05-23).
    pub const DEFAULT_PATIENCE: Duration = Duration::from_secs(5);

    /// A plan for a product that is billed like this.
    #[must_use]
    pub fn new(billing: Billing) -> Self {
        Self {
            billing,
            hour: Self::DEFAULT_HOUR,
            patience: Self::DEFAULT_PATIENCE,
            pause: None,
            bound: None,
            usage_within: None,
            has_upgrade: billing == Billing::Period,
            has_release: true,
            roots: TrustedRoots::default(),
            observer: None,
        }
    }

    /// How long an hour of KooGallery's takes, after which it repeats what failed.
    #[must_use]
    pub fn with_hour(mut self, hour: Duration) -> Self {
        self.hour = hour;
        self
    }

    /// When a call is given up. This time is not compressed.
    #[must_use]
    pub fn with_patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// How often `queryInstance` is asked until the instance is there, and when that is given up. Unless set, each twentieth of an
    /// hour, for twelve hours; the pages give neither.
    #[must_use]
    pub fn with_polling(mut self, pause: Duration, bound: Duration) -> Self {
        (self.pause, self.bound) = (Some(pause), Some(bound));
        self
    }

    /// Waits so long for the first record of usage of an instance that is billed by use, before it is released. This time is not
    /// compressed either. Unless set, nobody waits.
    #[must_use]
    pub fn with_usage_within(mut self, time: Duration) -> Self {
        self.usage_within = Some(time);
        self
    }

    /// The product cannot be upgraded: `upgradeInstance` is left to the seller.
    #[must_use]
    pub fn without_upgrade(mut self) -> Self {
        self.has_upgrade = false;
        self
    }

    /// The instance stays, for what a test does with it afterwards.
    #[must_use]
    pub fn without_release(mut self) -> Self {
        self.has_release = false;
        self
    }

    /// Trusts these authorities instead of Mozilla's: for a server on the desk.
    #[must_use]
    pub fn with_roots(mut self, roots: TrustedRoots) -> Self {
        self.roots = roots;
        self
    }

    /// Tells somebody of each step when it is over.
    #[must_use]
    pub fn with_observer(mut self, observer: impl FnMut(&DrivenStep) + Send + 'static) -> Self {
        self.observer = Some(Box::new(observer));
        self
    }
}

impl fmt::Debug for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Plan")
            .field("billing", &self.billing)
            .field("hour", &self.hour)
            .field("patience", &self.patience)
            .finish_non_exhaustive()
    }
}
