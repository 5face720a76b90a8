//! What came of a plan.

use std::fmt;

/// One step of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DrivenStep {
    /// What was done, such as `newInstance`.
    pub name: &'static str,
    /// How many calls it took.
    pub attempts: usize,
    /// Why calls had to be repeated, in their order; the same reason again is not repeated.
    pub complaints: Vec<String>,
    /// What came of it.
    pub outcome: StepOutcome,
}

/// What came of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum StepOutcome {
    /// It was done.
    Done,
    /// KooGallery gives up, and why.
    Failed(String),
    /// It was not come to, and why.
    NotPlayed(String),
}

impl DrivenStep {
    /// Was it done?
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.outcome == StepOutcome::Done
    }

    pub(super) fn complain(&mut self, complaint: String) {
        if self.complaints.last() != Some(&complaint) {
            self.complaints.push(complaint);
        }
    }
}

/// A line.
impl fmt::Display for DrivenStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, attempts, complaints, outcome } = self;
        match outcome {
            StepOutcome::Done => write!(f, "ok    {name}")?,
            StepOutcome::Failed(why) => write!(f, "FAIL  {name}: {why}")?,
            StepOutcome::NotPlayed(why) => write!(f, "-     {name}: {why}")?,
        }
        if *attempts > 1 {
            write!(f, " [{attempts} calls")?;
            if !complaints.is_empty() {
                write!(f, ": {}", complaints.join("; "))?;
            }
            f.write_str("]")?;
        }
        Ok(())
    }
}

/// What came of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Drive {
    /// The order that was placed.
    pub order_id: String,
    /// The instance that the seller named.
    pub instance_id: Option<String>,
    /// The order counts as failed, and the customer has the money back.
    pub is_refunded: bool,
    /// Did any call get an answer?
    pub is_reached: bool,
    /// The steps.
    pub steps: Vec<DrivenStep>,
}

impl Drive {
    /// Was everything done, if need be when it was repeated?
    #[must_use]
    pub fn is_fine(&self) -> bool {
        self.steps.iter().all(DrivenStep::is_done)
    }

    /// The step of this name.
    #[must_use]
    pub fn step(&self, name: &str) -> Option<&DrivenStep> {
        self.steps.iter().find(|step| step.name == name)
    }

    /// For a test: everything was done.
    ///
    /// # Panics
    ///
    /// If it was not; with all lines.
    #[track_caller]
    pub fn assert_fine(&self) {
        assert!(self.is_fine(), "not everything was done:\n{self}");
    }
}

/// A line for each step, and one for the order.
impl fmt::Display for Drive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for step in &self.steps {
            writeln!(f, "{step}")?;
        }
        let end = if self.is_refunded { "failed and refunded" } else { "stands" };
        writeln!(f, "the order {} {end}", self.order_id)
    }
}
