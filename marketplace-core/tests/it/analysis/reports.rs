//! What an analysis looks like.

use marketplace_core::analysis::{
    AnalysisScheme, CapturedRequest, Origin, Reveal, SuspectKey, VerdictCode, explain, explain_and_reveal,
};
use marketplace_core::signature::v2;
use marketplace_core::{AccessKey, UnixMillis};
use serde_json::Value;

use super::cases::all;
use super::vectors::SAFE_CREATIVE;

const KEY: &str = "test-access-key-0123456789abcdef";
const NOW: UnixMillis = UnixMillis(1_680_508_066_618);

fn keys() -> [SuspectKey; 1] {
    [AccessKey::named("2026", KEY).unwrap().into()]
}

/// A request whose nonce was signed otherwise.
fn request() -> CapturedRequest {
    let body = "{\"activity\":\"queryInstance\",\"instanceId\":\"1\"}";
    let query = v2::sign(&AccessKey::new(KEY).unwrap(), "other", "1680508066618", body.as_bytes());
    CapturedRequest::new("POST", format!("/saasproduce?{}", query.replace("other", "nonce1"))).with_body(body)
}

#[test]
fn json_has_exactly_its_members() {
    let json: Value = serde_json::from_str(&explain(&request(), &keys(), NOW, None).to_json()).unwrap();
    let names = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&json), ["probes", "provided", "scheme", "tokens", "verdict"]);
    assert_eq!(names(&json["verdict"]), ["action", "code", "sentence"]);
    assert_eq!(json["scheme"], "v2");
    assert_eq!(json["verdict"]["code"], "unknown");
    assert_eq!(json["provided"].as_str().unwrap().len(), 64);
    let tokens = json["tokens"].as_array().unwrap();
    assert_eq!(tokens.len(), 4);
    for (order, (token, (name, value, hexvalue))) in tokens
        .iter()
        .zip([
            ("accessKey", "***access key***", "00000000000"),
            ("nonce", "nonce1", "6e6f6e636531"),
            ("timestamp", "1680508066618", "31363830353038303636363138"),
            ("inner", "***HMAC of the body***", "00000000000"),
        ])
        .enumerate()
    {
        assert_eq!(names(token), ["hexvalue", "name", "order", "value"]);
        assert_eq!(token["order"], order);
        assert_eq!(
            (&token["name"], &token["value"], &token["hexvalue"]),
            (&name.into(), &value.into(), &hexvalue.into())
        );
    }
    let probes = json["probes"].as_array().unwrap();
    assert!(probes.iter().all(|probe| names(probe) == ["code", "matched"] && probe["matched"] == false));
    let revealed =
        explain_and_reveal(&request(), &keys(), NOW, None, Reveal::the_right_signature()).to_json();
    let revealed: Value = serde_json::from_str(&revealed).unwrap();
    assert_eq!(names(&revealed), ["probes", "provided", "right", "scheme", "tokens", "verdict"]);
}

#[test]
fn every_case_renders_to_json_and_xml_that_can_be_read() {
    for case in all() {
        let analysis = case.explain();
        let json: Value = serde_json::from_str(&analysis.to_json()).unwrap();
        assert_eq!(json["verdict"]["code"], analysis.verdict().code().slug());
        let xml = analysis.to_xml();
        assert_eq!(xml.matches("<string>").count(), analysis.tokens().len());
        let markup = xml.replace("&amp;", "").replace("&lt;", "").replace("&gt;", "").replace("&#13;", "");
        assert!(!markup.contains('&'), "{xml}");
        assert_eq!(markup.matches('<').count(), markup.matches('>').count());
        for (order, token) in analysis.tokens().iter().enumerate() {
            assert_eq!(token.order(), order);
            if token.is_masked() {
                continue;
            }
            let bytes = const_hex::decode(token.hexvalue()).unwrap();
            assert_eq!(String::from_utf8_lossy(&bytes), token.value());
        }
        if let Some(key) = analysis.tokens().first() {
            assert_eq!((key.hexvalue(), key.is_masked()), ("00000000000", true));
            assert!(matches!(key.origin(), Origin::Key(_)));
        }
    }
}

#[test]
fn the_table_is_aligned() {
    let text = explain(&request(), &keys(), NOW, None).to_terminal();
    let table: Vec<_> = text.lines().skip_while(|line| !line.starts_with("order")).collect();
    assert_eq!(table.len(), 5);
    for heading in ["name", "value", "hexvalue", "from"] {
        let column = table[0].find(heading).unwrap();
        for row in &table[1..] {
            assert!(row.as_bytes()[column] != b' ' && row.as_bytes()[column - 1] == b' ', "{text}");
        }
    }
    assert!(text.starts_with("scheme    v2\nverdict   unknown\n"), "{text}");
    assert!(text.contains("see       docs/errors.md#unknown\n"), "{text}");
    assert!(text.contains("query, `nonce`"), "{text}");
}

