//! What came of it all.

mod json;
mod junit;
mod terminal;

use std::time::Duration;

use marketplace_core::Guide;

use crate::billing::Billing;
use crate::case::Case;
use crate::check::{Check, Outcome};

/// What came of a run of the console.
///
/// Neither a key nor a signature is in it.
#[derive(Debug, Clone)]
#[must_use = "whether the seller is sound is in the report"]
pub struct Report {
    seller: String,
    guide: Guide,
    billing: Billing,
    calls: usize,
    checks: Vec<Check>,
    cases: Vec<Case>,
    took: Duration,
}

impl Report {
    pub(crate) fn new(
        seller: String,
        guide: Guide,
        billing: Billing,
        calls: usize,
        checks: Vec<Check>,
        cases: Vec<Case>,
    ) -> Self {
        Self { seller, guide, billing, calls, checks, cases, took: Duration::ZERO }
    }

    pub(crate) fn with_time(mut self, took: Duration) -> Self {
        self.took = took;
        self
    }

    /// Every check, in the order of their groups.
    #[must_use]
    pub fn checks(&self) -> &[Check] {
        &self.checks
    }

    /// The checks that failed.
    pub fn failed(&self) -> impl Iterator<Item = &Check> {
        self.checks.iter().filter(|check| check.has_failed())
    }

    /// How many passed.
    #[must_use]
    pub fn passed(&self) -> usize {
        self.checks.iter().filter(|check| check.outcome == Outcome::Passed).count()
    }

    /// How many could not be seen.
    #[must_use]
    pub fn not_run(&self) -> usize {
        self.checks.iter().filter(|check| matches!(check.outcome, Outcome::NotRun(_))).count()
    }

    /// Did something pass, and nothing fail? What could not be seen does not count.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.passed() > 0 && self.failed().next().is_none()
    }

    /// What the vendor's console would show: it stops at the first thing that is wrong.
    #[must_use]
    pub fn first_message(&self) -> Option<&Check> {
        self.failed()
            .filter(|check| check.console().is_some())
            .min_by_key(|check| check.console().map(|(number, ..)| number))
    }

    /// How many calls were made.
    #[must_use]
    pub fn calls(&self) -> usize {
        self.calls
    }

    /// The debugging calls, to be kept and [made again](crate::Console::replay).
    #[must_use]
    pub fn cases(&self) -> &[Case] {
        &self.cases
    }

    /// For a test: fails with the whole report unless the seller [is sound](Self::is_sound).
    ///
    /// # Panics
    ///
    /// If a check failed, or none passed.
    #[track_caller]
    pub fn assert_passed(&self) {
        assert!(self.is_sound(), "the seller is not sound\n{}", self.to_terminal());
    }

    /// One line for each check that passed, and for each that failed what is wrong, why, and what to do. Plain text.
    #[must_use]
    pub fn to_terminal(&self) -> String {
        terminal::render(self)
    }

    /// An object with everything: `seller`, `guide`, `billing`, `calls`, `passed`, `failed`, `notRun`, and `checks`, each with
    /// `name`, `group`, `slug`, `outcome`, and when it failed `detail`, `cause`, `fix` and the words of the console.
    #[must_use]
    pub fn to_json(&self) -> String {
        json::render(self)
    }

    /// The XML that build servers read: a suite for each group.
    #[must_use]
    pub fn to_junit(&self) -> String {
        junit::render(self)
    }
}
