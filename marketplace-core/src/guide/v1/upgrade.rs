//! `upgrade`: another specification or capacity. V2 calls it `upgradeInstance`.
//!
//! Pages: `zh-cn_topic_0000001297828992` (undated), international `0213512664` (undated). `saasExtendParams` stands in the
//! example alone.

use marketplace_macros::message;

use crate::call::{Digits, ExtendParams};
use crate::guide::change_of_one_instance;
use crate::{OrderKey, Text, Work};

message! {
    /// A customer has bought another specification or capacity for an instance.
    ///
    /// The call is repeated for 3 hours; then the order has failed, and the customer is paid back.
    pub request Upgrade = get "upgrade" {
        /// The instance; it keeps its id.
        instance_id: Text<64>,
        /// The order of the upgrade: a new one.
        order_id: Text<64>,
        /// The specification after it.
        sku_code: Text<64>,
        /// The product after it.
        product_id: Text<64>,
        /// The quantity after it: up to 7 digits.
        amount: Option<Digits<7>>,
        /// The size of the disk after it, in GB: up to 7 digits.
        disk_size: Option<Digits<7>>,
        /// The bandwidth after it, in Mbit/s: up to 7 digits.
        #[wire("bandWidth")] band_width: Option<Digits<7>>,
        /// What the seller asked the customer for.
        saas_extend_params: Option<ExtendParams>,
    }
}

change_of_one_instance!(Upgrade, "upgrade", |request, instance| {
    Work::ordered("upgrade", "", OrderKey::new(request.order_id(), None), instance)
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_example_of_the_page() {
        let request = Upgrade::from_query(
            "activity=upgrade&amount=6456&instanceId=huaweitest123456&orderId=CS1906666688ABCDE&productId=00301-666688-0-0&saasExtendParams=W3sibmFtZSI6ImlkTnVtIiwidmFsdWUiOiIzNTIyNTU1NTU1NTU2NTYifSx7Im5hbWUiOiJ1c2VyTmFtZSIsInZhbHVlIjoiaHVhd2VpMTIzIn0seyJuYW1lIjoiY3VzdEVtYWlsIiwidmFsdWUiOiIxMjNAaHVhd2VpLmNvbSJ9XQ%3D%3D&skuCode=d0abcd12-1234-5678-ab12-ab11ab1ab11a&timeStamp=20170725025113409",
        )
        .unwrap();
        assert_eq!((request.instance_id(), request.order_id()), ("huaweitest123456", "CS1906666688ABCDE"));
        assert_eq!(request.sku_code(), "d0abcd12-1234-5678-ab12-ab11ab1ab11a");
        assert_eq!(request.product_id(), "00301-666688-0-0");
        assert_eq!((request.amount(), request.disk_size(), request.band_width()), (Some(6456), None, None));
        let params = request.saas_extend_params().unwrap().decoded().unwrap();
        let (name, value) = params.first().map(|param| (param.name(), param.as_str())).unwrap();
        assert_eq!((name, value), ("idNum", Some("352255555555656")));
        assert_eq!(params.len(), 3);
    }
}
