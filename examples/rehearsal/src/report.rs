//! One line for each check, and a total.

use std::fmt::Display;

/// What passed and what failed so far.
#[derive(Debug, Default)]
pub struct Report {
    passed: usize,
    failed: usize,
}

impl Report {
    /// Prints what came of a check. What it found is handed on to the checks that build on it.
    pub fn check<T>(&mut self, name: impl Display, outcome: Result<T, String>) -> Option<T> {
        match outcome {
            Ok(found) => {
                self.passed += 1;
                println!("PASS {name}");
                Some(found)
            }
            Err(why) => {
                self.failed += 1;
                println!("FAIL {name}: {why}");
                None
            }
        }
    }

    /// Prints the total; true if everything passed. No checks at all are no success.
    #[must_use]
    pub fn conclude(&self) -> bool {
        println!("{} passed, {} failed", self.passed, self.failed);
        self.failed == 0 && self.passed > 0
    }
}
