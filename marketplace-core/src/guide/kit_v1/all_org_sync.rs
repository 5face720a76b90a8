//! `allOrgSync`: all departments of a company.
//!
//! Page (China site): `zh-cn_topic_0070649113` (2024-01-23). `orgInfo` is JSON text; the table quotes the names of its members, the example does
//! not.

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
        org_info: OrgInfoList,
        /// When the call was made.
        time_stamp: BeijingTime,
    }
}

result_only!(AllOrgSync, "allOrgSync");

#[cfg(test)]
mod tests {
    use super::*;

    fn departments(org_info: &str) -> Result<Vec<(String, String, Option<String>)>, String> {
        let body = format!(
            r#"{{"instanceId":"huaiweitest123456","tenantId":"68cbc86abc2018ab880d92f36422fa0e","orgInfo":{org_info},"testFlag":0,"timeStamp":"20220420114117642"}}"#
        );
        let request = AllOrgSync::from_json(body).map_err(|error| error.to_string())?;
        let owned = |text: &str| text.to_owned();
        let found = request
            .org_info()
            .iter()
            .map(|one| (owned(one.org_code()), owned(one.org_name()), one.parent_code().map(owned)));
        Ok(found.collect())
    }

    #[test]
    fn reads_the_table_and_the_example_without_quotes() {
        for org_info in [
            r#""[{\"orgCode\":\"00000001\", \"name\":\"产品部\",\"parentCode\":\"265789314\"},{\"orgCode\":\"00000002\", \"name\":\"测试部\",\"parentCode\":\"265789314\"}]""#,
            r#""[{orgCode:\"00000001\", name:\"产品部\", parentCode:\"265789314\" },{orgCode:\"00000002\", name:\"测试部\", parentCode:\"265789314\" }]""#,
            r#"[{"orgCode":"00000001","orgName":"产品部","parentCode":"265789314"},{"orgCode":"00000002","name":"测试部","parentCode":"265789314"}]"#,
        ] {
            let found = departments(org_info).unwrap();
            let department =
                |code: &str, name: &str| (code.to_owned(), name.to_owned(), Some("265789314".to_owned()));
            assert_eq!(found, [department("00000001", "产品部"), department("00000002", "测试部")]);
        }
    }

    #[test]
    fn a_child_may_come_before_its_parent_and_the_top_has_none() {
        let found = departments(
            r#""[{orgCode:\"2\",name:\"{b:\",parentCode:\"1\"},{orgCode:\"1\",name:\"a\",parentCode:\"\"}]""#,
        )
        .unwrap();
        assert_eq!(found[0], ("2".to_owned(), "{b:".to_owned(), Some("1".to_owned())));
        assert_eq!(found[1], ("1".to_owned(), "a".to_owned(), None));
        assert_eq!(departments("[]"), Ok(Vec::new()));
    }

    #[test]
    fn names_the_department_that_is_wrong() {
        let long = "x".repeat(129);
        for (org_info, error) in [
            (
                r#""[{orgCode:\"1\",name:\"a\"},{name:\"canary\"}]""#.to_owned(),
                "`orgInfo[1].orgCode` is missing",
            ),
            (format!(r#""[{{orgCode:\"1\",name:\"{long}\"}}]""#), "`orgInfo[0].orgName`: 129 UTF-16 units"),
            (format!(r#"{{"orgCode":"1","name":"{long}"}}"#), "`orgInfo.orgName`: 129 UTF-16 units"),
            (
                r#""[{orgCode:\"1\",name:\"a\",orgName:\"b\"}]""#.to_owned(),
                "`orgInfo[0].orgName`: given more than once",
            ),
            ("\"canary\"".to_owned(), "`orgInfo`: expected value"),
            ("\"{canary:}\"".to_owned(), "`orgInfo`: expected value"),
            ("\"\"".to_owned(), "`orgInfo`: EOF while parsing"),
            (r#""\"[]\"""#.to_owned(), "`orgInfo`: JSON text inside JSON text"),
            ("null".to_owned(), "`orgInfo`: invalid type: null"),
            (format!("\"{}\"", "[".repeat(100_000)), "`orgInfo[0]`"),
            (format!("\"{}\"", "{a:".repeat(100_000)), "`orgInfo`"),
        ] {
            let found = departments(&org_info).unwrap_err();
            assert!(found.starts_with(error), "{found}");
            assert!(!found.contains("canary"), "{found}");
        }
    }
}
