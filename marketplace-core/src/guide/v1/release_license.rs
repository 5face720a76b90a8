//! `releaseLicense`: the end of a licence.
//!
//! Page: the vendor's guide, `productsdesc-bms_d27b907e` (undated).

use marketplace_macros::message;

use crate::Text;
use crate::guide::change_of_one_instance;

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

change_of_one_instance!(ReleaseLicense, "releaseLicense");
