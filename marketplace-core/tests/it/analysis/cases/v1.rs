//! V1.

use marketplace_core::analysis::{AnalysisScheme, CapturedRequest, VerdictCode as Code};

use super::{Case, Data, careless};
use crate::analysis::signing::{base64, encoded, hex, hmac, joined, sha256};

const STAMP: &str = "20261118082640123";

/// The parameters in the order in which they are sent; `A…` sorts before all lower-case names.
fn pairs(data: &Data) -> Vec<(&'static str, String)> {
    vec![
        ("testFlag", "1".to_owned()),
        ("activity", "newInstance".to_owned()),
        ("orderId", data.order.clone()),
        ("customerName", "Société 实例 GmbH".to_owned()),
        ("Area", "7".to_owned()),
        ("email", "0a1B2c3D4e5F6g7HXtC945/VFDwA+gdhm==".to_owned()),
        ("productId", String::new()),
        ("timeStamp", STAMP.to_owned()),
    ]
}

fn text(pairs: &[(&str, String)]) -> String {
    joined(&pairs.iter().map(|(name, value)| (*name, &**value)).collect::<Vec<_>>())
}

fn sorted(data: &Data) -> Vec<(&'static str, String)> {
    let mut pairs = pairs(data);
    pairs.sort();
    pairs
}

fn token(key: &str, text: impl AsRef<[u8]>) -> Vec<u8> {
    hmac(format!("{key}{STAMP}"), text)
}

fn case(data: &Data, codes: &[Code], token_sent: &str) -> Case {
    let query: Vec<_> =
        pairs(data).iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
    let target = format!("https://shop.example/saasproduce?{}&authToken={token_sent}", query.join("&"));
    let right = token(&data.key, text(&sorted(data)));
    data.case(AnalysisScheme::V1, codes, right, CapturedRequest::new("GET", target))
}

