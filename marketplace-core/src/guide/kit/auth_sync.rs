//! `authSync`: who may use the application.
//!
//! Pages (China site): V1 `zh-cn_topic_0070649111` (2024-01-19), V2 `zh-cn_topic_0070649435` (2025-11-13; adds flag 3). V1 sends
//! `userList` as JSON text, V2's table has a list; both are read.

use marketplace_macros::message;

use super::{UserChange, UserList};
use crate::Text;
use crate::call::BeijingTime;
use crate::guide::result_only;

message! {
    /// An administrator lets users of a company use the application, changes them, or ends that.
    ///
    /// It names up to 500 users, and says what changes, not who there is: more users come in further calls. The key of a
    /// repeat is the instance, the tenant, the application and the user's name: adding one again makes no second one,
    /// deleting one again is a success, and a delete must not check that the instance exists.
    pub request AuthSync = path "authSync" {
        /// The instance. None while the seller itself applies for a test account: there is no order yet.
        instance_id: Option<Text<64>>,
        /// The company's id, as in `tenantSync`.
        tenant_id: Text<64>,
        /// The application's id, as in `applicationSync`.
        app_id: Text<64>,
        /// The users.
        user_list: UserList,
        /// When this change was made, to tell an older one from a newer one.
        current_sync_time: BeijingTime,
        /// What becomes of all of them.
        flag: UserChange,
        /// When the call was made.
        time_stamp: BeijingTime,
    }
}

result_only!(AuthSync, "authSync");

#[cfg(test)]
mod tests {
    use super::super::{EmployeeType, Role};
    use super::*;

    fn auth_sync(user_list: &str) -> Result<AuthSync, String> {
        let body = format!(
            r#"{{"instanceId":"1","tenantId":"2","appId":"3","userList":{user_list},"currentSyncTime":"20220420114117642","flag":1,"testFlag":0,"timeStamp":"20220420114117642"}}"#
        );
        AuthSync::from_json(body).map_err(|error| error.to_string())
    }

    /// The value of `userList` in the table of V1.
    const EXAMPLE: &str = r#"[{"userName":"zhangsan01","name":"张三","position":"系统管理员","orgCode":"123456789","role":"admin","enable":"true","employeeCode":"","mobile":"","email":"","extension":{"entryDate":"2022-11-9","employeeType":"4","workPlace":"南京"}},{"userName":"lisi02","name":"李四","position":"运营经理","orgCode":"123456789","role":"user","enable":"true","extension":{"entryDate":"2022-11-16","employeeType":"4","workPlace":"南京"}}]"#;

    #[test]
    fn reads_the_example_of_the_page_as_text_and_as_a_list() {
        for user_list in [serde_json::to_string(EXAMPLE).unwrap(), EXAMPLE.to_owned()] {
            let request = auth_sync(&user_list).unwrap();
            assert_eq!(request.current_sync_time().to_string(), "20220420034117642");
            let users: Vec<_> = request.user_list().iter().collect();
            let [admin, user] = users[..] else { panic!("not two users") };
            assert_eq!(
                (admin.user_name(), admin.name(), admin.org_code()),
                ("zhangsan01", "张三", "123456789")
            );
            assert_eq!((admin.role(), admin.is_enabled()), (Role::Admin, true));
            assert_eq!((admin.employee_code(), admin.mobile(), admin.email()), (None, None, None));
            assert_eq!(admin.employee_type(), Some(EmployeeType::Outsourced));
            assert_eq!((admin.entry_date(), admin.work_place()), (Some("2022-11-9"), Some("南京")));
            assert_eq!((user.role(), user.position()), (Role::User, Some("运营经理")));
            assert_eq!((user.mobile(), user.entry_date()), (None, Some("2022-11-16")));
        }
    }

    #[test]
    fn reads_up_to_500_users() {
        let user = r#"{"userName":"u","name":"n","orgCode":"1","role":"user","enable":"true"}"#;
        let list = |count| format!("[{}]", vec![user; count].join(","));
        for (count, error) in [(0, None), (500, None), (501, Some("`userList`: more than 500, which"))] {
            for user_list in [list(count), serde_json::to_string(&list(count)).unwrap()] {
                match (auth_sync(&user_list), error) {
                    (Ok(request), None) => assert_eq!(request.user_list().len(), count),
                    (Err(found), Some(error)) => assert!(found.starts_with(error), "{found}"),
                    (found, _) => panic!("{count}: {:?}", found.map(drop)),
                }
            }
        }
    }

    #[test]
    fn names_the_user_that_is_wrong() {
        let user = r#"{"userName":"u","name":"n","orgCode":"1","role":"user","enable":"true"}"#;
        for (wrong, error) in [
            (user.replace(r#""name":"n","#, ""), "`userList[1].name` is missing"),
            (
                user.replace("\"n\"", &format!("\"{}\"", "x".repeat(65))),
                "`userList[1].name`: 65 UTF-16 units",
            ),
            (user.replace("\"user\"", "\"canary\""), "`userList[1].role`: not one of user admin"),
            (user.replace("\"true\"", "\"canary\""), "`userList[1].enable`: neither true nor false"),
            (user.replace('}', r#","employeeType":5}"#), "`userList[1].employeeType`: not one of 1 2 3 4"),
            (
                user.replace('}', r#","extension":{"employeeType":"canary"}}"#),
                "`userList[1].extension.employeeType`: not one of 1 2 3 4",
            ),
            ("\"canary\"".to_owned(), "`userList[1]`: invalid type"),
        ] {
            let list = format!("[{user},{wrong}]");
            for user_list in [list.clone(), serde_json::to_string(&list).unwrap()] {
                let found = auth_sync(&user_list).unwrap_err();
                assert!(found.starts_with(error), "{found}");
                assert!(!found.contains("canary"), "{found}");
            }
        }
    }
}
