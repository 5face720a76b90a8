//! What was found.

use std::fmt;

use marketplace_core::catalogue::Entry;

use super::super::confirm::Confirmation;
use super::super::error::SkmError;
use super::super::inventory::KeyStore;
use super::cause::Cause;

/// What [`Client::diagnose`](crate::secure_key_manager::Client::diagnose) found. `Display` is a report of a few lines, without
/// secrets.
#[derive(Debug, Clone)]
pub struct Diagnosis {
    entry: &'static Entry,
    pub(super) seen: Option<Confirmation>,
    pub(super) store: Option<KeyStore>,
    causes: Vec<Cause>,
    unanswered: Vec<Unanswered>,
}

/// A question that was not answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unanswered {
    /// What was called, such as `confirm`.
    pub operation: &'static str,
    /// The [slug](SkmError::slug) of its failure.
    pub slug: &'static str,
}

impl Diagnosis {
    pub(super) fn new(error: &SkmError) -> Self {
        Self { entry: error.entry(), seen: None, store: None, causes: Vec::new(), unanswered: Vec::new() }
    }

    /// The causes, the likeliest first. None, if everything that can be asked is in order.
    #[must_use]
    pub fn causes(&self) -> &[Cause] {
        &self.causes
    }

    /// What the server sees of this client, if that was asked.
    #[must_use]
    pub fn seen(&self) -> Option<&Confirmation> {
        self.seen.as_ref()
    }

    /// The key store that it is about, if it was found.
    #[must_use]
    pub fn store(&self) -> Option<&KeyStore> {
        self.store.as_ref()
    }

    /// What the catalogue has about the error, with the checks of the Solution Guide.
    #[must_use]
    pub fn entry(&self) -> &'static Entry {
        self.entry
    }

    /// The questions that were not answered: what they would have told is not among the causes.
    #[must_use]
    pub fn unanswered(&self) -> &[Unanswered] {
        &self.unanswered
    }

    pub(super) fn found(&mut self, cause: Cause) {
        if !self.causes.contains(&cause) {
            self.causes.push(cause);
        }
    }

    /// The answer, or a note that there is none.
    pub(super) fn note<T>(&mut self, operation: &'static str, answer: Result<T, SkmError>) -> Option<T> {
        answer
            .map_err(|error| {
                if let SkmError::ClientCertificate(refusal) = &error {
                    self.found(Cause::CertificateRefusedInTls(*refusal));
                }
                self.unanswered.push(Unanswered { operation, slug: error.slug() });
            })
            .ok()
    }
}

impl fmt::Display for Diagnosis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.entry.slug, self.entry.what)?;
        if let Some(seen) = &self.seen {
            let arrived = |arrived| if arrived { "arrived" } else { "did not arrive" };
            match seen.address() {
                Some(address) => write!(f, "\n  the server sees {address}")?,
                None => f.write_str("\n  the server does not say which address it sees")?,
            }
            let (mac, certificate) = (arrived(seen.mac().is_some()), arrived(seen.sent_certificate()));
            write!(f, "; a MAC address {mac}, a certificate {certificate}")?;
        }
        if let Some(store) = &self.store {
            write!(f, "\n  key store {} ({})", store.key_store_id, store.name)?;
            if let Some(methods) = store.methods() {
                write!(f, " checks: {methods}")?;
            }
        }
        for cause in &self.causes {
            write!(f, "\n  cause: {cause}\n    do: {}", cause.action())?;
        }
        for Unanswered { operation, slug } in &self.unanswered {
            write!(f, "\n  not answered: `{operation}`, {slug}")?;
        }
        if self.causes.is_empty() {
            for check in self.entry.checks {
                write!(f, "\n  check: {check}")?;
            }
        }
        Ok(())
    }
}
