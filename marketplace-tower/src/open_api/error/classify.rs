//! What an error of the transport means.

use std::error::Error;
use std::io;

use hyper_util::client::legacy;

use super::{OpenApiError, Secrets};
use crate::BoxError;
use crate::http_client::{ConnectTimedOut, Failure};

/// Which variant it is. An error that shows a secret becomes one that does not.
pub(in super::super) fn classify(failure: Failure, limit: usize, secrets: &Secrets) -> OpenApiError {
    let error = match failure {
        Failure::Transport(error) => error,
        Failure::TooLong => return OpenApiError::AnswerTooLong { limit },
    };
    let variant = variant(&error);
    variant(secrets.error(error))
}

fn variant(error: &BoxError) -> fn(BoxError) -> OpenApiError {
    let mut is_connect = false;
    let mut at: Option<&(dyn Error + 'static)> = Some(&**error);
    while let Some(cause) = at {
        if let Some(rustls::Error::InvalidCertificate(_)) = cause.downcast_ref() {
            return OpenApiError::ServerCertificate;
        }
        is_connect |= cause.is::<ConnectTimedOut>();
        is_connect |= cause.downcast_ref::<legacy::Error>().is_some_and(legacy::Error::is_connect);
        // What an I/O error is made of is not its source.
        let inside = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        at = match inside {
            Some(inside) => Some(inside),
            None => cause.source(),
        };
    }
    if is_connect { OpenApiError::Unreachable } else { OpenApiError::Broken }
}
