use std::io::{BufRead as _, BufReader, Read as _};
use std::process::Stdio;

use crate::shop::Shop;

#[test]
fn stops_cleanly_on_sigterm_and_ctrl_c_and_tells_those_who_watch() {
    for signal in ["TERM", "INT"] {
        let mut shop = Shop::start("info");
        let mut watch = shop.command("watch").stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut said = BufReader::new(watch.stderr.take().unwrap());
        let mut line = String::new();
        said.read_line(&mut line).unwrap();
        assert_eq!(line, "watching\n");

        let status = shop.end(signal);
        assert_eq!(status.code(), Some(0), "SIG{signal}: {}", shop.log());
        let mut rest = String::new();
        said.read_to_string(&mut rest).unwrap();
        assert_eq!(rest, "tonic-shop: the shop answered Unavailable: the shop stops\n");
        assert_eq!(watch.wait().unwrap().code(), Some(2));
    }
}
