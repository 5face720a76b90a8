//! The client, as what an outbox and an endpoint ask.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use marketplace_core::UnixMillis;
use marketplace_core::open_api::{Meaning, MeteredRecord, OrderInfo, PushAnswer};

use super::super::error::OpenApiError;
use super::Client;
use crate::http_client::HttpService;
use crate::usage::{PushFailure, UsageMarket};
use crate::{Orders, StoreFuture};

/// By [`query_order_info`](Client::query_order_info).
impl<S: HttpService> Orders for Client<S> {
    fn order<'a>(
        &'a self,
        order_id: &'a str,
        order_line_id: Option<&'a str>,
    ) -> StoreFuture<'a, Result<OrderInfo, Box<dyn Error + Send + Sync>>> {
        StoreFuture::boxed(async move { Ok(self.query_order_info(order_id, order_line_id).await?) })
    }
}

/// By [`push_usage_once`](Client::push_usage_once).
impl<S: HttpService> UsageMarket for Client<S> {
    fn push<'a>(&'a self, records: &'a [MeteredRecord]) -> StoreFuture<'a, Result<PushAnswer, PushFailure>> {
        StoreFuture::boxed(async move {
            let pushed = self.push_usage_once(records).await;
            pushed.map_err(|error| failure(error, self.shared.clock.now()))
        })
    }
}

fn failure(error: OpenApiError, now: UnixMillis) -> PushFailure {
    let pause = match &error {
        OpenApiError::HeldBack { until } => Some(Duration::from_millis(until.0.saturating_sub(now.0))),
        other => other.retry_after(),
    };
    match error {
        // A gateway's, or a proxy's, whatever its answer looks like.
        OpenApiError::Refused { status: StatusCode::PAYLOAD_TOO_LARGE, .. }
        | OpenApiError::UnexpectedAnswer { status: StatusCode::PAYLOAD_TOO_LARGE, .. } => {
            PushFailure::TooLarge { source: Arc::new(error) }
        }
        // It may have come before the records were taken, or after.
        error if error.meaning() == Some(Meaning::Internal) => {
            PushFailure::Unknown { source: Arc::new(error) }
        }
        OpenApiError::Refused { status, failure }
            // With a code that is in no table, a failure of the server itself may have come at any time.
            if failure.meaning() != Meaning::Unknown || !status.is_server_error() =>
        {
            PushFailure::Refused(failure)
        }
        error @ (OpenApiError::Unauthenticated { .. }
        | OpenApiError::ClockSkew { .. }
        | OpenApiError::Throttled { .. }) => PushFailure::NotTaken { source: Arc::new(error), pause },
        error if !error.may_have_been_sent() => PushFailure::NotTaken { source: Arc::new(error), pause },
        error => PushFailure::Unknown { source: Arc::new(error) },
    }
}

#[cfg(test)]
mod tests {
    use marketplace_core::open_api::{UnreadableAnswer, read_push};

    use super::*;

    fn refused(status: u16, code: &str) -> OpenApiError {
        let answer = format!(r#"{{"resultCode":"{code}","resultMsg":""}}"#);
        let failure = read_push(answer.as_bytes()).unwrap().unwrap_err();
        OpenApiError::Refused { status: StatusCode::from_u16(status).unwrap(), failure }
    }

    #[test]
    fn tells_what_was_judged_from_what_was_not_looked_at() {
        let connection = || crate::BoxError::from("connection");
        for (error, told) in [
            (refused(500, "MKT.9001"), "refused"),
            (refused(400, "MKT.0102"), "refused"),
            (refused(401, "MKT.0151"), "refused"),
            (refused(400, "94060099"), "refused"),
            (refused(200, "94060099"), "refused"),
            (refused(500, "94060099"), "unknown"),
            (refused(413, "APIGW.0201"), "too large"),
            (
                OpenApiError::UnexpectedAnswer {
                    status: StatusCode::PAYLOAD_TOO_LARGE,
                    source: UnreadableAnswer::NoEnvelope,
                },
                "too large",
            ),
            (refused(500, "MKT.0999"), "unknown"),
            (OpenApiError::Broken(connection()), "unknown"),
            (OpenApiError::TimedOut { limit: Duration::ZERO, may_have_been_sent: true }, "unknown"),
            (OpenApiError::TimedOut { limit: Duration::ZERO, may_have_been_sent: false }, "not taken"),
            (OpenApiError::Unreachable(connection()), "not taken"),
            (OpenApiError::NoAccessKey, "not taken"),
            (OpenApiError::Unauthenticated { status: StatusCode::UNAUTHORIZED, failure: None }, "not taken"),
        ] {
            let shown = error.to_string();
            let told_of = match failure(error, UnixMillis(0)) {
                PushFailure::Refused(_) => "refused",
                PushFailure::NotTaken { .. } => "not taken",
                PushFailure::TooLarge { .. } => "too large",
                PushFailure::Unknown { .. } => "unknown",
            };
            assert_eq!(told_of, told, "{shown}");
        }
    }

    #[test]
    fn tells_for_how_long_the_market_wants_to_be_left_alone() {
        let retry_after = Some(Duration::from_secs(7));
        let throttled =
            OpenApiError::Throttled { status: StatusCode::TOO_MANY_REQUESTS, failure: None, retry_after };
        let held = OpenApiError::HeldBack { until: UnixMillis(5_000) };
        for (error, seconds) in [(throttled, 7), (held, 4)] {
            let PushFailure::NotTaken { pause, .. } = failure(error, UnixMillis(1_000)) else { panic!() };
            assert_eq!(pause, Some(Duration::from_secs(seconds)));
        }
    }
}
