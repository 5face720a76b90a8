//! `tenantSync`: a company joins, or leaves.
//!
//! Pages (China site): V1 `zh-cn_topic_0070649109` (undated), V2 `zh-cn_topic_0070649433` (undated; adds flag 2, for the name
//! and the domain name).

use marketplace_macros::message;

use super::Change;
use crate::Text;
use crate::call::BeijingTime;
use crate::guide::result_only;

message! {
    /// A company binds the application, or unbinds it.
    ///
    /// The key of a repeat is the instance and the tenant: adding one again makes no second one, deleting one again is a
    /// success, and a delete must not check that the instance exists.
    pub request TenantSync = path "tenantSync" {
        /// The instance. None while the seller itself applies for credentials: there is no order yet.
        instance_id: Option<Text<64>>,
        /// The customer's order. None in the same case.
        order_id: Option<Text<64>>,
        /// The company's id.
        tenant_id: Text<64>,
        /// What tells from a login which company it is: a short name or a domain.
        tenant_code: Text<64>,
        /// The company's name.
        name: Text<255>,
        /// The address of the authentication centre, with `https://` or without it.
        domain_name: Text<255>,
        /// What becomes of it.
        flag: Change,
        /// When the call was made.
        time_stamp: BeijingTime,
    }
}

result_only!(TenantSync, "tenantSync");

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: &str = r#"{"instanceId":"huaiweitest123456","orderId":"CS1906666666ABCDE","tenantId":"68cbc86880d92f36422fa0e","tenantCode":"huawei","name":"huaiweitest","domainName":"https://example.tenantaccount.com","flag":1,"testFlag":0,"timeStamp":"20220413093539534","#;

    #[test]
    fn reads_the_example_of_the_second_generation() {
        let request = TenantSync::from_json(format!("{}}}", FIRST.trim_end_matches(','))).unwrap();
        assert_eq!(request.instance_id(), Some("huaiweitest123456"));
        assert_eq!(request.order_id(), Some("CS1906666666ABCDE"));
        assert_eq!((request.tenant_id(), request.tenant_code()), ("68cbc86880d92f36422fa0e", "huawei"));
        assert_eq!(request.domain_name(), "https://example.tenantaccount.com");
        assert_eq!((request.name(), request.flag()), ("huaiweitest", Change::Add));
        assert_eq!(request.time_stamp().to_string(), "20220413013539534");
        assert!(!request.mode().is_debug());
    }

    #[test]
    fn the_example_of_the_first_generation_is_not_json() {
        let error = TenantSync::from_json(format!("{FIRST}}}")).unwrap_err().to_string();
        assert!(error.starts_with("trailing comma"), "{error}");
    }

    #[test]
    fn a_seller_who_applies_for_credentials_has_no_order() {
        let request = TenantSync::from_json(
            r#"{"testFlag":"1","flag":"1","orderId":"","tenantCode":"huawei","timeStamp":"20220413093539534","instanceId":"","domainName":"example.tenantaccount.com","tenantId":"68cbc86abc2018ab880d92f36422fa0e","name":"huaweitenantname"}"#,
        )
        .unwrap();
        assert_eq!((request.instance_id(), request.order_id()), (None, None));
        assert!(request.mode().is_debug());
    }
}
