//! Which key of a ring signed, found in constant time.

use subtle::{Choice, ConditionallySelectable as _, ConstantTimeEq as _};

use super::Scheme;
use crate::{AccessKey, DecodeError, KeyRing};

/// Why a call is not verified.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unverified {
    /// No key of the ring signed this request.
    #[error("no key of the ring signed this request")]
    Signature,
    /// A key of the ring signed it, but it could be taken for a call of another scheme, or be cut in another way. Nobody but
    /// who has the key gets to see this.
    #[error("signed, but no call: {0}")]
    NoCall(DecodeError),
}

impl Unverified {
    pub(super) fn no_call(detail: &'static str) -> Self {
        Self::NoCall(DecodeError::new(detail))
    }
}

/// The key whose MAC is the one that came with the request. `computed` has one for each key, in the order of the ring.
///
/// All of them are compared; only a key that serves the scheme is found.
pub(super) fn signer<'ring>(
    ring: &'ring KeyRing,
    scheme: Scheme,
    provided: &[u8; 32],
    computed: impl Iterator<Item = [u8; 32]>,
) -> Option<&'ring AccessKey> {
    let mut search = Search::new(scheme);
    for (key, computed) in ring.iter().zip(computed) {
        search.compare(key, provided, &computed);
    }
    search.found(ring)
}

/// The keys of a ring, one after the other.
pub(super) struct Search {
    scheme: Scheme,
    position: u32,
    found: u32,
}

impl Search {
    pub(super) fn new(scheme: Scheme) -> Self {
        Self { scheme, position: 0, found: u32::MAX }
    }

    /// The next key of the ring, and the MAC that it would have made.
    #[inline]
    pub(super) fn compare(&mut self, key: &AccessKey, provided: &[u8; 32], computed: &[u8; 32]) {
        let serves = Choice::from(u8::from(key.serves_scheme(self.scheme)));
        self.found.conditional_assign(&self.position, same(provided, computed) & serves);
        self.position += 1;
    }

    /// The key that made it.
    pub(super) fn found(self, ring: &KeyRing) -> Option<&AccessKey> {
        ring.at(self.found)
    }
}

/// In constant time. By words, not by bytes: the barrier against the optimiser costs the same for either.
fn same(provided: &[u8; 32], computed: &[u8; 32]) -> Choice {
    let words = provided.as_chunks::<8>().0.iter().zip(computed.as_chunks::<8>().0);
    words.fold(Choice::from(1), |same, (one, other)| {
        same & u64::from_ne_bytes(*one).ct_eq(&u64::from_ne_bytes(*other))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `SplitMix64`.
    fn random(state: &mut u64) -> u64 {
        *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// The comparison that every request meets, without the hashes before it. Noise alone would hardly notice a
    /// comparison that forgets a byte, so half of the tags differ from the valid one in a single byte.
    #[test]
    fn ten_million_wrong_tags_do_not_pass() {
        let key = AccessKey::new("test-access-key-0123456789abcdef").unwrap();
        let valid = key.mac_of(b"RLLUammMSInlrNWb1680508066618{}");
        assert!(bool::from(same(&valid, &valid)));
        let passed_of_half = |seed: u64| {
            let mut state = seed;
            let mut passed = 0_u32;
            for turn in 0..5_000_000_u32 {
                let mut tag = valid;
                if turn % 2 == 0 {
                    let [at, change, ..] = random(&mut state).to_le_bytes();
                    tag[usize::from(at % 32)] ^= change.max(1);
                } else {
                    for eight in tag.chunks_exact_mut(8) {
                        eight.copy_from_slice(&random(&mut state).to_le_bytes());
                    }
                }
                passed += u32::from(bool::from(same(&tag, &valid)));
            }
            passed
        };
        let passed = std::thread::scope(|scope| {
            let other = scope.spawn(|| passed_of_half(0x7a65));
            passed_of_half(0x7a66) + other.join().unwrap()
        });
        println!("10000000 wrong tags, {passed} passed");
        assert_eq!(passed, 0);
    }
}
