use std::fmt;
use std::fs;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{self, Seek, Write};
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rustix::process::Signal;
use tempfile::TempDir;

use crate::port::on_free_port;
use crate::process::{Process, not_running, spawn};
use crate::program::{User, command, program, program_of_postgres};

/// A PostgreSQL cluster of its own, with a password, and with its writes as safe as in production (`fsync`,
/// `synchronous_commit`).
///
/// It listens on 127.0.0.1 only. The database `postgres` is there from the beginning.
pub struct Postgres {
    process: Option<Process>,
    port: u16,
    password: String,
    user: Option<User>,
    folder: TempDir,
}

impl Postgres {
    /// Makes a cluster and starts it. Returns when it answers.
    ///
    /// PostgreSQL refuses to run as root: there it runs as the user `postgres`, or `nobody`.
    ///
    /// # Errors
    ///
    /// PostgreSQL is not installed, or refuses to start: the error says what it said.
    pub fn start() -> io::Result<Self> {
        let user = User::instead_of_root()?;
        let anywhere = std::env::temp_dir();
        let place = if user.is_some() { open_to_all(anywhere) } else { anywhere };
        let folder =
            tempfile::Builder::new().permissions(fs::Permissions::from_mode(0o700)).tempdir_in(place)?;
        if let Some(user) = user {
            chown(&folder, Some(user.id), Some(user.group))?;
        }
        let mut postgres = Self { process: None, port: 0, password: password(), user, folder };
        postgres.initialise()?;
        let (process, port) = on_free_port(|port| Ok((postgres.launch(port)?, port)))?;
        (postgres.process, postgres.port) = (Some(process), port);
        Ok(postgres)
    }

    /// Of the database `postgres`. It contains the password.
    pub fn url(&self) -> String {
        self.url_of("postgres")
    }

    /// Makes an empty database. Returns its URL, which contains the password.
    ///
    /// # Errors
    ///
    /// The name is anything but small letters, digits and underscores, or it is taken, or the server does not answer.
    pub fn create_database(&self, name: &str) -> io::Result<String> {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        if name.is_empty() || name.len() > 63 || !name.bytes().all(plain) {
            let message = format!("{name:?} is no name for a database: at most 63 of `a-z`, `0-9` and `_`");
            return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
        }
        self.sql(&self.url(), &format!("CREATE DATABASE \"{name}\""))?;
        Ok(self.url_of(name))
    }

    /// The port of 127.0.0.1 where it listens. A restart does not change it.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Runs statements with `psql`. Returns what they return: a line for each row, `|` between its columns.
    ///
    /// # Errors
    ///
    /// A statement fails, and what follows is not run: the error says what `psql` said. Or the server does not answer.
    pub fn sql(&self, url: &str, text: &str) -> io::Result<String> {
        // In a file, so that a long text cannot wait for a long answer to be read.
        let mut input = tempfile::tempfile()?;
        input.write_all(text.as_bytes())?;
        input.rewind()?;
        let mut command = command(&program_of_postgres("psql")?, "KILL", None)?;
        command.args(["--no-psqlrc", "--quiet", "--no-align", "--tuples-only", "--no-password"]);
        command.args(["--set", "ON_ERROR_STOP=1", "--dbname", url]).stdin(input);
        self.output("psql", command)
    }

    /// Ends it as a power failure would: SIGKILL to all its processes. Returns when they are gone.
    pub fn kill(&mut self) {
        self.process = None;
    }

    /// Starts it again: the same port and folder. Kills it before if it runs. Returns when it has recovered and answers.
    ///
    /// # Errors
    ///
    /// It refuses to start: the error says what it said.
    pub fn restart(&mut self) -> io::Result<()> {
        self.kill();
        self.process = Some(self.launch(self.port)?);
        Ok(())
    }

    /// Stops all its processes without ending them (SIGSTOP): connections are accepted and not answered.
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

    fn initialise(&self) -> io::Result<()> {
        let file = self.folder.path().join("password");
        fs::write(&file, &self.password)?;
        self.give(&file)?;
        let mut command = command(&program_of_postgres("initdb")?, "KILL", self.user)?;
        command.current_dir(&self.folder).arg("--pgdata").arg(self.data()).arg("--pwfile").arg(&file);
        command.args(["--username", "postgres", "--auth", "scram-sha-256"]);
        command.args(["--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"]).stdin(Stdio::null());
        self.output("initdb", command)?;
        fs::remove_file(&file)
    }

