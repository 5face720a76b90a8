//! `sign`, and that `explain` agrees with it.

use marketplace_debugger::curl;

use crate::program::{KEY, Run, file};

const BODY: &str = r#"{"activity":"newInstance","businessId":"87b94795-0603-4e24-8ae5-69420d60e3c8","orderId":"CS2211181819B4LVS","orderLineId":"CS2211181819B4LVS-000001","testFlag":"1"}"#;
const KIT: &str =
    r#"{"flag":1,"instanceId":"","name":"实 例+1","orderId":null,"tenantId":"t1","testFlag":1}"#;
const URL: &str = "https://shop.example/saasproduce";

/// All the keys, each for its scheme.
fn keyed(arguments: &[&str]) -> Run {
    Run::keyed(arguments)
        .with("KOOGALLERY_KIT_KEY", "kit-key-0123456789abcdef")
        .with("KOOGALLERY_AK", "QTWAOYTTINDUT2QVKYUC")
        .with("KOOGALLERY_SK", "MFyfvK41ba2giqM7Uio6PznpdUKGpownRZlmVmHc")
        .with("SAFE_CREATIVE_PRIVATE_KEY", "app-private-key-0001")
        .with("SAFE_CREATIVE_AUTHKEY_PRIVATE_KEY", "user-private-key-0002")
}

#[test]
fn what_is_signed_is_valid() {
    let folder = tempfile::tempdir().unwrap();
    let body = file(&folder, "body", BODY);
    for (scheme, arguments) in [
        ("v2", vec![URL]),
        ("v2", vec!["https://shop.example/saasproduce?tenant=7"]),
        ("v2", vec![URL, "--timestamp", &now_in_seconds()]),
        ("v1", vec![URL, "--activity", "queryInstance", "instanceId=a b+c/实", "empty="]),
        ("v1", vec![URL, "activity=newInstance", "timeStamp=20230327065233980"]),
        ("kit-v1", vec![URL, "--activity", "tenantSync"]),
        ("kit-v2", vec!["https://shop.example/", "--activity", "applicationSync"]),
        ("kit-v2", vec!["https://shop.example/produceAPI/v2/authSync"]),
        ("usage-push", vec!["https://mkt.example/api/usage-data"]),
        ("sdk-hmac", vec!["https://mkt.example/order/query?a=b", "orderId=CS 1", "x=ü"]),
        ("sdk-hmac", vec!["https://mkt.example:8443/order/query", "--body", &body]),
        (
            "safe-creative",
            vec!["https://arena.example/v2/", "component=authkey.state", "authkey=a", "title=Ü & b"],
        ),
        ("safe-creative", vec!["https://arena.example/v2/", "component=work.list", "authkey=a"]),
    ] {
        let line = keyed(&[&["sign", "--scheme", scheme], &*arguments].concat())
            .stdin(if scheme == "kit-v1" { KIT } else { BODY })
            .run()
            .fine();
        assert_eq!(line.lines().count(), 1);
        for chosen in [scheme, "auto"] {
            let outcome = keyed(&["explain", "--scheme", chosen, "--format", "json"]).stdin(&line).run();
            assert_eq!(outcome.code, 0, "{scheme}: {line}{}", outcome.out);
            let report = outcome.json();
            assert_eq!(
                (report["verdict"]["code"].as_str(), report["scheme"].as_str()),
                (Some("valid"), Some(scheme))
            );
        }
    }
}

fn now_in_seconds() -> String {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs().to_string()
}

