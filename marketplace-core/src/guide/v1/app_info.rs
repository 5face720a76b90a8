//! How a customer logs in.

use marketplace_macros::message;

use crate::Text;
use crate::seal::{KeySize, Sealed};

message! {
    /// How a customer logs in. Account and password travel sealed: see [`Sealer`](crate::handler::Sealer).
    ///
    /// Page `newInstance`, `zh-cn_topic_0070649013` (2025-11-13).
    pub reply part AppInfo {
        /// Where the customer works.
        front_end_url: Text<512>,
        /// Where an administrator works.
        admin_url: Option<Text<512>>,
        /// The administrator's account: at most 79 bytes of UTF-8 before it is sealed.
        user_name: Option<Sealed<128>>,
        /// The administrator's first password: the same.
        password: Option<Sealed<128>>,
        /// Notes for the customer; may hold Chinese.
        memo: Option<Text<1024>>,
    }
}

impl AppInfo {
    /// What its account and its password were sealed with.
    pub(super) fn key_sizes(&self) -> impl Iterator<Item = KeySize> {
        [self.user_name(), self.password()].into_iter().flatten().map(Sealed::key_size)
    }
}
