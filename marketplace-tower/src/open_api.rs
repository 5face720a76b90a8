//! The Open APIs that KooGallery serves: orders, usage and licences, with Huawei Cloud's signature.
//!
//! [`Client`] asks. [`SignRequestLayer`] signs any other request for Huawei Cloud's API gateways.
//!
//! Vendor's pages: "Querying an order" `topic_0070649116`, "Pushing usage data (new)" `topic_0070649117` (2025-11-18), "API
//! Gateway, AK/SK signing" 002 to 004 (2023-12-22).

mod client;
mod error;
mod guard;
mod repeat;
mod settings;
mod sign_request;
mod transport;

pub use marketplace_core::open_api::{
    ApiCode, ApiFailure, BuyerInfo, ChargingMode, ExtendParam, Licence, LicenceCode, LicenceStatus,
    MOST_RECORDS, Meaning, MeteredRecord, MeteringSn, MockOrder, OldUsageRecord, Order, OrderInfo, OrderLine,
    OrderType, PeriodType, ProductInfo, PushAnswer, RecordCode, RecordRefusal, RecordRule, Site,
    UnreadableAnswer, UnusableLicenceCode, UnusableUsage, UnusableUsageValue, UsageRecord, UsageValue,
    Verdicts,
};

pub use marketplace_core::signature::sdk_hmac::{Credentials, UnusableCredentials};

pub use self::client::{Client, PushInterrupted, Pushed};
pub use self::error::{ClockSkew, OpenApiError};
pub use self::settings::{Settings, UnusableRoots, UnusableSettings};
pub use self::sign_request::{CannotSign, SignRequest, SignRequestFuture, SignRequestLayer};
pub use self::transport::Transport;
pub use crate::http_client::{BaseAddress, HttpService, RequestBody, ResponseBody, UnusableAddress};
