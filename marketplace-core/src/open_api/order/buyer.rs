//! Who bought.

use std::fmt;

use serde_json::Value;

use crate::open_api::members::Members;

/// Who bought. Any of it may be missing. `Debug` shows the id alone.
#[derive(Clone, PartialEq, Eq)]
pub struct BuyerInfo {
    customer_id: Option<String>,
    customer_name: Option<String>,
    customer_real_name: Option<String>,
    customer_type: Option<u64>,
    mobile_phone: Option<String>,
    email: Option<String>,
    user_id: Option<String>,
    user_name: Option<String>,
}

impl BuyerInfo {
    pub(super) fn read(value: &Value) -> Self {
        let members = Members::of(value);
        Self {
            customer_id: members.text("customerId"),
            customer_name: members.text("customerName"),
            customer_real_name: members.text("customerRealName"),
            customer_type: members.number("customerType"),
            mobile_phone: members.text("mobilePhone"),
            email: members.text("email"),
            user_id: members.text("userId"),
            user_name: members.text("userName"),
        }
    }

    /// `customerId`: the account.
    #[must_use]
    pub fn customer_id(&self) -> Option<&str> {
        self.customer_id.as_deref()
    }

    /// `customerName`: the account's name.
    #[must_use]
    pub fn customer_name(&self) -> Option<&str> {
        self.customer_name.as_deref()
    }

    /// `customerRealName`
    #[must_use]
    pub fn customer_real_name(&self) -> Option<&str> {
        self.customer_real_name.as_deref()
    }

    /// `customerType`
    #[must_use]
    pub fn customer_type(&self) -> Option<u64> {
        self.customer_type
    }

    /// `mobilePhone`
    #[must_use]
    pub fn mobile_phone(&self) -> Option<&str> {
        self.mobile_phone.as_deref()
    }

    /// `email`
    #[must_use]
    pub fn email(&self) -> Option<&str> {
        self.email.as_deref()
    }

    /// `userId`: the IAM user, if one bought.
    #[must_use]
    pub fn user_id(&self) -> Option<&str> {
        self.user_id.as_deref()
    }

    /// `userName`: the IAM user's name.
    #[must_use]
    pub fn user_name(&self) -> Option<&str> {
        self.user_name.as_deref()
    }
}

impl fmt::Debug for BuyerInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BuyerInfo").field("customer_id", &self.customer_id).finish_non_exhaustive()
    }
}
