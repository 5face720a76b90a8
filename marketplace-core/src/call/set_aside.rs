//! Verified calls that are set aside, to be worked at later.

use std::sync::Arc;

use bytes::{Buf as _, BufMut as _, Bytes, BytesMut};
use hmac::Mac as _;
use subtle::ConstantTimeEq as _;

use super::verified::Content;
use super::{Parameters, Verified};
use crate::signature::pair::is_name;
use crate::signature::v2::SortOrder;
use crate::{AccessKey, KeyRing, KeyState, UnixMillis};

const VERSION: u8 = 1;
/// Before anything else that is signed here: nothing that travels begins so.
const PURPOSE: &[u8] = b"\0marketplace: a call that was verified and set aside\0";
const SEAL: usize = 32;
const NO_TIME: u64 = u64::MAX;

impl Verified {
    /// Writes the call down, sealed with the key that signed it, so that what a crash interrupts can be taken up again by
    /// [`Verified::take_up`].
    ///
    /// What is written can be read by whoever gets to see it: keep it where the work is kept, and no longer than needed.
    #[must_use]
    pub fn set_aside(&self) -> Bytes {
        let (scheme, name) = match self.content() {
            Content::Body => (0, ""),
            Content::Query(_) => (1, ""),
            Content::KitV1(name) => (2, &**name),
            Content::KitV2(name) => (3, &**name),
        };
        let mut text = BytesMut::with_capacity(64 + name.len() + self.body().len() + SEAL);
        text.put_u8(VERSION);
        text.put_u8(scheme);
        text.put_u8(match self.sorted() {
            None => 0,
            Some(SortOrder::Ascending) => 1,
            Some(SortOrder::Descending) => 2,
        });
        text.put_u64(self.timestamp().map_or(NO_TIME, |time| time.0));
        text.put_slice(self.mac());
        text.put_u32(u32::try_from(name.len()).unwrap_or(u32::MAX));
        text.put_slice(name.as_bytes());
        text.put_slice(self.body());
        let seal = seal(self.key(), &text);
        text.put_slice(&seal);
        text.freeze()
    }

    /// Reads a call that was [set aside](Verified::set_aside).
    ///
    /// It is verified again: whoever can write where it was kept, but has none of these keys, can make none. A key that is
    /// [disabled](KeyState::Disabled) vouches for nothing. A call that is older than any time window is as good as it was then.
    ///
    /// # Errors
    ///
    /// [`CannotTakeUp`].
    pub fn take_up(kept: &Bytes, keys: &KeyRing) -> Result<Self, CannotTakeUp> {
        let (text, found) =
            kept.split_at_checked(kept.len().saturating_sub(SEAL)).ok_or(CannotTakeUp::Seal)?;
        // Every key is tried, whichever fits.
        let mut key = None;
        for candidate in keys.iter().filter(|key| key.state() != KeyState::Disabled) {
            let fits = bool::from(seal(candidate, text).as_slice().ct_eq(found));
            key = key.or(fits.then_some(candidate));
        }
        let key = key.ok_or(CannotTakeUp::Seal)?;
        read(kept.slice(..text.len()), key).ok_or(CannotTakeUp::Form)
    }
}

fn seal(key: &AccessKey, text: &[u8]) -> [u8; SEAL] {
    key.mac().chain_update(PURPOSE).chain_update(text).finalize().into_bytes().into()
}

fn read(mut text: Bytes, key: &AccessKey) -> Option<Verified> {
    if text.try_get_u8().ok()? != VERSION {
        return None;
    }
    let scheme = text.try_get_u8().ok()?;
    let sorted = match text.try_get_u8().ok()? {
        0 => None,
        1 => Some(SortOrder::Ascending),
        2 => Some(SortOrder::Descending),
        _ => return None,
    };
    let timestamp = Some(text.try_get_u64().ok()?).filter(|time| *time != NO_TIME).map(UnixMillis);
    let mut mac = [0; 32];
    text.try_copy_to_slice(&mut mac).ok()?;
    let length = usize::try_from(text.try_get_u32().ok()?).ok()?;
    if text.len() < length {
        return None;
    }
    let name = || Some(Arc::<str>::from(str::from_utf8(text.get(..length)?).ok()?));
    let (content, body) = match scheme {
        0 => (Content::Body, text.slice(length..)),
        1 => {
            let written = text.slice(length..);
            let (text, parameters) = Parameters::write(pairs(str::from_utf8(&written).ok()?));
            (Content::Query(parameters), text.into())
        }
        2 => (Content::KitV1(name()?), text.slice(length..)),
        3 => (Content::KitV2(name()?), text.slice(length..)),
        _ => return None,
    };
    Some(Verified::new(body, key.clone(), mac, timestamp, sorted, content))
}

/// The parameters of a text `name=value&…`. The name of a company may hold `&`; nothing was verified in which a pair could
/// begin behind it.
fn pairs(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let (name, text) = rest?.split_once('=')?;
        let mut ends = text.match_indices('&').map(|(end, _)| end);
        let end = ends.find(|end| text.get(end + 1..).is_some_and(begins_a_pair));
        let value = end.map_or(text, |end| text.get(..end).unwrap_or_default());
        rest = end.and_then(|end| text.get(end + 1..));
        Some((name, value))
    })
}

fn begins_a_pair(text: &str) -> bool {
    let part = text.split_once('&').map_or(text, |(part, _)| part);
    part.split_once('=').is_some_and(|(name, _)| is_name(name))
}

