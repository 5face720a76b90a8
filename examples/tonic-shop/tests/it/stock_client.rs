//! A stock gRPC client, which Google's tools generate for Python from the proto file: it lists and watches while
//! KooGallery buys.

use std::path::Path;
use std::process::{Command, Stdio};

use rehearsal::KooGallery;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader};

use crate::shop::{Shop, TOKEN};

const PROTO: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/proto");
const CLIENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/stock_client.py");
/// How many instances are bought while it watches.
const PURCHASES: usize = 40;

/// A Python that has gRPC. Debian's packages serve Debian's Python, which need not be the first in the path.
fn python() -> &'static str {
    let has_grpc = |python: &&&str| {
        let mut command = Command::new(python);
        command.args(["-c", "import grpc, grpc_tools.protoc"]).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    };
    ["python3", "/usr/bin/python3"].iter().find(has_grpc).unwrap_or_else(|| {
        panic!(
            "this test needs a stock gRPC client: Python with grpcio and grpcio-tools \
             (Debian: apt-get install python3-grpcio python3-grpc-tools)"
        )
    })
}

/// Generates the client's code.
fn generate(python: &str, directory: &Path) {
    let output = Command::new(python)
        .args(["-m", "grpc_tools.protoc", "--proto_path", PROTO, "admin.proto"])
        .arg(format!("--python_out={}", directory.display()))
        .arg(format!("--grpc_python_out={}", directory.display()))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_generated_client_is_served_while_koogallery_buys() {
    let directory = tempfile::tempdir().unwrap();
    let python = python();
    generate(python, directory.path());
    let shop = Shop::start("error");
    let market = shop.koogallery();

    let mut client = tokio::process::Command::new(python)
        .args([CLIENT, &shop.address().to_string(), &PURCHASES.to_string()])
        .env("PYTHONPATH", directory.path())
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("SHOP_ADMIN_TOKEN", TOKEN)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut said = BufReader::new(client.stdout.take().unwrap());
    let mut line = String::new();
    said.read_line(&mut line).await.unwrap();
    if line != "watching\n" {
        let output = client.wait_with_output().await.unwrap();
        panic!("`{line}`: {}", String::from_utf8_lossy(&output.stderr));
    }

    // The stream is open. KooGallery buys, and goes on calling until the client has seen all it wanted.
    let mut bought = Vec::new();
    for _ in 0..PURCHASES {
        bought.push(sell_and_freeze(&market).await);
    }
    let asking = tokio::spawn(ask(market.clone(), bought[0].clone()));
    let mut report = String::new();
    said.read_to_string(&mut report).await.unwrap();
    let output = client.wait_with_output().await.unwrap();
    assert!(output.status.success(), "{report}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(!asking.is_finished(), "a call failed meanwhile: {:?}", asking.await);
    asking.abort();

    let report: Value = serde_json::from_str(&report).unwrap();
    let told: Vec<_> =
        bought.iter().flat_map(|id| [json!(["PURCHASED", id]), json!(["FROZEN", id])]).collect();
    assert_eq!(report["told"], json!(told));
    assert_eq!(report["listed"], json!(bought));
    assert!(report["lists_meanwhile"].as_u64().unwrap() > 0, "{report}");
}

async fn sell_and_freeze(market: &KooGallery) -> String {
    let answer = market.call("000000", &market.new_instance(&market.order())).await.unwrap();
    let id = answer.instance_id().unwrap();
    let freeze = json!({"activity": "updateInstanceStatus", "instanceId": id, "status": "FREEZE"});
    market.call("000000", &freeze).await.unwrap();
    id
}

/// Asks again and again; ends only if an answer is wrong.
async fn ask(market: KooGallery, instance: String) -> String {
    loop {
        let query = json!({"activity": "queryInstance", "instanceId": instance});
        if let Err(why) = market.call("000000", &query).await {
            return why;
        }
    }
}
