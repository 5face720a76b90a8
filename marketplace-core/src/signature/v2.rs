//! The signature of a V2 request, in the query of its URL.
//!
//! `?signature=…&timestamp=…&nonce=…` over the body:
//! `inner = hex(HMAC(key, body))`, lower case; `signature = hex(HMAC(key, key ‖ nonce ‖ timestamp ‖ inner))`, of either
//! case. Pages `topic_0070649090` (2025-10-09), `zh-cn_topic_0070649476` (2025-08-06).

mod freshness;
mod incoming;
mod query;
mod sign;
mod stamp;

pub use freshness::{Freshness, OutsideWindow};
pub use incoming::Incoming;
pub use query::{Parameter, QueryError, SignedQuery};
pub use sign::sign;
pub use stamp::{Stamp, Unit};

pub use super::{SortOrder, SortStep, Unverified};
pub(super) use query::{parse_nonce, parse_signature};
