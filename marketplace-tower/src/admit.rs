//! Whether a call whose body is complete is let in.

use marketplace_core::Verified;
use marketplace_core::signature::{Scheme, Unverified};

use crate::future::Reading;
use crate::layer::Settings;
use crate::replay::{Admission, ReplayError, Sighting};
use crate::store_future::StoreFuture;
use crate::{Refusal, telemetry};

type Admitted = StoreFuture<'static, Result<Admission, ReplayError>>;

/// The body is complete: verifies the call, and asks the replay store.
pub(crate) fn verify<S>(settings: &Settings, call: &mut Reading<S>) -> Result<(Verified, Admitted), Refusal> {
    let verified = call.incoming.verify(&call.keys, settings.sort_step).map_err(refusal)?;
    telemetry::verified(settings, &verified, call.now);
    let admission = match verified.scheme() {
        // Nothing in these tells a repeat from a replay: KooGallery itself may send the same bytes twice.
        Scheme::V1 => StoreFuture::ready(Ok(Admission::First)),
        Scheme::KitV1 => {
            // Its stamp is in the body.
            if let Some(window) = settings.v1_window {
                window.check(verified.timestamp(), call.now)?;
            }
            StoreFuture::ready(Ok(Admission::First))
        }
        _ => {
            let signed_at = verified.timestamp().unwrap_or(call.now);
            let until = settings.freshness.remember_until(signed_at);
            settings.replay.admit(&Sighting::new(*verified.mac(), signed_at, until, call.now))
        }
    };
    Ok((verified, admission))
}

fn refusal(error: Unverified) -> Refusal {
    match error {
        Unverified::NoCall(error) => Refusal::Body(error),
        _ => Refusal::Unverified,
    }
}

/// Does the replay store let it in?
pub(crate) fn judge(admission: Result<Admission, ReplayError>) -> Result<(), Refusal> {
    match admission {
        Ok(Admission::First) => Ok(()),
        Ok(Admission::Full) => Err(Refusal::ReplayStoreFull),
        Ok(Admission::TooOld) => Err(Refusal::ReplayForgotten),
        Ok(_) => Err(Refusal::Replayed),
        Err(error) => Err(Refusal::ReplayStoreFailed(error.causes().into())),
    }
}
