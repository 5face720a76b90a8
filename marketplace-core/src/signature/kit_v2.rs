//! The signature of a call of the joint-operations kit V2, in the headers `x-sign`, `x-timestamp` and `x-nonce`.
//!
//! `x-sign = hex(HMAC(key, key ‖ nonce ‖ timestamp ‖ body))`, of the body with its members in ascending order. Page
//! `0070649476`, second half, and its sample (2025-08-06).
//!
//! What the scheme leaves unsigned: the name of the call, which is the end of the path.

mod headers;
mod incoming;
mod sign;

pub use headers::{Header, HeaderError, SignedHeaders};
pub use incoming::Incoming;
pub use sign::sign;
