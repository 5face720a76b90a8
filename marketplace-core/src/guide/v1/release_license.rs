//! `releaseLicense`: the end of a licence.
//!
//! Page: the vendor's guide, `productsdesc-bms_d27b907e` (undated).

use marketplace_macros::message;

use crate::guide::change_of_one_instance;
use crate::{Text, Work};

message! {
    /// A licence is released: it was not renewed, or the customer unsubscribed.
    ///
    /// Releasing it again is a success.
    pub request ReleaseLicense = get "releaseLicense" {
        /// The instance that was answered to `getLicense`.
        instance_id: Text<64>,
        /// The order by which it was bought.
        order_id: Option<Text<64>>,
    }
}

change_of_one_instance!(ReleaseLicense, "releaseLicense", |_request, instance| {
    Work::end("releaseInstance", instance)
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_call_with_and_without_an_order() {
        let read = |query: &str| ReleaseLicense::from_query(query).unwrap();
        let request =
            read("activity=releaseLicense&instanceId=1&orderId=2&timeStamp=20230731000000000&testFlag=1");
        assert_eq!((request.instance_id(), request.order_id()), ("1", Some("2")));
        assert!(request.mode().is_debug());
        assert_eq!(read("instanceId=1&orderId=").order_id(), None);
    }
}
