//! `SDK-HMAC-SHA256`.

use marketplace_core::AccessKey;
use marketplace_core::analysis::{AnalysisScheme, CapturedRequest, SuspectKey, VerdictCode as Code};

use super::{Case, Data, careless};
use crate::analysis::signing::{base64, hex, hmac, sha256};

/// [`NOW`](super::NOW), to the second.
const DATE: &str = "20261118T110640Z";
const QUERY: &str = "orderId=a%20b%2A~&orderLineId=&Zone=7";
const SORTED: &str = "Zone=7&orderId=a%20b%2A~&orderLineId=";
const LIST: &str = "content-type;host;x-sdk-date";

/// The parts of a canonical request.
#[derive(Clone)]
struct Parts {
    query: String,
    headers: String,
    list: String,
    payload: String,
    date: String,
}

fn parts(body: &str) -> Parts {
    Parts {
        query: SORTED.to_owned(),
        headers: format!("content-type:application/json\nhost:mkt.example\nx-sdk-date:{DATE}\n"),
        list: LIST.to_owned(),
        payload: hex(sha256(body)),
        date: DATE.to_owned(),
    }
}

fn request_text(parts: &Parts) -> String {
    format!("POST\n/v1/order%20x/\n{}\n{}\n{}\n{}", parts.query, parts.headers, parts.list, parts.payload)
}

fn string_to_sign(parts: &Parts) -> String {
    format!("SDK-HMAC-SHA256\n{}\n{}", parts.date, hex(sha256(request_text(parts))))
}

fn case(data: &Data, codes: &[Code], body: &str, signature: &str) -> Case {
    let id = format!("AK{}", data.order);
    let authorization = format!("SDK-HMAC-SHA256 Access={id}, SignedHeaders={LIST}, Signature={signature}");
    let request = CapturedRequest::new("post", format!("https://mkt.example/v1/order%20x?{QUERY}"))
        .with_header("X-Sdk-Date", DATE)
        .with_header("Content-Type", " application/json ")
        .with_header("Authorization", authorization)
        .with_body(body.to_owned());
    let right = hmac(&data.key, string_to_sign(&parts(body)));
    let mut case = data.case(AnalysisScheme::SdkHmac, codes, right, request);
    let named = |name: &str, text: &str| SuspectKey::from(AccessKey::named(name, text).unwrap());
    case.keys = vec![named("first pair", &data.key).identified_by(id), named("second pair", &data.other)];
    case
}

pub(super) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    let mut seed = 7000;
    let mut data = || {
        seed += 1;
        Data::new(seed)
    };
    let body = r#"{"usage":"1/2","name":"é"}"#;
    let mut push = |codes: &[Code], sign: &dyn Fn(&Data, Parts) -> String| {
        let data = data();
        let sign = sign(&data, parts(body));
        cases.push(case(&data, codes, body, &sign));
    };
    let mac = |data: &Data, parts: &Parts| hex(hmac(&data.key, string_to_sign(parts)));
    push(&[], &|data, parts| mac(data, &parts));
    for at in 0..8 {
        let code = careless("k")[at].0;
        push(&[code], &|data, parts| hex(hmac(&careless(&data.key)[at].1, string_to_sign(&parts))));
    }
    push(&[Code::KeyOther], &|data, parts| hex(hmac(&data.other, string_to_sign(&parts))));
    for query in ["Zone=7&orderId=a+b*%7E&orderLineId=", "Zone=7&orderId=a b*~&orderLineId="] {
        push(&[Code::QueryFormEncoded], &|data, parts| {
            mac(data, &Parts { query: query.to_owned(), ..parts })
        });
    }
    for (code, query) in [
        (Code::NotSorted, QUERY),
        (Code::EmptyValueDropped, "Zone=7&orderId=a%20b%2A~"),
        (Code::ParameterUnsigned, "orderId=a%20b%2A~&orderLineId="),
        (Code::UrlEncodedValues, "Zone=7&orderId=a%2520b%252A~&orderLineId="),
    ] {
        push(&[code], &|data, parts| mac(data, &Parts { query: query.to_owned(), ..parts }));
    }
    push(&[Code::HeaderCase], &|data, parts| {
        let headers =
            parts.headers.replace("content-type", "Content-Type").replace("x-sdk-date", "X-Sdk-Date");
        let headers = headers.replace("host", "Host");
        mac(data, &Parts { headers, ..parts })
    });
    push(&[Code::ParameterUnsigned], &|data, parts| {
        let headers = parts.headers.replace("content-type:application/json\n", "");
        mac(data, &Parts { headers, list: "host;x-sdk-date".to_owned(), ..parts })
    });
    push(&[Code::InnerUpperCase], &|data, parts| {
        mac(data, &Parts { payload: parts.payload.to_uppercase(), ..parts })
    });
    push(&[Code::InnerUpperCase], &|data, parts| {
        let hash = hex(sha256(request_text(&parts))).to_uppercase();
        hex(hmac(&data.key, format!("SDK-HMAC-SHA256\n{DATE}\n{hash}")))
    });
    push(&[Code::InnerMissing], &|data, parts| mac(data, &Parts { payload: body.to_owned(), ..parts }));
    push(&[Code::HashInsteadOfHmac], &|data, parts| {
        hex(sha256([data.key.clone(), string_to_sign(&parts)].concat()))
    });
    push(&[Code::SignatureBase64], &|data, parts| base64(hmac(&data.key, string_to_sign(&parts))));
    push(&[Code::SignatureHex], &|data, parts| mac(data, &parts).to_uppercase());
    for (code, signed) in [
        (Code::BodyEmpty, String::new()),
        (Code::BodyTrailingNewline, format!("{body}\n")),
        (Code::BodyEscapedSlash, body.replace('/', "\\/")),
        (Code::BodyEscapedUnicode, body.replace('é', "\\u00e9")),
        (Code::BodyKeyOrder, r#"{"name":"é","usage":"1/2"}"#.to_owned()),
    ] {
        push(&[code], &|data, parts| mac(data, &Parts { payload: hex(sha256(&signed)), ..parts }));
    }
    push(&[Code::Unknown], &|data, _| hex(sha256(&data.nonce)));
    push(&[Code::KeyWhitespace, Code::NotSorted], &|data, parts| {
        hex(hmac(format!("{}\n", data.key), string_to_sign(&Parts { query: QUERY.to_owned(), ..parts })))
    });
    push(&[Code::QueryFormEncoded, Code::BodyTrailingNewline], &|data, parts| {
        let query = "Zone=7&orderId=a+b*%7E&orderLineId=".to_owned();
        mac(data, &Parts { query, payload: hex(sha256(format!("{body}\n"))), ..parts })
    });
    cases.extend(of_the_headers(&mut data));
    cases
}

