//! Values of the wire that are more than text.

mod amount;
mod market_time;
mod unix_millis;

pub use amount::{Amount, UnusableAmount};
pub use market_time::{MarketTime, UnusableTime};
pub use unix_millis::UnixMillis;
