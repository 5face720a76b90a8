//! Refusals: calls that are answered without reaching the seller.

use bytes::Bytes;
use http::{Method, StatusCode};
use marketplace_core::catalogue::Entry;
use marketplace_core::signature::v1::NotInWindow;
use marketplace_core::signature::v2::{OutsideWindow, Parameter, QueryError};
use marketplace_core::signature::{Scheme, kit_v1, kit_v2, v1};
use marketplace_core::{DecodeError, Guide, ResultCode};

use crate::entry::entry;

/// Why a call was refused, for the operator.
///
/// The caller is told a result code and nothing else: a stranger must not learn which check failed. The reason is in one
/// tracing event, in the extensions of the response, and given to
/// [`MarketplaceLayer::with_refusal_hook`](crate::MarketplaceLayer::with_refusal_hook).
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// KooGallery only sends POST, and GET for V1.
    #[error("the method is {0}, KooGallery sends POST, and GET for V1")]
    Method(Method),
    /// No key of the ring serves calls that are signed so.
    #[error("no key of the ring is in service for {0} now and at this address: see `AccessKey::serving`")]
    NoKey(Scheme),
    /// A parameter of the query is missing, repeated or malformed.
    #[error("{0}")]
    Query(#[from] QueryError),
    /// A parameter of a V1 call is missing, repeated or malformed.
    #[error("{0}")]
    V1Query(#[from] v1::QueryError),
    /// A header of a call of the kit is missing or malformed.
    #[error("{0}")]
    KitV1Header(#[from] kit_v1::HeaderError),
    /// A header of a call of the kit, second generation, is missing or malformed.
    #[error("{0}")]
    KitV2Header(#[from] kit_v2::HeaderError),
    /// A header of the signature is there more than once.
    #[error("the header `{0}` is given more than once")]
    HeaderRepeated(&'static str),
    /// The timestamp is too far from this machine's clock.
    #[error("{0}")]
    OutsideWindow(#[from] OutsideWindow),
    /// The `timeStamp` of a V1 call is outside the window that the seller has set.
    #[error("{0}")]
    NotInWindow(#[from] NotInWindow),
    /// The body is longer than the limit. Answered with HTTP status 413.
    #[error("the body is longer than {limit} bytes")]
    BodyTooLong {
        /// The limit, in bytes.
        limit: usize,
    },
    /// The body did not arrive in time. Answered with HTTP status 408.
    #[error("the body did not arrive in time")]
    BodyTooSlow,
    /// The connection broke, or its framing was wrong, before the body was complete.
    #[error("the body broke off: {0}")]
    BodyBroken(Box<str>),
    /// No key signed this request.
    #[error("no key of the ring signed this request: a wrong key, an altered body, or a stranger")]
    Unverified,
    /// The same request was accepted before.
    #[error("the same signed request was accepted before")]
    Replayed,
    /// The replay store cannot take another entry, so nothing can be accepted.
    #[error("the replay store is full")]
    ReplayStoreFull,
    /// The clock has been set back, or the replay store was restarted: it has forgotten the time of this request.
    #[error(
        "the replay store no longer knows the time of this request: was the clock set back, or the store restarted?"
    )]
    ReplayForgotten,
    /// The replay store could not be asked.
    #[error("the replay store failed: {0}")]
    ReplayStoreFailed(Box<str>),
    /// There were no newer keys for longer than the last ones may serve; see [`KeyRefresh`](crate::KeyRefresh).
    #[error("the keys are too old: their provider has given no newer ones for too long")]
    KeysStale,
    /// The body is not what the activity sends.
    #[error("{0}")]
    Body(#[from] DecodeError),
    /// The key that signed the call is not for calls of this guide.
    #[error("the key that signed this call does not serve guide {0}: see `AccessKey::serving`")]
    KeyOfOtherGuide(Guide),
    /// The seller serves no such activity.
    #[error("the activity `{0}` is not served")]
    UnknownActivity(Box<str>),
    /// An endpoint was reached without a [`MarketplaceLayer`](crate::MarketplaceLayer) before it.
    #[error("not verified: is the `MarketplaceLayer` around this service?")]
    NotVerified,
}

impl Refusal {
    /// A stable word for metrics and alarms.
    #[must_use]
    pub fn slug(&self) -> &'static str {
        self.entry().slug
    }

    /// What happened, where it usually comes from and what to do about it, for the operator.
    #[must_use]
    pub fn entry(&self) -> &'static Entry {
        match self {
            Self::Method(_) => entry!("method"),
            Self::NoKey(_) => entry!("no-key"),
            Self::V1Query(v1::QueryError::Missing(_))
            | Self::KitV1Header(kit_v1::HeaderError::Missing)
            | Self::KitV2Header(kit_v2::HeaderError::Missing(_)) => entry!("parameter-missing"),
            Self::V1Query(v1::QueryError::Repeated(_)) | Self::HeaderRepeated(_) => {
                entry!("parameter-repeated")
            }
            Self::KitV2Header(kit_v2::HeaderError::Ambiguous) => entry!("timestamp-ambiguous"),
            Self::V1Query(_) | Self::KitV1Header(_) | Self::KitV2Header(_) => entry!("parameter-malformed"),
            Self::Query(QueryError::Missing(_)) => entry!("parameter-missing"),
            Self::Query(QueryError::Repeated(_)) => entry!("parameter-repeated"),
            Self::Query(QueryError::Ambiguous) => entry!("timestamp-ambiguous"),
            Self::Query(_) => entry!("parameter-malformed"),
            Self::OutsideWindow(OutsideWindow::Stale(_))
            | Self::NotInWindow(NotInWindow::Outside(OutsideWindow::Stale(_))) => entry!("stale-timestamp"),
            Self::OutsideWindow(OutsideWindow::Future(_))
            | Self::NotInWindow(NotInWindow::Outside(OutsideWindow::Future(_))) => entry!("future-timestamp"),
            Self::NotInWindow(NotInWindow::NoTime) => entry!("parameter-malformed"),
            Self::BodyTooLong { .. } => entry!("body-too-long"),
            Self::BodyTooSlow => entry!("body-too-slow"),
            Self::BodyBroken(_) => entry!("body-broken"),
            Self::Unverified => entry!("signature"),
            Self::Replayed => entry!("replayed"),
            Self::ReplayStoreFull => entry!("replay-store-full"),
            Self::ReplayForgotten => entry!("replay-forgotten"),
            Self::ReplayStoreFailed(_) => entry!("replay-store-failed"),
            Self::KeysStale => entry!("keys-stale"),
            Self::Body(_) => entry!("body"),
            Self::KeyOfOtherGuide(_) => entry!("key-of-other-guide"),
            Self::UnknownActivity(_) => entry!("unknown-activity"),
            Self::NotVerified => entry!("not-verified"),
        }
    }

    /// The result code that the caller is given. As in the vendor's sample, a missing signature counts as a failed
    /// authentication, other parameters as invalid.
    #[must_use]
    pub fn code(&self) -> ResultCode {
        match self {
            Self::Query(QueryError::Missing(Parameter::Signature))
            | Self::V1Query(v1::QueryError::Missing("authToken"))
            | Self::KitV1Header(kit_v1::HeaderError::Missing)
            | Self::KitV2Header(kit_v2::HeaderError::Missing(kit_v2::Header::Sign))
            | Self::NoKey(_)
            | Self::Unverified
            | Self::Replayed
            | Self::ReplayForgotten
            | Self::KeyOfOtherGuide(_)
            | Self::NotVerified => ResultCode::AUTHENTICATION_FAILED,
            // Not the caller's fault: KooGallery tries again.
            Self::ReplayStoreFull | Self::ReplayStoreFailed(_) | Self::KeysStale => {
                ResultCode::INTERNAL_ERROR
            }
            _ => ResultCode::INVALID_PARAMETER,
        }
    }

    /// The HTTP status of the answer: 200, unless HTTP itself is broken.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::BodyTooLong { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::BodyTooSlow => StatusCode::REQUEST_TIMEOUT,
            _ => StatusCode::OK,
        }
    }

    /// The body of the answer, which is the same for every reason that shares a code.
    pub(crate) fn body(&self) -> Bytes {
        Bytes::from_static(match self.code() {
            ResultCode::AUTHENTICATION_FAILED => {
                br#"{"resultCode":"000001","resultMsg":"authentication failed"}"#
            }
            ResultCode::INVALID_PARAMETER => {
                br#"{"resultCode":"000002","resultMsg":"invalid request parameter"}"#
            }
            _ => INTERNAL_ERROR,
        })
    }
}

pub(crate) const INTERNAL_ERROR: &[u8] = br#"{"resultCode":"000005","resultMsg":"internal error"}"#;
