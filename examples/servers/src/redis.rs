use std::ffi::OsString;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::path::PathBuf;
use std::time::Duration;

use tempfile::TempDir;

use crate::port::on_free_port;
use crate::process::{Process, not_running};
use crate::program::{command, program};

/// A Redis of its own, or a Valkey where there is no Redis. It keeps nothing on disk unless its options say so.
#[derive(Debug)]
pub struct Redis {
    // Before the folder, so that it ends before its folder does.
    process: Option<Process>,
    program: PathBuf,
    options: Vec<OsString>,
    port: u16,
    folder: TempDir,
}

impl Redis {
    /// Starts a server with options of its command line, such as `["--requirepass", "x"]`. Returns when it answers.
    ///
    /// # Errors
    ///
    /// There is no `redis-server`, or it refuses to start: the error says what it said.
    pub fn start(options: &[&str]) -> io::Result<Self> {
        let program = program("redis-server", "redis-server")
            .or_else(|missing| program("valkey-server", "").or(Err(missing)))?;
        on_free_port(|port| {
            let options = options.iter().map(OsString::from).collect();
            let folder = tempfile::tempdir()?;
            let mut redis = Self { process: None, program: program.clone(), options, port, folder };
            redis.restart()?;
            Ok(redis)
        })
    }

    /// `redis://127.0.0.1:PORT/`, without a password.
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/", self.port)
    }

    /// The port of 127.0.0.1 where it listens. A restart does not change it.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Ends it as a power failure would (SIGKILL). Returns when it is gone.
    pub fn kill(&mut self) {
        self.process = None;
    }

    /// Starts it again: the same port, folder and options. Kills it before if it runs. Returns when it answers.
    ///
    /// # Errors
    ///
    /// It refuses to start: the error says what it said.
    pub fn restart(&mut self) -> io::Result<()> {
        self.kill();
        let mut command = command(&self.program, "KILL", None)?;
        command.current_dir(&self.folder).arg("--dir").arg(self.folder.path());
        command.args(["--bind", "127.0.0.1", "--port", &self.port.to_string(), "--daemonize", "no"]);
        command.args(["--save", "", "--appendonly", "no"]).args(&self.options);
        let mut process = Process::start("redis-server", command, &self.folder.path().join("log"))?;
        let (port, id) = (self.port, process.id());
        process.until_alive(|| answers(port, id))?;
        self.process = Some(process);
        Ok(())
    }

    /// Stops it without ending it (SIGSTOP): connections are accepted and not answered.
    ///
    /// # Errors
    ///
    /// It does not run.
    pub fn pause(&self) -> io::Result<()> {
        self.running()?.pause().map(drop)
    }

    /// Lets it go on after [`pause`](Self::pause) (SIGCONT).
    ///
    /// # Errors
    ///
    /// It does not run.
    pub fn go_on(&self) -> io::Result<()> {
        self.running()?.go_on()
    }

    fn running(&self) -> io::Result<&Process> {
        self.process.as_ref().ok_or_else(|| not_running("redis-server"))
    }
}

/// Whether the server with this process number answers, other than that it still loads.
fn answers(port: u16, id: u32) -> io::Result<bool> {
    let Ok(stream) = TcpStream::connect((Ipv4Addr::LOCALHOST, port)) else { return Ok(false) };
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    let mut writer = stream.try_clone()?;
    if writer.write_all(b"PING\r\nINFO server\r\n").is_err() {
        return Ok(false);
    }
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    match lines.next() {
        Some(line) if line == "+PONG" => {}
        // It wants a password, or another error that tells of life.
        Some(line) => return Ok(line.starts_with('-') && !line.starts_with("-LOADING")),
        None => return Ok(false),
    }
    let Some(answer) = lines.next() else { return Ok(false) };
    if answer.starts_with('-') {
        return Ok(true);
    }
    let other = lines.find_map(|line| line.strip_prefix("process_id:").map(|found| found != id.to_string()));
    match other {
        Some(false) => Ok(true),
        Some(true) => Err(io::Error::new(io::ErrorKind::AddrInUse, format!("another Redis has port {port}"))),
        None => Ok(false),
    }
}
