//! What happens, told to those who watch.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::broadcast;
use tokio_stream::wrappers::BroadcastStream;
use tokio_stream::{Stream, StreamExt as _};
use tonic::Status;

use crate::admin::proto::Change;

/// How many changes a watcher may be behind.
const LONGEST_BACKLOG: usize = 1024;

/// Tells each change to everybody who watches. Clones are the same feed.
#[derive(Clone)]
pub(crate) struct Feed(Arc<Mutex<Option<broadcast::Sender<Change>>>>);

impl Feed {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Mutex::new(Some(broadcast::Sender::new(LONGEST_BACKLOG)))))
    }

    /// Does not wait for anybody.
    pub(crate) fn tell(&self, change: Change) {
        if let Some(sender) = &*self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            // An error says that nobody watches.
            let _ = sender.send(change);
        }
    }

    /// The changes from now on. The last item says why there are no more.
    pub(crate) fn watch(&self) -> Result<impl Stream<Item = Result<Change, Status>> + use<>, Status> {
        let stopping = || Status::unavailable("the shop stops");
        let sender = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let changes = BroadcastStream::new(sender.as_ref().ok_or_else(stopping)?.subscribe());
        let changes =
            changes.map(|change| change.map_err(|_| Status::data_loss("changes were missed: list again")));
        Ok(changes.chain(tokio_stream::once(Err(stopping()))))
    }

    /// Whoever watches is told what has happened so far, and then that there is no more.
    pub(crate) fn close(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

#[cfg(test)]
mod tests {
    use tonic::Code;

    use super::*;

    fn change(kind: i32) -> Change {
        Change { kind, instance: None }
    }

    #[tokio::test]
    async fn tells_everything_before_it_ends() {
        let feed = Feed::new();
        feed.tell(change(1));
        let mut watcher = feed.watch().unwrap();
        feed.tell(change(2));
        feed.close();
        feed.tell(change(3));
        assert_eq!(watcher.next().await.unwrap().unwrap(), change(2));
        assert_eq!(watcher.next().await.unwrap().unwrap_err().code(), Code::Unavailable);
        assert!(watcher.next().await.is_none());
        assert_eq!(feed.watch().err().unwrap().code(), Code::Unavailable);
    }

    #[tokio::test]
    async fn tells_a_slow_watcher_that_something_was_missed() {
        let feed = Feed::new();
        let mut watcher = feed.watch().unwrap();
        for kind in 0..=i32::try_from(LONGEST_BACKLOG).unwrap() {
            feed.tell(change(kind));
        }
        assert_eq!(watcher.next().await.unwrap().unwrap_err().code(), Code::DataLoss);
    }
}
