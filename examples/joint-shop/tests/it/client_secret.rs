use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{SystemTime, UNIX_EPOCH};

use marketplace_tower::AccessKey;
use marketplace_tower::signature::kit_v2;
use rusqlite::{Connection, OpenFlags};

use crate::shop::{KEY, Shop, program};

#[test]
fn a_shop_without_a_private_key_keeps_the_secret_as_it_came() {
    let shop = Shop::start_with(&mut program(), "warn");
    let body = r#"{"appId":"a","clientId":"c","clientSecret":"c2VhbGVk","flag":1,"instanceId":"","tenantId":"t","testFlag":0,"timeStamp":"20220413093539534"}"#;
    let stamp = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis().to_string();
    let sign = kit_v2::sign(&AccessKey::new(KEY).unwrap(), "nonce-x", &stamp, body.as_bytes());
    let address = shop.url().strip_prefix("http://").unwrap().split('/').next().unwrap();
    let mut line = TcpStream::connect(address).unwrap();
    write!(
        line,
        "POST /saasproduce/produceAPI/v2/applicationSync HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\
         x-sign: {sign}\r\nx-timestamp: {stamp}\r\nx-nonce: nonce-x\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    let mut answer = String::new();
    line.read_to_string(&mut answer).unwrap();
    assert!(answer.contains(r#""resultCode":"000000""#), "{answer}");
    let database = Connection::open_with_flags(shop.database(), OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let kept: (Option<String>, Option<String>) = database
        .query_row("SELECT client_secret, sealed_secret FROM applications", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .unwrap();
    assert_eq!(kept, (None, Some("c2VhbGVk".to_owned())));
    assert!(shop.log().contains("KOOGALLERY_KIT_PRIVATE_KEY is not set"));
}
