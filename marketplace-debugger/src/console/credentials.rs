//! The sealed account and first password in an answer of V1.

use marketplace_core::AccessKey;
use marketplace_core::seal::{Iv, KeySize, Sealed, open_unverified_for_tools, seal_with_iv};
use serde_json::Value;

use super::rules::{Rule, Rules};
use crate::check::Failure;
use crate::fields::as_text;

/// Longer than any field, so that a text that is too long is judged as that and nothing else.
type Any = Sealed<100_000>;

/// Judges every account and password of an answer. Nothing of what was sealed is kept.
pub(super) fn judge(rules: &mut Rules, call: &str, key: &AccessKey, answer: &Value) {
    let said = answer.get("encryptType").filter(|said| !said.is_null());
    for (name, sealed) in sealed(answer) {
        let size = size_of(key, sealed);
        let readable = match size {
            Some(_) => Ok(()),
            None => Err(Failure::new(format!("`{name}` cannot be opened"))),
        };
        rules.judge(Rule::CredentialsUnreadable, call, readable);
        if let Some(size) = size {
            rules.judge(Rule::EncryptType, call, agrees(said, size, name));
        }
    }
}

fn agrees(said: Option<&Value>, size: KeySize, name: &str) -> Result<(), Failure> {
    let right = size.encrypt_type();
    match said {
        // The table calls it optional, and 1 the default.
        None if size == KeySize::default() => Ok(()),
        Some(said) if as_text(said) == right => Ok(()),
        None => Err(Failure::new(format!("it is missing, and `{name}` is sealed as by `{right}`"))),
        Some(_) => Err(Failure::new(format!("`{name}` is sealed as by `{right}`, and it says otherwise"))),
    }
}

/// Accounts and passwords, of the purchase itself or of each instance of a query.
fn sealed(answer: &Value) -> Vec<(&'static str, &str)> {
    let entries = answer.get("info").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let infos = std::iter::once(answer).chain(entries).filter_map(|entry| entry.get("appInfo"));
    infos
        .flat_map(|info| ["userName", "password"].map(|name| (name, info.get(name))))
        .filter_map(|(name, value)| Some((name, value?.as_str()?)))
        .filter(|(_, text)| !text.is_empty())
        .collect()
}

/// What a text was sealed with: the size with which its plain text comes out the same again.
fn size_of(key: &AccessKey, sealed: &str) -> Option<KeySize> {
    let plain = open_unverified_for_tools(key, KeySize::default(), sealed).ok()?;
    [KeySize::Aes256, KeySize::Aes128].into_iter().find(|size| {
        let again = sealed.get(..16).and_then(Iv::new).map(|iv| seal_with_iv(key, *size, iv, plain.as_str()));
        matches!(again, Some(Ok(again)) if is_same(&again, sealed))
    })
}

fn is_same(again: &Any, sealed: &str) -> bool {
    again.as_str().trim_end_matches('=') == sealed.trim_end_matches('=')
}
