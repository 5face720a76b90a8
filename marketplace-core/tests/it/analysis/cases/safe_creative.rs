//! Safe Creative.

use marketplace_core::analysis::{AnalysisScheme, CapturedRequest, VerdictCode as Code};

use super::{Case, Data, NOW, careless};
use crate::analysis::signing::{base64, encoded, hex, hmac_sha1, joined, sha1};

fn pairs(data: &Data, ztime: u64) -> Vec<(&'static str, String)> {
    vec![
        ("sharedkey", data.order.clone()),
        ("component", "work.register".to_owned()),
        ("title", "El niño & co 实".to_owned()),
        ("Zeta", "1+1".to_owned()),
        ("tags", String::new()),
        ("ztime", ztime.to_string()),
    ]
}

fn text(pairs: &[(&str, String)]) -> String {
    joined(&pairs.iter().map(|(name, value)| (*name, &**value)).collect::<Vec<_>>())
}

fn sorted(data: &Data, ztime: u64) -> Vec<(&'static str, String)> {
    let mut pairs = pairs(data, ztime);
    pairs.sort();
    pairs
}

fn signature(key: &str, text: &str) -> Vec<u8> {
    sha1(format!("{key}&{text}"))
}

/// Half of the parameters in the query, half in the form.
fn case(data: &Data, codes: &[Code], ztime: u64, signature_sent: &str) -> Case {
    let pairs: Vec<_> =
        pairs(data, ztime).iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
    let (query, form) = pairs.split_at(3);
    let target = format!("https://arena.example/v2/?{}&debug-component=signature.analysis", query.join("&"));
    let request = CapturedRequest::new("POST", target)
        .with_header("Content-Type", "application/x-www-form-urlencoded;charset=ISO-8859-1")
        .with_body(format!("{}&signature={}", form.join("&"), encoded(signature_sent)));
    let right = signature(&data.key, &text(&sorted(data, ztime)));
    data.case(AnalysisScheme::SafeCreative, codes, right, request)
}

pub(super) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    let mut seed = 8000;
    let mut data = || {
        seed += 1;
        Data::new(seed)
    };
    let mut push = |codes: &[Code], sign: &dyn Fn(&Data, String) -> String| {
        let data = data();
        let sign = sign(&data, text(&sorted(&data, NOW)));
        cases.push(case(&data, codes, NOW, &sign));
    };
    push(&[], &|data, text| hex(signature(&data.key, &text)));
    for at in 0..8 {
        push(&[careless("k")[at].0], &|data, text| hex(signature(&careless(&data.key)[at].1, &text)));
    }
    push(&[Code::KeyOther], &|data, text| hex(signature(&data.other, &text)));
    push(&[Code::HmacInsteadOfHash], &|data, text| hex(hmac_sha1(&data.key, text)));
    push(&[Code::HmacInsteadOfHash], &|data, text| hex(hmac_sha1(&data.key, format!("{}&{text}", data.key))));
    push(&[Code::KeyLast], &|data, text| hex(sha1(format!("{text}&{}", data.key))));
    push(&[Code::KeyLast], &|data, text| hex(sha1(format!("{text}{}", data.key))));
    push(&[Code::AccessKeyMissing], &|_, text| hex(sha1(text)));
    push(&[Code::SignatureBase64], &|data, text| base64(signature(&data.key, &text)));
    push(&[Code::SignatureBase64], &|data, text| base64(signature(&data.key, &text)).replace('=', ""));
    push(&[Code::SignatureHex], &|data, text| hex(signature(&data.key, &text)).to_uppercase());
    push(&[Code::NotSorted], &|data, _| hex(signature(&data.key, &text(&pairs(data, NOW)))));
    push(&[Code::NotSorted], &|data, _| {
        let mut pairs = pairs(data, NOW);
        pairs.sort_by_key(|(name, _)| name.to_lowercase());
        hex(signature(&data.key, &text(&pairs)))
    });
    push(&[Code::NotSorted], &|data, _| {
        let mut pairs = pairs(data, NOW);
        pairs.sort_by(|(_, one), (_, other)| one.cmp(other));
        hex(signature(&data.key, &text(&pairs)))
    });
    push(&[Code::TokenIncluded], &|data, text| {
        hex(signature(&data.key, &text.replace("&tags", "&signature=&tags")))
    });
    push(&[Code::DebugComponentSigned], &|data, text| {
        let text = text.replace("&sharedkey", "&debug-component=signature.analysis&sharedkey");
        hex(signature(&data.key, &text))
    });
    push(&[Code::EmptyValueDropped], &|data, text| hex(signature(&data.key, &text.replace("&tags=", ""))));
    push(&[Code::ParameterUnsigned], &|data, text| hex(signature(&data.key, &text.replace("Zeta=1+1&", ""))));
    push(&[Code::UrlEncodedValues], &|data, _| {
        let pairs: Vec<_> =
            sorted(data, NOW).into_iter().map(|(name, value)| (name, encoded(&value))).collect();
        hex(signature(&data.key, &text(&pairs)))
    });
    push(&[Code::PlusBecameBlank], &|data, text| hex(signature(&data.key, &text.replace('+', " "))));
    push(&[Code::PlusBecameBlank], &|data, text| hex(signature(&data.key, &text.replace(' ', "+"))));
    push(&[Code::Latin1], &|data, text| {
        let latin = text.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap_or(b'?'));
        hex(sha1(format!("{}&", data.key).bytes().chain(latin).collect::<Vec<_>>()))
    });
    push(&[Code::Latin1], &|data, text| {
        hex(signature(&data.key, &text.bytes().map(char::from).collect::<String>()))
    });
    push(&[Code::Unknown], &|data, _| hex(sha1(&data.nonce)));
    push(&[Code::KeyOther, Code::DebugComponentSigned], &|data, text| {
        let text = text.replace("&sharedkey", "&debug-component=signature.analysis&sharedkey");
        hex(signature(&data.other, &text))
    });
    push(&[Code::KeyWhitespace, Code::HmacInsteadOfHash], &|data, text| {
        hex(hmac_sha1(format!("{}\n", data.key), text))
    });

    for (ztime, code) in [
        (NOW - 5001, Code::StaleTimestamp),
        (NOW + 5001, Code::FutureTimestamp),
        (NOW / 1000, Code::TimestampUnit),
        (20_261_118_082_640, Code::TimestampUnit),
    ] {
        let data = data();
        let sign = hex(signature(&data.key, &text(&sorted(&data, ztime))));
        cases.push(case(&data, &[code], ztime, &sign));
    }
    let data = data();
    let sign = hex(signature(&data.key, &text(&sorted(&data, NOW))));
    let mut missing = case(&data, &[Code::ParameterMissing], NOW, &sign);
    let request = missing.request.as_mut().unwrap();
    request.body = String::from_utf8_lossy(&request.body).replace("signature", "sign").into();
    let mut twice = case(&data, &[Code::ParameterRepeated], NOW, &sign);
    let request = twice.request.as_mut().unwrap();
    request.target = request.target.replace("?", "?ztime=1&");
    cases.extend([missing, twice]);
    cases
}
