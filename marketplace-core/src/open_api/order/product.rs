//! What was bought.

use serde_json::Value;

use crate::open_api::members::Members;
use crate::wire::Amount;

/// What was bought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductInfo {
    product_id: Option<String>,
    sku_code: Option<String>,
    linear_value: Option<Amount>,
    product_name: Option<String>,
}

impl ProductInfo {
    pub(super) fn read(value: &Value) -> Self {
        let members = Members::of(value);
        Self {
            product_id: members.text("productId"),
            sku_code: members.text("skuCode"),
            linear_value: members.value("linearValue").and_then(|value| match value {
                Value::Number(number) => Amount::from_float(number.as_f64()?).ok(),
                Value::String(text) => text.parse().ok(),
                _ => None,
            }),
            product_name: members.text("productName"),
        }
    }

    /// `productId`, at most 64 characters. It differs between the periods of one SKU.
    #[must_use]
    pub fn product_id(&self) -> Option<&str> {
        self.product_id.as_deref()
    }

    /// `skuCode`, at most 64 characters. It stays the same when a renewal changes the period.
    #[must_use]
    pub fn sku_code(&self) -> Option<&str> {
        self.sku_code.as_deref()
    }

    /// `linearValue`: how much, for products with a capacity.
    #[must_use]
    pub fn linear_value(&self) -> Option<Amount> {
        self.linear_value
    }

    /// `productName`
    #[must_use]
    pub fn product_name(&self) -> Option<&str> {
        self.product_name.as_deref()
    }
}
