//! Usage of pay-per-use instances: recorded durably, pushed in time, billed once.
//!
//! A seller [records](UsageOutbox::record) what an instance used when a span of time is over; the record is on the disk before
//! the method returns, with the serial number by which the market knows its repeats. A pusher hands the records to the market.

mod market;
mod memory;
mod outbox;
mod pusher;
mod store;

pub use self::market::{PushFailure, UsageMarket};
pub(crate) use self::memory::MemoryUsage;
pub use self::outbox::{CannotRecord, Recorded, UsageOutbox};
pub use self::pusher::{PushCounts, PushSchedule, Pusher, Round};
pub use self::store::{
    Addition, Asked, PushOutcome, RefusedUsage, Settlement, Taken, UsageProgress, UsageStore,
};

pub use marketplace_core::open_api::{
    MeteredRecord, MeteringSn, UnusableUsage, UnusableUsageValue, UsageRecord, UsageValue,
};
