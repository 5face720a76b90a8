//! What the operator is told.

use std::error::Error;

use marketplace_core::{KeyState, UnixMillis, Verified};

use crate::Refusal;
use crate::layer::Settings;

/// One line says why a call was refused.
pub(crate) fn refused(settings: &Settings, refusal: &Refusal) {
    tracing::warn!(reason = refusal.slug(), code = %refusal.code(), detail = %refusal, "refused a marketplace call");
    if let Some(hook) = &settings.refused {
        hook(refusal);
    }
}

/// Which key it was signed with is what whoever replaces a key wants to know.
pub(crate) fn verified(settings: &Settings, verified: &Verified, now: UnixMillis) {
    settings.keys.used(verified, now);
    if let Some(hook) = &settings.verified {
        hook(verified);
    }
    let (key, version) = (verified.key().name(), verified.key().version());
    if verified.key().state() == KeyState::ScheduledForDeletion {
        tracing::warn!(key, version, "a call was signed with a key that is scheduled for deletion");
    }
    match verified.sorted() {
        None => tracing::debug!(key, version, "verified a marketplace call"),
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
