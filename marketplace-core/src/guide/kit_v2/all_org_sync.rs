//! `allOrgSync`: all departments of a company.
//!
//! Page (China site): `zh-cn_topic_0070649437` (copy of 2024-08-16). `orgInfoList` is a list in the table, an object in older ones, and in the
//! example JSON text whose names of members have no quotes.

use marketplace_macros::message;

use crate::Text;
use crate::call::BeijingTime;
use crate::guide::kit::OrgInfoList;
use crate::guide::result_only;

message! {
    /// A company's departments, all of them in one call: they replace those that were there.
    ///
    /// The key of a repeat is the instance, the tenant and each department's code: the same call again changes nothing. A
    /// product without departments need not serve this.
    pub request AllOrgSync = path "allOrgSync" {
        /// The instance. None while the seller itself applies for credentials: there is no order yet.
        instance_id: Option<Text<64>>,
        /// The company's id, as in `tenantSync`.
        tenant_id: Text<64>,
        /// The departments.
        org_info_list: OrgInfoList,
        /// When the call was made.
        time_stamp: BeijingTime,
    }
}

result_only!(AllOrgSync, "allOrgSync");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_example_of_the_page_and_a_list_and_an_object() {
        for (org_info_list, count) in [
            (
                r#""[{orgCode:\"00000001\", orgName:\"产品部\", parentCode:\"265789314\" },{orgCode:\"00000002\", orgName:\"测试部\", parentCode:\"265789314\" }]""#,
                2,
            ),
            (r#"[{"orgCode":"00000001","orgName":"产品部","parentCode":"265789314"}]"#, 1),
            (r#"{"orgCode":"00000001","orgName":"产品部","parentCode":"265789314"}"#, 1),
        ] {
            let body = format!(
                r#"{{"instanceId":"huaiweitest123456","tenantId":"68cbc86abc2018ab880d92f36422fa0e","orgInfoList":{org_info_list},"flag":1,"testFlag":0,"timeStamp":"20220413093539534"}}"#
            );
            let request = AllOrgSync::from_json(body).unwrap();
            assert_eq!(request.org_info_list().len(), count);
            let first = request.org_info_list().first().unwrap();
            assert_eq!((first.org_code(), first.org_name()), ("00000001", "产品部"));
            assert_eq!(first.parent_code(), Some("265789314"));
        }
    }
}
