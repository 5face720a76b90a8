//! The kits.

use marketplace_core::analysis::{AnalysisScheme, CapturedRequest, VerdictCode as Code};

use super::{Case, Data, NOW, careless};
use crate::analysis::signing::{base64, encoded, hex, hmac, sha256};

const STAMP: &str = "20261118162640123";

pub(super) fn cases() -> Vec<Case> {
    let mut cases = first();
    cases.extend(second());
    cases
}

fn case(data: &Data, codes: &[Code], token_sent: &str) -> Case {
    let body = format!(
        r#"{{"testFlag":1,"name":"实例\/\u00e9","instanceId":"","orderId":null,"flag":1,"tenantId":"{}","timeStamp":"{STAMP}"}}"#,
        data.order
    );
    let right = hmac(format!("{}{STAMP}", data.key), text(data, "实例/é"));
    let request = CapturedRequest::new("POST", "/saas/produceAPI/tenantSync")
        .with_header("authToken", token_sent)
        .with_body(body);
    data.case(AnalysisScheme::KitV1, codes, right, request)
}

fn text(data: &Data, name: &str) -> String {
    format!("flag=1&name={name}&tenantId={}&testFlag=1&timeStamp={STAMP}", data.order)
}

fn first() -> Vec<Case> {
    let mut cases = Vec::new();
    let mut seed = 3000;
    let mut data = || {
        seed += 1;
        Data::new(seed)
    };
    let token = |key: &str, text: String| base64(hmac(format!("{key}{STAMP}"), text));
    let name = "实例/é";
    let mut push = |codes: &[Code], sign: &dyn Fn(&Data) -> String| {
        let data = data();
        cases.push(case(&data, codes, &sign(&data)));
    };
    push(&[], &|data| token(&data.key, text(data, name)));
    push(&[], &|data| format!("“{}”", token(&data.key, text(data, name))));
    push(&[Code::ParameterMissing], &|_| "\"\"".to_owned());
    for at in 0..8 {
        push(&[careless("k")[at].0], &|data| token(&careless(&data.key)[at].1, text(data, name)));
    }
    push(&[Code::KeyOther], &|data| token(&data.other, text(data, name)));
    push(&[Code::KeyWithoutTimestamp], &|data| base64(hmac(&data.key, text(data, name))));
    push(&[Code::KeyLast], &|data| base64(hmac(format!("{STAMP}{}", data.key), text(data, name))));
    push(&[Code::HashInsteadOfHmac], &|data| base64(sha256(format!("{}{}", data.key, text(data, name)))));
    push(&[Code::SignatureHex], &|data| hex(hmac(format!("{}{STAMP}", data.key), text(data, name))));
    push(&[Code::UrlEncodedValues], &|data| encoded(&token(&data.key, text(data, name))));
    push(&[Code::UrlEncodedValues], &|data| token(&data.key, text(data, &encoded(name))));
    push(&[Code::EmptyValueKept], &|data| {
        token(&data.key, text(data, name).replace("&name", "&instanceId=&name"))
    });
    push(&[Code::EmptyValueKept], &|data| {
        let text = text(data, name).replace("&name", "&instanceId=&name");
        token(&data.key, text.replace("&tenant", "&orderId=null&tenant"))
    });
    push(&[Code::ParameterUnsigned], &|data| token(&data.key, text(data, name).replace("&testFlag=1", "")));
    push(&[Code::TokenIncluded], &|data| token(&data.key, format!("authToken=&{}", text(data, name))));
    push(&[Code::NotSorted], &|data| {
        let text = format!("testFlag=1&name={name}&flag=1&tenantId={}&timeStamp={STAMP}", data.order);
        token(&data.key, text)
    });
    push(&[Code::BodyEscapedUnicode], &|data| token(&data.key, text(data, "实例\\/\\u00e9")));
    push(&[Code::BodyEscapedUnicode], &|data| token(&data.key, text(data, "\\u5b9e\\u4f8b/\\u00e9")));
    push(&[Code::BodyEscapedSlash], &|data| token(&data.key, text(data, "实例\\/é")));
    push(&[Code::Latin1], &|data| {
        let text = text(data, name);
        let latin: Vec<u8> =
            text.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap_or(b'?')).collect();
        base64(hmac(format!("{}{STAMP}", data.key), latin))
    });
    push(&[Code::Unknown], &|data| base64(sha256(&data.nonce)));
    push(&[Code::KeyOther, Code::EmptyValueKept], &|data| {
        token(&data.other, text(data, name).replace("&name", "&instanceId=&name"))
    });
    push(&[Code::KeyQuoted, Code::KeyWithoutTimestamp], &|data| {
        base64(hmac(format!("\"{}\"", data.key), text(data, name)))
    });

    let valid = |data: &Data| token(&data.key, text(data, name));
    let data = data();
    let mut missing = case(&data, &[Code::ParameterMissing], &valid(&data));
    let request = missing.request.as_mut().unwrap();
    request.body = String::from_utf8_lossy(&request.body).replace("timeStamp", "time").into();
    let mut twice = case(&data, &[Code::ParameterRepeated], &valid(&data));
    let request = twice.request.as_mut().unwrap();
    request.body = String::from_utf8_lossy(&request.body).replace("testFlag", "fl\\u0061g").into();
    let mut header = case(&data, &[Code::ParameterRepeated], &valid(&data));
    header.request = header.request.map(|request| request.with_header("AuthToken", "x"));
    let mut marked = case(&data, &[Code::BodyBom], &valid(&data));
    let request = marked.request.as_mut().unwrap();
    request.body = [b"\xef\xbb\xbf", &*request.body].concat().into();
    cases.extend([missing, twice, header, marked]);
    cases
}

