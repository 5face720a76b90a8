//! `explain`, from a file or standard input to its exit code.

use serde_json::{Value, json};

use crate::program::{KEY, Run, file};

const BODY: &str =
    r#"{"activity":"queryInstance","instanceId":"10e758d0-31ad-4c4b-8f1b-81d03469a10e","testFlag":"1"}"#;
const QUERY: &str = "signature=3CE5D419D41D12E52E71B164352F3B9CB7373C965421088C337D6463940F01A6&timestamp=1680508066618&nonce=RLLUammMSInlrNWb";
const NOW: &str = "1680508066618";

fn line() -> String {
    format!(
        "curl -X POST 'https://shop.example/saasproduce?{QUERY}' -H 'Content-Type: application/json' -d '{BODY}'"
    )
}

fn raw() -> String {
    format!(
        "POST /saasproduce?{QUERY} HTTP/1.1\r\nHost: shop.example\r\nContent-Length: {}\r\n\r\n{BODY}\n",
        BODY.len()
    )
}

#[test]
fn a_valid_request_ends_with_0() {
    let folder = tempfile::tempdir().unwrap();
    for input in [line(), raw()] {
        let path = file(&folder, "request", &input);
        let from_stdin = Run::keyed(&["explain", "--now", NOW]).stdin(&input).run();
        let from_file = Run::keyed(&["explain", &path, "--now", NOW, "--scheme", "v2"]).run();
        let dash = Run::keyed(&["explain", "-", "--now", NOW]).stdin(&input).run();
        assert!(from_stdin.err.is_empty(), "{}", from_stdin.err);
        assert!(from_stdin.out.contains("verdict   valid"), "{}", from_stdin.out);
        let shown = from_stdin.fine();
        assert_eq!((from_file.fine(), dash.fine()), (shown.clone(), shown));
    }
}

#[test]
fn json_has_this_shape_and_no_other() {
    let outcome = Run::keyed(&["explain", "--now", NOW, "--format", "json"])
        .stdin(line().replace("testFlag\":\"1", "testFlag\":\"0"))
        .run();
    assert_eq!(outcome.code, 1, "{outcome:?}");
    let report = outcome.json();
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&report), ["probes", "provided", "scheme", "tokens", "verdict"]);
    assert_eq!(keys(&report["verdict"]), ["action", "code", "sentence"]);
    assert_eq!(keys(&report["tokens"][0]), ["hexvalue", "name", "order", "value"]);
    assert_eq!(keys(&report["probes"][0]), ["code", "matched"]);
    assert_eq!((&report["scheme"], &report["verdict"]["code"]), (&json!("v2"), &json!("unknown")));
    assert_eq!(
        report["tokens"][1],
        json!({"order": 1, "name": "nonce", "value": "RLLUammMSInlrNWb", "hexvalue": "524c4c5561 6d6d4d53496e6c724e5762".replace(' ', "")})
    );
    assert_eq!(report["provided"], QUERY[10..74]);
    assert!(report["probes"].as_array().unwrap().iter().all(|probe| probe["matched"] == false));
    assert!(outcome.out.ends_with("}\n") && outcome.out.lines().count() == 1);
}

#[test]
fn the_cause_is_named() {
    let code = |run: Run| {
        let outcome = run.run();
        assert_eq!(outcome.code, 1, "{outcome:?}");
        outcome.json()["verdict"]["code"].as_str().unwrap().to_owned()
    };
    let explain = |more: &[&str]| Run::new(&[&["explain", "--format", "json"], more].concat()).stdin(line());
    let named = |name: &str, value: &str| explain(&["--now", NOW]).with(name, value);
    assert_eq!(
        code(
            named("KOOGALLERY_ACCESS_KEY", "another-key-0123456789abcdef0123")
                .with("KOOGALLERY_OTHER_KEYS", &format!("third-key, {KEY}"))
        ),
        "key-other"
    );
    assert_eq!(
        code(
            named("KOOGALLERY_ACCESS_KEY", "another-key-0123456789abcdef0123")
                .with("KOOGALLERY_KIT_KEY", KEY)
        ),
        "key-other"
    );
    assert_eq!(code(explain(&[]).with("KOOGALLERY_ACCESS_KEY", KEY)), "stale-timestamp");
    assert_eq!(
        code(explain(&["--now", "1680508000000"]).with("KOOGALLERY_ACCESS_KEY", KEY)),
        "future-timestamp"
    );
    assert_eq!(
        code(named("KOOGALLERY_ACCESS_KEY", KEY).stdin(line().replace("}'", "}\n'"))),
        "body-trailing-newline"
    );
    let json = named("KOOGALLERY_ACCESS_KEY", KEY).stdin("curl -X POST https://h/p").run().json();
    assert_eq!(
        (&json["verdict"]["code"], &json["tokens"], &json["provided"]),
        (&json!("parameter-missing"), &json!([]), &json!(null))
    );
}

