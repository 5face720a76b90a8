//! The keys with which something may have been signed.

use std::sync::Arc;

use zeroize::Zeroizing;

use super::slip::{Slip, Variant};
use super::verdict::VerdictCode;
use crate::AccessKey;

/// More keys are not tried.
const MOST_OTHERS: usize = 32;
/// What gets before or behind a key, or around it, when it is copied.
const SLIPS: [(VerdictCode, &str, &str, &str); 21] = [
    (VerdictCode::KeyWhitespace, "", "\n", "the key and a line feed after it"),
    (VerdictCode::KeyWhitespace, "", "\r\n", "the key and a line end (CR LF) after it"),
    (VerdictCode::KeyWhitespace, "", "\r", "the key and a carriage return after it"),
    (VerdictCode::KeyWhitespace, "", " ", "the key and a blank after it"),
    (VerdictCode::KeyWhitespace, " ", "", "a blank and the key after it"),
    (VerdictCode::KeyWhitespace, " ", " ", "the key with a blank on either side"),
    (VerdictCode::KeyWhitespace, "", "\t", "the key and a tab after it"),
    (VerdictCode::KeyWhitespace, "\t", "", "a tab and the key after it"),
    (VerdictCode::KeyWhitespace, "\u{feff}", "", "a byte order mark and the key after it"),
    (VerdictCode::KeyWhitespace, "\n", "", "a line feed and the key after it"),
    (VerdictCode::KeyWhitespace, "\n", "\n", "the key with a line feed on either side"),
    (VerdictCode::KeyWhitespace, " ", "\n", "the key with a blank before it and a line feed after it"),
    (VerdictCode::KeyWhitespace, "", " \n", "the key, a blank and a line feed after it"),
    (VerdictCode::KeyWhitespace, "\t", "\t", "the key with a tab on either side"),
    (VerdictCode::KeyWhitespace, "\u{feff}", "\n", "the key between a byte order mark and a line feed"),
    (
        VerdictCode::KeyWhitespace,
        "\u{feff}",
        "\r\n",
        "the key between a byte order mark and a line end (CR LF)",
    ),
    (VerdictCode::KeyWhitespace, "", "\u{a0}", "the key and a no-break space after it"),
    (VerdictCode::KeyQuoted, "\"", "\"", "the key in double quotes"),
    (VerdictCode::KeyQuoted, "'", "'", "the key in single quotes"),
    (VerdictCode::KeyQuoted, "`", "`", "the key in backticks"),
    (VerdictCode::KeyQuoted, "“", "”", "the key in typographic quotes"),
];

/// A secret with which something may have been signed: an access key, a private key of Safe Creative, or the secret of an
/// AK/SK pair.
///
/// The first of several is the configured one; the others are tried in case that a sender uses another.
///
/// ```
/// use marketplace_core::AccessKey;
/// use marketplace_core::analysis::SuspectKey;
///
/// let keys = [
///     SuspectKey::from(AccessKey::named("2026", "11111111-2222-3333-4444-555555555555")?),
///     SuspectKey::from(AccessKey::named("SK", "MFyfvK41ba2giqM7Uio6")?).identified_by("QTWAOYTTINDUT2QVKYUC"),
/// ];
/// assert!(!format!("{keys:?}").contains("MFyf"));
/// # Ok::<(), marketplace_core::UnusableKey>(())
/// ```
#[derive(Debug, Clone)]
pub struct SuspectKey {
    key: AccessKey,
    id: Option<Arc<str>>,
}

impl SuspectKey {
    /// Says by which public id the secret is known: the AK of an AK/SK pair. It is no secret.
    #[must_use]
    pub fn identified_by(mut self, id: impl Into<Arc<str>>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// The public id, if the secret has one.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// The name by which reports call it.
    #[must_use]
    pub fn name(&self) -> &str {
        self.key.name()
    }

    pub(super) fn bytes(&self) -> &[u8] {
        self.key.bytes()
    }
}

impl From<AccessKey> for SuspectKey {
    fn from(key: AccessKey) -> Self {
        Self { key, id: None }
    }
}

impl From<&AccessKey> for SuspectKey {
    fn from(key: &AccessKey) -> Self {
        key.clone().into()
    }
}

/// The keys to try: the configured one as it is, with the slips of copying, and the others.
pub(super) fn variants(configured: &SuspectKey, keys: &[SuspectKey]) -> Vec<Variant<Zeroizing<Vec<u8>>>> {
    let right = configured.bytes();
    let mut variants = vec![Variant::right(Zeroizing::new(right.to_vec()))];
    for (code, before, after, about) in SLIPS {
        let bytes = [before.as_bytes(), right, after.as_bytes()].concat();
        variants.push(Variant::wrong(Slip::about(code, about), Zeroizing::new(bytes)));
    }
    for other in keys.iter().filter(|key| key.bytes() != right).take(MOST_OTHERS) {
        let slip = Slip::about(VerdictCode::KeyOther, other.name());
        variants.push(Variant::wrong(slip, Zeroizing::new(other.bytes().to_vec())));
    }
    variants
}
