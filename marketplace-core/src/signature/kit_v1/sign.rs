//! Signing, as KooGallery does it: for tests, rehearsals and tools.

use super::members::Members;
use crate::AccessKey;
use crate::signature::token;

/// The value of the header `authToken` for a body.
///
/// Nothing, if the body could not be accepted: it is not an object with a `timeStamp` of 1 to 20 digits, or could be read in
/// two ways.
#[must_use]
pub fn sign(key: &AccessKey, body: &[u8]) -> Option<String> {
    let members = Members::read(body)?;
    let text = members.texts().next()?;
    Some(token::written(token::computed(key, members.time_stamp()?, &text)))
}
