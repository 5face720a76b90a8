use std::io::{BufRead as _, BufReader};
use std::process::{Output, Stdio};

use rehearsal::KooGallery;
use serde_json::json;

use crate::shop::{Shop, TOKEN, program};

async fn buy(market: &KooGallery) -> String {
    let answer = market.call("000000", &market.new_instance(&market.order())).await.unwrap();
    answer.instance_id().unwrap()
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[tokio::test]
async fn lists_what_was_sold_and_prints_changes_as_they_happen() {
    let shop = Shop::start("error");
    let market = shop.koogallery();
    let mut watch =
        shop.command("watch").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().map(Killed).unwrap();
    let mut ready = String::new();
    BufReader::new(watch.0.stderr.take().unwrap()).read_line(&mut ready).unwrap();
    assert_eq!(ready, "watching\n");

    let mut changes = BufReader::new(watch.0.stdout.take().unwrap()).lines();
    let mut bought = Vec::new();
    // More than are on one page.
    for _ in 0..60 {
        let instance = buy(&market).await;
        let line = changes.next().unwrap().unwrap();
        assert!(
            line.starts_with(&format!("purchased\t{instance}\tCS")) && line.ends_with("\tactive"),
            "{line}"
        );
        bought.push(instance);
    }
    let freeze = json!({"activity": "updateInstanceStatus", "instanceId": bought[0], "status": "FREEZE"});
    market.call("000000", &freeze).await.unwrap();
    let line = changes.next().unwrap().unwrap();
    assert!(line.starts_with(&format!("frozen\t{}\t", bought[0])) && line.ends_with("\tfrozen"), "{line}");

    let output = shop.command("list").output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    let listed = String::from_utf8(output.stdout).unwrap();
    let ids: Vec<_> = listed.lines().map(|line| line.split('\t').next().unwrap()).collect();
    assert_eq!(ids, bought);
    assert_eq!(listed.matches("\tfrozen\n").count(), 1);
}

#[test]
fn says_why_a_command_fails_and_never_shows_the_token() {
    let shop = Shop::start("error");
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for name in ["list", "watch"] {
        let to = |url: &str, token: Option<&str>| {
            let mut command = program();
            command.args([name, "--url", url]);
            let output = command.envs(token.map(|token| ("SHOP_ADMIN_TOKEN", token))).output().unwrap();
            assert_eq!(output.status.code(), Some(2), "{}", said(&output));
            assert!(!said(&output).contains("canary"), "{}", said(&output));
            said(&output)
        };
        let text = to(&shop.url(), Some("canary-another-token"));
        assert!(text.contains("Unauthenticated: show the admin token"), "{text}");
        let text = to(&shop.url(), None);
        assert!(text.contains("SHOP_ADMIN_TOKEN is not set"), "{text}");
        let text = to(&format!("http://{nobody}"), Some(TOKEN));
        assert!(text.contains("no shop answers") && text.contains("refused"), "{text}");
        let text = to("no url", Some(TOKEN));
        assert!(text.contains("`no url` is no URL"), "{text}");
    }
}

/// Ends with the test.
struct Killed(std::process::Child);

impl Drop for Killed {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
