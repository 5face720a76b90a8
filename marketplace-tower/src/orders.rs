//! Where orders are asked for.

use std::error::Error;
use std::sync::Arc;

use marketplace_core::open_api::OrderInfo;

use crate::StoreFuture;

/// Where the orders are asked for that V2 calls name by their ids alone: the market's order query, or something of the seller's
/// that knows it, such as a cache in front of it.
///
/// "Querying an order": `topic_0070649116`, `zh-cn_topic_0000002497812372`, EU `en-us_topic_000033` (2025-03-13).
///
/// ```
/// use std::error::Error;
///
/// use marketplace_tower::{OrderInfo, Orders, StoreFuture};
///
/// /// Asks there first, and here if it is down.
/// struct Either<M, N>(M, N);
///
/// impl<M: Orders, N: Orders> Orders for Either<M, N> {
///     fn order<'a>(
///         &'a self,
///         order_id: &'a str,
///         order_line_id: Option<&'a str>,
///     ) -> StoreFuture<'a, Result<OrderInfo, Box<dyn Error + Send + Sync>>> {
///         StoreFuture::boxed(async move {
///             match self.0.order(order_id, order_line_id).await {
///                 Ok(order) => Ok(order),
///                 Err(_) => self.1.order(order_id, order_line_id).await,
///             }
///         })
///     }
/// }
/// ```
pub trait Orders: Send + Sync + 'static {
    /// Asks for an order: its id has at most 64 characters, and so has that of its line, which the early shape of `newInstance`
    /// lacks.
    ///
    /// An [`Endpoint`](crate::Endpoint) drops the future when it takes too long, and judges itself whether what came is what it
    /// has asked for.
    ///
    /// # Errors
    ///
    /// Whatever prevents it. It is told to the operator with all of its causes, and to nobody else, so it must not hold secrets.
    fn order<'a>(
        &'a self,
        order_id: &'a str,
        order_line_id: Option<&'a str>,
    ) -> StoreFuture<'a, Result<OrderInfo, Box<dyn Error + Send + Sync>>>;
}

impl<O: Orders + ?Sized> Orders for Arc<O> {
    fn order<'a>(
        &'a self,
        order_id: &'a str,
        order_line_id: Option<&'a str>,
    ) -> StoreFuture<'a, Result<OrderInfo, Box<dyn Error + Send + Sync>>> {
        (**self).order(order_id, order_line_id)
    }
}
