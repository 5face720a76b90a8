//! The parameters that the pages name: an error may repeat these names, and no others.

use std::fmt;

const KNOWN: [&str; 32] = [
    "activity",
    "amount",
    "authToken",
    "bandWidth",
    "businessId",
    "chargingMode",
    "customerId",
    "customerName",
    "diskSize",
    "email",
    "expireTime",
    "instanceId",
    "instanceStatus",
    "license",
    "mobilePhone",
    "orderAmount",
    "orderId",
    "orderLineId",
    "periodNumber",
    "periodType",
    "productId",
    "productName",
    "provisionType",
    "saasExtendParams",
    "skuCode",
    "status",
    "testFlag",
    "timeStamp",
    "trialFlag",
    "trialToFormal",
    "userId",
    "userName",
];

/// The name of a parameter, if the pages name it. What a stranger made up is not repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownName(Option<&'static str>);

impl KnownName {
    /// The name, if it is one of theirs.
    #[must_use]
    pub fn of(name: &str) -> Self {
        Self(KNOWN.into_iter().find(|known| *known == name))
    }

    /// The name.
    #[must_use]
    pub fn name(self) -> Option<&'static str> {
        self.0
    }
}

impl fmt::Display for KnownName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(name) => write!(f, "the parameter `{name}`"),
            None => f.write_str("a parameter that is on no page"),
        }
    }
}
