//! What was bought.

use bytes::Bytes;
use http::Method;
use marketplace_core::Text;
use marketplace_core::open_api::{Order, OrderInfo, path, read_order};

use super::super::error::OpenApiError;
use super::super::repeat::Repeat;
use super::Client;
use super::call::Call;
use crate::http_client::HttpService;

impl<S: HttpService> Client<S> {
    /// Asks for an order, as `newInstance` and `refreshInstance` of V2 have to, for they carry ids alone.
    ///
    /// The line is the one of this id; without an id, the order has to have exactly one. Ids have at most 64 characters. The
    /// market answers [`MockOrder`](marketplace_core::open_api::MockOrder)s, too, for commissioning.
    ///
    /// It changes nothing, so it is repeated whenever that can help.
    ///
    /// # Errors
    ///
    /// [`OpenApiError`]
    pub async fn query_order(
        &self,
        order_id: &str,
        order_line_id: Option<&str>,
    ) -> Result<Order, OpenApiError> {
        let info = self.query_order_info(order_id, order_line_id).await?;
        let lines = info.lines().len();
        let line = match (order_line_id, info.lines()) {
            (Some(line), _) => line.to_owned(),
            (None, [only]) => only.order_line_id().to_owned(),
            (None, _) => return Err(OpenApiError::NoSuchLine { lines }),
        };
        Order::line_of(info, &line).ok_or(OpenApiError::NoSuchLine { lines })
    }

    /// Asks for an order with all of its lines that are answered.
    ///
    /// # Errors
    ///
    /// [`OpenApiError`]
    pub async fn query_order_info(
        &self,
        order_id: &str,
        order_line_id: Option<&str>,
    ) -> Result<OrderInfo, OpenApiError> {
        let mut path = format!("{}?orderId={}", path::QUERY_ORDER, encoded("orderId", order_id)?);
        if let Some(line) = order_line_id {
            path.push_str("&orderLineId=");
            path.push_str(&encoded("orderLineId", line)?);
        }
        let call = Call {
            method: Method::GET,
            path,
            body: Bytes::new(),
            key: None,
            is_for_gateway: true,
            repeat: Repeat::Read,
            read: read_order,
        };
        Ok(self.call(&call).await?.answer)
    }
}

/// An id, as it stands in a query.
fn encoded(field: &'static str, id: &str) -> Result<String, OpenApiError> {
    if id.is_empty() {
        return Err(OpenApiError::Unusable { field, rule: "is empty" });
    }
    let Ok(id) = Text::<64>::new(id.to_owned()) else {
        return Err(OpenApiError::Unusable { field, rule: "has more than 64 characters" });
    };
    let mut encoded = String::with_capacity(id.as_str().len());
    for byte in id.as_str().bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    Ok(encoded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_stand_in_a_query_whatever_they_are() {
        assert_eq!(encoded("orderId", "CS1-000_0.1~").unwrap(), "CS1-000_0.1~");
        assert_eq!(encoded("orderId", "a&b=c#/ +云").unwrap(), "a%26b%3Dc%23%2F%20%2B%E4%BA%91");
        let error = encoded("orderId", "").unwrap_err();
        assert_eq!(error.to_string(), "`orderId` is empty");
        assert!(encoded("orderId", &"云".repeat(64)).is_ok());
        let error = encoded("orderLineId", &"x".repeat(65)).unwrap_err();
        assert_eq!(error.to_string(), "`orderLineId` has more than 64 characters");
    }
}
