//! What is said about an order, and about that there is none.

use std::error::Error;
use std::fmt::{Display, Write as _};

use marketplace_core::open_api::{BuyerInfo, ExtendParam, OrderInfo, OrderLine, ProductInfo};
use marketplace_tower::open_api::OpenApiError;
use serde::de::{Deserializer as _, MapAccess, Visitor};
use serde::ser::Serializer as _;
use serde_json::json;
use serde_json::value::RawValue;

const BUYER: &str = "buyerInfo";

/// For people, under the names of the wire.
pub(super) fn text(order: &OrderInfo, with_buyer: bool) -> String {
    let mut report = Report::default();
    report.field(0, "orderId", Some(order.order_id()));
    report.field(0, "orderType", Some(order.order_type()));
    report.field(0, "createTime", order.create_time());
    report.params(0, order.extend_params());
    for line in order.lines() {
        report.line(line);
    }
    match order.buyer() {
        Some(buyer) if with_buyer => report.buyer(buyer),
        Some(_) => report.field(0, BUYER, Some("not shown without --buyer")),
        None => {}
    }
    report.0 + "fine: AK and SK, clock and network are right\n"
}

/// Lines of names and values. Values are others': none of them begins a line.
#[derive(Default)]
struct Report(String);

impl Report {
    fn field(&mut self, depth: usize, name: &str, value: Option<impl Display>) {
        let Some(value) = value else { return };
        let (name, value) = (one_line(name), one_line(&value.to_string()));
        let width = 24_usize.saturating_sub(2 * depth);
        // Writing to a text does not fail.
        let _ = writeln!(self.0, "{:indent$}{name:width$} {value}", "", indent = 2 * depth);
    }

    fn line(&mut self, line: &OrderLine) {
        self.field(0, "orderLineId", Some(line.order_line_id()));
        self.field(1, "chargingMode", line.charging_mode());
        self.field(1, "periodType", line.period_type());
        self.field(1, "periodNumber", line.period_number());
        self.field(1, "expireTime", line.expire_time());
        self.field(1, "currency", line.currency());
        self.field(1, "currencyAfterDiscount", line.currency_after_discount());
        for product in line.products() {
            self.product(product);
        }
        self.params(1, line.extend_params());
    }

    fn product(&mut self, product: &ProductInfo) {
        self.field(1, "productInfo", Some(product.product_name().unwrap_or("without a name")));
        self.field(2, "productId", product.product_id());
        self.field(2, "skuCode", product.sku_code());
        self.field(2, "linearValue", product.linear_value());
    }

    fn params(&mut self, depth: usize, params: &[ExtendParam]) {
        for param in params {
            self.field(depth, "extendParams", Some(format_args!("{}={}", param.name(), param.value())));
        }
    }

    fn buyer(&mut self, buyer: &BuyerInfo) {
        self.field(0, BUYER, Some(""));
        for (name, value) in [
            ("customerId", buyer.customer_id()),
            ("customerName", buyer.customer_name()),
            ("customerRealName", buyer.customer_real_name()),
            ("mobilePhone", buyer.mobile_phone()),
            ("email", buyer.email()),
            ("userId", buyer.user_id()),
            ("userName", buyer.user_name()),
        ] {
            self.field(1, name, value);
        }
        self.field(1, "customerType", buyer.customer_type());
    }
}

fn one_line(text: &str) -> String {
    text.replace(char::is_control, "\u{fffd}")
}

/// The members of the object, each as it was written. `buyerInfo` only if it is wanted.
pub(super) fn json(order: &OrderInfo, with_buyer: bool) -> Result<String, serde_json::Error> {
    let mut members = serde_json::Deserializer::from_str(order.json()).deserialize_map(Members)?;
    members.retain(|(name, _)| with_buyer || name != BUYER);
    let mut out = Vec::new();
    let members = members.iter().map(|(name, value)| (name, value));
    serde_json::Serializer::new(&mut out).collect_map(members)?;
    // Between members, tabs and line ends are blanks; inside of texts there are none that are not escaped.
    Ok(String::from_utf8_lossy(&out).replace(['\t', '\r', '\n'], " ") + "\n")
}

/// In their order, which a map would not keep.
struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Vec<(String, Box<RawValue>)>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the object `orderInfo`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(members)
    }
}

/// KooGallery said no.
pub(super) fn refusal(error: &OpenApiError) -> String {
    format!("refused: {}\n", failure(error))
}

/// What went wrong, and what the catalogue has to say about it.
pub(super) fn failure(error: &OpenApiError) -> String {
    let entry = error.entry();
    let mut report = format!(
        "{}\n  means: {}\n  cause: {}\n  do: {}\n",
        one_line(&chain(error)),
        entry.what,
        entry.cause,
        entry.fix
    );
    for check in entry.checks {
        report += &format!("  check: {check}\n");
    }
    if let Some(source) = entry.source {
        report += &format!("  source: {source}\n");
    }
    report + "  see docs/errors.md" + entry.anchor
}

/// The same, for programs.
pub(super) fn json_error(error: &OpenApiError) -> String {
    let entry = error.entry();
    let error = json!({
        "slug": entry.slug,
        "message": chain(error),
        "what": entry.what,
        "code": error.code().map(ToString::to_string),
        "cause": entry.cause,
        "fix": entry.fix,
        "checks": entry.checks,
        "source": entry.source,
    });
    format!("{}\n", json!({ "error": error }))
}

/// An error, and what it comes from.
pub(super) fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text += &format!(": {error}");
        source = error.source();
    }
    text
}
