//! V2.

use marketplace_core::analysis::{AnalysisScheme, CapturedRequest, VerdictCode as Code};

use super::{Case, Data, NOW, careless};
use crate::analysis::signing::{base64, hex, hmac, sha256};

fn inner(key: &str, body: &[u8]) -> String {
    hex(hmac(key, body))
}

fn signature(key: &str, nonce: &str, timestamp: &str, body: &[u8]) -> Vec<u8> {
    hmac(key, [key, nonce, timestamp, &inner(key, body)].concat())
}

fn body(data: &Data) -> String {
    format!(
        "{{\"activity\":\"newInstance\",\"businessId\":\"{}\",\"memo\":\"https://é.example/实例?a=<b>\",\"orderId\":\"CS1\",\"none\":null}}",
        data.order
    )
}

/// A request whose sender sent `sent` and computed `signed`.
fn case(data: &Data, codes: &[Code], sent: &[u8], signature_sent: &str) -> Case {
    let right = signature(&data.key, &data.nonce, &data.timestamp, sent);
    let target = format!(
        "https://shop.example/saasproduce?signature={signature_sent}&timestamp={}&nonce={}",
        data.timestamp, data.nonce
    );
    let request = CapturedRequest::new("POST", target).with_body(sent.to_vec());
    data.case(AnalysisScheme::V2, codes, right, request)
}

pub(super) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    let mut seed = 2000;
    let mut data = || {
        seed += 1;
        Data::new(seed)
    };
    let upper = |bytes: Vec<u8>| hex(bytes).to_uppercase();
    let right = |data: &Data, body: &str| signature(&data.key, &data.nonce, &data.timestamp, body.as_bytes());

    for write in [hex, upper as fn(Vec<u8>) -> String] {
        let data = data();
        let body = body(&data);
        cases.push(case(&data, &[], body.as_bytes(), &write(right(&data, &body))));
    }
    cases.extend(of_the_query(&mut data));
    cases.extend(of_the_key(&mut data));
    cases.extend(of_the_text(&mut data));
    cases.extend(of_the_body(&mut data));
    cases.extend(of_two_at_once(&mut data));
    cases.extend(of_rarer_kinds());
    cases
}

