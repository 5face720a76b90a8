//! `getLicenseAsync`: a customer asks for a licence.
//!
//! Page (China site): `zh-cn_topic_0070649255` (2023-12-25). Online licences for client software.

use marketplace_macros::message;

use super::LicenseTime;
use crate::guide::change_of_one_instance;
use crate::reply::AnswersLater;
use crate::{OrderKey, Text, Work};

message! {
    /// A customer asks for a licence of an instance. The seller makes it, and uploads it to KooGallery; the answer only says
    /// whether that is done, or still to come ([`Provisioning::Pending`](crate::Provisioning)).
    ///
    /// The key of a repeat is the event and the device's fingerprint: the same licence again, not another one. Result codes of
    /// its own are `000900` to `000903`, such as
    /// [`LICENCE_QUOTA_EXCEEDED`](crate::ResultCode::LICENCE_QUOTA_EXCEEDED).
    pub request GetLicenseAsync = "getLicenseAsync" {
        /// The instance.
        instance_id: Text<64>,
        /// From when on the licence is valid.
        effective_time: LicenseTime,
        /// Until when it is valid. Periodic products have one;
        /// [`EXPIRY_TIME_REQUIRED`](crate::ResultCode::EXPIRY_TIME_REQUIRED) asks for it.
        expire_time: Option<LicenseTime>,
        /// KooGallery's id of this request.
        event_id: Text<64>,
        /// What tells the device, for licences that are bound to one;
        /// [`DEVICE_FINGERPRINT_REQUIRED`](crate::ResultCode::DEVICE_FINGERPRINT_REQUIRED) asks for it.
        device_fingerprint: Option<Text<1024>>,
    }
}

change_of_one_instance!(GetLicenseAsync, "getLicenseAsync", |request, instance| {
    let request_id = OrderKey::new(request.event_id(), request.device_fingerprint());
    Work::ordered("getLicenseAsync", "", request_id, instance)
});

impl AnswersLater for GetLicenseAsync {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_example_of_the_page() {
        let request = GetLicenseAsync::from_json(
            r#"{"activity":"getLicenseAsync","eventId":"8****e5694*****c8","instanceId":"RA2****4LVS","effectiveTime":"2023-10-27 10:30:15 z","expireTime":"2024-10-27 10:30:15 z","deviceFingerprint":"8******6","testFlag":"0"}"#,
        )
        .unwrap();
        assert_eq!((request.instance_id(), request.event_id()), ("RA2****4LVS", "8****e5694*****c8"));
        assert_eq!(request.effective_time().to_string(), "20231027103015000");
        assert_eq!(request.expire_time().map(|time| time.to_string()).as_deref(), Some("20241027103015000"));
        assert_eq!(request.device_fingerprint(), Some("8******6"));
    }

    #[test]
    fn a_licence_may_be_for_ever_and_for_any_device() {
        let request = GetLicenseAsync::from_json(
            r#"{"activity":"getLicenseAsync","eventId":"1","instanceId":"2","effectiveTime":"20231027103015","expireTime":"","deviceFingerprint":null}"#,
        )
        .unwrap();
        assert_eq!((request.expire_time(), request.device_fingerprint()), (None, None));
    }
}