#[test]
fn the_right_signature_is_shown_only_if_asked_for() {
    let wrong = line().replace("signature=3CE5", "signature=AAAA");
    for format in ["terminal", "json", "xml"] {
        let run = |more: &[&str]| {
            let outcome = Run::keyed(&[&["explain", "--now", NOW, "--format", format], more].concat())
                .stdin(&wrong)
                .run();
            assert_eq!(outcome.code, 1);
            outcome.out
        };
        assert!(!run(&[]).contains("3CE5D419"), "{format}");
        assert!(run(&["--reveal"]).contains(&QUERY[10..74]), "{format}");
    }
}

#[test]
fn the_sample_of_safe_creative_has_17_tokens() {
    let data: Value = serde_json::from_str(include_str!("../data/safe-creative.json")).unwrap();
    let url = data["report"]["url"].as_str().unwrap();
    let run = |scheme: &str| {
        Run::new(&["explain", "--scheme", scheme, "--now", "1271749865420", "--format", "xml"])
            .with("SAFE_CREATIVE_PRIVATE_KEY", "app-private-key-0001")
            .stdin(format!("curl '{url}'"))
            .run()
    };
    let outcome = run("safe-creative");
    assert_eq!(outcome.code, 1);
    let xml = &outcome.out;
    assert!(xml.starts_with("<?xml") && xml.contains("<signatureanalisys>"), "{xml}");
    assert_eq!(xml.matches("<string>").count(), 17);
    assert!(xml.contains("order=0 ") && xml.contains("hexvalue=00000000000<"));
    assert!(xml.contains("<string>order=2 value=[authkey] hexvalue=617574686b6579</string>"), "{xml}");
    assert!(
        xml.contains("<string>order=16 value=[1271749865420] hexvalue=31323731373439383635343230</string>")
    );
    assert!(xml.contains("<signatureProvided>d8c2083da26b9b6bc1fb391cc7889fa739165adf</signatureProvided>"));
    assert_eq!(run("auto").out, outcome.out);
}

#[test]
fn safe_creative_has_two_private_keys() {
    let run = |query: &str| {
        let now = "1271749822662";
        Run::new(&["explain", "--now", now, "--format", "json"])
            .with("SAFE_CREATIVE_PRIVATE_KEY", "app-private-key-0001")
            .with("SAFE_CREATIVE_AUTHKEY_PRIVATE_KEY", "user-private-key-0002")
            .stdin(format!("GET /v2/?{query} HTTP/1.1\n\n"))
            .run()
    };
    // S5 is signed with the key of the authkey, S2 with that of the application.
    run("authkey=auth-0002&level=ADD&sharedkey=shared-0001&ztime=1271749822662&signature=c3efc7b0d0fa160d2efd31b94030ee926cca734f").fine();
    let state =
        "authkey=auth-0002&component=authkey.state&sharedkey=shared-0001&ztime=1271749865420&signature=";
    assert_eq!(
        run(&format!("{state}7f5a5c74349f54a2fe7068374d4b9fb25839962d")).json()["verdict"]["code"],
        "future-timestamp"
    );
    assert_eq!(
        run(&format!("{state}5a99953ef09d4887f4fa9703b5de64ce50128ce2")).json()["verdict"]["code"],
        "key-other"
    );
}

#[test]
fn the_gateways_sample_is_valid() {
    // The vendor's page of AK/SK signing.
    let line = "curl 'https://service.region.example.com/v1/77b6a44cba5143ab91d13ab9a8ff44fd/vpcs?limit=2&marker=13551d6b-755d-4757-b956-536f674975c0' \
        -H 'content-type: application/json' -H 'X-Sdk-Date: 20191115T033655Z' -H 'Authorization: SDK-HMAC-SHA256 Access=QTWAOYTTINDUT2QVKYUC, \
        SignedHeaders=content-type;host;x-sdk-date, Signature=7be6668032f70418fcc22abc52071e57aff61b84a1d2381bb430d6870f4f6ebe'";
    let run = |id: &str| {
        Run::new(&["explain", "--now", "1573789015000", "--format", "json"])
            .with("KOOGALLERY_AK", id)
            .with("KOOGALLERY_SK", "MFyfvK41ba2giqM7Uio6PznpdUKGpownRZlmVmHc")
            .stdin(line)
            .run()
    };
    run("QTWAOYTTINDUT2QVKYUC").fine();
    assert_eq!(run("ANOTHERID").json()["verdict"]["code"], "key-other");
}

