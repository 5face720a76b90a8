//! Cases that are kept and made again, fields that are set, and who is told.

use std::sync::{Arc, Mutex};

use marketplace_core::Guide;
use marketplace_debugger::{Billing, Case, Console, Event};

use crate::support::broken::{Broken, Fault};
use crate::support::{GUIDES, console, failed, key, seller};

#[tokio::test]
async fn cases_are_saved_and_made_again() {
    for guide in GUIDES {
        let directory = tempfile::tempdir().unwrap();
        let report = console(guide, Billing::Period).check(seller()).await.unwrap();
        Case::save_all(report.cases(), directory.path()).unwrap();
        for entry in directory.path().read_dir().unwrap() {
            let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
            assert!(!text.contains("canary") && !text.contains("sign"), "{text}");
        }
        let cases = Case::load_all(directory.path()).unwrap();
        assert_eq!(cases, report.cases());
        // On another day, by another console, of another seller.
        let report = console(guide, Billing::Period).replay(seller(), &cases).await.unwrap();
        report.assert_passed();
        assert_eq!(report.calls(), cases.len());
    }
}

#[tokio::test]
async fn a_case_that_fails_is_red() {
    let report = console(Guide::V2, Billing::Period).check(seller()).await.unwrap();
    let cases = report.cases();
    let shop = Broken::new(Fault::Nth(2, "000003"));
    let report = console(Guide::V2, Billing::Period).replay(shop, cases).await.unwrap();
    assert_eq!(failed(&report), [cases[2].name()]);
    assert_eq!(report.failed().next().unwrap().slug, "result-code");
    let other = console(Guide::V1, Billing::Period).replay(seller(), cases).await;
    assert!(other.unwrap_err().to_string().contains("of another guide"));
}

#[tokio::test]
async fn a_body_travels_byte_for_byte() {
    let body = "{ \"testFlag\":\"1\",\n\t\"activity\" : \"releaseInstance\", \"instanceId\":\"\\u0031\" }\n";
    let case = Case::of_body(Guide::V2, "releaseInstance", body.as_bytes()).unwrap();
    let shop = Broken::new(Fault::None);
    console(Guide::V2, Billing::Period).replay(shop.clone(), &[case]).await.unwrap().assert_passed();
    let memory = shop.memory.lock().unwrap();
    assert_eq!(memory.seen.keys().next().unwrap().1, body);
    assert_eq!(Case::of_body(Guide::V1, "newInstance", b"{}"), None);
}

#[test]
fn says_what_is_wrong_with_a_case() {
    let directory = tempfile::tempdir().unwrap();
    let none = Case::load_all(directory.path()).unwrap_err().to_string();
    assert!(none.contains("holds no case"), "{none}");
    let path = directory.path().join("1.json");
    for (text, why) in [
        ("{", "EOF"),
        (r#"{"name":"n","guide":"v3","activity":"a","fields":{}}"#, "`v3` is no guide"),
        (r#"{"name":"n","guide":"v2","activity":"a"}"#, "either `fields` or `body`"),
        (r#"{"name":"n","guide":"v1","activity":"a","body":""}"#, "has no body"),
        (r#"{"name":"n","guide":"v2","activity":"a","fields":{},"more":1}"#, "unknown field `more`"),
    ] {
        std::fs::write(&path, text).unwrap();
        let error = Case::load_all(directory.path()).unwrap_err().to_string();
        assert!(error.contains(why) && error.contains("1.json"), "{error}");
    }
}

#[tokio::test]
async fn fields_are_set_wherever_a_call_has_them() {
    let shop = Broken::new(Fault::None);
    let console = Console::new(key())
        .with_field("orderId", "MOCKPERIODYEARNEW")
        .with_field("expireTime", "20400101000000");
    console.check(shop.clone()).await.unwrap().assert_passed();
    let memory = shop.memory.lock().unwrap();
    assert!(memory.bought.contains_key("MOCKPERIODYEARNEW"));
    let bodies = memory.seen.keys().map(|(_, body)| String::from_utf8_lossy(body).into_owned());
    let refreshed: Vec<_> = bodies.filter(|body| body.contains("refreshInstance")).collect();
    assert!(refreshed.len() > 2 && refreshed.iter().all(|body| body.contains("20400101000000")));
}

#[tokio::test]
async fn an_observer_hears_of_every_call() {
    for guide in GUIDES {
        for billing in Billing::ALL {
            let heard = Arc::new(Mutex::new((0, 0, 0)));
            let told = Arc::clone(&heard);
            let console = console(guide, billing).with_observer(move |event| {
                let mut told = told.lock().unwrap();
                match event {
                    Event::Planned(calls) => told.0 = calls,
                    Event::Calling { name, request } => {
                        assert!(
                            !name.is_empty()
                                && !format!("{:?}{}", request.headers, request.target).contains("canary")
                        );
                        told.1 += 1;
                    }
                    Event::Called => told.2 += 1,
                    _ => {}
                }
            });
            let report = console.check(seller()).await.unwrap();
            let (planned, calling, called) = *heard.lock().unwrap();
            assert_eq!((calling, called), (report.calls(), report.calls()));
            assert_eq!(planned, report.calls(), "{guide} {billing}");
        }
    }
}
