//! The admin's side: `tonic-shop list` and `tonic-shop watch`.

use std::io::{self, Write as _};
use std::time::Duration;

use tonic::Status;
use tonic::codegen::InterceptedService;
use tonic::transport::{Channel, Endpoint};

use crate::BoxError;
use crate::admin::proto::instances_client::InstancesClient;
use crate::admin::proto::{Instance, ListRequest, WatchRequest};
use crate::admin::{AdminToken, Credentials};
use crate::settings::admin_token;

/// Where a shop is unless it was told otherwise.
const DEFAULT_URL: &str = "http://127.0.0.1:8080";

const USAGE: &str = "usage: tonic-shop [list [--url URL] | watch [--url URL] | --rehearse]";

/// Calls the admin API and shows the token with every call.
pub(crate) type AdminClient = InstancesClient<InterceptedService<Channel, Credentials>>;

/// Runs one of the admin's commands.
pub(crate) async fn run(command: &str, options: &[&str]) -> Result<(), BoxError> {
    let url = match *options {
        [] => DEFAULT_URL,
        ["--url", url] => url,
        _ => return Err(USAGE.into()),
    };
    if !matches!(command, "list" | "watch") {
        return Err(USAGE.into());
    }
    let token = admin_token()?;
    let shop = client(connect(url).await?, &token);
    if command == "list" { list(shop).await } else { watch(shop).await }
}

/// Prints all instances, one in a line.
async fn list(mut shop: AdminClient) -> Result<(), BoxError> {
    let mut page_token = String::new();
    loop {
        let page = shop.list(ListRequest { page_size: 0, page_token }).await.map_err(said)?.into_inner();
        for instance in &page.instances {
            writeln!(io::stdout(), "{}", line(instance))?;
        }
        if page.next_page_token.is_empty() {
            return Ok(());
        }
        page_token = page.next_page_token;
    }
}

/// Prints each change in a line, until the shop stops.
async fn watch(mut shop: AdminClient) -> Result<(), BoxError> {
    let mut changes = shop.watch(WatchRequest {}).await.map_err(said)?.into_inner();
    eprintln!("watching");
    while let Some(change) = changes.message().await.map_err(said)? {
        let kind = change.kind().as_str_name().trim_start_matches("KIND_").to_lowercase();
        writeln!(io::stdout(), "{kind}\t{}", line(&change.instance.unwrap_or_default()))?;
    }
    Ok(())
}

/// A connection, which a dead shop does not keep open.
pub(crate) async fn connect(url: &str) -> Result<Channel, BoxError> {
    let shop = Endpoint::from_shared(url.to_owned())
        .map_err(|_| format!("`{url}` is no URL such as {DEFAULT_URL}"))?
        .connect_timeout(Duration::from_secs(10))
        .http2_keep_alive_interval(Duration::from_secs(60));
    shop.connect().await.map_err(|error| format!("no shop answers at {url}: {}", causes(&error)).into())
}

pub(crate) fn client(channel: Channel, token: &AdminToken) -> AdminClient {
    InstancesClient::with_interceptor(channel, token.credentials())
}

fn line(instance: &Instance) -> String {
    let state = instance.state().as_str_name().trim_start_matches("STATE_").to_lowercase();
    // Ids come from elsewhere, and a terminal obeys some characters.
    format!("{}\t{}\t{state}", instance.id.escape_debug(), instance.order_id.escape_debug())
}

fn said(status: Status) -> String {
    format!("the shop answered {:?}: {}", status.code(), status.message())
}

/// The error below all others says what is wrong; tonic's own is "transport error".
fn causes(error: &dyn std::error::Error) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}
