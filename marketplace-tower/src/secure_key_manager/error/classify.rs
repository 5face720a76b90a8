//! What an error of the transport means.

use std::error::Error;
use std::io;

use hyper_util::client::legacy;
use rustls::AlertDescription;

use super::scrub::Scrub;
use super::{CertificateRefusal, SkmError, Stage};
use crate::BoxError;
use crate::http_client::ConnectTimedOut;

/// Which variant it is. An error that shows a secret becomes one that does not.
pub(in super::super) fn classify(error: BoxError, scrub: &Scrub<'_>) -> SkmError {
    let mut is_connect = false;
    let mut at: Option<&(dyn Error + 'static)> = Some(&*error);
    while let Some(cause) = at {
        if let Some(timed_out) = cause.downcast_ref::<ConnectTimedOut>() {
            return SkmError::TimedOut { stage: Stage::Connecting, limit: timed_out.0 };
        }
        match cause.downcast_ref::<rustls::Error>() {
            Some(rustls::Error::AlertReceived(alert)) => {
                if let Some(refusal) = refusal(*alert) {
                    return SkmError::ClientCertificate(refusal);
                }
            }
            Some(rustls::Error::InvalidCertificate(_)) => {
                return SkmError::ServerCertificate(scrub.error(error));
            }
            _ => {}
        }
        is_connect |= cause.downcast_ref::<legacy::Error>().is_some_and(legacy::Error::is_connect);
        // What an I/O error is made of is not its source.
        let inside = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        at = match inside {
            Some(inside) => Some(inside),
            None => cause.source(),
        };
    }
    let error = scrub.error(error);
    if is_connect { SkmError::Unreachable(error) } else { SkmError::Broken(error) }
}

/// `None` for alerts that are about something else.
fn refusal(alert: AlertDescription) -> Option<CertificateRefusal> {
    Some(match alert {
        AlertDescription::CertificateExpired => CertificateRefusal::Expired,
        AlertDescription::UnknownCA => CertificateRefusal::UnknownAuthority,
        AlertDescription::CertificateRevoked => CertificateRefusal::Revoked,
        AlertDescription::CertificateRequired | AlertDescription::NoCertificate => {
            CertificateRefusal::Missing
        }
        AlertDescription::BadCertificate
        | AlertDescription::UnsupportedCertificate
        | AlertDescription::CertificateUnknown
        // Its signature, or that of its authority, does not verify.
        | AlertDescription::DecryptError
        | AlertDescription::AccessDenied => CertificateRefusal::Unspecified,
        _ => return None,
    })
}
