//! `orderNotify`: an order was placed.
//!
//! Pages (China site): `zh-cn_topic_0000002091799153` (2025-11-13), `zh-cn_topic_0000002091799149` (2025-12-30). Any kind
//! of product; its access key is of the type 通用接口. Failed calls are repeated for three hours.

use marketplace_macros::message;

use crate::guide::result_only;
use crate::handler::{NamesOrder, Subject};
use crate::{OrderKey, Text};

message! {
    /// An order was placed. What was bought is in the order query.
    pub request OrderNotify = "orderNotify" {
        /// The order.
        order_id: Text<64>,
        /// Its line.
        order_line_id: Text<64>,
    }
}

result_only!(OrderNotify, "orderNotify", |_request| Subject::Other, {
    fn order_key(&self) -> Option<OrderKey> {
        Some(OrderKey::new(self.order_id(), Some(self.order_line_id())))
    }
});

impl NamesOrder for OrderNotify {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_both_kinds_of_call() {
        for (flag, debug) in
            [("\"1\"", true), ("\"0\"", false), ("1", true), ("0", false), ("null", false), ("\"\"", false)]
        {
            let body = format!(
                r#"{{"activity":"orderNotify","orderId":"CS1","orderLineId":"CS1-000001","testFlag":{flag}}}"#
            );
            assert_eq!(OrderNotify::from_json(body).unwrap().mode().is_debug(), debug, "{flag}");
        }
    }
}
