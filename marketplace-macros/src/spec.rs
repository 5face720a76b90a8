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

/// What is sold: an impl block needs the activities of what it sells.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Product {
    /// Software as a service, or whatever else the guide is about.
    Service,
    /// A licence.
    Licence,
}

/// How the calls of a guide are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Form {
    /// A JSON object, with `activity` among its members.
    Json,
    /// The query of a GET, with `activity` among its parameters.
    Query,
    /// A JSON object; the activity is the end of the path.
    Path,
}

/// One guide of the vendor.
pub(crate) struct Guide {
    /// As it is written in the attribute, and the module where its types are.
    pub(crate) name: &'static str,
    /// The guide as a type.
    pub(crate) marker: &'static str,
    pub(crate) form: Form,
    /// Does it depend on the billing what is required?
    pub(crate) is_billed: bool,
    /// While the answer to a `newInstance` is pending, KooGallery asks by this activity.
    pub(crate) asks_by: Option<&'static str>,
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
    pub(crate) product: Product,
}

pub(crate) const GUIDES: &[Guide] = &[
    Guide {
        name: "v2",
        marker: "V2",
        form: Form::Json,
        is_billed: true,
        asks_by: Some("queryInstance"),
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
    },
    Guide {
        name: "v1",
        marker: "V1",
        form: Form::Query,
        is_billed: true,
        asks_by: None,
        activities: V1,
        field_types: &["ExtendParams", "SealedEmail", "SealedMobilePhone"],
    },
    Guide {
        name: "kit_v1",
        marker: "KitV1",
        form: Form::Path,
        is_billed: false,
        asks_by: None,
        activities: KIT,
        field_types: KIT_FIELD_TYPES,
    },
    Guide {
        name: "kit_v2",
        marker: "KitV2",
        form: Form::Path,
        is_billed: false,
        asks_by: None,
        activities: KIT,
        field_types: KIT_FIELD_TYPES,
    },
    Guide {
        name: "licence",
        marker: "Licence",
        form: Form::Json,
        is_billed: false,
        asks_by: None,
        activities: LICENCE,
        field_types: &["LicenseStatus", "LicenseTime", "Scene"],
    },
];

/// `topic_0070649086`, `zh-cn_topic_0070649414` (2025-12-16).
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

/// `saas_topic_0000001` (2025-11-13); licences 1.0: `0070649153` (2024-07-31).
const V1: &[Activity] = &[
    activity("newInstance", "NewInstance", "NewInstanceReply", &[OneTime, Period, OnDemand]),
    activity("refreshInstance", "RefreshInstance", "()", &[Period]),
    activity("expireInstance", "ExpireInstance", "()", &[Period]),
    activity("releaseInstance", "ReleaseInstance", "()", &[OneTime, Period, OnDemand]),
    activity("instanceStatus", "InstanceStatus", "()", &[OnDemand]),
    activity("queryInstance", "QueryInstance", "QueryInstanceReply", &[OnDemand]),
    activity("upgrade", "Upgrade", "()", &[]),
    licence("getLicense", "GetLicense", "GetLicenseReply", &[OneTime, Period]),
    licence("refreshLicense", "RefreshLicense", "()", &[Period]),
    licence("expireLicense", "ExpireLicense", "()", &[Period]),
    licence("releaseLicense", "ReleaseLicense", "()", &[OneTime, Period]),
];

/// `0070649109` to `0070649113`; V2: `0070649433` to `0070649437`. A product without departments may leave those out.
const KIT: &[Activity] = &[
    activity("tenantSync", "TenantSync", "()", &Billing::ALL),
    activity("applicationSync", "ApplicationSync", "()", &Billing::ALL),
    activity("authSync", "AuthSync", "()", &Billing::ALL),
    activity("singleOrgSync", "SingleOrgSync", "()", &[]),
    activity("allOrgSync", "AllOrgSync", "()", &[]),
];

const KIT_FIELD_TYPES: &[&str] = &[
    "BeijingTime",
    "Change",
    "EmployeeType",
    "OrgInfo",
    "OrgInfoList",
    "Role",
    "SealedClientSecret",
    "User",
    "UserChange",
    "UserList",
];

/// `0070649167` to `0070649169` (168: 2025-04-25), `0070649255` (2023-12-25): all of them optional.
const LICENCE: &[Activity] = &[
    activity("refreshLicenseCode", "RefreshLicenseCode", "()", &[]),
    activity("updateLicenseCodeStatus", "UpdateLicenseCodeStatus", "()", &[]),
    activity("releaseLicenseCode", "ReleaseLicenseCode", "()", &[]),
    activity("getLicenseAsync", "GetLicenseAsync", "()", &[]),
];

