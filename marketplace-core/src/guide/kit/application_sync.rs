//! `applicationSync`: the credentials with which the application logs users in.
//!
//! Pages (China site): V1 `zh-cn_topic_0070649110` (undated), V2 `zh-cn_topic_0070649434` (undated; adds flag 2).

use marketplace_macros::message;

use super::{Change, SealedClientSecret};
use crate::Text;
use crate::call::BeijingTime;
use crate::guide::result_only;

message! {
    /// A company's credentials at the authentication centre are made, changed or removed.
    ///
    /// The key of a repeat is the instance, the tenant and the application: adding one again makes no second one, deleting
    /// one again is a success, and a delete must not check that the instance exists.
    pub request ApplicationSync = path "applicationSync" {
        /// The instance. None while the seller itself applies for credentials: there is no order yet.
        instance_id: Option<Text<64>>,
        /// The company's id, as in `tenantSync`.
        tenant_id: Text<64>,
        /// The application's id, as in its credential on KooGallery. A product has one.
        app_id: Text<64>,
        /// The OAuth client id of the authentication centre.
        client_id: Text<64>,
        /// The OAuth client secret, encrypted for the seller.
        client_secret: SealedClientSecret,
        /// What becomes of them.
        flag: Change,
        /// When the call was made.
        time_stamp: BeijingTime,
    }
}

result_only!(ApplicationSync, "applicationSync");

#[cfg(test)]
mod tests {
    use super::*;

    fn body(secret: &str) -> String {
        format!(
            r#"{{"instanceId":"huaiweitest123456","tenantId":"68cbc86abc2018ab880d92f36422fa0e","appId":"0bd452b0-58af-4b98-9bda-6bf59da68d57","clientId":"client","clientSecret":"{secret}","flag":1,"testFlag":0,"timeStamp":"20220413093539534"}}"#
        )
    }

    #[test]
    fn reads_credentials() {
        let request = ApplicationSync::from_json(body("c2VhbGVk")).unwrap();
        assert_eq!(request.app_id(), "0bd452b0-58af-4b98-9bda-6bf59da68d57");
        assert_eq!((request.client_id(), request.flag()), ("client", Change::Add));
        assert_eq!(request.client_secret().as_sent(), "c2VhbGVk");
    }

    #[test]
    fn shows_the_secret_to_nobody() {
        let request = ApplicationSync::from_json(body("canary")).unwrap();
        assert!(!format!("{request:?} {:?}", request.client_secret()).contains("canary"));
        let error = ApplicationSync::from_json(body(&"canary".repeat(400))).unwrap_err().to_string();
        assert!(error.starts_with("`clientSecret`: 2400 UTF-16 units, the limit is 2048"), "{error}");
        assert!(!error.contains("canary"), "{error}");
    }
}