/// Why a call that was set aside is not taken up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CannotTakeUp {
    /// None of the keys sealed it: the key has been replaced since, or somebody altered what was kept.
    #[error("the call was set aside under a key that is no longer in service, or was altered")]
    Seal,
    /// It was written by a newer release.
    #[error("the call was set aside by a release that writes it differently")]
    Form,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> AccessKey {
        AccessKey::new(text).unwrap()
    }

    fn calls() -> Vec<Verified> {
        let body = Bytes::from_static(br#"{"activity":"newInstance","orderId":"1"}"#);
        let (query, parameters) = Parameters::write([
            ("a", "=b"),
            ("activity", "newInstance"),
            ("customerName", "&J & J = J&"),
            ("empty", ""),
        ]);
        let make = |body, time: Option<u64>, sorted, content| {
            Verified::new(body, key("one"), [7; 32], time.map(UnixMillis), sorted, content)
        };
        vec![
            make(body.clone(), Some(1), Some(SortOrder::Descending), Content::Body),
            make(query.into(), None, None, Content::Query(parameters)),
            make(body.clone(), Some(2), None, Content::KitV1("tenantSync".into())),
            make(body, Some(3), Some(SortOrder::Ascending), Content::KitV2("authSync".into())),
        ]
    }

    #[test]
    fn a_call_comes_back_as_it_was() {
        let ring = KeyRing::new([key("two"), key("one")]).unwrap();
        for call in calls() {
            let back = Verified::take_up(&call.set_aside(), &ring).unwrap();
            assert_eq!(
                (back.scheme(), back.body(), back.mac(), back.timestamp(), back.sorted(), back.path_name()),
                (call.scheme(), call.body(), call.mac(), call.timestamp(), call.sorted(), call.path_name())
            );
            assert!(back.parameters().eq(call.parameters()));
            assert_eq!(back.key().bytes(), b"one");
        }
    }

    #[test]
    fn nobody_without_the_key_can_make_or_alter_one() {
        for call in calls() {
            let kept = call.set_aside();
            let other = Verified::take_up(&kept, &key("two").into());
            assert_eq!(other.unwrap_err(), CannotTakeUp::Seal);
            for position in 0..kept.len() {
                let mut altered = kept.to_vec();
                altered[position] ^= 1;
                let taken = Verified::take_up(&altered.into(), &key("one").into());
                assert_eq!(taken.unwrap_err(), CannotTakeUp::Seal, "byte {position}");
                let cut = Verified::take_up(&kept.slice(..position), &key("one").into());
                assert_eq!(cut.unwrap_err(), CannotTakeUp::Seal, "cut at {position}");
            }
        }
    }

    #[test]
    fn a_disabled_key_vouches_for_nothing() {
        let kept = calls()[0].set_aside();
        let disabled = key("one").in_state(KeyState::Disabled).into();
        assert_eq!(Verified::take_up(&kept, &disabled).unwrap_err(), CannotTakeUp::Seal);
        let leaving = key("one").in_state(KeyState::ScheduledForDeletion).into();
        Verified::take_up(&kept, &leaving).unwrap();
    }

    #[test]
    fn a_signature_of_the_market_seals_nothing() {
        let call = &calls()[0];
        let mut kept = call.set_aside().to_vec();
        let text = kept.len() - SEAL;
        let signed = key("one").mac_of(&kept[..text]);
        kept[text..].copy_from_slice(&signed);
        assert_eq!(Verified::take_up(&kept.into(), &key("one").into()).unwrap_err(), CannotTakeUp::Seal);
    }

    #[test]
    fn a_newer_form_is_named() {
        let mut text = calls()[0].set_aside().to_vec();
        text.truncate(text.len() - SEAL);
        text[0] = VERSION + 1;
        let seal = seal(&key("one"), &text);
        text.extend(seal);
        assert_eq!(Verified::take_up(&text.into(), &key("one").into()).unwrap_err(), CannotTakeUp::Form);
    }

    #[test]
    fn a_repeat_has_the_same_digest_and_another_body_has_not() {
        let v2 = |body: &'static str| {
            Verified::new(Bytes::from_static(body.as_bytes()), key("one"), [0; 32], None, None, Content::Body)
        };
        let first = v2(r#"{"businessId":"b-1","orderId":"1"}"#).digest(Some("b-1"));
        assert_eq!(first, v2(r#"{"businessId":"b-22","orderId":"1"}"#).digest(Some("b-22")));
        assert_ne!(first, v2(r#"{"businessId":"b-1","orderId":"2"}"#).digest(Some("b-1")));
        assert_ne!(v2("{}").digest(None), v2("{ }").digest(Some("")));

        let v1 = |pairs: &[(&str, &str)]| {
            let (text, parameters) = Parameters::write(pairs.iter().copied());
            Verified::new(text.into(), key("one"), [0; 32], None, None, Content::Query(parameters))
                .digest(None)
        };
        let first = v1(&[("businessId", "1"), ("orderId", "a"), ("timeStamp", "1")]);
        assert_eq!(first, v1(&[("businessId", "2"), ("orderId", "a"), ("timeStamp", "2")]));
        assert_ne!(first, v1(&[("businessId", "1"), ("orderId", "b"), ("timeStamp", "1")]));
        // Each sealing has letters of its own in front.
        let sealed = |email, phone| v1(&[("email", email), ("mobilePhone", phone), ("orderId", "a")]);
        assert_eq!(sealed("AAAAAAAAAAAAAAAAq83v", "B"), sealed("CCCCCCCCCCCCCCCCEjRW", "D"));
    }
}
