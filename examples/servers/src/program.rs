//! Where the programs are, and how they are run.

use std::env;
use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A program of a Debian package, in the `PATH` or where administrators' programs are.
pub(crate) fn program(name: &str, package: &str) -> io::Result<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = env::split_paths(&path).chain(["/usr/sbin".into(), "/usr/bin".into()]);
    first(folders, name).ok_or_else(|| missing(name, package))
}

/// A program of PostgreSQL: of the highest version that Debian has installed, otherwise of the `PATH`.
///
/// Debian's own programs in the `PATH` are wrappers, which look for the clusters of the machine.
pub(crate) fn program_of_postgres(name: &str) -> io::Result<PathBuf> {
    let mut folders: Vec<(u32, PathBuf)> = match fs::read_dir("/usr/lib/postgresql") {
        Ok(versions) => versions
            .flatten()
            .filter_map(|version| Some((major(version.file_name().to_str()?)?, version.path().join("bin"))))
            .collect(),
        Err(_) => Vec::new(),
    };
    folders.sort_by_key(|(version, _)| std::cmp::Reverse(*version));
    match first(folders.into_iter().map(|(_, folder)| folder), name) {
        Some(found) => Ok(found),
        None => program(name, "postgresql"),
    }
}

/// Runs `program` without the environment of the tests, for which no server may ask.
///
/// `death` is the signal that the program gets when the process that starts it dies; `user` is whom it runs as, if not as
/// its caller. See [`spawn`](crate::process::spawn) for the thread that has to start it.
pub(crate) fn command(program: &Path, death: &str, user: Option<User>) -> io::Result<Command> {
    let mut command = match (self::program("setpriv", "util-linux"), user) {
        (Ok(setpriv), user) => {
            let mut command = Command::new(setpriv);
            command.args(["--pdeathsig", death]);
            if let Some(user) = user {
                command.args(["--reuid", &user.id.to_string(), "--regid", &user.group.to_string()]);
                command.arg("--clear-groups");
            }
            command.arg("--").arg(program);
            command
        }
        (Err(_), None) => Command::new(program),
        (Err(error), Some(_)) => return Err(error),
    };
    command.env_clear().env("PATH", "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin").env("LC_ALL", "C.UTF-8");
    Ok(command)
}

/// A user of this machine.
#[derive(Debug, Clone, Copy)]
pub(crate) struct User {
    pub(crate) id: u32,
    pub(crate) group: u32,
}

impl User {
    /// Whom a server runs as that refuses to run as root. `None` if we are not root.
    pub(crate) fn instead_of_root() -> io::Result<Option<Self>> {
        if !rustix::process::geteuid().is_root() {
            return Ok(None);
        }
        let users = fs::read_to_string("/etc/passwd")?;
        ["postgres", "nobody"].into_iter().find_map(|name| Self::named(name, &users)).map(Some).ok_or_else(
            || io::Error::new(io::ErrorKind::NotFound, "there is no user `postgres` and no `nobody`"),
        )
    }

    fn named(name: &str, users: &str) -> Option<Self> {
        users.lines().find_map(|line| {
            let mut fields = line.split(':');
            (fields.next() == Some(name)).then_some(())?;
            Some(Self { id: fields.nth(1)?.parse().ok()?, group: fields.next()?.parse().ok()? })
        })
    }
}

fn first(folders: impl Iterator<Item = PathBuf>, name: &str) -> Option<PathBuf> {
    folders.map(|folder| folder.join(name)).find(|path| {
        path.metadata().is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
    })
}

fn missing(name: &str, package: &str) -> io::Error {
    let message = format!(
        "`{name}` is missing; install it (on Debian: apt-get install {package}), or run scripts/test, which does"
    );
    io::Error::new(io::ErrorKind::NotFound, message)
}

/// The first number of a version: `9.6` is 9.
fn major(version: &str) -> Option<u32> {
    version.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_package_of_a_missing_program() {
        let error = program("redis-server-that-is-not-there", "redis-server").unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
        assert_eq!(
            error.to_string(),
            "`redis-server-that-is-not-there` is missing; install it (on Debian: apt-get install redis-server), \
             or run scripts/test, which does"
        );
    }

    #[test]
    fn finds_the_numbers_of_a_user() {
        let users =
            "root:x:0:0:root:/root:/bin/sh\npostgresql:x:7:8::/:/bin/sh\npostgres:x:114:121::/:/bin/sh\n";
        let user = User::named("postgres", users).unwrap();
        assert_eq!((user.id, user.group), (114, 121));
        assert!(User::named("nobody", users).is_none());
    }
}
