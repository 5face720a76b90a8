//! What a report looks like.

use marketplace_core::Guide;
use marketplace_debugger::{Billing, Report};
use serde_json::Value;

use crate::support::broken::{Broken, Fault};
use crate::support::console;

async fn red() -> Report {
    let fault = Fault::Answers(|asked, answer| {
        if asked.activity() == "queryInstance" && !asked.is_debugging() {
            crate::support::broken::remove(answer, "frontEndUrl");
            answer["resultMsg"] = "<&\"\u{7}".into();
        }
        if asked.activity() == "orderNotify" {
            answer["resultCode"] = "000005".into();
            answer["resultMsg"] = "<&\"\u{7}".into();
        }
    });
    console(Guide::V2, Billing::Period).check(Broken::new(fault)).await.unwrap()
}

#[tokio::test]
async fn the_terminal_says_what_to_do() {
    let report = red().await;
    let text = report.to_terminal();
    assert!(text.starts_with("in process: guide v2, billing period\n"), "{text}");
    for line in [
        "PASS newInstance\n",
        "FAIL queryInstance, later: the required fields: `info.0.appInfo.frontEndUrl` is missing\n",
        "       console 9: Debugging failed. The interface response does not contain frontEndUrl.\n",
        "       fix: Send the field that the message names, in debugging calls too.\n",
        "FAIL orderNotify: answered 000005 (<&\"\u{fffd})\n",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    let total = format!("\n{} passed, 4 failed, 3 not run, in {} calls\n", report.passed(), report.calls());
    assert!(text.contains(&total), "{text}");
    assert!(text.ends_with("would show message 8: Call interface failed. The production interface returns an error result code.\n"), "{text}");
}

#[tokio::test]
async fn json_has_everything() {
    let report = red().await;
    let json: Value = serde_json::from_str(&report.to_json()).unwrap();
    assert_eq!(
        (&json["guide"], &json["billing"], &json["seller"]),
        (&"v2".into(), &"period".into(), &"in process".into())
    );
    assert_eq!(json["failed"], 4);
    assert_eq!(json["firstMessage"], 8);
    let checks = json["checks"].as_array().unwrap();
    assert_eq!(checks.len(), report.checks().len());
    let red = checks.iter().find(|check| check["outcome"] == "failed").unwrap();
    assert_eq!((&red["slug"], &red["group"]), (&"field-missing".into(), &"life-cycle".into()));
    assert_eq!(red["console"]["number"], 9);
    assert_eq!(red["console"]["chinese"], "调测失败,接口响应缺少frontEndUrl.");
    assert!(red["fix"].is_string() && red["cause"].is_string());
    assert!(
        checks.iter().filter(|check| check["outcome"] == "not-run").all(|check| check["detail"].is_string())
    );
}

#[tokio::test]
async fn junit_counts_and_escapes() {
    let report = red().await;
    let xml = report.to_junit();
    assert!(
        xml.starts_with(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"marketplace-debugger\" "
        ),
        "{xml}"
    );
    assert_eq!(xml.matches("<testcase ").count(), report.checks().len());
    assert_eq!(xml.matches("<failure type=").count(), 4);
    assert_eq!(xml.matches("<skipped ").count(), report.not_run());
    assert!(
        xml.contains("<failure type=\"result-code\" message=\"answered 000005 (&lt;&amp;&quot;\u{fffd})\">"),
        "{xml}"
    );
    assert!(!xml.contains('\u{7}'));
}

#[tokio::test]
#[should_panic(expected = "FAIL orderNotify: answered 000005")]
async fn a_test_fails_with_the_whole_report() {
    red().await.assert_passed();
}
