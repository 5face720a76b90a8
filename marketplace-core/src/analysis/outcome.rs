//! The result, with everything masked that must not be shown.

use super::capture::Subject;
use super::find;
use super::finding::{Case, Finding};
use super::report;
use super::reveal::{Reveal, Secrets};
use super::scheme::{AnalysisScheme, safe_creative};
use super::slip::Slip;
use super::suspect::SuspectKey;
use super::token::{MASKED_HEX, RawToken, Token};
use super::verdict::{Probe, Verdict, VerdictCode, sentence};
use crate::UnixMillis;

/// Letters of a provided signature that are shown though it is the right one.
const SHOWN: usize = 6;

/// What was signed, what was provided, and what is wrong with it.
///
/// Holds neither a key nor, unless it was asked to with [`Reveal`], the right signature. A provided signature that is right
/// is shown by its first letters only, whatever else is wrong: with a fresh time it would be as good as new. So is one of
/// which that is not known, because something is missing or there twice.
#[derive(Debug, Clone)]
pub struct Analysis {
    pub(super) scheme: Option<AnalysisScheme>,
    pub(super) verdict: Verdict,
    first_problem: Option<(VerdictCode, String)>,
    pub(super) tokens: Vec<Token>,
    pub(super) provided: Option<String>,
    pub(super) probes: Vec<Probe>,
    pub(super) revealed: Option<String>,
    pub(super) character_encoding: Option<String>,
    candidates: usize,
    is_cut: bool,
}

impl Analysis {
    /// The scheme; nothing, if none was given and none recognised.
    #[must_use]
    pub fn scheme(&self) -> Option<AnalysisScheme> {
        self.scheme
    }

    /// The cause.
    #[must_use]
    pub fn verdict(&self) -> &Verdict {
        &self.verdict
    }

    /// Are signature and time right?
    #[must_use]
    pub fn is_valid(&self) -> bool {
        self.verdict.code() == VerdictCode::Valid
    }

    /// The first thing that a receiver finds wrong, in the order in which it looks: what is missing, then the time, then the
    /// signature. It need not be the cause: a recording is stale too.
    #[must_use]
    pub fn first_problem(&self) -> Option<(VerdictCode, &str)> {
        self.first_problem.as_ref().map(|(code, sentence)| (*code, &**sentence))
    }

    /// The text that should have been signed, the key first. There is none if too little is there to write it.
    #[must_use]
    pub fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// The signature that came with the request. One that is right, or may be, shows its first six letters.
    #[must_use]
    pub fn provided(&self) -> Option<&str> {
        self.provided.as_deref()
    }

    /// The mistakes that were tried, each once. None, if the signature is right or could not be looked for.
    #[must_use]
    pub fn probes(&self) -> &[Probe] {
        &self.probes
    }

    /// The right signature, if the analysis was asked to [reveal](super::explain_and_reveal) it.
    #[must_use]
    pub fn right_signature(&self) -> Option<&str> {
        self.revealed.as_deref()
    }

    /// How many signatures were computed.
    #[must_use]
    pub fn candidates(&self) -> usize {
        self.candidates
    }

    /// Was everything tried? Not, if the body is large and nothing explained the signature soon enough.
    #[must_use]
    pub fn is_exhaustive(&self) -> bool {
        !self.is_cut
    }

    /// As a table for a terminal, its columns aligned. Control characters are escaped, long values cut.
    #[must_use]
    pub fn to_terminal(&self) -> String {
        report::terminal(self)
    }

    /// As JSON: `scheme`, `verdict` with `code`, `sentence` and `action`, `tokens` with `order`, `name`, `value` and
    /// `hexvalue`, `provided`, and `probes` with `code` and `matched`; and `right`, if it is revealed.
    #[must_use]
    pub fn to_json(&self) -> String {
        report::json(self)
    }

    /// As Safe Creative's own report, `signatureanalisys` (spelled so). Its `signatureWanted` is masked unless it is revealed.
    #[must_use]
    pub fn to_xml(&self) -> String {
        report::xml(self)
    }
}

