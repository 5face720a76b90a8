//! The signature of a V1 call, in the query of its URL.
//!
//! `?activity=…&…&timeStamp=…&authToken=…`: all parameters but `authToken`, decoded, sorted by name and joined as
//! `name=value&…`, are the text; `authToken = base64(HMAC(key ‖ timeStamp, text))`. Pages `en-us_topic_0070649066` and its
//! copy of 2025-04-25, the sample of `0070649061` (2025-11-13), and the FAQ `0082027567` (2025-11-13) about `+`.
//!
//! There is no nonce and no rule of freshness: whoever has seen a call can send it again. See [`Window`].

mod known;
mod pairs;
mod percent;
mod query;
mod sign;
mod window;

pub use known::KnownName;
pub(crate) use pairs::read_unverified;
pub use query::{QueryError, SignedQuery};
pub use sign::{sign, token};
pub use window::{NotInWindow, Window};
