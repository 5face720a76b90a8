//! A client that needs no library, and eyes for what a server leaves behind.

use std::collections::BTreeSet;
use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::path::PathBuf;
use std::time::Duration;

/// What the server answers until it has said `enough`, or closes, or is silent for a while.
pub(crate) fn ask(port: u16, question: &str, enough: &str) -> String {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    stream.write_all(question.as_bytes()).unwrap();
    read(&mut stream, enough)
}

/// What comes until it contains `enough`.
pub(crate) fn read(stream: &mut TcpStream, enough: &str) -> String {
    let (mut answer, mut part) = (String::new(), [0; 4096]);
    while !answer.contains(enough) {
        match stream.read(&mut part).unwrap() {
            0 => break,
            length => answer.push_str(std::str::from_utf8(&part[..length]).unwrap()),
        }
    }
    answer
}

/// A connection that has asked, and is not answered within half a second.
pub(crate) fn ask_in_vain(port: u16, question: &str) -> TcpStream {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
    stream.write_all(question.as_bytes()).unwrap();
    stream.set_read_timeout(Some(Duration::from_millis(500))).unwrap();
    let error = stream.read(&mut [0; 64]).unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::WouldBlock);
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    stream
}

pub(crate) fn refuses_connections(port: u16) -> bool {
    TcpStream::connect((Ipv4Addr::LOCALHOST, port))
        .is_err_and(|error| error.kind() == std::io::ErrorKind::ConnectionRefused)
}

/// What a running server has: its processes, itself first, and its folder.
pub(crate) struct Seen {
    pub(crate) processes: Vec<u32>,
    folder: PathBuf,
}

/// The server that says `word` on its command line.
pub(crate) fn see(word: &str) -> Seen {
    let all: Vec<u32> = fs::read_dir("/proc")
        .unwrap()
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .collect();
    let says = |process: &u32| {
        let line = fs::read(format!("/proc/{process}/cmdline")).unwrap_or_default();
        String::from_utf8_lossy(&line).replace('\0', " ").contains(word)
    };
    let server = all.iter().copied().find(says).unwrap();
    let folder = fs::read_link(format!("/proc/{server}/cwd")).unwrap();
    let is_child = |process: &u32| stat(*process).is_some_and(|(_, parent)| parent == server);
    Seen { processes: [server].into_iter().chain(all.into_iter().filter(is_child)).collect(), folder }
}

impl Seen {
    /// The states of its processes, for each once: `RS`, or `T` if all stand still.
    pub(crate) fn states(&self) -> BTreeSet<char> {
        self.processes.iter().filter_map(|process| stat(*process)).map(|(state, _)| state).collect()
    }

    /// Its processes are gone, as far as it depends on them: who counts them as dead may be slow.
    pub(crate) fn has_ended(&self) -> bool {
        self.states().into_iter().all(|state| state == 'Z')
    }

    /// Nothing of it is left.
    pub(crate) fn is_gone_from(&self, port: u16) {
        assert!(refuses_connections(port), "somebody listens on {port}");
        assert!(self.has_ended(), "{:?} of {:?}", self.states(), self.processes);
        assert!(!self.folder.exists(), "{:?} is there", self.folder);
    }
}

/// State and parent.
fn stat(process: u32) -> Option<(char, u32)> {
    let text = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let mut fields = text.rsplit_once(')')?.1.split_whitespace();
    Some((fields.next()?.chars().next()?, fields.next()?.parse().ok()?))
}
