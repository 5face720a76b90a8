//! `seal` and `open`: personal data and first passwords, at a desk.

use clap::{Args, ValueEnum};
use marketplace_core::seal::{Iv, KeySize, Sealed, open_unverified_for_tools, seal_with_iv};
use zeroize::Zeroizing;

use super::exit::{self, Exit, Failure};
use super::input;
use super::keys::KeyArgs;

/// What the fields of an answer hold: `userName` and `password`.
const LONGEST_FIELD: usize = 128;
/// What this tool seals.
const LONGEST: usize = 64 * 1024;

/// Seal a text of standard input, as an answer holds it
///
/// One line in, one line out. The key is KOOGALLERY_ACCESS_KEY.
#[derive(Debug, Args)]
pub(crate) struct SealArgs {
    #[command(flatten)]
    with: With,
}

/// Open a sealed text of standard input
///
/// One line in, one line out: the plain text. The key is KOOGALLERY_ACCESS_KEY. Both algorithms are tried.
#[derive(Debug, Args)]
pub(crate) struct OpenArgs {
    #[command(flatten)]
    with: With,
}

#[derive(Debug, Args)]
struct With {
    /// The algorithm of the product: 1 is AES256_CBC_PKCS5Padding, 2 is AES128_CBC_PKCS5Padding
    #[arg(long, default_value = "1")]
    encrypt_type: EncryptType,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum EncryptType {
    #[value(name = "1")]
    Aes256,
    #[value(name = "2")]
    Aes128,
}

impl With {
    fn size(&self) -> KeySize {
        match self.encrypt_type {
            EncryptType::Aes256 => KeySize::Aes256,
            EncryptType::Aes128 => KeySize::Aes128,
        }
    }
}

/// Standard input holds the text.
const ENVIRONMENT: KeyArgs = KeyArgs { key_stdin: false };

impl SealArgs {
    pub(crate) fn run(&self) -> Result<Exit, Failure> {
        let key = ENVIRONMENT.access_key()?;
        let plain = Zeroizing::new(input::line_of_stdin()?);
        if plain.contains(char::is_control) {
            return Err(Failure::new("the text has more than one line, or control characters"));
        }
        let iv =
            Iv::from_random(getrandom::fill).map_err(|error| Failure::about("no random numbers", error))?;
        let sealed: Sealed<LONGEST> =
            seal_with_iv(&key, self.with.size(), iv, &plain).map_err(Failure::new)?;
        let sealed = sealed.as_str();
        if sealed.len() > LONGEST_FIELD {
            let length = sealed.len();
            exit::warn(&format!(
                "sealed, it has {length} characters; `userName` and `password` of an answer have room for {LONGEST_FIELD}"
            ));
        }
        exit::print(&format!("{sealed}\n")).map(|()| Exit::Fine)
    }
}

impl OpenArgs {
    pub(crate) fn run(&self) -> Result<Exit, Failure> {
        let key = ENVIRONMENT.access_key()?;
        let sealed = input::line_of_stdin()?;
        let opened =
            open_unverified_for_tools(&key, self.with.size(), sealed.trim()).map_err(Failure::new)?;
        let line = Zeroizing::new(format!("{}\n", opened.as_str()));
        exit::print(&line).map(|()| Exit::Fine)
    }
}
