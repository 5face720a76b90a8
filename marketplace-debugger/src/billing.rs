//! How a product is billed.

use std::fmt;
use std::str::FromStr;

/// How a product is billed: it decides which activities a seller has to serve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Billing {
    /// By the year or the month.
    #[default]
    Period,
    /// Once.
    OneTime,
    /// By use, packages included.
    OnDemand,
}

impl Billing {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Period, Self::OneTime, Self::OnDemand];

    /// `period`, `one-time` or `on-demand`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Period => "period",
            Self::OneTime => "one-time",
            Self::OnDemand => "on-demand",
        }
    }
}

impl fmt::Display for Billing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Billing {
    type Err = UnknownBilling;

    fn from_str(text: &str) -> Result<Self, UnknownBilling> {
        let text = text.replace('_', "-");
        Self::ALL.into_iter().find(|billing| billing.name() == text).ok_or(UnknownBilling)
    }
}

/// A word that is no way of billing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not one of period, one-time, on-demand")]
pub struct UnknownBilling;
