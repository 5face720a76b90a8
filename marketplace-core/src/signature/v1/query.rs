//! The query of a V1 call: its parameters, and their signature.

use std::borrow::Cow;
use std::fmt;

use super::known::KnownName;
use super::pairs::Pairs;
use crate::call::{Content, Verified};
use crate::signature::{Scheme, Unverified, token};
use crate::{KeyRing, UnixMillis};

/// The query of a V1 call: `timeStamp`, `authToken`, `activity`, and whatever else KooGallery sends, each name once.
///
/// Parsing is strict and needs no key. It refuses every query that could be read in two ways, because nothing in the signed
/// text is escaped: a name with `=` or `&`, a value with `&`. Only in `customerName`, the name of a company, `&` may stand,
/// unless a name and `=` follow it.
///
/// ```
/// use marketplace_core::signature::v1::SignedQuery;
/// use marketplace_core::{AccessKey, KeyRing};
///
/// let ring = KeyRing::from(AccessKey::new("11111111-2222-3333-4444-555555555555")?);
/// let query = SignedQuery::parse("activity=queryInstance&instanceId=inst-0001,inst-0002&testFlag=1\
///     &timeStamp=20230327065233980&authToken=kqxaaudPH5WIReK1r5atfnPxzMo1/gKN3vPcUUE/yYE=")?;
///
/// let verified = query.verify(&ring)?;
/// assert_eq!(verified.parameters().next(), Some(("activity", "queryInstance")));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct SignedQuery<'q> {
    token: [u8; 32],
    time_stamp: Cow<'q, str>,
    pairs: Pairs<'q>,
}

impl<'q> SignedQuery<'q> {
    /// Reads the query of a URL, without its `?`.
    ///
    /// # Errors
    ///
    /// [`QueryError`] says which rule is broken.
    pub fn parse(query: &'q str) -> Result<Self, QueryError> {
        let pairs = Pairs::parse(query)?;
        let present = |name| match pairs.value(name) {
            Some(value) if !value.is_empty() => Ok(value),
            _ => Err(QueryError::Missing(name)),
        };
        // The order in which the vendor's sample looks at them.
        let time_stamp = present("timeStamp")?;
        let auth_token = present("authToken")?;
        if !token::is_time_stamp(time_stamp) {
            return Err(QueryError::Malformed("timeStamp"));
        }
        let token = token::read(auth_token).ok_or(QueryError::Malformed("authToken"))?;
        pairs.check_ampersands()?;
        Ok(Self { token, time_stamp: time_stamp.clone(), pairs })
    }

    /// The MAC that came with the call. Nothing vouches for it before it is verified.
    #[must_use]
    pub fn auth_token(&self) -> &[u8; 32] {
        &self.token
    }

    /// When the call was signed, as its sender wrote it: 1 to 20 digits. Nothing vouches for it before it is verified.
    #[must_use]
    pub fn time_stamp(&self) -> &str {
        &self.time_stamp
    }

    /// The moment of [`time_stamp`](Self::time_stamp), in UTC; nothing, if it is no time of 14 or 17 digits.
    #[must_use]
    pub fn timestamp(&self) -> Option<UnixMillis> {
        token::moment(&self.time_stamp, 0)
    }

    /// Did a key of the ring sign this call? Every key is tried, in constant time, on every text that may have been signed.
    ///
    /// A call without `activity` is not accepted, whoever signed it: it may be one of the kit V1, whose token is computed in
    /// the same way. There are up to four texts, because the vendor's pages and samples disagree: a raw `+` is a blank or itself, and parameters
    /// with empty values are signed or left out. The call is then what was signed: [`Verified::parameters`] are read in the
    /// same way.
    ///
    /// # Errors
    ///
    /// [`Unverified`]. To who has no key it says no more than that.
    pub fn verify(&self, ring: &KeyRing) -> Result<Verified, Unverified> {
        for reading in self.pairs.readings() {
            let (text, parameters) = self.pairs.write(reading);
            let signer = token::signer_of(ring, Scheme::V1, &self.token, &self.time_stamp, &text);
            if let Some(key) = signer {
                if self.pairs.value("activity").is_none_or(|activity| activity.is_empty()) {
                    return Err(Unverified::no_call("`activity` is missing"));
                }
                let (key, content) = (key.clone(), Content::Query(parameters));
                return Ok(Verified::new(text.into(), key, self.token, self.timestamp(), None, content));
            }
        }
        Err(Unverified::Signature)
    }

    /// The same, without borrowing the URL.
    #[must_use]
    pub fn into_owned(self) -> SignedQuery<'static> {
        SignedQuery {
            token: self.token,
            time_stamp: Cow::Owned(self.time_stamp.into_owned()),
            pairs: self.pairs.into_owned(),
        }
    }
}

/// Shows neither the token nor the parameters, which say who the customer is.
impl fmt::Debug for SignedQuery<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedQuery")
            .field("time_stamp", &self.time_stamp)
            .field("parameters", &self.pairs.len())
            .finish_non_exhaustive()
    }
}

/// What is wrong with the query of a V1 call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum QueryError {
    /// The parameter is not there, or empty: `timeStamp` or `authToken`, the first of them that is missing.
    #[error("the parameter `{0}` is missing")]
    Missing(&'static str),
    /// The parameter does not have its form: `timeStamp` or `authToken`.
    #[error("the parameter `{0}` is not {form}", form = form(.0))]
    Malformed(&'static str),
    /// A name is there more than once, perhaps with different values.
    #[error("{0} is given more than once")]
    Repeated(KnownName),
    /// An escape is not `%` and two hexadecimal digits, or what is escaped is not UTF-8.
    #[error("the query has a parameter that is not percent-encoded UTF-8")]
    Encoding,
    /// A name is empty, or holds `=`, `&`, `+`, a blank, or a control character.
    #[error(
        "the query has a parameter whose name is empty or holds `=`, `&`, `+`, a blank or a control character"
    )]
    Name,
    /// A value holds `&`, so that it could be taken for several parameters.
    #[error("{0} has a value with `&`, which could be taken for several parameters")]
    Ampersand(KnownName),
    /// There are more than 128 parameters.
    #[error("the query has more than 128 parameters")]
    TooMany,
    /// The query is longer than 16,384 bytes.
    #[error("the query is longer than 16384 bytes")]
    TooLong,
}

fn form(name: &str) -> &'static str {
    match name {
        "timeStamp" => "1 to 20 digits",
        _ => "44 letters of base64",
    }
}
