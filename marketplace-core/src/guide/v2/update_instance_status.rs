//! `updateInstanceStatus`: freeze and unfreeze.
//!
//! Pages: `topic_0070649095` (2025-10-09), EU `en-us_topic_000012` (2023-09-01), `zh-cn_topic_0070649430` (2025-07-29).

use marketplace_macros::message;

use crate::guide::{change_of_one_instance, wire_enum};
use crate::{Text, Work};

message! {
    /// An instance is frozen, because it expired or broke a rule, or unfrozen again.
    ///
    /// A frozen instance keeps its data for up to 15 days. Freezing a frozen instance is a success: calls are repeated.
    pub request UpdateInstanceStatus = "updateInstanceStatus" {
        /// The instance.
        instance_id: Text<64>,
        /// What it becomes.
        status: InstanceStatus,
    }
}

change_of_one_instance!(UpdateInstanceStatus, "updateInstanceStatus", |request, instance| {
    Work::state(instance, request.status().as_str())
});

wire_enum! {
    /// What an instance becomes.
    pub enum InstanceStatus {
        /// Out of use, data kept.
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
        let request = UpdateInstanceStatus::from_json(
            r#"{"activity":"updateInstanceStatus","instanceId":"10e758d0-31ad-4c4b-8f1b-81d03469a10e","status":"FREEZE","testFlag":"1"}"#,
        )
        .unwrap();
        assert_eq!(request.status(), InstanceStatus::Freeze);
        assert!(request.mode().is_debug());
    }

    #[test]
    fn refuses_the_words_of_other_guides() {
        for word in ["NORMAL", "FROZEN", "freeze", ""] {
            let body = format!(r#"{{"activity":"updateInstanceStatus","instanceId":"1","status":"{word}"}}"#);
            let error = UpdateInstanceStatus::from_json(body).unwrap_err().to_string();
            assert!(error.starts_with("`status`: not one of FREEZE UNFREEZE"), "{error}");
        }
    }
}