#[test]
fn a_signed_answer_is_valid() {
    let folder = tempfile::tempdir().unwrap();
    let answer =
        Run::keyed(&["sign", "--scheme", "body-sign"]).stdin(r#"{"resultCode":"000000"}"#).run().fine();
    assert!(
        answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.contains("\r\nBody-Sign: sign_type="),
        "{answer}"
    );
    let answer = file(&folder, "answer", answer);
    Run::keyed(&["explain", "--response", &answer]).run().fine();
}

#[test]
fn the_line_is_that_of_the_vectors() {
    let arguments = ["sign", URL, "--timestamp", "1680508066618", "--nonce", "RLLUammMSInlrNWb"];
    let line = Run::keyed(&arguments).stdin(BODY).run().fine();
    assert_eq!(
        line,
        format!(
            "curl -X POST '{URL}?signature=705C58A59CDAA1819FE42E2D654707D1CB0D54F15F02EE2E72B9646598B82F22\
             &timestamp=1680508066618&nonce=RLLUammMSInlrNWb' -H 'Accept: application/json' \
             -H 'Content-Type: application/json;charset=utf8' --data-raw '{BODY}'\n"
        )
    );
    let arguments = [&arguments[..], &["--scheme", "kit-v2", "--activity", "tenantSync"]].concat();
    let kit = Run::keyed(&arguments)
        .stdin(r#"{"clientId":"c1","flag":1,"instanceId":"i1","testFlag":1}"#)
        .run()
        .fine();
    assert!(
        kit.contains("'x-sign: 72c6211b81e60df0134864481a36c30f07661b9822bebaac55633c9f7201a58e'"),
        "{kit}"
    );
    assert!(kit.starts_with(&format!("curl -X POST '{URL}/produceAPI/v2/tenantSync' -H ")), "{kit}");
}

#[test]
fn the_first_kit_has_its_time_in_the_body() {
    let sign = |body: &str, more: &[&str]| {
        Run::keyed(&[&["sign", "--scheme", "kit-v1", "--activity", "tenantSync", URL], more].concat())
            .stdin(body)
            .run()
    };
    let body = |line: String| String::from_utf8(curl::parse(&line).unwrap().body.to_vec()).unwrap();
    let stamp = &["--timestamp", "20230327065233980"];
    assert_eq!(body(sign("{}", stamp).fine()), r#"{"timeStamp":"20230327065233980"}"#);
    assert_eq!(body(sign("{ \"a\" : 1 }\n", stamp).fine()), r#"{ "a" : 1 ,"timeStamp":"20230327065233980"}"#);
    let own = r#"{"timeStamp":"20200101000000000","a":1}"#;
    assert_eq!(body(sign(own, &[]).fine()), own);
    assert_eq!(sign(own, stamp).code, 2);
    assert_eq!(sign("[]", &[]).code, 2);
    assert_eq!(sign(r#"{"a":1,"a":2}"#, &[]).code, 2);
}

#[test]
fn a_body_is_signed_byte_for_byte_and_its_line_end_is_noticed() {
    let outcome = Run::keyed(&["sign", URL]).stdin("{}\n").run();
    assert!(outcome.err.contains("ends with a line end"), "{}", outcome.err);
    assert_eq!(curl::parse(&outcome.fine()).unwrap().body, "{}\n");
}

#[test]
fn the_key_may_come_from_standard_input() {
    let folder = tempfile::tempdir().unwrap();
    let body = file(&folder, "body", BODY);
    let arguments = ["sign", URL, "--key-stdin", "--body", &body];
    let line = Run::new(&arguments).stdin(format!("{KEY}\r\n")).run().fine();
    Run::keyed(&["explain"]).stdin(line).run().fine();
}

#[test]
fn what_a_scheme_has_no_place_for_ends_with_2() {
    for (arguments, says) in [
        (&[][..], "name the URL"),
        (&["shop.example"], "begins with `https://`"),
        (&["https://h/p#x"], "`#`"),
        (&[URL, "a=1"], "no parameters"),
        (&[URL, "--nonce", "a&b"], "letters, digits"),
        (&[URL, "--activity", "x"], "no activity"),
        (&[URL, "--scheme", "auto"], "possible values"),
        (&[URL, "--scheme", "v1", "a"], "a parameter is NAME=VALUE"),
        (&[URL, "--scheme", "v1", "a=1", "a=2"], "given twice"),
        (&[URL, "--scheme", "v1", "--nonce", "x"], "no nonce"),
        (&[URL, "--scheme", "v1", "--body", "-"], "no body"),
        (&[URL, "--scheme", "v1", "timeStamp=1", "--timestamp", "2"], "say the same"),
        (&["https://h/p?a=1", "--scheme", "v1"], "signs every parameter"),
        (&[URL, "--scheme", "sdk-hmac"], "KOOGALLERY_AK"),
        (&[URL, "--key-stdin"], "name a file for the body"),
    ] {
        let outcome = Run::keyed(&[&["sign"], arguments].concat()).run();
        assert_eq!((outcome.code, &*outcome.out), (2, ""), "{arguments:?} {outcome:?}");
        assert!(outcome.err.contains(says), "{says}: {}", outcome.err);
    }
}
