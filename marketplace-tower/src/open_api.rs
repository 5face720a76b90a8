//! The Open APIs that KooGallery serves, and Huawei Cloud's signature for them.
//!
//! [`SignRequestLayer`] signs any request for Huawei Cloud's API gateway.
//!
//! Vendor's pages: SaaS Access Guide, Open APIs; API Gateway, AK/SK signing 002 to 004 (2023-12-22).

mod sign_request;

pub use self::sign_request::{CannotSign, SignRequest, SignRequestFuture, SignRequestLayer};
pub use crate::http_client::{BaseAddress, UnusableAddress};
