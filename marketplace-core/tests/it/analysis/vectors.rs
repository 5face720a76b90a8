//! What others computed is found valid.

use marketplace_core::analysis::{
    AnalysisScheme, CapturedRequest, CapturedResponse, SuspectKey, VerdictCode, explain,
};
use marketplace_core::{AccessKey, MarketTime, UnixMillis};
use serde_json::Value;

/// Computed with Python from the vendor's rule, and the vendor's own sample request; the file says so itself.
pub(super) const SAFE_CREATIVE: &str = include_str!("../../data/safe-creative.json");
/// From the vendor's documentation, its SDK for Go, and a client; the file says so itself.
const SDK_HMAC: &str = include_str!("../../data/sdk-hmac.json");
const V2: &str = include_str!("../../data/v2.json");

fn text<'v>(row: &'v Value, name: &str) -> &'v str {
    row[name].as_str().unwrap_or_else(|| panic!("no {name} in {row}"))
}

fn rows(file: &str, name: &str) -> Vec<Value> {
    serde_json::from_str::<Value>(file).unwrap()[name].as_array().unwrap().clone()
}

fn key(text: &str) -> [SuspectKey; 1] {
    [AccessKey::new(text).unwrap().into()]
}

#[test]
fn gateway_signatures_are_valid() {
    let rows = rows(SDK_HMAC, "vectors");
    for row in &rows {
        let headers: Vec<_> = row["headers"].as_object().unwrap().iter().collect();
        let list: Vec<_> = headers.iter().map(|(name, _)| name.as_str()).collect();
        let authorization = format!(
            "SDK-HMAC-SHA256 Access={}, SignedHeaders={}, Signature={}",
            text(row, "ak"),
            list.join(";"),
            text(row, "signature")
        );
        let mut request = CapturedRequest::new(text(row, "method"), text(row, "url"))
            .with_header("Authorization", authorization)
            .with_body(text(row, "body").to_owned());
        for (name, value) in headers {
            request = request.with_header(name, value.as_str().unwrap());
        }
        let date: String = row["headers"]["x-sdk-date"].as_str().unwrap().replace(['T', 'Z'], "");
        let now = UnixMillis(u64::try_from(date.parse::<MarketTime>().unwrap().unix_millis()).unwrap());
        let keys =
            [SuspectKey::from(AccessKey::new(text(row, "sk")).unwrap()).identified_by(text(row, "ak"))];
        let analysis = explain(&request, &keys, now, None);
        assert_eq!(analysis.scheme(), Some(AnalysisScheme::SdkHmac));
        assert_eq!(analysis.verdict().code(), VerdictCode::Valid, "{row}");
        if let Some(hash) = row["canonicalHash"].as_str() {
            let token = analysis.tokens().iter().find(|token| token.name() == "canonical request").unwrap();
            assert_eq!(token.value(), hash);
        }
        // The tokens are the text: what follows the hash is what was hashed.
        let below = analysis.tokens().iter().skip_while(|token| token.name() != "method");
        let below: String = below.map(|token| token.value()).collect();
        let hash = super::signing::hex(super::signing::sha256(below));
        assert!(analysis.tokens().iter().any(|token| token.value() == hash));
    }
    assert_eq!(rows.len(), 4);
}

#[test]
fn usage_pushes_are_valid() {
    for row in rows(SDK_HMAC, "usagePush") {
        let request = CapturedRequest::new(
            "POST",
            "https://mkt.myhuaweicloud.com/api/mkp-openapi-public/global/v1/isv/usage-data",
        )
        .with_header("ts", text(&row, "ts"))
        .with_header("nonce", text(&row, "nonce"))
        .with_header("signature", text(&row, "signature"))
        .with_body(text(&row, "body").to_owned());
        let analysis = explain(&request, &key(text(&row, "key")), UnixMillis(0), None);
        assert_eq!(analysis.scheme(), Some(AnalysisScheme::UsagePush));
        assert_eq!(analysis.verdict().code(), VerdictCode::Valid);
    }
}

#[test]
fn safe_creative_signatures_are_right() {
    let rows = rows(SAFE_CREATIVE, "request");
    for row in &rows {
        let pairs = row["parameters"].as_object().unwrap();
        let query: Vec<_> =
            pairs.iter().map(|(name, value)| format!("{name}={}", value.as_str().unwrap())).collect();
        let target = format!(
            "https://arena.safecreative.org/v2/?{}&signature={}",
            query.join("&"),
            text(row, "signature")
        );
        let ztime = row["parameters"]["ztime"].as_str().unwrap_or("0");
        let now = UnixMillis(ztime.parse().unwrap());
        let analysis =
            explain(&CapturedRequest::new("GET", target), &key(text(row, "privateKey")), now, None);
        assert_eq!(analysis.verdict().code(), VerdictCode::Valid, "{row}");
        assert_eq!(analysis.tokens().len(), 1 + 4 * pairs.len());
    }
    assert_eq!(rows.len(), 5);
}

#[test]
fn calls_and_answers_of_v2_and_the_kit_v2_are_valid() {
    for row in rows(V2, "request") {
        let target = format!(
            "/saasproduce?signature={}&timestamp={}&nonce={}",
            text(&row, "signature"),
            text(&row, "timestamp"),
            text(&row, "nonce")
        );
        let request = CapturedRequest::new("POST", target).with_body(text(&row, "body").to_owned());
        let now = UnixMillis(text(&row, "timestamp").parse().unwrap());
        let analysis = explain(&request, &key(text(&row, "accessKey")), now, None);
        assert_eq!(analysis.verdict().code(), VerdictCode::Valid);
        assert_eq!(analysis.candidates(), 1);
    }
    for row in rows(V2, "kitV2") {
        let request = CapturedRequest::new("POST", "/x/produceAPI/v2/tenantSync")
            .with_header("x-sign", text(&row, "xSign"))
            .with_header("x-timestamp", text(&row, "timestamp"))
            .with_header("x-nonce", text(&row, "nonce"))
            .with_body(text(&row, "body").to_owned());
        let now = UnixMillis(text(&row, "timestamp").parse().unwrap());
        let analysis = explain(&request, &key(text(&row, "accessKey")), now, None);
        assert_eq!(analysis.verdict().code(), VerdictCode::Valid);
    }
    for row in rows(V2, "bodySign") {
        let response = CapturedResponse::new(200, text(&row, "body").to_owned())
            .with_header("Body-Sign", text(&row, "header"));
        let analysis = explain(&response, &key(text(&row, "accessKey")), UnixMillis(0), None);
        assert_eq!(analysis.verdict().code(), VerdictCode::Valid);
    }
}
