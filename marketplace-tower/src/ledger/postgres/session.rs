//! Connections that are ready to ask, and when they are ready no more.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use deadpool::managed::{Manager, Metrics, Object, RecycleError, RecycleResult};
use tokio::sync::{OnceCell, Semaphore, oneshot};
use tokio::time::timeout;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Row, Statement};

use super::address::Address;
use super::connection::Connection;
use super::error::PostgresError;
use super::question::{OF_CALLS, QUESTIONS, Question};

/// So many connections are opened at the same time: a database that was away is not stormed when it is back.
const OPENING: usize = 4;

/// A connection with its settings and prepared questions.
pub(super) struct Session {
    connection: Connection,
    /// Each at its question's place.
    statements: [OnceCell<Statement>; QUESTIONS],
    answered: Instant,
}

impl Session {
    async fn open(address: &Address, bound: Duration) -> Result<Self, PostgresError> {
        let connection = Connection::open(address).await?;
        let client = &connection.client;
        let asking = |error| PostgresError::asking(&address.database, error);
        client.batch_execute(&settings(bound)).await.map_err(asking)?;
        let session = Self {
            connection,
            statements: [const { OnceCell::const_new() }; QUESTIONS],
            answered: Instant::now(),
        };
        for question in OF_CALLS {
            session.statement(question).await.map_err(asking)?;
        }
        Ok(Self { answered: Instant::now(), ..session })
    }

    async fn ask(
        &self,
        question: Question,
        given: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Row>, tokio_postgres::Error> {
        self.connection.client.query(&self.statement(question).await?, given).await
    }

    async fn statement(&self, question: Question) -> Result<Statement, tokio_postgres::Error> {
        let prepare = || self.connection.client.prepare(question.sql());
        match self.statements.get(question as usize) {
            Some(place) => place.get_or_try_init(prepare).await.cloned(),
            // There is a place for each.
            None => prepare().await,
        }
    }
}

/// The server gives up before we do, and first on a lock, so that it can say why. What was answered survives the loss of
/// power. Each question is about few entries: a plan from the time when all were few may not read all of them for ever.
fn settings(bound: Duration) -> String {
    let (statement, lock) = (bound.as_millis() * 7 / 8, bound.as_millis() / 2);
    format!(
        "SET statement_timeout = {}; SET lock_timeout = {}; SET default_transaction_isolation = 'read committed'; \
         SET enable_seqscan = off; \
         SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'",
        statement.max(1),
        lock.max(1)
    )
}

/// Opens sessions for the pool, and says which are still good.
#[derive(Clone)]
pub(super) struct Sessions(Arc<Shared>);

struct Shared {
    address: Address,
    bound: Duration,
    opening: Arc<Semaphore>,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    /// Sessions that came too late for who wanted them.
    spare: Vec<Session>,
    /// Since when the server was silent at last. What has not answered since is not asked again.
    silent_since: Option<Instant>,
}

impl Sessions {
    pub(super) fn new(address: Address, bound: Duration) -> Self {
        let (opening, known) = (Arc::new(Semaphore::new(OPENING)), Mutex::default());
        Self(Arc::new(Shared { address, bound, opening, known }))
    }

    pub(super) fn address(&self) -> &Address {
        &self.0.address
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        // What is in there is whole at any time.
        self.0.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn spare(&self) -> Option<Session> {
        let mut known = self.known();
        while let Some(session) = known.spare.pop() {
            if known.is_good(&session) {
                return Some(session);
            }
        }
        None
    }
}

impl Known {
    fn is_good(&self, session: &Session) -> bool {
        !session.connection.client.is_closed()
            && self.silent_since.is_none_or(|silent| session.answered > silent)
    }
}

impl Manager for Sessions {
    type Type = Session;
    type Error = PostgresError;

    /// Opens one in a task of its own: who gives up does not make the others begin again.
    async fn create(&self) -> Result<Session, PostgresError> {
        let late =
            || PostgresError::Late { database: Arc::clone(&self.0.address.database), timeout: self.0.bound };
        let opening = Arc::clone(&self.0.opening).acquire_owned().await.map_err(|_closed| late())?;
        if let Some(session) = self.spare() {
            return Ok(session);
        }
        let (sender, opened) = oneshot::channel();
        let sessions = self.clone();
        tokio::spawn(async move {
            let Shared { address, bound, .. } = &*sessions.0;
            if let Ok(session) = timeout(2 * *bound, Session::open(address, *bound)).await
                && let Err(Ok(session)) = sender.send(session)
            {
                sessions.known().spare.push(session);
            }
            drop(opening);
        });
        opened.await.unwrap_or_else(|_too_late| Err(late()))
    }

    async fn recycle(&self, session: &mut Session, _: &Metrics) -> RecycleResult<PostgresError> {
        if self.known().is_good(session) { Ok(()) } else { Err(RecycleError::message("closed or silent")) }
    }
}

/// A session that is being asked. If it is dropped before the answer, it is closed and not asked again.
pub(super) struct Asking {
    session: Option<Object<Sessions>>,
    sessions: Sessions,
    since: Instant,
}

impl Asking {
    pub(super) fn new(session: Object<Sessions>, sessions: &Sessions) -> Self {
        Self { session: Some(session), sessions: sessions.clone(), since: Instant::now() }
    }

    pub(super) async fn ask(
        mut self,
        question: Question,
        given: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Row>, tokio_postgres::Error> {
        let Some(session) = &mut self.session else { return Ok(Vec::new()) };
        let answer = session.ask(question, given).await;
        if answer.as_ref().err().is_none_or(leaves_usable) {
            session.answered = Instant::now();
            self.session = None;
        }
        answer
    }
}

/// The server is well, and has only undone this question. After anything else, a new connection may find a better one.
fn leaves_usable(error: &tokio_postgres::Error) -> bool {
    is_undone(error)
        || matches!(error.code(), Some(&(SqlState::LOCK_NOT_AVAILABLE | SqlState::QUERY_CANCELED)))
}

/// Two questions were in each other's way, and this one was undone: it can be asked again.
pub(super) fn is_undone(error: &tokio_postgres::Error) -> bool {
    matches!(error.code(), Some(&(SqlState::T_R_SERIALIZATION_FAILURE | SqlState::T_R_DEADLOCK_DETECTED)))
}

impl Drop for Asking {
    fn drop(&mut self) {
        let Some(session) = self.session.take() else { return };
        drop(Object::take(session));
        // A server that is well has said something by now, if only that it gives up.
        if self.since.elapsed() >= self.sessions.0.bound * 15 / 16 {
            self.sessions.known().silent_since = Some(self.since);
        }
    }
}
