//! Sell on KooGallery from any axum or tonic service.
//!
//! [`MarketplaceLayer`] verifies KooGallery's calls and signs every answer in `Body-Sign`, [`Endpoint`] runs the methods
//! that [`macro@marketplace_handler`] annotates, [`Ledger`] makes sure that one order line makes one instance, and
//! [`server`] serves it all over HTTP/1.1 with the header spelled as KooGallery looks it up.
//!
//! KooGallery sends the calls of several guides to one address. The types of each are in a module of its own, and so are
//! the vendor's pages about them; [`Endpoint::with_guide`] serves one more.
//!
//! | module | guide | how it is signed |
//! | --- | --- | --- |
//! | [`v2`] | SaaS Access Guide V2.0, and order notifications | POST, in the query |
//! | [`v1`] | SaaS Access Guide V1.0, and licences 1.0 | GET, `authToken` in the query |
//! | [`kit_v1`], [`kit_v2`] | the joint-operations kit | POST to paths below the address, in headers |
//! | [`licence`] | licence codes 2.0, and online licences | as `v2` |
//!
//! With the feature `skm`, `secure_key_manager` is a client of the place where keys and passwords can live. With `open-api`,
//! `open_api` is a client of the interfaces that KooGallery itself serves to sellers: orders, usage, licences.

mod admit;
mod begin;
mod body;
mod clock;
mod collect;
#[cfg(feature = "test-util")]
#[cfg_attr(docsrs, doc(cfg(feature = "test-util")))]
pub mod contract;
mod deadline;
mod drain;
mod endpoint;
mod entry;
mod failpoint;
mod future;
mod header_case;
#[cfg(any(feature = "skm", feature = "open-api"))]
mod http_client;
mod keys;
mod layer;
mod ledger;
#[cfg(feature = "open-api")]
#[cfg_attr(docsrs, doc(cfg(feature = "open-api")))]
pub mod open_api;
mod orders;
mod read_body;
mod refuse;
mod replay;
#[cfg(feature = "skm")]
#[cfg_attr(docsrs, doc(cfg(feature = "skm")))]
pub mod secure_key_manager;
#[cfg(feature = "server")]
#[cfg_attr(docsrs, doc(cfg(feature = "server")))]
pub mod server;
mod service;
mod sign;
mod store_future;
mod telemetry;
pub mod usage;

use std::error::Error;

pub use marketplace_core::handler::{CannotSeal, Sealer};
pub use marketplace_core::open_api::{
    BuyerInfo, ChargingMode, ExtendParam, MockOrder, Order, OrderInfo, OrderLine, OrderType, PeriodType,
    ProductInfo,
};
pub use marketplace_core::seal::{CannotOpen, KeySize, Opened};
#[cfg(feature = "kit")]
#[cfg_attr(docsrs, doc(cfg(feature = "kit")))]
pub use marketplace_core::seal::{ClientSecretKey, UnusableRsaKey};
pub use marketplace_core::signature::Scheme;
pub use marketplace_core::signature::v2::{SortStep, Unit};
pub use marketplace_core::{
    AccessKey, Amount, Answer, DecodeError, EmptyKeyRing, Fault, FieldTooLong, Guide, InstanceId, IntoFault,
    KeyRing, KeyState, MarketTime, Mode, OrderAmount, OrderKey, Provisioning, ResultCode, Sealed, SecretText,
    Text, Thing, TooLong, UnixMillis, UnusableAmount, UnusableInstanceId, UnusableKey, UnusableKeyDocument,
    UnusableOrderAmount, UnusableTime, UnusableUtcTime, UtcTime, Verified, Work, WorkKey, WorkKind,
    catalogue, guide, handler, kit_v1, kit_v2, licence, seal, signature, text, v1, v2,
};
pub use marketplace_macros::marketplace_handler;

pub use tower_layer::Layer;

pub use self::body::MarketplaceBody;
pub use self::endpoint::{Counts, Endpoint, EndpointFuture, Resumed};
#[cfg(feature = "test-util")]
#[cfg_attr(docsrs, doc(cfg(feature = "test-util")))]
pub use self::failpoint::{FAILPOINTS, USAGE_FAILPOINTS, on_failpoint};
pub use self::future::ResponseFuture;
pub use self::header_case::TitleCaseHeaders;
#[cfg(feature = "skm")]
#[cfg_attr(docsrs, doc(cfg(feature = "skm")))]
pub use self::keys::SecureKeyManagerKeys;
pub use self::keys::{EnvironmentKeys, FileKeys, KeyProvider, KeyProviderError, KeyRefresh, KeyUsage, Keys};
pub use self::layer::MarketplaceLayer;
pub use self::ledger::{
    Answered, Claim, Fence, Interrupted, Lease, Ledger, LedgerError, LedgerStore, Outcome, Progress,
    Reservation, STATE_IS_KNOWN_FOR,
};
#[cfg(feature = "postgres")]
#[cfg_attr(docsrs, doc(cfg(feature = "postgres")))]
pub use self::ledger::{PostgresError, PostgresLedger};
pub use self::orders::Orders;
pub use self::refuse::Refusal;
pub use self::replay::{Admission, Replay, ReplayError, ReplayStore, Sighting};
#[cfg(feature = "redis")]
#[cfg_attr(docsrs, doc(cfg(feature = "redis")))]
pub use self::replay::{RedisReplay, UnusableRedis};
pub use self::service::Marketplace;
pub use self::store_future::StoreFuture;

type BoxError = Box<dyn Error + Send + Sync>;

/// What generated code names. Not for use by hand; it changes without notice.
#[doc(hidden)]
pub mod __private {
    pub use marketplace_core::__private::*;
}

/// The examples of the README, compiled.
#[cfg(all(doctest, feature = "open-api", feature = "server", feature = "sqlite"))]
#[doc = include_str!("../../README.md")]
struct Readme;

/// The examples of the other pages, compiled.
#[cfg(doctest)]
mod pages {
    #[doc = include_str!("../../docs/v1.md")]
    struct V1;

    #[doc = include_str!("../../docs/v2.md")]
    struct V2;

    #[doc = include_str!("../../docs/licence.md")]
    struct Licence;

    #[cfg(feature = "kit")]
    #[doc = include_str!("../../docs/kit.md")]
    struct Kit;

    #[cfg(feature = "postgres")]
    #[doc = include_str!("../../docs/postgres.md")]
    struct Postgres;

    #[doc = include_str!("../../docs/operations.md")]
    struct Operations;

    #[doc = include_str!("../../docs/ledger.md")]
    struct Ledger;

    #[doc = include_str!("../../docs/keys.md")]
    struct Keys;

    #[cfg(feature = "open-api")]
    #[doc = include_str!("../../docs/usage.md")]
    struct Usage;

    #[cfg(feature = "redis")]
    #[doc = include_str!("../../docs/replay.md")]
    struct Replay;

    #[cfg(feature = "open-api")]
    #[doc = include_str!("../../docs/open-api.md")]
    struct OpenApi;

    #[cfg(all(feature = "skm", feature = "test-util"))]
    #[doc = include_str!("../../docs/secure-key-manager.md")]
    struct SecureKeyManager;
}
