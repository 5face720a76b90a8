//! A key is in no output.

use crate::program::{Run, file};

const CANARY: &str = "canary-7f3a-0123456789-abcdef";

/// No piece of the canary, in letters, hexadecimal digits or base64.
fn assert_absent(what: &[&str], text: &str) {
    let hex: String = CANARY.bytes().map(|byte| format!("{byte:02x}")).collect();
    // Eight bytes of it are sixteen hexadecimal digits.
    for (secret, piece) in [(CANARY, 8), (&*hex, 16), (&*hex.to_uppercase(), 16), ("Y2FuYXJ5LTdmM2E", 8)] {
        for window in secret.as_bytes().windows(piece) {
            let window = str::from_utf8(window).unwrap();
            assert!(!text.contains(window), "{what:?}: {window} in {text}");
        }
    }
}

fn keyed(arguments: &[&str]) -> Run {
    let run = Run::new(arguments).with("KOOGALLERY_AK", "QTWAOYTTINDUT2QVKYUC");
    let run = run.with("KOOGALLERY_OTHER_KEYS", &format!("{CANARY}-2,another-{CANARY}"));
    ["KOOGALLERY_ACCESS_KEY", "KOOGALLERY_KIT_KEY", "KOOGALLERY_SK", "SAFE_CREATIVE_PRIVATE_KEY"]
        .iter()
        .fold(run, |run, name| run.with(name, CANARY))
}

#[test]
fn keys_are_in_no_output() {
    let folder = tempfile::tempdir().unwrap();
    let body = r#"{"activity":"newInstance","orderId":"CS1"}"#;
    let mut ran = 0;
    let mut check = |arguments: &[&str], stdin: &str| {
        let outcome = keyed(arguments).stdin(stdin).run();
        assert_absent(arguments, &outcome.out);
        assert_absent(arguments, &outcome.err);
        ran += 1;
        outcome.out
    };
    for (scheme, more) in [
        ("v2", &["https://h/p"][..]),
        ("v1", &["https://h/p", "--activity", "queryInstance"]),
        ("kit-v1", &["https://h", "--activity", "tenantSync"]),
        ("kit-v2", &["https://h", "--activity", "tenantSync"]),
        ("usage-push", &["https://h/u"]),
        ("sdk-hmac", &["https://h/o", "a=b"]),
        ("safe-creative", &["https://h/v2/", "component=x"]),
    ] {
        let body = if scheme.starts_with("kit") { r#"{"orderId":"CS1"}"# } else { body };
        let line = check(&[&["sign", "--scheme", scheme], more].concat(), body);
        assert!(line.starts_with("curl "), "{scheme}: {line}");
        for format in ["terminal", "json", "xml"] {
            for reveal in [&[][..], &["--reveal"]] {
                let explain = [&["explain", "--scheme", scheme, "--format", format], reveal].concat();
                check(&explain, &line);
                // Wrong, and with the key in every place where a report might repeat it.
                let leaky = line.replace("https://h", &format!("https://{CANARY}")).replace("CS1", CANARY);
                check(&explain, &leaky);
                check(&explain, &leaky.replace("curl", &format!("curl -H '{CANARY}: {CANARY}' --{CANARY}")));
                check(&explain, &leaky[..leaky.len() - 2]);
            }
        }
    }
    let answer = check(&["sign", "--scheme", "body-sign"], body);
    for content in [
        answer.clone(),
        answer.replace("CS1", CANARY),
        answer.replace("signature=\"", &format!("signature=\"{CANARY}")),
    ] {
        let path = file(&folder, "answer", content);
        for format in ["terminal", "json", "xml"] {
            check(&["explain", "--response", &path, "--format", format], "");
        }
    }
    let sealed = check(&["seal"], "admin");
    check(&["open"], &sealed);
    check(&["open"], CANARY);
    // Typed where it does not belong.
    for arguments in [
        &["explain", CANARY][..],
        &["explain", "--key", CANARY],
        &["explain", "--now", CANARY],
        &["explain", "--scheme", CANARY],
        &["sign", CANARY],
        &["sign", "--scheme", "v1", "https://h/p", CANARY],
        &["seal", CANARY],
        &["doctor", CANARY],
        &["order", CANARY, "--url", CANARY],
        &["order", "CS1", "--url", CANARY],
        &["order", "CS1", "--site", CANARY],
        &[CANARY],
        &["--help"],
    ] {
        check(arguments, "");
    }
    println!("{ran} runs");
}

#[test]
fn a_key_of_standard_input_is_in_no_output_either() {
    let folder = tempfile::tempdir().unwrap();
    let request = file(&folder, "request", format!("curl 'https://h/p?nonce={CANARY}' -d '{CANARY}'"));
    let broken = file(&folder, "broken", format!("curl 'https://h/p?nonce={CANARY}"));
    for path in [&request, &broken] {
        for key in [CANARY.to_owned(), format!("{CANARY}\n"), format!("\"{CANARY}\""), format!(" {CANARY}")] {
            let arguments = ["explain", "--key-stdin", path];
            let outcome = Run::new(&arguments).stdin(key).run();
            assert_absent(&arguments, &outcome.out);
            assert_ne!(outcome.code, 0);
        }
    }
}
