//! One line of an order.

use std::fmt;

use serde_json::Value;

use super::{ChargingMode, ExtendParam, PeriodType, ProductInfo};
use crate::open_api::members::Members;

/// One line of an order.
#[derive(Clone, PartialEq, Eq)]
pub struct OrderLine {
    order_line_id: String,
    charging_mode: Option<ChargingMode>,
    expire_time: Option<String>,
    period_type: Option<PeriodType>,
    period_number: Option<u64>,
    products: Vec<ProductInfo>,
    extend_params: Vec<ExtendParam>,
    currency: Option<String>,
    currency_after_discount: Option<String>,
}

impl OrderLine {
    pub(super) fn read(value: &Value) -> Result<Self, &'static str> {
        let members = Members::of(value);
        // One product, where a list is documented, is taken for a list of one.
        let single = members.object("productInfo").and_then(|_| members.value("productInfo"));
        let products = members.list("productInfo").chain(single);
        Ok(Self {
            order_line_id: members.text("orderLineId").ok_or("orderLineId")?,
            charging_mode: members.text("chargingMode").map(ChargingMode::new),
            expire_time: members.text("expireTime"),
            period_type: members.text("periodType").map(PeriodType::new),
            period_number: members.number("periodNumber"),
            products: products.map(ProductInfo::read).collect(),
            extend_params: members.list("extendParams").filter_map(ExtendParam::read).collect(),
            currency: members.text("currency"),
            currency_after_discount: members.text("currencyAfterDiscount"),
        })
    }

    /// `orderLineId`, at most 64 characters.
    #[must_use]
    pub fn order_line_id(&self) -> &str {
        &self.order_line_id
    }

    /// `chargingMode`
    #[must_use]
    pub fn charging_mode(&self) -> Option<&ChargingMode> {
        self.charging_mode.as_ref()
    }

    /// `expireTime`, `yyyyMMddHHmmss`, of products by period. It is indicative, and its zone differs between answers: let the
    /// calls of KooGallery, not this, end an instance.
    #[must_use]
    pub fn expire_time(&self) -> Option<&str> {
        self.expire_time.as_deref()
    }

    /// `periodType`
    #[must_use]
    pub fn period_type(&self) -> Option<&PeriodType> {
        self.period_type.as_ref()
    }

    /// `periodNumber`: how many of them.
    #[must_use]
    pub fn period_number(&self) -> Option<u64> {
        self.period_number
    }

    /// `productInfo`
    #[must_use]
    pub fn products(&self) -> &[ProductInfo] {
        &self.products
    }

    /// `extendParams`: what the customer was asked for.
    #[must_use]
    pub fn extend_params(&self) -> &[ExtendParam] {
        &self.extend_params
    }

    /// The value of the extension parameter of this name.
    #[must_use]
    pub fn extend_param(&self, name: &str) -> Option<&str> {
        self.extend_params.iter().find(|param| param.name() == name).map(ExtendParam::value)
    }

    /// `currency`: the list price, a decimal number.
    #[must_use]
    pub fn currency(&self) -> Option<&str> {
        self.currency.as_deref()
    }

    /// `currencyAfterDiscount`: the price, a decimal number.
    #[must_use]
    pub fn currency_after_discount(&self) -> Option<&str> {
        self.currency_after_discount.as_deref()
    }
}

/// Without what the customer was asked for.
impl fmt::Debug for OrderLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OrderLine")
            .field("order_line_id", &self.order_line_id)
            .field("charging_mode", &self.charging_mode)
            .field("products", &self.products)
            .finish_non_exhaustive()
    }
}
