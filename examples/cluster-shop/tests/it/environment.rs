use std::process::Output;

use crate::world::{KEY, program};

/// Starts it with these variables; all but one are right.
fn start(variables: &[(&str, &str)]) -> Output {
    let directory = tempfile::tempdir().unwrap();
    let mut program = program();
    program
        .current_dir(directory.path())
        .env("KOOGALLERY_ACCESS_KEY", KEY)
        .env("SHOP_LISTEN", "127.0.0.1:0")
        .env("SHOP_LEDGER", "sqlite:shop.db");
    for (name, value) in variables {
        match *value {
            "unset" => program.env_remove(name),
            value => program.env(name, value),
        };
    }
    program.output().unwrap()
}

#[test]
fn names_the_variable_that_is_wrong_and_never_shows_a_secret() {
    let quoted = format!("\"{KEY}\"");
    for (name, value) in [
        ("KOOGALLERY_ACCESS_KEY", "unset"),
        ("KOOGALLERY_ACCESS_KEY", ""),
        ("KOOGALLERY_ACCESS_KEY", &quoted),
        ("SHOP_LISTEN", ""),
        ("SHOP_LISTEN", "8080"),
        ("SHOP_LEDGER", ""),
        ("SHOP_LEDGER", "sqlite:"),
        ("SHOP_LEDGER", "sqlite:no/such/directory/shop.db"),
        ("SHOP_LEDGER", "mysql://shop:canary@127.0.0.1/shop"),
        ("SHOP_LEDGER", "postgres://shop:canary@127.0.0.1:1/shop"),
        ("SHOP_LEDGER", "postgres://shop:canary@127.0.0.1:none/shop"),
        ("SHOP_REPLAY", ""),
        ("SHOP_REPLAY", "memcached://127.0.0.1"),
        ("SHOP_REPLAY", "redis://:canary@127.0.0.1:1/"),
        ("SHOP_REPLAY", "redis://:canary@127.0.0.1:none/"),
        ("SHOP_LEASE_SECONDS", "0"),
        ("SHOP_LEASE_SECONDS", "a minute"),
        ("SHOP_PATIENCE_MS", "0"),
        ("SHOP_PROVISIONING_MS", "-1"),
        ("SHOP_PROVISIONING_MS", "soon"),
    ] {
        let output = start(&[(name, value)]);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{name}={value}: {said}");
        let lines: Vec<_> = said.lines().collect();
        assert!(
            matches!(&lines[..], [line] if line.starts_with("cluster-shop: ") && line.contains(name)),
            "{name}={value}: {said}"
        );
        assert!(!said.contains("canary"), "{name}={value}: {said}");
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn says_how_it_is_used() {
    for arguments in [&["--help"][..], &["--rehearse", "more"]] {
        let output = program().args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert_eq!(
            String::from_utf8_lossy(&output.stderr),
            "cluster-shop: usage: cluster-shop [--migrate | --print-schema | --rehearse]\n"
        );
    }
}
