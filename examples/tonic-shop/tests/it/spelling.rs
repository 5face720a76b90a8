use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use marketplace_tower::AccessKey;
use marketplace_tower::signature::BodySign;

use crate::shop::{KEY, Shop};

/// Sends one request on a connection of its own; what comes back, until the shop closes.
fn exchange(shop: &Shop, request: &str) -> String {
    let mut connection = TcpStream::connect(shop.address()).unwrap();
    connection.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    connection.read_to_end(&mut answer).unwrap();
    String::from_utf8(answer).unwrap()
}

fn post(target: &str, content_type: &str, body: &str) -> String {
    format!(
        "POST {target} HTTP/1.1\r\nHost: shop\r\nConnection: close\r\nContent-Type: {content_type}\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

fn assert_exactly_signed(answer: &str) {
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let signs: Vec<_> = head.lines().filter(|line| line.to_lowercase().starts_with("body-sign")).collect();
    let [line] = signs[..] else { panic!("{answer}") };
    let sign = line.strip_prefix("Body-Sign: ").unwrap_or_else(|| panic!("{line}"));
    assert!(BodySign::verify(&AccessKey::new(KEY).unwrap(), body.as_bytes(), sign).unwrap(), "{answer}");
}

#[test]
fn signs_every_answer_of_the_marketplaces_path_in_the_exact_spelling() {
    let shop = Shop::start("error");
    let market = shop.koogallery();
    let order = market.new_instance(&market.order()).to_string();
    let signed = format!("/saasproduce?{}", market.sign(order.as_bytes()));
    let forged = format!("/saasproduce?{}", market.sign(b"another body"));
    let long = "x".repeat(2 << 20);
    let too_long = format!("/saasproduce?{}", market.sign(long.as_bytes()));
    let json = "application/json;charset=utf8";
    for (request, status, code) in [
        (post(&signed, json, &order), "200 OK", "000000"),
        // The same again is a replay.
        (post(&signed, json, &order), "200 OK", "000001"),
        (post(&forged, json, &order), "200 OK", "000001"),
        (post("/saasproduce", json, &order), "200 OK", "000002"),
        // Nobody gets past the layer by calling it gRPC.
        (post("/saasproduce", "application/grpc", &order), "200 OK", "000002"),
        (post(&too_long, json, &long), "413 Payload Too Large", "000002"),
    ] {
        let answer = exchange(&shop, &request);
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}\r\n")), "{answer}");
        assert!(answer.contains(&format!(r#"{{"resultCode":"{code}""#)), "{answer}");
        assert_exactly_signed(&answer);
    }
}

#[test]
fn signs_nothing_else() {
    let shop = Shop::start("error");
    for target in ["/", "/saasproduce2", "/shop.admin.v1.Instances/List"] {
        let answer = exchange(&shop, &post(target, "application/grpc", ""));
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
        assert!(answer.contains("grpc-status: "), "{answer}");
        assert!(!answer.to_lowercase().contains("body-sign"), "{answer}");
    }
}
