//! A shop that is generic over its store.

use std::sync::Arc;

use marketplace_core::handler::Handler;
use marketplace_core::v2::{NewInstance, NewInstanceReply, QueryInstance, QueryInstanceReply, ReleaseInstance};
use marketplace_core::{Fault, InstanceId, marketplace_handler};

trait Store: Send + Sync + 'static {
    fn put(&self, id: &str) -> impl Future<Output = ()> + Send;
}

struct Memory;

impl Store for Memory {
    async fn put(&self, _: &str) {}
}

struct Shop<S, const N: usize> {
    store: S,
}

#[marketplace_handler(billing = one_time)]
impl<S: Store, const N: usize> Shop<S, N>
where
    S: Clone,
{
    #[activity(newInstance)]
    async fn open(&self, _: NewInstance, instance: InstanceId) -> Result<NewInstanceReply, Fault> {
        self.store.put(instance.as_str()).await;
        Ok(NewInstanceReply::new(instance)?)
    }

    #[activity(queryInstance)]
    async fn describe(&self, _: QueryInstance) -> Result<QueryInstanceReply, Fault> {
        Err(Fault::instance_not_found())
    }

    #[activity(releaseInstance)]
    async fn close(&self, _: ReleaseInstance) -> Result<(), Fault> {
        Ok(())
    }
}

/// Nothing says that this store can be shared: the handler asks for it itself.
struct Loose<S>(S);

#[marketplace_handler(billing = one_time)]
impl<S> Loose<S> {
    #[activity(newInstance)]
    async fn open(&self, _: NewInstance) -> Result<NewInstanceReply, Fault> {
        let _ = &self.0;
        Err(Fault::processing())
    }

    #[activity(queryInstance)]
    async fn describe(&self, _: QueryInstance) -> Result<QueryInstanceReply, Fault> {
        Err(Fault::instance_not_found())
    }

    #[activity(releaseInstance)]
    async fn close(&self, _: ReleaseInstance) -> Result<(), Fault> {
        Ok(())
    }
}

impl Clone for Memory {
    fn clone(&self) -> Self {
        Self
    }
}

fn serve<H: Handler>(_: Arc<H>) {}

fn main() {
    serve(Arc::new(Shop::<_, 3> { store: Memory }));
    serve(Arc::new(Loose(Memory)));
}
