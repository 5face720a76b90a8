use std::fs;
use std::io;
use std::net::{Ipv4Addr, TcpStream};
use std::path::Path;

use tempfile::TempDir;

use crate::port::on_free_port;
use crate::process::{Process, not_running};
use crate::program::{command, program};

/// An nginx of its own, in the foreground, with its logs and temporary files in its folder.
#[derive(Debug)]
pub struct Nginx {
    process: Option<Process>,
    port: u16,
    folder: TempDir,
}

impl Nginx {
    /// Starts nginx. Returns when it listens.
    ///
    /// `configuration` gets nginx's folder, for certificates and the like, and a free port. It returns what stands within
    /// `http { … }`, and has to listen on that port of 127.0.0.1. If somebody else takes the port, it is asked again. What
    /// stands outside of `http`, the logs, and the paths of temporary files are there already.
    ///
    /// # Errors
    ///
    /// There is no `nginx`, or it refuses the configuration: the error says what it said.
    pub fn start(configuration: impl Fn(&Path, u16) -> String) -> io::Result<Self> {
        on_free_port(|port| {
            let folder = tempfile::tempdir()?;
            let text = configuration_around(&configuration(folder.path(), port));
            fs::write(folder.path().join("nginx.conf"), text)?;
            let mut nginx = Self { process: None, port, folder };
            nginx.restart()?;
            Ok(nginx)
        })
    }

    /// `http://127.0.0.1:PORT/`; with TLS it is yours to write `https`.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
    }

    /// The port of 127.0.0.1 where it listens. A restart does not change it.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Its folder: `access.log` and `error.log` are there.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Ends it as a power failure would: SIGKILL to all its processes. Returns when they are gone.
    pub fn kill(&mut self) {
        self.process = None;
    }

    /// Starts it again: the same port, folder and configuration. Kills it before if it runs. Returns when it listens.
    ///
    /// # Errors
    ///
    /// It refuses to start: the error says what it said.
    pub fn restart(&mut self) -> io::Result<()> {
        self.kill();
        let folder = self.folder.path();
        // On TERM it ends at once, and its workers with it.
        let mut command = command(&program("nginx", "nginx")?, "TERM", None)?;
        command.current_dir(folder).arg("-p").arg(folder).args(["-e", "stderr", "-c", "nginx.conf"]);
        let mut process = Process::start("nginx", command, &folder.join("log"))?;
        let (file, id) = (folder.join("pid"), process.id().to_string());
        // It writes this file when it listens. After a kill an old one is there.
        process.until_alive(|| Ok(fs::read_to_string(&file).is_ok_and(|text| text.trim() == id)))?;
        if let Err(error) = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)) {
            let message =
                format!("nginx does not listen on 127.0.0.1:{}; let its configuration say so", self.port);
            return Err(io::Error::new(error.kind(), message));
        }
        self.process = Some(process);
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

    fn running(&self) -> io::Result<&Process> {
        self.process.as_ref().ok_or_else(|| not_running("nginx"))
    }
}

fn configuration_around(http: &str) -> String {
    // Its workers would otherwise be another user, to whom its folder may be closed.
    let user = if rustix::process::geteuid().is_root() { "user root;" } else { "" };
    format!(
        "daemon off;
{user}
worker_processes 1;
pid pid;
error_log stderr;
error_log error.log info;
events {{}}
http {{
access_log access.log;
client_body_temp_path client_body;
proxy_temp_path proxy;
fastcgi_temp_path fastcgi;
uwsgi_temp_path uwsgi;
scgi_temp_path scgi;
{http}
}}
"
    )
}
