//! What the database is asked: one function call each, in one round trip.

/// A question of the store.
#[derive(Debug, Clone, Copy)]
pub(super) enum Question {
    Begin,
    Record,
    Extend,
    Unfinished,
    Interrupted,
    Prune,
}

/// All of them, each at its place.
pub(super) const QUESTIONS: [Question; 6] = [
    Question::Begin,
    Question::Record,
    Question::Extend,
    Question::Unfinished,
    Question::Interrupted,
    Question::Prune,
];

impl Question {
    pub(super) fn sql(self) -> &'static str {
        match self {
            Self::Begin => {
                "SELECT outcome, instance, fence_number, known_answer, known_digest FROM marketplace.begin_work(\
                 $1, $2, $3, $4, $5, $6, $7, $8, $9, $10 * interval '1 millisecond', $11)"
            }
            Self::Record => "SELECT marketplace.record_work($1, $2, $3, $4, $5, $6, $7)",
            Self::Extend => {
                "SELECT marketplace.extend_work($1, $2, $3, $4, $5, $6 * interval '1 millisecond')"
            }
            Self::Unfinished => "SELECT marketplace.unfinished($1)",
            Self::Interrupted => "SELECT position_of, call_of FROM marketplace.interrupted_works($1, $2)",
            Self::Prune => "SELECT marketplace.prune_works($1 * interval '1 millisecond')",
        }
    }
}
