//! What the database is asked: one function call each, in one round trip.

/// A question of a store.
#[derive(Debug, Clone, Copy)]
pub(super) enum Question {
    Begin,
    Record,
    Extend,
    Unfinished,
    Interrupted,
    Prune,
    AddUsage,
    TakeUsage,
    SettleUsage,
    UsageAgain,
    UsageProgress,
    RefusedUsage,
    PruneUsage,
}

/// All of them.
pub(super) const QUESTIONS: usize = Question::PruneUsage as usize + 1;

/// Those that calls wait for: a session is ready for them when it is open. The others are prepared when they are first asked.
pub(super) const OF_CALLS: [Question; 6] = [
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
            Self::AddUsage => {
                "SELECT outcomes, known_sns FROM marketplace.add_usage($1, $2, $3, $4, $5, $6, $7)"
            }
            Self::TakeUsage => "SELECT * FROM marketplace.take_usage($1, $2, $3 * interval '1 millisecond')",
            Self::SettleUsage => "SELECT marketplace.settle_usage($1, $2, $3, $4, $5, $6, $7)",
            Self::UsageAgain => "SELECT marketplace.usage_again($1)",
            Self::UsageProgress => {
                "SELECT waiting, overdue, oldest_end, pushed, refused FROM marketplace.usage_progress($1)"
            }
            Self::RefusedUsage => "SELECT * FROM marketplace.refused_usage($1, $2)",
            Self::PruneUsage => "SELECT marketplace.prune_usage($1)",
        }
    }
}
