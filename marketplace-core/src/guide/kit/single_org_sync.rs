//! `singleOrgSync`: one department changes.
//!
//! Pages (China site): V1 `zh-cn_topic_0070649112` (2024-01-19), V2 `zh-cn_topic_0070649436` (undated).

use marketplace_macros::message;

use super::Change;
use crate::Text;
use crate::call::BeijingTime;
use crate::guide::result_only;

message! {
    /// An administrator adds, changes or removes one department.
    ///
    /// The key of a repeat is the instance, the tenant and the department's code: adding one again makes no second one,
    /// deleting one again is a success, and a delete must not check that the instance exists. A product without departments
    /// need not serve this.
    pub request SingleOrgSync = path "singleOrgSync" {
        /// The instance. None while the seller itself applies for credentials: there is no order yet.
        instance_id: Option<Text<64>>,
        /// The company's id, as in `tenantSync`.
        tenant_id: Text<64>,
        /// The department's code, which the company made up: unique in it.
        org_code: Text<64>,
        /// The department's name, unique among those of the same parent. It may change.
        org_name: Text<128>,
        /// The code of the department above it; none for one at the top. It may change.
        parent_code: Option<Text<64>>,
        /// What becomes of it.
        flag: Change,
        /// When the call was made.
        time_stamp: BeijingTime,
    }
}

result_only!(SingleOrgSync, "singleOrgSync");

#[cfg(test)]
mod tests {
    use super::*;

    const EXAMPLE: &str = r#"{"instanceId":"huaiweitest123456","instanceId":"huaiweitest123456","tenantId":"68cbc86abc2018ab880d92f36422fa0e","orgCode":"10000","orgName":"开发部","parentCode":"","flag":1,"testFlag":0,"timeStamp":"20220413093539534",}"#;

    #[test]
    fn the_example_of_the_page_is_refused_for_both_of_its_slips() {
        let error = |body: &str| SingleOrgSync::from_json(body.to_owned()).unwrap_err().to_string();
        let found = error(EXAMPLE);
        assert!(found.starts_with("`instanceId`: given more than once"), "{found}");
        let found = error(&EXAMPLE.replacen(r#""instanceId":"huaiweitest123456","#, "", 1));
        assert!(found.starts_with("trailing comma"), "{found}");
    }

    #[test]
    fn reads_the_example_without_its_slips() {
        let body = EXAMPLE.replacen(r#""instanceId":"huaiweitest123456","#, "", 1).replace(",}", "}");
        let request = SingleOrgSync::from_json(body).unwrap();
        assert_eq!((request.org_code(), request.org_name()), ("10000", "开发部"));
        assert_eq!((request.parent_code(), request.flag()), (None, Change::Add));
        assert_eq!(request.instance_id(), Some("huaiweitest123456"));
    }
}
