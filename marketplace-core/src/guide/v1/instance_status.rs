//! `instanceStatus`: freeze and unfreeze.
//!
//! Pages: `zh-cn_topic_0070649407` (2024-12-25), `zh-cn_topic_0070649069` (2023-12-04). The first sends it for what is
//! billed by period, the second for what is paid per use and packages.

use marketplace_macros::message;

use crate::Text;
use crate::guide::change_of_one_instance;
use crate::guide::wire_enum;

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

change_of_one_instance!(InstanceStatus, "instanceStatus");

wire_enum! {
    /// What an instance becomes. V2 has other words.
    pub enum Status {
        /// Out of use, data kept.
        Freeze = "FREEZE",
        /// In use again.
        Normal = "NORMAL",
    }
}
