//! `releaseInstance`: the end of an instance.
//!
//! Pages: `topic_0070649096` (undated), EU `en-us_topic_000013` (2023-09-01), `zh-cn_topic_0070649431` (undated).

use marketplace_macros::message;

use crate::guide::change_of_one_instance;
use crate::{Text, Work};

message! {
    /// An instance is released: it was not renewed, or the customer unsubscribed. Delete it and its data.
    ///
    /// Releasing it again is a success; only an instance that never was is `000003`.
    pub request ReleaseInstance = "releaseInstance" {
        /// The instance.
        instance_id: Text<64>,
        /// The order of the unsubscription, if that is the cause.
        order_id: Option<Text<64>>,
        /// Its line.
        order_line_id: Option<Text<64>>,
    }
}

change_of_one_instance!(ReleaseInstance, "releaseInstance", |_request, instance| {
    Work::end("releaseInstance", instance)
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_release_with_and_without_an_order() {
        let request =
            ReleaseInstance::from_json(r#"{"activity":"releaseInstance","instanceId":"1","orderId":null}"#)
                .unwrap();
        assert_eq!((request.instance_id(), request.order_id()), ("1", None));
        let request = ReleaseInstance::from_json(
            r#"{"activity":"releaseInstance","instanceId":"1","orderId":"CS1","orderLineId":"CS1-000001","testFlag":1}"#,
        )
        .unwrap();
        assert_eq!((request.order_id(), request.order_line_id()), (Some("CS1"), Some("CS1-000001")));
        assert!(request.mode().is_debug());
    }
}
