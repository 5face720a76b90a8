//! `expireLicense`: a licence has expired.
//!
//! The vendor's guide lists it (2024-07-31); no page with its table was found. The members are those of `expireInstance`,
//! which is a guess.

use marketplace_macros::message;

use crate::guide::change_of_one_instance;
use crate::{Text, Work};

message! {
    /// A licence has expired.
    ///
    /// Expiring it again is a success.
    pub request ExpireLicense = get "expireLicense" {
        /// The instance that was answered to `getLicense`.
        instance_id: Text<64>,
        /// The order by which it was bought.
        order_id: Option<Text<64>>,
    }
}

change_of_one_instance!(ExpireLicense, "expireLicense", |_request, instance| {
    Work::state(instance, "expired")
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_call_with_and_without_an_order() {
        let read = |query: &str| ExpireLicense::from_query(query).unwrap();
        let request =
            read("activity=expireLicense&instanceId=1&orderId=2&timeStamp=20230731000000000&testFlag=1");
        assert_eq!((request.instance_id(), request.order_id()), ("1", Some("2")));
        assert!(request.mode().is_debug());
        assert_eq!(read("instanceId=1&orderId=").order_id(), None);
    }
}
