//! The gRPC service: what was sold, and what happens to it.

mod token;

use tonic::codegen::BoxStream;
use tonic::{Request, Response, Status};

use self::proto::instances_server::Instances;
use self::proto::{Change, DescribeRequest, Instance, ListReply, ListRequest, WatchRequest};
pub(crate) use self::token::{AdminToken, Credentials};
use crate::tenants::{Tenants, TenantsError};

/// What is generated from `proto/admin.proto`.
#[allow(unreachable_pub, reason = "generated for any kind of crate")]
pub(crate) mod proto {
    tonic::include_proto!("shop.admin.v1");
}

const DEFAULT_PAGE: u32 = 50;
const LONGEST_PAGE: u32 = 500;

/// Answers the admin. Whoever calls has to be checked before, by an [`AdminToken`].
pub(crate) struct Admin {
    tenants: Tenants,
}

impl Admin {
    pub(crate) fn new(tenants: Tenants) -> Self {
        Self { tenants }
    }
}

#[tonic::async_trait]
impl Instances for Admin {
    async fn list(&self, request: Request<ListRequest>) -> Result<Response<ListReply>, Status> {
        let ListRequest { page_size, page_token } = request.into_inner();
        let size = if page_size == 0 { DEFAULT_PAGE } else { page_size.min(LONGEST_PAGE) };
        let after = match &*page_token {
            "" => 0,
            token => token
                .parse()
                .map_err(|_| Status::invalid_argument("no page was ever given that page_token"))?,
        };
        let page = self.tenants.page(after, size).await?;
        let next_page_token = page.next.map(|next| next.to_string()).unwrap_or_default();
        Ok(Response::new(ListReply { instances: page.instances, next_page_token }))
    }

    async fn describe(&self, request: Request<DescribeRequest>) -> Result<Response<Instance>, Status> {
        let found = self.tenants.find(request.into_inner().id).await?;
        found.map(Response::new).ok_or_else(|| Status::not_found("the shop never issued that instance id"))
    }

    type WatchStream = BoxStream<Change>;

    async fn watch(&self, _: Request<WatchRequest>) -> Result<Response<BoxStream<Change>>, Status> {
        Ok(Response::new(Box::pin(self.tenants.feed().watch()?)))
    }
}

/// The cause is for the log, not for the caller.
impl From<TenantsError> for Status {
    fn from(error: TenantsError) -> Self {
        tracing::error!(%error, "an admin call failed");
        Self::internal("the shop failed; its log says why")
    }
}
