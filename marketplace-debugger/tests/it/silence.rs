//! Sellers who do not answer at all.

use std::time::Duration;

use marketplace_core::Guide;
use marketplace_debugger::{Billing, CannotRun, Console, Outcome, Report};
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpListener;

use crate::support::broken::{Broken, Fault};
use crate::support::{console, failed, key};

/// Nothing passed that needs an answer.
fn is_all_silent(report: &Report, red: &str) {
    assert_eq!(failed(report), [red], "{}", report.to_terminal());
    assert_eq!(report.calls(), 1, "{}", report.to_terminal());
    let passed = report.checks().iter().filter(|check| check.outcome == Outcome::Passed);
    let passed: Vec<_> = passed.map(|check| check.slug).collect();
    assert!(passed.iter().all(|slug| *slug == "unreachable"), "{}", report.to_terminal());
}

#[tokio::test]
async fn nobody_listens() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/saasproduce", listener.local_addr().unwrap());
    drop(listener);
    let report = console(Guide::V2, Billing::Period).check_url(&url).await.unwrap();
    is_all_silent(&report, "the address is reached");
    assert_eq!(report.first_message().unwrap().console().unwrap().0, 1);
}

#[tokio::test]
async fn somebody_listens_and_says_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/saasproduce", listener.local_addr().unwrap());
    let console = console(Guide::V2, Billing::Period).with_patience(Duration::from_millis(20));
    let report = console.check_url(&url).await.unwrap();
    is_all_silent(&report, "every call is answered before the console gives up");
    assert_eq!(report.first_message().unwrap().console().unwrap().0, 2);
}

#[tokio::test]
async fn somebody_hangs_up_at_once() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/saasproduce", listener.local_addr().unwrap());
    let hanging_up = tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            client.read_buf(&mut Vec::with_capacity(1024)).await.unwrap();
        }
    });
    let report = console(Guide::V1, Billing::OneTime).check_url(&url).await.unwrap();
    hanging_up.abort();
    is_all_silent(&report, "every answer is complete");
}

#[tokio::test(start_paused = true)]
async fn a_seller_who_never_answers_is_left_alone_soon() {
    let shop = Broken::new(Fault::Sleeps(Duration::from_secs(3600), |_| true));
    let report = console(Guide::V2, Billing::Period).check(shop).await.unwrap();
    is_all_silent(&report, "every call is answered before the console gives up");
    // After the first calls were answered, one more is waited for.
    let shop =
        Broken::new(Fault::Sleeps(Duration::from_secs(3600), |asked| asked.activity() == "refreshInstance"));
    let report = console(Guide::V2, Billing::Period).check(shop).await.unwrap();
    assert_eq!(
        report.failed().map(|check| check.slug).collect::<Vec<_>>(),
        ["timeout"],
        "{}",
        report.to_terminal()
    );
    assert_eq!(report.calls(), 6, "{}", report.to_terminal());
}

#[tokio::test]
async fn what_cannot_be_run_is_no_report() {
    let run = |console: Console| async move { console.check(Broken::new(Fault::None)).await.unwrap_err() };
    let new = || Console::new(key());
    assert_eq!(run(new().with_guide(Guide::Licence)).await, CannotRun::Guide(Guide::Licence));
    assert_eq!(run(new().with_field("orderID", "1")).await, CannotRun::Field("orderID".to_owned()));
    let unknown = run(new().with_optional("upgrade")).await.to_string();
    assert!(unknown.contains("`upgrade`") && unknown.contains("upgradeInstance"), "{unknown}");
    assert!(matches!(new().check_url("ftp://shop.example/").await.unwrap_err(), CannotRun::Address(_)));
}
