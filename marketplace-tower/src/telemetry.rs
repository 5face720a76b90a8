//! What the operator is told.

use marketplace_core::Verified;

use crate::Refusal;
use crate::layer::Settings;

/// One line says why a call was refused.
pub(crate) fn refused(settings: &Settings, refusal: &Refusal) {
    tracing::warn!(reason = refusal.slug(), code = %refusal.code(), detail = %refusal, "refused a marketplace call");
    if let Some(hook) = &settings.hook {
        hook(refusal);
    }
}

pub(crate) fn verified(verified: &Verified) {
    let key = verified.key().name();
    match verified.sorted() {
        None => tracing::debug!(key, "verified a marketplace call"),
        Some(order) => tracing::warn!(
            key,
            ?order,
            "a call was signed over its sorted body, not over the bytes that travelled"
        ),
    }
}
