//! No credential and no secret is in any output.

use super::{APPKEY, Bench, MAC, Methods, USER, outcome, with_user};
use crate::program::file;

const SECRET: &str = "canary-deed-90b7f6-41";
const PASSWORD: &str = "canary-file-3d8e15";

#[tokio::test]
async fn credentials_and_secrets_are_in_no_output() {
    let bench = Bench::start(Methods::IPV4.and(Methods::MAC)).await;
    let key = bench.secret(SECRET);
    let document = bench.secret(&format!(r#"{{"keys": [{{"id": "base", "key": "{SECRET}"}}]}}"#));
    let broken = bench.secret(&format!(r#"{{"keys": [{{"id": "{SECRET}", "key": "{SECRET} "}}]}}"#));
    let waiting = bench.secret(SECRET);
    bench.project.schedule_deletion(&waiting);
    let p12 = bench.project.issue_certificate(bench.store, "seller", PASSWORD, 1);
    let p12 = file(&bench.folder, "seller.p12", p12);
    let keys = [&key, &document, &broken, &waiting].map(|key| key.as_str());
    let commands = [
        vec!["confirm"],
        vec!["secret", SECRET],
        vec!["diagnose", APPKEY],
        vec!["secret", "/canary-appkey-51f0c2"],
        vec![USER.1],
    ]
    .into_iter()
    .chain(keys.iter().flat_map(|key| [vec!["secret", key], vec!["diagnose", key]]));
    let mut codes = [0; 3];
    for command in commands {
        for version in ["1.0", "1.2", "1.3"] {
            for mac in [MAC, "ca:9a:41:7e:00:c6"] {
                let run = with_user(bench.run(&command)).with("SKM_API_VERSION", version);
                let run = run.with("SKM_MAC", mac).with("SKM_CERTIFICATE", &p12);
                let outcome = outcome(run.with("SKM_CERTIFICATE_PASSWORD", PASSWORD)).await;
                codes[usize::try_from(outcome.code).unwrap()] += 1;
                for secret in [APPKEY, USER.0, USER.1, mac, PASSWORD, SECRET] {
                    for shown in [&outcome.out, &outcome.err] {
                        let pieces =
                            secret.as_bytes().windows(12).map(|piece| str::from_utf8(piece).unwrap());
                        for piece in pieces {
                            assert!(!shown.contains(piece), "{command:?}: {piece} in {outcome:?}");
                        }
                    }
                }
            }
        }
    }
    assert!(codes.iter().all(|runs| *runs > 0), "{codes:?}");
}