pub(super) fn conclude(
    subject: Subject<'_>,
    keys: &[SuspectKey],
    now: UnixMillis,
    scheme: Option<AnalysisScheme>,
    reveal: Option<Reveal>,
) -> Analysis {
    let scheme = scheme.or_else(|| AnalysisScheme::recognise(subject));
    let finding = match (keys.first(), scheme) {
        (Some(configured), Some(scheme)) => find(Case { configured, keys, now }, subject, scheme),
        (None, _) => Finding::unknown("There is no key to try"),
        (_, None) => Finding::unknown("Nothing in the request shows by which scheme it is signed"),
    };
    let secrets = Secrets::new(keys.iter().map(SuspectKey::bytes), &finding.right);
    let character_encoding = match subject {
        Subject::Request(request) => safe_creative::character_encoding(request),
        Subject::Response(..) => None,
    };
    let slips = slips(&finding);
    let matched = |code| finding.hit.iter().flatten().any(|slip: &Slip| slip.code == code);
    let is_right = finding.hit.as_ref().is_some_and(Vec::is_empty);
    let probes = finding.tried.iter().filter(|_| !is_right).map(|code| Probe::new(*code, matched(*code)));
    let mut verdict = Verdict::new(&slips);
    verdict.map_texts(|text| secrets.masked_text(text));
    Analysis {
        scheme,
        verdict,
        first_problem: first_problem(&finding).map(|slip| (slip.code, secrets.masked_text(&sentence(slip)))),
        probes: probes.collect(),
        provided: finding.provided.as_deref().map(|provided| match finding.right.is_empty() {
            true => cut(provided),
            false => shown(provided, &secrets),
        }),
        revealed: reveal
            .and(finding.right.first())
            .filter(|digest| !digest.is_empty())
            .map(|digest| finding.letters.write(digest)),
        character_encoding: character_encoding.map(|text| secrets.masked_text(text)),
        candidates: finding.candidates,
        is_cut: finding.is_cut,
        tokens: finding
            .tokens
            .into_iter()
            .enumerate()
            .map(|(order, raw)| token(order, raw, &secrets))
            .collect(),
    }
}

/// Everything that is wrong: what makes any signature useless; or the mistakes that explain it; or the time.
fn slips(finding: &Finding) -> Vec<Slip> {
    if let Some(broken) = &finding.broken {
        return vec![broken.clone()];
    }
    let mut slips = finding.carried.clone();
    match &finding.hit {
        Some(hit) => slips.extend(hit.iter().cloned()),
        None if finding.is_readable => slips.push(Slip::new(VerdictCode::Unknown)),
        None => {
            let about = "The signature is no hash of this scheme in any encoding: too short, too long, or of other letters";
            slips.push(Slip::about(VerdictCode::Unknown, about));
        }
    }
    if slips.is_empty() {
        slips.extend(finding.time.clone());
    }
    slips
}

fn first_problem(finding: &Finding) -> Option<&Slip> {
    static UNKNOWN: Slip = Slip { code: VerdictCode::Unknown, about: None };
    let signature = match &finding.hit {
        Some(hit) => hit.first(),
        None => Some(&UNKNOWN),
    };
    finding.broken.as_ref().or(finding.carried.first()).or(finding.time.as_ref()).or(signature)
}

/// A provided signature that holds a piece of the right one is cut, in whatever letters it is written.
fn shown(provided: &str, secrets: &Secrets) -> String {
    if secrets.masked(provided.as_bytes()).is_some() { cut(provided) } else { provided.to_owned() }
}

fn cut(provided: &str) -> String {
    let letters = provided.chars().count();
    let first: String = provided.chars().take(SHOWN).collect();
    format!("{first}… ({letters} letters)")
}

fn token(order: usize, raw: RawToken, secrets: &Secrets) -> Token {
    let name = secrets.masked_text(&raw.name);
    let mut origin = raw.origin;
    origin.map_texts(|text| secrets.masked_text(text));
    if let Some(mask) = raw.mask {
        let (value, hexvalue) = (mask.to_owned(), MASKED_HEX.to_owned());
        return Token { order, name, value, hexvalue, is_masked: true, origin };
    }
    let masked = secrets.masked(&raw.bytes);
    let is_masked = masked.is_some();
    let bytes = masked.unwrap_or(raw.bytes);
    let value = secrets.masked_text(&String::from_utf8_lossy(&bytes));
    Token { order, name, value, hexvalue: const_hex::encode(&bytes), is_masked, origin }
}
