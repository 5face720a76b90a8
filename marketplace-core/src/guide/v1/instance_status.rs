//! `instanceStatus`: freeze and unfreeze.
//!
//! Pages: `zh-cn_topic_0070649407` (2024-12-25), `zh-cn_topic_0070649069` (2023-12-04). The first sends it for what is
//! billed by period, the second for what is paid per use and packages.

use marketplace_macros::message;

use crate::guide::change_of_one_instance;
use crate::guide::wire_enum;
use crate::{Text, Work};

message! {
    /// An instance is frozen, because it expired, broke a rule or was not paid for, or unfrozen again.
    ///
    /// A frozen instance keeps its data. Freezing a frozen instance is a success: calls are repeated.
    pub request InstanceStatus = get "instanceStatus" {
        /// The instance.
        instance_id: Text<64>,
        /// What it becomes.
        #[wire("instanceStatus")] status: Status,
    }
}

change_of_one_instance!(InstanceStatus, "instanceStatus", |request, instance| {
    Work::state(instance, request.status().as_str())
});

wire_enum! {
    /// What an instance becomes. V2 has other words.
    pub enum Status {
        /// Out of use, data kept.
        Freeze = "FREEZE",
        /// In use again.
        Normal = "NORMAL",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_example_of_the_page() {
        let request = InstanceStatus::from_query(
            "activity=instanceStatus&instanceId=inst-0001&instanceStatus=FREEZE&testFlag=1&timeStamp=20230327070251713&authToken=pqlrW7%2BPHC%2F1JE%2BMEjKxC94GGJreoS6PZHd982auw2o%3D",
        )
        .unwrap();
        assert_eq!((request.instance_id(), request.status()), ("inst-0001", Status::Freeze));
        assert!(request.mode().is_debug());
    }

    #[test]
    fn refuses_the_words_of_other_guides() {
        for word in ["UNFREEZE", "normal", "FROZEN"] {
            let error =
                InstanceStatus::from_query(&format!("instanceId=1&instanceStatus={word}")).unwrap_err();
            assert_eq!(error.to_string(), "`instanceStatus`: not one of FREEZE NORMAL");
        }
    }
}
