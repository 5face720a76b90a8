//! An order, as the market tells it.
//!
//! "Querying an order": `zh-cn_topic_0070649350` (2024-04-26), `topic_0070649116`, EU `en-us_topic_000033` (2025-03-13). Of lines,
//! products and buyers the tables are not published whole; the names are those of answers that were seen.

mod buyer;
mod extend_param;
mod line;
mod product;
mod words;

use std::fmt;
use std::sync::Arc;

use serde_json::Value;

pub use self::buyer::BuyerInfo;
pub use self::extend_param::ExtendParam;
pub use self::line::OrderLine;
pub use self::product::ProductInfo;
pub use self::words::{ChargingMode, OrderType, PeriodType};
use super::UnreadableAnswer;
use super::members::Members;

/// An order line that was bought, and the order that it is part of: an argument of methods for `newInstance`, `refreshInstance`,
/// `upgradeInstance` and `orderNotify` of V2, whose requests carry ids alone.
///
/// What is not in it is asked of [`Order::info`], or, for fields that are not known here, of [`OrderInfo::json`]. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    info: OrderInfo,
    line: usize,
}

impl Order {
    /// The line of this id; if there is none of this id, nothing.
    #[must_use]
    pub fn line_of(info: OrderInfo, order_line_id: &str) -> Option<Self> {
        let line = info.lines().iter().position(|line| line.order_line_id() == order_line_id)?;
        Some(Self { info, line })
    }

    /// The whole order.
    #[must_use]
    pub fn info(&self) -> &OrderInfo {
        &self.info
    }

    /// The line that the call is about.
    #[must_use]
    #[allow(clippy::indexing_slicing, reason = "the constructor found it there, and nothing changes it")]
    pub fn line(&self) -> &OrderLine {
        &self.info.lines()[self.line]
    }

    /// What was bought: the first product of the line, which is the only one in every answer that was seen.
    #[must_use]
    pub fn product(&self) -> Option<&ProductInfo> {
        self.line().products().first()
    }
}

/// An order with all of its lines.
///
/// `Debug` shows nothing that tells who bought.
#[derive(Clone, PartialEq, Eq)]
pub struct OrderInfo(Arc<Parts>);

#[derive(PartialEq, Eq)]
struct Parts {
    json: Box<str>,
    order_id: String,
    order_type: OrderType,
    create_time: Option<String>,
    lines: Vec<OrderLine>,
    buyer: Option<BuyerInfo>,
    extend_params: Vec<ExtendParam>,
}

impl OrderInfo {
    /// Reads the object `orderInfo` of an answer, or what [`json`](Self::json) wrote, for sellers that keep their orders. Only ids
    /// have to be there.
    ///
    /// # Errors
    ///
    /// [`UnreadableAnswer`] names the member that is missing.
    pub fn from_json(json: &str) -> Result<Self, UnreadableAnswer> {
        Self::read(json).map_err(UnreadableAnswer::Missing)
    }

    fn read(json: &str) -> Result<Self, &'static str> {
        let value: Value = serde_json::from_str(json).map_err(|_| "orderInfo")?;
        let members = Members::of(&value);
        let lines: Result<Vec<_>, _> = members.list("orderLine").map(OrderLine::read).collect();
        Ok(Self(Arc::new(Parts {
            json: json.into(),
            order_id: members.text("orderId").ok_or("orderId")?,
            order_type: OrderType::new(members.text("orderType").unwrap_or_default()),
            create_time: members.text("createTime"),
            lines: lines?,
            buyer: members.value("buyerInfo").map(BuyerInfo::read),
            extend_params: members.list("extendParams").filter_map(ExtendParam::read).collect(),
        })))
    }

    /// `orderId`, at most 64 characters.
    #[must_use]
    pub fn order_id(&self) -> &str {
        &self.0.order_id
    }

    /// `orderType`
    #[must_use]
    pub fn order_type(&self) -> &OrderType {
        &self.0.order_type
    }

    /// `createTime`: when it was placed, `yyyyMMddHHmmss`. Some pages say UTC, others nothing.
    #[must_use]
    pub fn create_time(&self) -> Option<&str> {
        self.0.create_time.as_deref()
    }

    /// `orderLine`
    #[must_use]
    pub fn lines(&self) -> &[OrderLine] {
        &self.0.lines
    }

    /// `buyerInfo`
    #[must_use]
    pub fn buyer(&self) -> Option<&BuyerInfo> {
        self.0.buyer.as_ref()
    }

    /// `extendParams` of the order. Those of a line are in [`OrderLine::extend_params`].
    #[must_use]
    pub fn extend_params(&self) -> &[ExtendParam] {
        &self.0.extend_params
    }

    /// The object as the market wrote it, with everything that is not known here.
    #[must_use]
    pub fn json(&self) -> &str {
        &self.0.json
    }
}

impl fmt::Debug for OrderInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OrderInfo")
            .field("order_id", &self.0.order_id)
            .field("order_type", &self.0.order_type)
            .field("lines", &self.0.lines)
            .finish_non_exhaustive()
    }
}
