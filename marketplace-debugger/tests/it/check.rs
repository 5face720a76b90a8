//! `check`, run as a seller runs it.

use serde_json::Value;

use crate::program::{Outcome, Run, file};
use crate::support::broken::{Broken, Fault};
use crate::support::serving::Serving;
use crate::support::{KEY, seller};

/// Runs it beside a seller.
async fn check(arguments: &[&str], fault: Option<Fault>) -> Outcome {
    let serving = match fault {
        None => Serving::start(seller()).await,
        Some(fault) => Serving::start(Broken::new(fault)).await,
    };
    let url = serving.url();
    let arguments: Vec<_> = ["check", &url].iter().chain(arguments).map(ToString::to_string).collect();
    let run = move || {
        let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
        Run::new(&arguments).with("KOOGALLERY_ACCESS_KEY", KEY).run()
    };
    let outcome = tokio::task::spawn_blocking(run).await.unwrap();
    assert!(!outcome.out.contains("canary") && !outcome.err.contains("canary"), "{outcome:?}");
    outcome
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sound_seller_ends_with_0() {
    for guide in ["v2", "v1", "kit-v1", "kit-v2"] {
        let outcome = check(&["--guide", guide, "--billing", "on-demand"], None).await;
        assert_eq!((outcome.code, outcome.err.as_str()), (0, ""), "{outcome:?}");
        assert!(outcome.out.contains(" passed, 0 failed, "), "{}", outcome.out);
        assert!(outcome.out.contains("PASS the header is spelled `Body-Sign`\n"), "{}", outcome.out);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_fault_ends_with_1_in_every_format() {
    let fault = || Some(Fault::Answers(|_, answer| crate::support::broken::remove(answer, "resultMsg")));
    let outcome = check(&[], fault()).await;
    assert_eq!(outcome.code, 1);
    assert!(
        outcome.out.contains("FAIL every body has a `resultMsg`: newInstance: there is no `resultMsg`"),
        "{}",
        outcome.out
    );
    let outcome = check(&["--format", "json"], fault()).await;
    assert_eq!((outcome.code, &outcome.json()["failed"]), (1, &Value::from(1)));
    let outcome = check(&["--format", "junit"], fault()).await;
    assert_eq!((outcome.code, outcome.out.matches("<failure ").count()), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn shows_a_curl_line_for_every_call() {
    let outcome = check(&["--show-curl", "--format", "json", "--set", "orderId=MOCKONETIMENEW"], None).await;
    let calls = usize::try_from(outcome.json()["calls"].as_u64().unwrap()).unwrap();
    let lines: Vec<_> = outcome.err.split("# ").skip(1).filter_map(|part| part.split_once('\n')).collect();
    assert_eq!(lines.len(), calls);
    for (name, line) in lines {
        let request = marketplace_debugger::curl::parse(line).unwrap();
        assert!(request.target.starts_with("http://127.0.0.1:"), "{name}: {line}");
    }
    assert!(
        outcome.err.contains("MOCKONETIMENEW") && outcome.err.contains("bytes is left out"),
        "{}",
        outcome.err
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn cases_are_saved_and_replayed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cases");
    let path = path.to_str().unwrap();
    assert_eq!(check(&["--guide", "v1", "--debugging-only", "--save", path], None).await.code, 0);
    let outcome = check(&["--guide", "v1", "--replay", path, "--format", "json"], None).await;
    assert_eq!((outcome.code, &outcome.json()["calls"]), (0, &Value::from(4)));
    // What fails in production, twice a day.
    let fault = Fault::Answers(|asked, answer| {
        if asked.activity() == "expireInstance" {
            answer["resultCode"] = "000003".into();
        }
    });
    let outcome = check(&["--guide", "v1", "--replay", path], Some(fault)).await;
    assert_eq!(outcome.code, 1);
    assert!(outcome.out.contains("FAIL debugging expireInstance: answered 000003"), "{}", outcome.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_call_is_made_alone() {
    let outcome = check(&["--activity", "queryInstance", "--format", "json"], None).await;
    assert_eq!((outcome.code, &outcome.json()["calls"]), (0, &Value::from(1)));
    let folder = tempfile::tempdir().unwrap();
    let body =
        file(&folder, "body.json", "{ \"activity\":\"releaseInstance\",\n \"instanceId\":\"nobodys\" }");
    let outcome = check(&["--activity", "releaseInstance", "--body", &body], None).await;
    assert_eq!(outcome.code, 1);
    assert!(outcome.out.contains("FAIL releaseInstance, as given: answered 000003"), "{}", outcome.out);
}

#[test]
fn what_cannot_be_run_ends_with_2() {
    let url = "http://127.0.0.1:9/saasproduce";
    for (arguments, why) in [
        (&["check", "shop.example"][..], "begin with `https://`"),
        (&["check", url, "--set", "orderID=1"], "no call that would be made has a field `orderID`"),
        (&["check", url, "--set", "orderId"], "NAME=VALUE"),
        (&["check", url, "--also", "upgrade"], "`upgrade` is no activity"),
        (&["check", url, "--guide", "v3"], "v1"),
        (&["check", url, "--billing", "never"], "one-time"),
        (&["check", url, "--replay", "no/such/directory"], "no/such/directory"),
        (&["check", url, "--activity", "expireInstance"], "no such call is made, but newInstance"),
        (&["check", url, "--body", "b"], "--activity"),
        (&["check", url, "--key", "k"], "--key"),
    ] {
        let outcome = Run::keyed(arguments).run();
        assert_eq!(outcome.code, 2, "{outcome:?}");
        assert!(outcome.err.contains(why) && outcome.out.is_empty(), "{outcome:?}");
    }
    let outcome = Run::new(&["check", url]).run();
    assert!(outcome.code == 2 && outcome.err.contains("KOOGALLERY_ACCESS_KEY"), "{outcome:?}");
}

#[test]
fn nobody_listens_is_shown_and_ends_with_2_and_the_key_may_come_from_stdin() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    drop(listener);
    let outcome = Run::new(&["check", &url, "--key-stdin"]).stdin(format!("{KEY}\n")).run();
    assert_eq!(outcome.code, 2, "{outcome:?}");
    assert!(outcome.err.contains("nothing could be checked"), "{outcome:?}");
    assert!(
        outcome
            .out
            .contains("would show message 1: Debugging failed. The production address is unreachable."),
        "{}",
        outcome.out
    );
}