pub(super) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    let mut seed = 1000;
    let mut data = || {
        seed += 1;
        Data::new(seed)
    };
    let right = |data: &Data| token(&data.key, text(&sorted(data)));
    let valid = data();
    cases.push(case(&valid, &[], &encoded(&base64(right(&valid)))));
    cases.push(case(&valid, &[], &base64(right(&valid))));

    for name in ["timeStamp", "authToken", "activity"] {
        let data = data();
        let mut missing = case(&data, &[Code::ParameterMissing], &encoded(&base64(right(&data))));
        let mut twice = case(&data, &[Code::ParameterRepeated], &encoded(&base64(right(&data))));
        for (case, to) in [(&mut missing, "other=1"), (&mut twice, &*format!("{name}=1&{name}="))] {
            let request = case.request.as_mut().unwrap();
            let from = if to == "other=1" {
                request.target.split('&').chain([""]).find(|pair| pair.starts_with(name))
            } else {
                None
            };
            let from = from.map_or(format!("{name}="), str::to_owned);
            request.target = request.target.replace(&*format!("&{from}"), &format!("&{to}"));
        }
        if name == "activity" {
            // Its signature is right: `activity` was never there.
            let pairs: Vec<_> = sorted(&data).into_iter().filter(|(known, _)| *known != name).collect();
            let text = format!("{}&other=1", text(&pairs));
            let mut sorted: Vec<_> = text.split('&').collect();
            sorted.sort_unstable();
            let token = token(&data.key, sorted.join("&"));
            let request = missing.request.as_mut().unwrap();
            let end = request.target.find("&authToken=").unwrap();
            request.target = format!("{}&authToken={}", &request.target[..end], encoded(&base64(&token)));
            missing.right = token;
        }
        cases.extend([missing, twice]);
    }

    let mut push = |codes: &[Code], sign: &dyn Fn(&Data) -> String| {
        let data = data();
        let sign = sign(&data);
        cases.push(case(&data, codes, &encoded(&sign)));
    };
    for at in 0..8 {
        let code = careless("k")[at].0;
        push(&[code], &|data| base64(token(&careless(&data.key)[at].1, text(&sorted(data)))));
    }
    push(&[Code::KeyOther], &|data| base64(token(&data.other, text(&sorted(data)))));
    push(&[Code::KeyWithoutTimestamp], &|data| base64(hmac(&data.key, text(&sorted(data)))));
    push(&[Code::KeyLast], &|data| base64(hmac(format!("{STAMP}{}", data.key), text(&sorted(data)))));
    push(&[Code::TimestampUnit], &|data| {
        base64(hmac(format!("{}{}", data.key, &STAMP[..14]), text(&sorted(data))))
    });
    push(&[Code::HashInsteadOfHmac], &|data| {
        base64(sha256(format!("{}{STAMP}{}", data.key, text(&sorted(data)))))
    });
    push(&[Code::HashInsteadOfHmac], &|data| base64(sha256(text(&sorted(data)))));
    push(&[Code::SignatureHex], &|data| hex(right(data)));
    push(&[Code::SignatureHex], &|data| base64(hex(right(data))));
    push(&[Code::SignatureBase64], &|data| base64(right(data)).trim_end_matches('=').to_owned());
    push(&[Code::NotSorted], &|data| base64(token(&data.key, text(&pairs(data)))));
    push(&[Code::NotSorted], &|data| {
        let mut pairs = pairs(data);
        pairs.sort_by_key(|(name, _)| name.to_lowercase());
        base64(token(&data.key, text(&pairs)))
    });
    push(&[Code::NotSorted], &|data| {
        let mut pairs = sorted(data);
        pairs.reverse();
        base64(token(&data.key, text(&pairs)))
    });
    push(&[Code::TokenIncluded], &|data| {
        let mut pairs = pairs(data);
        pairs.push(("authToken", String::new()));
        pairs.sort();
        base64(token(&data.key, text(&pairs)))
    });
    push(&[Code::EmptyValueDropped], &|data| {
        let pairs: Vec<_> = sorted(data).into_iter().filter(|(_, value)| !value.is_empty()).collect();
        base64(token(&data.key, text(&pairs)))
    });
    push(&[Code::ParameterUnsigned], &|data| {
        let pairs: Vec<_> = sorted(data).into_iter().filter(|(name, _)| *name != "Area").collect();
        base64(token(&data.key, text(&pairs)))
    });
    push(&[Code::UrlEncodedValues], &|data| {
        let pairs: Vec<_> = sorted(data).into_iter().map(|(name, value)| (name, encoded(&value))).collect();
        base64(token(&data.key, text(&pairs)))
    });
    push(&[Code::UrlEncodedValues], &|data| encoded(&base64(right(data))));
    push(&[Code::PlusBecameBlank], &|data| base64(token(&data.key, text(&sorted(data)).replace('+', " "))));
    push(&[Code::PlusBecameBlank], &|data| base64(token(&data.key, text(&sorted(data)).replace(' ', "+"))));
    push(&[Code::Latin1], &|data| {
        let text = text(&sorted(data));
        let latin: Vec<u8> =
            text.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap_or(b'?')).collect();
        base64(token(&data.key, latin))
    });
    push(&[Code::Unknown], &|data| base64(sha256(&data.nonce)));
    push(&[Code::KeyOther, Code::NotSorted], &|data| base64(token(&data.other, text(&pairs(data)))));
    push(&[Code::KeyWhitespace, Code::SignatureHex], &|data| {
        hex(token(&format!("{}\n", data.key), text(&sorted(data))))
    });
    push(&[Code::EmptyValueDropped, Code::KeyWithoutTimestamp], &|data| {
        let pairs: Vec<_> = sorted(data).into_iter().filter(|(_, value)| !value.is_empty()).collect();
        base64(hmac(&data.key, text(&pairs)))
    });

    // A blank in the token: it was decoded on the way, and a plus got lost.
    let mut lost = data();
    while !base64(right(&lost)).contains('+') {
        lost.order = lost.word(17);
    }
    let sent = base64(right(&lost)).replace('+', "%20");
    cases.push(case(&lost, &[Code::PlusBecameBlank], &sent));

    // A raw plus is a blank to one receiver and a plus to the other: both texts are right.
    for signed in ["a b", "a+b"] {
        let data = data();
        let text = format!("activity=x&name={signed}&timeStamp={STAMP}");
        let token = token(&data.key, text);
        let query = format!("name=a+b&activity=x&timeStamp={STAMP}&authToken={}", encoded(&base64(&token)));
        let request = CapturedRequest::new("GET", format!("/saasproduce?{query}"));
        cases.push(data.case(AnalysisScheme::V1, &[], token, request));
    }
    // Milliseconds instead of a date.
    let millis = data();
    let written = format!("activity=x&timeStamp={}", millis.timestamp);
    let mac = hmac(format!("{}{}", millis.key, millis.timestamp), &written);
    let request = CapturedRequest::new("GET", format!("/s?{written}&authToken={}", encoded(&base64(&mac))));
    cases.push(millis.case(AnalysisScheme::V1, &[Code::TimestampUnit], mac, request));
    // Encoded as .NET writes a form.
    let data = data();
    let lower = |value: &str| {
        let escaped = encoded(value).replace("%20", "+");
        let mut pieces = escaped.split('%');
        let first = pieces.next().unwrap().to_owned();
        pieces.fold(first, |so_far, piece| {
            let (digits, rest) = piece.split_at(2);
            format!("{so_far}%{}{rest}", digits.to_lowercase())
        })
    };
    let pairs: Vec<_> = sorted(&data).into_iter().map(|(name, value)| (name, lower(&value))).collect();
    let sent = encoded(&base64(token(&data.key, text(&pairs))));
    cases.push(case(&data, &[Code::UrlEncodedValues], &sent));
    cases
}
