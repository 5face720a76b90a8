//! Every HTTP/1 answer carries exactly one `Body-Sign`, in this spelling, under whatever server: raw bytes over TCP.

mod grpc;
mod servers;

use self::servers::{HOSTS, LIMIT};
use crate::support::KEY;
use crate::support::signing::Call;
use crate::support::tcp::{Client, Raw};

/// How a request travels.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Wire {
    Old,
    Close,
    KeepAlive,
    Pipelined,
    Chunked,
    Head,
}

const WIRES: [Wire; 6] =
    [Wire::Old, Wire::Close, Wire::KeepAlive, Wire::Pipelined, Wire::Chunked, Wire::Head];

/// What becomes of it.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fate {
    Succeeds,
    FailsAtTheSeller,
    Refused,
    TooLong,
    NotFound,
    Panics,
}

const FATES: [Fate; 6] =
    [Fate::Succeeds, Fate::FailsAtTheSeller, Fate::Refused, Fate::TooLong, Fate::NotFound, Fate::Panics];

impl Fate {
    fn call(self) -> Call {
        let query = |id: &str| format!(r#"{{"activity":"queryInstance","instanceId":"{id}"}}"#);
        match self {
            Self::Succeeds => Call::new(query("known")),
            Self::FailsAtTheSeller => Call::new(query("unknown")),
            Self::Refused => Call::new(query("known")).with_key("not the key"),
            Self::TooLong => Call::new("x".repeat(LIMIT + 1)),
            Self::NotFound => Call::new(query("known")).with_path("/saasproduce/nothing"),
            Self::Panics => Call::new(query("known")).with_path("/saasproduce/panic"),
        }
    }

    /// The status, and what is in the body.
    fn answer(self) -> (u16, &'static str) {
        match self {
            Self::Succeeds => (200, r#""resultCode":"000000""#),
            Self::FailsAtTheSeller => (200, r#""resultCode":"000003""#),
            Self::Refused => (200, r#""resultCode":"000001""#),
            Self::TooLong => (413, r#""resultCode":"000002""#),
            Self::NotFound => (404, ""),
            Self::Panics => (200, r#""resultCode":"000005""#),
        }
    }
}

impl Wire {
    /// The requests of one connection, those in one element at once, and how many answers each has.
    fn turns(self, fate: Fate) -> Vec<(Vec<u8>, usize)> {
        let sized = |version: &str, last: bool| {
            let call = fate.call();
            let close = if last { "Connection: close\r\n" } else { "" };
            let (target, length) = (call.target(), call.body.len());
            let head =
                format!("POST {target} {version}\r\nHost: shop\r\n{close}Content-Length: {length}\r\n\r\n");
            [head.as_bytes(), &call.body].concat()
        };
        match self {
            Self::Old => vec![(sized("HTTP/1.0", false), 1)],
            Self::Close => vec![(sized("HTTP/1.1", true), 1)],
            Self::KeepAlive => vec![(sized("HTTP/1.1", false), 1), (sized("HTTP/1.1", true), 1)],
            Self::Pipelined => {
                let both = [sized("HTTP/1.1", false), sized("HTTP/1.1", true)];
                vec![(both.concat(), 2)]
            }
            Self::Chunked => {
                let call = fate.call();
                let head = format!("POST {} HTTP/1.1\r\nHost: shop\r\n", call.target());
                let mut bytes =
                    format!("{head}Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n").into_bytes();
                for piece in call.body.chunks(call.body.len() / 2) {
                    bytes.extend(format!("{:x}\r\n", piece.len()).bytes());
                    bytes.extend(piece);
                    bytes.extend(b"\r\n");
                }
                bytes.extend(b"0\r\n\r\n");
                vec![(bytes, 1)]
            }
            Self::Head => {
                let target = fate.call().target();
                let head = format!("HEAD {target} HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n");
                vec![(head.into_bytes(), 1)]
            }
        }
    }
}

#[tokio::test]
async fn every_answer_under_every_server_is_signed_in_the_exact_spelling() {
    let mut right = 0;
    let mut wrong = Vec::new();
    for server in HOSTS {
        let address = server.start().await;
        for wire in WIRES {
            for fate in FATES {
                let mut client = Client::connect(address).await;
                let mut answers = Vec::new();
                let turns = wire.turns(fate);
                for (bytes, count) in &turns {
                    client.send(bytes).await;
                    for _ in 0..*count {
                        answers.push(client.answer(wire == Wire::Head).await);
                    }
                }
                client.end().await;
                let expected = if matches!(wire, Wire::KeepAlive | Wire::Pipelined) { 2 } else { 1 };
                assert_eq!(answers.len(), expected);
                if answers.iter().all(|answer| is_right(answer, wire, fate)) {
                    right += 1;
                } else {
                    wrong.push((server, wire, fate, answers));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(right, 180);
}

fn is_right(answer: &Raw, wire: Wire, fate: Fate) -> bool {
    // KooGallery sends no HEAD: it is refused, and answered as HTTP wants it.
    let (status, holds) = if wire == Wire::Head { (200, "") } else { fate.answer() };
    let version = if wire == Wire::Old { "HTTP/1.0" } else { "HTTP/1.1" };
    answer.is_exactly_signed_by(KEY)
        && answer.status == status
        && answer.version == version
        && answer.text().contains(holds)
        && (wire != Wire::Head || answer.body.is_empty())
}
