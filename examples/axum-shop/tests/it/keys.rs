use std::fs;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::time::{Duration, Instant};

use marketplace_tower::AccessKey;
use marketplace_tower::secure_key_manager::stand_in::StandIn;
use marketplace_tower::secure_key_manager::{AppKey, AuthMode, Methods};
use rehearsal::KooGallery;
use serde_json::json;

use crate::shop::{KEY, Shop};

const NEXT: &str = "canary-of-next-year-0c1d2e3f";

fn put(file: &Path, keys: &[(&str, u32)]) {
    let keys: Vec<_> =
        keys.iter().map(|(key, version)| json!({"id": "base", "version": version, "key": key})).collect();
    let beside = file.with_extension("new");
    let options = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&beside);
    serde_json::to_writer(options.unwrap(), &json!({ "keys": keys })).unwrap();
    fs::rename(beside, file).unwrap();
}

fn market(shop: &Shop, key: &str) -> KooGallery {
    let address = shop.url().trim_start_matches("http://").trim_end_matches("/saasproduce");
    KooGallery::new(address.parse().unwrap(), "/saasproduce", AccessKey::new(key).unwrap())
}

/// Until the shop answers these keys so.
async fn answers(shop: &Shop, codes: [(&str, &str); 2]) {
    let until = Instant::now() + Duration::from_secs(20);
    loop {
        let mut wrong = Vec::new();
        for (key, code) in codes {
            let market = market(shop, key);
            // A refusal is signed with a key of the shop, and not with this one.
            let body = market.new_instance(&market.order()).to_string();
            let query = format!("?{}", market.sign(body.as_bytes()));
            let answer = market.line().exchange("POST", &query, &[], body.as_bytes()).await.unwrap();
            if !String::from_utf8_lossy(&answer.body).contains(code) {
                wrong.push(code);
            }
        }
        if wrong.is_empty() {
            return;
        }
        assert!(Instant::now() < until, "{wrong:?}: {}", shop.log());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn a_key_is_replaced_in_its_file_while_the_shop_runs() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("keys.json");
    put(&file, &[(KEY, 1)]);
    let source = format!("file:{}", file.display());
    let shop = Shop::start_with("debug", &[("SHOP_KEYS", &source), ("KOOGALLERY_ACCESS_KEY", "")]);
    answers(&shop, [(KEY, "000000"), (NEXT, "000001")]).await;
    put(&file, &[(KEY, 1), (NEXT, 2)]);
    answers(&shop, [(KEY, "000000"), (NEXT, "000000")]).await;
    put(&file, &[(NEXT, 2)]);
    answers(&shop, [(KEY, "000001"), (NEXT, "000000")]).await;
    let log = shop.log();
    assert!(log.contains("the access keys have changed") && !log.contains("canary"), "{log}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_comes_from_the_secure_key_manager() {
    let folder = tempfile::tempdir().unwrap();
    let stand_in = StandIn::start().await.unwrap();
    let authority = folder.path().join("authority.pem");
    fs::write(&authority, stand_in.authority_pem()).unwrap();
    let project = stand_in.add_project_of(AppKey::new("canary-appkey").unwrap());
    let store = project.add_key_store("shop", Methods::IPV4, AuthMode::And);
    project.register_ipv4(store, "127.0.0.1".parse().unwrap());
    let key = project.add_secret(store, "koogallery", KEY);
    let variables = [
        ("SHOP_KEYS", format!("skm:{key}")),
        ("SKM_APPKEY", "canary-appkey".to_owned()),
        ("SKM_URL", stand_in.base_address().to_string()),
        ("SKM_CA", authority.display().to_string()),
        ("KOOGALLERY_ACCESS_KEY", String::new()),
    ];
    let variables: Vec<_> = variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let shop = Shop::start_with("debug", &variables);
    answers(&shop, [(KEY, "000000"), (NEXT, "000001")]).await;
    assert!(!shop.log().contains("canary"), "{}", shop.log());
}