#[test]
fn a_terminal_is_not_taken_over() {
    let request = CapturedRequest::new(
        "GET",
        "/s?activity=%1b%5b2J\u{1b}[2J&x%0a=%e2%80%ae1&timeStamp=20261118082640123&authToken=\u{7}\u{1b}]0;x",
    );
    let text = explain(&request, &keys(), NOW, Some(AnalysisScheme::V1)).to_terminal();
    assert!(text.chars().all(|letter| letter == '\n' || !letter.is_control()), "{text:?}");
    assert!(!text.contains('\u{202e}'), "{text:?}");
}

/// The vendor's page "Troubleshooting": 17 tokens, the key as eleven zeros.
#[test]
fn the_vendors_sample_has_the_tokens_of_the_vendors_report() {
    let vectors: Value = serde_json::from_str(SAFE_CREATIVE).unwrap();
    let report = &vectors["report"];
    let request = CapturedRequest::new("GET", report["url"].as_str().unwrap());
    let key = AccessKey::named("application", "the vendor did not publish it").unwrap();
    let analysis = explain(&request, &[key.into()], UnixMillis(1_271_749_865_500), None);
    assert_eq!(analysis.scheme(), Some(AnalysisScheme::SafeCreative));
    assert_eq!(analysis.verdict().code(), VerdictCode::Unknown);
    assert_eq!(analysis.provided(), Some("d8c2083da26b9b6bc1fb391cc7889fa739165adf"));
    assert_eq!(analysis.tokens().len() as u64, report["tokens"].as_u64().unwrap());
    let values: Vec<_> =
        analysis.tokens().iter().skip(1).map(|token| (token.value(), token.hexvalue())).collect();
    assert_eq!(
        values,
        [
            ("&", "26"),
            ("authkey", "617574686b6579"),
            ("=", "3d"),
            ("1i5g2aaf2bz09lyo867cuimqg", "316935673261616632627a30396c796f3836376375696d7167"),
            ("&", "26"),
            ("component", "636f6d706f6e656e74"),
            ("=", "3d"),
            ("authkey.state", "617574686b65792e7374617465"),
            ("&", "26"),
            ("sharedkey", "7368617265646b6579"),
            ("=", "3d"),
            ("zy9x4ol0ctg3btyswq7b5wi9", "7a793978346f6c3063746733627479737771376235776939"),
            ("&", "26"),
            ("ztime", "7a74696d65"),
            ("=", "3d"),
            ("1271749865420", "31323731373439383635343230"),
        ]
    );
    let key = &analysis.tokens()[0];
    assert_eq!((key.order(), key.hexvalue()), (0, report["masked"].as_str().unwrap()));
    assert_eq!(
        analysis.to_xml(),
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
<signatureanalisys>
  <requestCharacterEncoding>UTF-8</requestCharacterEncoding>
  <signatureWanted>**********</signatureWanted>
  <signatureProvided>d8c2083da26b9b6bc1fb391cc7889fa739165adf</signatureProvided>
  <tokens>
    <string>order=0 value=[***private key***] hexvalue=00000000000</string>
    <string>order=1 value=[&amp;] hexvalue=26</string>
    <string>order=2 value=[authkey] hexvalue=617574686b6579</string>
    <string>order=3 value=[=] hexvalue=3d</string>
    <string>order=4 value=[1i5g2aaf2bz09lyo867cuimqg] hexvalue=316935673261616632627a30396c796f3836376375696d7167</string>
    <string>order=5 value=[&amp;] hexvalue=26</string>
    <string>order=6 value=[component] hexvalue=636f6d706f6e656e74</string>
    <string>order=7 value=[=] hexvalue=3d</string>
    <string>order=8 value=[authkey.state] hexvalue=617574686b65792e7374617465</string>
    <string>order=9 value=[&amp;] hexvalue=26</string>
    <string>order=10 value=[sharedkey] hexvalue=7368617265646b6579</string>
    <string>order=11 value=[=] hexvalue=3d</string>
    <string>order=12 value=[zy9x4ol0ctg3btyswq7b5wi9] hexvalue=7a793978346f6c3063746733627479737771376235776939</string>
    <string>order=13 value=[&amp;] hexvalue=26</string>
    <string>order=14 value=[ztime] hexvalue=7a74696d65</string>
    <string>order=15 value=[=] hexvalue=3d</string>
    <string>order=16 value=[1271749865420] hexvalue=31323731373439383635343230</string>
  </tokens>
</signatureanalisys>
"
    );
}
