//! Where the Open APIs are.

/// A site of KooGallery.
///
/// "Querying an order" of each site (China 2024-04-26, international, Europe 2025-03-13). HTTPS only, with the server's
/// certificate verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Site {
    /// China.
    China,
    /// International.
    International,
    /// Europe. Its pages name the order query alone.
    Europe,
}

impl Site {
    /// The host that is called.
    #[must_use]
    pub fn host(self) -> &'static str {
        match self {
            Self::China => "mkt.myhuaweicloud.com",
            Self::International => "mkt-intl.myhuaweicloud.com",
            Self::Europe => "mkt.myhuaweicloud.eu",
        }
    }

    /// The host for when that one cannot be reached. The international pages name that of China.
    #[must_use]
    pub fn fallback_host(self) -> Option<&'static str> {
        match self {
            Self::China | Self::International => Some("mkt.myhuaweicloud.cn"),
            Self::Europe => None,
        }
    }

    /// The site of a short name: `cn`, `intl`, `eu`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "cn" => Self::China,
            "intl" => Self::International,
            "eu" => Self::Europe,
            _ => return None,
        })
    }
}

/// The paths of the APIs.
pub mod path {
    /// `GET`: an order, with `orderId` and perhaps `orderLineId`.
    pub const QUERY_ORDER: &str = "/api/mkp-openapi-public/global/v1/order/query";
    /// `POST`: usage, with a signature of the body.
    pub const PUSH_USAGE: &str = "/api/mkp-openapi-public/global/v1/isv/usage-data";
    /// `POST`: usage, as pay-per-use products of V1 pushed it at first.
    pub const PUSH_USAGE_OLD: &str = "/rest/marketplace/v1/isv/usage-data";
    /// `POST`: a licence code is activated.
    pub const ACTIVATE_LICENCE: &str = "/api/mkp-openapi-public/global/v1/license/activate";
    /// `POST`: the state of a licence code; a heartbeat once.
    pub const QUERY_LICENCE: &str = "/api/mkp-openapi-public/global/v1/license/heartbeat";
}
