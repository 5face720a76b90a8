use std::process::Output;

use crate::shop::{KEY, program};

/// Starts it with these variables; all but one are right.
fn start(variables: &[(&str, &str)]) -> Output {
    let directory = tempfile::tempdir().unwrap();
    let mut program = program();
    program
        .current_dir(directory.path())
        .env("KOOGALLERY_ACCESS_KEY", KEY)
        .env("SHOP_LISTEN", "127.0.0.1:0")
        .env("SHOP_DATABASE", "shop.db");
    for (name, value) in variables {
        match *value {
            "unset" => program.env_remove(name),
            value => program.env(name, value),
        };
    }
    program.output().unwrap()
}

#[test]
fn names_the_variable_that_is_wrong_and_never_shows_the_key() {
    let quoted = format!("\"{KEY}\"");
    let ending = format!("{KEY}\n");
    for (name, value) in [
        ("KOOGALLERY_ACCESS_KEY", "unset"),
        ("KOOGALLERY_ACCESS_KEY", ""),
        ("KOOGALLERY_ACCESS_KEY", &quoted),
        ("KOOGALLERY_ACCESS_KEY", &ending),
        ("SHOP_KEYS", ""),
        ("SHOP_KEYS", "file:"),
        ("SHOP_KEYS", "file:no/such/file"),
        ("SHOP_KEYS", "vault:canary"),
        ("SHOP_KEYS", "skm:"),
        ("KOOGALLERY_AK", "AK"),
        ("KOOGALLERY_AK", ""),
        ("SHOP_LISTEN", ""),
        ("SHOP_LISTEN", "8080"),
        ("SHOP_LISTEN", "127.0.0.1:99999"),
        ("SHOP_DATABASE", "no/such/directory/shop.db"),
        ("SHOP_DATABASE", "."),
        ("SHOP_PROVISIONING_MS", ""),
        ("SHOP_PROVISIONING_MS", "-1"),
        ("SHOP_PROVISIONING_MS", "soon"),
    ] {
        let output = start(&[(name, value)]);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{name}={value}: {said}");
        let lines: Vec<_> = said.lines().collect();
        assert!(
            matches!(&lines[..], [line] if line.starts_with("axum-shop: ") && line.contains(name)),
            "{name}={value}: {said}"
        );
        assert!(!said.contains("canary"), "{name}={value}: {said}");
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn names_the_variable_of_the_market_that_is_wrong() {
    for (name, value) in [
        ("KOOGALLERY_SK", ""),
        ("KOOGALLERY_SK", "canary with blanks"),
        ("KOOGALLERY_SITE", "mars"),
        ("KOOGALLERY_URL", "mkt.example"),
        ("KOOGALLERY_URL", "http://mkt.example"),
    ] {
        let output = start(&[("KOOGALLERY_AK", "AK"), ("KOOGALLERY_SK", "canary"), (name, value)]);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{name}={value}: {said}");
        assert!(said.starts_with("axum-shop: ") && said.contains(name), "{name}={value}: {said}");
        assert!(!said.contains("canary"), "{name}={value}: {said}");
    }
}

#[test]
fn says_that_a_port_is_taken() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = start(&[("SHOP_LISTEN", &address)]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("SHOP_LISTEN") && said.contains(&address), "{said}");
}

#[test]
fn says_how_it_is_used() {
    for arguments in [&["--help"][..], &["--rehearse", "more"]] {
        let output = program().args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert_eq!(
            String::from_utf8_lossy(&output.stderr),
            "axum-shop: usage: axum-shop [--rehearse | --market]\n"
        );
    }
}
