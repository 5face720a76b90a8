//! Why a signature is not accepted: what was signed, piece by piece, and which known mistake explains it.
//!
//! "Signature failed" says nothing. [`explain`] takes a captured request (or an answer), the keys, and the time, and returns
//! an [`Analysis`]: the text that should have been signed as ordered [tokens](Token), where each came from, and a
//! [`Verdict`] with a stable code, a sentence and an action. If the signature is wrong, the known mistakes are tried, alone
//! and two at once; the one that reproduces what was provided is the cause, beyond doubt.
//!
//! The idea and one of the shapes of the report are those of Safe Creative's `debug-component=signature.analysis`.
//!
//! ```
//! use marketplace_core::analysis::{CapturedRequest, SuspectKey, VerdictCode, explain};
//! use marketplace_core::signature::v2;
//! use marketplace_core::{AccessKey, UnixMillis};
//!
//! let body = r#"{"activity":"queryInstance","instanceId":"1"}"#;
//! let theirs = AccessKey::named("licences", "test-access-key-0123456789abcdef")?;
//! let query = v2::sign(&theirs, "RLLUammMSInlrNWb", "1680508066618", body.as_bytes());
//! let request = CapturedRequest::new("POST", format!("/saasproduce?{query}")).with_body(body);
//!
//! let ours = AccessKey::named("base", "11111111-2222-3333-4444-555555555555")?;
//! let keys = [SuspectKey::from(ours), SuspectKey::from(theirs)];
//! let analysis = explain(&request, &keys, UnixMillis(1680508066618), None);
//! assert_eq!(analysis.verdict().code(), VerdictCode::KeyOther);
//! assert!(analysis.verdict().sentence().contains("\"licences\""));
//! # Ok::<(), marketplace_core::UnusableKey>(())
//! ```
//!
//! # What it costs
//!
//! A target of at most 64 KiB, a body of at most 1 MiB, 256 parameters and 32 further keys are looked at. At most 20,000
//! signatures are computed, over at most 32 MiB in all; a usual request needs 500 to 1,500 if nothing explains it, and one if
//! it is valid. [`Analysis::candidates`] says how many there were.
//!
//! # Secrets
//!
//! Neither a key nor the right signature is in an analysis, nor in anything that is made of it: see [`Reveal`].

mod body;
mod capture;
mod digest;
mod finding;
mod json;
mod outcome;
mod pairs;
mod query;
mod report;
mod reveal;
mod scheme;
mod search;
mod slip;
mod suspect;
mod time;
mod token;
mod verdict;

pub use capture::{CapturedRequest, CapturedResponse, Subject};
pub use outcome::Analysis;
pub use reveal::Reveal;
pub use scheme::{AnalysisScheme, UnknownScheme};
pub use suspect::SuspectKey;
pub use token::{Origin, Token};
pub use verdict::{Probe, Verdict, VerdictCode};

use finding::{Case, Finding};

use crate::UnixMillis;

/// Longer targets are not analysed.
const LONGEST_TARGET: usize = 64 * 1024;
/// Larger bodies are not analysed.
const LARGEST_BODY: usize = 1024 * 1024;
/// More headers, or longer ones, are not analysed.
const LARGEST_HEAD: usize = 64 * 1024;

/// Explains the signature of a request or of an answer.
///
/// The first key is the configured one; the others are tried in its place ([`VerdictCode::KeyOther`]). With
/// `SDK-HMAC-SHA256`, the key whose [id](SuspectKey::identified_by) the request names is the configured one. `now` is the
/// clock of the receiver; for a recording, the moment of receipt. Without a scheme, it is
/// [recognised](AnalysisScheme::recognise). Nothing in what was captured makes this fail or panic.
#[must_use]
pub fn explain<'c>(
    subject: impl Into<Subject<'c>>,
    keys: &[SuspectKey],
    now: UnixMillis,
    scheme: Option<AnalysisScheme>,
) -> Analysis {
    outcome::conclude(subject.into(), keys, now, scheme, None)
}

/// The same, and the analysis holds the right signature.
#[must_use]
pub fn explain_and_reveal<'c>(
    subject: impl Into<Subject<'c>>,
    keys: &[SuspectKey],
    now: UnixMillis,
    scheme: Option<AnalysisScheme>,
    reveal: Reveal,
) -> Analysis {
    outcome::conclude(subject.into(), keys, now, scheme, Some(reveal))
}

fn find(case: Case<'_>, subject: Subject<'_>, scheme: AnalysisScheme) -> Finding {
    let is_small = match subject {
        Subject::Request(request) => is_small(&request.headers, &request.body, &request.target),
        Subject::Response(response, request) => {
            is_small(&response.headers, &response.body, "")
                && request.is_none_or(|request| is_small(&request.headers, &request.body, &request.target))
        }
    };
    if !is_small {
        return Finding::unknown(
            "It is larger than what is analysed: 64 KiB of target and headers, 1 MiB of body",
        );
    }
    match (scheme, subject) {
        (AnalysisScheme::BodySign, Subject::Response(response, request)) => {
            scheme::body_sign::explain(case, response, request)
        }
        (AnalysisScheme::BodySign, Subject::Request(_)) => {
            Finding::unknown("`Body-Sign` signs an answer, and only a request was captured")
        }
        (_, Subject::Response(..)) => {
            Finding::unknown("This scheme signs requests, and an answer was captured")
        }
        (AnalysisScheme::V2, Subject::Request(request)) => scheme::concatenated::v2(case, request),
        (AnalysisScheme::V1, Subject::Request(request)) => scheme::v1::explain(case, request),
        (AnalysisScheme::KitV1, Subject::Request(request)) => scheme::kit_v1::explain(case, request),
        (AnalysisScheme::KitV2, Subject::Request(request)) => scheme::concatenated::kit_v2(case, request),
        (AnalysisScheme::UsagePush, Subject::Request(request)) => scheme::usage_push::explain(case, request),
        (AnalysisScheme::SdkHmac, Subject::Request(request)) => scheme::sdk_hmac::explain(case, request),
        (AnalysisScheme::SafeCreative, Subject::Request(request)) => {
            scheme::safe_creative::explain(case, request)
        }
    }
}

fn is_small(headers: &[(String, String)], body: &[u8], target: &str) -> bool {
    let head: usize = headers.iter().map(|(name, value)| name.len() + value.len() + 4).sum();
    head <= LARGEST_HEAD && body.len() <= LARGEST_BODY && target.len() <= LONGEST_TARGET
}
