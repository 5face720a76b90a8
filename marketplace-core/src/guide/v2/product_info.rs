//! `productInfo`, which the vendor uses and never defines.

use marketplace_macros::message;

use crate::Text;
use crate::call::JsonList;

message! {
    /// A product as orders name it. Its members are those of the order query; each may be missing.
    pub request part ProductInfo {
        /// The product. It changes when the period type changes.
        product_id: Option<Text<64>>,
        /// The specification. It stays when the period type changes.
        sku_code: Option<Text<64>>,
        /// The quantity, for a linear attribute.
        linear_value: Option<i64>,
        /// The product's name.
        product_name: Option<Text<256>>,
    }
}

/// One product, a list of them, or JSON text that holds either: nobody knows which the vendor sends.
///
/// The order query uses a list under the same name, the vendor's sample could only read text, and another public
/// integration takes an object or text. A handler sees a list.
pub type Products = JsonList<ProductInfo>;
