//! The same for V1, whose calls are queries.

mod query;
mod replies;
mod requests;
