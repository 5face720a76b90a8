//! What an answer shows.

use std::time::Duration;

use marketplace_core::AccessKey;
use marketplace_core::signature::BodySign;

use super::Examination;
use super::examination::shown;
use super::exchange::Answer;
use super::finding::{Finding, FindingCode, PROXIES};
use super::proxy::{Between, outermost};

pub(super) fn judge(answer: &Answer, limit: Duration, examination: &mut Examination) {
    let proxy = outermost(answer);
    let recipe = proxy.map_or(PROXIES, Between::recipe);
    let keeps_connection = examination.keeps_connection;
    let mut find =
        |code, sentence: String, recipe| examination.findings.push(Finding::new(code, sentence, recipe));
    if (300..400).contains(&answer.status) {
        let to = answer
            .values("location")
            .next()
            .map_or_else(|| "nowhere".to_owned(), |to| format!("to {}", shown(to)));
        let sentence =
            format!("The answer sends the caller {to}: register the address that answers by itself");
        find(FindingCode::Redirect, sentence, recipe);
    } else {
        if answer.status != 200 {
            let status = answer.status;
            let sentence = format!(
                "The status is {status} and not 200: is it the right path, and did the seller answer?"
            );
            find(FindingCode::HttpStatus, sentence, recipe);
        }
        if let Some((code, sentence)) = body_sign(answer, proxy) {
            find(
                code,
                sentence,
                if code == FindingCode::BodySignForm { "docs/errors.md#body-sign-form" } else { recipe },
            );
        }
        let content = answer.values("content-type").next().unwrap_or("none");
        if !content.trim().to_ascii_lowercase().starts_with("application/json") {
            let sentence = format!("The content type is {} and not application/json", shown(content));
            find(FindingCode::ContentType, sentence, "docs/errors.md#content-type");
        }
    }
    if let Some(encoding) = answer.values("content-encoding").find(|encoding| *encoding != "identity") {
        let sentence =
            format!("The answer was compressed ({}) after it was signed: switch that off", shown(encoding));
        find(FindingCode::ContentEncoding, sentence, recipe);
    }
    if answer.took > limit {
        let sentence =
            format!("The answer took {:.1} s; KooGallery asks for less than 5 s", answer.took.as_secs_f32());
        find(FindingCode::SlowAnswer, sentence, "docs/errors.md#slow-answer");
    }
    if !keeps_connection {
        find(FindingCode::NoKeepAlive, "Every call makes a new connection".to_owned(), recipe);
    }
    if !examination.is_https {
        let sentence = "KooGallery calls https only: this is for a look from the same machine";
        examination.findings.push(Finding::new(
            FindingCode::PlainHttp,
            sentence,
            "docs/operations.md#going-live",
        ));
    }
}

fn body_sign(answer: &Answer, proxy: Option<Between>) -> Option<(FindingCode, String)> {
    let mut signs = answer.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case(BodySign::NAME));
    let Some((name, value)) = signs.next() else {
        let sentence = "There is no `Body-Sign`, which refusals have too: a proxy answered, or the path is not the seller's";
        return Some((FindingCode::BodySignMissing, sentence.to_owned()));
    };
    if name != BodySign::NAME {
        let who = match proxy {
            Some(Between::HaProxy) => "HAProxy writes names so unless it is told which to change",
            Some(Between::Envoy) => "Envoy writes names so unless it is told otherwise",
            _ => "some proxies write names so, HAProxy and Envoy among them, and so do many servers",
        };
        let sentence =
            format!("The header is spelled `{}`, and KooGallery looks for `Body-Sign`: {who}", shown(name));
        return Some((FindingCode::BodySignSpelling, sentence));
    }
    if signs.next().is_some() {
        return Some((FindingCode::BodySignForm, "`Body-Sign` is there twice".to_owned()));
    }
    if !has_form(value) {
        let sentence = "`Body-Sign` is not sign_type=\"HMAC-SHA256\", signature=\"<44 letters of base64>\"";
        return Some((FindingCode::BodySignForm, sentence.to_owned()));
    }
    None
}

/// Whether a value can be read does not depend on the key.
fn has_form(value: &str) -> bool {
    AccessKey::new("any").is_ok_and(|key| BodySign::verify(&key, b"", value).is_ok())
}
