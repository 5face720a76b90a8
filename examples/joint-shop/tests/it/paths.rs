//! What lies under the address without being a call.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use crate::shop::Shop;

/// KooGallery, and whoever reads its messages, is told in a signed answer that it called the wrong path.
#[test]
fn signs_the_refusal_of_every_path_under_the_address() {
    let shop = Shop::start("error");
    let authority = shop.url().strip_prefix("http://").unwrap().strip_suffix("/saasproduce").unwrap();
    for path in
        ["", "/", "/x", "/produceAPI", "/produceAPI/", "/produceAPI/tenantSync/", "/produceAPI/v3/tenantSync"]
    {
        for method in ["GET", "POST"] {
            let mut stream = TcpStream::connect(authority).unwrap();
            let head = format!("{method} /saasproduce{path} HTTP/1.1\r\nHost: {authority}\r\n");
            stream
                .write_all(format!("{head}Content-Length: 0\r\nConnection: close\r\n\r\n").as_bytes())
                .unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).unwrap();
            assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{method} {path}: {answer}");
            assert_eq!(answer.matches("\r\nBody-Sign: sign_type=\"HMAC-SHA256\", signature=\"").count(), 1);
            assert!(answer.contains(r#""resultCode":"000002""#), "{method} {path}: {answer}");
        }
    }
}
