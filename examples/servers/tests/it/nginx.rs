use std::fs;
use std::net::TcpListener;
use std::path::Path;

use servers::{Nginx, free_port};

use crate::support::{TO_THE_END, ask, ask_in_vain, read, refuses_connections, see};

const HELLO: &str = "GET / HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n";

fn hello(_: &Path, port: u16) -> String {
    format!("server {{ listen 127.0.0.1:{port}; location / {{ return 200 hello; }} }}")
}

#[test]
fn answers_and_is_gone_when_it_is_dropped() {
    let nginx = Nginx::start(hello).unwrap();
    let port = nginx.port();
    assert_eq!(nginx.url(), format!("http://127.0.0.1:{port}/"));
    // It writes to its log before it closes the connection, but after it has answered.
    assert!(ask(port, HELLO, TO_THE_END).ends_with("hello"));
    let seen = see(nginx.folder().to_str().unwrap());
    assert_eq!(seen.processes.len(), 2);
    assert!(fs::read_to_string(nginx.folder().join("access.log")).unwrap().contains("GET / HTTP/1.1"));
    drop(nginx);
    seen.is_gone_from(port);
}

#[test]
fn serves_files_from_its_folder_and_writes_its_temporary_files_there() {
    let target = free_port().unwrap();
    let nginx = Nginx::start(|folder, port| {
        fs::write(folder.join("page"), "a page").unwrap();
        format!(
            "server {{ listen 127.0.0.1:{port}; root {}; client_max_body_size 1m; client_body_in_file_only on;
             location /up {{ proxy_pass http://127.0.0.1:{target}; }} }}",
            folder.display()
        )
    })
    .unwrap();
    let page = ask(nginx.port(), &HELLO.replace("/ ", "/page "), "a page");
    assert!(page.ends_with("a page"), "{page}");

    let body = "x".repeat(100_000);
    let upload = format!("POST /up HTTP/1.1\r\nHost: shop\r\nContent-Length: 100000\r\n\r\n{body}");
    assert!(ask(nginx.port(), &upload, "\r\n\r\n").starts_with("HTTP/1.1 502 "));
    assert_eq!(fs::read_dir(nginx.folder().join("client_body")).unwrap().count(), 1);
}

#[test]
fn comes_back_after_a_kill() {
    let mut nginx = Nginx::start(hello).unwrap();
    let port = nginx.port();
    let seen = see(nginx.folder().to_str().unwrap());
    nginx.kill();
    assert!(refuses_connections(port));
    assert!(seen.has_ended(), "{:?}", seen.states());
    nginx.restart().unwrap();
    assert_eq!(nginx.port(), port);
    assert!(ask(port, HELLO, "hello").starts_with("HTTP/1.1 200 "));
}

#[test]
fn stands_still_and_goes_on() {
    let nginx = Nginx::start(hello).unwrap();
    nginx.pause().unwrap();
    let mut asked = ask_in_vain(nginx.port(), HELLO);
    nginx.go_on().unwrap();
    assert!(read(&mut asked, "hello").starts_with("HTTP/1.1 200 "));
}

#[test]
fn says_what_is_wrong_with_a_configuration() {
    let error = Nginx::start(|_, _| "no_such_directive on;".into()).unwrap_err().to_string();
    assert!(error.contains("no_such_directive"), "{error}");
    let error = Nginx::start(|_, _| String::new()).unwrap_err().to_string();
    assert!(error.contains("nginx does not listen on 127.0.0.1:"), "{error}");
}

#[test]
fn knows_another_server_on_its_port_from_itself() {
    let mut nginx = Nginx::start(hello).unwrap();
    nginx.kill();
    let _other = TcpListener::bind(("127.0.0.1", nginx.port())).unwrap();
    assert_eq!(nginx.restart().unwrap_err().kind(), std::io::ErrorKind::AddrInUse);
}
