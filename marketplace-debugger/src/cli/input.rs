//! Files and standard input.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use super::exit::Failure;

/// Larger inputs are none of ours.
const LARGEST: u64 = 16 * 1024 * 1024;

/// The bytes of a file; of `-`, those of standard input.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    if is_stdin(path) {
        return all(io::stdin().lock()).map_err(|error| Failure::about("standard input", error));
    }
    file(path).map_err(|error| Failure::about(path.display(), error))
}

/// The bytes of a file. The error does not name it.
pub(crate) fn file(path: &Path) -> io::Result<Vec<u8>> {
    File::open(path).and_then(all)
}

/// One line of standard input, without its end.
pub(crate) fn line_of_stdin() -> Result<String, Failure> {
    let bytes = read(Path::new("-"))?;
    let text = String::from_utf8(bytes).map_err(|_| Failure::about("standard input", "this is no UTF-8"))?;
    Ok(without_line_end(&text).to_owned())
}

pub(crate) fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// What `echo` puts behind a line.
pub(crate) fn without_line_end(text: &str) -> &str {
    let text = text.strip_suffix('\n').unwrap_or(text);
    text.strip_suffix('\r').unwrap_or(text)
}

fn all(from: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(LARGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST {
        return Err(io::Error::other("more than 16 MiB"));
    }
    Ok(bytes)
}
