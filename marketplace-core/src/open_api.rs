//! The Open APIs, which a seller calls at KooGallery: what is asked, and what is answered.
//!
//! A V2 purchase carries ids alone; [`Order`] says what was bought. Who bills by use pushes [`UsageRecord`]s. All of them are
//! authenticated by [`sdk_hmac`](crate::signature::sdk_hmac). Inside one version of an API answers may gain fields and codes:
//! what is not known here is kept, and an unknown code is an error like any other.

mod answer;
mod code;
mod entries;
mod licence;
mod members;
mod mock_order;
mod order;
mod site;
mod usage;

pub use answer::{ApiFailure, UnreadableAnswer, read_order, read_push};
pub use code::{ApiCode, Meaning};
pub use licence::{Licence, LicenceCode, LicenceStatus, UnusableLicenceCode, encode_licence, read_licence};
pub use mock_order::MockOrder;
pub use order::{
    BuyerInfo, ChargingMode, ExtendParam, Order, OrderInfo, OrderLine, OrderType, PeriodType, ProductInfo,
};
pub use site::{Site, path};
pub use usage::{
    LONGEST_AGE_SECONDS, MOST_RECORDS, MeteredRecord, MeteringSn, OldUsageRecord, PushAnswer, RecordCode,
    RecordRefusal, RecordRule, UnusableUsage, UnusableUsageValue, UsageRecord, UsageValue, Verdicts,
    encode_push, encode_push_old,
};
