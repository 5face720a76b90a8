//! One check, and what came of it.

use marketplace_core::catalogue::{self, Entry};

/// One check of the console.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Check {
    /// What has to be so, such as ``the header is spelled `Body-Sign` ``. No two checks of a report have the same.
    pub name: String,
    /// What it is about.
    pub group: Group,
    /// Its entry in the [catalogue]: cause, fix, and the message of the vendor's console if it has one.
    pub slug: &'static str,
    /// What came of it.
    pub outcome: Outcome,
}

impl Check {
    /// What the catalogue knows about its failure.
    #[must_use]
    pub fn entry(&self) -> Option<&'static Entry> {
        catalogue::find(self.slug)
    }

    /// The number and the words of the vendor's console, in English and in Chinese, if it has words for a failure of this
    /// check. Of a failed check the placeholders are filled in.
    #[must_use]
    pub fn console(&self) -> Option<(u8, String, String)> {
        let message = self.entry()?.console?;
        let value = match &self.outcome {
            Outcome::Failed(failure) => failure.value.as_deref(),
            _ => None,
        };
        let fill = |text: &str| match value {
            None => text.to_owned(),
            Some(value) => ["{httpCode}", "{contentType}", "{fileId}"]
                .into_iter()
                .fold(text.to_owned(), |text, placeholder| text.replace(placeholder, value)),
        };
        Some((message.number, fill(message.english), fill(message.chinese)))
    }

    /// Did it fail?
    #[must_use]
    pub fn has_failed(&self) -> bool {
        matches!(self.outcome, Outcome::Failed(_))
    }
}

/// What a check is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Group {
    /// The form of every answer.
    Answers,
    /// A purchase, from the payment to the release.
    LifeCycle,
    /// The calls of the vendor's console, about instances that nobody issued.
    Debugging,
    /// Calls that have to be refused.
    Refusals,
    /// Cases that were saved, or given.
    Cases,
}

impl Group {
    /// All of them, in the order of a report.
    pub const ALL: [Self; 5] = [Self::Answers, Self::LifeCycle, Self::Debugging, Self::Refusals, Self::Cases];

    /// `answers`, `life-cycle`, `debugging`, `refusals` or `cases`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Answers => "answers",
            Self::LifeCycle => "life-cycle",
            Self::Debugging => "debugging",
            Self::Refusals => "refusals",
            Self::Cases => "cases",
        }
    }
}

/// What came of a check.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// It is as it has to be.
    Passed,
    /// It is not.
    Failed(Failure),
    /// It could not be seen, and why.
    NotRun(String),
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Failure {
    /// What was seen, and in which call.
    pub detail: String,
    /// What the console puts into its message: the status, the content type, or the name of the field.
    pub value: Option<String>,
}

impl Failure {
    pub(crate) fn new(detail: impl Into<String>) -> Self {
        Self { detail: detail.into(), value: None }
    }

    pub(crate) fn with_value(mut self, value: impl Into<String>) -> Self {
        self.value = Some(value.into());
        self
    }
}

impl From<Result<(), Failure>> for Outcome {
    fn from(result: Result<(), Failure>) -> Self {
        match result {
            Ok(()) => Self::Passed,
            Err(failure) => Self::Failed(failure),
        }
    }
}
