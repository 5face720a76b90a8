//! The variables: an error names one and never says what is in it.

use super::{Bench, Methods, USER, outcome, with_user};
use crate::program::{Run, file};

#[test]
fn the_appkey_is_required() {
    let outcome = Run::new(&["skm", "confirm"]).run();
    assert_eq!((outcome.code, &*outcome.out), (2, ""));
    assert!(outcome.err.starts_with("error: SKM_APPKEY: it is not set"), "{}", outcome.err);
}

#[test]
fn what_cannot_be_used_is_named_and_not_shown() {
    let folder = tempfile::tempdir().unwrap();
    let no_certificate = file(&folder, "canary.p12", "canary");
    let no_key = file(&folder, "canary.pem", "-----BEGIN canary-----");
    let run = || Run::new(&["skm", "confirm"]).with("SKM_APPKEY", "appkey");
    for (run, says) in [
        (Run::new(&["skm", "confirm"]).with("SKM_APPKEY", "the canary"), "SKM_APPKEY: "),
        (run().with("SKM_USER_KEY_ID", "canary"), "SKM_USER_KEY_SECRET: it is not set"),
        (run().with("SKM_USER_KEY_SECRET", "canary"), "SKM_USER_KEY_ID: it is not set"),
        (
            run().with("SKM_USER_KEY_ID", "canary").with("SKM_USER_KEY_SECRET", "a canary"),
            "SKM_USER_KEY_ID, SKM_USER_KEY_SECRET: the Secret Access Key",
        ),
        (run().with("SKM_API_VERSION", "canary"), "SKM_API_VERSION: it is none of"),
        (run().with("SKM_API_VERSION", "1.2"), "SKM_API_VERSION: it asks for a version with a user's key"),
        (run().with("SKM_MAC", "canary"), "SKM_MAC: "),
        (run().with("SKM_URL", "http://canary.example"), "SKM_URL: "),
        (run().with("SKM_URL", "https://canary:canary@h.example"), "SKM_URL: "),
        (run().with("SKM_TOKEN_URL", "canary"), "SKM_TOKEN_URL: "),
        (
            with_user(run()).with("SKM_API_VERSION", "1.3").with("SKM_URL", "https://canary.example"),
            "SKM_TOKEN_URL: version 1.3",
        ),
        (run().with("SKM_CA", "/no/canary"), "SKM_CA: "),
        (run().with("SKM_CA", &no_key), "SKM_CA: "),
        (run().with("SKM_CERTIFICATE", "/no/canary"), "SKM_CERTIFICATE: "),
        (run().with("SKM_CERTIFICATE", &no_key), "SKM_CERTIFICATE: "),
        (run().with("SKM_CERTIFICATE", &no_certificate), "SKM_CERTIFICATE_PASSWORD: it is not set"),
        (
            run().with("SKM_CERTIFICATE", &no_certificate).with("SKM_CERTIFICATE_PASSWORD", "canary"),
            "SKM_CERTIFICATE, SKM_CERTIFICATE_PASSWORD: the file cannot be opened",
        ),
    ] {
        let outcome = run.run();
        assert_eq!((outcome.code, &*outcome.out), (2, ""), "{outcome:?}");
        assert!(outcome.err.starts_with(&format!("error: {says}")), "{says}: {}", outcome.err);
        assert!(!outcome.err.contains("canary"), "{}", outcome.err);
    }
}

#[tokio::test]
async fn without_an_answer_it_ends_with_2_and_diagnose_with_1() {
    let bench = Bench::start(Methods::IPV4).await;
    let key = bench.secret("value");
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let run = |arguments: &[&str]| bench.run(arguments).with("SKM_URL", &format!("https://{closed}"));
    for command in [&["confirm"][..], &["secret", key.as_str()]] {
        let outcome = outcome(run(command)).await;
        assert_eq!((outcome.code, &*outcome.out), (2, ""), "{outcome:?}");
        assert!(outcome.err.contains("cannot be reached: "), "{}", outcome.err);
    }
    let found = outcome(run(&["diagnose", key.as_str()])).await;
    assert_eq!(found.code, 1, "{found:?}");
    assert!(found.out.contains("cause: the Secure Key Manager cannot be reached from here"), "{found:?}");
}

#[tokio::test]
async fn a_users_key_that_is_not_accepted_is_diagnosed() {
    let bench = Bench::start(Methods::IPV4).await;
    let key = bench.secret("value");
    let run = bench.run(&["diagnose", key.as_str()]);
    let run = run.with("SKM_USER_KEY_ID", USER.0).with("SKM_USER_KEY_SECRET", "another-canary");
    let found = outcome(run).await;
    assert_eq!(found.code, 1, "{found:?}");
    let part = "here that is SKM_USER_KEY_ID and SKM_USER_KEY_SECRET\n";
    assert!(found.out.contains(part), "{found:?}");
}

#[tokio::test]
async fn a_certificate_may_be_pem_with_its_key_in_one_file() {
    let bench = Bench::start(Methods::IPV4).await;
    let of_nobody = rcgen::generate_simple_self_signed(["seller".to_owned()]).unwrap();
    for pem in [
        of_nobody.cert.pem() + &of_nobody.signing_key.serialize_pem(),
        of_nobody.signing_key.serialize_pem() + &of_nobody.cert.pem(),
    ] {
        let run = bench.run(&["confirm"]).with("SKM_CERTIFICATE", &file(&bench.folder, "seller.pem", pem));
        let refused = outcome(run).await;
        // It was offered, for it was refused.
        assert_eq!(refused.code, 1, "{refused:?}");
        assert!(refused.out.starts_with("refused: TLS was refused because of this client's certificate"));
    }
}
