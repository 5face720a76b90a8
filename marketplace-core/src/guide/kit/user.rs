//! A user of `authSync`.

use marketplace_macros::message;

use self::extension::Extension;
use crate::Text;
use crate::call::{JsonList, TrueOrFalse};
use crate::guide::{numbered_enum, wire_enum};

mod extension;

/// The users of one call: at most 500 (`zh-cn_topic_0070649111`, 2024-01-19), as JSON text or as a list.
pub type UserList = JsonList<User, 500>;

message! {
    /// A user. Personal data come as plain text in both generations.
    ///
    /// The lengths are those of V2's table; V1 gives none. What is not known of a user may be empty or missing.
    pub request part User {
        /// The account, which tells one user from another.
        user_name: Text<64>,
        /// The user's name.
        name: Text<64>,
        /// The department's code, as in `singleOrgSync` and `allOrgSync`.
        org_code: Text<64>,
        /// What the user does in the company.
        position: Option<Text<64>>,
        /// What the user may do in the application: give an administrator that role.
        role: Role,
        /// Whether the account may be used.
        #[wire("enable")] is_enabled: TrueOrFalse,
        /// The number that the company gave the user.
        employee_code: Option<Text<64>>,
        /// The mobile number.
        mobile: Option<Text<32>>,
        /// The e-mail address.
        email: Option<Text<128>>,
        #[wire("employeeType")] pub(self) flat_employee_type: Option<EmployeeType>,
        #[wire("workPlace")] pub(self) flat_work_place: Option<Text<255>>,
        #[wire("entryDate")] pub(self) flat_entry_date: Option<Text<32>>,
        pub(self) extension: Option<Extension>,
    }
}

// V1's text lists these beside the others, its example has them in `extension`: they are looked for in both places.
impl<'a> UserView<'a> {
    /// How the user is employed.
    #[must_use]
    pub fn employee_type(&self) -> Option<EmployeeType> {
        self.flat_employee_type().or_else(|| self.extension()??.employee_type())
    }

    /// Where the user works. Its length is not published; 255 UTF-16 units are read.
    #[must_use]
    pub fn work_place(&self) -> Option<&'a str> {
        self.flat_work_place().or_else(|| self.extension()??.work_place())
    }

    /// Since when the user is employed, as it was sent: `yyyy-MM-d` on the page, as in `2022-11-9`. Its length is not
    /// published; 32 UTF-16 units are read.
    #[must_use]
    pub fn entry_date(&self) -> Option<&'a str> {
        self.flat_entry_date().or_else(|| self.extension()??.entry_date())
    }
}

wire_enum! {
    /// What a user may do in the application.
    pub enum Role {
        /// Use it.
        User = "user",
        /// Administer it.
        Admin = "admin",
    }
}

numbered_enum! {
    /// How a user is employed: a number or its text.
    pub enum EmployeeType {
        /// Regularly.
        Regular = 1,
        /// As an intern.
        Intern = 2,
        /// By way of an agency that lends workers out.
        Dispatched = 3,
        /// By a company that does the work on contract.
        Outsourced = 4,
    }
}

#[cfg(test)]
mod tests {
    use super::super::AuthSync;

    fn user(members: &str, see: impl Fn(super::UserView<'_>)) {
        let request = AuthSync::from_json(format!(
            r#"{{"tenantId":"1","appId":"2","userList":{{"userName":"u","name":"n","orgCode":"1","role":"user","enable":false,{members}}},"currentSyncTime":"20220420114117642","flag":"3","timeStamp":"20220420114117642"}}"#
        ));
        see(request.unwrap().user_list().first().unwrap());
    }

    #[test]
    fn extras_are_found_in_both_places() {
        let extras = r#""employeeType":2,"workPlace":"北京","entryDate":"2022-1-1""#;
        for members in [
            extras.to_owned(),
            format!("\"extension\":{{{extras}}}"),
            format!("\"extension\":{}", serde_json::to_string(&format!("{{{extras}}}")).unwrap()),
            format!(r#"{extras},"extension":{{"employeeType":3,"workPlace":"南京","entryDate":"2000-1-1"}}"#),
            format!(r#""employeeType":"","workPlace":"","entryDate":null,"extension":{{{extras}}}"#),
        ] {
            user(&members, |user| {
                assert_eq!(user.employee_type(), Some(super::EmployeeType::Intern), "{members}");
                assert_eq!(user.work_place(), Some("北京"), "{members}");
                assert_eq!(user.entry_date(), Some("2022-1-1"), "{members}");
                assert!(!user.is_enabled());
            });
        }
    }

    #[test]
    fn an_extension_that_nobody_documents_is_no_mistake() {
        for extension in
            ["null", "\"\"", "\"x\"", "7", "1.5", "-1", "true", "[{\"a\":[1]}]", "{}", r#"{"accounts":[7]}"#]
        {
            user(&format!("\"extension\":{extension}"), |user| assert_eq!(user.employee_type(), None));
        }
    }
}
