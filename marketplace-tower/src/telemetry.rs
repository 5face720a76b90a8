//! What the operator is told.

use std::error::Error;

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

/// An error and its causes, from the outside in.
pub(crate) fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
