//! `SDK-HMAC-SHA256`, by which Huawei Cloud's API gateway knows a seller.
//!
//! "API Gateway, AK/SK signing" 002 to 004 (2022-09-08, 2023-12-22); the trailing `/` of the path is added for signing only. The
//! clock is an argument.

mod authorization;
mod canonical;
mod credentials;
mod verify;

pub use authorization::{Authorization, MalformedAuthorization};
pub use canonical::{Payload, RequestToSign};
pub use credentials::{Credentials, UnusableCredentials};
pub use verify::{Unauthorized, verify};

/// The algorithm's name.
pub const ALGORITHM: &str = "SDK-HMAC-SHA256";
/// The header with the time of signing, a [`UtcTime`](crate::UtcTime); it has to be among the signed ones.
pub const DATE: &str = "x-sdk-date";
/// The header that names the hash of the body, or `UNSIGNED-PAYLOAD`, in place of what would be computed.
pub const CONTENT_SHA256: &str = "x-sdk-content-sha256";
/// The header with the security token that belongs to temporary credentials.
pub const SECURITY_TOKEN: &str = "x-security-token";
/// The value of [`CONTENT_SHA256`] of a request whose body is not signed.
pub const UNSIGNED_PAYLOAD: &str = "UNSIGNED-PAYLOAD";
/// How far the gateway's clock may be from the signer's: 15 minutes, in milliseconds ("API Gateway, calling APIs" 2026-02-09).
pub const WINDOW_MILLIS: u64 = 15 * 60 * 1000;
