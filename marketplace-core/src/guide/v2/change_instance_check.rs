//! `changeInstanceCheck`: may this renewal change the instance?
//!
//! Pages: `en-us_topic_0000002464934193` (2025-09-28), `zh-cn_topic_0000002411753620` (2025-11-13). Neither defines
//! `productInfo`, and both print the example of another activity: see [`Products`].

use marketplace_macros::message;

use super::Products;
use crate::Text;
use crate::guide::about_one_instance;

message! {
    /// A customer wants to renew with another specification or capacity. Success allows it, a fault refuses it.
    ///
    /// Nothing changes yet: when the renewal is bought, a `refreshInstance` with the scene `RENEWAL_CHANGE` follows. For
    /// a smaller capacity, compare it with what the customer uses.
    pub request ChangeInstanceCheck = "changeInstanceCheck" {
        /// The instance.
        instance_id: Text<64>,
        /// The product that it would become.
        product_info: Products,
    }
}

about_one_instance!(ChangeInstanceCheck, "changeInstanceCheck");

#[cfg(test)]
mod tests {
    use super::*;

    fn check(product_info: &str) -> Result<ChangeInstanceCheck, String> {
        let body = format!(
            r#"{{"activity":"changeInstanceCheck","instanceId":"1","productInfo":{product_info},"testFlag":"0"}}"#
        );
        ChangeInstanceCheck::from_json(body).map_err(|error| error.to_string())
    }

    #[test]
    fn reads_the_product_in_every_shape() {
        for product_info in [
            r#"{"productId":"P1","skuCode":"S1","linearValue":20,"productName":"产品"}"#,
            r#"[{"productId":"P1","skuCode":"S1","linearValue":"20","productName":"产品"}]"#,
            r#""{\"productId\":\"P1\",\"skuCode\":\"S1\",\"linearValue\":20.0,\"productName\":\"产品\"}""#,
            r#""[{\"productId\":\"P1\",\"skuCode\":\"S1\",\"linearValue\":20,\"productName\":\"\\u4ea7品\"}]""#,
        ] {
            let request = check(product_info).unwrap();
            let product = request.product_info().first().unwrap();
            assert_eq!(product.product_id(), Some("P1"), "{product_info}");
            assert_eq!(product.sku_code(), Some("S1"), "{product_info}");
            assert_eq!(product.linear_value(), Some(20), "{product_info}");
            assert_eq!(product.product_name(), Some("产品"), "{product_info}");
            assert_eq!(request.instance_id(), "1");
        }
        assert_eq!(check(r#""[]""#).unwrap().product_info().len(), 0);
    }

    #[test]
    fn names_the_member_that_is_wrong() {
        let long = "x".repeat(65);
        for (product_info, path) in [
            ("7".to_owned(), "`productInfo`"),
            ("\"not json\"".to_owned(), "`productInfo`"),
            ("null".to_owned(), "`productInfo`"),
            ("\"[{}] tail\"".to_owned(), "`productInfo`"),
            (format!(r#"[{{}},{{"skuCode":"{long}"}}]"#), "`productInfo[1].skuCode`"),
            (format!(r#""{{\"productId\":\"{long}\"}}""#), "`productInfo.productId`"),
            (format!("\"{}\"", "[".repeat(100_000)), "`productInfo"),
        ] {
            let error = check(&product_info).unwrap_err();
            assert!(error.starts_with(path), "{error}");
        }
    }
}
