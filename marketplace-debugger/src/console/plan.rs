//! What is to be checked.

use std::time::Duration;

use marketplace_core::Guide;

use crate::billing::Billing;
use crate::case::Case;
use crate::life_cycle::{self, Purchase};
use crate::wire::UnusableAddress;

/// What is to be checked.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) guide: Guide,
    pub(crate) billing: Billing,
    pub(crate) optional: Vec<String>,
    pub(crate) debugging_only: bool,
    /// How long an instance may be on its way.
    pub(crate) provisioning: Duration,
    /// How often is asked for it.
    pub(crate) pause: Duration,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            guide: Guide::V2,
            billing: Billing::default(),
            optional: Vec::new(),
            debugging_only: false,
            provisioning: Duration::from_secs(60),
            pause: Duration::from_millis(500),
        }
    }
}

impl Plan {
    /// The activities of the guide that a seller has to serve with this billing, and those it may.
    fn activities_of_guide(&self) -> (&'static [&'static str], &'static [&'static str]) {
        use Billing::{OnDemand, OneTime, Period};
        match (self.guide, self.billing) {
            (Guide::V2, OneTime) => (&["newInstance", "queryInstance", "releaseInstance"], &["orderNotify"]),
            (Guide::V2, Period | OnDemand) => (
                &[
                    "newInstance",
                    "queryInstance",
                    "refreshInstance",
                    "updateInstanceStatus",
                    "releaseInstance",
                ],
                &["changeInstanceCheck", "upgradeInstance", "orderNotify"],
            ),
            (Guide::V1, OneTime) => (&["newInstance", "releaseInstance"], &["queryInstance"]),
            (Guide::V1, Period) => (
                &["newInstance", "refreshInstance", "expireInstance", "releaseInstance"],
                &["upgrade", "queryInstance", "instanceStatus"],
            ),
            (Guide::V1, OnDemand) => (
                &["newInstance", "instanceStatus", "releaseInstance", "queryInstance"],
                &["refreshInstance", "expireInstance"],
            ),
            (Guide::KitV1 | Guide::KitV2, _) => {
                (&["tenantSync", "applicationSync", "authSync"], &["allOrgSync", "singleOrgSync"])
            }
            _ => (&[], &[]),
        }
    }

    /// The activities that are called.
    pub(crate) fn activities(&self) -> Vec<&str> {
        let (required, _) = self.activities_of_guide();
        let optional = self.optional.iter().map(String::as_str).filter(|name| !required.contains(name));
        required.iter().copied().chain(optional).collect()
    }

    /// Is this activity called?
    pub(crate) fn has(&self, activity: &str) -> bool {
        self.activities().contains(&activity)
    }

    /// The instance of the vendor's examples, which no seller has issued.
    pub(crate) fn nobodys_instance(&self) -> &'static str {
        "huaiweitest123456"
    }

    /// Can it be carried out, with these fields set and these cases?
    pub(crate) fn check<'n>(
        &self,
        set: impl Iterator<Item = &'n str>,
        cases: Option<&[Case]>,
    ) -> Result<(), CannotRun> {
        let (required, allowed) = self.activities_of_guide();
        if required.is_empty() {
            return Err(CannotRun::Guide(self.guide));
        }
        if let Some(case) = cases.into_iter().flatten().find(|case| case.guide() != Some(self.guide)) {
            return Err(CannotRun::CaseOfOtherGuide(case.name().to_owned()));
        }
        for activity in &self.optional {
            if !required.contains(&activity.as_str()) && !allowed.contains(&activity.as_str()) {
                return Err(CannotRun::Activity { name: activity.clone(), known: allowed.join(", ") });
            }
        }
        let calls = life_cycle::debugging(self, &Purchase::new("", 0));
        for name in set {
            if cases.is_none() && !calls.iter().any(|(_, fields)| fields.contains_key(name)) {
                return Err(CannotRun::Field(name.to_owned()));
            }
        }
        Ok(())
    }
}

/// Why nothing can be checked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CannotRun {
    /// The address is none.
    #[error(transparent)]
    Address(#[from] UnusableAddress),
    /// The console does not play this guide.
    #[error("guide {0} is not checked: v1, v2, kit_v1 and kit_v2 are")]
    Guide(Guide),
    /// The guide has no such activity with this billing.
    #[error("`{name}` is no activity that this guide leaves to the seller with this billing: {known}")]
    Activity {
        /// What was given.
        name: String,
        /// What there is.
        known: String,
    },
    /// No call has this field.
    #[error("no call that would be made has a field `{0}`")]
    Field(String),
    /// A case is of another guide than is checked.
    #[error("the case `{0}` is of another guide")]
    CaseOfOtherGuide(String),
    /// There is no randomness for the ids.
    #[error("there is no randomness to be had: {0}")]
    Randomness(String),
}

/// The name of a guide on a command line: `v1`, `v2`, `kit-v1` or `kit-v2`.
#[must_use]
pub fn guide_name(guide: Guide) -> &'static str {
    match guide {
        Guide::V1 => "v1",
        Guide::KitV1 => "kit-v1",
        Guide::KitV2 => "kit-v2",
        Guide::V2 => "v2",
        _ => "unknown",
    }
}

/// The guide of this name. Nothing for one that the console does not play.
#[must_use]
pub fn guide_of(name: &str) -> Option<Guide> {
    [Guide::V1, Guide::V2, Guide::KitV1, Guide::KitV2].into_iter().find(|guide| guide_name(*guide) == name)
}
