//! `doctor`, against endpoints that answer with given bytes.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use marketplace_debugger::doctor::{Doctor, FindingCode, Unreachable};
use marketplace_tower::{AccessKey, KeyRing, MarketplaceLayer, Replay, server};

use crate::program::{KEY, Outcome, Run};

const SIGN: &str = "sign_type=\"HMAC-SHA256\", signature=\"5Sppy0PFrKfUw9d9k29lkmQ5xPM94t5AcVaiBLUTbyw=\"";

/// An answer of these headers, each with its line end.
fn answer(headers: &str) -> String {
    format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json;charset=utf-8\r\nContent-Length: 2\r\n{headers}\r\n{{}}"
    )
}

/// Answers every call with these bytes after this time, and closes if the answer says so.
fn serve(answer: &str, after: Duration) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let answer = answer.to_owned();
    let is_last = !answer.contains("Content-Length") || answer.contains("Connection: close");
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream: TcpStream = stream.unwrap();
            let mut read = Vec::new();
            let mut bytes = [0; 1024];
            while let Ok(count @ 1..) = stream.read(&mut bytes) {
                read.extend_from_slice(&bytes[..count]);
                if read.ends_with(b"\r\n\r\n{}") {
                    read.clear();
                    std::thread::sleep(after);
                    let _ = stream.write_all(answer.as_bytes());
                    if is_last {
                        break;
                    }
                }
            }
        }
    });
    address
}

fn doctor(answer: &str) -> Outcome {
    let address = serve(answer, Duration::ZERO);
    Run::new(&["doctor", &format!("http://{address}/saasproduce"), "--format", "json"]).run()
}

/// The problems, each with its recipe.
fn problems(answer: &str) -> Vec<(String, String)> {
    let outcome = doctor(answer);
    let report = outcome.json();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let findings = report["findings"].as_array().unwrap().iter().filter(|finding| finding["problem"] == true);
    let problems: Vec<_> =
        findings.map(|finding| (text(&finding["code"]), text(&finding["recipe"]))).collect();
    assert_eq!(outcome.code, i32::from(!problems.is_empty()), "{outcome:?}");
    problems
}

