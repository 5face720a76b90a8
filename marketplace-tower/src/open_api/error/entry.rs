//! What the catalogue says about an error.

use marketplace_core::catalogue::Entry;
use marketplace_core::open_api::{ApiFailure, Meaning};

use super::OpenApiError;
use crate::entry::entry;

impl OpenApiError {
    /// A stable word for metrics and alarms.
    #[must_use]
    pub fn slug(&self) -> &'static str {
        self.entry().slug
    }

    /// What happened, where it usually comes from and what to do about it: that of the code where there is one and it fits, such as
    /// `apigw-0301`, or else that of the variant, such as `open-api-unreachable`.
    #[must_use]
    pub fn entry(&self) -> &'static Entry {
        match self {
            Self::Refused { failure, .. } => failure.code().entry().unwrap_or(entry!("open-api-refused")),
            Self::Unauthenticated { failure, .. } => {
                of(failure.as_ref(), Meaning::Authentication).unwrap_or(entry!("open-api-unauthenticated"))
            }
            Self::ClockSkew { .. } => entry!("open-api-clock"),
            Self::HeldBack { .. } => entry!("open-api-held-back"),
            Self::Throttled { failure, .. } => {
                of(failure.as_ref(), Meaning::Throttled).unwrap_or(entry!("open-api-throttled"))
            }
            Self::UnexpectedAnswer { .. } | Self::AnswerTooLong { .. } => entry!("open-api-not-the-market"),
            Self::NoSuchLine { .. } => entry!("open-api-no-such-line"),
            Self::Unusable { .. } => entry!("open-api-argument"),
            Self::TooManyRecords { .. } => entry!("mkt-9003"),
            Self::NoAccessKey => entry!("open-api-no-access-key"),
            Self::CannotSign(_) => entry!("open-api-cannot-sign"),
            Self::NoRandomness(_) => entry!("open-api-no-randomness"),
            Self::ServerCertificate(_) => entry!("open-api-server-certificate"),
            Self::Unreachable(_) => entry!("open-api-unreachable"),
            Self::TimedOut { .. } => entry!("open-api-timed-out"),
            Self::Broken(_) => entry!("open-api-broken"),
        }
    }
}

/// The entry of the code, unless it was the status that said what is wrong, and the code says something else.
fn of(failure: Option<&ApiFailure>, meaning: Meaning) -> Option<&'static Entry> {
    failure.filter(|failure| failure.meaning() == meaning)?.code().entry()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::time::Duration;

    use http::StatusCode;
    use marketplace_core::UnixMillis;
    use marketplace_core::catalogue::{self, Kind};
    use marketplace_core::open_api::{UnreadableAnswer, read_order};

    use super::super::ClockSkew;
    use super::*;
    use crate::open_api::CannotSign;

    fn failure(code: &str) -> ApiFailure {
        let answer = format!(r#"{{"resultCode":"{code}","resultMsg":"no"}}"#);
        read_order(answer.as_bytes()).unwrap().unwrap_err()
    }

    /// One of each variant, without a code.
    fn errors() -> Vec<OpenApiError> {
        let status = StatusCode::UNAUTHORIZED;
        vec![
            OpenApiError::Refused { status, failure: failure("MKT.7777") },
            OpenApiError::Unauthenticated { status, failure: None },
            OpenApiError::ClockSkew {
                skew: ClockSkew::Ahead(Duration::ZERO),
                failure: Some(failure("APIGW.0301")),
            },
            OpenApiError::HeldBack { until: UnixMillis(0) },
            OpenApiError::Throttled { status, failure: None, retry_after: None },
            OpenApiError::UnexpectedAnswer { status, source: UnreadableAnswer::NoEnvelope },
            OpenApiError::AnswerTooLong { limit: 1 },
            OpenApiError::NoSuchLine { lines: 2 },
            OpenApiError::Unusable { field: "orderId", rule: "is empty" },
            OpenApiError::TooManyRecords { limit: 1, count: 2 },
            OpenApiError::NoAccessKey,
            OpenApiError::CannotSign(CannotSign::NoHost),
            OpenApiError::NoRandomness("none".into()),
            OpenApiError::ServerCertificate("unknown".into()),
            OpenApiError::Unreachable("refused".into()),
            OpenApiError::TimedOut { limit: Duration::ZERO, may_have_been_sent: false },
            OpenApiError::Broken("reset".into()),
        ]
    }

    #[test]
    fn every_error_has_an_entry_and_every_entry_a_code_or_an_error() {
        for error in errors() {
            assert!(error.entry().is(Kind::OpenApi) && error.entry().slug == error.slug(), "{error}");
        }
        let described =
            catalogue::all().filter(|entry| entry.is(Kind::OpenApi) && entry.api_codes.is_empty());
        let mut slugs: BTreeSet<_> = errors().iter().map(OpenApiError::slug).collect();
        assert!(slugs.remove("mkt-9003"));
        assert_eq!(described.map(|entry| entry.slug).collect::<BTreeSet<_>>(), slugs);
    }

    #[test]
    fn a_code_says_more_than_the_status() {
        let status = StatusCode::FORBIDDEN;
        for (code, unauthenticated, throttled) in [
            ("APIGW.0301", "apigw-0301", "open-api-throttled"),
            ("CBC.0154", "mkt-0154", "open-api-throttled"),
            // The status is right, and the code of something else.
            ("92020001", "open-api-unauthenticated", "open-api-throttled"),
            ("MKT.0250", "open-api-unauthenticated", "mkt-0250"),
        ] {
            let refused = OpenApiError::Refused { status, failure: failure(code) };
            assert_eq!(Some(refused.entry()), failure(code).code().entry());
            let error = OpenApiError::Unauthenticated { status, failure: Some(failure(code)) };
            assert_eq!(error.slug(), unauthenticated, "{code}");
            let error = OpenApiError::Throttled { status, failure: Some(failure(code)), retry_after: None };
            assert_eq!(error.slug(), throttled, "{code}");
        }
    }
}