const fn activity(
    wire: &'static str,
    request: &'static str,
    reply: &'static str,
    required_by: &'static [Billing],
) -> Activity {
    Activity { wire, request, reply, required_by, product: Product::Service }
}

const fn licence(
    wire: &'static str,
    request: &'static str,
    reply: &'static str,
    required_by: &'static [Billing],
) -> Activity {
    Activity { wire, request, reply, required_by, product: Product::Licence }
}

impl Guide {
    pub(crate) fn activity(&self, wire: &str) -> Option<&'static Activity> {
        self.activities.iter().find(|activity| activity.wire == wire)
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.activities.iter().map(|activity| activity.wire)
    }

    /// The activities without which these billing models do not work, and for each the models that require it; none, if
    /// the guide does not ask for the billing. `serves` says which ones there are, from which it follows what is sold.
    pub(crate) fn required(
        &self,
        billing: &[Billing],
        serves: impl Fn(&str) -> bool,
    ) -> Vec<(&'static Activity, Vec<Billing>)> {
        let sells_licences =
            self.activities.iter().any(|one| one.product == Product::Licence && serves(one.wire));
        let sells_services = !sells_licences
            || self.activities.iter().any(|one| one.product == Product::Service && serves(one.wire));
        let required = self.activities.iter().filter_map(|activity| {
            let sold = match activity.product {
                Product::Service => sells_services,
                Product::Licence => sells_licences,
            };
            let models: Vec<_> =
                billing.iter().copied().filter(|model| activity.required_by.contains(model)).collect();
            let required = if self.is_billed { !models.is_empty() } else { !activity.required_by.is_empty() };
            (sold && required).then_some((activity, models))
        });
        required.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guide(name: &str) -> &'static Guide {
        GUIDES.iter().find(|guide| guide.name == name).unwrap()
    }

    fn required(guide: &Guide, billing: &[Billing], served: &[&str]) -> Vec<&'static str> {
        let required = guide.required(billing, |wire| served.contains(&wire));
        required.into_iter().map(|(activity, _)| activity.wire).collect()
    }

    #[test]
    fn each_billing_requires_its_activities() {
        let five =
            ["newInstance", "queryInstance", "refreshInstance", "updateInstanceStatus", "releaseInstance"];
        let v2 = guide("v2");
        assert_eq!(required(v2, &[], &[]), [""; 0]);
        assert_eq!(required(v2, &[OneTime], &[]), ["newInstance", "queryInstance", "releaseInstance"]);
        assert_eq!(required(v2, &[Period], &[]), five);
        assert_eq!(required(v2, &[OnDemand], &[]), five);
        let v1 = guide("v1");
        assert_eq!(required(v1, &[OneTime], &[]), ["newInstance", "releaseInstance"]);
        assert_eq!(
            required(v1, &[Period], &[]),
            ["newInstance", "refreshInstance", "expireInstance", "releaseInstance"]
        );
        assert_eq!(
            required(v1, &[OnDemand], &[]),
            ["newInstance", "releaseInstance", "instanceStatus", "queryInstance"]
        );
    }

    #[test]
    fn a_list_requires_the_union_and_says_who_requires_what() {
        let required = guide("v2").required(&[OneTime, Period], |_| false);
        assert_eq!(required.len(), 5);
        let models = |wire| required.iter().find(|(activity, _)| activity.wire == wire).unwrap().1.clone();
        assert_eq!(models("newInstance"), [OneTime, Period]);
        assert_eq!(models("refreshInstance"), [Period]);
    }

    #[test]
    fn who_sells_licences_alone_needs_their_activities_alone() {
        let v1 = guide("v1");
        let licences = ["getLicense", "refreshLicense", "expireLicense", "releaseLicense"];
        assert_eq!(required(v1, &[Period], &["getLicense"]), licences);
        assert_eq!(required(v1, &[OneTime], &["getLicense"]), ["getLicense", "releaseLicense"]);
        assert_eq!(required(v1, &[Period], &["getLicense", "newInstance"]).len(), 8);
    }

    #[test]
    fn guides_without_billing_require_the_same_always() {
        assert_eq!(required(guide("kit_v1"), &[], &[]), ["tenantSync", "applicationSync", "authSync"]);
        assert_eq!(required(guide("licence"), &[], &[]), [""; 0]);
    }

    #[test]
    fn names_are_of_the_wire_and_types_follow_them() {
        for activity in GUIDES.iter().flat_map(|guide| guide.activities) {
            let (first, rest) = activity.wire.split_at(1);
            assert_eq!(activity.request, first.to_uppercase() + rest);
        }
    }
}
