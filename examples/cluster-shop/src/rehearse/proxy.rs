//! nginx as docs/operations.md has it, on loopback and without TLS.

use std::net::SocketAddr;

const OPERATIONS: &str = include_str!("../../../../docs/operations.md");

/// What stands within `http { … }`: the recipe, for these machines.
pub(super) fn configuration(port: u16, machines: &[SocketAddr]) -> String {
    let recipe = OPERATIONS.split_once("```nginx\n").and_then(|(_, rest)| rest.split_once("```"));
    let (recipe, _) = recipe.unwrap_or_default();
    let servers: String = machines.iter().map(|machine| format!("    server {machine};\n")).collect();
    recipe
        .lines()
        .map(|line| match line.trim() {
            "listen 443 ssl;" => format!("    listen 127.0.0.1:{port};\n"),
            "server 127.0.0.1:8080;" => servers.clone(),
            line if line.starts_with("ssl_") => String::new(),
            // In its own folder.
            line if line.starts_with("access_log ") => "access_log marketplace.log marketplace;\n".to_owned(),
            _ => format!("{line}\n"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_recipe_of_the_page_is_what_is_rehearsed() {
        let machines = [1, 2].map(|port| SocketAddr::from(([127, 0, 0, 1], port)));
        let text = configuration(7, &machines);
        for line in [
            "listen 127.0.0.1:7;",
            "server 127.0.0.1:1;",
            "server 127.0.0.1:2;",
            "proxy_next_upstream off;",
            "access_log marketplace.log marketplace;",
        ] {
            assert_eq!(text.matches(line).count(), 1, "{line} in {text}");
        }
        for absent in ["443", "8080", "ssl", "/var/"] {
            assert!(!text.contains(absent), "{absent} in {text}");
        }
    }
}