#[test]
fn an_answer_in_the_exact_spelling_is_fine() {
    for headers in ["", "Server: nginx\r\n", "Via: 1.1 varnish\r\n"] {
        assert_eq!(problems(&answer(&format!("{headers}Body-Sign: {SIGN}\r\n"))), []);
    }
    let chunked = answer("")
        .replace("Content-Length: 2\r\n", &format!("Transfer-Encoding: chunked\r\nBody-Sign: {SIGN}\r\n"));
    assert_eq!(problems(&chunked.replace("{}", "2\r\n{}\r\n0\r\n\r\n")), []);

    let address = serve(&answer(&format!("Server: nginx/1.22.1\r\nBody-Sign: {SIGN}\r\n")), Duration::ZERO);
    let shown = Run::new(&["doctor", &format!("http://{address}/p")]).run().fine();
    for part in [
        "Server        nginx/1.22.1",
        "Via           none",
        "with 200 in",
        "and kept the connection",
        "note     plain-http: ",
        "fine: the answer arrives",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
}

#[test]
fn each_finding_names_its_recipe() {
    let body_sign = |name: &str| format!("{name}: {SIGN}\r\n");
    let exact = body_sign("Body-Sign");
    for (answer, code, recipe) in [
        (answer(&body_sign("body-sign")), "body-sign-spelling", "#proxies"),
        (answer(&body_sign("Body-sign")), "body-sign-spelling", "#proxies"),
        (
            answer(&format!("{}via: 1.1 nginx, 1.1 haproxy\r\n", body_sign("body-sign"))),
            "body-sign-spelling",
            "#haproxy",
        ),
        (answer(&format!("server: envoy\r\n{}", body_sign("body-sign"))), "body-sign-spelling", "#envoy"),
        (
            answer(&format!(
                "server: nginx\r\nx-envoy-upstream-service-time: 1\r\n{}",
                body_sign("body-sign")
            )),
            "body-sign-spelling",
            "#envoy",
        ),
        (answer("Server: Caddy\r\n"), "body-sign-missing", "#caddy"),
        (answer("Server: Apache/2.4\r\n"), "body-sign-missing", "#apache"),
        (
            answer("Body-Sign: 5Sppy0PFrKfUw9d9k29lkmQ5xPM94t5AcVaiBLUTbyw=\r\n"),
            "body-sign-form",
            "#body-sign-form",
        ),
        (
            answer("Body-Sign: sign_type=\"HMAC-SHA256\", signature=\"AAAA\"\r\n"),
            "body-sign-form",
            "#body-sign-form",
        ),
        (answer(&format!("{exact}{exact}")), "body-sign-form", "#body-sign-form"),
        (answer(&exact).replace("application/json", "text/html"), "content-type", "#content-type"),
        (
            answer(&format!("{exact}Content-Encoding: gzip\r\nServer: openresty\r\n")),
            "content-encoding",
            "#nginx",
        ),
        (answer(&exact).replace("200 OK", "500 Oh"), "http-status", "#proxies"),
        (
            answer("Location: https://h/\r\nServer: nginx\r\n").replace("200 OK", "301 Moved"),
            "redirect",
            "#nginx",
        ),
    ] {
        let found = problems(&answer);
        assert_eq!(found.len(), 1, "{answer} {found:?}");
        assert_eq!(found[0].0, code, "{answer}");
        assert!(found[0].1.starts_with("docs/") && found[0].1.ends_with(recipe), "{found:?}");
    }
}

#[test]
fn a_page_of_a_proxy_has_several_problems() {
    let page =
        "HTTP/1.1 404 Not Found\r\nServer: nginx\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\n{}";
    let codes: Vec<_> = problems(page).into_iter().map(|(code, _)| code).collect();
    assert_eq!(codes, ["http-status", "body-sign-missing", "content-type"]);
    let address = serve(page, Duration::ZERO);
    let outcome = Run::new(&["doctor", &format!("http://{address}/")]).run();
    assert!(
        outcome.code == 1
            && outcome.out.contains("see docs/operations.md#nginx\n")
            && outcome.out.ends_with("  3 problems\n"),
        "{}",
        outcome.out
    );
}

#[test]
fn a_closed_connection_is_worth_a_note() {
    for answer in [
        answer(&format!("Connection: close\r\nBody-Sign: {SIGN}\r\n")),
        answer(&format!("Body-Sign: {SIGN}\r\n")).replace("Content-Length: 2\r\n", ""),
    ] {
        let outcome = doctor(&answer);
        let report = outcome.json();
        assert_eq!((outcome.code, &report["keepsConnection"]), (0, &false.into()));
        assert_eq!(report["findings"][0]["code"], "no-keep-alive");
    }
}

#[test]
fn a_terminal_obeys_no_header() {
    let outcome = doctor(&answer(&format!("Server: \x1b[31mx\r\nbody-sign: {SIGN}\r\n")));
    assert!(!outcome.out.contains('\x1b'));
    let address = serve(&answer("Server: \x1b[31mx\r\n"), Duration::ZERO);
    assert!(!Run::new(&["doctor", &format!("http://{address}/")]).run().out.contains('\x1b'));
}

#[test]
fn without_an_answer_it_ends_with_2() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let silent = serve("", Duration::ZERO);
    let other = serve("SSH-2.0-OpenSSH_9.9\r\n", Duration::ZERO);
    let curt = TcpListener::bind("127.0.0.1:0").unwrap();
    let no_tls = curt.local_addr().unwrap();
    std::thread::spawn(move || {
        curt.incoming().for_each(|stream| stream.unwrap().write_all(b"SSH-2.0\r\n").unwrap())
    });
    let cut = serve("HTTP/1.1 200 OK\r\nContent-Length: 9\r\nConnection: close\r\n\r\n{}", Duration::ZERO);
    for (url, says) in [
        (format!("http://{closed}/"), "no connection: "),
        (format!("https://{no_tls}/"), "no TLS: "),
        (format!("http://{other}/"), "does not speak HTTP/1.1"),
        (format!("http://{silent}/"), "the connection ended without a whole answer"),
        (format!("http://{cut}/"), "the connection ended without a whole answer: after 2 bytes of its body"),
        ("http://no-such-host.invalid/".to_owned(), "the host is not known"),
        ("shop.example".to_owned(), "has to begin with `https://`"),
        ("https://user:word@shop.example/".to_owned(), "holds a user name"),
    ] {
        let outcome = Run::new(&["doctor", &url]).run();
        assert_eq!((outcome.code, &*outcome.out), (2, ""), "{outcome:?}");
        assert!(outcome.err.contains(says), "{says}: {}", outcome.err);
    }
}

#[tokio::test]
async fn a_slow_answer_is_found_and_one_that_does_not_come_is_not_waited_for() {
    let address = serve(&answer(&format!("Body-Sign: {SIGN}\r\n")), Duration::from_millis(200));
    let url = format!("http://{address}/");
    let examination = Doctor::new().with_limit(Duration::from_millis(50)).examine(&url).await.unwrap();
    let codes: Vec<_> = examination.findings().iter().map(|finding| finding.code()).collect();
    assert_eq!(codes, [FindingCode::SlowAnswer, FindingCode::PlainHttp]);
    assert!(examination.took().unwrap() >= Duration::from_millis(200));

    let patience = Duration::from_millis(50);
    let error = Doctor::new().with_patience(patience).examine(&url).await.unwrap_err();
    assert_eq!(error, Unreachable::TooSlow(patience));
}

#[test]
fn authorities_are_read_from_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let empty = crate::program::file(&folder, "roots.pem", "");
    let outcome = Run::new(&["doctor", "https://shop.example/", "--roots", &empty]).run();
    assert_eq!(outcome.code, 2);
    assert!(outcome.err.contains("roots.pem: there is no certificate in it"), "{}", outcome.err);
}

#[tokio::test]
async fn the_server_of_this_project_is_fine() {
    let keys = KeyRing::from(AccessKey::new(KEY).unwrap());
    let app = axum::Router::new().layer(MarketplaceLayer::new(keys, Replay::memory()));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/saasproduce", listener.local_addr().unwrap());
    tokio::spawn(server::Server::new().with_shutdown(std::future::pending()).serve(listener, app));
    let examination = Doctor::new().examine(&url).await.unwrap();
    assert!(examination.is_fine() && examination.keeps_connection(), "{}", examination.to_terminal());
}
