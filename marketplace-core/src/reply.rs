//! Answers: their members, and how they are written.

mod answer;
mod field;
mod json;
mod provisioning;
mod secret_text;

pub use answer::{Answer, Encoded, Outcome, ReplyOf};
pub use field::{IntoField, ReplyField, field};
pub use json::{Nothing, ReplyMembers, answer_body, serialize_members, write_member};
pub use provisioning::{AnswersLater, Provisioning};
pub use secret_text::SecretText;
