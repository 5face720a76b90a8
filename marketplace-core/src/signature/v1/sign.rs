//! Signing, as KooGallery does it: for tests, rehearsals and tools.

use super::percent::encode;
use crate::AccessKey;
use crate::call::Parameters;
use crate::signature::pair::by_utf16;
use crate::signature::token;

/// The `authToken` of a text `name=value&…` whose names are sorted.
///
/// ```
/// use marketplace_core::{AccessKey, signature::v1};
///
/// let key = AccessKey::new("11111111-2222-3333-4444-555555555555")?;
/// let text = "p1=1&p2=2&p3=3&timeStamp=201706211855321";
/// assert_eq!(v1::token(&key, "201706211855321", text), "8hK+b/7Z9v4jSh+c8NSIcKW0Nmm7RkSHE0z9xn6sIKI=");
/// # Ok::<(), marketplace_core::UnusableKey>(())
/// ```
#[must_use]
pub fn token(key: &AccessKey, time_stamp: &str, text: &str) -> String {
    token::written(token::computed(key, time_stamp, text))
}

/// The query of a signed call, as KooGallery would send it: the parameters as they are given, percent-encoded, and their
/// `authToken`.
///
/// `timeStamp` has to be among them, and each name once; otherwise nobody accepts the query.
///
/// ```
/// use marketplace_core::{AccessKey, signature::v1};
///
/// let key = AccessKey::new("11111111-2222-3333-4444-555555555555")?;
/// let parameters = [("activity", "queryInstance"), ("instanceId", "a b"), ("timeStamp", "20230327065233980")];
/// assert!(v1::sign(&key, &parameters).starts_with(
///     "activity=queryInstance&instanceId=a%20b&timeStamp=20230327065233980&authToken="
/// ));
/// # Ok::<(), marketplace_core::UnusableKey>(())
/// ```
#[must_use]
pub fn sign(key: &AccessKey, parameters: &[(&str, &str)]) -> String {
    let mut sorted = parameters.to_vec();
    sorted.sort_by(|(one, _), (other, _)| by_utf16(one, other));
    let stamp = sorted.iter().find(|(name, _)| *name == "timeStamp").map_or("", |(_, value)| value);
    let (text, _) = Parameters::write(sorted.iter().copied());
    let token = token(key, stamp, &text);

    let mut query = String::new();
    for (name, value) in parameters.iter().copied().chain([("authToken", &*token)]) {
        if !query.is_empty() {
            query.push('&');
        }
        encode(name, &mut query);
        query.push('=');
        encode(value, &mut query);
    }
    query
}
