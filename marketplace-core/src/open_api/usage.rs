//! Usage of pay-per-use instances.
//!
//! "Pushing usage data (new)", `zh-cn_topic_0070649410` (2025-11-13), `topic_0070649117` (2025-11-18); the old API:
//! `zh-cn_topic_0070649411` (2025-11-13).

mod answer;
mod body;
mod record;
mod value;

pub(super) use answer::push_answer;
pub use answer::{PushAnswer, RecordCode, RecordRefusal, RecordRule, Verdicts};
pub use body::{MOST_RECORDS, OldUsageRecord, encode_push, encode_push_old};
pub use record::{LONGEST_AGE_SECONDS, MeteredRecord, MeteringSn, UnusableUsage, UsageRecord};
pub use value::{UnusableUsageValue, UsageValue};
