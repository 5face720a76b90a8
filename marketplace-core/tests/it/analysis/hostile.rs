//! Nothing that was captured makes an analysis fail, panic or go on for ever.

use marketplace_core::analysis::{
    Analysis, AnalysisScheme, CapturedRequest, CapturedResponse, Subject, SuspectKey, VerdictCode, explain,
};
use marketplace_core::{AccessKey, UnixMillis};

use super::cases::{Case, NOW, all};
use crate::random::Random;

const CANDIDATES: usize = 20_000;

fn keys(count: usize) -> Vec<SuspectKey> {
    let key = |at: usize| AccessKey::named(format!("key {at}"), format!("key-number-{at}-of-many")).unwrap();
    (0..count).map(|at| key(at).into()).collect()
}

fn check(analysis: &Analysis) {
    assert!(analysis.candidates() <= CANDIDATES);
    assert_ne!(analysis.to_terminal(), "");
    assert!(analysis.to_xml().contains("signatureanalisys"));
    serde_json::from_str::<serde_json::Value>(&analysis.to_json()).unwrap();
}

fn text(random: &mut Random, longest: usize) -> String {
    let alphabet = "aZ09=&?%+#/.;:,\"'{}[]\\ \n\r\t\0é实\u{feff}\u{1b}\u{202e}😀";
    let length = random.below(longest);
    random.text(alphabet, length)
}

#[test]
fn random_messages_are_explained() {
    let mut random = Random::seeded(0xa11);
    let names = [
        "authToken",
        "x-sign",
        "X-Timestamp",
        "x-nonce",
        "ts",
        "nonce",
        "signature",
        "Authorization",
        "x-sdk-date",
        "Body-Sign",
        "body-sign",
        "Content-Type",
        "host",
        "x-sdk-content-sha256",
    ];
    for round in 0..600 {
        let target = match random.below(3) {
            0 => text(&mut random, 80),
            1 => format!(
                "/s?signature={}&timestamp={}&nonce={}",
                text(&mut random, 70),
                text(&mut random, 16),
                text(&mut random, 9)
            ),
            _ => format!(
                "/s?authToken={}&timeStamp={}&{}&signature={}",
                text(&mut random, 50),
                text(&mut random, 20),
                text(&mut random, 40),
                text(&mut random, 50)
            ),
        };
        let mut request = CapturedRequest::new(text(&mut random, 6), target);
        let mut response = CapturedResponse::new(200, text(&mut random, 40));
        for _ in 0..random.below(6) {
            let (name, value) = (random.one_of(&names), text(&mut random, 60));
            let value = match random.below(4) {
                0 => format!("SDK-HMAC-SHA256 Access={value}, SignedHeaders={value};host, Signature={value}"),
                1 => format!("sign_type=\"HMAC-SHA256\", signature=\"{value}\""),
                _ => value,
            };
            request.headers.push((name.to_owned(), value.clone()));
            response.headers.push((name.to_owned(), value));
        }
        let length = random.below(120);
        request.body = match random.below(3) {
            0 => random.bytes(length).into(),
            1 => text(&mut random, 120).into(),
            _ => format!("{{\"timeStamp\":\"{}\",\"a\":[1,{{\"b\":null}}]}}", random.below(99)).into(),
        };
        let scheme = AnalysisScheme::ALL.get(round % 9).copied();
        let now = UnixMillis(random.number());
        check(&explain(&request, &keys(2), now, scheme));
        check(&explain(Subject::Response(&response, Some(&request)), &keys(2), now, scheme));
    }
}

/// Each byte of what was right before may be another.
#[test]
fn mutated_messages_are_explained() {
    let mut random = Random::seeded(0xa12);
    for mut case in all() {
        let mutate = |random: &mut Random, text: &str| {
            let mut bytes = text.as_bytes().to_vec();
            for _ in 0..=random.below(3) {
                let at = random.below(bytes.len() + 1);
                match random.below(3) {
                    0 => bytes.truncate(at),
                    1 => bytes.insert(at, random.byte()),
                    _ if at < bytes.len() => bytes[at] = random.byte(),
                    _ => {}
                }
            }
            bytes
        };
        let Case { request, response, .. } = &mut case;
        if let Some(request) = request {
            request.target = String::from_utf8_lossy(&mutate(&mut random, &request.target)).into_owned();
            request.body = mutate(&mut random, &String::from_utf8_lossy(&request.body)).into();
            for (_, value) in &mut request.headers {
                if random.once_in(3) {
                    *value = String::from_utf8_lossy(&mutate(&mut random, value)).into_owned();
                }
            }
        }
        if let Some(response) = response {
            response.body = mutate(&mut random, &String::from_utf8_lossy(&response.body)).into();
        }
        check(&case.explain());
    }
}

fn v2(body: impl Into<bytes::Bytes>) -> CapturedRequest {
    let target = format!("/s?signature={}&timestamp={NOW}&nonce=n", "0".repeat(64));
    CapturedRequest::new("POST", target).with_body(body)
}

#[test]
fn large_messages_are_cut_short_or_left_alone() {
    let now = UnixMillis(NOW);
    let members: Vec<_> = (0..20_000).map(|at| format!("\"member{at}\":\"实/<\"")).collect();
    let large = format!("{{{}}}", members.join(","));
    for body in [
        large.clone(),
        large.repeat(2),
        "[".repeat(200_000),
        "[".repeat(60) + &"]".repeat(60),
        "\n".repeat(1024 * 1024),
    ] {
        let request = v2(body);
        let analysis = explain(&request, &keys(40), now, None);
        check(&analysis);
        assert_eq!(analysis.verdict().code(), VerdictCode::Unknown);
    }
    let too_large = explain(&v2(vec![b' '; 1024 * 1024 + 1]), &keys(1), now, None);
    assert_eq!((too_large.verdict().code(), too_large.candidates()), (VerdictCode::Unknown, 0));

    let parameters = |count: usize| (0..count).map(|at| format!("p{at}=%2B+&")).collect::<String>();
    for (count, is_analysed) in [(250, true), (300, false)] {
        let target = format!("/s?{}timeStamp={NOW}&authToken={}", parameters(count), "A".repeat(43) + "=");
        let analysis = explain(&CapturedRequest::new("GET", target), &keys(40), now, None);
        check(&analysis);
        assert_eq!(analysis.verdict().codes().last(), Some(&VerdictCode::Unknown));
        assert_eq!(analysis.candidates() > 0, is_analysed);
    }
    let long = CapturedRequest::new("GET", "/?".to_owned() + &"x".repeat(64 * 1024));
    assert_eq!(explain(&long, &keys(1), now, Some(AnalysisScheme::V1)).candidates(), 0);
}

#[test]
fn nothing_to_go_by_is_said() {
    let now = UnixMillis(NOW);
    let sentence = |analysis: Analysis| {
        assert_eq!(analysis.verdict().code(), VerdictCode::Unknown);
        analysis.verdict().sentence().to_owned()
    };
    assert!(sentence(explain(&v2("{}"), &[], now, None)).contains("no key"));
    let request = CapturedRequest::new("DELETE", "/");
    assert!(sentence(explain(&request, &keys(1), now, None)).contains("which scheme"));
    let response = CapturedResponse::new(200, "{}");
    assert!(sentence(explain(&response, &keys(1), now, Some(AnalysisScheme::V2))).contains("signs requests"));
    assert!(sentence(explain(&request, &keys(1), now, Some(AnalysisScheme::BodySign))).contains("answer"));
}
