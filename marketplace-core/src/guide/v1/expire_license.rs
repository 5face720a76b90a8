//! `expireLicense`: a licence has expired.
//!
//! The vendor's guide lists it (2024-07-31); no page with its table was found. The members are those of `expireInstance`,
//! which is a guess.

use marketplace_macros::message;

use crate::Text;
use crate::guide::change_of_one_instance;

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

change_of_one_instance!(ExpireLicense, "expireLicense");
