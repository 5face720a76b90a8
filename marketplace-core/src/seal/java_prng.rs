//! The keys that Java makes of an access key.
//!
//! The vendor's sample asks a `KeyGenerator` for an AES key and feeds it with the `SecureRandom` "SHA1PRNG" of the SUN
//! provider, whose seed is the access key. That generator is not published as a standard; what stands here was checked
//! against JDK 17 for several seeds and both key sizes.

use sha1::{Digest as _, Sha1};
use zeroize::Zeroizing;

type Block = Zeroizing<[u8; 20]>;

/// The first 32 bytes of the generator: the AES-256 key. The AES-128 key is the first half of it.
pub(super) fn first_32_bytes(seed: &[u8]) -> Zeroizing<[u8; 32]> {
    let mut generator = JavaPrng::seeded(seed);
    let first = generator.next_block();
    let second = generator.next_block();
    let mut key = Zeroizing::new([0; 32]);
    for (to, from) in key.iter_mut().zip(first.iter().chain(second.iter())) {
        *to = *from;
    }
    key
}

struct JavaPrng {
    state: Block,
}

impl JavaPrng {
    fn seeded(seed: &[u8]) -> Self {
        Self { state: sha1(seed) }
    }

    fn next_block(&mut self) -> Block {
        let output = sha1(&*self.state);
        self.step(&output);
        output
    }

    /// Adds the output and one to the state, first byte first. Java's bytes are signed, and so is the carry; in two's
    /// complement it differs from the carry of an unsigned sum.
    fn step(&mut self, output: &Block) {
        let mut carry = 1_i32;
        let mut changed = false;
        for (byte, added) in self.state.iter_mut().zip(output.iter()) {
            let sum = i32::from(byte.cast_signed()) + i32::from(added.cast_signed()) + carry;
            // The low byte is what Java's `(byte)` keeps.
            let [low, ..] = sum.to_le_bytes();
            changed |= low != *byte;
            *byte = low;
            carry = sum >> 8;
        }
        // A state that stays would give the same block for ever.
        if !changed && let Some(byte) = self.state.first_mut() {
            *byte = byte.wrapping_add(1);
        }
    }
}

fn sha1(bytes: &[u8]) -> Block {
    Zeroizing::new(Sha1::digest(bytes).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn makes_the_keys_that_java_makes() {
        let vectors = crate::seal::vectors::load();
        let rows = vectors["keys"].as_array().unwrap();
        for row in rows {
            let key = first_32_bytes(row["accessKey"].as_str().unwrap().as_bytes());
            assert_eq!(const_hex::encode(*key), row["aes256"], "{row}");
            assert_eq!(const_hex::encode(&key[..16]), row["aes128"], "{row}");
        }
        assert_eq!(rows.len(), 5);
    }

    #[test]
    fn carries_signed() {
        // -128 + -1 + 1 = -128: the low byte is 0x80, and -1 is carried. An unsigned sum would carry +1.
        let mut generator = JavaPrng { state: Zeroizing::new([0x80; 20]) };
        generator.step(&Zeroizing::new([0xff; 20]));
        let mut expected = [0x7e; 20];
        expected[0] = 0x80;
        assert_eq!(*generator.state, expected);
    }

    #[test]
    fn a_step_always_changes_the_state() {
        // 0x00 + 0xff + 1 is 0 and carries 0; then 0 + 0 + 0 stays.
        let mut output = [0; 20];
        output[0] = 0xff;
        let mut generator = JavaPrng { state: Zeroizing::new([0; 20]) };
        generator.step(&Zeroizing::new(output));
        let mut expected = [0; 20];
        expected[0] = 1;
        assert_eq!(*generator.state, expected);
    }
}