fn of_the_headers(data: &mut impl FnMut() -> Data) -> Vec<Case> {
    let mut cases = Vec::new();
    let mut changed = |code, change: &dyn Fn(&str, &str) -> Option<String>| {
        let data = data();
        let sign = hex(hmac(&data.key, string_to_sign(&parts("{}"))));
        let mut case = case(&data, &[code], "{}", &sign);
        let headers = &mut case.request.as_mut().unwrap().headers;
        *headers = std::mem::take(headers)
            .into_iter()
            .filter_map(|(name, value)| change(&name, &value).map(|value| (name, value)))
            .collect();
        cases.push(case);
    };
    let only = |wanted: &'static str, to: &'static dyn Fn(&str) -> Option<String>| {
        move |name: &str, value: &str| if name == wanted { to(value) } else { Some(value.to_owned()) }
    };
    changed(Code::HeaderForm, &only("Authorization", &|value| Some(value.replace(", ", ","))));
    changed(Code::HeaderForm, &only("Authorization", &|value| Some(value.replace("Signature", "Sign"))));
    changed(
        Code::HeaderCase,
        &only("Authorization", &|value| Some(value.replace("x-sdk-date", "X-Sdk-Date"))),
    );
    changed(
        Code::TokenIncluded,
        &only("Authorization", &|value| Some(value.replace("=content", "=authorization;content"))),
    );
    changed(Code::ParameterMissing, &only("Authorization", &|_| None));
    changed(Code::ParameterMissing, &only("X-Sdk-Date", &|_| None));
    changed(Code::ParameterMissing, &only("Content-Type", &|_| None));

    for (date, code) in [
        ("20261118T105139Z", Code::StaleTimestamp),
        ("20261118T112141Z", Code::FutureTimestamp),
        ("1795000000", Code::TimestampUnit),
    ] {
        let data = data();
        let parts = parts("{}");
        let headers = parts.headers.replace(DATE, date);
        let text = string_to_sign(&Parts { headers, date: date.to_owned(), ..parts });
        let sign = hmac(&data.key, text);
        let mut case = case(&data, &[code], "{}", &hex(&sign));
        case.right = sign;
        case.request.as_mut().unwrap().headers[0].1 = date.to_owned();
        cases.push(case);
    }
    // The id of another pair, whose secret is not known.
    let data = data();
    let sign = hex(hmac(&data.key, string_to_sign(&parts("{}"))));
    let mut other = case(&data, &[Code::KeyOther], "{}", &sign);
    other.keys[0] = other.keys[0].clone().identified_by("AKnother");
    cases.push(other);
    cases
}
