//! Values of the wire that are more than text.

mod amount;
mod market_time;
mod order_amount;
mod unix_millis;
mod utc_time;

pub use amount::{Amount, UnusableAmount};
pub use market_time::{MarketTime, UnusableTime};
pub use order_amount::{OrderAmount, UnusableOrderAmount};
pub use unix_millis::UnixMillis;
pub use utc_time::{UnusableUtcTime, UtcTime};
