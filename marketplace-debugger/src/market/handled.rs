//! A request that was handled.

use std::fmt;

use super::fault::Fault;

/// A request that was handled, for a log.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Handled {
    /// The method.
    pub method: String,
    /// The path, without the query.
    pub path: String,
    /// The status of the answer; nothing, if there was none.
    pub status: Option<u16>,
    /// The code of the answer.
    pub code: Option<String>,
    /// What was put into it on purpose.
    pub fault: Option<Fault>,
}

/// A line.
impl fmt::Display for Handled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)?;
        match (self.status, &self.code) {
            (Some(status), Some(code)) => write!(f, " {status} {code}")?,
            (Some(status), None) => write!(f, " {status}")?,
            (None, _) => f.write_str(" no answer")?,
        }
        match self.fault {
            Some(fault) => write!(f, " ({fault}, on purpose)"),
            None => Ok(()),
        }
    }
}
