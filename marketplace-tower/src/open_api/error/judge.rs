//! What an answer means.

use http::StatusCode;
use marketplace_core::UnixMillis;
use marketplace_core::open_api::{ApiFailure, Meaning, UnreadableAnswer, read_order};

use super::skew::{retry_after, skew};
use super::{OpenApiError, Secrets};
use crate::http_client::Answer;

/// Reads the answer of one API.
pub(in super::super) type Read<T> = fn(&[u8]) -> Result<Result<T, ApiFailure>, UnreadableAnswer>;

/// The answer, or what is wrong with it.
pub(in super::super) fn judge<T>(
    answer: &Answer,
    read: Read<T>,
    secrets: &Secrets,
    now: UnixMillis,
) -> Result<T, OpenApiError> {
    let status = answer.status;
    let covered;
    let body = if secrets.is_repeated_in(&answer.body) {
        covered = secrets.covered(&answer.body);
        &covered
    } else {
        &*answer.body
    };
    // Whoever is not let in is told no more than why.
    let told = if is_at_the_door(status) { failure(body) } else { read(body) };
    let failure = match told {
        // Success in the body of a failure is nobody's word.
        Ok(Ok(_)) if !status.is_success() && !matches!(failure::<T>(body), Ok(Err(_))) => {
            Err(UnreadableAnswer::NoEnvelope)
        }
        Ok(Ok(told)) => return Ok(told),
        Ok(Err(failure)) => Ok(failure),
        Err(unreadable) => Err(unreadable),
    };
    let meaning = failure.as_ref().ok().map(ApiFailure::meaning);
    if is_about_credentials(status, meaning) {
        let failure = failure.ok();
        return Err(match skew(&answer.headers, now) {
            Some(skew) => OpenApiError::ClockSkew { skew, failure },
            None => OpenApiError::Unauthenticated { status, failure },
        });
    }
    let is_throttled = matches!(status, StatusCode::NOT_ACCEPTABLE | StatusCode::TOO_MANY_REQUESTS);
    if is_throttled || meaning == Some(Meaning::Throttled) {
        let retry_after = retry_after(&answer.headers, now);
        return Err(OpenApiError::Throttled { status, failure: failure.ok(), retry_after });
    }
    Err(match failure {
        Ok(failure) => OpenApiError::Refused { status, failure },
        Err(source) => OpenApiError::UnexpectedAnswer { status, source },
    })
}

fn is_at_the_door(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::UNAUTHORIZED
            | StatusCode::FORBIDDEN
            | StatusCode::NOT_ACCEPTABLE
            | StatusCode::TOO_MANY_REQUESTS
    )
}

/// Of whatever API: their envelopes are the same. What calls itself a success here is none.
fn failure<T>(body: &[u8]) -> Result<Result<T, ApiFailure>, UnreadableAnswer> {
    match read_order(body) {
        Ok(Err(failure)) => Ok(Err(failure)),
        _ => Err(UnreadableAnswer::NoEnvelope),
    }
}

/// 401 and 403, unless their code tells of something else: that what is asked about is another seller's, for example.
fn is_about_credentials(status: StatusCode, meaning: Option<Meaning>) -> bool {
    match meaning {
        Some(Meaning::Authentication) => true,
        None | Some(Meaning::Unknown | Meaning::Internal) => {
            matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN)
        }
        Some(_) => false,
    }
}
