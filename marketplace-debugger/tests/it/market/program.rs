//! `market`, from the command line.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};

use marketplace_core::open_api::path;
use serde_json::Value;

use crate::program::{Outcome, Run};
use crate::support::broken::{Broken, Fault};
use crate::support::serving::Serving;
use crate::support::{KEY, seller};

/// A market of the program's, and what it printed at its beginning.
struct Running {
    child: Child,
    out: BufReader<ChildStdout>,
    url: String,
    keys: BTreeMap<String, String>,
}

impl Running {
    fn start(arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_marketplace-debugger"))
            .arg("market")
            .args(arguments)
            .env_clear()
            .envs(variables.iter().copied())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut line = || {
            let mut line = String::new();
            out.read_line(&mut line).unwrap();
            line.trim_end().to_owned()
        };
        let url = line().strip_prefix("# the market is at ").unwrap().to_owned();
        let count = if variables.is_empty() { 3 } else { 0 };
        let exports = (0..count).map(|_| line());
        let keys = exports.map(|line| {
            let (name, value) = line.strip_prefix("export ").unwrap().split_once('=').unwrap();
            (name.to_owned(), value.to_owned())
        });
        let keys = keys.collect();
        Self { child, out, url, keys }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.out.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    /// Asks it to end, and says how it did.
    fn terminate(mut self) -> Option<i32> {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        self.child.wait().unwrap().code()
    }
}

/// Also of a test that fails nothing is left.
impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn ask(url: &str, request: marketplace_core::analysis::CapturedRequest) -> (u16, Value) {
    let wire = marketplace_debugger::wire::Wire::new(url.parse().unwrap());
    let patience = std::time::Duration::from_secs(20);
    let answer = wire.send(&request, Default::default(), patience).await.unwrap();
    (answer.head.status(), serde_json::from_slice(&answer.body).unwrap())
}

fn query(url: &str, ak: &str, sk: &str, order: &str) -> marketplace_core::analysis::CapturedRequest {
    use marketplace_core::signature::sdk_hmac::{Credentials, Payload, RequestToSign};

    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let date = marketplace_core::UtcTime::from_unix_seconds(since.as_secs()).unwrap();
    let (host, written) = (url.strip_prefix("http://").unwrap(), date.to_string());
    let query = format!("orderId={order}");
    let to_sign = RequestToSign {
        method: "GET",
        path: path::QUERY_ORDER,
        query: &query,
        headers: &[("host", host), ("x-sdk-date", &written)],
        payload: Payload::Body(b""),
    };
    let authorization = Credentials::new(ak, sk).unwrap().authorization(&to_sign, date);
    let target = format!("{}?{query}", path::QUERY_ORDER);
    marketplace_core::analysis::CapturedRequest::new("GET", target)
        .with_header("X-Sdk-Date", &written)
        .with_header("Authorization", &authorization)
}

#[cfg(unix)]
#[tokio::test]
async fn serves_with_keys_that_it_made_up_until_it_is_asked_to_end() {
    let mut running = Running::start(&["--any-order", "--site", "eu"], &[]);
    let names: Vec<_> = running.keys.keys().map(String::as_str).collect();
    assert_eq!(names, ["KOOGALLERY_ACCESS_KEY", "KOOGALLERY_AK", "KOOGALLERY_SK"]);
    let (ak, sk) = (running.keys["KOOGALLERY_AK"].clone(), running.keys["KOOGALLERY_SK"].clone());
    let (status, answer) = ask(&running.url, query(&running.url, &ak, &sk, "CS1")).await;
    assert_eq!((status, &answer["orderInfo"]["orderId"]), (200, &"CS1".into()));
    assert_eq!(running.line(), format!("GET {} 200 MKT.0000", path::QUERY_ORDER));
    let throttle = marketplace_core::analysis::CapturedRequest::new("POST", "/_market/throttle?next=1");
    assert_eq!(ask(&running.url, throttle).await.0, 200);
    assert_eq!(running.line(), "POST /_market/throttle 200 -");
    assert_eq!(ask(&running.url, query(&running.url, &ak, &sk, "CS1")).await.0, 406);
    assert_eq!(running.line(), format!("GET {} 406 MKT.0250 (MKT.0250, on purpose)", path::QUERY_ORDER));
    let others = Running::start(&[], &[]);
    assert_ne!(others.keys["KOOGALLERY_SK"], sk);
    assert_eq!((running.terminate(), others.terminate()), (Some(0), Some(0)));
}

#[cfg(unix)]
#[tokio::test]
async fn keys_that_are_set_are_used_and_not_shown() {
    let secret = "canary-secret-0123456789";
    let variables = [
        ("KOOGALLERY_AK", "AK1"),
        ("KOOGALLERY_SK", secret),
        ("KOOGALLERY_ACCESS_KEY", "canary-access-key-1"),
    ];
    let mut running = Running::start(&["--old-envelope"], &variables);
    let (_, answer) = ask(&running.url, query(&running.url, "AK1", secret, "MOCKONDEMAND")).await;
    assert_eq!(answer["error_code"], "CBC.0000");
    assert!(!running.line().contains("canary"));
    // What a caller puts into the path is not shown either, if it is a key.
    let path = format!("/{secret}");
    ask(&running.url, marketplace_core::analysis::CapturedRequest::new("GET", path)).await;
    assert_eq!(running.line(), format!("GET /{} 404 APIGW.0101", "*".repeat(secret.len())));
    assert_eq!(running.terminate(), Some(0));
}

async fn driven(seller: String, arguments: &'static [&'static str]) -> Outcome {
    let run = move || {
        let all = [&["market", "--seller", &seller, "--hour-ms", "5"], arguments].concat();
        let run = Run::new(&all).with("KOOGALLERY_AK", "AK1").with("KOOGALLERY_SK", "secret-of-ak1");
        run.with("KOOGALLERY_ACCESS_KEY", KEY).run()
    };
    tokio::task::spawn_blocking(run).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn ends_as_the_seller_deserves() {
    let sound = Serving::start(seller()).await;
    let shown = driven(sound.url(), &["--plan", "on-demand"]).await.fine();
    let lines: Vec<_> = shown.lines().skip(1).collect();
    assert_eq!(lines[0], "ok    newInstance");
    assert_eq!(lines[4], "ok    updateInstanceStatus UNFREEZE");
    assert!(lines.last().unwrap().ends_with(" stands") && !shown.contains(KEY), "{shown}");
    assert!(!driven(sound.url(), &["--no-upgrade"]).await.fine().contains("upgradeInstance"));

    let broken = Serving::start(Broken::new(Fault::Answers(|asked, answer| {
        if asked.activity() == "newInstance" {
            answer["resultCode"] = "000005".into();
        }
    })));
    let outcome = driven(broken.await.url(), &[]).await;
    assert!(outcome.code == 1 && outcome.out.contains("failed and is refunded"), "{outcome:?}");

    drop(sound);
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let outcome = driven(format!("http://{nobody}/saasproduce"), &[]).await;
    assert!(outcome.code == 2 && outcome.err.contains("there was no answer at all"), "{outcome:?}");
}

#[test]
fn says_what_it_cannot_do() {
    const AK: (&str, &str) = ("KOOGALLERY_AK", "AK1");
    type Variables = &'static [(&'static str, &'static str)];
    let runs: [(&[&str], Variables, &str); 6] = [
        (&["--listen", "0.0.0.0:0"], &[], "0.0.0.0:0 is not an address of the loopback interface"),
        (&["--seller", "http://127.0.0.1:1/"], &[], "the seller has keys already"),
        (&[], &[AK], "KOOGALLERY_SK: it is not set, and its AK is"),
        (&[], &[("KOOGALLERY_SK", "secret-of-ak1")], "KOOGALLERY_AK: it is not set, and its SK is"),
        (&[], &[AK, ("KOOGALLERY_SK", "")], "the secret key (SK) is empty"),
        (&["--plan", "period"], &[], "--seller"),
    ];
    for (arguments, variables, why) in runs {
        let run = Run::new(&[&["market"], arguments].concat());
        let outcome = variables.iter().fold(run, |run, (name, value)| run.with(name, value)).run();
        assert!(outcome.code == 2 && outcome.err.contains(why), "{outcome:?}");
    }
}