fn of_rarer_kinds() -> Vec<Case> {
    let mut cases = Vec::new();
    let mut seed = 2900;
    let mut data = || {
        seed += 1;
        Data::new(seed)
    };
    for (before, after) in [("\n", ""), ("\n", "\n"), ("\u{feff}", "\n"), ("", "\u{a0}")] {
        let data = data();
        let key = format!("{before}{}{after}", data.key);
        let sign = signature(&key, &data.nonce, &data.timestamp, b"{}");
        cases.push(case(&data, &[Code::KeyWhitespace], b"{}", &hex(sign)));
    }
    let longer = data();
    let key = format!("{}{}", longer.key, longer.timestamp);
    let sign = signature(&key, &longer.nonce, &longer.timestamp, b"{}");
    cases.push(case(&longer, &[Code::KeyWithTimestamp], b"{}", &hex(sign)));
    for (sent, signed) in [
        (r#"{"b":"2","a":[{"y":2,"x":1}],"c":3}"#, r#"{"b":"2","c":3,"a":[{"y":2,"x":1}]}"#),
        // Too many members for every order, but signed in that of the vendor's table.
        (
            r#"{"activity":"refreshInstance","expireTime":"20261124023618","instanceId":"i","orderId":"o","orderLineId":"l","scene":"RENEWAL"}"#,
            r#"{"activity":"refreshInstance","scene":"RENEWAL","orderId":"o","orderLineId":"l","instanceId":"i","expireTime":"20261124023618"}"#,
        ),
    ] {
        let data = data();
        let sign = signature(&data.key, &data.nonce, &data.timestamp, signed.as_bytes());
        cases.push(case(&data, &[Code::BodyKeyOrder], sent.as_bytes(), &hex(sign)));
    }
    cases
}

fn of_the_query(data: &mut impl FnMut() -> Data) -> Vec<Case> {
    let mut cases = Vec::new();
    for missing in ["signature", "timestamp", "nonce"] {
        let data = data();
        let sent = body(&data);
        let sign = hex(signature(&data.key, &data.nonce, &data.timestamp, sent.as_bytes()));
        for (from, to, code) in [
            (format!("{missing}="), "other=".to_owned(), Code::ParameterMissing),
            (format!("{missing}="), format!("{missing}=&other="), Code::ParameterMissing),
            (format!("{missing}="), format!("{missing}=1&{missing}="), Code::ParameterRepeated),
        ] {
            let mut case = case(&data, &[code], sent.as_bytes(), &sign);
            let request = case.request.as_mut().unwrap();
            request.target = request.target.replace(&from, &to);
            cases.push(case);
        }
    }
    for (stamp, code) in [
        ((NOW - 60_001).to_string(), Code::StaleTimestamp),
        ((NOW / 1000 - 61).to_string(), Code::StaleTimestamp),
        ((NOW + 60_001).to_string(), Code::FutureTimestamp),
        ((NOW + 8 * 3_600_000).to_string(), Code::FutureTimestamp),
        (format!("{NOW}000"), Code::TimestampUnit),
        (format!("{NOW}000000"), Code::TimestampUnit),
        ("2026-11-18T08:26:40Z".to_owned(), Code::TimestampUnit),
    ] {
        let data = Data { timestamp: stamp, ..data() };
        let sent = body(&data);
        let sign = hex(signature(&data.key, &data.nonce, &data.timestamp, sent.as_bytes()));
        cases.push(case(&data, &[code], sent.as_bytes(), &sign));
    }
    // Seconds are as good as milliseconds.
    let seconds = Data { timestamp: (NOW / 1000).to_string(), ..data() };
    let sign = hex(signature(&seconds.key, &seconds.nonce, &seconds.timestamp, b"{}"));
    cases.push(case(&seconds, &[], b"{}", &sign));
    // Each value sent under the other's name.
    let data = data();
    let swapped = Data { nonce: data.timestamp.clone(), timestamp: data.nonce.clone(), ..data };
    for sign in [
        signature(&swapped.key, &swapped.nonce, &swapped.timestamp, b"{}"),
        signature(&swapped.key, &swapped.timestamp, &swapped.nonce, b"{}"),
    ] {
        cases.push(case(&swapped, &[Code::NonceTimestampSwapped], b"{}", &hex(sign)));
    }
    cases
}

fn of_the_key(data: &mut impl FnMut() -> Data) -> Vec<Case> {
    let mut cases = Vec::new();
    for at in 0..8 {
        let data = data();
        let sent = body(&data);
        let (code, key) = &careless(&data.key)[at];
        let sign = signature(key, &data.nonce, &data.timestamp, sent.as_bytes());
        cases.push(case(&data, &[*code], sent.as_bytes(), &hex(sign)));
    }
    let data = data();
    let sign = signature(&data.other, &data.nonce, &data.timestamp, b"{}");
    cases.push(case(&data, &[Code::KeyOther], b"{}", &hex(sign)));
    cases
}

fn of_the_text(data: &mut impl FnMut() -> Data) -> Vec<Case> {
    let mut cases = Vec::new();
    let mut push = |code, sign: &dyn Fn(&Data, &str) -> String| {
        let data = data();
        let sent = body(&data);
        let sign = sign(&data, &sent);
        cases.push(case(&data, &[code], sent.as_bytes(), &sign));
    };
    // From the parts of the text: key, nonce, timestamp, inner.
    let text = |data: &Data, sent: &str| {
        (data.key.clone(), data.nonce.clone(), data.timestamp.clone(), inner(&data.key, sent.as_bytes()))
    };
    let mac = |data: &Data, parts: &[&str]| hex(hmac(&data.key, parts.concat()));
    push(Code::AccessKeyMissing, &|data, sent| {
        let (_, nonce, stamp, inner) = text(data, sent);
        mac(data, &[&nonce, &stamp, &inner])
    });
    push(Code::InnerPlainHash, &|data, sent| {
        let (key, nonce, stamp, _) = text(data, sent);
        mac(data, &[&key, &nonce, &stamp, &hex(sha256(sent))])
    });
    push(Code::InnerMissing, &|data, sent| {
        let (key, nonce, stamp, _) = text(data, sent);
        mac(data, &[&key, &nonce, &stamp, sent])
    });
    push(Code::InnerMissing, &|data, sent| {
        let (key, nonce, stamp, _) = text(data, sent);
        mac(data, &[&key, &nonce, &stamp])
    });
    push(Code::InnerUpperCase, &|data, sent| {
        let (key, nonce, stamp, inner) = text(data, sent);
        mac(data, &[&key, &nonce, &stamp, &inner.to_uppercase()])
    });
    push(Code::NonceTimestampSwapped, &|data, sent| {
        let (key, nonce, stamp, inner) = text(data, sent);
        mac(data, &[&key, &stamp, &nonce, &inner])
    });
    push(Code::TimestampUnit, &|data, sent| {
        let (key, nonce, stamp, inner) = text(data, sent);
        mac(data, &[&key, &nonce, &stamp[..10], &inner])
    });
    push(Code::ParameterUnsigned, &|data, sent| {
        let (key, _, stamp, inner) = text(data, sent);
        mac(data, &[&key, &stamp, &inner])
    });
    push(Code::ParameterUnsigned, &|data, sent| {
        let (key, nonce, _, inner) = text(data, sent);
        mac(data, &[&key, &nonce, &inner])
    });
    push(Code::KeyLast, &|data, sent| {
        let (key, nonce, stamp, inner) = text(data, sent);
        mac(data, &[&nonce, &stamp, &inner, &key])
    });
    push(Code::HashInsteadOfHmac, &|data, sent| {
        let (key, nonce, stamp, inner) = text(data, sent);
        hex(sha256([key, nonce, stamp, inner].concat()))
    });
    push(Code::HashInsteadOfHmac, &|data, sent| {
        let (key, nonce, stamp, _) = text(data, sent);
        hex(sha256([key, nonce, stamp, hex(sha256(sent))].concat()))
    });
    push(Code::KeyWithTimestamp, &|data, sent| {
        let (key, nonce, stamp, inner) = text(data, sent);
        hex(hmac(format!("{key}{stamp}"), [&*key, &nonce, &stamp, &inner].concat()))
    });
    push(Code::SignatureBase64, &|data, sent| {
        base64(signature(&data.key, &data.nonce, &data.timestamp, sent.as_bytes())).replace('+', "%2B")
    });
    push(Code::SignatureBase64, &|data, sent| {
        base64(hex(signature(&data.key, &data.nonce, &data.timestamp, sent.as_bytes())))
    });
    push(Code::Unknown, &|data, _| hex(sha256(&data.nonce)));
    push(Code::Unknown, &|data, _| data.nonce.clone());
    cases
}

fn of_the_body(data: &mut impl FnMut() -> Data) -> Vec<Case> {
    let mut cases = Vec::new();
    let mut push = |code, signed: &dyn Fn(&str) -> Vec<u8>| {
        let data = data();
        let sent = body(&data);
        let (there, back) = (signed(&sent), sent.into_bytes());
        assert_ne!(there, back);
        // Most mistakes can be made in both directions.
        let is_lossy = matches!(
            code,
            Code::BodyEmpty | Code::Latin1 | Code::EmptyValueDropped | Code::ParameterUnsigned
        );
        for (sent, signed) in
            [(&back, &there), (&there, &back)].into_iter().take(if is_lossy { 1 } else { 2 })
        {
            let sign = signature(&data.key, &data.nonce, &data.timestamp, signed);
            cases.push(case(&data, &[code], sent, &hex(sign)));
        }
    };
    push(Code::BodyTrailingNewline, &|sent| format!("{sent}\n").into());
    push(Code::BodyTrailingNewline, &|sent| format!("{sent}\r\n").into());
    push(Code::BodyWhitespace, &|sent| sent.replace("\":", "\": ").replace(",\"", ", \"").into());
    push(Code::BodyWhitespace, &|sent| {
        let lines = sent.replace("\":", "\": ").replace(",\"", ",\n  \"").replace('{', "{\n  ");
        lines.replace('}', "\n}").into()
    });
    push(Code::BodyEscapedUnicode, &|sent| {
        sent.replace('é', "\\u00e9").replace('实', "\\u5b9e").replace('例', "\\u4f8b").into()
    });
    push(Code::BodyEscapedUnicode, &|sent| sent.replace('<', "\\u003c").replace('>', "\\u003e").into());
    push(Code::BodyEscapedSlash, &|sent| sent.replace('/', "\\/").into());
    push(Code::BodyBom, &|sent| format!("\u{feff}{sent}").into());
    push(Code::BodyEmpty, &|_| Vec::new());
    push(Code::Latin1, &|sent| {
        sent.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap_or(b'?')).collect()
    });
    push(Code::Latin1, &|sent| sent.bytes().map(char::from).collect::<String>().into());
    push(Code::EmptyValueDropped, &|sent| sent.replace(",\"none\":null", "").into());
    push(Code::ParameterUnsigned, &|sent| sent.replace(",\"orderId\":\"CS1\"", "").into());

    // Sent in one order, signed in the other two.
    for signed in [r#"{"a":[{"x":1,"y":2}],"b":"2","c":3}"#, r#"{"c":3,"b":"2","a":[{"y":2,"x":1}]}"#] {
        let data = data();
        let sent = r#"{"b":"2","a":[{"y":2,"x":1}],"c":3}"#;
        let sign = signature(&data.key, &data.nonce, &data.timestamp, signed.as_bytes());
        cases.push(case(&data, &[Code::BodyKeyOrder], sent.as_bytes(), &hex(sign)));
    }
    cases
}

