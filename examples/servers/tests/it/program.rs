use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::support::{Seen, refuses_connections, see_children};

#[test]
fn no_server_outlives_a_killed_program() {
    let (mut program, ports, servers) = start();
    program.kill().unwrap();
    program.wait().unwrap();
    let end = Instant::now() + Duration::from_secs(60);
    while !servers.iter().all(Seen::has_ended) || !ports.iter().all(|port| refuses_connections(*port)) {
        assert!(Instant::now() < end, "{:?}", servers.iter().map(Seen::states).collect::<Vec<_>>());
        thread::sleep(Duration::from_millis(20));
    }
    // Nobody is left who would do it.
    servers.iter().for_each(Seen::remove_folder);
}

#[test]
fn servers_are_gone_when_the_program_ends() {
    let (mut program, ports, servers) = start();
    drop(program.stdin.take());
    assert!(program.wait().unwrap().success());
    servers.iter().for_each(Seen::is_gone);
    assert!(ports.iter().all(|port| refuses_connections(*port)));
}

/// The program with one server of each kind: their ports, and what they have.
fn start() -> (Child, Vec<u16>, Vec<Seen>) {
    let mut program = Command::new(env!("CARGO_BIN_EXE_servers"))
        .args(["redis", "postgres", "nginx"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let urls = BufReader::new(program.stdout.take().unwrap()).lines().take(3).map(Result::unwrap);
    let ports: Vec<u16> =
        urls.map(|url| url.rsplit(':').next().unwrap().split('/').next().unwrap().parse().unwrap()).collect();
    let servers = see_children(program.id());
    assert_eq!((ports.len(), servers.len()), (3, 3));
    (program, ports, servers)
}
