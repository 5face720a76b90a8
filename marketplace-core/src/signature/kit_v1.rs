//! The signature of a call of the joint-operations kit V1, in the header `authToken`.
//!
//! The body is a JSON object. Its members, but for those that are `null` or blank, are sorted by name and joined as
//! `name=value&…`: texts as they are after decoding, anything else as it is written. `authToken = base64(HMAC(key ‖
//! timeStamp, text))`, as in [`v1`](super::v1), with the member `timeStamp`. Pages `0070649135` (2024-12-25), `0070649159`
//! (2025-11-13, the sample), `0070649109` to `0070649113`.
//!
//! What the scheme leaves unsigned, and nobody can help: the name of the call, which is the end of the path; members that are
//! `null` or blank; whether a value is a text or a number. There is no nonce.

mod header;
mod incoming;
mod members;
mod sign;

pub use header::{HeaderError, SignedHeader};
pub use incoming::Incoming;
pub use sign::sign;