/// What the sender signed, from what it sent.
type Rewrite = fn(&str) -> Vec<u8>;

fn of_two_at_once(data: &mut impl FnMut() -> Data) -> Vec<Case> {
    let mut cases = Vec::new();
    let bodies: [(Code, Rewrite); 5] = [
        (Code::BodyTrailingNewline, |sent| format!("{sent}\n").into()),
        (Code::BodyWhitespace, |sent| sent.replace("\":", "\": ").replace(",\"", ", \"").into()),
        (Code::BodyBom, |sent| format!("\u{feff}{sent}").into()),
        (Code::BodyEmpty, |_| Vec::new()),
        (Code::BodyEscapedSlash, |sent| sent.replace('/', "\\/").into()),
    ];
    // The key and the body, the key and the encoding, the body and the encoding.
    for (body_code, signed) in bodies {
        for at in 0..9 {
            let data = data();
            let sent = body(&data);
            let others = [(Code::KeyOther, data.other.clone())];
            let (key_code, key) = careless(&data.key).into_iter().chain(others).nth(at).unwrap();
            let sign = signature(&key, &data.nonce, &data.timestamp, &signed(&sent));
            cases.push(case(&data, &[key_code, body_code], sent.as_bytes(), &hex(sign)));
        }
        let data = data();
        let sent = body(&data);
        let sign = base64(signature(&data.key, &data.nonce, &data.timestamp, &signed(&sent)));
        let codes = [body_code, Code::SignatureBase64];
        cases.push(case(&data, &codes, sent.as_bytes(), &sign.replace('+', "%2B")));
        let upper = inner(&data.key, &signed(&sent)).to_uppercase();
        let sign = hmac(&data.key, [&*data.key, &data.nonce, &data.timestamp, &upper].concat());
        cases.push(case(&data, &[body_code, Code::InnerUpperCase], sent.as_bytes(), &hex(sign)));
    }
    for at in 0..9 {
        let data = data();
        let sent = body(&data);
        let others = [(Code::KeyOther, data.other.clone())];
        let (key_code, key) = careless(&data.key).into_iter().chain(others).nth(at).unwrap();
        let sign = base64(signature(&key, &data.nonce, &data.timestamp, sent.as_bytes()));
        let codes = [key_code, Code::SignatureBase64];
        cases.push(case(&data, &codes, sent.as_bytes(), &sign.replace('+', "%2B")));
        let text = [&*key, &data.nonce, &data.timestamp, &hex(sha256(&sent))].concat();
        let codes = [key_code, Code::InnerPlainHash];
        cases.push(case(&data, &codes, sent.as_bytes(), &hex(hmac(&key, text))));
    }
    // As Python writes JSON.
    let data = data();
    let sent = body(&data);
    let signed = sent.replace("\":", "\": ").replace(",\"", ", \"");
    let signed = signed.replace('é', "\\u00e9").replace('实', "\\u5b9e").replace('例', "\\u4f8b");
    let sign = signature(&data.key, &data.nonce, &data.timestamp, signed.as_bytes());
    let codes = [Code::BodyWhitespace, Code::BodyEscapedUnicode];
    cases.push(case(&data, &codes, sent.as_bytes(), &hex(sign)));
    cases
}
