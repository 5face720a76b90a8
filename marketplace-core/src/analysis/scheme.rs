//! The schemes that can be explained, and by what each is recognised.

pub(super) mod body_sign;
pub(super) mod concatenated;
pub(super) mod kit_v1;
mod paired;
pub(super) mod safe_creative;
pub(super) mod sdk_hmac;
pub(super) mod usage_push;
pub(super) mod v1;

use std::fmt;
use std::str::FromStr;

use super::capture::{CapturedRequest, Subject};
use super::query::pairs;
use crate::signature::Scheme;

/// A way of signing that can be explained.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AnalysisScheme {
    /// KooGallery's calls of guide V2 and of licences: `signature`, `timestamp` and `nonce` in the query.
    V2,
    /// KooGallery's calls of guide V1: `authToken` in the query.
    V1,
    /// The first generation of the joint-operations kit: the header `authToken`.
    KitV1,
    /// Its second generation: the headers `x-sign`, `x-timestamp` and `x-nonce`.
    KitV2,
    /// The header `Body-Sign` of a seller's answer.
    BodySign,
    /// The body signature of a usage push: the headers `signature`, `ts` and `nonce`.
    UsagePush,
    /// The API gateway's `SDK-HMAC-SHA256`.
    SdkHmac,
    /// Safe Creative's API v2.
    SafeCreative,
}

impl AnalysisScheme {
    /// Every scheme.
    pub const ALL: [Self; 8] = [
        Self::V2,
        Self::V1,
        Self::KitV1,
        Self::KitV2,
        Self::BodySign,
        Self::UsagePush,
        Self::SdkHmac,
        Self::SafeCreative,
    ];

    /// The stable name, such as `kit-v1`.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::V2 => "v2",
            Self::V1 => "v1",
            Self::KitV1 => "kit-v1",
            Self::KitV2 => "kit-v2",
            Self::BodySign => "body-sign",
            Self::UsagePush => "usage-push",
            Self::SdkHmac => "sdk-hmac",
            Self::SafeCreative => "safe-creative",
        }
    }

    /// By what is there, whether or not it is complete: headers before the path, the path before the query.
    ///
    /// ```
    /// use marketplace_core::analysis::{AnalysisScheme, CapturedRequest};
    ///
    /// let request = CapturedRequest::new("GET", "/saasproduce?activity=newInstance&authToken=x");
    /// assert_eq!(AnalysisScheme::recognise(&request), Some(AnalysisScheme::V1));
    /// ```
    #[must_use]
    pub fn recognise<'c>(subject: impl Into<Subject<'c>>) -> Option<Self> {
        match subject.into() {
            Subject::Response(..) => Some(Self::BodySign),
            Subject::Request(request) => Self::of_request(request),
        }
    }

    fn of_request(request: &CapturedRequest) -> Option<Self> {
        let has_header = |name: &str| request.values(name).next().is_some();
        let has = |name: &str| pairs(request.query()).any(|pair| pair.is(name));
        let has_field = |name: &str| {
            has(name)
                || safe_creative::form(request).is_some_and(|form| pairs(form).any(|pair| pair.is(name)))
        };
        let pushed = ["ts", "nonce", "signature"].into_iter().filter(|name| has_header(name)).count();
        let is_gateway =
            request.values("authorization").any(|value| value.trim_start().starts_with("SDK-HMAC-SHA256"));
        if has_header("x-sign") || has_header("x-nonce") || has_header("x-timestamp") {
            Some(Self::KitV2)
        } else if has_header("authToken") {
            Some(Self::KitV1)
        } else if pushed > 1 || (pushed == 1 && request.path().ends_with("/usage-data")) {
            Some(Self::UsagePush)
        } else if is_gateway || has_header("x-sdk-date") {
            Some(Self::SdkHmac)
        } else if has_field("sharedkey")
            || has_field("ztime")
            || has_field("component")
            || has_field("authkey")
        {
            Some(Self::SafeCreative)
        } else if has("authToken") || has("timeStamp") {
            Some(Self::V1)
        } else if has("signature") || has("timestamp") || has("nonce") {
            Some(Self::V2)
        } else {
            match Scheme::of(&request.method.to_ascii_uppercase(), request.path())?.0 {
                Scheme::V1 => has("activity").then_some(Self::V1),
                Scheme::V2 => Some(Self::V2),
                Scheme::KitV1 => Some(Self::KitV1),
                Scheme::KitV2 => Some(Self::KitV2),
            }
        }
    }
}

impl fmt::Display for AnalysisScheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.slug())
    }
}

impl FromStr for AnalysisScheme {
    type Err = UnknownScheme;

    fn from_str(text: &str) -> Result<Self, UnknownScheme> {
        Self::ALL.into_iter().find(|scheme| scheme.slug() == text).ok_or(UnknownScheme)
    }
}

/// A name that is none of a scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a scheme: v2, v1, kit-v1, kit-v2, body-sign, usage-push, sdk-hmac or safe-creative")]
pub struct UnknownScheme;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schemes_have_names_that_are_read() {
        for scheme in AnalysisScheme::ALL {
            assert_eq!(scheme.slug().parse(), Ok(scheme));
        }
        assert_eq!("auto".parse::<AnalysisScheme>(), Err(UnknownScheme));
    }

    #[test]
    fn a_request_is_recognised_by_what_is_there() {
        let request = CapturedRequest::new;
        for (request, scheme) in [
            (request("POST", "/s?signature=1&timestamp=2&nonce=3"), Some(AnalysisScheme::V2)),
            (request("GET", "/s?nonce=3"), Some(AnalysisScheme::V2)),
            (request("POST", "/s"), Some(AnalysisScheme::V2)),
            (request("GET", "/s?activity=x"), Some(AnalysisScheme::V1)),
            (request("GET", "/s?p=1&timeStamp=2"), Some(AnalysisScheme::V1)),
            (request("GET", "/s?p=1"), None),
            (request("PUT", "/s"), None),
            (request("post", "/s/produceAPI/tenantSync"), Some(AnalysisScheme::KitV1)),
            (request("POST", "/s/produceAPI/v2/tenantSync"), Some(AnalysisScheme::KitV2)),
            (request("POST", "/s").with_header("AUTHTOKEN", "x"), Some(AnalysisScheme::KitV1)),
            (request("POST", "/s").with_header("X-Sign", "x"), Some(AnalysisScheme::KitV2)),
            (
                request("POST", "/u").with_header("ts", "1").with_header("nonce", "1"),
                Some(AnalysisScheme::UsagePush),
            ),
            (
                request("GET", "/o?orderId=1").with_header("Authorization", "SDK-HMAC-SHA256 Access=a"),
                Some(AnalysisScheme::SdkHmac),
            ),
            (request("GET", "/v2/?component=x&signature=1"), Some(AnalysisScheme::SafeCreative)),
            (request("POST", "/v2/").with_body("a=1&ztime=2"), Some(AnalysisScheme::SafeCreative)),
        ] {
            assert_eq!(AnalysisScheme::recognise(&request), scheme, "{}", request.target);
        }
    }
}
