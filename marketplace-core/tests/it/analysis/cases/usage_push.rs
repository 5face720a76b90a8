//! The usage push.

use marketplace_core::analysis::{AnalysisScheme, CapturedRequest, VerdictCode as Code};

use super::{Case, Data, careless};
use crate::analysis::signing::{base64, hex, hmac, sha256};

fn body(data: &Data) -> String {
    format!(r#"{{"usage_records":[{{"instance_id":"{}","usage_value":"99"}}]}}"#, data.order)
}

fn text(data: &Data, body: &str) -> String {
    format!("ts={}&nonce={}&body={body}", data.timestamp, data.nonce)
}

fn case(data: &Data, codes: &[Code], sent: &str, signature: &str) -> Case {
    let request =
        CapturedRequest::new("POST", "https://mkt.example/api/mkp-openapi-public/global/v1/isv/usage-data")
            .with_header("ts", &*data.timestamp)
            .with_header("nonce", &*data.nonce)
            .with_header("signature", signature)
            .with_body(sent.to_owned());
    data.case(AnalysisScheme::UsagePush, codes, hmac(&data.key, text(data, sent)), request)
}

pub(super) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    let mut seed = 6000;
    let mut data = || {
        seed += 1;
        Data::new(seed)
    };
    let mut push = |codes: &[Code], sign: &dyn Fn(&Data, &str) -> String| {
        let data = data();
        let sent = body(&data);
        cases.push(case(&data, codes, &sent, &sign(&data, &sent)));
    };
    push(&[], &|data, sent| base64(hmac(&data.key, text(data, sent))));
    for at in 0..8 {
        push(&[careless("k")[at].0], &|data, sent| {
            base64(hmac(&careless(&data.key)[at].1, text(data, sent)))
        });
    }
    push(&[Code::KeyOther], &|data, sent| base64(hmac(&data.other, text(data, sent))));
    push(&[Code::KeyWithTimestamp], &|data, sent| {
        base64(hmac(format!("{}{}", data.key, data.timestamp), text(data, sent)))
    });
    push(&[Code::NonceTimestampSwapped], &|data, sent| {
        base64(hmac(&data.key, format!("nonce={}&ts={}&body={sent}", data.nonce, data.timestamp)))
    });
    push(&[Code::TimestampUnit], &|data, sent| {
        base64(hmac(&data.key, text(data, sent).replace(&data.timestamp, &data.timestamp[..10])))
    });
    push(&[Code::ParameterUnsigned], &|data, sent| {
        base64(hmac(&data.key, format!("ts={}&body={sent}", data.timestamp)))
    });
    push(&[Code::HashInsteadOfHmac], &|data, sent| base64(sha256(text(data, sent))));
    push(&[Code::SignatureHex], &|data, sent| hex(hmac(&data.key, text(data, sent))));
    push(&[Code::BodyTrailingNewline], &|data, sent| {
        base64(hmac(&data.key, text(data, &format!("{sent}\n"))))
    });
    push(&[Code::BodyKeyOrder], &|data, _| {
        let signed =
            format!(r#"{{"usage_records":[{{"usage_value":"99","instance_id":"{}"}}]}}"#, data.order);
        base64(hmac(&data.key, text(data, &signed)))
    });
    push(&[Code::Unknown], &|data, _| base64(sha256(&data.nonce)));
    push(&[Code::KeyOther, Code::BodyTrailingNewline], &|data, sent| {
        base64(hmac(&data.other, text(data, &format!("{sent}\n"))))
    });

    let sorted = data();
    let sign = base64(hmac(&sorted.key, text(&sorted, r#"{"a":1,"b":2}"#)));
    cases.push(case(&sorted, &[], r#"{"b":2,"a":1}"#, &sign));
    let seconds = Data { timestamp: "1795000000".to_owned(), ..data() };
    let sign = base64(hmac(&seconds.key, text(&seconds, "{}")));
    cases.push(case(&seconds, &[Code::TimestampUnit], "{}", &sign));
    for name in ["ts", "nonce", "signature"] {
        let data = data();
        let sign = base64(hmac(&data.key, text(&data, "{}")));
        let mut missing = case(&data, &[Code::ParameterMissing], "{}", &sign);
        missing.request.as_mut().unwrap().headers.retain(|(known, _)| known != name);
        let mut twice = case(&data, &[Code::ParameterRepeated], "{}", &sign);
        twice.request = twice.request.map(|request| request.with_header(name, "1"));
        cases.extend([missing, twice]);
    }
    cases
}
