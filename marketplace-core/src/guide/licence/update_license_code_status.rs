//! `updateLicenseCodeStatus`: a licence code is frozen, or in use again.
//!
//! Page (China site): `zh-cn_topic_0070649168` (2025-04-25). Optional.

use marketplace_macros::message;

use crate::guide::{result_only, wire_enum};
use crate::handler::Subject;
use crate::{InstanceId, Text, Work};

message! {
    /// A licence expired and its grace period is over, or it is in use again.
    ///
    /// Freezing a frozen one is a success: calls are repeated. An unknown code is `000003`.
    pub request UpdateLicenseCodeStatus = "updateLicenseCodeStatus" {
        /// The licence code.
        license: Text<64>,
        /// What it becomes.
        status: LicenseStatus,
    }
}

result_only!(UpdateLicenseCodeStatus, "updateLicenseCodeStatus", |request| {
    let licence = InstanceId::as_named(request.license());
    Subject::Change(Work::state(licence, request.status().as_str()).on_licence_code())
});

wire_enum! {
    /// What a licence code becomes.
    pub enum LicenseStatus {
        /// Out of use.
        Freeze = "FREEZE",
        /// In use again.
        Unfreeze = "UNFREEZE",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_example_of_the_page() {
        let request = UpdateLicenseCodeStatus::from_json(
            r#"{"activity":"updateLicenseCodeStatus","license":"******","status":"FREEZE","testFlag":"1"}"#,
        )
        .unwrap();
        assert_eq!((request.license(), request.status()), ("******", LicenseStatus::Freeze));
        assert!(request.mode().is_debug());
    }
}
