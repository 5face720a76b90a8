//! `skm`, over TLS against a Secure Key Manager that stands in for the vendor's.

mod canary;
mod settings;

use marketplace_tower::secure_key_manager::stand_in::{Project, Role, StandIn};
use marketplace_tower::secure_key_manager::{
    AppKey, AuthMode, KeyId, KeyStoreId, MacAddress, Methods, UserKey,
};

use crate::program::{Outcome, Run, file};

const APPKEY: &str = "canary-appkey-51f0c2";
const USER: (&str, &str) = ("canary-user-77a1d3", "canary-word-e2b894");
const MAC: &str = "ca:9a:41:7e:00:c5";

/// A stand-in whose key store checks what the test says, and the variables for it.
struct Bench {
    stand_in: StandIn,
    project: Project,
    store: KeyStoreId,
    folder: tempfile::TempDir,
}

impl Bench {
    async fn start(methods: Methods) -> Self {
        let stand_in = StandIn::start().await.unwrap();
        let project = stand_in.add_project_of(AppKey::new(APPKEY).unwrap());
        project.add_user_of(&UserKey::new(USER.0, USER.1).unwrap(), Role::Viewer);
        let store = project.add_key_store("shop", methods, AuthMode::And);
        project.register_ipv4(store, "127.0.0.0/8".parse().unwrap());
        project.register_mac(store, &MacAddress::new(MAC).unwrap());
        Self { stand_in, project, store, folder: tempfile::tempdir().unwrap() }
    }

    fn secret(&self, value: &str) -> KeyId {
        self.project.add_secret(self.store, "secret", value)
    }

    /// With the appkey alone.
    fn run(&self, arguments: &[&str]) -> Run {
        self.run_as(APPKEY, arguments)
    }

    fn run_as(&self, appkey: &str, arguments: &[&str]) -> Run {
        let base = self.stand_in.base_address().to_string();
        Run::new(&[&["skm"], arguments].concat())
            .with("SKM_APPKEY", appkey)
            .with("SKM_URL", &base)
            .with("SKM_TOKEN_URL", &format!("{base}/oauth2/token/create"))
            .with("SKM_CA", &file(&self.folder, "ca.pem", self.stand_in.authority_pem()))
            .with("RUST_LOG", "trace")
    }
}

/// Runs the program while the stand-in goes on.
async fn outcome(run: Run) -> Outcome {
    tokio::task::spawn_blocking(|| run.run()).await.unwrap()
}

fn with_user(run: Run) -> Run {
    run.with("SKM_USER_KEY_ID", USER.0).with("SKM_USER_KEY_SECRET", USER.1)
}

#[tokio::test]
async fn confirm_says_what_the_server_sees() {
    let bench = Bench::start(Methods::IPV4).await;
    let out = outcome(bench.run(&["confirm"])).await.fine();
    for part in ["with v1.0", "address      127.0.0.1\n", "none, SKM_MAC", "none, SKM_CERTIFICATE"] {
        assert!(out.contains(part), "{part}: {out}");
    }
    let p12 = bench.project.issue_certificate(bench.store, "seller", "canary-of-the-file", 1);
    let run = with_user(bench.run(&["confirm"]))
        .with("SKM_MAC", MAC)
        .with("SKM_CERTIFICATE", &file(&bench.folder, "seller.p12", p12))
        .with("SKM_CERTIFICATE_PASSWORD", "canary-of-the-file");
    let out = outcome(run).await.fine();
    for part in ["with v1.2", "MAC address  arrived, as SKM_MAC has it\n", "certificate  arrived\n"] {
        assert!(out.contains(part), "{part}: {out}");
    }
    let out = outcome(with_user(bench.run(&["confirm"])).with("SKM_API_VERSION", "1.3")).await.fine();
    assert!(out.contains("with v1.3") && bench.stand_in.token_requests() == 1, "{out}");
    let out = outcome(with_user(bench.run(&["confirm"])).with("SKM_API_VERSION", "1.0")).await.fine();
    assert!(out.contains("with v1.0"), "{out}");
}

#[tokio::test]
async fn secret_says_what_it_is_good_for_and_not_what_it_is() {
    let bench = Bench::start(Methods::IPV4).await;
    let document = r#"{"keys": [{"id": "base", "version": 3, "key": "canary-0001-abc"},
        {"id": "old", "key": "canary-0002-def", "state": "scheduled-for-deletion"},
        {"id": "gone\u001b[2J", "version": 1, "key": "canary-0003-ghi", "state": "disabled"}]}"#;
    for (value, code, parts) in [
        ("canary-0004-jkl", 0, &["15 bytes", "usable as one key"][..]),
        ("canary 0005 é\n", 1, &["15 bytes", "neither a usable key nor a document of keys: "]),
        (r#"{"keys": [{"id": "canary-0006"}]}"#, 1, &["nor a document of keys: not a document", "line 1"]),
        (
            document,
            0,
            &[
                "document of keys\n    base: version 3, in service\n",
                "    old: no version, scheduled for deletion\n",
                "    gone\u{fffd}[2J: version 1, disabled\n",
            ],
        ),
    ] {
        let key = bench.secret(value);
        let outcome = outcome(bench.run(&["secret", key.as_str()])).await;
        assert_eq!(outcome.code, code, "{outcome:?}");
        for part in parts {
            assert!(outcome.out.contains(part), "{part}: {outcome:?}");
        }
        assert!(!format!("{outcome:?}").contains("canary"), "{outcome:?}");
    }
}

#[tokio::test]
async fn a_wrong_appkey_is_named_as_the_solution_guide_does() {
    let bench = Bench::start(Methods::IPV4).await;
    let key = bench.secret("value");
    for command in [&["confirm"][..], &["secret", key.as_str()]] {
        let outcome = outcome(bench.run_as("canary-of-another", command)).await;
        assert_eq!(outcome.code, 1, "{outcome:?}");
        assert!(outcome.out.starts_with("refused: `Invalid Appkey`: ") && outcome.out.contains("\n  do: "));
        assert!(!format!("{outcome:?}").contains("canary"), "{outcome:?}");
    }
    let outcome = outcome(bench.run_as("canary-of-another", &["diagnose", key.as_str()])).await;
    assert_eq!(outcome.code, 1, "{outcome:?}");
    for part in ["`Invalid Appkey`", "cause: the appkey is not known", "here that is SKM_APPKEY\n"] {
        assert!(outcome.out.contains(part), "{part}: {outcome:?}");
    }
}

#[tokio::test]
async fn diagnose_finds_the_mac_address_that_is_missing() {
    let bench = Bench::start(Methods::IPV4.and(Methods::MAC)).await;
    let key = bench.secret("canary-0007-mno");
    let found = outcome(bench.run(&["diagnose", key.as_str()])).await;
    assert_eq!(found.code, 1, "{found:?}");
    for part in [
        "`MAC Auth Failure`",
        "cause: this client sends no MAC address",
        "here that is SKM_MAC\n",
        "key store 1 (shop) checks: IPv4 address, MAC address",
        "docs/errors.md#skm-mac-auth-failure",
    ] {
        assert!(found.out.contains(part), "{part}: {found:?}");
    }
    let out = outcome(bench.run(&["diagnose", key.as_str()]).with("SKM_MAC", MAC)).await.fine();
    assert_eq!(out, "fine: the secret can be read\n");
}