#[test]
fn answers_are_explained_with_and_without_their_request() {
    let folder = tempfile::tempdir().unwrap();
    let answer = |name: &str, body: &str| {
        format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n{name}: sign_type=\"HMAC-SHA256\", signature= \"5Sppy0PFrKfUw9d9k29lkmQ5xPM94t5AcVaiBLUTbyw=\"\r\n\r\n{body}"
        )
    };
    let body = r#"{"resultCode":"000000","resultMsg":"success"}"#;
    let right = file(&folder, "right", answer("Body-Sign", body));
    let request = file(&folder, "request", line());
    Run::keyed(&["explain", "--response", &right]).run().fine();
    Run::keyed(&["explain", "--scheme", "body-sign", "--response", &right, &request]).run().fine();
    Run::new(&["explain", "--key-stdin", "--response", &right]).stdin(format!("{KEY}\n")).run().fine();
    for (name, body, code) in [
        ("body-sign", body, "header-case"),
        ("Body-Sign", &*format!("{body}\n"), "body-trailing-newline"),
        ("X-Sign", body, "parameter-missing"),
    ] {
        let wrong = file(&folder, "wrong", answer(name, body));
        let outcome = Run::keyed(&["explain", "--response", &wrong, "--format", "json"]).run();
        assert_eq!((outcome.code, outcome.json()["verdict"]["code"].as_str()), (1, Some(code)));
    }
}

#[test]
fn what_cannot_be_read_ends_with_2() {
    let folder = tempfile::tempdir().unwrap();
    let request = file(&folder, "request", line());
    for (run, says) in [
        (Run::keyed(&["explain", "no-such-file"]), "no-such-file: "),
        (Run::keyed(&["explain"]), "standard input: nothing is here"),
        (Run::keyed(&["explain"]).stdin("{}"), "line 1: neither a curl line nor a request"),
        (Run::keyed(&["explain"]).stdin(b"\xff\xfe"), "line 1: neither"),
        (Run::keyed(&["explain"]).stdin("curl 'https://h/p"), "line 1, column 6: the quote that opens here"),
        (Run::keyed(&["explain", "--scheme", "v3"]), "possible values: auto, v2, v1"),
        (Run::keyed(&["explain", "--now", "now"]), "invalid value"),
        (Run::keyed(&["explain", "--scheme", "body-sign"]).stdin(line()), "name its file with `--response`"),
        (
            Run::keyed(&["explain", "--scheme", "v2", "--response", "x"]),
            "leave `--scheme` or `--response` out",
        ),
        (Run::keyed(&["explain", "--response", &request]), "line 1: not an answer"),
        (Run::keyed(&["explain", "-", "--response", "-"]), "cannot be both"),
        (Run::new(&["explain", "--key-stdin"]).stdin(KEY), "name a file for the request"),
        (Run::new(&["explain", "--key-stdin", "-"]).stdin(KEY), "name a file for the request"),
        (Run::new(&["explain", &request]), "KOOGALLERY_ACCESS_KEY: the access key is empty"),
        (
            Run::new(&["explain", &request, "--scheme", "kit-v2"]),
            "KOOGALLERY_KIT_KEY: the access key is empty",
        ),
        (Run::new(&["explain", &request]).with("KOOGALLERY_ACCESS_KEY", ""), "the access key is empty"),
        (
            Run::new(&["explain", &request]).with("KOOGALLERY_ACCESS_KEY", " "),
            "begins or ends with white space",
        ),
        (Run::new(&["explain", &request]).with("KOOGALLERY_ACCESS_KEY", "\"k\""), "the access key is quoted"),
        (
            Run::keyed(&["explain", &request]).with("KOOGALLERY_OTHER_KEYS", "a,'b'"),
            "KOOGALLERY_OTHER_KEYS, key 2: the access key is quoted",
        ),
        (
            Run::keyed(&["explain", &request]).with("KOOGALLERY_OTHER_KEYS", "a,"),
            "key 2: the access key is empty",
        ),
        (
            Run::new(&["explain", &request, "--key-stdin"]).stdin("\n"),
            "standard input: the access key is empty",
        ),
        (Run::new(&["explain", &request, "--key-stdin"]).stdin("k\n\n"), "begins or ends with white space"),
        (Run::new(&[]), "Usage"),
    ] {
        let outcome = run.run();
        assert_eq!((outcome.code, &*outcome.out), (2, ""), "{outcome:?}");
        assert!(outcome.err.contains(says), "{says}: {}", outcome.err);
    }
    let outcome = Run::keyed(&["explain"]).stdin("curl 'https://h/p' \\\n  -H").run();
    assert!(outcome.err.ends_with("  -H\n  ^\n"), "{}", outcome.err);
}

#[test]
fn a_line_that_is_read_leniently_says_so() {
    let outcome = Run::keyed(&["explain", "--now", NOW])
        .stdin(line().replace('\'', "\"").replace(BODY, "{}").replace("curl", "curl --fancy"))
        .run();
    assert_eq!(outcome.code, 1);
    assert!(outcome.err.contains("warning: standard input: `--fancy` is not known"), "{}", outcome.err);
}
