//! Signed messages with a mistake in each.

mod body_sign;
mod kits;
mod safe_creative;
mod sdk_hmac;
mod usage_push;
mod v1;
mod v2;

use marketplace_core::analysis::{
    Analysis, AnalysisScheme, CapturedRequest, CapturedResponse, Reveal, Subject, SuspectKey, VerdictCode,
    explain, explain_and_reveal,
};
use marketplace_core::{AccessKey, UnixMillis};

use crate::random::Random;

pub(crate) const NOW: u64 = 1_795_000_000_000;

/// A message, and what is wrong with it.
pub(crate) struct Case {
    /// None, if it is valid.
    pub(crate) codes: Vec<VerdictCode>,
    pub(crate) scheme: AnalysisScheme,
    pub(crate) request: Option<CapturedRequest>,
    pub(crate) response: Option<CapturedResponse>,
    pub(crate) keys: Vec<SuspectKey>,
    pub(crate) texts_of_keys: Vec<String>,
    /// The right signature of it.
    pub(crate) right: Vec<u8>,
    pub(crate) now: u64,
}

impl Case {
    pub(crate) fn subject(&self) -> Subject<'_> {
        match (&self.response, &self.request) {
            (Some(response), request) => Subject::Response(response, request.as_ref()),
            (None, Some(request)) => Subject::Request(request),
            (None, None) => panic!("a case without a message"),
        }
    }

    pub(crate) fn explain(&self) -> Analysis {
        explain(self.subject(), &self.keys, UnixMillis(self.now), Some(self.scheme))
    }

    pub(crate) fn reveal(&self) -> Analysis {
        let reveal = Reveal::the_right_signature();
        explain_and_reveal(self.subject(), &self.keys, UnixMillis(self.now), Some(self.scheme), reveal)
    }
}

/// Data of its own for each case.
pub(crate) struct Data {
    pub(crate) key: String,
    pub(crate) other: String,
    pub(crate) nonce: String,
    /// Milliseconds, near [`NOW`].
    pub(crate) timestamp: String,
    pub(crate) order: String,
    random: Random,
}

const LETTERS: &str = "ghijkmnpqrstuvwxyzGHJKLMNPQRSTUVWXYZ";

impl Data {
    pub(crate) fn new(seed: u64) -> Self {
        let mut random = Random::seeded(seed);
        let mut word = |length| random.text(LETTERS, length);
        let (key, other, nonce, order) = (word(36), word(36), word(24), word(17));
        let timestamp = (NOW - 20_000 + u64::try_from(random.below(40_000)).unwrap()).to_string();
        Self { key, other, nonce, timestamp, order, random }
    }

    /// The keys of an analysis: the configured one, and the other one.
    pub(crate) fn keys(&self) -> Vec<SuspectKey> {
        let named = |name: &str, text: &str| SuspectKey::from(AccessKey::named(name, text).unwrap());
        vec![named("configured", &self.key), named("licences", &self.other)]
    }

    pub(crate) fn word(&mut self, length: usize) -> String {
        self.random.text(LETTERS, length)
    }

    /// The case of a request.
    pub(crate) fn case(
        &self,
        scheme: AnalysisScheme,
        codes: &[VerdictCode],
        right: Vec<u8>,
        request: CapturedRequest,
    ) -> Case {
        Case {
            codes: codes.to_vec(),
            scheme,
            request: Some(request),
            response: None,
            keys: self.keys(),
            texts_of_keys: vec![self.key.clone(), self.other.clone()],
            right,
            now: NOW,
        }
    }
}

/// Every case of every scheme.
pub(crate) fn all() -> Vec<Case> {
    [
        v2::cases(),
        v1::cases(),
        kits::cases(),
        body_sign::cases(),
        usage_push::cases(),
        sdk_hmac::cases(),
        safe_creative::cases(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// A key as it comes out of a careless copy.
pub(crate) fn careless(key: &str) -> [(VerdictCode, String); 8] {
    use VerdictCode::{KeyQuoted, KeyWhitespace};
    [
        (KeyWhitespace, format!("{key}\n")),
        (KeyWhitespace, format!("{key}\r\n")),
        (KeyWhitespace, format!("{key} ")),
        (KeyWhitespace, format!(" {key}")),
        (KeyWhitespace, format!("\u{feff}{key}")),
        (KeyQuoted, format!("\"{key}\"")),
        (KeyQuoted, format!("'{key}'")),
        (KeyQuoted, format!("“{key}”")),
    ]
}
