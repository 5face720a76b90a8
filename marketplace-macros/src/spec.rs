//! The table: the wire names of each guide, and the activities that each billing model requires.

/// How a product is billed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Billing {
    OneTime,
    Period,
    OnDemand,
}

use Billing::{OnDemand, OneTime, Period};

impl Billing {
    pub(crate) const ALL: [Self; 3] = [OneTime, Period, OnDemand];

    /// As it is written in the attribute.
    pub(crate) fn name(self) -> &'static str {
        match self {
            OneTime => "one_time",
            Period => "period",
            OnDemand => "on_demand",
        }
    }
}

/// One guide of the vendor.
pub(crate) struct Guide {
    /// As it is written in the attribute, and the module where its types are.
    pub(crate) name: &'static str,
    pub(crate) activities: &'static [Activity],
    /// The types that fields of its requests have, beside the words of every guide.
    pub(crate) field_types: &'static [&'static str],
}

/// One activity of a guide.
pub(crate) struct Activity {
    /// Its name on the wire.
    pub(crate) wire: &'static str,
    /// The type of its request.
    pub(crate) request: &'static str,
    /// The type of its reply.
    pub(crate) reply: &'static str,
    /// The billing models that cannot do without it.
    pub(crate) required_by: &'static [Billing],
}

pub(crate) const GUIDES: &[Guide] = &[Guide {
    name: "v2",
    activities: V2,
    field_types: &[
        "BuyerInfo",
        "ExtendParam",
        "InstanceStatus",
        "OrderInfo",
        "ProductInfo",
        "Products",
        "Scene",
    ],
}];

const V2: &[Activity] = &[
    activity("newInstance", "NewInstance", "NewInstanceReply", &[OneTime, Period, OnDemand]),
    activity("queryInstance", "QueryInstance", "QueryInstanceReply", &[OneTime, Period, OnDemand]),
    activity("refreshInstance", "RefreshInstance", "()", &[Period, OnDemand]),
    activity("updateInstanceStatus", "UpdateInstanceStatus", "()", &[Period, OnDemand]),
    activity("releaseInstance", "ReleaseInstance", "()", &[OneTime, Period, OnDemand]),
    activity("upgradeInstance", "UpgradeInstance", "()", &[]),
    activity("changeInstanceCheck", "ChangeInstanceCheck", "()", &[]),
    activity("orderNotify", "OrderNotify", "()", &[]),
];

const fn activity(
    wire: &'static str,
    request: &'static str,
    reply: &'static str,
    required_by: &'static [Billing],
) -> Activity {
    Activity { wire, request, reply, required_by }
}

impl Guide {
    pub(crate) fn activity(&self, wire: &str) -> Option<&'static Activity> {
        self.activities.iter().find(|activity| activity.wire == wire)
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.activities.iter().map(|activity| activity.wire)
    }

    /// The activities without which these billing models do not work, and for each the models that require it.
    pub(crate) fn required(&self, billing: &[Billing]) -> Vec<(&'static Activity, Vec<Billing>)> {
        let requiring = |activity: &'static Activity| {
            let models = billing.iter().copied().filter(|model| activity.required_by.contains(model));
            (activity, models.collect::<Vec<_>>())
        };
        self.activities.iter().map(requiring).filter(|(_, models)| !models.is_empty()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn required(billing: &[Billing]) -> Vec<&'static str> {
        GUIDES[0].required(billing).into_iter().map(|(activity, _)| activity.wire).collect()
    }

    #[test]
    fn each_billing_requires_its_activities() {
        let five =
            ["newInstance", "queryInstance", "refreshInstance", "updateInstanceStatus", "releaseInstance"];
        assert_eq!(required(&[]), [""; 0]);
        assert_eq!(required(&[OneTime]), ["newInstance", "queryInstance", "releaseInstance"]);
        assert_eq!(required(&[Period]), five);
        assert_eq!(required(&[OnDemand]), five);
    }

    #[test]
    fn a_list_requires_the_union_and_says_who_requires_what() {
        let required = GUIDES[0].required(&[OneTime, Period]);
        assert_eq!(required.len(), 5);
        let models = |wire| required.iter().find(|(activity, _)| activity.wire == wire).unwrap().1.clone();
        assert_eq!(models("newInstance"), [OneTime, Period]);
        assert_eq!(models("refreshInstance"), [Period]);
    }

    #[test]
    fn names_are_of_the_wire_and_types_follow_them() {
        for activity in GUIDES.iter().flat_map(|guide| guide.activities) {
            let (first, rest) = activity.wire.split_at(1);
            assert_eq!(activity.request, first.to_uppercase() + rest);
        }
    }
}
