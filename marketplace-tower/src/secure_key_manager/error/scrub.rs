//! Texts of others are shown only if they repeat no secret.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write as _;

use serde::{Deserialize, Deserializer};
use zeroize::Zeroizing;

use super::super::secret::JsonText;
use crate::BoxError;

/// What must not be shown, and what was sent.
pub(in super::super) struct Scrub<'a> {
    secrets: Vec<&'a str>,
    /// The body of the request, JSON.
    sent: &'a [u8],
}

/// Texts of others are cut there.
const LONGEST: usize = 200;
/// Shorter values are in most texts anyway.
const SHORTEST: usize = 4;

impl<'a> Scrub<'a> {
    pub(in super::super) fn new(secrets: impl Iterator<Item = &'a str>, sent: &'a [u8]) -> Self {
        Self { secrets: secrets.collect(), sent }
    }

    /// A message of the server.
    pub(in super::super) fn message(&self, message: &str) -> Box<str> {
        if self.is_repeated_in(message) {
            return "(withheld: it repeats what was sent)".into();
        }
        let plain = message.chars().map(|letter| if letter.is_control() { ' ' } else { letter });
        plain.take(LONGEST).collect::<String>().into()
    }

    /// An error of the transport.
    pub(super) fn error(&self, error: BoxError) -> BoxError {
        let mut shown = Zeroizing::new(format!("{error:?}"));
        let mut at: Option<&dyn Error> = Some(&*error);
        while let Some(cause) = at {
            let _ = write!(shown, " {cause}");
            at = cause.source();
        }
        if self.is_repeated_in(&shown) { "(withheld: it repeats a secret)".into() } else { error }
    }

    fn is_repeated_in(&self, text: &str) -> bool {
        let is_repeated = |value: &str| value.len() >= SHORTEST && text.contains(value);
        if self.secrets.iter().any(|secret| !secret.is_empty() && text.contains(secret)) {
            return true;
        }
        let Ok(sent) = serde_json::from_slice::<Sent>(self.sent) else { return false };
        sent.0.iter().any(|value| is_repeated(value))
    }
}

/// What may be repeated: an operator looks for these names.
const HARMLESS: [&str; 6] = ["keyStoreName", "name", "description", "algorithm", "authMode", "ciphertext"];

/// The texts of a request that may be secret.
struct Sent(Vec<Zeroizing<String>>);

impl<'de> Deserialize<'de> for Sent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let values = BTreeMap::<String, JsonText>::deserialize(deserializer)?;
        let secret = values.into_iter().filter(|(name, _)| !HARMLESS.contains(&name.as_str()));
        Ok(Self(secret.filter_map(|(_, value)| value.0).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sent_is_not_repeated() {
        let scrub =
            Scrub::new(["appkey"].into_iter(), br#"{"plaintext":"line\ncanary","days":30,"name":"shop"}"#);
        assert_eq!(&*scrub.message("No shop of 30"), "No shop of 30");
        for message in ["no appkey", "bad line\ncanary!"] {
            assert_eq!(&*scrub.message(message), "(withheld: it repeats what was sent)");
        }
        assert_eq!(scrub.message(&"x\n".repeat(300)).len(), LONGEST);
        let error: BoxError = "GET /appkey/x failed".into();
        assert!(!scrub.error(error).to_string().contains("appkey"));
        assert_eq!(scrub.error("reset".into()).to_string(), "reset");
    }
}
