//! What the analysis of one scheme yields, before it is shown.

use zeroize::Zeroizing;

use super::capture::CapturedRequest;
use super::digest::{Digest, Letters};
use super::search::{Found, Recipe, search};
use super::slip::{Slip, Variant};
use super::suspect::{SuspectKey, variants};
use super::token::RawToken;
use super::verdict::VerdictCode;
use crate::UnixMillis;

/// What every scheme starts from.
#[derive(Clone, Copy)]
pub(super) struct Case<'c> {
    /// The one that should have signed.
    pub(super) configured: &'c SuspectKey,
    pub(super) keys: &'c [SuspectKey],
    pub(super) now: UnixMillis,
}

/// What comes of it.
pub(super) struct Finding {
    pub(super) tokens: Vec<RawToken>,
    pub(super) provided: Option<String>,
    /// What is wrong whatever was signed, so that nothing is computed.
    pub(super) broken: Option<Slip>,
    /// What is wrong besides the signature.
    pub(super) carried: Vec<Slip>,
    /// What is wrong with the time.
    pub(super) time: Option<Slip>,
    /// The mistakes that reproduce the signature: none, if it is right; nothing, if they are not known.
    pub(super) hit: Option<Vec<Slip>>,
    pub(super) right: Vec<Digest>,
    pub(super) letters: Letters,
    pub(super) tried: Vec<VerdictCode>,
    pub(super) candidates: usize,
    pub(super) is_cut: bool,
    /// Can what was provided be a hash of this scheme, in any encoding?
    pub(super) is_readable: bool,
}

impl Finding {
    pub(super) fn broken(slip: Slip, provided: Option<String>) -> Self {
        Self {
            tokens: Vec::new(),
            provided,
            broken: Some(slip),
            carried: Vec::new(),
            time: None,
            hit: None,
            right: Vec::new(),
            letters: Letters::Hex,
            tried: Vec::new(),
            candidates: 0,
            is_cut: false,
            is_readable: true,
        }
    }

    pub(super) fn missing(name: &str, provided: Option<String>) -> Self {
        Self::broken(Slip::about(VerdictCode::ParameterMissing, name), provided)
    }

    pub(super) fn repeated(name: &str, provided: Option<String>) -> Self {
        Self::broken(Slip::about(VerdictCode::ParameterRepeated, name), provided)
    }

    pub(super) fn unknown(about: &str) -> Self {
        Self::broken(Slip::about(VerdictCode::Unknown, about), None)
    }

    /// Tries the known mistakes. What comes second is the text to show, if it is not the first one.
    pub(super) fn search<R: Recipe>(
        case: Case<'_>,
        recipe: &R,
        letters: Letters,
        length: usize,
        provided: &str,
    ) -> (Self, Option<R::Text>) {
        let readings: Vec<Variant<Digest>> = letters.read(provided, length);
        let keys: Vec<Variant<Zeroizing<Vec<u8>>>> = variants(case.configured, case.keys);
        let found: Found<R::Text> = search(recipe, &keys, &readings);
        let mut finding = Self::broken(Slip::new(VerdictCode::Unknown), Some(provided.to_owned()));
        finding.broken = None;
        finding.letters = letters;
        finding.right = found.right;
        finding.tried = found.tried;
        finding.is_readable = !readings.is_empty();
        if finding.is_readable {
            finding.tried.extend([VerdictCode::SignatureBase64, VerdictCode::SignatureHex]);
        }
        finding.candidates = found.candidates;
        finding.is_cut = found.is_cut;
        let (text, hit) = found.hit.unzip();
        finding.hit = hit;
        let is_right = finding.hit.as_ref().is_some_and(Vec::is_empty);
        (finding, text.flatten().filter(|_| is_right))
    }

    pub(super) fn with_tokens(self, tokens: Vec<RawToken>) -> Self {
        Self { tokens, ..self }
    }

    pub(super) fn with_time(self, time: Option<Slip>) -> Self {
        Self { time, ..self }
    }

    pub(super) fn with_carried(self, carried: Vec<Slip>) -> Self {
        Self { carried, ..self }
    }
}

/// The value of a header that may be there once.
pub(super) fn only_header<'c>(request: &'c CapturedRequest, name: &'c str) -> Result<&'c str, Slip> {
    let mut values = request.values(name);
    match (values.next(), values.next()) {
        (Some(_), Some(_)) => Err(Slip::about(VerdictCode::ParameterRepeated, name)),
        (Some(value), None) if !value.trim().is_empty() => Ok(value.trim()),
        _ => Err(Slip::about(VerdictCode::ParameterMissing, name)),
    }
}