fn second() -> Vec<Case> {
    let mut cases = Vec::new();
    let mut seed = 4000;
    let mut data = || {
        seed += 1;
        Data::new(seed)
    };
    let body = |data: &Data| format!(r#"{{"flag":1,"instanceId":"{}","testFlag":1}}"#, data.order);
    let sign =
        |key: &str, data: &Data, body: &str| hmac(key, [key, &data.nonce, &data.timestamp, body].concat());
    let case = |data: &Data, codes: &[Code], sent: &str, signature: &str| {
        let right = sign(&data.key, data, sent);
        let request = CapturedRequest::new("POST", "/saas/produceAPI/v2/tenantSync")
            .with_header("x-sign", signature)
            .with_header("X-Timestamp", &*data.timestamp)
            .with_header("x-nonce", &*data.nonce)
            .with_body(sent.to_owned());
        data.case(AnalysisScheme::KitV2, codes, right, request)
    };
    let mut push = |codes: &[Code], signature: &dyn Fn(&Data, &str) -> String| {
        let data = data();
        let sent = body(&data);
        cases.push(case(&data, codes, &sent, &signature(&data, &sent)));
    };
    push(&[], &|data, sent| hex(sign(&data.key, data, sent)));
    push(&[], &|data, sent| hex(sign(&data.key, data, sent)).to_uppercase());
    for at in 0..8 {
        push(&[careless("k")[at].0], &|data, sent| hex(sign(&careless(&data.key)[at].1, data, sent)));
    }
    push(&[Code::KeyOther], &|data, sent| hex(sign(&data.other, data, sent)));
    push(&[Code::AccessKeyMissing], &|data, sent| {
        hex(hmac(&data.key, [&data.nonce, &data.timestamp, sent].concat()))
    });
    push(&[Code::NonceTimestampSwapped], &|data, sent| {
        hex(hmac(&data.key, [&data.key, &data.timestamp, &data.nonce, sent].concat()))
    });
    push(&[Code::TimestampUnit], &|data, sent| {
        hex(hmac(&data.key, [&data.key, &data.nonce, &data.timestamp[..10], sent].concat()))
    });
    push(&[Code::KeyLast], &|data, sent| {
        hex(hmac(&data.key, [&data.nonce, &data.timestamp, sent, &data.key].concat()))
    });
    push(&[Code::KeyWithTimestamp], &|data, sent| {
        let key = format!("{}{}", data.key, data.timestamp);
        hex(hmac(key, [&data.key, &data.nonce, &data.timestamp, sent].concat()))
    });
    push(&[Code::ParameterUnsigned], &|data, sent| {
        hex(hmac(&data.key, [&data.key, &data.timestamp, sent].concat()))
    });
    push(&[Code::HashInsteadOfHmac], &|data, sent| {
        hex(sha256([&data.key, &data.nonce, &data.timestamp, sent].concat()))
    });
    push(&[Code::SignatureBase64], &|data, sent| base64(sign(&data.key, data, sent)));
    push(&[Code::BodyTrailingNewline], &|data, sent| hex(sign(&data.key, data, &format!("{sent}\n"))));
    push(&[Code::BodyEmpty], &|data, _| hex(sign(&data.key, data, "")));
    push(&[Code::Unknown], &|data, _| hex(sha256(&data.nonce)));
    push(&[Code::KeyOther, Code::BodyTrailingNewline], &|data, sent| {
        hex(sign(&data.other, data, &format!("{sent}\n")))
    });

    // The body is signed in ascending order, in which it always comes; both are right.
    let sorted = data();
    let (sent, signed) = (r#"{"b":null,"c":1,"a":2}"#, r#"{"a":2,"c":1}"#);
    cases.push(case(&sorted, &[], sent, &hex(sign(&sorted.key, &sorted, signed))));
    let descending = hex(sign(&sorted.key, &sorted, r#"{"c":1,"a":2}"#));
    cases.push(case(&sorted, &[Code::BodyKeyOrder], r#"{"a":2,"c":1}"#, &descending));

    for (stamp, code) in [
        ((NOW - 70_000).to_string(), Code::StaleTimestamp),
        ((NOW + 70_000).to_string(), Code::FutureTimestamp),
    ] {
        let data = Data { timestamp: stamp, ..data() };
        let signature = hex(sign(&data.key, &data, "{}"));
        cases.push(case(&data, &[code], "{}", &signature));
    }
    for name in ["x-sign", "X-Timestamp", "x-nonce"] {
        let data = data();
        let signature = hex(sign(&data.key, &data, "{}"));
        let mut missing = case(&data, &[Code::ParameterMissing], "{}", &signature);
        missing.request.as_mut().unwrap().headers.retain(|(known, _)| known != name);
        let mut twice = case(&data, &[Code::ParameterRepeated], "{}", &signature);
        twice.request = twice.request.map(|request| request.with_header(name, "1"));
        cases.extend([missing, twice]);
    }
    cases
}
