//! Which mistakes reproduce the signature that was provided?
//!
//! Three groups are tried against each other: the key, the text, and the method by which the signature is computed; what was
//! provided is read in every encoding, which costs nothing. One mistake is tried before two, and more than two are not,
//! the encoding apart.

use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use super::digest::Digest;
use super::slip::{Slip, Variant};
use super::verdict::VerdictCode;

/// Mistakes at once, the encoding apart.
const MOST_SLIPS: usize = 2;
/// Signatures computed in one search.
pub(super) const MOST_CANDIDATES: usize = 20_000;
/// Bytes hashed in one search. What a scheme regards as right is computed in any case.
pub(super) const MOST_BYTES: usize = 32 * 1024 * 1024;

/// How a scheme computes its signature, and what its senders get wrong.
pub(super) trait Recipe {
    /// Describes a text.
    type Text;
    /// Describes a way to compute.
    type Method: Copy;

    /// The texts that may have been signed, the right ones (there may be several) first.
    fn texts(&self) -> Vec<Variant<Self::Text>>;
    /// The ways to compute, the right one first.
    fn methods(&self) -> Vec<Variant<Self::Method>>;
    /// Writes a text, unless it is not to be had.
    fn write(&self, text: &Self::Text) -> Option<Written>;
    /// Computes.
    fn digest(&self, key: &[u8], text: &Written, method: Self::Method) -> Digest;
}

/// A text that may have been signed.
pub(super) struct Written {
    /// What is signed together with the body, if the scheme hashes that on its own.
    pub(super) head: Vec<u8>,
    pub(super) body: Vec<u8>,
}

impl From<Vec<u8>> for Written {
    fn from(body: Vec<u8>) -> Self {
        Self { head: Vec::new(), body }
    }
}

/// What a search has found.
#[derive(Default)]
pub(super) struct Found<T> {
    /// The text and the mistakes that reproduce the signature.
    pub(super) hit: Option<(Option<T>, Vec<Slip>)>,
    /// The signatures that would have been right.
    pub(super) right: Vec<Digest>,
    /// How many signatures were computed.
    pub(super) candidates: usize,
    /// The limits were reached before everything was tried.
    pub(super) is_cut: bool,
    /// Every kind of mistake that can be found.
    pub(super) tried: Vec<VerdictCode>,
}

pub(super) fn search<R: Recipe>(
    recipe: &R,
    keys: &[Variant<Zeroizing<Vec<u8>>>],
    provided: &[Variant<Digest>],
) -> Found<R::Text> {
    let (mut texts, methods) = (recipe.texts(), recipe.methods());
    let mut found = Found { hit: None, right: Vec::new(), candidates: 0, is_cut: false, tried: Vec::new() };
    let mut hit = None;
    let mut bytes = 0_usize;
    'search: for total in 0..=MOST_SLIPS {
        for (at, text) in texts.iter().enumerate() {
            let Some(left) = total.checked_sub(text.slips.len()) else { continue };
            let mut written = None;
            for method in &methods {
                let Some(left) = left.checked_sub(method.slips.len()) else { continue };
                for key in keys.iter().filter(|key| key.slips.len() == left) {
                    if total > 0 && (found.candidates >= MOST_CANDIDATES || bytes >= MOST_BYTES) {
                        found.is_cut = true;
                        break 'search;
                    }
                    let Some(words) = written.get_or_insert_with(|| recipe.write(&text.value)) else {
                        continue;
                    };
                    let digest = recipe.digest(&key.value, words, method.value);
                    found.candidates += 1;
                    bytes = bytes.saturating_add(words.head.len() + words.body.len() + 512);
                    if hit.is_none()
                        && let Some(reading) =
                            provided.iter().find(|reading| is_same(&reading.value, &digest))
                    {
                        let slips = [&key.slips, &text.slips, &method.slips, &reading.slips];
                        hit = Some((at, slips.into_iter().flatten().cloned().collect::<Vec<_>>()));
                    }
                    if total == 0 {
                        found.right.push(digest);
                    } else if hit.is_some() {
                        break 'search;
                    }
                }
            }
        }
        // What cannot be read cannot be reproduced: that was for the right signature alone.
        if hit.is_some() || provided.is_empty() {
            break;
        }
    }
    if provided.is_empty() {
        return found;
    }
    let slips = keys.iter().flat_map(|key| &key.slips);
    let slips = slips.chain(texts.iter().flat_map(|text| &text.slips));
    for slip in slips.chain(methods.iter().flat_map(|method| &method.slips)) {
        if !found.tried.contains(&slip.code) {
            found.tried.push(slip.code);
        }
    }
    found.hit = hit.map(|(at, slips)| ((at < texts.len()).then(|| texts.swap_remove(at).value), slips));
    found
}

fn is_same(one: &[u8], other: &[u8]) -> bool {
    !one.is_empty() && bool::from(one.ct_eq(other))
}
