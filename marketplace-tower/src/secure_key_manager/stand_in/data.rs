//! Using keys.

use serde_json::{Value, json};

use super::super::asymmetric::SignatureAlgorithm;
use super::super::inventory::KeyKind;
use super::body::{base64, bytes, data, listed, number, set};
use super::refusal::{Message, Refusal};
use super::route::Asked;
use super::server::Seen;
use super::state::{Key, Material, State};
use super::{Inner, clock, crypto, gate};

/// Of secrets, and of texts to encrypt.
const LONGEST_TEXT: usize = 32 * 1024;
/// Of texts to sign.
const LONGEST_SIGNED: usize = 245;
/// Of messages to sign in standard form.
const LONGEST_MESSAGE: usize = 64 * 1024;
/// The version in front of what is encrypted or signed.
const PREFIX: usize = 4;

pub(super) fn answer(
    inner: &Inner,
    state: &mut State,
    seen: &Seen,
    asked: &Asked<'_>,
) -> Result<Value, Refusal> {
    let [kind, id, call @ ..] = asked.path else { return Err(Message::UrlNotFound.into()) };
    let call = call.first().copied().unwrap_or_default();
    let address = gate::address(state, seen);
    let refuse_older = state.refuse_older_versions;
    let tenant = state.tenants.get_mut(asked.app_key).ok_or(Message::InvalidAppkey)?;
    let store = tenant.store_of(id).ok_or(Message::InvalidKeyId)?;
    let key = store.keys.get(*id).filter(|key| path_of(key.kind) == *kind).ok_or(Message::InvalidKeyId)?;
    let is_reading_back = matches!(call, "decrypt" | "verify" | "verify-standard");
    if key.deletion.is_some() && !is_reading_back {
        return Err(Message::InvalidKeyId.into());
    }
    if call != "publicKey" {
        gate::client(store, seen, address, inner.clock.now())?;
    }
    if key.deletion.is_some() {
        return Err(Message::InvalidKeyStatus.into());
    }
    if asked.method == "PUT" {
        let value = data(asked.body, "secretValue", LONGEST_TEXT)?.to_owned();
        let now = clock::written(inner.clock.now());
        let key = tenant.key_mut(id).ok_or(Message::InvalidKeyId)?;
        if let Some(Some(version)) = key.versions.last_mut() {
            version.material = Material::Secret(value.clone());
        }
        return Ok(json!({
            "keyId": id, "name": key.name, "description": key.description, "secretValue": value,
            "creationUser": "stand-in", "creationDatetime": clock::written(key.created),
            "lastChangeUser": "stand-in", "lastChangeDatetime": now,
        }));
    }
    match call {
        "" => match &key.current()?.1.material {
            Material::Secret(secret) => Ok(json!({"secret": secret})),
            _ => Err(Message::InvalidKeyId.into()),
        },
        "encrypt" => {
            let text = data(asked.body, "plaintext", LONGEST_TEXT)?;
            let (ciphertext, version) = encrypt(key, text.as_bytes())?;
            Ok(json!({"ciphertext": ciphertext, "keyVersion": version}))
        }
        "create-local-key" => {
            let plaintext = base64(&crypto::random::<32>());
            let (ciphertext, version) = encrypt(key, plaintext.as_bytes())?;
            Ok(json!({
                "localKeyPlaintext": plaintext, "localKeyCiphertext": ciphertext, "keyVersion": version,
            }))
        }
        "decrypt" => decrypt(key, &bytes(asked.body, "ciphertext")?, refuse_older),
        "sign" => {
            let text = data(asked.body, "plaintext", LONGEST_SIGNED)?;
            let (version, which) = rsa(key, None)?;
            let signature = crypto::sign(which, text.as_bytes(), SignatureAlgorithm::Pkcs1V15);
            let signature = signature.ok_or(Message::InvalidUserData)?;
            let signature = [&version.to_be_bytes()[..], &signature].concat();
            Ok(json!({"signature": base64(&signature), "keyVersion": version}))
        }
        "verify" => {
            let text = data(asked.body, "plaintext", LONGEST_SIGNED)?;
            let signature = bytes(asked.body, "signature")?;
            let (version, signature) = split(&signature).ok_or(Message::InvalidUserData)?;
            let (version, which) = rsa(key, Some(version))?;
            is_whole(signature)?;
            let matches = crypto::verify(which, text.as_bytes(), signature, SignatureAlgorithm::Pkcs1V15);
            Ok(json!({"result": matches, "keyVersion": version}))
        }
        "sign-standard" | "verify-standard" => standard(key, asked, call),
        "symmetric-key" => {
            let (version, material) = versioned(key, asked)?;
            let Material::Symmetric(key) = material else { return Err(Message::InvalidKeyId.into()) };
            let mut body = json!({"symmetricKey": listed(key)});
            if asked.query.contains("keyVersion=") {
                set(&mut body, "keyVersion", version);
            }
            Ok(body)
        }
        "privateKey" | "publicKey" => {
            let (version, material) = versioned(key, asked)?;
            let Material::Asymmetric(which) = material else { return Err(Message::InvalidKeyId.into()) };
            let (kind, der) = match call {
                "privateKey" => ("PrivateKey", crypto::private_key(*which).to_vec()),
                _ => ("PublicKey", crypto::public_key(*which).unwrap_or_default()),
            };
            Ok(json!({
                "keyType": kind, "key": listed(&der), "encodedKey": base64(&der), "keyVersion": version,
            }))
        }
        _ => Err(Message::UrlNotFound.into()),
    }
}

