//! `Body-Sign`.

use marketplace_core::analysis::{AnalysisScheme, CapturedRequest, CapturedResponse, VerdictCode as Code};

use super::{Case, Data, NOW, careless};
use crate::analysis::signing::{base64, hex, hmac, sha256};

const STAMP: &str = "20261118082640123";

fn body(data: &Data) -> String {
    format!(r#"{{"resultCode":"000000","resultMsg":"é/实","instanceId":"{}"}}"#, data.order)
}

fn case(data: &Data, codes: &[Code], sent: &str, header: Option<(&str, String)>) -> Case {
    let mut response =
        CapturedResponse::new(200, sent.to_owned()).with_header("Content-Type", "application/json");
    if let Some((name, value)) = header {
        response = response.with_header(name, value);
    }
    Case {
        codes: codes.to_vec(),
        scheme: AnalysisScheme::BodySign,
        request: Some(CapturedRequest::new(
            "GET",
            format!("/saasproduce?activity=x&timeStamp={STAMP}&authToken=x"),
        )),
        response: Some(response),
        keys: data.keys(),
        texts_of_keys: vec![data.key.clone(), data.other.clone()],
        right: hmac(&data.key, sent),
        now: NOW,
    }
}

fn quoted(signature: &str) -> String {
    format!("sign_type=\"HMAC-SHA256\", signature=\"{signature}\"")
}

pub(super) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    let mut seed = 5000;
    let mut data = || {
        seed += 1;
        Data::new(seed)
    };
    let mut push = |codes: &[Code], name: &str, value: &dyn Fn(&Data, &str) -> String| {
        let data = data();
        let sent = body(&data);
        cases.push(case(&data, codes, &sent, Some((name, value(&data, &sent)))));
    };
    let name = "Body-Sign";
    let right = |data: &Data, sent: &str| base64(hmac(&data.key, sent));
    push(&[], name, &|data, sent| quoted(&right(data, sent)));
    push(&[], name, &|data, sent| quoted(&right(data, sent)).replace("signature=", "signature= "));
    push(&[Code::HeaderCase], "body-sign", &|data, sent| quoted(&right(data, sent)));
    push(&[Code::HeaderCase], "Body-sign", &|data, sent| quoted(&right(data, sent)));
    push(&[Code::HeaderForm], name, &|data, sent| quoted(&right(data, sent)).replace('"', ""));
    push(&[Code::HeaderForm], name, &|data, sent| right(data, sent));
    push(&[Code::HeaderForm], name, &|data, sent| {
        format!("signature=\"{}\", sign_type=\"HMAC-SHA256\"", right(data, sent))
    });
    push(&[Code::HeaderForm], name, &|_, _| "sign_type=\"HMAC-SHA256\"".to_owned());
    push(&[Code::SignatureHex], name, &|data, sent| quoted(&hex(hmac(&data.key, sent))));
    push(&[Code::SignatureHex], name, &|data, sent| quoted(&base64(hex(hmac(&data.key, sent)))));
    for at in 0..8 {
        let code = careless("k")[at].0;
        push(&[code], name, &|data, sent| quoted(&base64(hmac(&careless(&data.key)[at].1, sent))));
    }
    push(&[Code::KeyOther], name, &|data, sent| quoted(&base64(hmac(&data.other, sent))));
    push(&[Code::KeyWithTimestamp], name, &|data, sent| {
        quoted(&base64(hmac(format!("{}{STAMP}", data.key), sent)))
    });
    push(&[Code::HashInsteadOfHmac], name, &|data, sent| {
        quoted(&base64(sha256(format!("{}{sent}", data.key))))
    });
    let signed = |data: &Data, text: &str| quoted(&base64(hmac(&data.key, text)));
    push(&[Code::BodyTrailingNewline], name, &|data, sent| signed(data, &format!("{sent}\n")));
    push(&[Code::BodyWhitespace], name, &|data, sent| {
        signed(data, &sent.replace(":\"", ": \"").replace(",\"", ", \""))
    });
    push(&[Code::BodyEscapedSlash], name, &|data, sent| signed(data, &sent.replace('/', "\\/")));
    push(&[Code::BodyEscapedUnicode], name, &|data, sent| {
        signed(data, &sent.replace('é', "\\u00E9").replace('实', "\\u5B9E"))
    });
    push(&[Code::BodyBom], name, &|data, sent| signed(data, &format!("\u{feff}{sent}")));
    push(&[Code::BodyEmpty], name, &|data, _| signed(data, ""));
    push(&[Code::BodyKeyOrder], name, &|data, _| {
        signed(
            data,
            &format!(r#"{{"instanceId":"{}","resultCode":"000000","resultMsg":"é/实"}}"#, data.order),
        )
    });
    push(&[Code::Unknown], name, &|data, _| quoted(&base64(sha256(&data.nonce))));
    push(&[Code::KeyWhitespace, Code::BodyTrailingNewline], name, &|data, sent| {
        quoted(&base64(hmac(format!("{}\n", data.key), format!("{sent}\n"))))
    });
    push(&[Code::KeyOther, Code::SignatureHex], name, &|data, sent| quoted(&hex(hmac(&data.other, sent))));
    push(&[Code::BodyEmpty, Code::SignatureHex], name, &|data, _| quoted(&hex(hmac(&data.key, ""))));
    push(&[Code::BodyEmpty, Code::KeyWithTimestamp], name, &|data, _| {
        quoted(&base64(hmac(format!("{}{STAMP}", data.key), "")))
    });
    // Wrong on the outside and on the inside.
    push(&[Code::HeaderCase, Code::HeaderForm, Code::KeyOther], "body-sign", &|data, sent| {
        base64(hmac(&data.other, sent))
    });

    let data = data();
    cases.push(case(&data, &[Code::ParameterMissing], "{}", None));
    let mut twice = case(&data, &[Code::ParameterRepeated], "{}", Some((name, signed(&data, "{}"))));
    twice.response = twice.response.map(|response| response.with_header("body-sign", "x"));
    cases.push(twice);
    cases
}
