//! A proxy before the market, with a clock of its own in `Date`.

use std::net::SocketAddr;
use std::time::{SystemTime, UNIX_EPOCH};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// The address at which it hands one exchange on.
pub(super) async fn proxy(market: SocketAddr, clock: SystemTime) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut client, _) = listener.accept().await.unwrap();
        let mut server = TcpStream::connect(market).await.unwrap();
        let request = read_until(&mut client, |text| text.ends_with("\r\n\r\n")).await;
        let request = request.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n");
        server.write_all(request.as_bytes()).await.unwrap();
        let answer = read_until(&mut server, |_| false).await;
        let dated = answer.lines().map(|line| {
            let is_date = line.to_ascii_lowercase().starts_with("date:");
            if is_date { format!("Date: {}\r\n", written(clock)) } else { format!("{line}\r\n") }
        });
        client.write_all(dated.collect::<String>().trim_end().as_bytes()).await.unwrap();
    });
    url
}

async fn read_until(stream: &mut TcpStream, is_whole: impl Fn(&str) -> bool) -> String {
    let mut read = Vec::new();
    while !is_whole(str::from_utf8(&read).unwrap()) && stream.read_buf(&mut read).await.unwrap() > 0 {}
    String::from_utf8(read).unwrap()
}

/// As HTTP writes it.
fn written(time: SystemTime) -> String {
    let seconds = time.duration_since(UNIX_EPOCH).unwrap().as_secs();
    let utc = marketplace_core::UtcTime::from_unix_seconds(seconds).unwrap().to_string();
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let month = months[utc[4..6].parse::<usize>().unwrap() - 1];
    let day =
        ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"][usize::try_from(seconds / 86_400 % 7).unwrap()];
    let (year, date) = (&utc[..4], &utc[6..8]);
    format!("{day}, {date} {month} {year} {}:{}:{} GMT", &utc[9..11], &utc[11..13], &utc[13..15])
}
