//! One access key.

use std::fmt;
use std::sync::{Arc, OnceLock};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::service::{KeyState, Service};
use crate::guide::Guides;
use crate::seal::SealKeys;
use crate::signature::Scheme;
use crate::{Guide, UnixMillis};

pub(crate) type HmacSha256 = Hmac<Sha256>;

/// The access key that the seller and KooGallery share.
///
/// Seller Console → Application Access → Key Management. Length and alphabet are not published; every sample is a UUID
/// of 36 characters. The console gives out keys of several kinds (base, joint SaaS, licence code, common), which are not
/// interchangeable: say with [`serving`](Self::serving) what a key is for. The state of the MAC is prepared once, here.
/// `Debug` shows the name alone, there is no `==`, and the memory is wiped when the last clone is dropped. Cheap to clone.
///
/// ```
/// use marketplace_core::AccessKey;
///
/// let key = AccessKey::new("11111111-2222-3333-4444-555555555555")?;
/// assert_eq!(format!("{key:?}"), "AccessKey(access key)");
/// assert!(AccessKey::new("\"quoted\"").is_err());
/// # Ok::<(), marketplace_core::UnusableKey>(())
/// ```
#[derive(Clone)]
pub struct AccessKey(Arc<Inner>);

#[derive(Clone)]
struct Inner {
    name: Arc<str>,
    text: Zeroizing<String>,
    keyed: HmacSha256,
    guides: Guides,
    version: Option<u32>,
    service: Service,
    /// Made on first use: most sellers never seal.
    seal_keys: Arc<OnceLock<SealKeys>>,
}

impl AccessKey {
    /// Takes the key as the console shows it.
    ///
    /// # Errors
    ///
    /// [`UnusableKey`] for what is surely a slip of copying: nothing, blanks or line ends around it, quotes, a byte
    /// order mark, control characters. The message says what to do and does not repeat the key.
    pub fn new(text: impl Into<String>) -> Result<Self, UnusableKey> {
        Self::named("access key", text)
    }

    /// Takes a key and the name by which logs and metrics call it, such as its version.
    ///
    /// # Errors
    ///
    /// As [`AccessKey::new`].
    #[allow(clippy::expect_used, clippy::missing_panics_doc, reason = "the invariant is in the message")]
    pub fn named(name: impl Into<Arc<str>>, text: impl Into<String>) -> Result<Self, UnusableKey> {
        let text = Zeroizing::new(text.into());
        check(&text)?;
        let keyed = HmacSha256::new_from_slice(text.as_bytes()).expect("HMAC takes a key of any length");
        let inner = Inner {
            name: name.into(),
            text,
            keyed,
            guides: Guides::ALL,
            version: None,
            service: Service::default(),
            seal_keys: Arc::default(),
        };
        Ok(Self(Arc::new(inner)))
    }

    /// The key for calls of these guides, and of no others. Unless said, a key serves all of them.
    ///
    /// ```
    /// use marketplace_core::{AccessKey, Guide};
    ///
    /// let key = AccessKey::named("joint", "key of the type joint SaaS")?.serving([Guide::KitV1, Guide::KitV2]);
    /// assert!(key.serves(Guide::KitV2) && !key.serves(Guide::V2));
    /// # Ok::<(), marketplace_core::UnusableKey>(())
    /// ```
    #[must_use]
    pub fn serving(self, guides: impl IntoIterator<Item = Guide>) -> Self {
        self.with(|inner| inner.guides = guides.into_iter().collect())
    }

    /// Which version of the key this is, for logs and metrics.
    #[must_use]
    pub fn with_version(self, version: u32) -> Self {
        self.with(|inner| inner.version = Some(version))
    }

    /// Whether the key is in service. Unless said, it is.
    #[must_use]
    pub fn in_state(self, state: KeyState) -> Self {
        self.with(|inner| inner.service.state = state)
    }

    /// In service from this moment on, and not before.
    #[must_use]
    pub fn not_before(self, from: UnixMillis) -> Self {
        self.with(|inner| inner.service.from = from)
    }

    /// In service until this moment, and not after.
    #[must_use]
    pub fn not_after(self, until: UnixMillis) -> Self {
        self.with(|inner| inner.service.until = until)
    }

    /// The key for these addresses, compared letter by letter, with the kit's paths below them, and for no others: for
    /// sellers, or tenants, that have a key each. Unless said, a key serves every address.
    #[must_use]
    pub fn on_routes<R: Into<Box<str>>>(self, paths: impl IntoIterator<Item = R>) -> Self {
        self.with(|inner| inner.service.routes = Some(paths.into_iter().map(Into::into).collect()))
    }

