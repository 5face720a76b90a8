//! Words that the vendor may add to.

use std::fmt;

/// A set of words that the vendor may add to.
macro_rules! words {
    ($(#[$about:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$about])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$doc])* $variant,)+
            /// A word that is not known here.
            Other(Box<str>),
        }

        impl $name {
            pub(super) fn new(word: impl Into<Box<str>>) -> Self {
                let word = word.into();
                match &*word { $($word => Self::$variant,)+ _ => Self::Other(word) }
            }

            /// The word of the wire.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self { $(Self::$variant => $word,)+ Self::Other(word) => word }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }
    };
}

words! {
    /// `orderType`: what an order is for.
    OrderType {
        /// A purchase.
        New = "NEW",
        /// A trial.
        Trial = "TRIAL",
        /// A trial becomes a purchase.
        TrialToFormal = "TRIAL_TO_FORMAL",
        /// A purchase is taken back.
        Unsubscribe = "UNSUBSCRIBE",
        /// A renewal.
        Renew = "RENEW",
        /// Another specification or capacity.
        Change = "CHANGE",
    }
}

words! {
    /// `chargingMode`: how a line is billed.
    ChargingMode {
        /// Pay per use.
        OnDemand = "ON_DEMAND",
        /// Once.
        OneTime = "ONE_TIME",
        /// By period.
        Period = "PERIOD",
        /// A package of pay-per-use.
        OnDemandPackage = "ON_DEMAND_PKG",
    }
}

words! {
    /// `periodType`: the period of a line that is billed by it.
    PeriodType {
        /// Years.
        Year = "year",
        /// Months.
        Month = "month",
        /// Days, of trials.
        Day = "day",
    }
}
