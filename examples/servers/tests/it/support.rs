//! A client that needs no library, and eyes for what a server leaves behind.

use std::collections::BTreeSet;
use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::path::PathBuf;
use std::time::Duration;

/// No server says this.
pub(crate) const TO_THE_END: &str = "\0";

/// What the server answers until it has said `enough`, or closes.
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
    let says = |process: &u32| {
        let line = fs::read(format!("/proc/{process}/cmdline")).unwrap_or_default();
        String::from_utf8_lossy(&line).replace('\0', " ").contains(word)
    };
    Seen::of(processes().find(says).unwrap())
}

/// The servers that a process has started.
pub(crate) fn see_children(process: u32) -> Vec<Seen> {
    children(process).map(Seen::of).collect()
}

impl Seen {
    fn of(server: u32) -> Self {
        let works_in = fs::read_link(format!("/proc/{server}/cwd")).unwrap();
        // PostgreSQL works in its data.
        let folder = works_in.ancestors().find(|folder| folder.join("log").exists()).unwrap().to_owned();
        Self { processes: [server].into_iter().chain(children(server)).collect(), folder }
    }

    /// The states of its processes, for each once: `RS`, or `T` if all stand still.
    pub(crate) fn states(&self) -> BTreeSet<char> {
        self.processes.iter().filter_map(|process| stat(*process)).map(|(state, _)| state).collect()
    }

    /// Its processes are gone, as far as it depends on them: who counts them as dead may be slow.
    pub(crate) fn has_ended(&self) -> bool {
        self.states().into_iter().all(|state| state == 'Z')
    }

    /// Nothing of it is left.
    pub(crate) fn is_gone(&self) {
        assert!(self.has_ended(), "{:?} of {:?}", self.states(), self.processes);
        assert!(!self.folder.exists(), "{:?} is there", self.folder);
        assert_eq!(shared_memory_of(self.processes[0]), [""; 0]);
    }

    /// Nothing of it is left, and its port is free.
    pub(crate) fn is_gone_from(&self, port: u16) {
        self.is_gone();
        assert!(refuses_connections(port), "somebody listens on {port}");
    }

    /// The servers whose folder it is cannot do it any more.
    pub(crate) fn remove_folder(&self) {
        fs::remove_dir_all(&self.folder).unwrap();
    }
}

/// What is shared between processes and was made by this one. It can outlive it.
fn shared_memory_of(process: u32) -> Vec<String> {
    let made_by = process.to_string();
    let segments = fs::read_to_string("/proc/sysvipc/shm").unwrap();
    segments
        .lines()
        .filter(|line| line.split_whitespace().nth(4) == Some(&made_by))
        .map(str::to_owned)
        .collect()
}

fn processes() -> impl Iterator<Item = u32> {
    fs::read_dir("/proc").unwrap().flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok())
}

fn children(parent: u32) -> impl Iterator<Item = u32> {
    processes().filter(move |process| stat(*process).is_some_and(|(_, found)| found == parent))
}

/// State and parent.
fn stat(process: u32) -> Option<(char, u32)> {
    let text = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let mut fields = text.rsplit_once(')')?.1.split_whitespace();
    Some((fields.next()?.chars().next()?, fields.next()?.parse().ok()?))
}
