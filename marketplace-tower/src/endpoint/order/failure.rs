//! Why there is no order.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use marketplace_core::OrderKey;
use marketplace_core::open_api::OrderInfo;

type BoxError = Box<dyn Error + Send + Sync>;

/// Why there is no order, for the operator.
#[derive(Debug, thiserror::Error)]
#[error("the order `{order}` {reason}")]
pub(super) struct Failure {
    order: String,
    reason: Reason,
}

#[derive(Debug, thiserror::Error)]
enum Reason {
    // The operator's line shows one text, so the causes are in it.
    #[error("could not be had: {}", Causes(&**.0))]
    Failed(BoxError),
    #[error("did not come within {0:?}")]
    Late(Duration),
    #[error("was asked for, and another one came: `{0}`")]
    Other(String),
    #[error("has no line `{0}`")]
    NoLine(String),
    #[error("has {0} lines, and the call names none of them")]
    WhichLine(usize),
}

impl Failure {
    pub(super) fn failed(key: &OrderKey, error: BoxError) -> Self {
        Self::new(key, Reason::Failed(error))
    }

    pub(super) fn late(key: &OrderKey, limit: Duration) -> Self {
        Self::new(key, Reason::Late(limit))
    }

    pub(super) fn other_order(key: &OrderKey, order: &OrderInfo) -> Self {
        // What came is not checked, and goes into a log: not all of it has to.
        Self::new(key, Reason::Other(order.order_id().chars().take(64).collect()))
    }

    pub(super) fn no_line(key: &OrderKey) -> Self {
        Self::new(key, Reason::NoLine(key.order_line_id().unwrap_or_default().to_owned()))
    }

    pub(super) fn which_line(key: &OrderKey, lines: usize) -> Self {
        Self::new(key, Reason::WhichLine(lines))
    }

    fn new(key: &OrderKey, reason: Reason) -> Self {
        Self { order: key.order_id().to_owned(), reason }
    }
}

/// An error and what caused it.
struct Causes<'a>(&'a dyn Error);

impl fmt::Display for Causes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        let mut cause = self.0.source();
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}