    fn launch(&self, port: u16) -> io::Result<Process> {
        // On QUIT it ends at once, and takes its children and its shared memory with it.
        let mut command = command(&program_of_postgres("postgres")?, "QUIT", self.user)?;
        command.current_dir(&self.folder).arg("-D").arg(self.data()).args(["-p", &port.to_string()]);
        for setting in SETTINGS {
            command.args(["-c", setting]);
        }
        let mut process = Process::start("postgres", command, &self.folder.path().join("log"))?;
        let (file, id) = (self.data().join("postmaster.pid"), process.id().to_string());
        process.until_alive(|| {
            // Its first line is the process; the last one is `ready` when it has recovered. After a kill an old one is there.
            let text = fs::read_to_string(&file).unwrap_or_default();
            let mut lines = text.lines().map(str::trim);
            Ok(lines.next() == Some(&id) && lines.next_back() == Some("ready"))
        })?;
        Ok(process)
    }

    fn output(&self, name: &str, mut command: Command) -> io::Result<String> {
        let output = spawn({
            command.stdout(Stdio::piped()).stderr(Stdio::piped());
            command
        })?
        .wait_with_output()?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr).replace(&self.password, "***");
            return Err(io::Error::other(format!("{name} failed; it said:\n{}", said.trim_end())));
        }
        let said = String::from_utf8(output.stdout).map_err(io::Error::other)?;
        Ok(said.strip_suffix('\n').unwrap_or(&said).to_owned())
    }

    fn give(&self, file: &Path) -> io::Result<()> {
        match self.user {
            Some(user) => chown(file, Some(user.id), Some(user.group)),
            None => Ok(()),
        }
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn url_of(&self, database: &str) -> String {
        format!("postgres://postgres:{}@127.0.0.1:{}/{database}", self.password, self.port)
    }

    fn running(&self) -> io::Result<&Process> {
        self.process.as_ref().ok_or_else(|| not_running("postgres"))
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        match &mut self.process {
            // If it does not end by itself, it is killed.
            Some(process) => drop(process.end(Signal::QUIT)),
            None => forget_shared_memory(&self.data()),
        }
    }
}

impl fmt::Debug for Postgres {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Postgres").field("port", &self.port).finish_non_exhaustive()
    }
}

const SETTINGS: [&str; 9] = [
    "listen_addresses=127.0.0.1",
    // Nobody asks for one, and its path may only have 107 bytes.
    "unix_socket_directories=",
    "max_connections=100",
    "fsync=on",
    "synchronous_commit=on",
    "full_page_writes=on",
    // In its folder, where a kill leaves nothing behind.
    "dynamic_shared_memory_type=mmap",
    "logging_collector=off",
    "log_destination=stderr",
];

/// It protects a port of this machine, for some seconds.
fn password() -> String {
    format!("throw-away-{:016x}", RandomState::new().build_hasher().finish())
}

/// This folder, if any user can go there, otherwise `/tmp`.
fn open_to_all(folder: PathBuf) -> PathBuf {
    let open = folder.canonicalize().is_ok_and(|path| {
        path.ancestors().all(|part| part.metadata().is_ok_and(|it| it.permissions().mode() & 0o001 != 0))
    });
    if open { folder } else { PathBuf::from("/tmp") }
}

/// A killed server leaves a small segment, which only a restart or this removes.
fn forget_shared_memory(data: &Path) {
    let text = fs::read_to_string(data.join("postmaster.pid")).unwrap_or_default();
    // The last line but one: its key and its number.
    let Some(segment) = text.lines().nth(6).and_then(|line| line.split_ascii_whitespace().nth(1)) else {
        return;
    };
    if let Ok(program) = program("ipcrm", "util-linux") {
        let quiet = Command::new(program).args(["-m", segment]).stderr(Stdio::null()).status();
        // Whoever cannot remove it loses 56 bytes.
        drop(quiet);
    }
}
