//! Orders that the market is told of.

use marketplace_core::UtcTime;
use marketplace_core::open_api::{ChargingMode, MockOrder, OrderType, PeriodType, read_order};
use serde_json::{Map, Value, json};

/// An order that somebody placed, for [`Market::place`](super::Market::place).
///
/// ```
/// use marketplace_core::open_api::{MockOrder, PeriodType};
/// use marketplace_debugger::market::PlacedOrder;
///
/// let order = PlacedOrder::like(MockOrder::PeriodYearNew, "CS2207261447AUY4H")
///     .with_sku_code("basic")
///     .with_period(PeriodType::Month, 3);
/// assert_eq!(order.order_line_id(), "CS2207261447AUY4H-000001");
/// ```
#[derive(Debug, Clone)]
pub struct PlacedOrder {
    kind: Kind,
    id: String,
    line: String,
}

#[derive(Debug, Clone)]
enum Kind {
    /// Made at the moment of placing, and changed.
    Like { mock: MockOrder, order: Map<String, Value>, line: Map<String, Value>, product: Map<String, Value> },
    /// As it was given.
    Given(Value),
}

impl PlacedOrder {
    /// An order of the kind of a mock order: new or a renewal, by period or by use.
    #[must_use]
    pub fn like(mock: MockOrder, order_id: impl Into<String>) -> Self {
        let id = order_id.into();
        let (order, line, product) = (Map::new(), Map::new(), Map::new());
        Self { line: format!("{id}-000001"), id, kind: Kind::Like { mock, order, line, product } }
    }

    /// The object `orderInfo` as it will be answered, byte for byte but for blanks and the order of members.
    ///
    /// # Errors
    ///
    /// [`NoOrder`], if it is none.
    pub fn from_json(order_info: &str) -> Result<Self, NoOrder> {
        let value: Value = serde_json::from_str(order_info).map_err(|_| NoOrder)?;
        let answer = json!({"resultCode": "MKT.0000", "orderInfo": value}).to_string();
        let order = read_order(answer.as_bytes()).map_err(|_| NoOrder)?.map_err(|_| NoOrder)?;
        let line = order.lines().first().ok_or(NoOrder)?.order_line_id().to_owned();
        Ok(Self { id: order.order_id().to_owned(), line, kind: Kind::Given(value) })
    }

    /// Another id for its line. Unless set, that of the order and `-000001`.
    #[must_use]
    pub fn with_order_line_id(mut self, id: impl Into<String>) -> Self {
        self.line = id.into();
        let line = self.line.clone();
        self.with_line("orderLineId", line)
    }

    /// `orderType`
    #[must_use]
    pub fn with_order_type(self, order_type: &OrderType) -> Self {
        let name = order_type.as_str().to_owned();
        self.with_order("orderType", name)
    }

    /// `chargingMode`
    #[must_use]
    pub fn with_charging_mode(self, mode: &ChargingMode) -> Self {
        let name = mode.as_str().to_owned();
        self.with_line("chargingMode", name)
    }

    /// `periodType` and `periodNumber`. `expireTime` stays that of the mock order.
    #[must_use]
    pub fn with_period(self, period: PeriodType, number: u32) -> Self {
        let name = period.as_str().to_owned();
        self.with_line("periodType", name).with_line("periodNumber", number)
    }

    /// `skuCode` of its product.
    #[must_use]
    pub fn with_sku_code(self, code: impl Into<String>) -> Self {
        self.with_product("skuCode", code.into())
    }

    /// `productId` of its product.
    #[must_use]
    pub fn with_product_id(self, id: impl Into<String>) -> Self {
        self.with_product("productId", id.into())
    }

    /// `linearValue` of its product: how much of it was bought.
    #[must_use]
    pub fn with_linear_value(self, value: u64) -> Self {
        self.with_product("linearValue", value)
    }

    /// `extendParams` of its line: what the buyer filled in.
    #[must_use]
    pub fn with_extend_params(self, params: &[(&str, &str)]) -> Self {
        let params: Vec<_> =
            params.iter().map(|(name, value)| json!({"name": name, "value": value})).collect();
        self.with_line("extendParams", params)
    }

    /// `orderId`
    #[must_use]
    pub fn order_id(&self) -> &str {
        &self.id
    }

    /// `orderLineId` of its first line.
    #[must_use]
    pub fn order_line_id(&self) -> &str {
        &self.line
    }

    /// The object `orderInfo`.
    pub(super) fn rendered(&self, now: UtcTime) -> Value {
        let (mock, order, line, product) = match &self.kind {
            Kind::Given(value) => return value.clone(),
            Kind::Like { mock, order, line, product } => (mock, order, line, product),
        };
        let made = mock.stand_in(&self.id, Some(&self.line), now);
        let made = made.and_then(|made| serde_json::from_str(made.info().json()).ok());
        let mut made: Value = made.unwrap_or_default();
        for (pointer, changes) in
            [("", order), ("/orderLine/0", line), ("/orderLine/0/productInfo/0", product)]
        {
            if let Some(members) = made.pointer_mut(pointer).and_then(Value::as_object_mut) {
                members.extend(changes.clone());
            }
        }
        made
    }

    fn with_order(mut self, name: &str, value: impl Into<Value>) -> Self {
        match &mut self.kind {
            Kind::Like { order, .. } => _ = order.insert(name.to_owned(), value.into()),
            Kind::Given(given) => set(given, "", name, value.into()),
        }
        self
    }

    fn with_line(mut self, name: &str, value: impl Into<Value>) -> Self {
        match &mut self.kind {
            Kind::Like { line, .. } => _ = line.insert(name.to_owned(), value.into()),
            Kind::Given(given) => set(given, "/orderLine/0", name, value.into()),
        }
        self
    }

    fn with_product(mut self, name: &str, value: impl Into<Value>) -> Self {
        match &mut self.kind {
            Kind::Like { product, .. } => _ = product.insert(name.to_owned(), value.into()),
            Kind::Given(given) => set(given, "/orderLine/0/productInfo/0", name, value.into()),
        }
        self
    }
}

fn set(given: &mut Value, pointer: &str, name: &str, value: Value) {
    if let Some(members) = given.pointer_mut(pointer).and_then(Value::as_object_mut) {
        members.insert(name.to_owned(), value);
    }
}

/// Not an object with `orderId` and lines that have an `orderLineId`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no JSON object with `orderId` and an `orderLine` of at least one line with `orderLineId`")]
pub struct NoOrder;
