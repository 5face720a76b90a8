//! `releaseLicenseCode`: the end of a licence code.
//!
//! Page (China site): `zh-cn_topic_0070649169` (undated). Optional.

use marketplace_macros::message;

use crate::guide::result_only;
use crate::handler::Subject;
use crate::{InstanceId, Text, Work};

message! {
    /// A licence was not renewed, or the customer unsubscribed. Whoever has it must not be able to use it any longer.
    ///
    /// Releasing it again is a success; only a code that never was is `000003`.
    pub request ReleaseLicenseCode = "releaseLicenseCode" {
        /// The licence code.
        license: Text<64>,
        /// The order of the unsubscription, if that is the cause.
        order_id: Option<Text<64>>,
        /// Its line.
        order_line_id: Option<Text<64>>,
    }
}

result_only!(ReleaseLicenseCode, "releaseLicenseCode", |request| {
    Subject::Change(
        Work::end("releaseLicenseCode", InstanceId::as_named(request.license())).on_licence_code(),
    )
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_example_of_the_page() {
        let request = ReleaseLicenseCode::from_json(
            r#"{"activity":"releaseLicenseCode","license":"*******","orderId":"******","orderLineId":"******","testFlag":"1"}"#,
        )
        .unwrap();
        assert_eq!((request.license(), request.order_id()), ("*******", Some("******")));
        assert!(request.mode().is_debug());
    }

    #[test]
    fn reads_a_release_without_an_order() {
        let request =
            ReleaseLicenseCode::from_json(r#"{"activity":"releaseLicenseCode","license":"1","orderId":""}"#);
        assert_eq!(request.unwrap().order_id(), None);
    }
}