fn standard(key: &Key, asked: &Asked<'_>, call: &str) -> Result<Value, Refusal> {
    let message = bytes(asked.body, "plaintext")?;
    if message.len() > LONGEST_MESSAGE {
        return Err(Message::InvalidUserData.into());
    }
    let algorithm = asked.body.get("algorithm").cloned().unwrap_or_default();
    let algorithm: SignatureAlgorithm =
        serde_json::from_value(algorithm).map_err(|_| Message::InvalidUserData)?;
    if call == "verify-standard" {
        let signature = bytes(asked.body, "signature")?;
        let (version, which) = rsa(key, Some(number(asked.body, "keyVersion")?))?;
        is_whole(&signature)?;
        let matches = crypto::verify(which, &message, &signature, algorithm);
        return Ok(json!({"result": matches, "keyVersion": version}));
    }
    let (version, which) = rsa(key, None)?;
    let signature = crypto::sign(which, &message, algorithm).ok_or(Message::InvalidUserData)?;
    let mut body = json!({
        "signature": base64(&signature), "algorithm": algorithm.to_string(), "hashAlgorithm": "SHA-256",
        "keyVersion": version,
    });
    if algorithm == SignatureAlgorithm::Pss {
        set(&mut body, "mgfAlgorithm", "MGF1-SHA-256");
        set(&mut body, "saltLength", 32);
    }
    Ok(body)
}

fn encrypt(key: &Key, plaintext: &[u8]) -> Result<(String, u32), Refusal> {
    let (number, version) = key.current()?;
    let Material::Symmetric(bytes) = &version.material else { return Err(Message::InvalidKeyId.into()) };
    let sealed = crypto::seal(bytes, plaintext).ok_or(Message::InvalidUserData)?;
    Ok((base64(&[&number.to_be_bytes()[..], &sealed].concat()), number))
}

fn decrypt(key: &Key, ciphertext: &[u8], refuse_older: bool) -> Result<Value, Refusal> {
    let (number, sealed) = split(ciphertext).ok_or(Message::InvalidUserData)?;
    if refuse_older && key.current()?.0 != number {
        return Err(Message::InvalidKeyVersion.into());
    }
    let (number, version) = key.version(number)?;
    let Material::Symmetric(bytes) = &version.material else { return Err(Message::InvalidKeyId.into()) };
    let opened = crypto::open(bytes, sealed).and_then(|opened| String::from_utf8(opened).ok());
    let opened = opened.ok_or(Message::InvalidUserData)?;
    Ok(json!({"plaintext": opened, "keyVersion": number}))
}

/// The version that is asked for in the query, or the current one.
fn versioned<'a>(key: &'a Key, asked: &Asked<'_>) -> Result<(u32, &'a Material), Refusal> {
    let (number, version) = match asked.parameter("keyVersion") {
        None => key.current()?,
        Some(number) => key.version(number.parse().map_err(|_| Message::InvalidKeyVersion)?)?,
    };
    Ok((number, &version.material))
}

/// This version of an asymmetric key, or the current one.
fn rsa(key: &Key, version: Option<u32>) -> Result<(u32, usize), Refusal> {
    let (number, version) = match version {
        None => key.current()?,
        Some(number) => key.version(number)?,
    };
    match version.material {
        Material::Asymmetric(which) => Ok((number, which)),
        _ => Err(Message::InvalidKeyId.into()),
    }
}

/// A signature of RSA-2048 has 256 bytes; what has not cannot be read.
fn is_whole(signature: &[u8]) -> Result<(), Refusal> {
    if signature.len() == 256 { Ok(()) } else { Err(Message::InvalidUserData.into()) }
}

fn split(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let (version, rest) = bytes.split_first_chunk::<PREFIX>()?;
    Some((u32::from_be_bytes(*version), rest))
}

fn path_of(kind: KeyKind) -> &'static str {
    match kind {
        KeyKind::Symmetric => "symmetric-keys",
        KeyKind::Asymmetric => "asymmetric-keys",
        _ => "secrets",
    }
}