    fn with(self, set: impl FnOnce(&mut Inner)) -> Self {
        let mut inner = Arc::unwrap_or_clone(self.0);
        set(&mut inner);
        Self(Arc::new(inner))
    }

    /// Is it for calls of this guide?
    #[must_use]
    pub fn serves(&self, guide: Guide) -> bool {
        self.0.guides.contains(guide)
    }

    /// Is it for calls that are signed in this way?
    pub(crate) fn serves_scheme(&self, scheme: Scheme) -> bool {
        self.0.guides.intersects(scheme.guides())
    }

    /// The name by which logs call it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// Which version of the key it is, if that was said.
    #[must_use]
    pub fn version(&self) -> Option<u32> {
        self.0.version
    }

    /// Whether it is in service, apart from its times.
    #[must_use]
    pub fn state(&self) -> KeyState {
        self.0.service.state
    }

    pub(super) fn service(&self) -> &Service {
        &self.0.service
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        self.0.text.as_bytes()
    }

    /// The ciphers of this key.
    pub(crate) fn seal_keys(&self) -> &SealKeys {
        self.0.seal_keys.get_or_init(|| SealKeys::derive(self.bytes()))
    }

    /// A MAC under this key that has read nothing yet.
    pub(crate) fn mac(&self) -> HmacSha256 {
        self.0.keyed.clone()
    }

    /// A MAC whose key is this one and a text after it.
    #[allow(clippy::expect_used, reason = "the invariant is in the message")]
    pub(crate) fn mac_with(&self, suffix: &str) -> HmacSha256 {
        let mut key = Zeroizing::new(Vec::with_capacity(self.bytes().len() + suffix.len()));
        key.extend_from_slice(self.bytes());
        key.extend_from_slice(suffix.as_bytes());
        HmacSha256::new_from_slice(&key).expect("HMAC takes a key of any length")
    }

    pub(crate) fn mac_of(&self, message: &[u8]) -> [u8; 32] {
        self.mac().chain_update(message).finalize().into_bytes().into()
    }
}

impl fmt::Debug for AccessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AccessKey({})", self.0.name)
    }
}

/// Why a text cannot be an access key. The text itself is not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UnusableKey {
    /// Nothing is there.
    #[error("the access key is empty: is the variable or the file set?")]
    Empty,
    /// Blanks, tabs or line ends stand around it.
    #[error("the access key begins or ends with white space: trim it, for example the line end of a file")]
    Whitespace,
    /// It is wrapped in quotes.
    #[error("the access key is quoted: leave the quotes out")]
    Quoted,
    /// It holds a byte order mark or another control character.
    #[error("the access key holds a control character or a byte order mark: save the file as plain text")]
    ControlCharacter,
}

fn check(text: &str) -> Result<(), UnusableKey> {
    if text.is_empty() {
        return Err(UnusableKey::Empty);
    }
    if text.trim().len() != text.len() {
        return Err(UnusableKey::Whitespace);
    }
    if text.contains(|letter: char| letter.is_control() || letter == '\u{feff}') {
        return Err(UnusableKey::ControlCharacter);
    }
    let quotes = ['"', '\'', '`', '“', '”', '‘', '’'];
    if text.starts_with(quotes) && text.ends_with(quotes) {
        return Err(UnusableKey::Quoted);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_slips_of_copying() {
        for (text, why) in [
            ("", UnusableKey::Empty),
            (" key", UnusableKey::Whitespace),
            ("key\n", UnusableKey::Whitespace),
            ("   ", UnusableKey::Whitespace),
            ("\"key\"", UnusableKey::Quoted),
            ("'key'", UnusableKey::Quoted),
            ("\u{feff}key", UnusableKey::ControlCharacter),
            ("ke\0y", UnusableKey::ControlCharacter),
        ] {
            assert_eq!(AccessKey::new(text).unwrap_err(), why, "{text:?}");
        }
    }

    /// Memory that was given back cannot be looked at without `unsafe`; that these types wipe it is what can be shown.
    #[test]
    fn is_wiped_when_it_is_dropped() {
        fn is_wiped<T: zeroize::ZeroizeOnDrop>(_: &T) {}
        let key = AccessKey::new("key").unwrap();
        is_wiped(&key.0.text);
    }

    #[test]
    fn never_shows_itself() {
        let canary = "canary-7f3a";
        let key = AccessKey::named("2026", canary).unwrap();
        assert!(!format!("{key:?} {key:#?}").contains(canary));
        assert!(!AccessKey::new(format!("{canary}\n")).unwrap_err().to_string().contains(canary));
    }
}
